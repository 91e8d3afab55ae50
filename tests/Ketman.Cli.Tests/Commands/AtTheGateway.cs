namespace Ketman.Cli.Tests.Commands;

/// <summary>Somebody who types at a gateway that answers what the test says.</summary>
public abstract class AtTheGateway : IAsyncLifetime
{
    private protected Gateway Gateway { get; private set; } = null!;

    private protected Researcher Researcher { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await Gateway.StartAsync();
        Researcher = new Researcher(Gateway.Url);
    }

    public async ValueTask DisposeAsync()
    {
        Researcher.Dispose();
        await Gateway.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

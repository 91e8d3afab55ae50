namespace Ketman.Gateway.Tests;

/// <summary>One platform for the tests of a class that leave it as it was.</summary>
public sealed class SharedPlatform : IAsyncLifetime
{
    internal Platform Platform { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Platform = await Platform.StartAsync();

    public async ValueTask DisposeAsync() => await Platform.DisposeAsync();
}

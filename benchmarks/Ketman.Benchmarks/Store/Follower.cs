using Ketman.EventStore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Ketman.Benchmarks.Store;

/// <summary>A host that follows the log as a service does.</summary>
internal static class Follower
{
    /// <summary>With a subscriber that does nothing, or with the given projection.</summary>
    public static async Task<IHost> StartAsync(NpgsqlDataSource source, IProjection? projection = null, ILogSubscriber? subscriber = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(source);
        builder.Services.AddEventStore(BenchEvents.Types);
        if (projection is not null)
        {
            builder.Services.AddSingleton(projection);
        }
        else
        {
            builder.Services.AddSingleton(subscriber ?? new Idle());
        }

        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private sealed class Idle : ILogSubscriber
    {
        public string Name => "idle";

        public Task HandleAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation) => Task.CompletedTask;
    }
}

using Ketman.EventStore;
using Ketman.Testing;
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

    /// <summary>Waits until a follower has read the log to its end, so that a round begins with what the round appends.</summary>
    public static async Task CatchUpAsync(IHost follower, StoreServer server)
    {
        var reader = follower.Services.GetRequiredService<LogReader>();
        var end = await server.EndOfLogAsync();
        follower.Services.GetRequiredService<LogSignal>().Appended();
        await Eventually.TrueAsync($"the follower is at {end}", () => Task.FromResult(reader.Head >= end));
    }

    private sealed class Idle : ILogSubscriber
    {
        public string Name => "idle";

        public Task HandleAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation) => Task.CompletedTask;
    }
}

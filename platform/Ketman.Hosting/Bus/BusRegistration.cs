using Ketman.EventStore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ketman.Hosting.Bus;

/// <summary>Puts a service on the road: what it publishes, and whom it listens to.</summary>
public static class BusRegistration
{
    /// <summary>Attaches the service to <paramref name="bus"/> while it runs; add what it does there to the result.</summary>
    public static BusBuilder AddKetmanBus(this IServiceCollection services, SharedBus bus)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(bus);
        services.AddHostedService<BusAttachment>();
        // It would log every message in flight of a connection that breaks; publisher and endpoint say it once.
        services.AddLogging(logging => logging.AddFilter("MassTransit", LogLevel.Critical));
        return new BusBuilder(services);
    }

    private sealed class BusAttachment(SharedBus bus, ILoggerFactory logs, TimeProvider clock) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            bus.Attach(logs, clock);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => bus.DetachAsync(cancellationToken);
    }
}

/// <summary>What a service does on the bus.</summary>
public sealed class BusBuilder
{
    private readonly IServiceCollection _services;

    internal BusBuilder(IServiceCollection services) => _services = services;

    /// <summary>
    /// Publishes the service's log. The publisher is registered as an <see cref="ILogSubscriber"/> named <c>publisher</c>; whoever
    /// runs the subscriptions of the log runs it. Map <see cref="OwnerEndpoints.MapStreamEvents"/> too.
    /// </summary>
    /// <param name="toContract">What each event is to the outside; null: its version only.</param>
    public BusBuilder Publish(ToContract toContract)
    {
        _services.AddSingleton(toContract);
        _services.TryAddSingleton(new RoadTimings());
        _services.AddSingleton<LogPublisher>();
        _services.AddSingleton<ILogSubscriber>(provider => provider.GetRequiredService<LogPublisher>());
        _services.AddHealthChecks().AddCheck<PublisherCheck>("publisher");
        return this;
    }

    /// <summary>
    /// Journals what <paramref name="owners"/> publish and folds it by <typeparamref name="TConsumer"/>. Needs the service's
    /// <see cref="Npgsql.NpgsqlDataSource"/> and, per owner, an HttpClient named <c>peer:&lt;owner&gt;</c> to ask for what was lost.
    /// </summary>
    /// <param name="queue">The queue's name, e.g. <c>ketman.metrics</c>.</param>
    /// <param name="owners">The services listened to: <c>intake</c>, <c>disclosures</c>.</param>
    public BusBuilder Consume<TConsumer>(string queue, params IReadOnlyList<string> owners)
        where TConsumer : class, IJournalConsumer
    {
        _services.AddSingleton<IJournalConsumer, TConsumer>();
        _services.AddSingleton(new ConsumerWiring(queue, owners));
        _services.TryAddSingleton(new RoadTimings());
        _services.AddSingleton<EventSource>();
        _services.AddSingleton<JournalFold>();
        _services.AddSingleton<Journal>();
        _services.AddSingleton<RoadProgress>();
        // Before any of the others starts. The consumer's own rows as well: who journals locks them.
        _services.AddMigrations(
            typeof(Journal).Assembly, "journal", (provider, cancellation) => provider.GetRequiredService<Journal>().PrepareAsync(owners, cancellation));
        _services.AddRebuilds(provider => provider.GetRequiredService<IJournalConsumer>() is { Tables: not null } consumer
            ? [new JournalRebuild(consumer, provider.GetRequiredService<JournalFold>())]
            : []);
        AddHosted<JournalEndpoint>();
        _services.AddHostedService<GapFiller>();
        _services.AddHostedService<TailReconciler>();
        _services.AddHealthChecks().AddCheck<ConsumerCheck>("consumer");
        return this;
    }

    private void AddHosted<TService>()
        where TService : class, IHostedService
    {
        _services.AddSingleton<TService>();
        _services.AddHostedService(provider => provider.GetRequiredService<TService>());
    }
}

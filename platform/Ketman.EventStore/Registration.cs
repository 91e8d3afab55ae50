using System.Reflection;
using Ketman.EventStore.Log;
using Ketman.EventStore.Personal;
using Ketman.EventStore.Rebuilding;
using Ketman.EventStore.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>Puts the event store into a service.</summary>
public static class Registration
{
    /// <summary>
    /// Registers <see cref="IEventStore"/>, <see cref="LogReader"/>, <see cref="SubscriptionControl"/>, the store's migrations, the
    /// follower of every registered <see cref="ILogSubscriber"/> and <see cref="IProjection"/>, the <see cref="Sealer"/>, and health checks on them. An
    /// <see cref="NpgsqlDataSource"/> must be there.
    /// </summary>
    /// <param name="services">The service's.</param>
    /// <param name="types">The events that it writes and reads.</param>
    /// <param name="seals">With what its log is signed; without it (benchmarks of something else) nobody seals it.</param>
    public static IServiceCollection AddEventStore(this IServiceCollection services, EventTypes types, SealKeys? seals = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMigrations(typeof(PostgresEventStore).Assembly, "event-store");
        services.AddSingleton(types);
        services.AddSingleton<LogSignal>();
        services.AddSingleton<RecentAppends>();
        services.AddSingleton<IEventStore, PostgresEventStore>();
        services.AddSingleton<LogReader>();
        services.AddSingleton<SubscriptionControl>();
        services.AddHostedService<SubscriptionRunner>();
        services.AddRebuilds(provider => provider.GetServices<IProjection>().Where(each => each.Tables is not null)
            .Select(each => new ProjectionRebuild(each, provider.GetRequiredService<EventTypes>())));
        var health = services.AddHealthChecks().AddCheck<SubscriptionCheck>("subscriptions");
        if (seals is not null)
        {
            services.AddSingleton(seals);
            services.TryAddSingleton(SealOptions.Default);
            services.AddSingleton<Sealer>();
            services.AddSingleton<LogVerifier>();
            services.AddSingleton<StreamProof>();
            services.AddSingleton<EventKeyReader>();
            services.AddSingleton<RevealEvent>(provider => provider.GetRequiredService<EventKeyReader>().ReadAsync);
            services.AddHostedService(provider => provider.GetRequiredService<Sealer>());
            health.Add(new HealthCheckRegistration("seals", provider => provider.GetRequiredService<Sealer>(), null, null));
        }

        return services;
    }

    /// <summary>Registers read models that can be rebuilt, and once <see cref="Rebuilds"/> and what carries them out.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="rebuilds">One for each.</param>
    public static IServiceCollection AddRebuilds(this IServiceCollection services, Func<IServiceProvider, IEnumerable<ReadModelRebuild>> rebuilds)
    {
        services.TryAddSingleton<Rebuilds>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, Rebuilder>());
        return services.AddSingleton(new RebuildSource(rebuilds));
    }

    /// <summary>
    /// Applies an assembly's scripts before anything else of the service starts, in the order of registration. While the
    /// database is away the service waits for it.
    /// </summary>
    /// <param name="services">The service's.</param>
    /// <param name="assembly">The assembly that embeds <c>Sql/*.sql</c>.</param>
    /// <param name="name">Whose scripts they are.</param>
    /// <param name="afterwards">What is to be in the tables before anything starts; repeated with the scripts until both succeed.</param>
    public static IServiceCollection AddMigrations(
        this IServiceCollection services, Assembly assembly, string name, Func<IServiceProvider, CancellationToken, Task>? afterwards = null) =>
        services.AddSingleton<IHostedService>(provider => new MigrationsAtStart(
            provider.GetRequiredService<NpgsqlDataSource>(),
            assembly,
            name,
            afterwards is null ? null : cancellation => afterwards(provider, cancellation),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Migrations))));
}

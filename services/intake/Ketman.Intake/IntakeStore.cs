using Ketman.EventStore;
using Npgsql;

namespace Ketman.Intake;

/// <summary>The service's log and tables.</summary>
internal static class IntakeStore
{
    public static void AddIntakeStore(this IServiceCollection services)
    {
        services.AddSingleton<LogSignal>();
        services.AddSingleton<IEventStore, PostgresEventStore>();
        services.AddHostedService<Migrator>();
    }

    private sealed class Migrator(NpgsqlDataSource database, ILogger<Migrator> logger) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await Migrations.ApplyAsync(database, typeof(PostgresEventStore).Assembly, "event-store", logger, cancellationToken);
            await Migrations.ApplyAsync(database, typeof(IntakeService).Assembly, "intake", logger, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

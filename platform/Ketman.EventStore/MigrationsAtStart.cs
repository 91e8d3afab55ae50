using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>Applies migrations before the other hosted services start, and waits for a database that is not there yet.</summary>
internal sealed partial class MigrationsAtStart(
    NpgsqlDataSource database, Assembly assembly, string name, Func<CancellationToken, Task>? afterwards, TimeProvider time, ILogger logger)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(time);
        while (true)
        {
            try
            {
                await Migrations.ApplyAsync(database, assembly, name, logger, cancellationToken);
                if (afterwards is not null)
                {
                    await afterwards(cancellationToken);
                }

                return;
            }
            // Class 57 too: a server that stops, or starts again after one of its processes was killed, says so to everybody.
            catch (NpgsqlException e) when (e is not PostgresException { IsTransient: false, SqlState: not ['5', '7', 'P', ..] })
            {
                if (backoff.Fail())
                {
                    LogAway(logger, name);
                }

                await backoff.WaitAsync(cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer; the migrations of {Component} wait for it")]
    private static partial void LogAway(ILogger logger, string component);
}

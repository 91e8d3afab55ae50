using Ketman.EventStore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.Hosting.Bus;

/// <summary>Brings the journal's tables into being; everything that needs them waits for it.</summary>
internal sealed partial class JournalSchema(
    NpgsqlDataSource database, ConsumerWiring wiring, Journal journal, TimeProvider clock, ILogger<JournalSchema> log) : BackgroundService
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the tables are there.</summary>
    public Task ReadyAsync(CancellationToken cancellation) => _ready.Task.WaitAsync(cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backoff = new Backoff(clock);
        while (true)
        {
            try
            {
                await Migrations.ApplyAsync(database, typeof(JournalSchema).Assembly, "journal", log, stoppingToken);
                await journal.PrepareAsync(wiring.Owners, stoppingToken);
                _ready.TrySetResult();
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (backoff.Fail())
                {
                    LogFailing(e);
                }

                await backoff.WaitAsync(stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The journal's tables cannot be made yet")]
    private partial void LogFailing(Exception e);
}

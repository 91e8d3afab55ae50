using Ketman.EventStore;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Sessions;
using Ketman.Gateway.Tokens;
using Ketman.Gateway.Users;
using Ketman.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Ketman.Gateway.Keys;

/// <summary>
/// Prepares the tables of keys, users and sessions, trying until the database is there, then notes which keys and sessions were used,
/// each once a minute: a write for each request would cost more than the request.
/// </summary>
internal sealed partial class KeyKeeping(
    NpgsqlDataSource database, ApiKeyStore store, KeyRing ring, SessionStore sessions, SessionRing sessionRing, TokenRing tokens, SignInAttempts attempts,
    UserSecrets secrets, AuditLog audit, FirstAdminKey first, FirstInvitation invitation, TimeProvider time, ILogger<KeyKeeping> logger)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SweptEvery = TimeSpan.FromHours(1);

    private long? _swept;
    private volatile string? _trouble = "the table of API keys is not prepared yet";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy());

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_trouble is null)
        {
            await TryNoteUsesAsync(all: true, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await PrepareAsync(stoppingToken);
        using var timer = new PeriodicTimer(Often, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryNoteUsesAsync(all: false, stoppingToken);
            ring.Sweep();
            sessionRing.Sweep();
            tokens.Sweep();
            await TrySweepAsync(stoppingToken);
        }
    }

    private async Task PrepareAsync(CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Migrations.ApplyAsync(database, typeof(KeyKeeping).Assembly, "gateway", logger, cancellation);
                audit.Open();
                await EnsureFirstKeyAsync(cancellation);
                ring.Open();
                sessionRing.Open();
                _trouble = null;
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                var trouble = e is SettingException or MigrationException
                    ? e.Message
                    : "the table of API keys cannot be prepared: the database does not answer or refuses";
                if (trouble != _trouble)
                {
                    LogNotPrepared(trouble, e.GetType().Name, (e as PostgresException)?.SqlState);
                    _trouble = trouble;
                }
            }

            var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(attempt, 10)) * (0.75 + Random.Shared.NextDouble() / 2));
            await Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellation);
        }
    }

    /// <summary>Gateways that start at once on one database must not each leave a key.</summary>
    private async Task EnsureFirstKeyAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var takeTurn = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('ketman first admin key', 0))", connection, transaction);
        await takeTurn.ExecuteNonQueryAsync(cancellation);
        secrets.Open();
        await first.EnsureAsync(cancellation);
        await invitation.EnsureAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task TryNoteUsesAsync(bool all, CancellationToken cancellation)
    {
        await TryAsync(ring.TakeUses(all), store.MarkUsedAsync, cancellation);
        await TryAsync(sessionRing.TakeUses(all), sessions.MarkUsedAsync, cancellation);
    }

    private static async Task TryAsync(
        IReadOnlyCollection<(Guid Id, DateTimeOffset At)> uses,
        Func<IReadOnlyCollection<(Guid Id, DateTimeOffset At)>, CancellationToken, Task> mark, CancellationToken cancellation)
    {
        if (uses.Count == 0)
        {
            return;
        }

        try
        {
            await mark(uses, cancellation);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // The next use notes it again; the database's absence is logged and shown by those who need it.
        }
    }

    private async Task TrySweepAsync(CancellationToken cancellation)
    {
        if (_swept is { } last && time.GetElapsedTime(last) < SweptEvery)
        {
            return;
        }

        try
        {
            await sessions.SweepAsync(cancellation);
            await attempts.SweepAsync(cancellation);
            _swept = time.GetTimestamp();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // What stays a while longer opens nothing.
        }
    }

    [LoggerMessage(LogLevel.Error, "Nobody can come in: {Trouble} ({Exception}, SQLSTATE {SqlState})")]
    private partial void LogNotPrepared(string trouble, string exception, string? sqlState);
}

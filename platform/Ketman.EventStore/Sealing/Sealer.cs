using Ketman.EventStore.Log;
using Ketman.EventStore.Sealing;
using Ketman.Proof;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore;

/// <summary>
/// Signs the log, stretch by stretch, so that not even who owns the database can change, remove, add or reorder an event
/// unseen. Every instance looks whether it is time; a lock lets one of them seal, and the seal's number is the fence.
/// </summary>
public sealed partial class Sealer : BackgroundService, IHealthCheck
{
    // The same in every build; it is per database and held to the end of the sealing transaction only.
    private const long Lock = 0x6b65746d616e03;

    private const string LookSql = """
        select s.last, (select count(*) from (select from mt_events where seq_id > s.last limit $1) as unsealed)
        from (select coalesce((select last_seq from ketman_seals order by number desc limit 1), 0) as last) s
        """;

    private const string UnsealedSql = """
        select count(*), coalesce(max(seq_id), 0), coalesce(max(seq_id) filter (where seq_id = $1 + place), 0),
               (select seqcache from pg_sequence where seqrelid = 'mt_events_sequence'::regclass)
        from (select seq_id, row_number() over (order by seq_id) as place from mt_events where seq_id > $1 order by seq_id limit $2) as unsealed
        """;

    private readonly NpgsqlDataSource _database;
    private readonly SealKeys _keys;
    private readonly SealOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Sealer> _logger;
    private long _unsealedSince;
    private bool _unsealed;

    /// <summary>Is made by the service's container.</summary>
    public Sealer(NpgsqlDataSource database, SealKeys keys, SealOptions options, TimeProvider time, ILogger<Sealer> logger) =>
        (_database, _keys, _options, _time, _logger) = (database, keys, options, time, logger);

    private enum Outcome
    {
        Sealed,
        NothingLeft,
        Undecided,
        SomebodyElse,
    }

    /// <summary>Seals everything that is decided, without waiting until it is time.</summary>
    /// <param name="patience">How long to wait for transactions that have drawn a number and not ended.</param>
    /// <param name="cancellation">Gives up; what is sealed stays.</param>
    public async Task SealAsync(TimeSpan patience, CancellationToken cancellation)
    {
        while (await SealNextAsync(patience, cancellation) is Outcome.Sealed)
        {
        }
    }

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var late = _options.Age * 6;
        return Task.FromResult(Volatile.Read(ref _unsealed) && _time.GetElapsedTime(Volatile.Read(ref _unsealedSince)) > late
            ? HealthCheckResult.Degraded($"events have waited more than {late.TotalSeconds:0} s for their seal")
            : HealthCheckResult.Healthy());
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var trouble = new Backoff(_time, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(15));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await IsDueAsync(stoppingToken))
                {
                    await SealAsync(_options.Age, stoppingToken);
                }

                if (trouble.Succeed())
                {
                    LogRecovered(_logger);
                }

                await Task.Delay(_options.Look, _time, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (trouble.Fail())
                {
                    LogFailing(_logger, e.GetType().Name, (e as PostgresException)?.SqlState);
                }

                await trouble.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<bool> IsDueAsync(CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand(LookSql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = _options.Events });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var unsealed = row.GetInt64(1);
        if (unsealed == 0)
        {
            Volatile.Write(ref _unsealed, false);
            return false;
        }

        if (!Volatile.Read(ref _unsealed))
        {
            Volatile.Write(ref _unsealedSince, _time.GetTimestamp());
            Volatile.Write(ref _unsealed, true);
        }

        return unsealed >= _options.Events || _time.GetElapsedTime(_unsealedSince) >= _options.Age;
    }

    private async Task<Outcome> SealNextAsync(TimeSpan patience, CancellationToken cancellation)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        var last = (await SealRows.LastAsync(connection, cancellation))?.Last ?? 0;
        var (nothing, through) = await DecidedAsync(connection, last, patience, cancellation);
        if (nothing)
        {
            return Outcome.NothingLeft;
        }

        if (through <= last)
        {
            return Outcome.Undecided;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var take = new NpgsqlCommand("select pg_try_advisory_xact_lock($1)", connection, transaction) { Parameters = { new() { Value = Lock } } })
        {
            if (await take.ExecuteScalarAsync(cancellation) is not true)
            {
                return Outcome.SomebodyElse;
            }
        }

        var before = await SealRows.LastAsync(connection, cancellation);
        if ((before?.Last ?? 0) != last)
        {
            return Outcome.SomebodyElse;
        }

        var sealing = Make(before, last + 1, through, await SealRows.StretchAsync(connection, last + 1, through, cancellation));
        if (!await SealRows.AddAsync(transaction, sealing, _keys.Signing.Public, cancellation))
        {
            return Outcome.SomebodyElse;
        }

        await transaction.CommitAsync(cancellation);
        Volatile.Write(ref _unsealed, false);
        // Wherever logs are kept, this shows later that no seal was taken back.
        var hash = sealing.Seal.Hash();
        LogSealed(_logger, sealing.Seal.Number, sealing.Seal.Events, sealing.Seal.Last, hash);
        return Outcome.Sealed;
    }

    private StoredSeal Make(Seal? before, long first, long last, List<SealedEvent> events)
    {
        var tree = new MerkleTree();
        foreach (var each in events)
        {
            tree.Add(each.Leaf());
        }

        var now = _time.GetUtcNow();
        var seal = new Seal(
            (before?.Number ?? 0) + 1, _keys.Service, first, last, events.Count, Convert.ToHexStringLower(tree.Root()),
            before?.Hash() ?? Seal.NoPrevious, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond)), _keys.Signing.Public.Id);
        return new StoredSeal(seal, _keys.Signing.Sign(seal.Statement()), events);
    }

    /// <summary>How far the log can be sealed: nothing may come in below that place any more.</summary>
    private async Task<(bool Nothing, long Through)> DecidedAsync(
        NpgsqlConnection connection, long last, TimeSpan patience, CancellationToken cancellation)
    {
        var (count, highest, contiguous) = await UnsealedAsync(connection, last, cancellation);
        if (count == 0 || highest == last + count)
        {
            return (count == 0, highest);
        }

        // A gap: whoever has drawn the numbers in it must have ended. One that takes too long does not hold up what is before it.
        var fence = new Fence();
        var started = _time.GetTimestamp();
        var wait = new Backoff(_time, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(500));
        while (!await fence.IsDecidedAsync(connection, highest, cancellation))
        {
            if (_time.GetElapsedTime(started) >= patience)
            {
                return (false, contiguous);
            }

            wait.Fail();
            await wait.WaitAsync(cancellation);
        }

        return (false, highest);
    }

    private async Task<(long Count, long Highest, long Contiguous)> UnsealedAsync(NpgsqlConnection connection, long last, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(UnsealedSql, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = _options.Most, NpgsqlDbType = NpgsqlDbType.Integer });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return row.GetInt64(3) == 1
            ? (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2))
            : throw new InvalidOperationException("The log can be sealed only with mt_events_sequence at cache 1: otherwise an event could come in below a seal.");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Seal {Number} covers {Events} events up to {Last}; its hash is {Hash}")]
    private static partial void LogSealed(ILogger logger, long number, long events, long last, string hash);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log cannot be sealed ({ErrorType} {SqlState}); it is tried again until it can")]
    private static partial void LogFailing(ILogger logger, string errorType, string? sqlState);

    [LoggerMessage(Level = LogLevel.Information, Message = "The log can be sealed again")]
    private static partial void LogRecovered(ILogger logger);
}

using System.Collections.Frozen;
using System.Data;
using System.Diagnostics;
using System.Reflection;
using Ketman.Contracts;
using Microsoft.Extensions.Logging;
using Npgsql;
using static Ketman.Hosting.Bus.JournalRows;

namespace Ketman.Hosting.Bus;

/// <summary>
/// Hands what is complete to the consumer, within the transaction of whoever calls: the journal as it takes things in, a rebuild
/// as it goes through them again.
/// </summary>
internal sealed partial class JournalFold(IJournalConsumer consumer, TimeProvider clock, ILogger<JournalFold> log)
{
    private readonly bool _wantsAll = consumer.Types.Contains("*");
    private readonly FrozenSet<string> _wanted = consumer.Types.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the consumer takes events of this type.</summary>
    public bool Wants(string type) => type != EventWire.Withheld && (_wantsAll || _wanted.Contains(type));

    /// <summary>Folds all of <paramref name="ready"/>, at once.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="FoldException">One of them cannot be folded; the transaction is of no more use but to roll back.</exception>
    public async Task<int> FoldAsync(IReadOnlyList<Arrival> ready, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        try
        {
            var events = new List<JournaledEvent>(ready.Count);
            foreach (var arrival in ready)
            {
                if (Wants(arrival.Message.Type))
                {
                    events.Add(new JournaledEvent(arrival.Message, ContractJson.Read(arrival.Message)));
                }
            }

            if (events.Count > 0)
            {
                await consumer.ApplyAsync(events, transaction, cancellation);
            }

            return ready.Count;
        }
        catch (Exception e) when (!Passing.Is(e, cancellation) && transaction.Connection is { FullState: ConnectionState.Open })
        {
            throw new FoldException(e);
        }
    }

    /// <summary>Slow and exact: finds the event that fails, keeps the effect of those before it, and pauses the consumer there.</summary>
    /// <returns>How many were folded.</returns>
    public async Task<int> FoldOneByOneAsync(IReadOnlyList<Arrival> ready, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        for (var i = 0; i < ready.Count; i++)
        {
            await transaction.SaveAsync("event", cancellation);
            try
            {
                await FoldAsync([ready[i]], transaction, cancellation);
                await transaction.ReleaseAsync("event", cancellation);
            }
            catch (FoldException e)
            {
                await transaction.RollbackAsync("event", cancellation);
                await PauseAtAsync(transaction, ready[i].Message, Describe(e.InnerException!), cancellation);
                return i;
            }
        }

        return ready.Count;
    }

    private async Task PauseAtAsync(NpgsqlTransaction transaction, IntegrationEvent poison, string reason, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction);
        Add(
            batch,
            """
            insert into journal_poison (stream, version, event_id, kind, type, reason, noted_at) values ($1, $2, $3, 'fold', $4, $5, $6)
            on conflict (stream, version, event_id, kind) do update
            set reason = excluded.reason, noted_at = excluded.noted_at, settled_at = null, settlement = null
            """,
            [poison.Stream, poison.Version, poison.Id, poison.Type, reason, clock.GetUtcNow()]);
        Add(
            batch,
            "update journal_consumers set paused_at = $2, paused_because = $3 where name = $1",
            [consumer.Name, clock.GetUtcNow(), $"{poison.Stream} version {poison.Version} cannot be folded: {reason}"]);
        await batch.ExecuteNonQueryAsync(cancellation);
        LogPaused(consumer.Name, poison.Stream, poison.Version, reason);
    }

    /// <summary>What an operator is told of an error: its message may quote the data; where and what kind is enough to find it.</summary>
    public static string Describe(Exception e) => e is PostgresException postgres
        ? $"{nameof(PostgresException)} {postgres.SqlState} {postgres.ConstraintName}".TrimEnd()
        : $"{e.GetType().Name} in {Place(new StackTrace(e).GetFrame(0)?.GetMethod())}";

    // An asynchronous method throws in the MoveNext of a nested type <Method>d__1.
    private static string Place(MethodBase? method) => method?.DeclaringType is not { } type ? "an unknown place"
        : method.Name == "MoveNext" && type is { DeclaringType: { } outer } && type.Name.IndexOf('>', StringComparison.Ordinal) is var end and > 1
            ? $"{outer.Name}.{type.Name[1..end]}"
            : $"{type.Name}.{method.Name}";

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Consumer} is paused: {Stream} version {Version} cannot be folded: {Reason}")]
    private partial void LogPaused(string consumer, string stream, long version, string reason);
}

/// <summary>A consumer could not fold an event, and will not by itself.</summary>
internal sealed class FoldException(Exception inner) : Exception("A fold failed.", inner);

/// <summary>Tells failures that pass by themselves from those that come again with the same data.</summary>
internal static class Passing
{
    public static bool Is(Exception e, CancellationToken cancellation) => e switch
    {
        OperationCanceledException => cancellation.IsCancellationRequested,
        // Connection, resources, turns taken wrongly, operator; a broken transaction follows from one of those.
        PostgresException { SqlState: var state } => state[..2] is "08" or "40" or "53" or "55" or "57" or "58",
        NpgsqlException => true,
        _ => false,
    };
}

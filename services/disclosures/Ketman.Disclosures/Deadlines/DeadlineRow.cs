using Ketman.Hosting.Commands;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Disclosures.Deadlines;

/// <summary>Keeps a case's row in the table <c>deadlines</c> as its history has it, in the transaction of every append that moves it.</summary>
internal sealed class DeadlineRow : IInlineState<Disclosure>
{
    /// <summary>
    /// How long a case must be quiet before what ran out in its past is noticed. An import writes a case in several appends, a
    /// second or so apart: what ran out after one of them is annulled by the next, and both would stay in the history for ever.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    // Whoever writes to a case without end does not put off its breaches without end.
    private static readonly TimeSpan LongestSettling = TimeSpan.FromMinutes(1);

    // A row that could be claimed already (its time came while the case was being written to) is not put off by that.
    private const string Upsert = """
        insert into deadlines (disclosure_id, due_at, claimable_at, settles_by) values ($1, $2, $3, $4)
        on conflict (disclosure_id) do update set
          due_at = excluded.due_at,
          claimable_at = case when deadlines.due_at = excluded.due_at then least(excluded.claimable_at, deadlines.settles_by) else excluded.claimable_at end,
          settles_by = case when deadlines.due_at = excluded.due_at then deadlines.settles_by else excluded.settles_by end,
          leased_until = null, claim = null, tries = 0, error_type = null, parked_at = null
        """;

    /// <inheritdoc />
    public IEnumerable<NpgsqlBatchCommand> Write(Guid id, Disclosure before, Disclosure after, DateTimeOffset now)
    {
        if (!TryFindNext(after, out var next))
        {
            // The command's own facts are good. The deadline clock meets the same error, and tells the operator of it.
            yield return Writing(id, null, now + Settling, now + LongestSettling);
        }
        else if (next <= now)
        {
            // Also when it is the same as before: the case is not quiet.
            yield return Writing(id, next, now + Settling, now + LongestSettling);
        }
        else if (!TryFindNext(before, out var last) || last != next)
        {
            yield return Writing(id, next, next, next);
        }
    }

    private static bool TryFindNext(Disclosure state, out DateTimeOffset? next)
    {
        try
        {
            next = Proceedings.NextAt(state);
            return true;
        }
        catch (Exception)
        {
            next = null;
            return false;
        }
    }

    private static NpgsqlBatchCommand Writing(Guid id, DateTimeOffset? due, DateTimeOffset? claimable, DateTimeOffset? settlesBy) => new(Upsert)
    {
        Parameters = { new NpgsqlParameter<Guid> { TypedValue = id }, Time(due), Time(claimable), Time(settlesBy) },
    };

    private static NpgsqlParameter Time(DateTimeOffset? time) =>
        new() { Value = time is { } known ? known.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}

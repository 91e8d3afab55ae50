using Npgsql;
using NpgsqlTypes;

namespace Ketman.Disclosures.Notices;

/// <summary>Writes notices in the transaction that appends what they tell of.</summary>
internal static class NoticeTable
{
    private const string InsertSql = """
        insert into notices (id, kind, disclosure_id, subject, due_at, noticed_at, deliver_at, text)
        select id, kind, disclosure_id, subject, due_at, $1, deliver_at, text
        from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[])
          as n (id, kind, disclosure_id, subject, due_at, deliver_at, text)
        """;

    private const string KeepSql = """
        insert into late_notices (event_id, disclosure_id, kind, came_at, deliver_at)
        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[])
        """;

    /// <summary>The statements that write notices; those of what was noticed late are kept until all of it is.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyList<(Guid Disclosure, Notice Notice)> notices, DateTimeOffset now)
    {
        var single = notices.Where(one => !one.Notice.Late).ToList();
        if (single.Count > 0)
        {
            yield return new NpgsqlBatchCommand(InsertSql)
            {
                Parameters =
                {
                    new NpgsqlParameter { Value = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                    Ids(single.Select(one => one.Notice.EventId)), Texts(single.Select(one => one.Notice.Kind)), Ids(single.Select(one => one.Disclosure)),
                    Texts(single.Select(one => one.Notice.Subject)), Times(single.Select(one => one.Notice.DueAt)),
                    Times(single.Select(one => one.Notice.DeliverAt)), Texts(single.Select(one => one.Notice.Text)),
                },
            };
        }

        var late = notices.Where(one => one.Notice.Late).ToList();
        if (late.Count > 0)
        {
            yield return new NpgsqlBatchCommand(KeepSql)
            {
                Parameters =
                {
                    Ids(late.Select(one => one.Notice.EventId)), Ids(late.Select(one => one.Disclosure)), Texts(late.Select(one => one.Notice.Kind)),
                    Times(late.Select(one => one.Notice.At)), Times(late.Select(one => one.Notice.DeliverAt)),
                },
            };
        }
    }

    private static NpgsqlParameter Ids(IEnumerable<Guid> ids) => new() { Value = ids.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    private static NpgsqlParameter Texts(IEnumerable<string> texts) => new() { Value = texts.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static NpgsqlParameter Times(IEnumerable<DateTimeOffset> times) =>
        new() { Value = times.Select(time => time.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };
}

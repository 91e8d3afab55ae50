using System.Text.Json.Serialization;
using Ketman.Contracts;
using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.Reading;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Npgsql;

namespace Ketman.Disclosures.Notices;

/// <summary>A page of notices, the youngest first.</summary>
/// <param name="Items">The notices.</param>
/// <param name="Next">Ask for <c>after</c> this to go on; null: that was all.</param>
/// <param name="Withheld">What is left out.</param>
public sealed record NoticePage(
    IReadOnlyList<NoticeItem> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next, WithheldCases Withheld);

/// <summary>What people are told.</summary>
/// <param name="Id">The event that it tells of; of a collected notice, its own id.</param>
/// <param name="Kind"><c>breach</c>, <c>warning</c>, <c>step-due</c>, <c>step-taken</c>, or <c>caught-up</c>: collected.</param>
/// <param name="DisclosureId">The case; absent: a collected notice.</param>
/// <param name="Disclosure">Its handle.</param>
/// <param name="Subject">The clock or the step.</param>
/// <param name="DueAt">When it is or was due; of a collected notice, when the earliest of it came.</param>
/// <param name="NoticedAt">When that was noticed.</param>
/// <param name="DeliverAt">When to tell people: while the team works.</param>
/// <param name="Text">In words.</param>
/// <param name="CaughtUp">Of a collected notice: of what it tells.</param>
public sealed record NoticeItem(
    Guid Id, string Kind, Guid? DisclosureId, string? Disclosure, string? Subject, DateTimeOffset DueAt, DateTimeOffset NoticedAt,
    DateTimeOffset DeliverAt, string Text, CaughtUp? CaughtUp);

/// <summary>What was noticed late, in all. Where the reader may not know of all its cases it has no numbers.</summary>
/// <param name="Until">When the latest of it came.</param>
/// <param name="Breaches">How many clocks ran out.</param>
/// <param name="Steps">How many steps became due or were taken.</param>
/// <param name="Warnings">How many warning points passed.</param>
/// <param name="Cases">In how many cases.</param>
/// <param name="Disclosures">Those, by their ids, the earliest first, at most a thousand.</param>
public sealed record CaughtUp(DateTimeOffset Until, long? Breaches, long? Steps, long? Warnings, long? Cases, IReadOnlyList<Guid> Disclosures);

/// <summary>GET /notices?limit=&amp;after=</summary>
internal static class ListNotices
{
    private const int MostNamed = 10;

    // A collected notice names cases in its text. Who may not know of one of them gets it without text and numbers, with the cases that he
    // may know of; and below TLP:RED so does everybody, because that alone would tell that there is one.
    private static string Select(string admitted, bool isRed) => $"""
        select n.id, n.kind, n.disclosure_id, d.handle, n.subject, n.due_at, n.noticed_at, n.deliver_at,
               case when not told.whole then null else n.text end,
               n.due_until, case when told.whole then n.breaches end, case when told.whole then n.steps end,
               case when told.whole then n.warnings end, case when told.whole then n.cases end, case when told.whole then n.disclosures else told.ids end, told.handles
        from notices n left join disclosures d on d.id = n.disclosure_id {CaseAccess.Join}
        cross join lateral (
          select n.disclosures is null or ({(isRed ? "count(*) filter (where not s.admitted) = 0" : "false")}) as whole,
                 coalesce(array_agg(s.id order by array_position(n.disclosures, s.id)) filter (where s.admitted), array[]::uuid[]) as ids,
                 coalesce(array_agg(s.handle order by array_position(n.disclosures, s.id)) filter (where s.admitted), array[]::text[]) as handles
          from (select d.id, d.handle, ({admitted}) as admitted from disclosures d {CaseAccess.Join} where d.id = any(n.disclosures)) s) told
        where (n.noticed_at, n.id) < ($1, $2)
          and case when n.disclosure_id is null then told.whole or cardinality(told.ids) > 0 else {admitted} end
        order by n.noticed_at desc, n.id desc limit $3
        """;

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("notices", HandleAsync)
        .ForRole(CallerRoles.Viewer).WithName("list-notices").WithTags("disclosure")
        .Produces<NoticePage>()
        .ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<IResult> HandleAsync(
        string? limit, string? after, Caller caller, NpgsqlDataSource database, CaseAccess access, TimeProvider time, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        var (size, cursor) = PageCursor.Read(limit, after, errors);
        if (errors.Count > 0)
        {
            return Problems.InvalidRequest(errors).ToResult();
        }

        var now = time.GetUtcNow();
        var rows = await ReadAsync(database, cursor, size + 1, caller.Reader, now, cancellation);
        var items = rows.Take(size).ToList();
        return TypedResults.Ok(new NoticePage(items, rows.Count > size ? new PageCursor(items[^1].NoticedAt, items[^1].Id).ToString() : null,
            await access.CountHiddenAsync(caller.Reader, now, cancellation)));
    }

    /// <summary>The notices after a place, the youngest first.</summary>
    internal static async Task<IReadOnlyList<NoticeItem>> ReadAsync(
        NpgsqlDataSource database, PageCursor cursor, int limit, Reader reader, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = cursor.At });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = cursor.Id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var admitted = CaseAccess.Condition(command, reader, now) + $" and coalesce(k.narrowest_fact, 0) <= {(int)reader.Clearance}";
        command.CommandText = Select(admitted, reader.Clearance is Tlp.Red);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var items = new List<NoticeItem>();
        while (await row.ReadAsync(cancellation))
        {
            items.Add(new NoticeItem(
                row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetGuid(2), Text(row, 3), Text(row, 4),
                row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7),
                Text(row, 8) ?? InPart(row),
                row.IsDBNull(9)
                    ? null
                    : new CaughtUp(
                        row.GetFieldValue<DateTimeOffset>(9), Number(row, 10), Number(row, 11), Number(row, 12), Number(row, 13), row.GetFieldValue<Guid[]>(14))));
        }

        return items;
    }

    private static string InPart(NpgsqlDataReader row) =>
        $"Noticed late, between {Notice.Said(row.GetFieldValue<DateTimeOffset>(5))} and {Notice.Said(row.GetFieldValue<DateTimeOffset>(9))}: "
        + $"{string.Join(", ", row.GetFieldValue<string[]>(15).Take(MostNamed))}. Cases that are not for you may be left out.";

    private static long? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

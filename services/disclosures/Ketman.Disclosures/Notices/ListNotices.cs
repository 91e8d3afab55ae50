using System.Text.Json.Serialization;
using Ketman.Disclosures.Reading;
using Ketman.Hosting.Web;
using Npgsql;

namespace Ketman.Disclosures.Notices;

/// <summary>A page of notices, the youngest first.</summary>
/// <param name="Items">The notices.</param>
/// <param name="Next">Ask for <c>after</c> this to go on; null: that was all.</param>
public sealed record NoticePage(
    IReadOnlyList<NoticeItem> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

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

/// <summary>What was noticed late, in all.</summary>
/// <param name="Until">When the latest of it came.</param>
/// <param name="Breaches">How many clocks ran out.</param>
/// <param name="Steps">How many steps became due or were taken.</param>
/// <param name="Warnings">How many warning points passed.</param>
/// <param name="Cases">In how many cases.</param>
/// <param name="Disclosures">Those, by their ids, the earliest first, at most a thousand.</param>
public sealed record CaughtUp(DateTimeOffset Until, long Breaches, long Steps, long Warnings, long Cases, IReadOnlyList<Guid> Disclosures);

/// <summary>GET /notices?limit=&amp;after=</summary>
internal static class ListNotices
{
    private const string Select = """
        select n.id, n.kind, n.disclosure_id, d.handle, n.subject, n.due_at, n.noticed_at, n.deliver_at, n.text,
               n.due_until, n.breaches, n.steps, n.warnings, n.cases, n.disclosures
        from notices n left join disclosures d on d.id = n.disclosure_id
        where (n.noticed_at, n.id) < ($1, $2)
        order by n.noticed_at desc, n.id desc limit $3
        """;

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("notices", HandleAsync)
        .WithName("list-notices").WithTags("disclosure")
        .Produces<NoticePage>()
        .ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<IResult> HandleAsync(string? limit, string? after, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        var (size, cursor) = PageCursor.Read(limit, after, errors);
        if (errors.Count > 0)
        {
            return Problems.InvalidRequest(errors).ToResult();
        }

        var rows = await ReadAsync(database, cursor, size + 1, cancellation);
        var items = rows.Take(size).ToList();
        return TypedResults.Ok(new NoticePage(items, rows.Count > size ? new PageCursor(items[^1].NoticedAt, items[^1].Id).ToString() : null));
    }

    /// <summary>The notices after a place, the youngest first.</summary>
    internal static async Task<IReadOnlyList<NoticeItem>> ReadAsync(
        NpgsqlDataSource database, PageCursor cursor, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Select);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = cursor.At });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = cursor.Id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var items = new List<NoticeItem>();
        while (await row.ReadAsync(cancellation))
        {
            items.Add(new NoticeItem(
                row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetGuid(2), Text(row, 3), Text(row, 4),
                row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7), row.GetString(8),
                row.IsDBNull(9)
                    ? null
                    : new CaughtUp(
                        row.GetFieldValue<DateTimeOffset>(9), row.GetInt64(10), row.GetInt64(11), row.GetInt64(12), row.GetInt64(13), row.GetFieldValue<Guid[]>(14))));
        }

        return items;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

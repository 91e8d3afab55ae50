using System.Text.Json.Serialization;
using Ketman.Contracts;
using Ketman.Disclosures.References;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;
using Ketman.Hosting.Web;
using Npgsql;

namespace Ketman.Disclosures.Reading;

/// <summary>A page of cases, the youngest first.</summary>
/// <param name="Items">The cases.</param>
/// <param name="Next">Ask for <c>after</c> this to go on; null: that was all.</param>
public sealed record DisclosurePage(
    IReadOnlyList<DisclosureItem> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>A case in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Handle">What people call it.</param>
/// <param name="CompanyId">The company.</param>
/// <param name="Company">The company's handle; absent while Intake does not answer.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Status">Open, resolved or closed.</param>
/// <param name="OpenedAt">When it was opened.</param>
public sealed record DisclosureItem(
    Guid Id, string Handle, Guid CompanyId, string? Company, string? Title, DisclosureStatus Status, Moment OpenedAt);

/// <summary>GET /disclosures?limit=&amp;after=&amp;status=&amp;company=</summary>
internal static class ListDisclosures
{
    // Always a row comparison on the index's own columns, and only the conditions that are asked for: with "or $1 is null" a
    // page deep in the list would read all pages before it.
    private const string From = """
        select id, handle, company_id, title, status, opened_at, opened_on_day
        from disclosures
        where (opened_at, id) < ($1, $2)
        """;

    private const string To = " order by opened_at desc, id desc limit $3";

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("disclosures", HandleAsync)
        .WithName("list-disclosures").WithTags("disclosure")
        .Produces<DisclosurePage>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(
        string? limit, string? after, string? status, string? company,
        NpgsqlDataSource database, IRefResolver references, IntakeDirectory intake, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        var (size, cursor) = PageCursor.Read(limit, after, errors);
        if (status is not (null or "open" or "resolved" or "closed"))
        {
            errors.Add(new FieldError("status", "must be open, resolved or closed"));
        }

        if (errors.Count > 0)
        {
            return Problems.InvalidRequest(errors).ToResult();
        }

        Guid? companyId = null;
        if (company is not null)
        {
            var reference = references.Normalise(new Reference("company", company));
            if (!(await references.FindManyAsync([reference], cancellation)).TryGetValue(reference, out var found))
            {
                return Problems.NotFound("company", "company").ToResult();
            }

            companyId = found.Id;
        }

        var rows = await ReadAsync(database, cursor, status, companyId, size + 1, cancellation);
        var items = rows.Take(size).ToList();
        var names = await IntakeNames.OfAsync(intake, "company", items.Select(item => item.CompanyId), cancellation);
        return TypedResults.Ok(new DisclosurePage(
            [.. items.Select(item => item with { Company = names.GetValueOrDefault(item.CompanyId) })],
            rows.Count > size ? new PageCursor(items[^1].OpenedAt.Start, items[^1].Id).ToString() : null));
    }

    private static async Task<List<DisclosureItem>> ReadAsync(
        NpgsqlDataSource database, PageCursor cursor, string? status, Guid? company, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = cursor.At });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = cursor.Id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var conditions = "";
        if (status is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = status });
            conditions = $" and status = ${command.Parameters.Count}";
        }

        if (company is { } id)
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
            conditions += $" and company_id = ${command.Parameters.Count}";
        }

        command.CommandText = From + conditions + To;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<DisclosureItem>();
        while (await reader.ReadAsync(cancellation))
        {
            var opened = reader.GetFieldValue<DateTimeOffset>(5);
            rows.Add(new DisclosureItem(
                reader.GetGuid(0), reader.GetString(1), reader.GetGuid(2), null, reader.IsDBNull(3) ? null : reader.GetString(3),
                Enum.Parse<DisclosureStatus>(reader.GetString(4), ignoreCase: true),
                reader.GetBoolean(6) ? Moment.On(DateOnly.FromDateTime(opened.UtcDateTime)) : Moment.At(opened)));
        }

        return rows;
    }
}

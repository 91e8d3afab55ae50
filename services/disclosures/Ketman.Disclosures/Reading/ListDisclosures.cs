using System.Text.Json.Serialization;
using Ketman.Contracts;
using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.References;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Commands;
using Ketman.Hosting.Web;
using Npgsql;

namespace Ketman.Disclosures.Reading;

/// <summary>A page of cases, the youngest first.</summary>
/// <param name="Items">The cases.</param>
/// <param name="Next">Ask for <c>after</c> this to go on; null: that was all.</param>
/// <param name="Withheld">What is left out.</param>
public sealed record DisclosurePage(
    IReadOnlyList<DisclosureItem> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next, WithheldCases Withheld);

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
    private const string From = $"""
        select d.id, d.handle, d.company_id, d.title, d.status, d.opened_at, d.opened_on_day
        from disclosures d {CaseAccess.Join}
        where (d.opened_at, d.id) < ($1, $2)
        """;

    private const string To = " order by d.opened_at desc, d.id desc limit $3";

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("disclosures", HandleAsync)
        .ForRole(CallerRoles.Viewer).WithName("list-disclosures").WithTags("disclosure")
        .Produces<DisclosurePage>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(
        string? limit, string? after, string? status, string? company,
        Caller caller, NpgsqlDataSource database, IRefResolver references, IntakeDirectory intake, CaseAccess access, TimeProvider time,
        CancellationToken cancellation)
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
            if (!(await references.FindManyAsync([reference], cancellation)).TryGetValue(reference, out var found)
                || (caller.Clearance < Tlp.Red && await access.IsPrivateAsync(found.Id, cancellation)))
            {
                return Problems.NotFound("company", "company").ToResult();
            }

            companyId = found.Id;
        }

        var now = time.GetUtcNow();
        var rows = await ReadAsync(database, cursor, status, companyId, size + 1, caller.Reader, now, cancellation);
        var items = rows.Take(size).ToList();
        var names = await IntakeNames.OfAsync(intake, "company", items.Select(item => item.CompanyId), cancellation);
        return TypedResults.Ok(new DisclosurePage(
            [.. items.Select(item => item with { Company = names.GetValueOrDefault(item.CompanyId) })],
            rows.Count > size ? new PageCursor(items[^1].OpenedAt.Start, items[^1].Id).ToString() : null,
            await access.CountHiddenAsync(caller.Reader, now, cancellation)));
    }

    private static async Task<List<DisclosureItem>> ReadAsync(
        NpgsqlDataSource database, PageCursor cursor, string? status, Guid? company, int limit, Reader reader, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = cursor.At });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = cursor.Id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var conditions = $" and {CaseAccess.Condition(command, reader, now)}";
        if (status is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = status });
            conditions = $" and d.status = ${command.Parameters.Count}";
        }

        if (company is { } id)
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
            conditions += $" and d.company_id = ${command.Parameters.Count}";
        }

        command.CommandText = From + conditions + To;
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<DisclosureItem>();
        while (await row.ReadAsync(cancellation))
        {
            var opened = row.GetFieldValue<DateTimeOffset>(5);
            rows.Add(new DisclosureItem(
                row.GetGuid(0), row.GetString(1), row.GetGuid(2), null, row.IsDBNull(3) ? null : row.GetString(3),
                Enum.Parse<DisclosureStatus>(row.GetString(4), ignoreCase: true),
                row.GetBoolean(6) ? Moment.On(DateOnly.FromDateTime(opened.UtcDateTime)) : Moment.At(opened)));
        }

        return rows;
    }
}

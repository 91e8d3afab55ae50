using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Figures;
using Ketman.Metrics.Reading;
using Npgsql;

namespace Ketman.Metrics.Companies;

/// <summary>GET /companies/{ref}/record: a company's record over all its cases, now or as of a moment of the past, and beside what was known before.</summary>
internal static class CompanyRecordEndpoint
{
    private static readonly MeasureWish Everything = new(MeasureParts.All, FigureWindow.Always);

    public static void MapCompanyRecord(this IEndpointRouteBuilder routes) => routes
        .MapGet("companies/{ref}/record", GetAsync).ForRole(CallerRoles.Viewer).WithName("company-record").WithSummary("A company's record over all its cases.")
        .Produces<CompanyRecord>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> GetAsync(
        string @ref, string? asOf, string? by, string? against, Caller caller, HttpContext context, NpgsqlDataSource database, TeamCalendar calendar, BusinessTime business,
        TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        List<FieldError> errors = [.. AsOf.Read(asOf, by, calendar, now, out var asked)];
        errors.AddRange(AsOf.Read(against, null, calendar, now, out var before).Select(error => error with { Field = "against" }));
        if (errors.Count > 0)
        {
            return Problems.InvalidRequest(errors).ToResult();
        }

        var record = await ReadAsync(database, @ref, caller.Reader, asked, before, calendar, business, now, cancellation);
        return record is null ? Problems.NotFound("company", "ref").ToResult() : Tagged.Json(context, record);
    }

    /// <summary>The record; null: there is no such company, or the reader may not know of it.</summary>
    internal static async Task<CompanyRecord?> ReadAsync(
        NpgsqlDataSource database, string reference, Reader reader, AsOf? asOf, AsOf? against, TeamCalendar calendar, BusinessTime business, DateTimeOffset now,
        CancellationToken cancellation)
    {
        if (asOf is null && against is null)
        {
            var rows = await RecordRows.ReadAsync(database, reference, reader, now, cancellation);
            return rows is null ? null : CompanyRecord.Of(rows.Company, rows.Cases, Scope(FigureQuery.LastMinute(now), rows.Workforce), rows.Withheld);
        }

        var withheld = await database.CountHiddenAsync(reader, now, cancellation);
        if (await database.FindCompanyAsync(reference, reader, now, cancellation) is not { } id)
        {
            return null;
        }

        var company = (await database.CompaniesAsync(id, cancellation))[id];
        var wish = Everything with { Company = id };
        var measures = await database.MeasuresAsync(reader, now, asOf, wish, calendar, cancellation);
        var earlier = against is null ? null : await database.MeasuresAsync(reader, now, against, wish, calendar, cancellation);
        var (workforce, _) = await database.WorkforceAsync(measures.Concat(earlier ?? []).SelectMany(measure => measure.Workers), cancellation);
        var record = CompanyRecord.Of(company, measures, Scope(asOf?.At ?? FigureQuery.LastMinute(now), workforce), withheld) with { AsOf = asOf?.By.Wire() };
        return earlier is null ? record : record with { Against = Change(record, CompanyRecord.Of(company, earlier, Scope(against!.At, workforce), withheld)) };

        FigureScope Scope(DateTimeOffset at, Workforce workforce) => new(FigureQuery.Plain, calendar, business, at, new Dictionary<Guid, FigureCompany>(), workforce);
    }

    private static RecordChange Change(CompanyRecord now, CompanyRecord then)
    {
        var (cases, before) = (now.Cases.ToDictionary(known => known.Id), then.Cases.ToDictionary(known => known.Id));
        return new RecordChange(
            then.At, FigureNumbers.Differences(Numbers(then), Numbers(now)),
            [
                .. cases.Keys.Union(before.Keys).Select(id => (Now: cases.GetValueOrDefault(id), Then: before.GetValueOrDefault(id)))
                    .Select(one => new MovedCase((one.Now ?? one.Then)!.Disclosure, (one.Now ?? one.Then)!.Id, Tell(one.Then), Tell(one.Now)))
                    .Where(moved => moved.Then != moved.Now).OrderBy(moved => moved.Disclosure, StringComparer.Ordinal),
            ]);
    }

    private static object Numbers(CompanyRecord record) =>
        new { record.Promises, record.Money, record.ReactionTimes, record.Sla, record.Channels, cases = record.Cases.Count, record.Running };

    // What still waits has always waited longer since, which moves nothing.
    private static string? Tell(RecordedCase? known) => known is null ? null : FormattableString.Invariant(
        $"{known.Status.Wire()}, {(known.AcknowledgedAt is null ? known.Running ? "waiting for an acknowledgement" : "nothing delivered" : $"acknowledged {known.AcknowledgedAt} after {known.DaysToAcknowledge} days")}, ")
        + FormattableString.Invariant($"{known.Attempts} attempts, {known.Reactions.Count} reactions, {known.Workers} workers, {known.Breaches} breaches, ")
        + FormattableString.Invariant($"promises {known.Promises.Kept} kept, {known.Promises.KeptLate} late, {known.Promises.Missed} missed, {known.Promises.Open} open, ")
        + FormattableString.Invariant($"{known.Money.Payments} payments of {known.Money.Usd} USD, {known.Money.Unpriced} unpriced");
}

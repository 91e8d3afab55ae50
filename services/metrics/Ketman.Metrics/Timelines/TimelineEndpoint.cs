using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Npgsql;

namespace Ketman.Metrics.Timelines;

/// <summary>GET /disclosures/{ref}/timeline: everything that happened in a case, retracted facts shown as such.</summary>
internal static class TimelineEndpoint
{
    public static void MapTimeline(this IEndpointRouteBuilder routes) => routes
        .MapGet("disclosures/{ref}/timeline", GetAsync).ForRole(CallerRoles.Viewer).WithName("timeline").WithSummary("Everything that happened in a case, in order.")
        .Produces<Timeline>().ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> GetAsync(
        string @ref, Caller caller, HttpContext context, NpgsqlDataSource database, TeamCalendar calendar, TimeProvider clock, CancellationToken cancellation)
    {
        if (await database.FindCaseAsync(@ref, caller.Reader, clock.GetUtcNow(), cancellation) is not { } id)
        {
            return Problems.NotFound("disclosure", "ref").ToResult();
        }

        var facts = await database.OfCaseAsync(id, cancellation);
        var names = await AccountNamesAsync(database, facts.Select(fact => Facts.AccountOf(fact.Said)).OfType<Guid>().Distinct(), cancellation);
        return Tagged.Json(context, Tell(id, facts, names, calendar, caller.Clearance));
    }

    /// <summary>The timeline that the facts of one case tell.</summary>
    internal static Timeline Tell(Guid id, IReadOnlyList<Fact> facts, Dictionary<Guid, string> names, TeamCalendar calendar, Tlp clearance)
    {
        var all = facts;
        var byId = all.ToDictionary(fact => fact.Id);
        var confidentiality = CaseConfidentiality.Of(all);
        facts = [.. all.Where(fact => confidentiality.MarkOf(fact, byId) <= clearance)];
        var opened = facts.Select(fact => fact.Said).OfType<DisclosureOpened>().First();
        var retractions = facts.Where(fact => fact.Said is FactRetracted).OrderBy(fact => fact.Version)
            .DistinctBy(fact => ((FactRetracted)fact.Said).FactId).ToDictionary(fact => ((FactRetracted)fact.Said).FactId);
        var corrections = facts.Where(fact => fact.Said is PaymentCorrected)
            .GroupBy(fact => ((PaymentCorrected)fact.Said).PaymentId).ToDictionary(group => group.Key, group => group.MaxBy(fact => fact.Version)!.Id);
        return new Timeline(
            opened.Handle, id, opened.CompanyId,
            [
                .. facts.OrderBy(fact => fact.At, calendar).ThenBy(fact => fact.Version).Select(fact =>
                {
                    var cut = ContractCut.Of(fact.Said, clearance);
                    var account = cut.Withheld?.Any(part => part.Member == "accountId") is true ? null : Facts.AccountOf(fact.Said);
                    var name = account is { } known ? names.GetValueOrDefault(known) : null;
                    return new TimelineEntry(
                        fact.Id, fact.Version, KindOf(fact), Telling.Tell(cut.Said, name), fact.At, fact.At.Precision, fact.RecordedAt, fact.RecordedBy,
                        account, name,
                        retractions.TryGetValue(fact.Id, out var taken) ? new Retraction(taken.Id, ((FactRetracted)taken.Said).Reason, taken.RecordedAt) : null,
                        corrections.TryGetValue(fact.Id, out var correction) ? correction : null,
                        cut.Content, cut.Withheld);
                }),
            ],
            facts.Count == all.Count ? null
                : [.. all.Except(facts).GroupBy(fact => confidentiality.MarkOf(fact, byId)).OrderBy(group => group.Key).Select(group => new WithheldPart("entries", group.Key, group.Count()))]);
    }

    private static string KindOf(Fact fact) =>
        fact.Said.GetType().GetCustomAttributes(typeof(ContractAttribute), inherit: false).Cast<ContractAttribute>().Single().Name;

    private static async Task<Dictionary<Guid, string>> AccountNamesAsync(
        NpgsqlDataSource database, IEnumerable<Guid> ids, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select id, ref from accounts where id = any($1) and ref is not null");
        command.Parameters.Add(Facts.Array(NpgsqlTypes.NpgsqlDbType.Uuid, ids));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        Dictionary<Guid, string> names = [];
        while (await reader.ReadAsync(cancellation))
        {
            names.Add(reader.GetGuid(0), reader.GetString(1));
        }

        return names;
    }
}

using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Figures;
using Ketman.Metrics.Reading;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Board;

/// <summary>
/// The board as it was: folded from the facts of that past, filtered and sorted as the board of now is. Which clocks ran then under the pinned
/// policies is not known here, so they are left out and said to be; promises and the breaches that were recorded are in it.
/// </summary>
internal static class BoardAsOf
{
    // Parts that only the policy tells, which Disclosures works out for now alone.
    private static readonly string[] Unknown = ["clocks", "steps", "publication"];

    private static readonly string[] Types = [.. MetricsReadModels.Derived, .. new[] { typeof(SlaBreached), typeof(BreachAnnulled) }.Select(ContractJson.UrnOf)];

    public static async Task<BoardPage> ReadAsync(
        NpgsqlDataSource database, BoardQuery query, AsOf past, Guid? company, TeamCalendar calendar, DateTimeOffset now, Reader reader, CancellationToken cancellation)
    {
        var withheld = await database.CountHiddenAsync(reader, now, cancellation);
        var facts = await FactsAsync(database, past, company, calendar, cancellation);
        // How a company is called and what it wishes is no matter of the past.
        var companies = (await database.CompaniesAsync(only: null, cancellation)).ToDictionary(
            known => known.Key, known => new BoardCompany(known.Key, known.Value.Handle, known.Value.Name, known.Value.Private, known.Value.Zone));
        var lines = Lines(facts, companies, query, past, company, calendar, now, reader).ToList();
        var page = lines.Where(line => query.After is not { } after || Compare(line.Place, after) > 0).Take(query.Limit + 1).ToList();
        return new BoardPage(
            [.. page.Take(query.Limit).Select(one => one.Line.For(reader, calendar, past.At))],
            page.Count > query.Limit ? page[query.Limit - 1].Place.ToString() : null,
            withheld, AsOf: past.At, Unknown: Unknown);
    }

    /// <summary>The rows that these facts of the past make, in the order that is asked for.</summary>
    internal static IEnumerable<(BoardLine Line, BoardCursor Place)> Lines(
        IReadOnlyList<Fact> facts, IReadOnlyDictionary<Guid, BoardCompany> companies, BoardQuery query, AsOf past, Guid? company, TeamCalendar calendar,
        DateTimeOffset now, Reader reader)
    {
        var hasLast = query.Order.TellsOfFacts && !query.AsksForWorkedOut;
        return facts.GroupBy(fact => fact.Subject).Select(told => Case.From(told, calendar)).OfType<Case>()
            .Where(known => company is null || known.CompanyId == company)
            .Select(known => (Known: known, Company: companies.GetValueOrDefault(known.CompanyId) ?? new BoardCompany(known.CompanyId, null, null, Private: true)))
            .Where(one => one.Known.Confidentiality.Admits(reader, one.Company.Private, now))
            .Select(one => BoardLine.Of(BoardRow.Of(one.Known), one.Company, now) with { BreachAt = BreachOf(one.Known) })
            .Where(line => Holds(line, query, past.At, reader))
            .Select(line => (Line: line, Place: line.PlaceIn(query.Order, hasLast && line.NarrowestFact > reader.Clearance, 0)))
            .Order(Comparer<(BoardLine Line, BoardCursor Place)>.Create((one, other) => Compare(one.Place, other.Place)));
    }

    // A breach stands as long as nothing stopped its clock; what did is not known here, so one of an open case that was not annulled counts.
    private static DateTimeOffset? BreachOf(Case known)
    {
        var annulled = known.Of<BreachAnnulled>().Select(fact => fact.Said.BreachId).ToHashSet();
        return known.Status is not CaseStatus.Open ? null
            : known.Of<SlaBreached>().Where(breach => !annulled.Contains(breach.Id)).Select(breach => (DateTimeOffset?)breach.At.Start).Min();
    }

    private static bool Holds(BoardLine line, BoardQuery query, DateTimeOffset at, Reader reader) =>
        (query.Status is null || line.Status == query.Status)
        && (query.Cases is not { } named || named.Any(one => one == line.Handle || (Guid.TryParseExact(one, "D", out var id) && id == line.Id)))
        && (query.WaitingOn is null || line.WaitingOn == query.WaitingOn)
        && Either(query.Reaction, line.Reaction)
        && Either(query.Assignee, line.Assignee)
        && Either(query.Severity, line.Severity)
        && (query.Policy is null || line.Policy == query.Policy)
        && (query.Overdue is null || query.Overdue == line.Urgency <= at)
        && (query.DueWithin is not { } within || line.Urgency <= at + within)
        && (query.Marking is null || line.Marking == query.Marking)
        && query.Tags.All(tag => line.Tags.Contains(tag, StringComparer.Ordinal))
        && (!query.AsksForWorkedOut || line.NarrowestFact <= reader.Clearance);

    private static bool Either(string? wanted, string? value) => wanted is null || (wanted is BoardQuery.None ? value is null : value == wanted);

    private static int Compare(BoardCursor one, BoardCursor other)
    {
        if (one.Last != other.Last)
        {
            return one.Last ? 1 : -1;
        }

        var sign = !one.Last && one.Order.Descending ? -1 : 1;
        foreach (var (left, right) in one.Values.Zip(other.Values))
        {
            var compared = left is string text ? string.CompareOrdinal(text, (string)right) : System.Collections.Comparer.DefaultInvariant.Compare(left, right);
            if (compared != 0)
            {
                return sign * compared;
            }
        }

        // As PostgreSQL orders them: by their bytes as they are written.
        return sign * string.CompareOrdinal(one.Id.ToString("N"), other.Id.ToString("N"));
    }

    private static async Task<IReadOnlyList<Fact>> FactsAsync(
        NpgsqlDataSource database, AsOf past, Guid? company, TeamCalendar calendar, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.Parameters.Add(Facts.Array(NpgsqlDbType.Text, Types));
        var own = "";
        if (company is { } id)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = id });
            own = " and f.subject in (select id from cases where company_id = $2)";
        }

        command.CommandText = $"select {Facts.Columns} from facts f where f.type = any($1){own} and {past.Condition(command, calendar)}";
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await Facts.ReadAsync(reader, cancellation);
    }
}

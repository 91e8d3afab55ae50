using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Figures;

/// <summary>Which cases a figure wants.</summary>
/// <param name="Parts">What of them.</param>
/// <param name="Window">In which window; null: all.</param>
/// <param name="Columns">By which columns the window goes.</param>
/// <param name="Company">Only of this company.</param>
internal sealed record MeasureWish(MeasureParts Parts, FigureWindow Window, (string From, string Until)? Columns = null, Guid? Company = null);

/// <summary>
/// The cases that figures are worked out from: those of which the reader may know everything. The others count nowhere, as if there were none: a
/// figure that counted them would tell of them.
/// </summary>
internal static class MeasureSource
{
    // A day stands as its first instant in UTC, which the team's zone may put up to fourteen hours away.
    private static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    /// <summary>Reads them as they are known now, from their rows.</summary>
    public static async Task<List<Measure>> MeasuresAsync(
        this NpgsqlDataSource database, Reader reader, DateTimeOffset now, MeasureWish wish, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.CommandText = Select(command.Parameters, reader, now, wish);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        List<Measure> measures = [];
        while (await row.ReadAsync(cancellation))
        {
            measures.Add(MeasureRows.Read(row));
        }

        return measures;
    }

    /// <summary>
    /// Reads them as of a moment of the past: cases of which something is to be left out are folded anew from what is left of their facts, all
    /// others stand as they do now. Who may know of them is asked of now.
    /// </summary>
    public static async Task<List<Measure>> MeasuresAsync(
        this NpgsqlDataSource database, Reader reader, DateTimeOffset now, AsOf? asOf, MeasureWish wish, TeamCalendar calendar, CancellationToken cancellation)
    {
        var measures = await database.MeasuresAsync(reader, now, wish, cancellation);
        if (asOf is null)
        {
            return measures;
        }

        var touched = await TouchedAsync(database, reader, now, asOf, wish.Company, cancellation);
        measures.RemoveAll(measure => touched.Contains(measure.Id));
        await using var command = database.CreateCommand();
        command.Parameters.Add(Facts.Array(NpgsqlDbType.Uuid, touched));
        command.Parameters.Add(Facts.Array(NpgsqlDbType.Text, MetricsReadModels.Derived));
        command.CommandText = $"select {Facts.Columns} from facts f where f.subject = any($1) and f.type = any($2) and {asOf.Condition(command, calendar)}";
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var facts = await Facts.ReadAsync(rows, cancellation);
        measures.AddRange(facts.GroupBy(fact => fact.Subject).Select(facts => Case.From(facts, calendar)).OfType<Case>().Select(Measure.Of));
        return measures;
    }

    /// <summary>The companies, by id.</summary>
    public static async Task<Dictionary<Guid, FigureCompany>> CompaniesAsync(this NpgsqlDataSource database, Guid? only, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(CompanyOf(only is null ? null : "$1"));
        if (only is { } id)
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        }

        await using var row = await command.ExecuteReaderAsync(cancellation);
        Dictionary<Guid, FigureCompany> companies = [];
        while (await row.ReadAsync(cancellation))
        {
            var company = ReadCompany(row);
            companies[company.Id] = company;
        }

        return companies;
    }

    /// <summary>The statement for a company, or all of them.</summary>
    public static string CompanyOf(string? id) =>
        $"""
        select o.id, o.handle, o.name, o.tvl_rank, o.private or exists (select from cases p where p.company_id = o.id and p.private), o.zone
        from companies o{(id is null ? "" : $" where o.id = {id}")}
        """;

    /// <summary>Reads a row of it.</summary>
    public static FigureCompany ReadCompany(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetInt32(3), row.GetBoolean(4), row.IsDBNull(5) ? null : row.GetString(5));

    /// <summary>What <see cref="ReadAccountsAsync"/> reads, of <c>accounts a</c>.</summary>
    public const string AccountColumns = "a.id, a.actor, a.same_as, a.merged_into, a.ref";

    /// <summary>Reads rows of accounts.</summary>
    public static async Task<List<(Guid Id, string? Actor, Guid? SameAs, Guid? MergedInto)>> ReadAccountsAsync(
        NpgsqlDataReader row, CancellationToken cancellation, Dictionary<Guid, string>? refs = null)
    {
        Dictionary<Guid, (Guid Id, string? Actor, Guid? SameAs, Guid? MergedInto)> accounts = [];
        while (await row.ReadAsync(cancellation))
        {
            var id = row.GetGuid(0);
            accounts[id] = (id, row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.IsDBNull(3) ? null : row.GetGuid(3));
            if (refs is not null && !row.IsDBNull(4))
            {
                refs[id] = row.GetString(4);
            }
        }

        return [.. accounts.Values];
    }

    /// <summary>Who is behind these accounts, and how the accounts are called.</summary>
    public static async Task<(Workforce Workforce, IReadOnlyDictionary<Guid, string> Refs)> WorkforceAsync(
        this NpgsqlDataSource database, IEnumerable<Guid> accounts, CancellationToken cancellation)
    {
        Dictionary<Guid, (Guid Id, string? Actor, Guid? SameAs, Guid? MergedInto)> rows = [];
        Dictionary<Guid, string> refs = [];
        HashSet<Guid> asked = [];
        HashSet<Guid> next = [.. accounts];
        while (next.Count > 0)
        {
            asked.UnionWith(next);
            await using var command = database.CreateCommand($"select {AccountColumns} from accounts a where a.id = any($1) or a.merged_into = any($1)");
            command.Parameters.Add(Facts.Array(NpgsqlDbType.Uuid, next));
            next = [];
            await using var row = await command.ExecuteReaderAsync(cancellation);
            foreach (var account in await ReadAccountsAsync(row, cancellation, refs))
            {
                rows[account.Id] = account;
                next.UnionWith(new[] { account.Id, account.SameAs, account.MergedInto }.OfType<Guid>());
            }

            next.ExceptWith(asked);
        }

        return (Workforce.FromRows(rows.Values), refs);
    }

    /// <summary>The statement for the cases that a reader may know all of; adds its parameters to these.</summary>
    public static string Select(NpgsqlParameterCollection values, Reader reader, DateTimeOffset now, MeasureWish wish, string? condition = null)
    {
        List<string> window = [];
        if (wish.Columns is var (first, last))
        {
            if (wish.Window.From is { } from)
            {
                window.Add($"m.{last} >= {Add(values, from.UtcDateTime - Slack, NpgsqlDbType.TimestampTz)}");
            }

            if (wish.Window.Until is { } until)
            {
                window.Add($"m.{first} < {Add(values, until.UtcDateTime + Slack, NpgsqlDbType.TimestampTz)}");
            }
        }

        if (condition is null && wish.Company is null && !wish.Parts.HasFlag(MeasureParts.Case) && reader.Clearance >= Marking.Usual)
        {
            window.Add($"m.id not in ({CaseAccess.NotWholly(values, reader, now)})");
            return $"select {MeasureRows.Columns(wish.Parts)} from measures m where {string.Join(" and ", window)}";
        }

        var cases = Access(values, reader, now) + (condition is null ? "" : $" and {condition}");
        if (wish.Company is { } company)
        {
            cases += $" and c.company_id = {Add(values, company, NpgsqlDbType.Uuid)}";
        }

        // Who may know of a case filters little, which the planner does not know: it would rather read all cases than look up those of a window.
        return window.Count == 0
            ? $"select {MeasureRows.Columns(wish.Parts)} from measures m join cases c on c.id = m.id where {cases}"
            : $"select {MeasureRows.Columns(wish.Parts)} from measures m cross join lateral (select c.* from cases c where c.id = m.id and {cases} offset 0) c where {string.Join(" and ", window)}";
    }

    private static async Task<HashSet<Guid>> TouchedAsync(
        NpgsqlDataSource database, Reader reader, DateTimeOffset now, AsOf asOf, Guid? company, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        List<string> conditions =
        [
            Access(command.Parameters, reader, now),
            // Rather some too many: folded anew they come out the same.
            asOf.By is AsOfBy.Known
                ? $"f.recorded_at > {Add(command.Parameters, asOf.At.UtcDateTime, NpgsqlDbType.TimestampTz)}"
                : $"f.happened_at > {Add(command.Parameters, asOf.At.UtcDateTime - Slack, NpgsqlDbType.TimestampTz)}",
        ];
        if (company is { } id)
        {
            conditions.Add($"c.company_id = {Add(command.Parameters, id, NpgsqlDbType.Uuid)}");
        }

        command.CommandText = $"select distinct c.id from facts f join cases c on c.id = f.subject where {string.Join(" and ", conditions)}";
        await using var row = await command.ExecuteReaderAsync(cancellation);
        HashSet<Guid> touched = [];
        while (await row.ReadAsync(cancellation))
        {
            touched.Add(row.GetGuid(0));
        }

        return touched;
    }

    /// <summary>The condition under which a reader may know everything of the case <c>c</c>; adds its parameters to these.</summary>
    public static string Access(NpgsqlParameterCollection values, Reader reader, DateTimeOffset now) =>
        $"{CaseAccess.Condition(values, reader, now)} and c.narrowest_fact <= {(int)reader.Clearance}";

    private static string Add(NpgsqlParameterCollection values, object value, NpgsqlDbType type)
    {
        values.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
        return $"${values.Count}";
    }
}

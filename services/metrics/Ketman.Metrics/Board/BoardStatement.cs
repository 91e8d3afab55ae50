using System.Globalization;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Board;

/// <summary>How the words of a question find cases.</summary>
internal enum WordSearch
{
    /// <summary>By whole words, in any of their forms.</summary>
    Words,

    /// <summary>By likeness to a handle or name.</summary>
    Likeness,
}

/// <summary>What is asked of the board, as SQL. Only what is asked for stands in a statement, so that each is planned for itself.</summary>
internal sealed class BoardStatement(BoardQuery query, CompanyAsked? company, Reader reader, DateTimeOffset now)
{
    /// <summary>Of more hits than these the order by relevance is that of some of them: nobody reads so far.</summary>
    private const int MostRanked = 1000;

    private static readonly string[] Statuses = ["open", "resolved", "closed"];

    /// <summary>Whether some cases are shown without what is worked out from their facts, and come after the others.</summary>
    public bool HasLast => reader.Clearance < Tlp.Red && query.Order.TellsOfFacts && !query.AsksForWorkedOut;

    /// <summary>
    /// How much of a word's trigrams must be in a name, for the statements behind it in the same batch: one wrong letter in six spoils three of
    /// seven, which the server's own 0.6 calls another word.
    /// </summary>
    public static NpgsqlBatchCommand HowAlike() => new("select set_config('pg_trgm.word_similarity_threshold', '0.45', true)");

    /// <summary>A page, one row more than asked for.</summary>
    /// <param name="last">Whether of the cases that come last.</param>
    /// <param name="search">How words find them.</param>
    public NpgsqlBatchCommand Page(bool last, WordSearch search)
    {
        var command = new NpgsqlBatchCommand();
        var values = command.Parameters;
        IReadOnlyList<string> columns = last ? ["c.opened_at", "c.id"] : query.Order.Columns;
        var limit = (query.Limit + 1).ToString(CultureInfo.InvariantCulture);
        var descending = !last && query.Order.Descending;
        var direction = descending ? " desc" : "";
        var after = query.After is { } cursor && cursor.Last == last
            ? $"({string.Join(", ", columns)}) {(descending ? '<' : '>')} ({string.Join(", ", cursor.Values.Select(value => Add(values, value)))}, {Add(values, cursor.Id)})"
            : null;
        var sorted = $"order by {string.Join(", ", columns.Select(column => column + direction))}";
        var order = $"{sorted} limit {limit}";
        if (query.Words is not null)
        {
            // Hundreds are found for a page of a few: only what they are put in order by is carried along until then.
            var place = columns.Append("c.opened_at").Where(column => column is not ("c.rank" or "c.id")).Distinct();
            command.CommandText = $"""
                select {BoardLine.Columns}, f.rank from (
                  select * from ({Found(values, search, last, $"c.id, {string.Join(", ", place)}")}) c {(after is null ? "" : $"where {after} ")}{order}) f
                join cases c on c.id = f.id {sorted.Replace("c.", "f.", StringComparison.Ordinal)}
                """;
            return command;
        }

        var conditions = string.Join(" and ", (after is null ? Conditions(values, last) : Conditions(values, last).Append(after)));
        command.CommandText = query.Status is not null
            ? $"select {BoardLine.Columns} from cases c where c.status = {Word(query.Status)} and {conditions} {order}"
            // Each state has its own stretch of an index.
            : $"""
               select {BoardLine.Columns} from unnest({Add(values, Statuses)}) s (status)
               cross join lateral (select c.* from cases c where c.status = s.status and {conditions} {order}) c {order}
               """;
        return command;
    }

    /// <summary>How many cases there are for each value of each filter.</summary>
    public NpgsqlBatchCommand Counts()
    {
        var command = new NpgsqlBatchCommand();
        var values = command.Parameters;
        var from = query.Words is null
            ? $"cases c where {string.Join(" and ", All(values))}"
            : $"({Found(values, WordSearch.Words, last: null, "c.*")}) c";
        var (told, time) = ($"c.narrowest_fact <= {(int)reader.Clearance}", Add(values, now.UtcDateTime));
        command.CommandText = $"""
            with found as materialized (
              select {(query.Status is { } only ? Word(only) + "::text as status" : "c.status")}, {told} as told, c.waiting_on, c.reaction, c.urgency <= {time} as overdue, c.assignee, c.severity, c.tags,
                case when c.red_until > {time} then 4 else c.marking end as tlp
              from {from})
            select grouping(status, waiting_on, reaction, overdue, assignee, tlp, severity) as key, told,
              status, waiting_on, reaction, overdue, assignee, tlp, severity, null as tag, count(*)::int
            from found
            group by grouping sets ((told), (told, status), (told, waiting_on), (told, reaction), (told, overdue), (told, assignee), (told, tlp), (told, severity))
            union all
            select null, told, null, null, null, null, null, null, null, tag, count(*)::int from found, unnest(tags) tag group by told, tag
            """;
        return command;

        IEnumerable<string> All(NpgsqlParameterCollection parameters) => query.Status is { } status
            ? Conditions(parameters, last: null).Prepend($"c.status = {Word(status)}")
            : Conditions(parameters, last: null);
    }

    private string Found(NpgsqlParameterCollection values, WordSearch search, bool? last, string columns)
    {
        var text = Add(values, query.Words!);
        var (finds, rank) = search is WordSearch.Words
            ? ($"s.words @@ websearch_to_tsquery('english', {text})", $"ts_rank(s.words, websearch_to_tsquery('english', {text}))")
            : ($"lower({text}) <% s.names", $"word_similarity(lower({text}), s.names)");
        var status = query.Status is { } one ? $"{(one is "open" ? " and s.open" : "")} and c.status = {Word(one)}" : "";
        var most = query.Order.Key is BoardKey.Relevance ? $" limit {MostRanked}" : "";
        var level = (int)reader.Clearance;
        return $"""
            select {columns}, {rank} as rank from case_words s join cases c on c.id = s.case_id
            where {finds} and s.level <= {level} and s.top >= {level}{status} and {string.Join(" and ", Conditions(values, last))}{most}
            """;
    }

    private List<string> Conditions(NpgsqlParameterCollection values, bool? last)
    {
        List<string> conditions = [CaseAccess.Condition(values, reader, now)];
        Where(company is { Id: null } ? $"c.company_id = {CompanyAsked.ByHandle}" : "c.company_id = {0}", company?.Value);
        if (query.Cases is { } named)
        {
            var ids = named.Select(one => Guid.TryParseExact(one, "D", out var id) ? id : (Guid?)null).OfType<Guid>().ToArray();
            conditions.Add(ids.Length == 0 ? $"c.handle = any({Add(values, named.ToArray())})" : $"(c.handle = any({Add(values, named.ToArray())}) or c.id = any({Add(values, ids)}))");
        }

        OneOf("c.waiting_on", query.WaitingOn);
        OneOf("c.reaction", query.Reaction);
        Either("c.assignee", query.Assignee);
        OneOf("c.severity", query.Severity);
        Where("c.policy = {0}", query.Policy);
        Where(query.Overdue is true ? "c.urgency <= {0}" : "c.urgency > {0}", query.Overdue is null ? null : now.UtcDateTime);
        Where("c.urgency <= {0}", query.DueWithin is { } within ? now.UtcDateTime + within : null);
        if (query.Tags.Count > 0)
        {
            conditions.Add("c.tags <> '{}'");
            conditions.Add($"c.tags @> {Add(values, query.Tags.ToArray())}");
        }

        if (query.Marking is { } marking)
        {
            conditions.Add($"case when c.red_until > {Add(values, now.UtcDateTime)} then 4 else c.marking end = {(int)marking}");
        }

        if (last is true)
        {
            // In the words of the index.
            conditions.Add($"c.narrowest_fact > 0 and c.narrowest_fact > {(int)reader.Clearance}");
        }
        else if (query.AsksForWorkedOut || (last is false && HasLast))
        {
            // What is withheld cannot be asked for either, nor seen from the place that it gives.
            conditions.Add($"c.narrowest_fact <= {(int)reader.Clearance}");
        }

        return conditions;

        void Where(string condition, object? value)
        {
            if (value is not null)
            {
                conditions.Add(string.Format(CultureInfo.InvariantCulture, condition, Add(values, value)));
            }
        }

        void OneOf(string column, string? value)
        {
            if (value is not null)
            {
                conditions.Add(value is BoardQuery.None ? $"{column} is null" : $"{column} = {Word(value)}");
            }
        }

        void Either(string column, string? value)
        {
            if (value is BoardQuery.None)
            {
                conditions.Add($"{column} is null");
            }
            else
            {
                Where(column + " = {0}", value);
            }
        }
    }

    // What there are few of, all of them known, stands in the statement: so it is planned once for each, by the index that is made for it, and
    // not anew with every question because the values might be others.
    private static string Word(string known) => known.All(character => char.IsAsciiLetterLower(character) || character == '-')
        ? $"'{known}'"
        : throw new ArgumentException("Not a word of the vocabulary.", nameof(known));

    private static string Add(NpgsqlParameterCollection parameters, object value)
    {
        parameters.Add(value is DateTime time ? new NpgsqlParameter { Value = time, NpgsqlDbType = NpgsqlDbType.TimestampTz } : new NpgsqlParameter { Value = value });
        return $"${parameters.Count}";
    }
}

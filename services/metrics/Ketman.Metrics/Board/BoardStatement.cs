using System.Globalization;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Board;

/// <summary>What is asked of the board, as SQL. Only what is asked for stands in a statement, so that each is planned for itself.</summary>
internal sealed class BoardStatement(BoardQuery query, CompanyAsked? company, Reader reader, DateTimeOffset now)
{
    /// <summary>Of more hits than these the order by relevance is that of some of them: nobody reads so far, and ranking is most of what a search costs.</summary>
    private const int MostRanked = 300;

    /// <summary>Of names that are only like what is asked for there is one page.</summary>
    private const int MostAlike = BoardQuery.Most;

    private static readonly string[] Statuses = ["open", "resolved", "closed"];

    /// <summary>Whether some cases are shown without what is worked out from their facts, and come after the others.</summary>
    public bool HasLast => reader.Clearance < Tlp.Red && query.Order.TellsOfFacts && !query.AsksForWorkedOut;

    // Whether cases that pass are far apart in the order of the board. Who has it and by when stand in front of an index, and most cases are TLP:AMBER.
    private bool PicksFew => query.WaitingOn is not null || query.Reaction is not null || query.Severity is not null || query.Policy is not null || query.Cases is not null
        || query.Marking is not (null or Marking.Usual) || query.Tags.Count > 0;

    /// <summary>What must be set for the page, by a statement before it in the same batch; null: nothing.</summary>
    /// <param name="alike">How much of the question's trigrams must be in a name; null: words are found whole.</param>
    public NpgsqlBatchCommand? Setting(double? alike) =>
        alike is { } share ? Set("pg_trgm.word_similarity_threshold", share.ToString(CultureInfo.InvariantCulture))
        // One tag is on every third case and another on three of them: which it is the server knows only when it plans for just this one. Open cases are
        // few enough to be walked through either way, which takes less time than planning.
        : query.Tags.Count > 0 && query.Status is not "open" ? Set("plan_cache_mode", "force_custom_plan")
        : null;

    /// <summary>A page, one row more than asked for.</summary>
    /// <param name="last">Whether of the cases that come last.</param>
    /// <param name="byName">Whether words find handles and names that are like them; otherwise they find whole words, in any of their forms.</param>
    public NpgsqlBatchCommand Page(bool last, bool byName)
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
            var rest = after is null ? "" : $"where {after} ";
            command.CommandText = $"""
                select {BoardLine.Columns}, f.rank from (
                  select * from ({Found(values, byName, last, $"c.id, {string.Join(", ", place)}", rest)}) c {rest}{order}) f
                join cases c on c.id = f.id {sorted.Replace("c.", "f.", StringComparison.Ordinal)}
                """;
            return command;
        }

        var conditions = string.Join(" and ", (after is null ? Conditions(values, last) : Conditions(values, last).Append(after)));
        var statuses = Possible();
        if (statuses.Count == 0 || (statuses.Count == 1 && (query.Company is not null || !PicksFew)))
        {
            command.CommandText = $"select {BoardLine.Columns} from cases c where {(statuses.Count == 0 ? "false" : Of(statuses[0]))} and {conditions} {order}";
            return command;
        }

        // Chosen by what stands in the index alone; the rows themselves are read of those that are shown. Each state has its own stretch of it.
        var shown = order.Replace("c.", "f.", StringComparison.Ordinal);
        var chosen = string.Join(" union all ", statuses.Select(status => $"(select {string.Join(", ", columns)} from cases c where {Of(status)} and {conditions} {order})"));
        command.CommandText = $"""
            select {BoardLine.Columns} from (select * from ({chosen}) f {shown}) f
            join cases c on c.id = f.id {shown}
            """;
        return command;

        static string Of(string status) => $"c.status = {Word(status)}";
    }

    // Nobody is waited for in a case that is closed.
    private List<string> Possible() =>
        [.. Statuses.Where(status => (query.Status ?? status) == status && (status is not "closed" || query.WaitingOn is null or "nobody"))];

    /// <summary>How many cases there are for each value of each filter.</summary>
    public NpgsqlBatchCommand Counts()
    {
        var command = new NpgsqlBatchCommand();
        var values = command.Parameters;
        var from = query.Words is null
            ? $"cases c where {string.Join(" and ", All(values))}"
            : $"({Found(values, byName: false, last: null, "c.*")}) c";
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

    // The cases that have the words. The rest, a condition on c, are those after the place from which on the page is asked for.
    private string Found(NpgsqlParameterCollection values, bool byName, bool? last, string columns, string rest = "")
    {
        var text = Add(values, query.Words!);
        // As a question of its own it is understood once, and not for every case again.
        var wanted = $"(select websearch_to_tsquery('english', {text}))";
        var status = query.Status is { } one ? $"{(one is "open" ? " and s.open" : "")} and c.status = {Word(one)}" : "";
        var level = (int)reader.Clearance;
        var admitted = $"s.level <= {level} and s.top >= {level}{status} and {string.Join(" and ", Conditions(values, last))}";
        var byWords = (Finds: $"s.words @@ {wanted}", Rank: $"ts_rank(s.words, {wanted})");
        var found = byName ? (Finds: $"lower({text}) <% s.names", Rank: $"word_similarity(lower({text}), s.names)") : byWords;
        if (query.Order.Key is not BoardKey.Relevance || last is null)
        {
            // In another order, or counted: all of them.
            return Those(found);
        }

        // What a case is called by ranks above what is written in it, and mostly fills the page.
        return byName ? Best(found, MostAlike) : $"""
            with called as materialized ({Best(($"s.head @@ {wanted}", $"1::real + ts_rank(s.head, {wanted})"))})
            select * from called
            union all
            select * from ({Best((Finds: $"(select count(*) from called c {rest}) <= {query.Limit} and not s.head @@ {wanted} and {byWords.Finds}", byWords.Rank))}) written
            """;

        string Best((string Finds, string Rank) how, int most = MostRanked) => $"{Those(how)} limit {most}";

        string Those((string Finds, string Rank) how) =>
            $"select {columns}, {how.Rank} as rank from case_words s join cases c on c.id = s.case_id where {how.Finds} and {admitted}";
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
            if (query.Status is not "open")
            {
                // In the words of the index.
                conditions.Add("c.tags <> '{}'");
            }

            conditions.Add($"c.tags @> {Add(values, query.Tags.ToArray())}");
        }

        if (query.Marking is { } marking)
        {
            // An embargo makes it RED until it ends.
            var time = Add(values, now.UtcDateTime);
            conditions.Add(marking is Tlp.Red ? $"(c.marking = 4 or c.red_until > {time})" : $"c.marking = {(int)marking} and coalesce(c.red_until, '-infinity') <= {time}");
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

    private static NpgsqlBatchCommand Set(string name, string value) => new("select set_config($1, $2, true)")
    {
        Parameters = { new() { Value = name }, new() { Value = value } },
    };

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

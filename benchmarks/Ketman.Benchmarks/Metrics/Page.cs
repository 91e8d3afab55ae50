namespace Ketman.Benchmarks.Metrics;

/// <summary>A page that is asked for, and the best statement that we could write by hand for what it shows.</summary>
/// <param name="Name">As the figures call it.</param>
/// <param name="Path">The address of the n-th request.</param>
/// <param name="Sql">The statement, or several; with the parameters of the n-th request.</param>
/// <param name="Values">Its parameters.</param>
/// <param name="Most">Which time 95 of 100 requests may take at most, in ms.</param>
/// <param name="Clients">How many ask at once.</param>
/// <param name="Requests">How many requests a round has.</param>
/// <param name="Before">What is written before each request, and not measured; null: nothing. It has the parameters of the request.</param>
internal sealed record Page(
    string Name, Func<int, string> Path, IReadOnlyList<string> Sql, Func<int, object[]> Values, double Most, int Clients = 8, int Requests = 400, string? Before = null)
{
    // Whoever is cleared for AMBER and named nowhere: most readers.
    private const string MayRead = "(c.people is null or 'vera' = any(c.people)) and c.marking <= 2 and coalesce(c.red_until, '-infinity') <= now()";

    private const string Shown = """
        select c.handle, c.id, c.company_id, c.company_handle, c.company_name, c.company_private, c.title, c.status, c.opened_at, c.last_outreach_at, c.last_outreach_channel, c.attempts,
          c.channels, c.waiting_on, c.reaction, c.owed, c.owed_what, c.owed_due, c.overdue_at, c.owed_since, c.marking, c.assignee, c.tags, c.severity, c.policy,
          c.due_at, c.due_kind, c.due_name, c.due_title, c.due_owed_by, c.due_since, c.due_paused, c.then_at, c.then_kind, c.then_title, c.breach_at
        from cases c
        """;

    private const string Hidden = $"select count(*)::int from (select from cases c where (c.marking > 2 or c.red_until is not null or c.people is not null) and not ({MayRead}) limit 1000) hidden";

    private const string Wanted = "(select websearch_to_tsquery('english', $1))";

    // What cases are called by, and what is written in them only where that does not fill the page.
    private static readonly string Words = $"""
        with called as materialized ({Ranked($"s.head @@ {Wanted}", $"1::real + ts_rank(s.head, {Wanted})")})
        select * from called
        union all select * from ({Ranked($"(select count(*) from called) < 51 and not s.head @@ {Wanted} and s.words @@ {Wanted}", $"ts_rank(s.words, {Wanted})")}) written
        """;

    private const string HowAlike = "select set_config('pg_trgm.word_similarity_threshold', '0.6', true)";

    private static readonly string Likeness = Ranked("lower($1) <% s.names", "word_similarity(lower($1), s.names)", 200);

    private static readonly string[] Reactions = ["war-room", "escalated-internally", "engaged", "informational", "deferred", "dismissed"];
    private static readonly string[] People = ["mira", "ines", "grace", "viktor", "ada", "kay"];
    private static readonly string[] Tags = ["defi", "bridge", "wallet", "dao"];
    private static readonly string[] Questions = ["lantern", "juniper orbit", "copper contributor", "\"harbor repository\"", "willow -falcon", "prism"];
    private static readonly string[] Misspelt = ["lanterm", "junipr orbit", "harbr north", "coper quiet"];

    /// <summary>The page that is looked at all day.</summary>
    public static Page Board { get; } = Of("board: open", 400, _ => "board", "c.status = 'open'", _ => []);

    /// <summary>Everything that is measured.</summary>
    public static IReadOnlyList<Page> All(GeneratedHistory history) =>
    [
        Board,
        Of("board: waiting on the company, reaction", 20, n => $"board?waitingOn=company&reaction={Reactions[n % Reactions.Length]}",
            "c.status = 'open' and c.waiting_on = 'company' and c.reaction = $1 and c.narrowest_fact <= 2", n => [Reactions[n % Reactions.Length]]),
        Of("board: assignee, overdue", 20, n => $"board?assignee={People[n % People.Length]}&overdue=true",
            "c.status = 'open' and c.assignee = $1 and c.urgency <= now() and c.narrowest_fact <= 2", n => [People[n % People.Length]]),
        Of("board: tag, waiting on us", 20, n => $"board?tag={Tags[n % Tags.Length]}&waitingOn=us",
            "c.status = 'open' and c.tags @> array[$1] and c.waiting_on = 'us' and c.narrowest_fact <= 2", n => [Tags[n % Tags.Length]]),
        Of("board: due within a week, marking", 20, _ => "board?dueWithin=P7D&tlp=amber",
            "c.status = 'open' and c.urgency <= now() + interval '7 days' and c.marking = 2 and c.narrowest_fact <= 2", _ => []),
        // What few cases have together with what many have: the longest way through the board's order.
        Of("board: a rare marking, tag", 20, n => $"board?tlp=green&tag={Tags[n % Tags.Length]}",
            "c.status = 'open' and c.marking = 1 and c.tags @> array[$1]", n => [Tags[n % Tags.Length]]),
        Of("board: a company's closed cases, reaction", 20, n => $"board?status=closed&company={history.OpenCompany(n)}&reaction=none",
            "c.company_id = (select id from companies where handle = $1) and c.status = 'closed' and c.reaction is null and c.narrowest_fact <= 2",
            n => [history.OpenCompany(n)]),
        new("search: words", n => Asked(Questions, n), [Found(Words), Hidden], n => [Questions[n % Questions.Length]], 50, 8, 200),
        // Whether there are such words is known only when they were looked for.
        new("search: misspelt names", n => Asked(Misspelt, n), [Found(Words), HowAlike, Found(Likeness), Hidden], n => [Misspelt[n % Misspelt.Length]], 50, 8, 200),
        new("statement of a month", n => $"statements/{MonthOf(history, n)}", Statement, n => MonthBounds(history, n), 300, 1, 12),
        new("statement of a month of which something was just learnt", n => $"statements/{MonthOf(history, n)}", Statement, n => MonthBounds(history, n), 300, 1, 12, Learnt),
        new("record of a company", n => $"companies/{history.OpenCompany(n * 7)}/record", Record, n => [history.OpenCompany(n * 7)], 10, 1, 100),
        new("figures of the last 90 days", _ => "figures/reaction-times?last=P90D&metric=reaction-time&variant=strict", [Times], _ => [], 100, 1, 30),
        new("all reaction times of the last 90 days", _ => "figures/reaction-times?last=P90D", [Times], _ => [], 100, 1, 10),
    ];

    // What the figures of a month are counted from, each by itself.
    private static readonly string[] Statement =
    [
        """
        select c.company_id, array_agg(c.id) as cases from cases c
        where c.opened_at >= $1 and c.opened_at < $2 and exists (
          select from facts merged join facts paid on paid.subject = merged.subject and paid.account_id = merged.account_id
          where merged.subject = c.id and merged.type = 'ketman:code-merged:v1' and paid.type = 'ketman:payment-recorded:v1' and merged.happened_at < $2 and paid.happened_at < $2)
        group by c.company_id
        """,
        """
        select f.account_id, min(f.happened_at) as first from facts f
        where f.type = 'ketman:worker-confirmed:v1' and f.account_id in (
          select account_id from facts where type = 'ketman:worker-confirmed:v1' and happened_at >= $1 and happened_at < $2)
        group by f.account_id having min(f.happened_at) >= $1
        """,
        """
        select f.data->>'asset' as asset, count(*) as payments, sum(((f.data->'usd'->>'low')::numeric + (f.data->'usd'->>'high')::numeric) / 2) as usd, array_agg(f.id) as events
        from facts f where f.type = 'ketman:payment-recorded:v1' and f.happened_at >= $1 and f.happened_at < $2 group by 1
        """,
        """
        select f.subject, f.type, f.happened_at, f.data from facts f
        where f.subject in (
            select c.id from cases c where c.opened_at >= $1 and c.opened_at < $2
            union select subject from facts where type = 'ketman:worker-confirmed:v1' and happened_at >= $1 and happened_at < $2)
          and f.type = any('{ketman:outreach-attempted:v1,ketman:outreach-delivered:v1,ketman:disclosure-acknowledged:v1,ketman:reaction-classified:v1,ketman:commitment-made:v1,ketman:commitment-kept:v1,ketman:update-requested:v1,ketman:code-merged:v1,ketman:payment-recorded:v1,ketman:access-revoked:v1,ketman:disclosure-resolved:v1,ketman:disclosure-closed:v1}')
          and f.happened_at < $2
        """,
        "select type, count(*), array_agg(id) as events from facts where type in ('ketman:account-indexed:v1', 'ketman:sla-breached:v1', 'ketman:escalation-step-due:v1', 'ketman:escalation-step-taken:v1') and happened_at >= $1 and happened_at < $2 group by type",
    ];

    // Kaplan-Meier by windows, without the bands.
    private static readonly string Times = Curve("first_delivered_at", "acknowledged_at", $"m.anchored_at >= now() - interval '90 days' and c.narrowest_fact <= 2 and {MayRead}");

    private const string OfCompany = $"c.company_id = (select id from companies where handle = $1) and c.narrowest_fact <= 2 and {MayRead}";

    // All that a record tells but for business time, each part by itself.
    private static readonly string[] Record =
    [
        "select o.id, o.handle, o.name, o.tvl_rank, o.private from companies o where o.handle = $1",
        $"select c.handle, c.title, c.status, c.opened_at, m.* from measures m join cases c on c.id = m.id where {OfCompany} order by c.opened_at desc",
        .. new[]
        {
            ("first_delivered_at", "acknowledged_at"), ("first_delivered_at", "company_word_at"), ("first_delivered_at", "triaged_at"), ("first_delivered_at", "classified_at"),
            ("first_delivered_at", "access_revoked_at"), ("first_delivered_at", "first_revocation_at"), ("first_delivered_at", "resolved_at"), ("first_delivered_at", "ended_at"),
        }.Select(time => Curve(time.Item1, time.Item2, OfCompany)),
        $"select x->>0 as clock, x->>1 as owed_by, x->>2 as outcome, count(*), sum((x->>3)::int) as annulled from measures m join cases c on c.id = m.id, json_array_elements(m.clocks) x where {OfCompany} group by 1, 2, 3",
        $"select x->>0 as channel, count(*), count(*) filter (where (x->>2)::int & 1 = 1) as delivered, count(*) filter (where (x->>2)::int & 2 = 2) as bounced, count(x->>3) as answered from measures m join cases c on c.id = m.id, json_array_elements(m.attempts) x where {OfCompany} group by 1",
        $"select x->>2 as state, count(*) from measures m join cases c on c.id = m.id, json_array_elements(m.promises) x where {OfCompany} group by 1",
        $"select x->>2 as asset, x->>3 as kind, count(*), sum((x->>4)::numeric) as amount, sum(((x->>5)::numeric + (x->>6)::numeric) / 2) as usd, count(*) filter (where x->>5 is null) as unpriced from measures m join cases c on c.id = m.id, json_array_elements(m.payments) x where {OfCompany} group by 1, 2",
        $"select a.id, a.actor, a.same_as, a.merged_into from accounts a where a.id in (select unnest(m.workers) from measures m join cases c on c.id = m.id where {OfCompany})",
        Hidden,
    ];

    private static string Curve(string anchor, string stop, string condition) => $"""
        with times as (
          select extract(epoch from coalesce(m.{stop}, m.ended_at, now()) - m.{anchor}) as time, m.{stop} is not null as ended
          from measures m join cases c on c.id = m.id where m.{anchor} is not null and {condition}),
        steps as (select time, count(*) filter (where ended) as ended, count(*) as n from times group by time),
        risk as (select time, ended, sum(n) over (order by time desc) as at_risk from steps)
        select time, ended, at_risk, exp(sum(ln(greatest(1 - ended / at_risk, 1e-12))) over (order by time)) as waiting from risk order by time
        """;

    // A payment that is found late, written as the fold writes it. The case's packed facts the fold would make anew; without them, the facts are
    // read, which takes a little longer.
    private const string Learnt = """
        with late as (
          select c.id, (select max(f.version) + 1 from facts f where f.subject = c.id) as version, p.account_id, p.data, p.happened_at
          from cases c
          cross join lateral (select f.* from facts f where f.subject = c.id and f.type = 'ketman:payment-recorded:v1' limit 1) p
          where c.opened_at >= $1 and c.opened_at < $2 limit 1),
        packed as (delete from case_facts where id in (select id from late)),
        told as (
          insert into facts (id, subject, version, type, happened_at, exact, recorded_at, recorded_by, account_id, data)
          select gen_random_uuid(), id, version, 'ketman:payment-recorded:v1', happened_at, false, now(), 'mira', account_id, data from late
          returning id, subject, version, type)
        insert into changes (subject, version, event, type, noted_at) select subject, version, id, type, now() from told
        """;

    private static object[] MonthBounds(GeneratedHistory history, int number) => [history.MonthBefore(3 + (number % 12)), history.MonthBefore(2 + (number % 12))];

    private static string MonthOf(GeneratedHistory history, int number) => history.MonthBefore(3 + (number % 12)).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

    private static Page Of(string name, double most, Func<int, string> path, string conditions, Func<int, object[]> values) => new(
        name, path, [$"{Shown} where {conditions} and {MayRead} order by c.urgency, c.opened_at, c.id limit 51", Hidden], values, most);

    private static string Asked(string[] questions, int number) => "board?q=" + Uri.EscapeDataString(questions[number % questions.Length]);

    // Only what the order needs is carried along until the page is chosen.
    private static string Found(string candidates) => $"""
        {Shown.Replace("from cases c", $", f.rank from (select * from ({candidates}) f order by rank desc, opened_at, id limit 51) f join cases c on c.id = f.id", StringComparison.Ordinal)}
        order by f.rank desc, f.opened_at, f.id
        """;

    private static string Ranked(string finds, string rank, int most = 300) => $"""
        select c.id, c.opened_at, {rank} as rank from case_words s join cases c on c.id = s.case_id
        where {finds} and s.level <= 2 and s.top >= 2 and s.open and c.status = 'open' and {MayRead} limit {most}
        """;
}

using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Board;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Ketman.Metrics.Search;
using Ketman.Metrics.Watch;

namespace Ketman.Metrics.Tests;

/// <summary>Filters, orders, pages and counts of the board on real PostgreSQL.</summary>
public sealed class BoardTests : IAsyncLifetime
{
    private static readonly string[] Sorts = ["", "opened", "-opened", "lastOutreach", "-lastOutreach", "company", "-company", "handle", "-handle", "-urgency"];

    private static readonly string[] Filters =
        ["", "status=all", "status=closed", "waitingOn=us", "waitingOn=company", "reaction=none", "overdue=true", "overdue=false", "dueWithin=P30D", "tlp=amber", "tlp=red", "status=all&waitingOn=us&reaction=none"];

    private MetricsDatabase _database = null!;
    private BoardWorld _world = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await MetricsDatabase.CreateAsync(Cancellation);
        _world = new BoardWorld(_database);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task who_is_in_charge_tags_severity_and_policy_can_be_asked_for_together()
    {
        await _world.CompanyAsync("halcyon", "Halcyon");
        await _world.OpenAsync("one", "halcyon", "2025-02-01", null, Assigned("one", "mira"), Tagged("one", "wallet"), Tagged("one", "nft"), Severe("one", Severity.High), Pinned("one", "zdi-120"));
        await _world.OpenAsync("two", "halcyon", "2025-02-02", null, Assigned("two", "mira"), Assigned("two", "lena"), Tagged("two", "wallet"), Pinned("two", "ketman-standard"));
        await _world.OpenAsync("three", "halcyon", "2025-02-03", null, Assigned("three", "mira"), new DisclosureUnassigned(BoardWorld.CaseId("three"), "x"), Tagged("three", "nft"), new DisclosureUntagged(BoardWorld.CaseId("three"), "nft", "x"));

        (await _world.HandlesAsync("assignee=mira")).ShouldBe("one");
        (await _world.HandlesAsync("assignee=me")).ShouldBe("two");
        (await _world.HandlesAsync("assignee=none")).ShouldBe("three");
        (await _world.HandlesAsync("tag=wallet")).ShouldBe("one two");
        (await _world.HandlesAsync("tag=wallet&tag=nft")).ShouldBe("one");
        (await _world.HandlesAsync("tag=nft")).ShouldBe("one");
        (await _world.HandlesAsync("severity=high")).ShouldBe("one");
        (await _world.HandlesAsync("severity=none")).ShouldBe("two three");
        (await _world.HandlesAsync("policy=ketman-standard&assignee=lena&tag=wallet")).ShouldBe("two");
        (await _world.HandlesAsync("sort=-opened")).ShouldBe("three two one");
        (await _world.HandlesAsync("sort=handle")).ShouldBe("one three two");
        var item = (await _world.PageAsync("tag=nft")).Items.Single();
        (item.Assignee, item.Severity, item.Policy, string.Join(' ', item.Tags)).ShouldBe(("mira", "high", "zdi-120", "nft wallet"));
    }

    [Fact]
    public async Task some_cases_are_asked_for_by_handle_or_id_and_nobody_gets_what_is_not_for_him()
    {
        await _world.CompanyAsync("halcyon", "Halcyon");
        await _world.OpenAsync("one", "halcyon", "2025-02-01");
        var two = await _world.OpenAsync("two", "halcyon", "2025-02-02");
        await _world.OpenAsync("three", "halcyon", "2025-02-03", null, new EmbargoSet(BoardWorld.CaseId("three"), null, "x"));
        await _world.OpenAsync("four", "halcyon", "2025-02-04", null, new DisclosureClosed(BoardWorld.CaseId("four"), "over"));

        (await _world.HandlesAsync("disclosure=one")).ShouldBe("one");
        (await _world.HandlesAsync($"disclosure=three,{two:D}&disclosure=four&disclosure=none-such")).ShouldBe("two three");
        (await _world.HandlesAsync($"disclosure=three,{two:D},four&status=all&sort=-opened")).ShouldBe("four three two");
        (await _world.HandlesAsync("disclosure=one,three", BoardWorld.Amber)).ShouldBe("one");
        (await _world.CountsAsync("disclosure=one,two")).Total.ShouldBe(2);
        foreach (var wrong in new[] { "disclosure=", "disclosure=one,,two", "disclosure=" + string.Join(',', Enumerable.Range(0, 51)) })
        {
            BoardQuery.Read(BoardRequest.Of(wrong).Request, "lena", Months.Utc, BoardWorld.Now).Problem.ShouldNotBeNull(wrong);
        }
    }

    [Fact]
    public async Task a_row_says_where_its_company_reads_the_clock()
    {
        await _world.SayAsync(BoardWorld.CompanyId("halcyon"), new Contracts.Intake.CompanyRegistered(BoardWorld.CompanyId("halcyon"), "halcyon", "Halcyon", null, [], null, "Asia/Tokyo"));
        await _world.OpenAsync("one", "halcyon", "2025-02-01", null, Promise("one", "2025-02-10"));
        await _world.CompanyAsync("lumen", "Lumen");
        await _world.OpenAsync("two", "lumen", "2025-02-02");
        (await ZonesAsync()).ShouldBe(["Asia/Tokyo", null]);
        (await WatchEndpoint.ReadAsync(
            _database.Source, new WatchRequest(null, null, null, null, null, null), 10, null, null, BoardWorld.Now, BoardWorld.Red, Cancellation)).Items.Single().Company.Zone.ShouldBe("Asia/Tokyo");
        (await AsOfAsync("", BoardWorld.Now, BoardWorld.Red)).Select(item => item.Company.Zone).ShouldBe(["Asia/Tokyo", null]);

        await _world.SayAsync(BoardWorld.CompanyId("halcyon"), new Contracts.Intake.CompanyChanged(BoardWorld.CompanyId("halcyon"), "Halcyon", null, [], null, "Asia/Seoul"));
        (await ZonesAsync()).ShouldBe(["Asia/Seoul", null]);

        async Task<IEnumerable<string?>> ZonesAsync() => (await _world.PageAsync("sort=opened")).Items.Select(item => item.Company.Zone);
    }

    [Fact]
    public async Task an_embargo_that_is_over_marks_no_more()
    {
        await _world.CompanyAsync("halcyon", "Halcyon");
        await _world.OpenAsync("over", "halcyon", "2025-02-01", null, new EmbargoSet(BoardWorld.CaseId("over"), Moment.On(new DateOnly(2025, 3, 1)), "x"));
        await _world.OpenAsync("stands", "halcyon", "2025-02-02", null, new EmbargoSet(BoardWorld.CaseId("stands"), null, "x"));

        (await _world.HandlesAsync("tlp=amber")).ShouldBe("over");
        (await _world.HandlesAsync("tlp=red")).ShouldBe("stands");
        (await _world.HandlesAsync("", BoardWorld.Amber)).ShouldBe("over");
    }

    /// <summary>The board of now and the board as of now are made in two ways, so each proves the other; with every filter, order and page.</summary>
    [Fact]
    public async Task the_tables_and_the_facts_give_the_same_board_in_every_order_and_page()
    {
        foreach (var seed in Enumerable.Range(0, 12))
        {
            var random = new Random(seed);
            await _database.ResetAsync(Cancellation);
            await _database.FoldAsync([Told(random, 40 + random.Next(80))], Cancellation);
            foreach (var reader in new[] { BoardWorld.Red, new Reader("vera", Tlp.Amber), new Reader("ada", Tlp.AmberStrict) })
            {
                foreach (var sort in Sorts)
                {
                    var query = $"{Filters[random.Next(Filters.Length)]}&sort={sort}".Replace("&sort=&", "&", StringComparison.Ordinal).TrimEnd('&');
                    query = sort.Length == 0 ? query.Replace("&sort=", "", StringComparison.Ordinal) : query;
                    var past = await AsOfAsync(query, BoardWorld.Now, reader);
                    var whole = (await PageAsync(query, reader)).Items.ToList();
                    whole.Select(Shown).ShouldBe(past.Select(Shown), $"seed {seed}, {query}, {reader}");
                    (await PagedAsync(query, reader)).ShouldBe(whole.Select(item => item.Id), $"seed {seed}, {query}, {reader}");

                    var counts = await BoardCounts.ReadAsync(_database.Source, BoardWorld.Query(query, reader), null, BoardWorld.Now, reader, Cancellation);
                    counts.Total.ShouldBe(whole.Count, query);
                    counts.WaitingOn.ShouldBe(CountBy(whole, item => item.WaitingOn), query);
                    counts.Overdue.ShouldBe(CountBy(whole, item => item.Overdue is { } overdue ? overdue ? "true" : "false" : null), query);
                    counts.Tlp.ShouldBe(CountBy(whole, item => item.Marking.Wire()), query);
                    counts.Status.ShouldBe(CountBy(whole, item => item.Status), query);
                    counts.Reaction.ShouldBe(CountBy([.. whole.Where(item => item.Overdue is not null)], item => item.Reaction ?? "none"), query);
                    counts.NotTold.ShouldBe(whole.Count(item => item.Overdue is null), query);
                }
            }
        }
    }

    [Fact]
    public async Task the_board_of_the_past_is_the_one_that_the_log_up_to_then_gives()
    {
        foreach (var seed in Enumerable.Range(50, 15))
        {
            var random = new Random(seed);
            var facts = Histories.From(Enumerable.Range(0, 40 + random.Next(60)).Select(_ => random.Next()));
            await _database.ResetAsync(Cancellation);
            await _database.FoldAsync([facts], Cancellation);
            var at = facts[random.Next(facts.Count)].RecordedAt;
            var past = await AsOfAsync("status=all&sort=opened", at, BoardWorld.Red);

            await _database.ResetAsync(Cancellation);
            await _database.FoldAsync([[.. facts.Where(fact => fact.RecordedAt <= at)]], Cancellation);
            var replayed = (await BoardEndpoint.ReadAsync(
                _database.Source, BoardWorld.Query("status=all&sort=opened&limit=200", BoardWorld.Red), null, Months.Utc, at, BoardWorld.Red, new Likeness(_database.Source), Cancellation)).Items;

            // Who may know of a case, and how its company is called, is no matter of the past.
            past.Select(Shown).ShouldBe(replayed.Select(Shown), $"seed {seed}");
        }
    }

    [Fact]
    public async Task a_case_with_facts_above_the_reader_comes_last_whatever_is_urgent_in_it()
    {
        await _world.CompanyAsync("halcyon", "Halcyon");
        var urgent = await _world.OpenAsync("urgent", "halcyon", "2025-02-01", null, Promise("urgent", "2025-02-10"));
        var note = await _world.SayAsync(urgent, new NoteAdded(urgent, "a note"));
        await _world.OpenAsync("later", "halcyon", "2025-02-02", null, Promise("later", "2025-04-10"));
        await _world.OpenAsync("never", "halcyon", "2025-02-03");
        await _world.SayAsync(urgent, new FactMarked(urgent, note, Tlp.Red, "lena", null));

        (await _world.HandlesAsync("")).ShouldBe("urgent later never");
        (await _world.HandlesAsync("", BoardWorld.Amber)).ShouldBe("later never urgent");
        (await _world.HandlesAsync("sort=-urgency", BoardWorld.Amber)).ShouldBe("never later urgent");
        (await _world.HandlesAsync("overdue=true", BoardWorld.Amber)).ShouldBe("");
        (await _world.HandlesAsync("dueWithin=P300D", BoardWorld.Amber)).ShouldBe("later");
        var item = (await _world.PageAsync("", BoardWorld.Amber)).Items[^1];
        item.Overdue.ShouldBeNull();
        item.NextOwed.ShouldBeNull();
        item.BreachedSince.ShouldBeNull();
        item.Withheld!.Select(part => part.Member).ShouldContain("nextOwed");
        (await PagedAsync("", BoardWorld.Amber)).ShouldBe(new[] { "later", "never", "urgent" }.Select(BoardWorld.CaseId));
        var counts = await _world.CountsAsync("", BoardWorld.Amber);
        (counts.Total, counts.NotTold, counts.Overdue.GetValueOrDefault("true"), counts.WaitingOn.Values.Sum()).ShouldBe((3, 1, 0, 2));
    }

    [Fact]
    public async Task a_restricted_case_counts_for_its_people_alone()
    {
        await _world.CompanyAsync("halcyon", "Halcyon");
        await _world.OpenAsync("open", "halcyon", "2025-02-01", null, Tagged("open", "wallet"));
        await _world.OpenAsync("closed-circle", "halcyon", "2025-02-02", null, Tagged("closed-circle", "wallet"), new DisclosureRestricted(BoardWorld.CaseId("closed-circle"), ["ines"], "ines", null));

        (await _world.CountsAsync("tag=wallet")).ShouldSatisfyAllConditions(counts => counts.Total.ShouldBe(1), counts => counts.Tag["wallet"].ShouldBe(1));
        (await _world.CountsAsync("tag=wallet", new Reader("ines", Tlp.Amber))).Tag["wallet"].ShouldBe(2);
    }

    [Fact]
    public void a_place_in_one_order_is_none_in_another()
    {
        var place = new BoardCursor(BoardOrder.Of("opened")!, false, [BoardWorld.Now.UtcDateTime], Guid.NewGuid());

        BoardCursor.Read(place.ToString(), place.Order)!.ToString().ShouldBe(place.ToString());
        foreach (var other in new[] { "-opened", "urgency", "lastOutreach", "company", "handle", "relevance" })
        {
            BoardCursor.Read(place.ToString(), BoardOrder.Of(other)!).ShouldBeNull(other);
        }
    }

    [Fact]
    public async Task a_promise_and_a_clock_that_runs_out_first_are_shown_in_turn()
    {
        await _world.CompanyAsync("halcyon", "Halcyon");
        await _world.OpenAsync("one", "halcyon", "2025-02-01", null, Promise("one", "2025-03-20"));

        var owed = (await _world.PageAsync("")).Items.Single().NextOwed!;

        (owed.Kind, owed.What, owed.OwedBy, owed.Since).ShouldBe(("promise", "revoke", "company", Moment.At(BoardWorld.Now.AddDays(-7))));
    }

    // Histories with marks, restrictions and privacy among them.
    private static List<Fact> Told(Random random, int steps)
    {
        var facts = Histories.From(Enumerable.Range(0, steps).Select(_ => random.Next())).ConvertAll(fact => fact with { RecordedAt = BoardWorld.Now.AddDays(-2) });
        foreach (var opened in facts.Where(fact => fact.Said is DisclosureOpened).ToList())
        {
            var version = facts.Where(fact => fact.Subject == opened.Subject).Max(fact => fact.Version);
            var some = facts.First(fact => fact.Subject == opened.Subject);
            object said = random.Next(5) switch
            {
                0 => new FactMarked(opened.Subject, some.Id, Tlp.Red, "x", null),
                1 => new DisclosureMarked(opened.Subject, (Tlp)random.Next(5), "x", null),
                2 => new DisclosureRestricted(opened.Subject, ["vera"], "x", null),
                3 => new DisclosureAssigned(opened.Subject, "vera", "x"),
                _ => new DisclosureTagged(opened.Subject, "wallet", "x"),
            };
            facts.Add(new Fact(Guid.NewGuid(), opened.Subject, version + 1, Moment.At(BoardWorld.Now.AddDays(-1)), BoardWorld.Now.AddDays(-1), "test", said));
        }

        return facts;
    }

    private static DisclosureAssigned Assigned(string handle, string to) => new(BoardWorld.CaseId(handle), to, "x");

    private static DisclosureTagged Tagged(string handle, string tag) => new(BoardWorld.CaseId(handle), tag, "x");

    private static SeverityAssessed Severe(string handle, Severity severity) => new(BoardWorld.CaseId(handle), severity, "x");

    private static PolicyPinned Pinned(string handle, string policy) => new(BoardWorld.CaseId(handle), policy, 1, null);

    private static CommitmentMade Promise(string handle, string due) =>
        new(BoardWorld.CaseId(handle), "revoke", Moment.On(DateOnly.Parse(due, System.Globalization.CultureInfo.InvariantCulture)), null);

    private static object Shown(BoardItem item) => (
        item.Id, item.Title, item.Status, item.OpenedAt, item.AgeDays, item.LastOutreach, item.Attempts, string.Join(' ', item.Channels ?? []), item.WaitingOn, item.Reaction,
        item.NextOwed is { } owed ? owed with { Then = null } : null, (item.Overdue, item.Assignee, string.Join(' ', item.Tags), item.Severity, item.Policy));

    private static SortedDictionary<string, int> CountBy(List<BoardItem> items, Func<BoardItem, string?> key) =>
        new(items.Select(key).OfType<string>().CountBy(value => value).ToDictionary(), StringComparer.Ordinal);

    private Task<BoardPage> PageAsync(string query, Reader reader) => _world.PageAsync(query + "&limit=200", reader);

    private async Task<IReadOnlyList<BoardItem>> AsOfAsync(string query, DateTimeOffset at, Reader reader) => (await BoardAsOf.ReadAsync(
        _database.Source, BoardWorld.Query(query + "&limit=200", reader), new AsOf(at, AsOfBy.Known), null, Months.Utc, at, reader, Cancellation)).Items;

    private async Task<List<Guid>> PagedAsync(string query, Reader reader)
    {
        List<Guid> ids = [];
        for (string? after = ""; after is not null;)
        {
            var page = await _world.PageAsync($"{query}&limit=2{(after.Length == 0 ? "" : $"&after={after}")}", reader);
            page.Items.Count.ShouldBeLessThanOrEqualTo(2);
            ids.AddRange(page.Items.Select(item => item.Id));
            after = page.Next;
        }

        return ids;
    }
}

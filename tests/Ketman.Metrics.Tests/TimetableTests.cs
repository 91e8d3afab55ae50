using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Timetables;
using Ketman.Metrics.Watch;

namespace Ketman.Metrics.Tests;

/// <summary>What Disclosures says is due, on the board and the watch list: wanted with the fold, written when it is not older than that.</summary>
public sealed class TimetableTests : IAsyncLifetime
{
    private MetricsDatabase _database = null!;
    private BoardWorld _world = null!;
    private TimetableTable _table = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await MetricsDatabase.CreateAsync(Cancellation);
        _world = new BoardWorld(_database);
        _table = new TimetableTable(_database.Source, TimeProvider.System);
        await _world.CompanyAsync("halcyon", "Halcyon");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task a_case_that_was_folded_is_asked_about_and_what_is_due_stands_on_the_board()
    {
        var id = await _world.OpenAsync("one", "halcyon");
        (await _world.PageAsync("")).Items.Single().DueVersion.ShouldBeNull("nobody was asked yet");
        (await _table.ClaimAsync(10, Cancellation)).ShouldBe([id]);
        (await _table.ClaimAsync(10, Cancellation)).ShouldBeEmpty("it is in hand");

        await _table.WriteAsync([id], [new Timetable(id, 1, [Clock("acknowledgement", -24), Step("reminder", 12), Publication(48)], null)], Cancellation);

        var item = (await _world.PageAsync("overdue=true")).Items.Single();
        item.DueVersion.ShouldBe(1);
        item.BreachedSince.ShouldBe(BoardWorld.Now.AddHours(-24));
        var owed = item.NextOwed!;
        (owed.Kind, owed.Name, owed.Title, owed.OwedBy, owed.Since, owed.OverdueAt, owed.Paused).ShouldBe(
            ("clock", "acknowledgement", "The company answers", "company", Moment.At(BoardWorld.Now.AddDays(-2)), BoardWorld.Now.AddHours(-24), false));
        owed.Then.ShouldBe(new Board.DueNext("step", "Remind them", "us", BoardWorld.Now.AddHours(12)));
        (await WantedAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task an_answer_older_than_what_was_folded_meanwhile_is_dropped_and_asked_for_again()
    {
        var id = await _world.OpenAsync("one", "halcyon");
        await _table.ClaimAsync(10, Cancellation);
        await _world.SayAsync(id, new UpdateRequested(id, null, null));

        await _table.WriteAsync([id], [new Timetable(id, 1, [Clock("acknowledgement", -24)], null)], Cancellation);

        (await _world.HandlesAsync("overdue=true")).ShouldBe("");
        (await _table.ClaimAsync(10, Cancellation)).ShouldBe([id]);
        await _table.WriteAsync([id], [new Timetable(id, 2, [Clock("acknowledgement", -24)], null)], Cancellation);
        (await _world.HandlesAsync("overdue=true")).ShouldBe("one");
    }

    [Fact]
    public async Task while_disclosures_does_not_answer_the_cases_stay_wanted()
    {
        var id = await _world.OpenAsync("one", "halcyon");
        await _table.ReleaseAsync(await _table.ClaimAsync(10, Cancellation), Cancellation);

        (await _table.ClaimAsync(10, Cancellation)).ShouldBe([id]);
    }

    [Fact]
    public async Task in_a_case_that_is_not_open_any_more_nothing_is_due()
    {
        var id = await _world.OpenAsync("one", "halcyon");
        await AnswerAsync(id, Clock("acknowledgement", -24));
        await _world.SayAsync(id, new DisclosureClosed(id, "over"));

        var item = (await _world.PageAsync("status=closed")).Items.Single();
        (item.Overdue, item.NextOwed!.Kind, item.BreachedSince).ShouldBe((false, "nothing", null));
        (await WatchAsync()).ShouldBe([]);
        (await WantedAsync()).ShouldBe(0);

        // An answer that was on its way brings nothing back.
        await _table.WriteAsync([id], [new Timetable(id, 9, [Clock("acknowledgement", -24)], null)], Cancellation);
        (await WatchAsync()).ShouldBe([]);
    }

    [Fact]
    public async Task another_table_of_cases_is_filled_anew()
    {
        var id = await _world.OpenAsync("one", "halcyon");
        await AnswerAsync(id, Clock("acknowledgement", -24));
        await _world.GatherAsync();
        await _table.RefillAsync(Cancellation);
        (await WantedAsync()).ShouldBe(0, "it is the same table");

        // As a rebuild does it: another table under the same name.
        await using (var swap = _database.Source.CreateCommand("create table other (like cases including all); insert into other (id, handle, company_id, status, private, opened_at, opened_exact, attempts, channels, waiting_on, owed, version) select id, handle, company_id, status, private, opened_at, opened_exact, attempts, channels, waiting_on, owed, version from cases; drop table cases; alter table other rename to cases"))
        {
            await swap.ExecuteNonQueryAsync(Cancellation);
        }

        await _table.RefillAsync(Cancellation);

        (await _table.ClaimAsync(10, Cancellation)).ShouldBe([id]);
        await _table.WriteAsync([id], [new Timetable(id, 1, [Clock("acknowledgement", -24)], null)], Cancellation);
        (await _world.HandlesAsync("overdue=true")).ShouldBe("one");
    }

    [Fact]
    public async Task what_stands_still_without_an_end_is_shown_and_makes_nothing_urgent()
    {
        var id = await _world.OpenAsync("one", "halcyon");
        await AnswerAsync(id, Clock("acknowledgement", 0) with { DueAt = null, Paused = true });

        var item = (await _world.PageAsync("")).Items.Single();
        (item.Overdue, item.NextOwed!.Kind, item.NextOwed.Paused, item.NextOwed.OverdueAt).ShouldBe((false, "clock", true, null));
    }

    [Fact]
    public async Task a_pause_whose_end_has_come_is_over()
    {
        var id = await _world.OpenAsync("one", "halcyon");
        await AnswerAsync(id, Clock("over", 5) with { Paused = true, PausedUntil = BoardWorld.Now.AddHours(-1) }, Clock("stands", 6) with { Paused = true, PausedUntil = BoardWorld.Now.AddHours(1) });

        (await PageAsync()).Items.Select(item => (item.Name, item.Paused, item.PausedUntil)).ShouldBe([("over", false, null), ("stands", true, BoardWorld.Now.AddHours(1))]);
    }

    [Fact]
    public async Task a_promise_that_runs_out_before_the_clock_comes_first()
    {
        var id = await _world.OpenAsync("one", "halcyon", "2025-02-03", null, Promise("one"));
        await AnswerAsync(id, Clock("resolution", 500));

        var owed = (await _world.PageAsync("")).Items.Single().NextOwed!;
        (owed.Kind, owed.What, owed.Then!.Title).ShouldBe(("promise", "revoke", "The company answers"));
    }

    [Fact]
    public async Task the_watch_list_has_a_line_for_each_thing_in_the_order_of_time()
    {
        var one = await _world.OpenAsync("one", "halcyon", "2025-02-03", null, Promise("one"), new DisclosureAssigned(BoardWorld.CaseId("one"), "lena", "x"));
        var two = await _world.OpenAsync("two", "halcyon");
        await AnswerAsync(one, Clock("acknowledgement", -24), Step("reminder", 12));
        await AnswerAsync(two, Clock("acknowledgement", 6), Publication(1000));

        (await WatchAsync()).ShouldBe(["one acknowledgement", "two acknowledgement", "one reminder", "one ", "two publication"]);
        (await WatchAsync(new WatchRequest(null, null, null, "us", null, null))).ShouldBe(["one reminder", "two publication"]);
        (await WatchAsync(new WatchRequest(null, null, null, null, "lena", null))).ShouldBe(["one acknowledgement", "one reminder", "one "]);
        (await WatchAsync(new WatchRequest(null, null, null, null, "none", null))).ShouldBe(["two acknowledgement", "two publication"]);
        (await WatchAsync(new WatchRequest(null, null, null, null, null, "promise"))).ShouldBe(["one "]);
        (await WatchAsync(new WatchRequest(null, null, null, "us", null, "promise"))).ShouldBe([]);
        (await WatchAsync(new WatchRequest(null, null, null, null, null, null, "true"))).ShouldBe(["one acknowledgement"]);
        (await WatchAsync(new WatchRequest(null, null, null, null, null, null, "false"))).ShouldBe(["two acknowledgement", "one reminder", "one ", "two publication"]);
        (await WatchAsync(within: TimeSpan.FromHours(6))).ShouldBe(["one acknowledgement", "two acknowledgement"]);
        (await PagedAsync(new WatchRequest(null, null, null, null, null, null))).ShouldBe(await WatchAsync());
    }

    [Fact]
    public async Task a_promise_with_a_clock_of_its_own_is_told_once()
    {
        var id = await _world.OpenAsync("one", "halcyon");
        var promise = await _world.SayAsync(id, Promise("one"));
        await AnswerAsync(id, Clock($"commitment:{promise:D}", 100) with { SubjectId = promise });

        (await WatchAsync()).ShouldBe([$"one commitment:{promise:D}"]);
    }

    [Fact]
    public async Task cases_that_are_not_for_the_reader_and_those_with_withheld_facts_are_not_watched_by_him()
    {
        var hidden = await _world.OpenAsync("hidden", "halcyon", "2025-02-03", null, new DisclosureRestricted(BoardWorld.CaseId("hidden"), ["ines"], "ines", null), Promise("hidden"));
        var marked = await _world.OpenAsync("marked", "halcyon", "2025-02-03", null, Promise("marked"));
        await _world.SayAsync(marked, new FactMarked(marked, DeterministicId.From(marked.ToString("D"), "fact 2"), Tlp.Red, "lena", null));
        await AnswerAsync(hidden, Clock("acknowledgement", 1));
        await AnswerAsync(marked, Clock("acknowledgement", 2));

        (await WatchAsync(reader: BoardWorld.Amber)).ShouldBe([]);
        (await WatchAsync()).ShouldBe(["marked acknowledgement", "marked "]);
        (await WatchAsync(reader: new Reader("ines", Tlp.Amber))).ShouldBe(["hidden acknowledgement", "hidden "]);
    }

    private static TimetableDue Clock(string name, int hours) => Due("clock", name, "The company answers", "company", hours);

    private static TimetableDue Step(string name, int hours) => Due("step", name, "Remind them", "us", hours);

    private static TimetableDue Publication(int hours) => Due("publication", "publication", "The notice period ends", "us", hours);

    private static TimetableDue Due(string kind, string name, string title, string side, int hours) =>
        new(kind, name, title, null, side, BoardWorld.Now.AddHours(hours), Moment.At(BoardWorld.Now.AddDays(-2)), false, null, hours <= 0);

    private static CommitmentMade Promise(string handle) => new(BoardWorld.CaseId(handle), "revoke", Moment.On(new DateOnly(2025, 3, 20)), null);

    private async Task AnswerAsync(Guid id, params TimetableDue[] dues)
    {
        await _table.ClaimAsync(100, Cancellation);
        await _table.WriteAsync([id], [new Timetable(id, _world.VersionOf(id), dues, null)], Cancellation);
    }

    private Task<WatchPage> PageAsync(WatchRequest? request = null, int limit = 100, TimeSpan? within = null, WatchCursor? after = null, Reader? reader = null) => WatchEndpoint.ReadAsync(
        _database.Source, request ?? new WatchRequest(null, null, null, null, null, null), limit, within, after, BoardWorld.Now, reader ?? BoardWorld.Red, Cancellation);

    private async Task<IReadOnlyList<string>> WatchAsync(WatchRequest? request = null, TimeSpan? within = null, Reader? reader = null) =>
        [.. (await PageAsync(request, within: within, reader: reader)).Items.Select(item => $"{item.Disclosure} {item.Name}")];

    private async Task<List<string>> PagedAsync(WatchRequest request)
    {
        List<string> lines = [];
        for (string? after = ""; after is not null;)
        {
            var page = await PageAsync(request, 1, after: after.Length == 0 ? null : WatchCursor.Read(after));
            lines.AddRange(page.Items.Select(item => $"{item.Disclosure} {item.Name}"));
            after = page.Next;
        }

        return lines;
    }

    private async Task<long> WantedAsync()
    {
        await using var command = _database.Source.CreateCommand("select count(*) from timetables_wanted");
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}

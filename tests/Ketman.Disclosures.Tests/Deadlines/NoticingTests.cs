using Ketman.EventStore.Deciding;
using Ketman.Contracts;
using Ketman.Disclosures.Deadlines;
using Ketman.EventStore;
using Npgsql;
using static Ketman.Disclosures.Tests.Deadlines.DeadlineDatabase;

namespace Ketman.Disclosures.Tests.Deadlines;

public sealed class NoticingTests
{
    // A Monday; the office in Berlin opens at 08:00 UTC.
    private static readonly DateTimeOffset Monday = new(2025, 2, 3, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Warned = Monday.AddHours(24);
    private static readonly DateTimeOffset TriageDue = Monday.AddHours(26);
    private static readonly DateTimeOffset AcknowledgementDue = Monday.AddHours(48);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task the_row_of_a_case_moves_with_what_is_recorded()
    {
        await using var house = await CreateAsync(Monday);
        var id = DisclosureStream.Aggregate.IdOf("without-policy");
        await house.AppendAsync(id, new DisclosureOpened(Moment.At(Monday), "without-policy", Guid.CreateVersion7(), null, null, []));
        (await house.DueAsync(id)).ShouldBe("none");

        var halcyon = await house.OpenAsync("halcyon", TestPolicy, Monday);
        (await house.DueAsync(halcyon)).ShouldBe(Warned);

        await house.AppendAsync(halcyon, new DisclosureAcknowledged(Moment.At(Monday.AddHours(1)), null, null, Channel.Email, "mira"));
        (await house.DueAsync(halcyon)).ShouldBe(TriageDue);

        await house.AppendAsync(halcyon, new ReactionClassified(Moment.At(Monday.AddHours(2)), Reaction.Engaged, null));
        (await house.DueAsync(halcyon)).ShouldBe("nothing coming");
    }

    [Fact]
    public async Task each_thing_is_noticed_at_its_time_and_not_before()
    {
        await using var house = await CreateAsync(Monday);
        var id = await house.OpenAsync("halcyon", TestPolicy, Monday);

        house.Time.Now = Warned.AddTicks(-10);
        (await house.NoticeAsync()).ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(250));
        (await house.NoticedInAsync(id)).ShouldBeEmpty();

        house.Time.Now = Warned;
        await house.NoticeAsync();
        (await house.NoticedInAsync(id)).ShouldBe([new DeadlineNear(Moment.At(Warned), "acknowledgement", null, AcknowledgementDue, false)]);
        (await house.DueAsync(id)).ShouldBe(TriageDue);

        house.Time.Now = AcknowledgementDue.AddSeconds(1);
        await house.NoticeAsync();
        var noticed = await house.NoticedInAsync(id);
        noticed.OfType<SlaBreached>().Select(breach => (breach.Clock, breach.OccurredAt, breach.CaughtUp)).ShouldBe(
            [("triage", Moment.At(TriageDue), true), ("acknowledgement", Moment.At(AcknowledgementDue), false)]);
        (await house.DueAsync(id)).ShouldBe("nothing coming");
    }

    [Fact]
    public async Task however_many_instances_notice_it_happens_once()
    {
        await using var house = await CreateAsync(Monday);
        var ids = new List<Guid>();
        for (var number = 0; number < 60; number++)
        {
            ids.Add(await house.OpenAsync($"case-{number}", TestPolicy, Monday));
        }

        house.Time.Now = AcknowledgementDue;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(house.NoticeAsync)));

        foreach (var id in ids)
        {
            (await house.NoticedInAsync(id)).Select(noticed => (noticed.GetType().Name, noticed.OccurredAt)).ShouldBe(
            [
                (nameof(DeadlineNear), Moment.At(Warned)),
                (nameof(SlaBreached), Moment.At(TriageDue)),
                (nameof(SlaBreached), Moment.At(AcknowledgementDue)),
            ]);
        }
    }

    [Fact]
    public async Task what_an_instance_that_died_had_taken_up_is_noticed_when_its_lease_is_over()
    {
        await using var house = await CreateAsync(Monday);
        var id = await house.OpenAsync("halcyon", TestPolicy, Monday);
        house.Time.Now = Warned;
        (await new DeadlineTable(house.Source).ClaimAsync(Warned, 100, Cancellation)).Select(claimed => claimed.Id).ShouldBe([id]);

        await house.NoticeAsync();
        (await house.NoticedInAsync(id)).ShouldBeEmpty();

        house.Time.Now = Warned + DeadlineTable.Lease;
        await house.NoticeAsync();
        (await house.NoticedInAsync(id)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task an_instance_that_was_only_slow_changes_nothing_any_more()
    {
        await using var house = await CreateAsync(Monday);
        var id = await house.OpenAsync("halcyon", TestPolicy, Monday);
        house.Time.Now = Warned;
        var slow = await new DeadlineTable(house.Source).ClaimAsync(Warned, 100, Cancellation);

        house.Time.Now = AcknowledgementDue;
        await house.NoticeAsync();
        var noticed = await house.NoticedInAsync(id);
        await new DeadlineTable(house.Source).ReleaseAsync([(slow[0], Monday)], Cancellation);

        noticed.Count.ShouldBe(3);
        (await house.DueAsync(id)).ShouldBe("nothing coming");
    }

    [Fact]
    public async Task a_command_that_comes_first_is_heard_first()
    {
        await using var house = await CreateAsync(Monday);
        var late = await house.OpenAsync("late", TestPolicy, Monday);
        var other = await house.OpenAsync("other", TestPolicy, Monday);
        house.Time.Now = AcknowledgementDue;

        // Between the clock's reading and its append, somebody records that the company had answered in time.
        var interfering = new Interfering(house.Store, async () => await house.AppendAsync(
            late,
            new DisclosureAcknowledged(Moment.At(Monday.AddHours(1)), null, null, Channel.Email, "mira"),
            new ReactionClassified(Moment.At(Monday.AddHours(1)), Reaction.Engaged, null)));
        await house.Clock(interfering).NoticeAsync(Cancellation);

        (await house.NoticedInAsync(late)).ShouldBeEmpty();
        (await house.NoticedInAsync(other)).Count.ShouldBe(3);
        (await house.DueAsync(late)).ShouldBe("nothing coming");
    }

    [Fact]
    public async Task a_case_that_cannot_be_decided_is_parked_and_holds_up_nobody()
    {
        await using var house = await CreateAsync(Monday);
        var broken = await house.OpenAsync("broken", TestPolicy, Monday);
        var good = await house.OpenAsync("good", TestPolicy, Monday);
        // A policy that no build can read, as a build with another form of it would find it.
        await house.AppendAsync(broken, new PolicyPinned(Moment.At(Monday), "test", 2, """{"name":"test"}""", null, null));

        for (var now = AcknowledgementDue; now < AcknowledgementDue.AddMinutes(1); now = now.AddSeconds(5))
        {
            house.Time.Now = now;
            await house.NoticeAsync();
            (await house.NoticedInAsync(good)).Count.ShouldBe(3);
        }

        var status = await house.Operations.StatusAsync(new Reader("reader", Tlp.Red), Cancellation);
        status.Parked.ShouldBe(1);
        status.Items.Select(parked => (parked.Disclosure, parked.Tries)).ShouldBe([("broken", 5)]);
        status.Items[0].ErrorType.ShouldNotBeNullOrEmpty();
        status.Due.ShouldBe(0);

        (await house.Operations.RetryAsync(good, Cancellation)).ShouldBe(0);
        (await house.Operations.RetryAsync(null, Cancellation)).ShouldBe(1);
        (await house.Operations.StatusAsync(new Reader("reader", Tlp.Red), Cancellation)).Due.ShouldBe(1);

        // A lead moves the case to a policy that can be read: the clock goes on by itself.
        var policy = System.Text.Json.JsonSerializer.Serialize(TestPolicy, ContractJson.Options);
        await house.AppendAsync(broken, new PolicyPinned(Moment.At(house.Time.Now), "test", 3, policy, null, "mended"));
        house.Time.Now += DeadlineRow.Settling;
        await house.NoticeAsync();
        (await house.NoticedInAsync(broken)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task cases_without_a_row_get_one_and_every_row_can_be_made_anew()
    {
        await using var house = await CreateAsync(Monday);
        var id = await house.OpenAsync("halcyon", TestPolicy, Monday);
        await house.ExecuteAsync("delete from deadlines");

        (await house.Operations.InsertMissingAsync(Cancellation)).ShouldBe(1);
        await house.NoticeAsync();
        (await house.DueAsync(id)).ShouldBe(Warned);
        (await house.Operations.InsertMissingAsync(Cancellation)).ShouldBe(0);

        // As after a change of the engine: the row says something else than the history.
        await house.ExecuteAsync("update deadlines set due_at = null, claimable_at = null");
        (await house.Operations.RecomputeAsync(Cancellation)).ShouldBe(1);
        await house.NoticeAsync();
        (await house.DueAsync(id)).ShouldBe(Warned);
        (await house.NoticedInAsync(id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task an_import_of_the_past_is_let_settle_before_anything_is_noticed()
    {
        await using var house = await CreateAsync(Monday.AddDays(30));
        var id = await house.OpenAsync("halcyon", TestPolicy, Monday);
        await house.NoticeAsync();
        house.Time.Now += TimeSpan.FromSeconds(8);
        await house.NoticeAsync();
        await house.AppendAsync(id, new DisclosureAcknowledged(Moment.At(Monday.AddHours(1)), null, null, Channel.Email, "mira"));
        house.Time.Now += TimeSpan.FromSeconds(8);
        await house.NoticeAsync();
        (await house.NoticedInAsync(id)).ShouldBeEmpty();

        house.Time.Now += TimeSpan.FromSeconds(2);
        await house.NoticeAsync();

        // The acknowledgement that came in time was never missed, so nothing had to be annulled.
        (await house.NoticedInAsync(id)).Select(noticed => ((SlaBreached)noticed).Clock).ShouldBe(["triage"]);
    }

    [Fact]
    public async Task who_writes_without_end_does_not_put_breaches_off_without_end()
    {
        await using var house = await CreateAsync(Monday.AddDays(30));
        var id = await house.OpenAsync("halcyon", TestPolicy, Monday);
        for (var second = 0; second < 60; second += 5)
        {
            (await house.NoticedInAsync(id)).ShouldBeEmpty();
            await house.AppendAsync(id, new NoteAdded(Moment.At(house.Time.Now), "still typing"));
            await house.NoticeAsync();
            house.Time.Now += TimeSpan.FromSeconds(5);
        }

        await house.AppendAsync(id, new NoteAdded(Moment.At(house.Time.Now), "still typing"));
        await house.NoticeAsync();
        (await house.NoticedInAsync(id)).Count.ShouldBe(3);
    }

    /// <summary>The log, in which something happens between a reading and the append that follows.</summary>
    private sealed class Interfering(IEventStore store, Func<Task> between) : IEventStore
    {
        private bool _done;

        public async Task AppendAsync(IReadOnlyList<StreamAppend> appends, IReadOnlyList<NpgsqlBatchCommand>? alongside, CancellationToken cancellation)
        {
            if (!_done)
            {
                _done = true;
                await between();
            }

            await store.AppendAsync(appends, alongside, cancellation);
        }

        public Task<StreamHistory> ReadStreamAsync(string stream, CancellationToken cancellation) => store.ReadStreamAsync(stream, cancellation);

        public Task<IReadOnlyDictionary<string, StreamSoFar>> ReadToDecideAsync(
            IReadOnlyCollection<string> streams, IReadOnlyCollection<Guid> commands, CancellationToken cancellation) =>
            store.ReadToDecideAsync(streams, commands, cancellation);

        public Task<IReadOnlyList<RecordedEvent>> ReadStreamPageAsync(string stream, long after, int limit, CancellationToken cancellation) =>
            store.ReadStreamPageAsync(stream, after, limit, cancellation);
    }
}

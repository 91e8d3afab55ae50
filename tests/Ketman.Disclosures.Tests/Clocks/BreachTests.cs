using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;
using static Ketman.Disclosures.Tests.Clocks.Clocked;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Clocks;

/// <summary>What is coming, breaches, and what disproves them.</summary>
public sealed class BreachTests
{
    private static readonly OutreachAttempted Mail = new(At("2025-02-04T09:00:00Z"), Channel.Email, null, null, "mira", null);
    private static readonly OutreachDelivered Arrived = new(At("2025-02-04T09:00:00Z"), Clocked.Fact(1));
    private static readonly DisclosureAcknowledged Answered = new(At("2025-02-05T10:00:00Z"), Clocked.Fact(1), null, Channel.Email, null);
    private static readonly SlaBreached Breached = new(At("2025-02-07T09:00:00Z"), "acknowledgement", null, Clocked.Fact(2), Party.Company, false);

    [Fact]
    public void the_next_that_time_brings_is_the_first_warning() =>
        Proceedings.NextAt(Clocked_(Mail, Arrived).State).ShouldBe(Utc("2025-02-06T09:00:00Z"));

    [Fact]
    public void a_breach_bears_the_due_time_however_late_it_is_noticed() => UpTo(Clocked_(Mail, Arrived).State, "2025-03-01T00:00:00Z").Select(one => one.Event).ShouldBe(
    [
        new DeadlineNear(At("2025-02-06T09:00:00Z"), "acknowledgement", null, Utc("2025-02-07T09:00:00Z"), false),
        new DeadlineNear(At("2025-02-07T05:00:00Z"), "acknowledgement", null, Utc("2025-02-07T09:00:00Z"), false),
        Breached,
    ]);

    [Fact]
    public void what_was_noticed_is_not_noticed_again() => UpTo(After(Clocked_(Mail, Arrived).State, "2025-03-01T00:00:00Z"), "2025-03-01T00:00:00Z").ShouldBeEmpty();

    [Fact]
    public void a_clock_that_is_met_brings_nothing() => Proceedings.NextAt(Clocked_(Mail, Arrived, Answered,
        new AccessRevoked(At("2025-02-06T10:00:00Z"), Fox, null), new ReactionClassified(At("2025-02-06T10:00:00Z"), Reaction.WarRoom, null),
        new DisclosureResolved(At("2025-02-10T10:00:00Z"), ResolutionOutcome.Removed, null)).State).ShouldBeNull();

    [Fact]
    public void no_warning_lies_before_the_clock_began() => UpTo(
            Clocked_(Mail with { OccurredAt = At("2025-02-04T14:00:00Z") }, Arrived with { OccurredAt = At("2025-02-04T14:00:00Z") }).With(
                Pinned(Acknowledgement with { Due = new DueRule(Milestone.FirstDelivered, Time: "PT5H") })), "2025-02-05T00:00:00Z")
        .Select(one => one.Event.OccurredAt).ShouldBe([At("2025-02-04T15:00:00Z"), At("2025-02-04T19:00:00Z")]);

    [Fact]
    public void a_late_fact_annuls_the_breach_that_it_disproves_and_is_named()
    {
        var state = After(Clocked_(Mail, Arrived).State, "2025-02-08T00:00:00Z");
        var breach = state.Facts.Values.Single(fact => fact.Said is SlaBreached).Id;
        var late = Guid.CreateVersion7();

        Following(state, "2025-02-20T12:00:00Z", (late, Answered with { OccurredAt = At("2025-02-06T10:00:00Z") }))
            .ShouldBe([new BreachAnnulled(At("2025-02-20T12:00:00Z"), breach, late)]);
    }

    [Fact]
    public void a_breach_is_annulled_and_never_deleted()
    {
        var state = Record(After(Clocked_(Mail, Arrived).State, "2025-02-08T00:00:00Z"), "2025-02-20T12:00:00Z", Answered);

        state.Facts.Values.Count(fact => fact is { Retracted: false, Said: SlaBreached }).ShouldBe(1);
        state.Clock("acknowledgement").StatusAt(Utc("2025-02-20T12:00:00Z")).ShouldBe(ClockStatus.Met);
        UpTo(state, "2025-02-12T00:00:00Z").Select(one => one.Event).OfType<SlaBreached>().Select(breach => breach.Clock).ShouldBe(["triage"]);
    }

    [Fact]
    public void a_late_answer_after_the_due_time_annuls_nothing() => Following(
        After(Clocked_(Mail, Arrived).State, "2025-02-08T00:00:00Z"), "2025-02-20T12:00:00Z", (Guid.CreateVersion7(), Answered with { OccurredAt = At("2025-02-09T10:00:00Z") })).ShouldBeEmpty();

    [Fact]
    public void a_retracted_anchor_annuls_the_breach()
    {
        var state = After(Clocked_(Mail, Arrived).State, "2025-02-08T00:00:00Z");
        var breach = state.Facts.Values.Single(fact => fact.Said is SlaBreached).Id;
        var retraction = Guid.CreateVersion7();

        Following(state, "2025-02-20T12:00:00Z", (retraction, new FactRetracted(Now, Clocked.Fact(2), "it came back")))
            .ShouldBe([new BreachAnnulled(At("2025-02-20T12:00:00Z"), breach, retraction)]);
    }

    [Fact]
    public void a_corrected_anchor_annuls_the_breach_and_the_right_due_time_is_a_breach_of_its_own()
    {
        var state = After(Clocked_(Mail, Arrived).State, "2025-02-08T00:00:00Z");
        state = Record(state, "2025-02-20T12:00:00Z", new OutreachDelivered(At("2025-02-04T08:30:00Z"), Clocked.Fact(1)));

        UpTo(state, "2025-02-20T12:00:00Z").Select(one => one.Event).OfType<SlaBreached>().Select(breach => breach.OccurredAt).ShouldBe([At("2025-02-07T08:30:00Z")]);
        Standing(After(state, "2025-02-20T12:00:00Z")).Select(breach => breach.OccurredAt).ShouldBe([At("2025-02-07T08:30:00Z")]);
    }

    [Fact]
    public void a_breach_that_holds_again_is_recorded_again()
    {
        var state = After(Clocked_(Mail, Arrived).With(Pinned(Acknowledgement)), "2025-02-08T00:00:00Z");
        state = Record(state, "2025-02-20T12:00:00Z", Answered);
        var answer = state.Facts.Values.Single(fact => fact.Said is DisclosureAcknowledged).Id;
        state = Record(state, "2025-02-20T13:00:00Z", new FactRetracted(Now, answer, "another company"));

        Standing(state).ShouldBeEmpty();
        Standing(After(state, "2025-02-20T13:00:00Z")).ShouldBe([Breached]);
    }

    [Fact]
    public void of_several_facts_the_first_that_disproves_the_breach_is_named()
    {
        var state = After(Clocked_(Mail, Arrived).State, "2025-02-08T00:00:00Z");
        var (one, two, three) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());

        Following(
            state, "2025-02-20T12:00:00Z", (one, new NoteAdded(Now, "we found the mail")), (two, new OutreachAnswered(Answered.OccurredAt, Clocked.Fact(1), false, null, null)), (three, Answered))
            .Cast<BreachAnnulled>().Select(annulled => annulled.FactId).ShouldBe([three]);
    }

    [Fact]
    public void an_extension_that_was_granted_in_time_and_recorded_late_annuls_the_breach()
    {
        var state = After(Clocked_(Mail, Arrived).State, "2025-02-08T00:00:00Z");
        state = Record(state, "2025-02-08T10:00:00Z", new ClockExtended(At("2025-02-06T10:00:00Z"), "acknowledgement", null, Utc("2025-02-10T09:00:00Z"), false, "ines", "asked"));

        Standing(state).ShouldBeEmpty();
        Standing(After(state, "2025-02-20T13:00:00Z")).Select(breach => breach.OccurredAt).ShouldBe([At("2025-02-10T09:00:00Z")]);
    }

    [Fact]
    public void another_policy_disproves_no_breach_and_finds_no_second_one()
    {
        var moved = Pinned(Acknowledgement with { Due = new DueRule(Milestone.FirstDelivered, Time: "P20D") }) with { OccurredAt = At("2025-02-10T10:00:00Z"), Version = 2, Reason = "asked for" };
        var state = Record(After(Clocked_(Mail, Arrived).State, "2025-02-08T00:00:00Z"), "2025-02-10T10:00:00Z", moved);

        Standing(state).ShouldBe([Breached]);
        Standing(After(state, "2025-04-01T00:00:00Z")).ShouldBe([Breached]);
        state.Clock("acknowledgement").StatusAt(Utc("2025-02-11T00:00:00Z")).ShouldBe(ClockStatus.Breached);
        Standing(Record(state, "2025-02-11T00:00:00Z", Answered)).ShouldBeEmpty();
    }

    [Fact]
    public void breaches_that_came_while_nobody_watched_are_marked_and_bear_their_own_times()
    {
        var noticed = Proceedings.UpTo(
            Clocked_(Mail, Arrived).State, Utc("2025-03-07T00:00:00Z"), Utc("2025-03-01T00:00:00Z"), name => DeterministicId.From("scenario", name)).Select(one => one.Event).ToList();

        noticed.OfType<SlaBreached>().ShouldBe(
        [
            Breached with { CaughtUp = true },
            new SlaBreached(At("2025-03-06T09:00:00Z"), "resolution", null, Clocked.Fact(2), Party.Company, false),
        ]);
    }

    private static IEnumerable<SlaBreached> Standing(Disclosure state)
    {
        var annulled = state.Standing<BreachAnnulled>().Select(one => one.Said.BreachId).ToHashSet();
        return [.. state.Standing<SlaBreached>().Where(one => !annulled.Contains(one.Id)).Select(one => one.Said)];
    }

    private static IEnumerable<IDomainEvent> Following(Disclosure state, string now, params (Guid Id, IDomainEvent Event)[] added) => Proceedings.FollowingFrom(
        added.Aggregate(state, (folded, one) => Disclosure.Evolve(folded, one.Id, one.Event)), added, Utc(now));
}

file static class Under
{
    /// <summary>The case under another policy from its beginning.</summary>
    public static Disclosure With(this Ketman.Testing.Given<Disclosure> given, PolicyPinned pinned) =>
        (given with { Events = [given.Events[0], pinned, .. given.Events.Skip(2)] }).State;
}

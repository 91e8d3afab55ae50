using Ketman.Contracts;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Ladder;
using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Tests.Publication;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;
using static Ketman.Disclosures.Tests.Ladder.Climbing;
using static Ketman.Disclosures.Tests.Publication.Publishing;

namespace Ketman.Disclosures.Tests.Ladder;

/// <summary>Steps of the ladder: due, taken, cancelled, and due again.</summary>
public sealed class LadderTests
{
    private static readonly EscalationStepDue Reminded = new(At("2025-02-06T09:00:00Z"), "reminder", false);
    private static readonly UpdateReceived Word = new(At("2025-02-07T09:00:00Z"), "we look into it");

    [Fact]
    public void every_step_is_due_at_its_own_time_however_late_it_is_noticed_and_the_platform_takes_its_own() => UpTo(Climbing.Up(), "2025-06-01T00:00:00Z").ShouldBe(
    [
        Reminded,
        new EscalationStepDue(At("2025-02-08T09:00:00Z"), "other-channel", false),
        new EscalationStepDue(At("2025-02-14T09:00:00Z"), "look", false),
        new EscalationStepDue(At("2025-02-15T09:00:00Z"), "notify", false),
        new EscalationStepTaken(At("2025-02-15T09:00:00Z"), "notify", null, "platform", null),
        new EscalationStepDue(At("2025-02-24T09:00:00Z"), "final-notice", false),
    ]);

    [Fact]
    public void what_was_noticed_is_not_noticed_again()
    {
        var noticed = UpTo(Climbing.Up(), "2025-06-01T00:00:00Z");

        UpTo(Climbing.Up(noticed), "2025-06-01T00:00:00Z").ShouldBeEmpty();
        Proceedings.NextAt(State(Climbing.Up(noticed))).ShouldBeNull();
    }

    [Fact]
    public void nothing_is_due_before_its_time()
    {
        UpTo(Climbing.Up(), "2025-02-06T08:59:59Z").ShouldBeEmpty();
        Proceedings.NextAt(State(Climbing.Up())).ShouldBe(Utc("2025-02-06T09:00:00Z"));
    }

    [Fact]
    public void a_step_that_follows_another_waits_until_that_is_taken()
    {
        var taken = new EscalationStepTaken(At("2025-02-09T10:00:00Z"), "other-channel", null, "mira", null);

        Step(Climbing.Up(), "intermediary").Status.ShouldBe(StepStatus.Waiting);
        Step(Climbing.Up(taken), "intermediary").Due!.At.ShouldBe(Utc("2025-02-14T10:00:00Z"));
        UpTo(Climbing.Up(taken), "2025-02-14T10:00:00Z").ShouldContain(new EscalationStepDue(At("2025-02-14T10:00:00Z"), "intermediary", false));
    }

    [Fact]
    public void a_due_step_is_cancelled_by_what_comes_and_names_it() =>
        Following(Climbing.Up(Reminded), Word).ShouldBe([new EscalationStepCancelled(Word.OccurredAt, "reminder", Id(5))]);

    [Fact]
    public void a_step_that_is_not_due_yet_vanishes_without_an_event()
    {
        Following(Climbing.Up(), Word).ShouldBeEmpty();
        Step(Climbing.Up(Word), "reminder").Status.ShouldBe(StepStatus.Cancelled);
        UpTo(Climbing.Up(Word), "2025-02-13T00:00:00Z").ShouldBeEmpty();
    }

    [Fact]
    public void a_step_that_was_taken_is_not_cancelled() => Following(
        Climbing.Up(Reminded, new EscalationStepTaken(At("2025-02-06T10:00:00Z"), "reminder", Id(3), "mira", null)), Word).ShouldBeEmpty();

    [Fact]
    public void what_came_before_the_anchor_cancels_nothing() =>
        Following(Climbing.Up(Reminded), Word with { OccurredAt = At("2025-02-03T12:00:00Z") }).ShouldBeEmpty();

    [Fact]
    public void an_automatic_reply_cancels_nothing() =>
        Following(Climbing.Up(Reminded), new OutreachAnswered(Word.OccurredAt, Id(3), true, null, null)).ShouldBeEmpty();

    [Fact]
    public void a_step_comes_once_for_each_anchor_and_again_for_the_next()
    {
        IReadOnlyList<IDomainEvent> silent = Climbing.Up(Word, new EscalationStepDue(At("2025-02-14T09:00:00Z"), "silence-again", false),
            new EscalationStepTaken(At("2025-02-14T12:00:00Z"), "silence-again", Id(3), "mira", null));
        var again = Word with { OccurredAt = At("2025-02-16T09:00:00Z") };

        Step(silent, "silence-again").Status.ShouldBe(StepStatus.Taken);
        UpTo(silent, "2025-06-01T00:00:00Z").ShouldBeEmpty();
        Step([.. silent, again], "silence-again").Status.ShouldBe(StepStatus.Coming);
        UpTo([.. silent, again], "2025-06-01T00:00:00Z").ShouldBe([new EscalationStepDue(At("2025-02-23T09:00:00Z"), "silence-again", false)]);
    }

    [Fact]
    public void a_word_that_is_the_next_anchor_cancels_what_was_due_for_the_last()
    {
        var due = new EscalationStepDue(At("2025-02-14T09:00:00Z"), "silence-again", false);
        var again = Word with { OccurredAt = At("2025-02-16T09:00:00Z") };

        Following(Climbing.Up(Word, due), again).ShouldBe([new EscalationStepCancelled(again.OccurredAt, "silence-again", Id(6))]);
    }

    [Fact]
    public void a_step_whose_ground_was_a_mistake_is_cancelled_naming_the_correction_and_comes_back_with_it()
    {
        var due = new EscalationStepDue(At("2025-02-06T09:00:00Z"), "reminder", false);
        var mistake = new FactRetracted(At("2025-02-10T09:00:00Z"), Id(3), "another company");
        var again = First with { OccurredAt = At("2025-02-04T09:00:00Z") };

        Following(Climbing.Up(due), mistake).ShouldBe([new EscalationStepCancelled(mistake.OccurredAt, "reminder", Id(5))]);
        var events = Climbing.Up(due, mistake, new EscalationStepCancelled(mistake.OccurredAt, "reminder", Id(5)), again);
        UpTo(events, "2025-02-07T00:00:00Z").ShouldBe([due]);
        Proceedings.UpTo(State(Climbing.Up()), Utc("2025-02-07T00:00:00Z"), DateTimeOffset.MinValue, name => DeterministicId.From("scenario", name))[0].Id
            .ShouldNotBe(Proceedings.UpTo(State(events), Utc("2025-02-07T00:00:00Z"), DateTimeOffset.MinValue, name => DeterministicId.From("scenario", name))[0].Id);
    }

    [Fact]
    public void the_end_of_the_case_makes_every_step_needless()
    {
        var closed = new DisclosureClosed(At("2025-02-07T09:00:00Z"), "over");

        Following(Climbing.Up(Reminded), closed).ShouldBe([new EscalationStepCancelled(closed.OccurredAt, "reminder", Id(5))]);
        UpTo(Climbing.Up(Reminded, closed), "2025-06-01T00:00:00Z").ShouldBeEmpty();
    }

    [Fact]
    public void a_step_is_taken_by_what_was_sent() => When(
        Climbing.Up(Reminded), TakeStep.Decide, new TakeStep("reminder", Channel: Channel.Telegram, Recipient: "a maintainer", Text: "Hello?", Summary: "a reminder"),
        "2025-02-06T10:00:00Z", "mira").Then(
            new OutreachAttempted(At("2025-02-06T10:00:00Z"), Channel.Telegram, "a maintainer", null, "mira", "a reminder"),
            new EscalationStepTaken(At("2025-02-06T10:00:00Z"), "reminder", Scenario.CommandId, "mira", "Hello?"));

    [Fact]
    public void a_step_is_taken_by_an_attempt_that_is_logged_at_its_time() => When(
        Climbing.Up(Reminded, First with { OccurredAt = At("2025-02-06T09:30:00Z") }), TakeStep.Decide, new TakeStep("reminder", Id(5).ToString("D")),
        "2025-02-07T10:00:00Z", "mira").Then(new EscalationStepTaken(At("2025-02-06T09:30:00Z"), "reminder", Id(5), "mira", null));

    [Fact]
    public void a_step_may_be_taken_before_its_time_and_is_not_due_then()
    {
        var early = new EscalationStepTaken(At("2025-02-05T10:00:00Z"), "reminder", Scenario.CommandId, "mira", null);

        When(Climbing.Up(), TakeStep.Decide, new TakeStep("reminder", Channel: Channel.Email), "2025-02-05T10:00:00Z", "mira")
            .Then(new OutreachAttempted(At("2025-02-05T10:00:00Z"), Channel.Email, null, null, "mira", "Remind them"), early);
        UpTo(Climbing.Up(early), "2025-02-07T00:00:00Z").ShouldBeEmpty();
    }

    [Fact]
    public void a_review_needs_no_attempt() => When(Climbing.Up(), TakeStep.Decide, new TakeStep("look"), "2025-02-14T10:00:00Z", "mira")
        .Then(new EscalationStepTaken(At("2025-02-14T10:00:00Z"), "look", null, "mira", null));

    [Fact]
    public void steps_that_cannot_be_taken_say_why()
    {
        const string now = "2025-02-10T10:00:00Z";
        var send = new TakeStep("reminder", Channel: Channel.Email);

        When(Climbing.Up(), TakeStep.Decide, send with { Step = "shout" }, now).ThenRefused("step-unknown");
        When(Climbing.Up(), TakeStep.Decide, send with { Channel = null }, now).ThenRefused("step-needs-outreach");
        When(Climbing.Up(), TakeStep.Decide, send with { Step = "final-notice" }, now).ThenRefused("step-is-final-notice");
        When(Climbing.Up(), TakeStep.Decide, send with { Step = "intermediary" }, now).ThenRefused("step-waiting");
        When(Climbing.Up(Word), TakeStep.Decide, send, now).ThenRefused("step-cancelled");
        When(Climbing.Up(new EscalationStepTaken(At("2025-02-06T10:00:00Z"), "reminder", Id(3), "mira", null)), TakeStep.Decide, send, now).ThenRefused("step-taken");
        When(Climbing.Up(), TakeStep.Decide, new TakeStep("reminder", Id(2).ToString("D")), now).ThenRefused("outreach-unknown");
        When(Climbing.Up(new DisclosureClosed(At("2025-02-07T09:00:00Z"), "over")), TakeStep.Decide, send, now).ThenRefused("case-closed");
    }

    [Fact]
    public void the_ladder_is_shown_with_what_comes_next_and_whose_turn_it_is()
    {
        var before = ShowLadder.ViewOf(State(Climbing.Up()), "Halcyon", Utc("2025-02-05T00:00:00Z"));
        var after = ShowLadder.ViewOf(State(Climbing.Up()), "Halcyon", Utc("2025-02-06T09:00:00Z"));

        before.Next.ShouldBe("reminder");
        before.Turn.ShouldBeNull();
        before.Steps[0].Status.ShouldBe(StepStatus.Coming);
        before.Steps[0].Text.ShouldBe("Halcyon, we wrote on 2025-02-04; by 2025-02-06: 1.");
        before.Steps[^1].Text.ShouldBe("If we hear nothing by ..., we will name Halcyon in public.");
        after.Turn.ShouldBe(Party.Team);
        after.Steps[0].Status.ShouldBe(StepStatus.Due);
    }

    [Theory, InlineData("commitment-reminder"), InlineData("commitment-final-notice")]
    public void a_step_that_follows_a_broken_promise_speaks_of_the_day_that_was_promised(string step)
    {
        IReadOnlyList<IDomainEvent> broken =
        [
            Opened with { OccurredAt = At("2025-02-03T08:00:00Z") }, Publishing.Pin(ShippedPolicies.All.Single(policy => policy.Document.Name == "ketman-standard").Document), First,
            new CommitmentMade(At("2025-02-10T16:30:00Z"), "look into it", On("2025-02-17"), null),
        ];

        ShowLadder.ViewOf(State(broken), "Halcyon", Utc("2025-03-20T00:00:00Z")).Steps.Single(one => one.Step == step).Text!
            .ShouldStartWith("Halcyon promised something by 2025-02-17, and ");
    }

    [Fact]
    public void a_case_without_a_policy_has_no_ladder() => LadderSteps.Of(Case(First).State).ShouldBeEmpty();
}

using Ketman.Contracts;
using Ketman.Disclosures.Outreach;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Decisions;

public sealed class OutreachTests
{
    private static readonly OutreachBounced Bounced = new(On("2025-02-04"), Fact(1), "mailbox unknown");
    private static readonly OutreachDelivered Delivered = new(On("2025-02-04"), Fact(1));
    private static readonly FactRetracted MailRetracted = new(Now, Fact(1), "never sent");

    [Fact]
    public void an_attempt_is_logged_by_whoever_logs_it() => Case()
        .When(LogOutreach.Decide, new LogOutreach(Channel.Telegram, "a maintainer"))
        .Then(new OutreachAttempted(Now, Channel.Telegram, "a maintainer", null, "analyst", null));

    [Fact]
    public void an_attempt_is_logged_for_somebody_else_to_a_contact_that_intake_knows() => Case()
        .When(LogOutreach.Decide, new LogOutreach(Channel.Email, Contact: "security-desk", Summary: "Signals report", By: "mira", At: On("2025-02-04")))
        .Then(new OutreachAttempted(
            On("2025-02-04"), Channel.Email, null, DeterministicId.OfFact($"company-{Halcyon:D}", "security-desk"), "mira", "Signals report"));

    [Fact]
    public void an_attempt_may_lie_before_the_opening() => Case()
        .When(LogOutreach.Decide, new LogOutreach(Channel.Email, By: "mira", At: On("2025-01-20")))
        .Then(new OutreachAttempted(On("2025-01-20"), Channel.Email, null, null, "mira", null));

    [Fact]
    public void an_attempt_without_an_answer_says_no_more() => Case()
        .When(LogOutreach.Decide, new LogOutreach(Channel.Email, "security contact", Outcome: OutreachOutcome.NoAnswer, By: "mira", At: Mailed.OccurredAt))
        .Then(Mailed);

    [Fact]
    public void a_delivered_attempt_is_logged_at_once() => Case()
        .When(LogOutreach.Decide, new LogOutreach(Channel.Email, "security contact", Outcome: OutreachOutcome.Delivered, By: "mira", At: Mailed.OccurredAt))
        .Then(Mailed, new OutreachDelivered(Mailed.OccurredAt, Scenario.CommandId));

    [Fact]
    public void a_bounced_attempt_is_logged_at_once() => Case()
        .When(LogOutreach.Decide, new LogOutreach(Channel.Email, "security contact", Outcome: OutreachOutcome.Bounced, By: "mira", At: Mailed.OccurredAt))
        .Then(Mailed, new OutreachBounced(Mailed.OccurredAt, Scenario.CommandId, null));

    [Fact]
    public void an_attempt_that_is_answered_at_once_acknowledges() => Case()
        .When(LogOutreach.Decide, new LogOutreach(Channel.Email, "security contact", Outcome: OutreachOutcome.Answered, By: "mira", At: Mailed.OccurredAt))
        .Then(
            Mailed,
            new OutreachAnswered(Mailed.OccurredAt, Scenario.CommandId, Automatic: false, null, null),
            new DisclosureAcknowledged(Mailed.OccurredAt, Scenario.CommandId, New(1), Channel.Email, null));

    [Fact]
    public void the_same_attempt_may_be_made_again() => Case(Mailed)
        .When(LogOutreach.Decide, new LogOutreach(Channel.Email, "security contact", By: "mira", At: Mailed.OccurredAt))
        .Then(Mailed);

    [Fact]
    public void nobody_is_approached_in_a_closed_case() => Case(Closed)
        .When(LogOutreach.Decide, new LogOutreach(Channel.Email)).ThenRefused("case-closed");

    [Fact]
    public void an_attempt_arrives_once()
    {
        Case(Mailed).When(RecordDelivery.Decide, new RecordDelivery(Ref(1), On("2025-02-04"))).Then(Delivered);
        Case(Mailed, Delivered).When(RecordDelivery.Decide, new RecordDelivery(Ref(1))).ThenNothing();
    }

    [Fact]
    public void a_delivery_taken_back_can_be_recorded_again() => Case(Mailed, Delivered, new FactRetracted(Now, Fact(2), "another mail"))
        .When(RecordDelivery.Decide, new RecordDelivery(Ref(1))).Then(new OutreachDelivered(Now, Fact(1)));

    [Fact]
    public void an_attempt_comes_back_once()
    {
        Case(Mailed).When(RecordBounce.Decide, new RecordBounce(Ref(1), "mailbox unknown", On("2025-02-04"))).Then(Bounced);
        Case(Mailed, Bounced).When(RecordBounce.Decide, new RecordBounce(Ref(1))).ThenNothing();
    }

    [Fact]
    public void what_came_back_neither_arrives_nor_is_answered()
    {
        var given = Case(Mailed, Bounced);

        given.When(RecordDelivery.Decide, new RecordDelivery(Ref(1))).ThenRefused("outreach-bounced");
        given.When(RecordAnswer.Decide, new RecordAnswer(Ref(1))).ThenRefused("outreach-bounced");
        given.When(Acknowledge.Decide, new Acknowledge(Ref(1))).ThenRefused("outreach-bounced");
    }

    [Fact]
    public void what_arrived_or_was_answered_does_not_come_back()
    {
        Case(Mailed, Delivered).When(RecordBounce.Decide, new RecordBounce(Ref(1))).ThenRefused("outreach-arrived");
        Case(Mailed, new OutreachAnswered(On("2025-02-05"), Fact(1), true, null, null))
            .When(RecordBounce.Decide, new RecordBounce(Ref(1))).ThenRefused("outreach-arrived");
    }

    [Fact]
    public void nothing_comes_of_an_unknown_attempt()
    {
        Case(Paid).When(RecordDelivery.Decide, new RecordDelivery("first-mail")).ThenRefused("outreach-unknown");
        Case(Paid).When(RecordBounce.Decide, new RecordBounce(Ref(1))).ThenRefused("outreach-unknown");
        Case(Paid).When(RecordAnswer.Decide, new RecordAnswer("first-mail")).ThenRefused("outreach-unknown");
        Case(Paid).When(Acknowledge.Decide, new Acknowledge("first-mail")).ThenRefused("outreach-unknown");
    }

    [Fact]
    public void nothing_comes_of_a_retracted_attempt()
    {
        var given = Case(Mailed, MailRetracted);

        given.When(RecordDelivery.Decide, new RecordDelivery(Ref(1))).ThenRefused("outreach-retracted");
        given.When(RecordBounce.Decide, new RecordBounce(Ref(1))).ThenRefused("outreach-retracted");
        given.When(RecordAnswer.Decide, new RecordAnswer(Ref(1))).ThenRefused("outreach-retracted");
        given.When(Acknowledge.Decide, new Acknowledge(Ref(1))).ThenRefused("outreach-retracted");
    }

    [Fact]
    public void nothing_comes_of_an_attempt_before_it_was_made()
    {
        var before = At("2025-02-04T09:59:59Z");

        Case(Mailed).When(RecordDelivery.Decide, new RecordDelivery(Ref(1), before)).ThenRefused("before-outreach");
        Case(Mailed).When(RecordBounce.Decide, new RecordBounce(Ref(1), At: before)).ThenRefused("before-outreach");
        Case(Mailed).When(RecordAnswer.Decide, new RecordAnswer(Ref(1), At: before)).ThenRefused("before-outreach");
        Case(Mailed).When(Acknowledge.Decide, new Acknowledge(Ref(1), At: before)).ThenRefused("before-outreach");
    }

    [Fact]
    public void an_answer_known_to_the_day_may_come_on_the_day_of_the_attempt() => Case(Mailed)
        .When(RecordAnswer.Decide, new RecordAnswer(Ref(1), Automatic: true, At: On("2025-02-04")))
        .Then(new OutreachAnswered(On("2025-02-04"), Fact(1), Automatic: true, null, null));

    [Fact]
    public void a_humans_answer_acknowledges() => Case(Mailed)
        .When(RecordAnswer.Decide, new RecordAnswer(Ref(1), From: "head of security", Summary: "we are on it", At: On("2025-02-05")))
        .Then(
            new OutreachAnswered(On("2025-02-05"), Fact(1), Automatic: false, "head of security", "we are on it"),
            new DisclosureAcknowledged(On("2025-02-05"), Fact(1), New(0), Channel.Email, "head of security"));

    [Fact]
    public void an_automatic_answer_acknowledges_nothing() => Case(Mailed)
        .When(RecordAnswer.Decide, new RecordAnswer(Ref(1), Automatic: true, At: On("2025-02-05")))
        .Then(new OutreachAnswered(On("2025-02-05"), Fact(1), Automatic: true, null, null));

    [Fact]
    public void a_second_answer_acknowledges_nothing_more() => Case(Mailed, new DisclosureAcknowledged(On("2025-02-05"), null, null, null, null))
        .When(RecordAnswer.Decide, new RecordAnswer(Ref(1), At: On("2025-02-06")))
        .Then(new OutreachAnswered(On("2025-02-06"), Fact(1), Automatic: false, null, null));

    [Fact]
    public void an_earlier_answer_that_comes_to_light_late_takes_the_first_place() => Case(Mailed, new DisclosureAcknowledged(On("2025-02-07"), null, null, null, null))
        .When(RecordAnswer.Decide, new RecordAnswer(Ref(1), At: On("2025-02-06")))
        .Then(
            new OutreachAnswered(On("2025-02-06"), Fact(1), Automatic: false, null, null),
            new DisclosureAcknowledged(On("2025-02-06"), Fact(1), New(0), Channel.Email, null));

    [Fact]
    public void the_report_is_acknowledged_once()
    {
        var acknowledged = new DisclosureAcknowledged(On("2025-02-07"), Fact(1), null, Channel.Phone, "counsel");

        Case(Mailed).When(Acknowledge.Decide, new Acknowledge(Ref(1), "counsel", Channel.Phone, On("2025-02-07"))).Then(acknowledged);
        Case(Mailed, acknowledged).When(Acknowledge.Decide, new Acknowledge(At: On("2025-02-07"))).ThenNothing();
        Case(Mailed, acknowledged).When(Acknowledge.Decide, new Acknowledge(At: On("2025-02-09"))).ThenNothing();
    }

    [Fact]
    public void an_earlier_acknowledgement_takes_the_first_place() => Case(new DisclosureAcknowledged(On("2025-02-07"), null, null, null, null))
        .When(Acknowledge.Decide, new Acknowledge(At: On("2025-02-06")))
        .Then(new DisclosureAcknowledged(On("2025-02-06"), null, null, null, null));

    [Fact]
    public void a_reaction_may_change_and_change_back()
    {
        var deferred = new ReactionClassified(On("2025-02-05"), Reaction.Deferred, "maybe next week");

        Case().When(ClassifyReaction.Decide, new ClassifyReaction(Reaction.Deferred, "maybe next week", On("2025-02-05"))).Then(deferred);
        Case(deferred).When(ClassifyReaction.Decide, new ClassifyReaction(Reaction.Deferred, "maybe next week", On("2025-02-05"))).ThenNothing();
        Case(deferred).When(ClassifyReaction.Decide, new ClassifyReaction(Reaction.WarRoom)).Then(new ReactionClassified(Now, Reaction.WarRoom, null));
        Case(deferred, new ReactionClassified(On("2025-02-06"), Reaction.Engaged, null))
            .When(ClassifyReaction.Decide, new ClassifyReaction(Reaction.Deferred)).Then(new ReactionClassified(Now, Reaction.Deferred, null));
    }

    [Fact]
    public void the_conversation_of_a_closed_case_is_over()
    {
        var given = Case(Mailed, Closed);

        given.When(RecordDelivery.Decide, new RecordDelivery(Ref(1))).ThenRefused("case-closed");
        given.When(RecordBounce.Decide, new RecordBounce(Ref(1))).ThenRefused("case-closed");
        given.When(RecordAnswer.Decide, new RecordAnswer(Ref(1))).ThenRefused("case-closed");
        given.When(Acknowledge.Decide, new Acknowledge()).ThenRefused("case-closed");
        given.When(ClassifyReaction.Decide, new ClassifyReaction(Reaction.Silent)).ThenRefused("case-closed");
    }
}

using Ketman.Contracts;
using Ketman.Disclosures.Publication;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;
using static Ketman.Disclosures.Tests.Publication.Publishing;

namespace Ketman.Disclosures.Tests.Publication;

/// <summary>The final notice: what it bears, and how much time it leaves.</summary>
public sealed class FinalNoticeTests
{
    private const string Now = "2025-02-10T09:00:00Z";
    private static readonly GiveFinalNotice Give = new(At("2025-02-24T09:00:00Z"), Channel: Channel.Email, Recipient: "security contact");

    [Fact]
    public void a_notice_that_is_sent_now_is_logged_and_takes_its_step() => When(Up(8), GiveFinalNotice.Decide, Give, Now).Then(
        new OutreachAttempted(At(Now), Channel.Email, "security contact", null, "lena", "Final notice"),
        new FinalNoticeGiven(At(Now), Scenario.CommandId, Utc("2025-02-24T09:00:00Z"), Filled),
        new EscalationStepTaken(At(Now), "final-notice", Scenario.CommandId, "lena", null));

    [Fact]
    public void a_notice_that_was_sent_names_its_attempt_and_bears_its_time() => When(
        Up(9), GiveFinalNotice.Decide, Give with { Channel = null, Recipient = null, Outreach = Id(9).ToString("D"), PublishFrom = At("2025-02-25T12:00:00Z") },
        "2025-02-11T12:00:00Z").Then(
            new FinalNoticeGiven(At("2025-02-10T09:00:00Z"), Id(9), Utc("2025-02-25T12:00:00Z"), Filled.Replace("2025-02-24", "2025-02-25", StringComparison.Ordinal)),
            new EscalationStepTaken(At("2025-02-10T09:00:00Z"), "final-notice", Id(9), "lena", null));

    [Fact]
    public void the_date_leaves_the_notice_period_from_now_on_whenever_it_was_sent()
    {
        When(Up(8), GiveFinalNotice.Decide, Give, "2025-02-10T09:00:00.000001Z").ThenRefused("notice-too-short");
        When(Up(9), GiveFinalNotice.Decide, Give with { Channel = null, Recipient = null, Outreach = Id(9).ToString("D") }, "2025-02-10T09:00:00.000001Z")
            .ThenRefused("notice-too-short");
    }

    [Fact]
    public void a_day_begins_in_the_zone_of_the_policy()
    {
        var day = Give with { PublishFrom = On("2025-02-25") };

        When(Up(8), GiveFinalNotice.Decide, day, "2025-02-10T23:00:00Z").Decision.Events.OfType<FinalNoticeGiven>().Single().PublishFrom
            .ShouldBe(Utc("2025-02-24T23:00:00Z"));
        When(Up(8), GiveFinalNotice.Decide, day, "2025-02-10T23:00:01Z").ThenRefused("notice-too-short");
    }

    [Fact]
    public void where_harm_is_being_done_the_shorter_period_holds()
    {
        var soon = Give with { PublishFrom = At("2025-02-13T09:00:00Z") };

        When(Up(8), GiveFinalNotice.Decide, soon, Now).ThenRefused("notice-too-short");
        When(Up(8, ActiveHarm), GiveFinalNotice.Decide, soon, Now).Decision.Events.Count.ShouldBe(3);
    }

    [Fact]
    public void the_clause_is_the_policys_word_for_word()
    {
        When(Up(8), GiveFinalNotice.Decide, Give with { Clause = Filled.Replace(" ", "\n ", StringComparison.Ordinal) }, Now).Decision.Events.Count.ShouldBe(3);
        When(Up(8), GiveFinalNotice.Decide, Give with { Clause = "We will name you." }, Now).ThenRefused("clause-differs");
    }

    [Theory]
    [InlineData("Dear all,\n" + Filled, null)]
    [InlineData("Dear all, we will name you on 2025-02-24.", "notice-incomplete")]
    [InlineData("Dear all,", "notice-incomplete")]
    public void the_text_bears_the_clause_and_the_date(string text, string? refused)
    {
        var outcome = When(Up(8), GiveFinalNotice.Decide, Give with { Text = text }, Now);

        (outcome.Decision.Rule?.Name).ShouldBe(refused);
        if (refused is null)
        {
            outcome.Decision.Events.OfType<OutreachAttempted>().Single().Summary.ShouldBe(text);
            outcome.Decision.Events.OfType<EscalationStepTaken>().Single().Text.ShouldBe(text);
        }
    }

    [Fact]
    public void what_came_back_or_was_answered_gave_no_notice()
    {
        var named = Give with { Channel = null, Recipient = null, Outreach = Id(9).ToString("D"), PublishFrom = At("2025-03-01T09:00:00Z") };

        When(Up(9, new OutreachBounced(At("2025-02-10T09:01:00Z"), Id(9), null)), GiveFinalNotice.Decide, named, "2025-02-11T09:00:00Z").ThenRefused("outreach-bounced");
        When(Up(9, new UpdateReceived(On("2025-02-10"), "we read it")), GiveFinalNotice.Decide, named, "2025-02-11T09:00:00Z").ThenRefused("answered-since");
        When(Up(9, new UpdateReceived(On("2025-02-09"), "we read it")), GiveFinalNotice.Decide, named, "2025-02-11T09:00:00Z").Decision.Events.Count.ShouldBe(2);
        When(Up(8), GiveFinalNotice.Decide, named, Now).ThenRefused("outreach-unknown");
    }

    [Fact]
    public void there_is_no_notice_without_a_policy_on_a_closed_case_or_while_a_publication_is_under_way()
    {
        When(Without(2, 8), GiveFinalNotice.Decide, Give, Now).ThenRefused("policy-missing");
        When(Up(8, new DisclosureClosed(At("2025-02-09T09:00:00Z"), "over")), GiveFinalNotice.Decide, Give, Now).ThenRefused("case-closed");
        When(Up(Proposed), GiveFinalNotice.Decide, Give with { PublishFrom = At("2025-03-24T09:00:00Z") }, "2025-02-25T09:00:00Z").ThenRefused("publication-under-way");
    }

    [Fact]
    public void another_notice_takes_the_place_of_the_first() => PublicationState.Of(State(Up(
            Noticed, Way[8], new FinalNoticeGiven(At("2025-02-12T09:00:00Z"), Id(11), Utc("2025-03-01T09:00:00Z"), Filled))))
        .Notice!.Said.PublishFrom.ShouldBe(Utc("2025-03-01T09:00:00Z"));
}

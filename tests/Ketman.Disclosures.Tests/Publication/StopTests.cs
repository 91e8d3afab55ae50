using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Publication;
using Ketman.EventStore.Deciding;
using static Ketman.Disclosures.Tests.Decisions.Known;
using static Ketman.Disclosures.Tests.Publication.Publishing;

namespace Ketman.Disclosures.Tests.Publication;

/// <summary>What stops a countdown by itself.</summary>
public sealed class StopTests
{
    private static readonly Moment When_ = At("2025-02-24T12:30:00Z");

    /// <summary>What the company does, or what comes over the case.</summary>
    public static TheoryData<IDomainEvent> Stops =>
    [
        new OutreachAnswered(When_, Id(7), false, null, null), new DisclosureAcknowledged(When_, null, null, null, null), new UpdateReceived(When_, "we look into it"),
        new CommitmentMade(When_, "call back", On("2025-03-12"), null), new InformationRequested(When_, "which account?", null),
        new ReactionClassified(When_, Reaction.Dismissed, null), new PrivacyRequested(When_, null), new EmbargoSet(When_, null, "investigation"),
        new UpdateReceived(On("2025-02-10"), "on the day of the notice"),
    ];

    /// <summary>What does not.</summary>
    public static TheoryData<IDomainEvent> Others =>
    [
        new OutreachAnswered(When_, Id(7), true, null, null), new ReactionClassified(When_, Reaction.Silent, null), new NoteAdded(When_, "call planned"),
        new OutreachAttempted(When_, Channel.Signal, null, null, "mira", null), new UpdateReceived(At("2025-02-10T08:59:59Z"), "before the notice"),
        new UpdateReceived(On("2025-02-09"), "the day before the notice"), new EmbargoLifted(When_, "over"),
    ];

    [Theory]
    [MemberData(nameof(Stops))]
    public void the_countdown_stops_by_itself_and_names_the_fact(IDomainEvent happened)
    {
        Following(Up(Noticed), happened).ShouldBe([new PublicationStopped(happened.OccurredAt, null, Id(11))]);
        Following(Up(Proposed), happened).ShouldBe([new PublicationStopped(happened.OccurredAt, Id(11), Id(12))]);
        Following(Up(Scheduled), happened).ShouldBe([new PublicationStopped(happened.OccurredAt, Id(11), Id(15))]);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void nothing_else_stops_it(IDomainEvent happened) => Following(Up(Scheduled), happened).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Stops))]
    public void nothing_is_stopped_that_has_not_begun_or_is_done(IDomainEvent happened)
    {
        Following(Up(8), happened).ShouldBeEmpty();
        Following(Up(Scheduled, new CompanyNamed(When_, Id(11), "paul", "https://ketman.example/halcyon", new string('a', 64))), happened).ShouldBeEmpty();
    }

    [Fact]
    public void what_a_policy_adds_stops_it_too()
    {
        var policy = Pin(Document with { Publication = Document.Publication with { StoppedBy = [Milestone.AccessRevoked] } });
        var revoked = new AccessRevoked(When_, Fox, null);

        Following(Up(Noticed), revoked).ShouldBeEmpty();
        Following(Without(2, Noticed, policy), revoked).ShouldBe([new PublicationStopped(When_, null, Id(11))]);
    }

    [Fact]
    public void after_a_stop_only_a_new_notice_begins_anew()
    {
        IReadOnlyList<IDomainEvent> stopped = Up(Scheduled, new UpdateReceived(When_, "we look into it"), new PublicationStopped(When_, Id(11), Id(15)));

        PublicationState.Of(State(stopped)).Phase.ShouldBe(PublicationPhase.Stopped);
        When(stopped, Publish.Decide, new Publish("https://ketman.example/halcyon"), "2025-02-26T09:00:00Z", "paul").ThenUnmet("final-notice-missing", "not-proposed");
        When(stopped, ProposePublication.Decide, new ProposePublication("silence"), "2025-03-26T09:00:00Z").ThenUnmet("final-notice-missing");

        IReadOnlyList<IDomainEvent> again =
        [
            .. stopped, new OutreachAttempted(At("2025-03-10T09:00:00Z"), Channel.Email, null, null, "lena", null),
            new FinalNoticeGiven(At("2025-03-10T09:00:00Z"), Id(17), Utc("2025-03-24T09:00:00Z"), Filled),
        ];
        When(again, ProposePublication.Decide, new ProposePublication("silence"), "2025-03-24T09:00:00Z")
            .Then(new PublicationProposed(At("2025-03-24T09:00:00Z"), "lena", "silence"));
    }
}

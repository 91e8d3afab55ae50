using FsCheck;
using FsCheck.Fluent;
using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;
using Replay = Ketman.Disclosures.Policies.Replay;

namespace Ketman.Disclosures.Tests.Policies;

/// <summary>What a draft would have changed, worked out by hand: 16 hours of business time from Monday 10:00 are Wednesday 10:00.</summary>
public sealed class ReplayTests
{
    private static readonly DateTimeOffset s_until = Instant("2025-02-07T12:00:00Z");

    private static readonly OutreachAttempted s_mail = Mailed with { OccurredAt = At("2025-02-03T10:00:00Z") };

    private static readonly PolicyText s_patient = Changed("ketman-standard", "acknowledgement", clock => clock with { Due = clock.Due with { Time = "PT40H" } });

    [Fact]
    public void a_breach_that_would_not_have_been_is_shown_with_its_time()
    {
        var history = History(Opened, Pinned(Opened.OccurredAt), s_mail, Delivered(2), Acknowledged("2025-02-06T12:00:00Z"));

        Replay.Between(Replay.OfCase(Scenario.Id, history, null, s_until), Replay.OfCase(Scenario.Id, history, s_patient, s_until))
            .ShouldBe([new ReplayDifference(ReplayedKind.Breach, "acknowledgement", null, Instant("2025-02-05T10:00:00Z"), null)]);
    }

    [Fact]
    public void facts_count_at_the_time_at_which_they_happened_however_late_they_were_recorded()
    {
        PastEvent[] history = [.. History(Opened, Pinned(Opened.OccurredAt), s_mail, Delivered(2), Acknowledged("2025-02-05T09:00:00Z"))];
        PastEvent[] late = [history[0], history[1], history[4], history[3], history[2]];

        Replay.OfCase(Scenario.Id, late, null, s_until).ShouldBe(Replay.OfCase(Scenario.Id, history, null, s_until));
        Replay.OfCase(Scenario.Id, history, null, s_until).ShouldNotContain(one => one.Kind == ReplayedKind.Breach);
    }

    [Fact]
    public void what_the_platform_noticed_then_is_found_out_anew()
    {
        var noticed = History(
            Opened, Pinned(Opened.OccurredAt), s_mail, Delivered(2), new SlaBreached(At("2025-02-05T10:00:00Z"), "acknowledgement", null, Id(3), Party.Company, true),
            new EscalationStepDue(At("2025-02-05T10:00:00Z"), "reminder", true), Acknowledged("2025-02-05T09:00:00Z"), new BreachAnnulled(Now, Id(4), Id(6)));
        var never = History(Opened, Pinned(Opened.OccurredAt), s_mail, Delivered(2), Acknowledged("2025-02-05T09:00:00Z"));

        Replay.OfCase(Scenario.Id, noticed, null, s_until).ShouldBe(Replay.OfCase(Scenario.Id, never, null, s_until));
    }

    [Fact]
    public void a_fact_that_was_taken_back_counts_nowhere()
    {
        var history = History(Opened, Pinned(Opened.OccurredAt), s_mail, Delivered(2), Acknowledged("2025-02-05T09:00:00Z"), new FactRetracted(Now, Id(4), "a slip"));

        Replay.OfCase(Scenario.Id, history, null, s_until).ShouldContain(new Replayed(ReplayedKind.Breach, "acknowledgement", null, Instant("2025-02-05T10:00:00Z")));
    }

    [Fact]
    public void a_case_of_before_there_were_policies_has_nothing_now_and_something_under_a_draft()
    {
        var history = History(Opened, s_mail, Delivered(1));

        Replay.OfCase(Scenario.Id, history, null, s_until).ShouldBeEmpty();
        Replay.OfCase(Scenario.Id, history, Named("ketman-standard"), s_until).ShouldBe(
        [
            new Replayed(ReplayedKind.Breach, "acknowledgement", null, Instant("2025-02-05T10:00:00Z")),
            new Replayed(ReplayedKind.Step, "reminder", null, Instant("2025-02-05T10:00:00Z")),
        ], ignoreOrder: true);
    }

    [Fact]
    public void a_draft_counts_by_the_calendar_that_the_case_was_opened_with()
    {
        const string always = """{"zone":"UTC","hours":"24x7","holidays":[]}""";
        var history = History(Opened, Pinned(Opened.OccurredAt, always), s_mail, Delivered(2));

        Replay.OfCase(Scenario.Id, history, s_patient, s_until).Single(one => one.Kind == ReplayedKind.Breach).At.ShouldBe(Instant("2025-02-05T02:00:00Z"));
    }

    [Theory]
    [InlineData(Severity.Standard, "2025-03-22T10:00:00Z", "2025-04-21T10:00:00Z")]
    [InlineData(Severity.Standard, "2025-05-20T10:00:00Z", "2025-05-04T10:00:00Z")]
    [InlineData(Severity.ActiveHarm, "2025-02-08T10:00:00Z", "2025-03-10T10:00:00Z")]
    [InlineData(Severity.ActiveHarm, "2025-02-20T10:00:00Z", "2025-02-10T10:00:00Z")]
    public void a_case_would_have_been_publishable_under_project_zero(Severity severity, string revoked, string publishable)
    {
        var history = History(
            Opened, Pinned(Opened.OccurredAt), new SeverityAssessed(On("2025-02-03"), severity, "as it is"), s_mail, Delivered(3),
            new WorkerConfirmed(On("2025-02-03"), Fox, ConfirmationBasis.WithCompany), new AccessRevoked(At(revoked), Fox, null));

        Replay.OfCase(Scenario.Id, history, Named("project-zero-90-30"), Instant("2025-12-31T00:00:00Z"))
            .Where(one => one.Kind == ReplayedKind.Publishable).ShouldBe([new Replayed(ReplayedKind.Publishable, "publishable", null, Instant(publishable))]);
    }

    [Fact]
    public void under_the_policy_that_it_has_no_case_would_have_gone_differently() =>
        Prop.ForAll(Histories().ToArbitrary(), facts =>
        {
            var history = History([Opened, Pinned(Opened.OccurredAt), .. facts]);
            var until = Instant("2025-06-01T00:00:00Z");
            return Replay.Between(Replay.OfCase(Scenario.Id, history, null, until), Replay.OfCase(Scenario.Id, history, Named("ketman-standard"), until)).Count == 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static Gen<IDomainEvent[]> Histories()
    {
        var at = Gen.Choose(0, 90 * 24).SelectMany(hour => Gen.Elements(
            Moment.At(Instant("2025-02-03T00:00:00Z").AddHours(hour)), Moment.On(new DateOnly(2025, 2, 3).AddDays(hour / 24))));
        return Gen.Frequency(
            (3, at.Select(when => (IDomainEvent)(Mailed with { OccurredAt = when }))),
            (2, at.Select(when => (IDomainEvent)Acknowledged(when))),
            (2, at.Select(when => (IDomainEvent)new ReactionClassified(when, Reaction.Engaged, null))),
            (1, at.SelectMany(when => at.Select(due => (IDomainEvent)new CommitmentMade(when, "revoke", due, null)))),
            (1, at.Select(when => (IDomainEvent)new UpdateRequested(when, null, null))),
            (1, at.Select(when => (IDomainEvent)new AccessRevoked(when, Fox, null))),
            (1, at.SelectMany(when => Gen.Elements(Enum.GetValues<Severity>()).Select(severity => (IDomainEvent)new SeverityAssessed(when, severity, "so")))),
            (1, at.Select(when => (IDomainEvent)new EmbargoSet(when, null, "so"))),
            (1, at.Select(when => (IDomainEvent)new EmbargoLifted(when, "so"))),
            (1, at.Select(when => (IDomainEvent)new InformationRequested(when, "what?", null)))).ArrayOf();
    }

    private static DisclosureAcknowledged Acknowledged(string at) => Acknowledged(At(at));

    private static DisclosureAcknowledged Acknowledged(Moment at) => new(at, null, null, Channel.Email, null);

    private static OutreachDelivered Delivered(int outreach) => new(s_mail.OccurredAt, Id(outreach));

    private static Guid Id(int index) => Scenario.EventId(index + 1);

    private static IReadOnlyList<PastEvent> History(params IDomainEvent[] events) => [.. events.Select((data, index) => new PastEvent(Id(index), data))];

    private static DateTimeOffset Instant(string text) => At(text).Start;

    private static PolicyText Named(string name) => ShippedPolicies.All.Single(policy => policy.Document.Name == name);

    private static PolicyText Changed(string name, string clock, Func<ClockTerms, ClockTerms> change)
    {
        var document = Named(name).Document;
        return PolicyText.Of(document with { Clocks = [.. document.Clocks.Select(terms => terms.Name == clock ? change(terms) : terms)] });
    }
}

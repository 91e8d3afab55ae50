using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using static Ketman.Disclosures.Tests.Clocks.Clocked;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Clocks;

/// <summary>Pauses and extensions.</summary>
public sealed class PauseTests
{
    private static readonly OutreachAttempted Mail = new(At("2025-02-04T09:00:00Z"), Channel.Email, null, null, "mira", null);
    private static readonly DisclosureAcknowledged Answered = new(At("2025-02-05T10:00:00Z"), Clocked.Fact(1), null, Channel.Email, null);
    private static readonly InformationRequested Asked = new(At("2025-02-06T10:00:00Z"), "which commits", null);

    [Fact]
    public void a_clock_pauses_while_the_company_waits_for_the_team()
    {
        var waiting = Clocked_(Mail, Answered, Asked);
        waiting.Clock("access-revocation").DueAt.ShouldBeNull();
        waiting.Status("access-revocation", "2027-01-01T00:00:00Z").ShouldBe(ClockStatus.Paused);

        var answered = Clocked_(Mail, Answered, Asked, new InformationProvided(At("2025-02-08T16:00:00Z"), Clocked.Fact(3), null)).Clock("access-revocation");
        (answered.DueAt, answered.StatusAt(Utc("2025-02-07T00:00:00Z")), answered.StatusAt(Utc("2025-02-09T00:00:00Z")))
            .ShouldBe((Utc("2025-02-14T16:00:00Z"), ClockStatus.Paused, ClockStatus.Running));
        answered.Pauses.ShouldBe([new ClockPause(Clocked.Fact(3), Utc("2025-02-06T10:00:00Z"), Utc("2025-02-08T16:00:00Z"), "information-requested")]);
    }

    [Fact]
    public void only_what_the_policy_names_pauses_a_clock_besides_a_lead() => Clocked_(Mail, Answered, Asked).Clock("resolution").DueAt.ShouldBe(Utc("2025-03-06T09:00:00Z"));

    [Fact]
    public void a_lead_pauses_every_clock_or_one()
    {
        var all = Clocked_(Mail, Answered, new ClockPaused(At("2025-02-06T10:00:00Z"), null, null, "ines", "holidays"), new ClockResumed(At("2025-02-08T10:00:00Z"), Clocked.Fact(3), "ines", null));
        (all.Clock("access-revocation").DueAt, all.Clock("resolution").DueAt).ShouldBe((Utc("2025-02-14T10:00:00Z"), Utc("2025-03-08T09:00:00Z")));

        var one = Clocked_(Mail, Answered, new ClockPaused(At("2025-02-06T10:00:00Z"), "resolution", null, "ines", "holidays"), new ClockResumed(At("2025-02-08T10:00:00Z"), Clocked.Fact(3), "ines", null));
        (one.Clock("access-revocation").DueAt, one.Clock("resolution").DueAt).ShouldBe((Utc("2025-02-12T10:00:00Z"), Utc("2025-03-08T09:00:00Z")));
    }

    [Fact]
    public void a_pause_after_the_stop_moves_nothing()
    {
        var answered = Clocked_(Mail, Answered, new ClockPaused(At("2025-02-05T10:00:00Z"), null, null, "ines", "holidays")).Clock("acknowledgement");

        answered.DueAt.ShouldBe(Clocked_(Mail, Answered).Clock("acknowledgement").DueAt);
        answered.Pauses.ShouldBeEmpty();
    }

    [Fact]
    public void pauses_that_overlap_count_once() => Clocked_(
            Mail, Answered, Asked, new InformationProvided(At("2025-02-08T10:00:00Z"), Clocked.Fact(3), null),
            new ClockPaused(At("2025-02-07T10:00:00Z"), null, null, "ines", "holidays"), new ClockResumed(At("2025-02-09T10:00:00Z"), Clocked.Fact(5), "ines", null))
        .Clock("access-revocation").DueAt.ShouldBe(Utc("2025-02-15T10:00:00Z"));

    [Fact]
    public void an_embargo_pauses_until_it_ends_is_lifted_or_another_takes_its_place()
    {
        var set = new EmbargoSet(At("2025-02-06T10:00:00Z"), At("2025-02-10T10:00:00Z"), "police");

        Clocked_(Mail, Answered, set).Clock("access-revocation").DueAt.ShouldBe(Utc("2025-02-16T10:00:00Z"));
        Clocked_(Mail, Answered, set, new EmbargoLifted(At("2025-02-08T10:00:00Z"), "over")).Clock("access-revocation").DueAt.ShouldBe(Utc("2025-02-14T10:00:00Z"));
        Clocked_(Mail, Answered, set, new EmbargoSet(At("2025-02-07T10:00:00Z"), At("2025-02-08T10:00:00Z"), "shorter")).Clock("access-revocation").DueAt.ShouldBe(Utc("2025-02-14T10:00:00Z"));
        Clocked_(Mail, Answered, set with { Until = null }).Clock("access-revocation").DueAt.ShouldBeNull();
    }

    [Fact]
    public void a_pause_known_to_the_day_lasts_from_its_beginning_to_its_end() => Clocked_(
            Mail, Answered, Asked with { OccurredAt = On("2025-02-06") }, new InformationProvided(On("2025-02-07"), Clocked.Fact(3), null))
        .Clock("access-revocation").DueAt.ShouldBe(Utc("2025-02-14T10:00:00Z"));

    [Fact]
    public void a_promise_waits_as_long_as_the_company_waits_for_the_team() => Clocked_(
            Promised, Asked, new InformationProvided(At("2025-02-07T10:00:00Z"), Clocked.Fact(2), null))
        .Clock("commitment").DueAt.ShouldBe(Utc("2025-02-15T23:00:00Z"));

    [Fact]
    public void an_extension_moves_the_due_time_and_the_history_is_kept()
    {
        var first = new ClockExtended(At("2025-02-10T10:00:00Z"), "access-revocation", null, Utc("2025-02-15T10:00:00Z"), false, "ines", "asked");
        var second = first with { OccurredAt = At("2025-02-14T10:00:00Z"), Until = Utc("2025-02-20T10:00:00Z") };
        var clock = Clocked_(Mail, Answered, second, first).Clock("access-revocation");

        (clock.DueBefore, clock.DueAt).ShouldBe((Utc("2025-02-12T10:00:00Z"), Utc("2025-02-20T10:00:00Z")));
        clock.Extensions.ShouldBe([first, second]);
    }

    [Fact]
    public void what_is_stopped_within_a_grace_is_met_in_grace()
    {
        var grace = new ClockExtended(At("2025-02-10T10:00:00Z"), "access-revocation", null, Utc("2025-02-15T10:00:00Z"), true, "ines", "asked");

        Clocked_(Mail, Answered, grace, new AccessRevoked(At("2025-02-14T10:00:00Z"), Fox, null)).Status("access-revocation", "2025-03-01T00:00:00Z").ShouldBe(ClockStatus.MetInGrace);
        Clocked_(Mail, Answered, grace, new AccessRevoked(At("2025-02-12T10:00:00Z"), Fox, null)).Status("access-revocation", "2025-03-01T00:00:00Z").ShouldBe(ClockStatus.Met);
        Clocked_(Mail, Answered, grace, new AccessRevoked(At("2025-02-15T10:00:01Z"), Fox, null)).Status("access-revocation", "2025-03-01T00:00:00Z").ShouldBe(ClockStatus.Breached);
    }

    [Fact]
    public void a_pause_that_begins_after_an_extension_moves_it_and_one_before_it_does_not()
    {
        var extended = new ClockExtended(At("2025-02-10T10:00:00Z"), "access-revocation", null, Utc("2025-02-20T10:00:00Z"), false, "ines", "asked");

        Clocked_(Mail, Answered, extended, Asked with { OccurredAt = At("2025-02-18T10:00:00Z") }, new InformationProvided(At("2025-02-19T10:00:00Z"), Clocked.Fact(4), null))
            .Clock("access-revocation").DueAt.ShouldBe(Utc("2025-02-21T10:00:00Z"));
        Clocked_(Mail, Answered, extended, Asked, new InformationProvided(At("2025-02-07T10:00:00Z"), Clocked.Fact(4), null))
            .Clock("access-revocation").DueAt.ShouldBe(Utc("2025-02-20T10:00:00Z"));
    }

    [Fact]
    public void an_extension_never_takes_time() => Clocked_(
            Mail, Answered, new ClockExtended(At("2025-02-06T09:00:00Z"), "access-revocation", null, Utc("2025-02-13T10:00:00Z"), false, "ines", "asked"),
            Asked, new InformationProvided(At("2025-02-26T10:00:00Z"), Clocked.Fact(4), null))
        .Clock("access-revocation").DueAt.ShouldBe(Utc("2025-03-05T10:00:00Z"));
}

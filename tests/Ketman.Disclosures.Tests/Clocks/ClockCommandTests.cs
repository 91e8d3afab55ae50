using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using static Ketman.Disclosures.Tests.Clocks.Clocked;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Clocks;

/// <summary>Pausing, resuming and extending clocks. Decisions are taken on 20 February 2025 at noon.</summary>
public sealed class ClockCommandTests
{
    private static readonly OutreachAttempted Mail = new(At("2025-02-04T09:00:00Z"), Channel.Email, null, null, "mira", null);
    private static readonly DisclosureAcknowledged Answered = new(At("2025-02-17T10:00:00Z"), Clocked.Fact(1), null, Channel.Email, null);
    private static readonly ClockPaused Paused = new(At("2025-02-18T10:00:00Z"), "access-revocation", null, "ines", "holidays");
    private static readonly ExtendClock Extend = new("access-revocation", At("2025-02-26T10:00:00Z"), "a release");

    [Fact]
    public void a_lead_pauses_a_clock_and_the_history_says_who_and_why()
    {
        Clocked_(Mail, Answered).When(PauseClock.Decide, new PauseClock("holidays")).Then(new ClockPaused(Now, null, null, "analyst", "holidays"));
        Clocked_(Mail, Answered).When(PauseClock.Decide, new PauseClock("holidays", "access-revocation", At: On("2025-02-19")))
            .Then(new ClockPaused(On("2025-02-19"), "access-revocation", null, "analyst", "holidays"));
        Clocked_(Mail, Promised with { Due = On("2025-02-25") }).When(PauseClock.Decide, new PauseClock("holidays", "commitment", Clocked.Ref(2)))
            .Then(new ClockPaused(Now, "commitment", Clocked.Fact(2), "analyst", "holidays"));
    }

    [Fact]
    public void what_is_paused_is_not_paused_again()
    {
        Clocked_(Mail, Answered, Paused).When(PauseClock.Decide, new PauseClock("again", "access-revocation")).ThenRefused("clock-paused");
        Clocked_(Mail, Answered, Paused with { Clock = null }).When(PauseClock.Decide, new PauseClock("again", "access-revocation")).ThenRefused("clock-paused");
        Clocked_(Mail, Answered, Paused).When(PauseClock.Decide, new PauseClock("all", null)).Then(new ClockPaused(Now, null, null, "analyst", "all"));
        Clocked_(Mail, Answered, Paused).When(PauseClock.Decide, new PauseClock("earlier", "access-revocation", At: At("2025-02-17T12:00:00Z")))
            .Then(new ClockPaused(At("2025-02-17T12:00:00Z"), "access-revocation", null, "analyst", "earlier"));
    }

    [Fact]
    public void an_unknown_clock_is_not_paused()
    {
        Clocked_(Mail).When(PauseClock.Decide, new PauseClock("holidays", "coffee")).ThenRefused("clock-unknown");
        Clocked_(Mail).When(PauseClock.Decide, new PauseClock("holidays", "commitment", Clocked.Ref(1))).ThenRefused("clock-subject-unknown");
        Clocked_(Mail).When(PauseClock.Decide, new PauseClock("holidays", "resolution", Clocked.Ref(1))).ThenRefused("clock-without-subject");
        Case(Mail).When(PauseClock.Decide, new PauseClock("holidays")).ThenRefused("policy-missing");
    }

    [Fact]
    public void what_is_over_is_not_paused_but_a_pause_that_began_earlier_may_be_noted_late()
    {
        Clocked_(Mail, Answered with { OccurredAt = At("2025-02-05T10:00:00Z") }).When(PauseClock.Decide, new PauseClock("holidays", "acknowledgement")).ThenRefused("clock-stopped");
        Clocked_(Mail, Answered).When(PauseClock.Decide, new PauseClock("holidays", "first-outreach")).ThenRefused("clock-stopped");
        Clocked_(Mail, new OutreachDelivered(Mail.OccurredAt, Clocked.Fact(1))).When(PauseClock.Decide, new PauseClock("holidays", "acknowledgement")).ThenRefused("clock-breached");
        Clocked_(Mail, new OutreachDelivered(Mail.OccurredAt, Clocked.Fact(1))).When(PauseClock.Decide, new PauseClock("holidays", "acknowledgement", At: At("2025-02-05T10:00:00Z")))
            .Then(new ClockPaused(At("2025-02-05T10:00:00Z"), "acknowledgement", null, "analyst", "holidays"));
    }

    [Fact]
    public void a_pause_ends_once()
    {
        var given = Clocked_(Mail, Answered, Paused);

        given.When(ResumeClock.Decide, new ResumeClock(Clocked.Ref(3), "back")).Then(new ClockResumed(Now, Clocked.Fact(3), "analyst", "back"));
        (given with { Events = [.. given.Events, new ClockResumed(Now, Clocked.Fact(3), "ines", null)] }).When(ResumeClock.Decide, new ResumeClock(Clocked.Ref(3))).ThenNothing();
    }

    [Fact]
    public void a_pause_does_not_end_before_it_began()
    {
        Clocked_(Mail, Answered, Paused).When(ResumeClock.Decide, new ResumeClock(Clocked.Ref(3), At: At("2025-02-18T09:59:59Z"))).ThenRefused("resumed-before-paused");
        Clocked_(Mail, Answered, Paused).When(ResumeClock.Decide, new ResumeClock(Clocked.Ref(2))).ThenRefused("pause-unknown");
        Clocked_(Mail, Answered, Paused).When(ResumeClock.Decide, new ResumeClock("nothing")).ThenRefused("pause-unknown");
    }

    [Fact]
    public void a_running_clock_is_given_more_time()
    {
        Clocked_(Mail, Answered).When(ExtendClock.Decide, Extend)
            .Then(new ClockExtended(Now, "access-revocation", null, Utc("2025-02-26T10:00:00Z"), false, "analyst", "a release"));
        Clocked_(Mail, Promised with { Due = On("2025-02-25") }).When(ExtendClock.Decide, Extend with { Clock = "commitment", Subject = Clocked.Ref(2), Until = On("2025-02-28") })
            .Then(new ClockExtended(Now, "commitment", Clocked.Fact(2), Utc("2025-02-28T23:00:00Z"), false, "analyst", "a release"));
    }

    [Fact]
    public void an_extension_is_later_than_the_present_due_time()
    {
        Clocked_(Mail, Answered).When(ExtendClock.Decide, Extend with { Until = At("2025-02-24T10:00:00Z") }).ThenRefused("extension-not-later");
        Clocked_(Mail, Answered, new ClockExtended(Now, "access-revocation", null, Utc("2025-02-27T10:00:00Z"), false, "ines", "asked")).When(ExtendClock.Decide, Extend).ThenRefused("extension-not-later");
    }

    [Fact]
    public void a_clock_that_was_stopped_or_breached_is_not_extended_but_what_was_granted_in_time_may_be_noted_late()
    {
        var revoked = new AccessRevoked(At("2025-02-19T10:00:00Z"), Fox, null);
        Clocked_(Mail, Answered, revoked).When(ExtendClock.Decide, Extend).ThenRefused("clock-stopped");

        var late = Clocked_(Mail, Answered with { OccurredAt = At("2025-02-10T10:00:00Z") });
        late.When(ExtendClock.Decide, Extend).ThenRefused("clock-breached");
        late.When(ExtendClock.Decide, Extend with { At = At("2025-02-17T09:00:00Z") })
            .Then(new ClockExtended(At("2025-02-17T09:00:00Z"), "access-revocation", null, Utc("2025-02-26T10:00:00Z"), false, "analyst", "a release"));
        late.When(ExtendClock.Decide, Extend with { At = On("2025-02-17") })
            .Then(new ClockExtended(On("2025-02-17"), "access-revocation", null, Utc("2025-02-26T10:00:00Z"), false, "analyst", "a release"));
        late.When(ExtendClock.Decide, Extend with { At = On("2025-02-18") }).ThenRefused("clock-breached");
    }

    [Fact]
    public void a_clock_that_stands_still_without_an_end_has_no_due_time_to_move() =>
        Clocked_(Mail, Answered, Paused).When(ExtendClock.Decide, Extend).ThenRefused("clock-paused");

    [Fact]
    public void a_grace_is_given_when_the_policy_grants_it_and_no_longer_than_it_says()
    {
        var grace = Extend with { Grace = true };

        Clocked_(Mail, Answered).When(ExtendClock.Decide, grace with { Until = At("2025-02-27T10:00:00Z") })
            .Then(new ClockExtended(Now, "access-revocation", null, Utc("2025-02-27T10:00:00Z"), true, "analyst", "a release"));
        Clocked_(Mail, Answered).When(ExtendClock.Decide, grace with { Until = At("2025-02-27T10:00:01Z") }).ThenRefused("grace-too-long");
        Clocked_(Mail, Answered).When(ExtendClock.Decide, grace with { Clock = "resolution", Until = On("2025-03-20") }).ThenRefused("grace-not-granted");
    }

    [Fact]
    public void the_clock_that_is_meant_must_be_told()
    {
        Clocked_(Mail, Answered).When(ExtendClock.Decide, Extend with { Clock = "coffee" }).ThenRefused("clock-unknown");
        Clocked_(Mail).When(ExtendClock.Decide, Extend with { Clock = "triage" }).ThenRefused("clock-not-begun");
        Clocked_(Mail, Promised).When(ExtendClock.Decide, Extend with { Clock = "commitment" }).ThenRefused("clock-subject-missing");
        Clocked_(Mail, Promised).When(ExtendClock.Decide, Extend with { Clock = "commitment", Subject = Clocked.Ref(1) }).ThenRefused("clock-subject-unknown");
        Case(Mail).When(ExtendClock.Decide, Extend).ThenRefused("policy-missing");
    }

    [Fact]
    public void a_closed_case_has_no_clocks_to_handle()
    {
        var closed = Clocked_(Mail, Answered, Paused, new DisclosureClosed(At("2025-02-19T10:00:00Z"), "over"));

        closed.When(PauseClock.Decide, new PauseClock("holidays")).ThenRefused("case-closed");
        closed.When(ResumeClock.Decide, new ResumeClock(Clocked.Ref(3))).ThenRefused("case-closed");
        closed.When(ExtendClock.Decide, Extend).ThenRefused("case-closed");
    }
}

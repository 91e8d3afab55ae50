using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using NodaTime;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Clocks;

/// <summary>
/// The shipped policies against what really happened: public disclosures, each with its source, what the policy says should have
/// been when, and what was. A report is the first attempt (and, where the vendor is known to have it, its delivery), an answer of
/// the vendor an acknowledgement, a fix the revocation of access. What is only told to the day is only told to the day.
/// </summary>
public sealed class WorkedTimelines
{
    // Project Zero: https://googleprojectzero.blogspot.com/p/vulnerability-disclosure-policy.html

    /// <summary>
    /// Windows 8.1, ahcache.sys (issue 118): reported 30 September 2014, unfixed on day 90, public on 29 December 2014, fixed by MS15-001 on
    /// 13 January 2015. https://bugs.chromium.org/p/project-zero/issues/detail?id=118, https://www.infoworld.com/article/2867402/google-zero-day-disclosure-fuels-feud-with-microsoft.html
    /// </summary>
    [Fact]
    public void project_zero_118_is_public_on_day_90_because_the_fix_came_on_day_105()
    {
        var known = Under("project-zero-90-30", "2014-09-30", Attempt("2014-09-30"), Delivery("2014-09-30", 1), Revoked("2015-01-13"));

        known.LastDay("fix").ShouldBe("2014-12-29");
        known.Status("fix", "2014-12-29T00:00:00Z").ShouldBe(ClockStatus.Running);
        known.Status("fix", "2015-02-01T00:00:00Z").ShouldBe(ClockStatus.Breached);
        known.LastDayOfStep("publishable").ShouldBe("2014-12-29");
    }

    /// <summary>
    /// Windows 8.1, User Profile Service (issue 123): reported 13 October 2014, public on 11 January 2015, fixed by MS15-003 two days later.
    /// https://bugs.chromium.org/p/project-zero/issues/detail?id=123, https://www.infoworld.com/article/2867402/google-zero-day-disclosure-fuels-feud-with-microsoft.html
    /// </summary>
    [Fact]
    public void project_zero_123_is_public_two_days_before_its_fix()
    {
        var known = Under("project-zero-90-30", "2014-10-13", Attempt("2014-10-13"), Delivery("2014-10-13", 1), Revoked("2015-01-13"));

        known.LastDay("fix").ShouldBe("2015-01-11");
        known.Status("fix", "2015-02-01T00:00:00Z").ShouldBe(ClockStatus.Breached);
        known.LastDayOfStep("publishable").ShouldBe("2015-01-11");
    }

    /// <summary>
    /// Windows GDI, gdi32.dll (issue 992): reported 16 November 2016, the patch day of 14 February 2017 fell out, public on that day, fixed
    /// on 14 March 2017. https://bugs.chromium.org/p/project-zero/issues/detail?id=992, https://news.sophos.com/en-us/2017/02/22/google-outs-windows-flaw-after-microsoft-misses-a-patch-deadline/
    /// </summary>
    [Fact]
    public void project_zero_992_is_public_on_the_patch_day_that_fell_out()
    {
        var known = Under("project-zero-90-30", "2016-11-16", Attempt("2016-11-16"), Delivery("2016-11-16", 1), Revoked("2017-03-14"));

        known.LastDay("fix").ShouldBe("2017-02-14");
        known.LastDayOfStep("publishable").ShouldBe("2017-02-14");

        // Had the 14 days of grace been asked for and granted, and the fix come within them, day 120 would have counted.
        var graced = Under("project-zero-90-30", "2016-11-16", Attempt("2016-11-16"), Delivery("2016-11-16", 1),
            new ClockExtended(On("2017-02-13"), "fix", null, Clocked.Utc("2017-03-01T08:00:00Z"), true, "ines", "asked for"), Revoked("2017-02-28"));
        graced.Status("fix", "2017-04-01T00:00:00Z").ShouldBe(ClockStatus.MetInGrace);
        graced.LastDayOfStep("publishable").ShouldBe("2017-03-16");
    }

    /// <summary>
    /// V8 (BIGSLEEP-452319320, under the same 90+30 terms): reported 15 October 2025, "the scheduled deadline is 2026-01-13", fixed in Chrome
    /// 142.0.7444.59 of 28 October 2025. https://issuetracker.google.com/issues/452319320
    /// </summary>
    [Fact]
    public void a_fix_on_day_13_is_public_30_days_later()
    {
        var known = Under("project-zero-90-30", "2025-10-15", Attempt("2025-10-15"), Delivery("2025-10-15", 1), Revoked("2025-10-28"));

        known.LastDay("fix").ShouldBe("2026-01-13");
        known.Status("fix", "2026-02-01T00:00:00Z").ShouldBe(ClockStatus.Met);
        known.LastDayOfStep("publishable").ShouldBe("2025-11-27");
    }

    // CERT/CC: https://certcc.github.io/certcc_disclosure_policy/, the times from https://github.com/CERTCC/Vulnerability-Data-Archive

    /// <summary>
    /// NETGEAR GS108PE (VU#143740): notified 19 May 2014 08:27:06 -04:00, no statement ever, published 3 July 2014 12:08:26 -04:00.
    /// https://www.kb.cert.org/vuls/id/143740
    /// </summary>
    [Fact]
    public void vu_143740_is_published_on_the_45th_day_of_silence_four_hours_after_the_time_ran_out()
    {
        var known = Under("cert-cc-45", "2014-05-19T12:27:06Z", Attempt("2014-05-19T12:27:06Z"));

        known.Due("acknowledgement").ShouldBe("2014-06-02T12:27:06Z");
        known.Due("resolution").ShouldBe("2014-07-03T12:27:06Z");
        known.DueOfStep("publishable").ShouldBe("2014-07-03T12:27:06Z");
        known.DueOfStep("non-responsive").ShouldBe("2014-06-30T12:27:06Z", "no date was agreed, so six weeks");
        known.Status("resolution", "2014-07-03T16:08:26Z").ShouldBe(ClockStatus.Breached);
    }

    /// <summary>
    /// Retrospect Backup (VU#101500): notified 30 April 2015 17:06:19 -04:00, answered 11 June 2015 16:20:06 -04:00, published 15 June 2015 17:08:35 -04:00.
    /// https://www.kb.cert.org/vuls/id/101500
    /// </summary>
    [Fact]
    public void vu_101500_is_published_a_day_after_the_45_days_with_an_answer_that_came_late()
    {
        var known = Under("cert-cc-45", "2015-04-30T21:06:19Z", Attempt("2015-04-30T21:06:19Z"), Answer("2015-06-11T20:20:06Z"));

        known.Due("acknowledgement").ShouldBe("2015-05-14T21:06:19Z");
        known.Status("acknowledgement", "2015-06-15T21:08:35Z").ShouldBe(ClockStatus.Breached);
        known.DueOfStep("publishable").ShouldBe("2015-06-14T21:06:19Z");
        known.DueOfStep("non-responsive").ShouldBe("2015-07-23T20:20:06Z", "six weeks after its last word, so it never was");
    }

    /// <summary>
    /// Alertus Desktop Notification (VU#302544): notified 10 May 2016 10:00:17 -04:00, answered 21 June 2016 18:37:44 -04:00, published 23 June 2016 10:00:44 -04:00,
    /// when the vendor had released version 2.9.31.1710. https://www.kb.cert.org/vuls/id/302544
    /// </summary>
    [Fact]
    public void vu_302544_is_published_with_its_update_a_day_before_the_45_days_are_over()
    {
        var known = Under("cert-cc-45", "2016-05-10T14:00:17Z", Attempt("2016-05-10T14:00:17Z"), Answer("2016-06-21T22:37:44Z"), Revoked("2016-06-23"));

        known.Due("resolution").ShouldBe("2016-06-24T14:00:17Z");
        known.Status("resolution", "2016-07-01T00:00:00Z").ShouldBe(ClockStatus.Met);
        known.Status("acknowledgement", "2016-07-01T00:00:00Z").ShouldBe(ClockStatus.Breached);
    }

    /// <summary>
    /// Belkin N600 (VU#201168): notified 17 July 2015 08:17:15 -04:00, no statement, published 31 August 2015 14:49:30 -04:00, updated firmware in May 2016.
    /// https://www.kb.cert.org/vuls/id/201168
    /// </summary>
    [Fact]
    public void vu_201168_is_published_on_day_45_and_a_fix_months_later_undoes_no_breach()
    {
        var known = Under("cert-cc-45", "2015-07-17T12:17:15Z", Attempt("2015-07-17T12:17:15Z"), Revoked("2016-05-05"));

        known.Due("resolution").ShouldBe("2015-08-31T12:17:15Z");
        known.Status("resolution", "2016-06-01T00:00:00Z").ShouldBe(ClockStatus.Breached);
        known.DueOfStep("courtesy-copy").ShouldBe("2015-08-24T12:17:15Z");
    }

    // Zero Day Initiative: https://www.zerodayinitiative.com/advisories/disclosure_policy/

    /// <summary>
    /// NETGEAR R6700 (ZDI-20-712): reported 8 January 2020; the vendor asked for more time on 1 May; on 5 May ZDI "agreed on extension until June 15th"; a second
    /// request declined; published as 0-day on 15 June 2020. https://www.zerodayinitiative.com/advisories/ZDI-20-712/
    /// </summary>
    [Fact]
    public void zdi_20_712_is_published_on_the_last_day_of_its_extension()
    {
        var until = Clocked.Utc("2020-06-16T05:00:00Z");
        var known = Under("zdi-120", "2020-01-08", Attempt("2020-01-08"), Answer("2020-05-01"),
            new ClockExtended(On("2020-05-05"), "resolution", null, until, false, "zdi", "until June 15th"));

        known.Clock("resolution").DueBefore.ShouldBe(Clocked.Utc("2020-05-08T06:00:00Z"), "120 times 24 hours from the end of 8 January, across the change to summer time");
        known.LastDay("resolution").ShouldBe("2020-06-15");
        known.Status("resolution", "2020-06-15T12:00:00Z").ShouldBe(ClockStatus.Running);
        known.LastDayOfStep("publishable").ShouldBe("2020-06-15");
    }

    /// <summary>
    /// PoDoFo (ZDI-18-1046): reported and acknowledged 10 April 2018; asked how things stand on 17 August; published as 0-day on 13 September 2018.
    /// https://www.zerodayinitiative.com/advisories/ZDI-18-1046/
    /// </summary>
    [Fact]
    public void zdi_18_1046_is_published_36_days_after_it_might_have_been()
    {
        var known = Under("zdi-120", "2018-04-10", Attempt("2018-04-10"), Answer("2018-04-10"));

        known.Status("acknowledgement", "2018-09-13T00:00:00Z").ShouldBe(ClockStatus.Met);
        known.LastDay("resolution").ShouldBe("2018-08-08");
        known.Status("resolution", "2018-08-17T00:00:00Z").ShouldBe(ClockStatus.Breached);
        known.LastDayOfStep("publishable").ShouldBe("2018-08-08");
    }

    /// <summary>
    /// Bdrive NetDrive (ZDI-25-183): first contact 26 September 2024, second 8 November, told on 12 November that it will be published, never an answer, published
    /// as 0-day on 25 March 2025. https://www.zerodayinitiative.com/advisories/ZDI-25-183/
    /// </summary>
    [Fact]
    public void zdi_25_183_might_have_been_published_15_business_days_after_the_first_contact()
    {
        var known = Under("zdi-120", "2024-09-26", Attempt("2024-09-26"), Attempt("2024-11-08"));

        known.DueOfStep("second-attempt").ShouldBe("2024-10-03T22:00:00Z");
        known.DueOfStep("intermediary").ShouldBe("2024-10-10T22:00:00Z");
        known.DueOfStep("publishable").ShouldBe("2024-10-17T22:00:00Z");
        known.Status("acknowledgement", "2025-03-25T00:00:00Z").ShouldBe(ClockStatus.Breached);
    }

    /// <summary>
    /// Novell GroupWise (ZDI-14-296): reported 18 April 2014, published together with the update on 26 August 2014.
    /// https://www.zerodayinitiative.com/advisories/ZDI-14-296/
    /// </summary>
    [Fact]
    public void zdi_14_296_was_fixed_ten_days_after_the_120()
    {
        var known = Under("zdi-120", "2014-04-18", Attempt("2014-04-18"), Revoked("2014-08-26"));

        known.LastDay("resolution").ShouldBe("2014-08-16");
        known.Status("resolution", "2014-09-01T00:00:00Z").ShouldBe(ClockStatus.Breached);
    }

    // ketman-standard: the team's own policy, so the public timelines say what it would have asked of these companies, each in its own zone.

    /// <summary>
    /// NETGEAR GS108PE (VU#143740), in San Jose: notified 19 May 2014 08:27:06 -04:00, before its offices open; no statement ever.
    /// https://www.kb.cert.org/vuls/id/143740
    /// </summary>
    [Fact]
    public void vu_143740_would_have_owed_an_answer_by_the_second_evening()
    {
        var known = Under("ketman-standard", "2014-05-19T12:27:06Z", "America/Los_Angeles", Attempt("2014-05-19T12:27:06Z"), Delivery("2014-05-19T12:27:06Z", 1));

        known.Due("acknowledgement").ShouldBe("2014-05-21T00:00:00Z", "Monday and Tuesday, nine to five on the west coast");
        known.DueOfStep("reminder").ShouldBe("2014-05-21T00:00:00Z");
        known.DueOfStep("final-notice").ShouldBeNull("each step waits for the one before it to be taken");
        known.Status("acknowledgement", "2014-07-03T16:08:26Z").ShouldBe(ClockStatus.Breached);
    }

    /// <summary>
    /// Retrospect Backup (VU#101500): notified 30 April 2015 17:06:19 -04:00, six minutes after closing, answered 11 June 2015 16:20:06 -04:00.
    /// https://www.kb.cert.org/vuls/id/101500
    /// </summary>
    [Fact]
    public void vu_101500_would_have_answered_38_days_late_and_had_a_week_to_decide()
    {
        var known = Under("ketman-standard", "2015-04-30T21:06:19Z", "America/New_York",
            Attempt("2015-04-30T21:06:19Z"), Delivery("2015-04-30T21:06:19Z", 1), Answer("2015-06-11T20:20:06Z"));

        known.Due("acknowledgement").ShouldBe("2015-05-04T21:00:00Z", "Friday and Monday");
        known.Status("acknowledgement", "2015-06-15T21:08:35Z").ShouldBe(ClockStatus.Breached);
        known.Due("triage-decision").ShouldBe("2015-06-18T20:20:06Z");
        known.Due("access-revocation").ShouldBe("2015-06-25T20:20:06Z");
        known.Status("triage-decision", "2015-06-15T21:08:35Z").ShouldBe(ClockStatus.Running, "it was published before the week was over");
    }

    /// <summary>
    /// Alertus Desktop Notification (VU#302544): notified 10 May 2016 10:00:17 -04:00, answered 21 June 2016 18:37:44 -04:00, updated by 23 June 2016.
    /// https://www.kb.cert.org/vuls/id/302544
    /// </summary>
    [Fact]
    public void vu_302544_would_have_answered_late_and_mended_in_time()
    {
        var known = Under("ketman-standard", "2016-05-10T14:00:17Z", "America/New_York",
            Attempt("2016-05-10T14:00:17Z"), Delivery("2016-05-10T14:00:17Z", 1), Answer("2016-06-21T22:37:44Z"), Revoked("2016-06-23"));

        known.Due("acknowledgement").ShouldBe("2016-05-12T14:00:17Z");
        known.Status("acknowledgement", "2016-07-01T00:00:00Z").ShouldBe(ClockStatus.Breached);
        known.Due("triage-decision").ShouldBe("2016-06-28T21:00:00Z", "it answered after closing, so the week begins in the morning");
        known.Due("access-revocation").ShouldBe("2016-07-05T22:37:44Z");
        known.Status("access-revocation", "2016-07-01T00:00:00Z").ShouldBe(ClockStatus.Met);
    }

    /// <summary>
    /// PoDoFo (ZDI-18-1046): reported and acknowledged 10 April 2018; asked how things stand on 17 August; published as 0-day on 13 September 2018.
    /// https://www.zerodayinitiative.com/advisories/ZDI-18-1046/
    /// </summary>
    [Fact]
    public void zdi_18_1046_would_have_been_late_with_everything_after_its_answer()
    {
        var known = Under("ketman-standard", "2018-04-10T08:00:00Z",
            new OutreachAttempted(On("2018-04-10"), Channel.Email, null, null, "mira", null), new OutreachDelivered(On("2018-04-10"), Clocked.Fact(1)),
            new DisclosureAcknowledged(On("2018-04-10"), null, null, null, null), new UpdateRequested(On("2018-08-17"), null, null));

        known.Status("acknowledgement", "2018-09-13T00:00:00Z").ShouldBe(ClockStatus.Met);
        known.Due("triage-decision").ShouldBe("2018-04-17T17:00:00Z", "no hour is known, so it counts from the end of the day");
        known.Due("resolution").ShouldBe("2018-05-26T00:00:00Z");
        known.Due("next-update").ShouldBe("2018-08-22T17:00:00Z", "asked on a Friday: Monday to Wednesday");
        known.Clocks.Where(clock => clock.StatusAt(Clocked.Utc("2018-09-13T00:00:00Z")) is ClockStatus.Breached).Select(clock => clock.Terms.Name)
            .ShouldBe(["triage-decision", "access-revocation", "next-update", "resolution"]);
    }

    // No insider case is public with all of its dates, so what only insiders bring (promises, questions, reactions) is of the sample month (samples/2025-02).

    /// <summary>Halcyon (10-halcyon.jsonl), in Zurich: told, answered, triaged and both workers out within three days, resolved in eleven.</summary>
    [Fact]
    public void halcyon_met_everything_that_it_owed()
    {
        var known = Under("ketman-standard", "2025-02-03T08:30:00Z", "Europe/Zurich",
            Attempt("2025-02-03T09:12:00Z"), Delivery("2025-02-03T09:12:00Z", 1), Answer("2025-02-03T10:40:00Z"),
            new ReactionClassified(At("2025-02-03T11:15:00Z"), Reaction.WarRoom, null),
            new WorkerConfirmed(At("2025-02-03T15:00:00Z"), Fox, ConfirmationBasis.WithCompany), new WorkerConfirmed(At("2025-02-03T16:20:00Z"), Owl, ConfirmationBasis.WithCompany),
            new AccessRevoked(At("2025-02-04T09:00:00Z"), Fox, null), new AccessRevoked(At("2025-02-05T18:30:00Z"), Owl, null),
            new DisclosureResolved(At("2025-02-14T10:00:00Z"), ResolutionOutcome.Removed, null));

        known.Clocks.Select(clock => (clock.Name, clock.StatusAt(Clocked.Utc("2025-06-01T00:00:00Z")))).ShouldBe(
        [
            ("first-outreach", ClockStatus.Met), ("acknowledgement", ClockStatus.Met), ("triage-decision", ClockStatus.Met), ("access-revocation", ClockStatus.Met),
            ("resolution", ClockStatus.Met),
        ]);
        known.Due("acknowledgement").ShouldBe("2025-02-05T09:12:00Z", "16 hours: 6:48 on Monday, 8 on Tuesday, 1:12 on Wednesday");
        known.Clock("access-revocation").StoppedAt.ShouldBe(At("2025-02-05T18:30:00Z"));
    }

    /// <summary>OrchardPay (14-orchardpay.jsonl), in Sao Paulo: "maybe next week", the 17th passes, three questions after it are not answered.</summary>
    [Fact]
    public void orchardpay_answered_in_time_and_missed_its_promise()
    {
        var known = Under("ketman-standard", "2025-02-07T10:00:00Z", "America/Sao_Paulo",
            Attempt("2025-02-07T11:00:00Z"), Delivery("2025-02-07T11:00:00Z", 1), Answer("2025-02-10T16:30:00Z"),
            new ReactionClassified(At("2025-02-10T16:30:00Z"), Reaction.Deferred, null),
            new CommitmentMade(At("2025-02-10T16:30:00Z"), "Look into both accounts", On("2025-02-17"), null),
            new UpdateRequested(At("2025-02-14T09:00:00Z"), null, null), new UpdateRequested(At("2025-02-18T09:00:00Z"), null, null));

        known.Due("acknowledgement").ShouldBe("2025-02-10T20:00:00Z");
        known.Status("acknowledgement", "2025-03-01T00:00:00Z").ShouldBe(ClockStatus.Met);
        known.Due("triage-decision").ShouldBe("2025-02-17T16:30:00Z", "to put off is no decision");
        known.Due("commitment").ShouldBe("2025-02-18T03:00:00Z", "the 17th is over at midnight in Sao Paulo");
        known.Due("next-update").ShouldBe("2025-02-18T20:00:00Z");
        known.Due("access-revocation").ShouldBe("2025-02-24T16:30:00Z");
        known.Clocks.Where(clock => clock.StatusAt(Clocked.Utc("2025-03-01T00:00:00Z")) is ClockStatus.Breached).Select(clock => clock.Terms.Name)
            .ShouldBe(["triage-decision", "access-revocation", "next-update", "next-update", "commitment"]);
    }

    /// <summary>Lumenbridge (11-lumenbridge.jsonl), in Singapore: six attempts over six channels, two of them delivered, nobody ever answers.</summary>
    [Fact]
    public void lumenbridge_owes_an_answer_since_the_third_day_and_more_attempts_give_no_more_time()
    {
        var known = Under("ketman-standard", "2025-02-05T07:00:00Z", "Asia/Singapore",
            Attempt("2025-02-05T08:00:00Z"), Delivery("2025-02-05T08:00:00Z", 1), Attempt("2025-02-07T09:30:00Z"), Attempt("2025-02-10T13:00:00Z"), Delivery("2025-02-10T13:00:00Z", 4),
            Attempt("2025-02-12T10:00:00Z"), Attempt("2025-02-17T15:45:00Z"), Delivery("2025-02-17T15:45:00Z", 7), Attempt("2025-02-24T11:00:00Z"));

        known.Due("first-outreach").ShouldBe("2025-02-06T07:00:00Z");
        known.Due("acknowledgement").ShouldBe("2025-02-07T08:00:00Z");
        known.Clocks.Select(clock => clock.Name).ShouldBe(["first-outreach", "acknowledgement"]);
        known.Status("acknowledgement", "2025-02-07T08:00:00Z").ShouldBe(ClockStatus.Breached);
    }

    /// <summary>Quillstack (12-quillstack.jsonl), in New York: after six days a maintainer answers by Telegram, a day later it is graded informational.</summary>
    [Fact]
    public void quillstack_answered_late_by_another_channel_and_decided_in_time()
    {
        var known = Under("ketman-standard", "2025-02-06T09:00:00Z", "America/New_York",
            Attempt("2025-02-06T10:00:00Z"), Delivery("2025-02-06T10:00:00Z", 1), Attempt("2025-02-08T10:00:00Z"), Attempt("2025-02-11T12:00:00Z"), Answer("2025-02-12T10:00:00Z"),
            new ReactionClassified(At("2025-02-13T09:20:00Z"), Reaction.Informational, null));

        known.Due("acknowledgement").ShouldBe("2025-02-07T22:00:00Z", "two whole days in New York: the mail came before it opened");
        known.Status("acknowledgement", "2025-03-01T00:00:00Z").ShouldBe(ClockStatus.Breached);
        known.Due("triage-decision").ShouldBe("2025-02-18T22:00:00Z");
        known.Status("triage-decision", "2025-03-01T00:00:00Z").ShouldBe(ClockStatus.Met);
    }

    private static OutreachAttempted Attempt(string at) => new(At(at), Channel.Email, null, null, "mira", null);

    // Of the attempt at this place among the events, from 1.
    private static OutreachDelivered Delivery(string at, int attempt) => new(At(at), Clocked.Fact(attempt));

    private static DisclosureAcknowledged Answer(string at) => new(At(at), null, null, null, null);

    private static AccessRevoked Revoked(string at) => new(At(at), Fox, null);

    private static Worked Under(string policy, string opened, params IReadOnlyList<IDomainEvent> events) => Under(policy, opened, null, events);

    private static Worked Under(string policy, string opened, string? zone, params IReadOnlyList<IDomainEvent> events)
    {
        var text = ShippedPolicies.All.Single(known => known.Document.Name == policy);
        var version = new PolicyVersion(policy, 1, text.Document.Title, text.Digest, text.Text, null, At(opened).Start, "ketman");
        var pinned = version.Pin(At(opened), zone is null ? null : new CompanyTime(zone, null), null);
        return new Worked(Scenario.Given(DisclosureStream.Aggregate, [Opened with { OccurredAt = At(opened) }, pinned, .. events]).State);
    }

    private sealed record Worked(Disclosure State)
    {
        public IReadOnlyList<Clock> Clocks => CaseClocks.Of(State);

        public Clock Clock(string name) => State.Clock(name);

        public string? Due(string name) => Told(Clock(name).DueAt);

        public ClockStatus Status(string name, string now) => Clock(name).StatusAt(Clocked.Utc(now));

        public string? DueOfStep(string step) => Told(At(step));

        /// <summary>The last day, in the zone of the policy, of which some is before the due time.</summary>
        public string LastDay(string name) => DayOf(Clock(name).DueAt!.Value);

        public string LastDayOfStep(string step) => DayOf(At(step)!.Value);

        private DateTimeOffset? At(string step) => DueTimes.Of(State, Policy.Of(State.Pinned!).Document.Ladder.Single(terms => terms.Step == step).Due)?.At;

        // A day ends at midnight; where the clocks changed in between, it may be an hour before or after.
        private string DayOf(DateTimeOffset due) => Instant.FromDateTimeOffset(due).Minus(Duration.FromHours(1) + Duration.FromTicks(1)).InZone(Policy.Of(State.Pinned!).Calendar.Zone).Date.ToString("uuuu'-'MM'-'dd", null);

        private static string? Told(DateTimeOffset? at) => at is { } due ? Moment.At(due).ToString() : null;
    }
}

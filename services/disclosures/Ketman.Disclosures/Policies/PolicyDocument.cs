using Ketman.Calendars;
using Ketman.Contracts;

namespace Ketman.Disclosures.Policies;

/// <summary>Which time a budget is counted in.</summary>
public enum Counting
{
    /// <summary>Every second.</summary>
    Elapsed,

    /// <summary>Only while the calendar is open.</summary>
    Business,
}

/// <summary>Something that happens in a case and that terms are hung on: what starts, stops, pauses or cancels.</summary>
public enum Milestone
{
    /// <summary>The case was opened.</summary>
    Opened,

    /// <summary>The first attempt, whether it arrived or not.</summary>
    FirstAttempt,

    /// <summary>The first attempt that is known to have arrived.</summary>
    FirstDelivered,

    /// <summary>The earliest acknowledgement by a human.</summary>
    Acknowledged,

    /// <summary>The company said how it takes it: any reaction but silence and deferral.</summary>
    Triaged,

    /// <summary>Any word of a human of the company. As a stop or a cancellation: the first after the anchor; as an anchor: the latest.</summary>
    CompanyWord,

    /// <summary>The team asked how things stand (the anchor of a clock kept per update request).</summary>
    UpdateRequested,

    /// <summary>The company made a promise (the anchor of a clock kept per commitment).</summary>
    CommitmentMade,

    /// <summary>The time that the company itself promised (the due time of a clock kept per commitment).</summary>
    CommitmentDue,

    /// <summary>The promise was kept.</summary>
    CommitmentKept,

    /// <summary>Access was revoked for every worker of the case that is known then.</summary>
    AccessRevoked,

    /// <summary>The case came to a result.</summary>
    Resolved,

    /// <summary>The case was put away.</summary>
    Closed,

    /// <summary>The company asked for privacy.</summary>
    PrivacyRequested,

    /// <summary>The end of the embargo that stands, when it has one.</summary>
    EmbargoEnds,

    /// <summary>The final notice, which bears the clause and the date.</summary>
    FinalNotice,

    /// <summary>The company was named in public.</summary>
    Published,
}

/// <summary>What stops a clock for a while, besides a pause by a lead, which always does.</summary>
public enum PauseCause
{
    /// <summary>The company asked us something and we have not answered: it waits for us.</summary>
    InformationRequested,

    /// <summary>An embargo stands.</summary>
    Embargo,
}

/// <summary>How often a clock is kept in a case.</summary>
public enum ClockScope
{
    /// <summary>Once.</summary>
    Case,

    /// <summary>Once for every promise of the company.</summary>
    Commitment,

    /// <summary>Once for every time the team asked how things stand.</summary>
    UpdateRequest,
}

/// <summary>What became of a clock, for terms that depend on it.</summary>
public enum ClockResult
{
    /// <summary>Stopped in time, without grace.</summary>
    Met,

    /// <summary>Stopped in time, within a grace that was granted.</summary>
    MetInGrace,

    /// <summary>Its time ran out.</summary>
    Breached,
}

/// <summary>Who takes a step of the ladder.</summary>
public enum StepTaker
{
    /// <summary>A person, who says what was sent, to whom and by which channel.</summary>
    Person,

    /// <summary>The platform, by a notice to the team.</summary>
    Platform,
}

/// <summary>What a step of the ladder is.</summary>
public enum StepKind
{
    /// <summary>The same people are reminded.</summary>
    Reminder,

    /// <summary>Another channel is tried.</summary>
    OtherChannel,

    /// <summary>Another person is tried.</summary>
    OtherPerson,

    /// <summary>An investor, an ecosystem's security contact or another go-between is asked.</summary>
    Intermediary,

    /// <summary>The company receives what will be published, some time before.</summary>
    CourtesyCopy,

    /// <summary>The company is told that it will be named, and when.</summary>
    FinalNotice,

    /// <summary>The team should look at the case: nothing is sent.</summary>
    Review,

    /// <summary>From here on the policy lets the company be named; the publication gate still decides.</summary>
    Publishable,
}

/// <summary>
/// A policy as people write it: which clocks run, how the ladder is climbed, and when a company may be named. The JSON schema
/// is docs/policy.schema.json; docs/policies.md says what every member means.
/// </summary>
/// <param name="Name">Its handle, e.g. <c>ketman-standard</c>.</param>
/// <param name="Title">In one line.</param>
/// <param name="Calendar">The calendar of business time; times without an hour are read in its zone.</param>
/// <param name="Clocks">What is owed, by whom, by when.</param>
/// <param name="Ladder">What the team does when nothing comes, in the order in which it is shown.</param>
/// <param name="Publication">When a company may be named.</param>
/// <param name="Description">What it is for, and what it is modelled on.</param>
/// <param name="CompanyCalendar">Whether a company's own calendar takes the place of the policy's.</param>
public sealed record PolicyDocument(
    string Name, string Title, CalendarDocument Calendar, IReadOnlyList<ClockTerms> Clocks, IReadOnlyList<LadderTerms> Ladder,
    PublicationTerms Publication, string? Description = null, bool CompanyCalendar = true);

/// <summary>A duration that is owed from an anchor to a stop.</summary>
/// <param name="Name">Kebab-case, e.g. <c>acknowledgement</c>; one per policy.</param>
/// <param name="Title">In words.</param>
/// <param name="OwedBy">By whom.</param>
/// <param name="Due">When its time runs out; what stands in its leaves' <c>after</c> is its anchor.</param>
/// <param name="StoppedBy">What meets it; the earliest counts, also one before the anchor.</param>
/// <param name="Per">How often it is kept.</param>
/// <param name="PausedBy">What pauses it, besides a lead.</param>
/// <param name="WarnBefore">Elapsed durations before the due time at which a warning is given, e.g. <c>PT24H</c>.</param>
/// <param name="Grace">What may be granted on request.</param>
/// <param name="Variants">Other terms for other severities; the first that fits counts.</param>
public sealed record ClockTerms(
    string Name, string Title, Party OwedBy, DueRule Due, IReadOnlyList<Milestone> StoppedBy, ClockScope Per = ClockScope.Case,
    IReadOnlyList<PauseCause>? PausedBy = null, IReadOnlyList<string>? WarnBefore = null, GraceTerms? Grace = null,
    IReadOnlyList<SeverityVariant>? Variants = null);

/// <summary>The terms of a clock for one severity.</summary>
public sealed record SeverityVariant(Severity Severity, DueRule Due, GraceTerms? Grace = null, IReadOnlyList<string>? WarnBefore = null);

/// <summary>Time that may be added on request.</summary>
/// <param name="Time">The most in all, elapsed, e.g. <c>P14D</c>.</param>
public sealed record GraceTerms(string Time);

/// <summary>
/// When something is due. Exactly one of: <c>after</c> (a milestone), <c>afterStep</c> (a step of the ladder was taken),
/// <c>afterBreach</c> (the time of a clock ran out) or <c>afterDue</c> (the time at which a clock is due without extensions), each with <c>time</c>; <c>latestOf</c>; <c>earliestOf</c>; <c>firstOf</c> (the first that has its anchor and whose condition holds).
/// <c>afterStep</c>, <c>afterBreach</c>, <c>afterDue</c> and <c>if</c> stand in the ladder only, so that no clock depends on another.
/// A rule without its anchor, or whose condition does not hold, is not due at all; so is <c>latestOf</c> with such a part.
/// </summary>
/// <param name="After">The anchor.</param>
/// <param name="AfterStep">The anchor is that this step of the ladder was taken.</param>
/// <param name="AfterBreach">The anchor is the moment at which the time of this clock ran out.</param>
/// <param name="AfterDue">The anchor is the moment at which this clock is due without extensions and grace, whether it was met or not.</param>
/// <param name="Time">ISO 8601: <c>P45D</c>, <c>PT8H</c>; in business time only hours, minutes and seconds (five days of eight hours are <c>PT40H</c>).</param>
/// <param name="Counted">In which time; elapsed when absent.</param>
/// <param name="If">Holds only when a clock came to this result.</param>
/// <param name="IfAbsent">Holds only while this has not happened.</param>
/// <param name="LatestOf">The latest of these.</param>
/// <param name="EarliestOf">The earliest of these that are due at all.</param>
/// <param name="FirstOf">The first of these that is due at all.</param>
public sealed record DueRule(
    Milestone? After = null, string? AfterStep = null, string? AfterBreach = null, string? AfterDue = null, string? Time = null, Counting Counted = Counting.Elapsed, ClockCondition? If = null,
    Milestone? IfAbsent = null, IReadOnlyList<DueRule>? LatestOf = null, IReadOnlyList<DueRule>? EarliestOf = null,
    IReadOnlyList<DueRule>? FirstOf = null);

/// <summary>That a clock came to a result.</summary>
public sealed record ClockCondition(string Clock, ClockResult Is);

/// <summary>A step of the escalation ladder.</summary>
/// <param name="Step">Kebab-case; one per policy.</param>
/// <param name="Title">In words.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Due">When it becomes due.</param>
/// <param name="CancelledBy">What makes it needless, when it comes after the step's anchor and before the step is taken.</param>
/// <param name="TakenBy">By whom.</param>
/// <param name="Template">The text to send, with <c>{company}</c>, <c>{first-outreach}</c>, <c>{attempts}</c>, <c>{due}</c>, <c>{publish-from}</c>, <c>{clause}</c>.</param>
public sealed record LadderTerms(
    string Step, string Title, StepKind Kind, DueRule Due, IReadOnlyList<Milestone> CancelledBy, StepTaker TakenBy = StepTaker.Person,
    string? Template = null);

/// <summary>When a company may be named in public.</summary>
/// <param name="NoticePeriod">The least elapsed time between the final notice and the date that it bears, e.g. <c>P14D</c>.</param>
/// <param name="Attempts">The least number of outreach attempts that did not bounce.</param>
/// <param name="Channels">Over at least so many channels.</param>
/// <param name="Days">On at least so many different days.</param>
/// <param name="Approvals">By at least so many publishers, none of them the proposer; at least 1.</param>
/// <param name="StoppedBy">What stops the countdown when the company does it after the final notice.</param>
/// <param name="Clause">The words that a final notice must bear.</param>
/// <param name="Accelerated">Shorter terms for the highest severities.</param>
public sealed record PublicationTerms(
    string NoticePeriod, int Attempts, int Channels, int Days, int Approvals, IReadOnlyList<Milestone> StoppedBy, string Clause,
    AcceleratedTerms? Accelerated = null);

/// <summary>What holds instead while the case is at least this severe.</summary>
public sealed record AcceleratedTerms(Severity From, string NoticePeriod, int Attempts, int Channels, int Days);

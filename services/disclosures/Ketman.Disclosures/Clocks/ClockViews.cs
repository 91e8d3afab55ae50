using Ketman.Contracts;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Clocks;

/// <summary>The clocks of a case as they stand now.</summary>
/// <param name="Disclosure">The case's handle.</param>
/// <param name="Now">At which time.</param>
/// <param name="Policy">The pinned policy; absent: the case has none, and so no clocks.</param>
/// <param name="Items">Every clock that has its anchor, in the order of the policy.</param>
public sealed record ClocksView(string Disclosure, DateTimeOffset Now, PinnedView? Policy, IReadOnlyList<ClockView> Items);

/// <summary>The policy that a case runs under.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Title">In one line.</param>
/// <param name="Since">Since when.</param>
/// <param name="Zone">The zone of its calendar, or of the company's own that takes its place.</param>
public sealed record PinnedView(string Name, int Version, string Title, Moment Since, string Zone);

/// <summary>A clock.</summary>
/// <param name="Name">Its name, unique in the case.</param>
/// <param name="Clock">Its name in the policy.</param>
/// <param name="Subject">Of a clock kept per promise or question: which.</param>
/// <param name="Title">In words.</param>
/// <param name="OwedBy">By whom it is owed.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="DueAt">When its time runs out; absent: never, because it is paused without an end.</param>
/// <param name="DueBefore">When it would without extensions.</param>
/// <param name="Anchor">What it runs from.</param>
/// <param name="Stop">What stopped it.</param>
/// <param name="StoppedBeforeAnchor">One of both times is doubtful.</param>
/// <param name="Ended">It was stopped by the end of the case only.</param>
/// <param name="Pauses">What stood in its way.</param>
/// <param name="Extensions">Who gave more time.</param>
public sealed record ClockView(
    string Name, string Clock, Guid? Subject, string Title, Party OwedBy, ClockStatus Status, DateTimeOffset? DueAt, DateTimeOffset? DueBefore,
    FactRefView Anchor, FactRefView? Stop, bool StoppedBeforeAnchor, bool Ended, IReadOnlyList<PauseView> Pauses, IReadOnlyList<ExtensionView> Extensions);

/// <summary>An event that something rests on.</summary>
/// <param name="Event">Its id.</param>
/// <param name="Type">Its name.</param>
/// <param name="At">When it happened.</param>
public sealed record FactRefView(Guid Event, string Type, Moment At);

/// <summary>A time during which a clock stood still.</summary>
/// <param name="Event">The event that began it.</param>
/// <param name="Cause"><c>paused</c>, <c>information-requested</c>, <c>embargo</c> or <c>case-ended</c>.</param>
/// <param name="From">From when.</param>
/// <param name="To">Until when; absent: it still does.</param>
/// <param name="By">Of a pause by a lead: who.</param>
/// <param name="Reason">Why, as it was recorded.</param>
public sealed record PauseView(Guid Event, string Cause, DateTimeOffset From, DateTimeOffset? To, string? By, string? Reason);

/// <summary>More time that was given.</summary>
/// <param name="At">When it was.</param>
/// <param name="Until">Until when.</param>
/// <param name="Grace">Whether it is the grace of the policy.</param>
/// <param name="By">By whom.</param>
/// <param name="Reason">Why.</param>
public sealed record ExtensionView(Moment At, DateTimeOffset Until, bool Grace, string By, string Reason);

/// <summary>How a due time came about.</summary>
/// <param name="Disclosure">The case's handle.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Policy">The policy that decides.</param>
/// <param name="Zones">The zones in which times are told, besides UTC: the calendar's and the reader's.</param>
/// <param name="Rule">What the policy says, with what came of each part.</param>
/// <param name="Start">From when time is counted: of what is only known to the day, from the end of that day.</param>
/// <param name="Budget">How much is counted, ISO 8601; absent: the due time is a date that was promised.</param>
/// <param name="Counted">In which time.</param>
/// <param name="Due">When its time runs out; absent: never.</param>
/// <param name="Intervals">From the start to the due time, without a gap.</param>
/// <param name="Breaches">The breaches that were recorded, and what became of them.</param>
public sealed record ClockExplanationView(
    string Disclosure, ClockView Clock, PinnedView Policy, ZonesView Zones, RuleView Rule, TimeView Start, string? Budget, Counting Counted, TimeView? Due,
    IReadOnlyList<IntervalView> Intervals, IReadOnlyList<BreachView> Breaches);

/// <summary>Two zones.</summary>
public sealed record ZonesView(string Calendar, string Reader);

/// <summary>One instant, told in UTC, in the zone of the calendar and in the reader's.</summary>
public sealed record TimeView(string Utc, string Calendar, string Reader);

/// <summary>A stretch of time that counted or did not.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends; absent: it has no end.</param>
/// <param name="Counted">Whether it counted.</param>
/// <param name="Reason"><c>counted</c>, <c>closed</c>, <c>holiday</c>, <c>paused</c>, <c>extended</c>, or <c>policy-changed</c>: nobody is late by a policy before the case was moved to it.</param>
/// <param name="Holiday">Which holiday.</param>
/// <param name="By">What paused or extended it.</param>
public sealed record IntervalView(TimeView From, TimeView? To, bool Counted, string Reason, string? Holiday, IReadOnlyList<string>? By);

/// <summary>A part of a due rule, and what came of it.</summary>
/// <param name="Says">What it says, e.g. <c>PT24H business after first-delivered</c> or <c>latest-of</c>.</param>
/// <param name="Taken">Whether it decided.</param>
/// <param name="Due">When it is due; absent: see <paramref name="Why"/>.</param>
/// <param name="Why">Why it is not due: <c>no-anchor</c>, <c>condition</c>, or <c>paused-without-end</c>.</param>
/// <param name="Parts">Its parts.</param>
public sealed record RuleView(string Says, bool Taken, DateTimeOffset? Due, string? Why, IReadOnlyList<RuleView>? Parts);

/// <summary>A breach that was recorded.</summary>
/// <param name="Event">Its id.</param>
/// <param name="DueAt">The due time that it bears.</param>
/// <param name="Annulled">What disproved it; absent: it stands.</param>
public sealed record BreachView(Guid Event, DateTimeOffset DueAt, AnnulmentView? Annulled);

/// <summary>That a breach was disproved.</summary>
/// <param name="Event">The annulment.</param>
/// <param name="At">When that was.</param>
/// <param name="By">The event that disproves it.</param>
public sealed record AnnulmentView(Guid Event, Moment At, FactRefView By);

using Ketman.Contracts;
using Ketman.Metrics.Views;

namespace Ketman.Metrics.Board;

/// <summary>One case on the board.</summary>
/// <param name="Disclosure">Its handle.</param>
/// <param name="Id">Its id.</param>
/// <param name="Company">Whose case it is.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Status">Where it stands: <c>open</c>, <c>resolved</c> or <c>closed</c>.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="AgeDays">How many days ago that was, in the team's zone.</param>
/// <param name="LastOutreach">The last try to reach somebody; null: none yet.</param>
/// <param name="Attempts">How many tries there were.</param>
/// <param name="Channels">By which ways, in the order in which they were first tried.</param>
/// <param name="WaitingOn">Whose turn it is: <c>us</c>, <c>company</c> or <c>nobody</c>.</param>
/// <param name="Reaction">The latest reaction that was classified; null: none.</param>
/// <param name="NextOwed">What is owed next: of promises, clocks and steps what ran out or runs out first.</param>
/// <param name="Overdue">Whether its time has run out.</param>
/// <param name="BreachedSince">Since when a clock is breached and still not answered (of the past: since the first breach that was recorded and not annulled); absent: none is.</param>
/// <param name="Assignee">Who is in charge; absent: nobody.</param>
/// <param name="Tags">The words by which it is found.</param>
/// <param name="Severity">How urgent it was last assessed to be; absent: nobody did.</param>
/// <param name="Policy">The policy that it runs under; absent: none.</param>
/// <param name="Marking">How far the case may go.</param>
/// <param name="DueVersion">
/// The version of an open case from which what is due was worked out. The rest of the row is never older than a change that was told of; what is due
/// follows it by some tens of milliseconds. Absent: nobody was asked yet, the case is not open, or it is of the past.
/// </param>
/// <param name="Withheld">Members that are left out because they rest on facts above the reader's clearance; absent: none.</param>
public sealed record BoardItem(
    string Disclosure,
    Guid Id,
    BoardCompany Company,
    string? Title,
    string Status,
    Moment OpenedAt,
    int AgeDays,
    LastOutreach? LastOutreach,
    int? Attempts,
    IReadOnlyList<string>? Channels,
    string? WaitingOn,
    string? Reaction,
    NextOwed? NextOwed,
    bool? Overdue,
    DateTimeOffset? BreachedSince,
    string? Assignee,
    IReadOnlyList<string> Tags,
    string? Severity,
    string? Policy,
    Tlp Marking,
    long? DueVersion,
    IReadOnlyList<WithheldPart>? Withheld);

/// <summary>A company on the board.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Handle">Its handle; null: its profile has not arrived yet.</param>
/// <param name="Name">Its name.</param>
/// <param name="Private">Whether it, or one of its cases, is to be kept private towards the outside.</param>
/// <param name="Zone">Where it reads the clock, by its tz name; absent: nobody said.</param>
public sealed record BoardCompany(Guid Id, string? Handle, string? Name, bool Private, string? Zone = null);

/// <summary>The last try to reach somebody.</summary>
/// <param name="At">When.</param>
/// <param name="Channel">By which way.</param>
public sealed record LastOutreach(Moment At, string Channel);

/// <summary>What is owed next.</summary>
/// <param name="Kind">
/// What runs out: <c>promise</c>, or of the policy a <c>clock</c> or a <c>step</c>. Where nothing does: by us <c>first-outreach</c>,
/// <c>another-way</c>, <c>answer</c> or <c>closing</c>; by the company <c>acknowledgement</c> or <c>update</c>; or <c>nothing</c>.
/// </param>
/// <param name="What">What was promised.</param>
/// <param name="Due">By when, as it was promised.</param>
/// <param name="OverdueAt">When that runs out, or ran out: of a day, its end in the team's zone; absent: never.</param>
/// <param name="Name">Of a clock or step: its name.</param>
/// <param name="Title">The same in words.</param>
/// <param name="OwedBy">Whose turn it is: <c>us</c> or <c>company</c>; absent: nobody's.</param>
/// <param name="Since">Since when it is owed, where that is known.</param>
/// <param name="Paused">Whether it stands still.</param>
/// <param name="PausedUntil">Until when, where that is known.</param>
/// <param name="Then">What comes after it; absent: nothing is known to.</param>
public sealed record NextOwed(
    string Kind, string? What, Moment? Due, DateTimeOffset? OverdueAt, string? Name, string? Title, string? OwedBy, Moment? Since, bool Paused,
    DateTimeOffset? PausedUntil, DueNext? Then);

/// <summary>What comes after what is owed next.</summary>
/// <param name="Kind"><c>clock</c>, <c>step</c> or <c>publication</c>.</param>
/// <param name="Title">In words.</param>
/// <param name="OwedBy">Whose turn it is then.</param>
/// <param name="DueAt">When.</param>
public sealed record DueNext(string Kind, string Title, string OwedBy, DateTimeOffset DueAt);

/// <summary>A page of the board.</summary>
/// <param name="Items">In the order that was asked for. Cases of which members are withheld come after all others where their place would tell of them.</param>
/// <param name="Next">What to send as <c>after</c> for the next page; null: this was the last.</param>
/// <param name="Withheld">What is left out.</param>
/// <param name="Similar">Nothing has the words that were searched; these have names like them. There is one page of them.</param>
/// <param name="AsOf">The moment of the past that is shown; absent: now.</param>
/// <param name="Unknown">What is not known of the past and therefore left out.</param>
/// <param name="Views">The saved views, where <c>include</c> asks for them.</param>
/// <param name="Due">What is due across all open cases, where <c>include</c> asks for it.</param>
public sealed record BoardPage(
    IReadOnlyList<BoardItem> Items,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? Next,
    WithheldCases Withheld,
    bool? Similar = null,
    DateTimeOffset? AsOf = null,
    IReadOnlyList<string>? Unknown = null,
    IReadOnlyList<BoardView>? Views = null,
    BoardDue? Due = null);

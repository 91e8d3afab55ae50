using Ketman.Contracts;

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
/// <param name="NextOwed">What is owed next.</param>
/// <param name="Overdue">Whether its time has run out.</param>
/// <param name="Marking">How far the case may go.</param>
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
    Tlp Marking,
    IReadOnlyList<WithheldPart>? Withheld);

/// <summary>A company on the board.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Handle">Its handle; null: its profile has not arrived yet.</param>
/// <param name="Name">Its name.</param>
/// <param name="Private">Whether it, or one of its cases, is to be kept private towards the outside.</param>
public sealed record BoardCompany(Guid Id, string? Handle, string? Name, bool Private);

/// <summary>The last try to reach somebody.</summary>
/// <param name="At">When.</param>
/// <param name="Channel">By which way.</param>
public sealed record LastOutreach(Moment At, string Channel);

/// <summary>What is owed next.</summary>
/// <param name="Kind">
/// By us <c>first-outreach</c>, <c>another-way</c>, <c>answer</c> or <c>closing</c>; by the company <c>promise</c>,
/// <c>acknowledgement</c> or <c>update</c>; or <c>nothing</c>.
/// </param>
/// <param name="What">What was promised.</param>
/// <param name="Due">By when.</param>
/// <param name="OverdueAt">When that has run out: of a day, its end in the team's zone.</param>
public sealed record NextOwed(string Kind, string? What, Moment? Due, DateTimeOffset? OverdueAt);

/// <summary>A page of the board.</summary>
/// <param name="Items">What ran out longest ago first, then the oldest.</param>
/// <param name="Next">What to send as <c>after</c> for the next page; null: this was the last.</param>
/// <param name="Withheld">What is left out.</param>
public sealed record BoardPage(
    IReadOnlyList<BoardItem> Items,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? Next,
    WithheldCases Withheld);

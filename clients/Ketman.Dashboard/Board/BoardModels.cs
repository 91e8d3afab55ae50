namespace Ketman.Dashboard.Board;

/// <summary>A page of the board, as <c>GET /board</c> answers.</summary>
public sealed record BoardAnswer(IReadOnlyList<BoardItem> Items, string? Next, bool Similar = false);

/// <summary>One incident on it.</summary>
public sealed record BoardItem(
    string Disclosure, Guid Id, CompanyName? Company, string? Title, string Status, string OpenedAt, int AgeDays, LastOutreach? LastOutreach, int? Attempts,
    string? WaitingOn, string? Reaction, Owed? NextOwed, bool? Overdue, DateTimeOffset? BreachedSince, string? Assignee, IReadOnlyList<string>? Tags, string? Policy,
    string? Severity, string? Marking);

public sealed record CompanyName(Guid Id, string Handle, string Name, bool Private);

public sealed record LastOutreach(string At, string Channel);

/// <summary>What runs out first, or who has to move.</summary>
public sealed record Owed(
    string Kind, DateTimeOffset? OverdueAt, string? Name, string? Title, string? OwedBy, string? Since, bool Paused, Then? Then);

public sealed record Then(string Kind, string? Title, string? OwedBy, DateTimeOffset? DueAt);

namespace Ketman.Dashboard.Board;

/// <summary>A page of the board, as <c>GET /board</c> answers.</summary>
public sealed record BoardAnswer(
    IReadOnlyList<BoardItem> Items, string? Next, Withheld? Withheld, bool Similar = false, DateTimeOffset? AsOf = null, IReadOnlyList<string>? Unknown = null,
    IReadOnlyList<ViewItem>? Views = null, DueParts? Due = null);

/// <summary>One incident on it. What is left out rests on facts above the reader's clearance.</summary>
public sealed record BoardItem(
    string Disclosure, Guid Id, CompanyName Company, string? Title, string Status, string OpenedAt, LastOutreach? LastOutreach, int? Attempts,
    IReadOnlyList<string>? Channels, string? WaitingOn, string? Reaction, Owed? NextOwed, bool? Overdue, DateTimeOffset? BreachedSince, string? Assignee,
    IReadOnlyList<string> Tags, string? Policy, string? Severity, string Marking, long? DueVersion)
{
    /// <summary>When the next change comes by time alone: what is due runs out; null: nothing does, or it has.</summary>
    public DateTimeOffset? TurnsAt => Overdue is false ? NextOwed?.OverdueAt : null;
}

public sealed record CompanyName(Guid Id, string? Handle, string? Name, bool Private, string? Zone = null);

public sealed record LastOutreach(string At, string Channel);

/// <summary>What runs out first, or who has to move.</summary>
public sealed record Owed(
    string Kind, DateTimeOffset? OverdueAt, string? Name, string? Title, string? What, string? OwedBy, string? Since, bool Paused, DateTimeOffset? PausedUntil, Then? Then);

public sealed record Then(string Kind, string Title, string OwedBy, DateTimeOffset DueAt);

public sealed record Withheld(string Note, int? Cases);

/// <summary>What is overdue, and what is due next.</summary>
public sealed record DueParts(WatchAnswer Overdue, WatchAnswer Next);

/// <summary>What is due across all open cases, as <c>GET /watch</c> answers.</summary>
public sealed record WatchAnswer(IReadOnlyList<WatchLine> Items, string? Next);

public sealed record WatchLine(
    DateTimeOffset DueAt, bool Overdue, string Kind, string Name, string Title, string OwedBy, bool Paused, string Disclosure, Guid Id, CompanyName Company, string? Assignee);

/// <summary>How many incidents there are for each value of each filter, as <c>GET /board/counts</c> answers.</summary>
public sealed record CountsAnswer(
    int Total,
    IReadOnlyDictionary<string, int> Status,
    IReadOnlyDictionary<string, int> WaitingOn,
    IReadOnlyDictionary<string, int> Reaction,
    IReadOnlyDictionary<string, int> Overdue,
    IReadOnlyDictionary<string, int> Assignee,
    IReadOnlyDictionary<string, int> Tlp,
    IReadOnlyDictionary<string, int> Severity,
    IReadOnlyDictionary<string, int> Tag,
    int NotTold)
{
    /// <summary>By the names of the filters, in the order in which people look for them.</summary>
    public IEnumerable<(string Filter, IReadOnlyDictionary<string, int> Counts)> Groups =>
        [("waitingOn", WaitingOn), ("overdue", Overdue), ("reaction", Reaction), ("assignee", Assignee), ("severity", Severity), ("tlp", Tlp), ("tag", Tag), ("status", Status)];
}

/// <summary>A saved view, as <c>GET /board/views</c> answers.</summary>
public sealed record ViewItem(string Name, string? Title, string Query, bool Shared, string Tlp, string SavedBy, long Version);

public sealed record ViewList(IReadOnlyList<ViewItem> Items);

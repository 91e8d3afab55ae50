using System.Text.Json;

namespace Ketman.Dashboard.Administration;

/// <summary>A page of users, as <c>GET /users</c> answers.</summary>
public sealed record UserList(IReadOnlyList<User> Items, string? Next);

public sealed record User(
    string Name, IReadOnlyList<string> Roles, string Status, bool SecondFactor, DateTimeOffset CreatedAt, string CreatedBy, string? Clearance);

public sealed record UserSessions(IReadOnlyList<UserSession> Items);

public sealed record UserSession(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, string? Address);

/// <summary>A page of API keys, as <c>GET /keys</c> answers.</summary>
public sealed record KeyList(IReadOnlyList<ApiKey> Items, Guid? Next);

public sealed record ApiKey(
    Guid Id, string Name, string Hint, IReadOnlyList<string> Roles, IReadOnlyList<string> Scope, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt, string? Clearance);

/// <summary>A page of the audit log.</summary>
public sealed record AuditList(IReadOnlyList<AuditEntry> Items, string? Next);

public sealed record AuditEntry(
    long Id, DateTimeOffset At, string Kind, string? Actor, string? ActorKind, string? Address, string? Method, string? Route, int? Status, string? Subject,
    string? Detail, int Times, string? Trace);

public sealed record AuditProof(bool Intact, long Entries, long? BrokenAt, string? Head);

/// <summary>What is asked of the audit log, as it stands in the page's address.</summary>
public sealed record AuditFilter(string? Actor, string? Kind, string? Subject, string? Address, string? Trace, string? Since, string? Until)
{
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "refused", "signed-in", "sign-in-failed", "locked-out", "signed-out", "session-revoked", "user-invited", "invitation-accepted", "user-roles-changed",
        "user-clearance-changed", "user-locked", "user-unlocked", "user-removed", "password-changed", "second-factor-set", "second-factor-removed",
        "recovery-codes-made", "key-created", "key-rotated", "key-revoked",
    ];
}

/// <summary>All policies, as <c>GET /policies</c> answers.</summary>
public sealed record PolicyList(IReadOnlyList<PolicyLine> Items);

public sealed record PolicyLine(string Name, int Version, string Title, string Digest, DateTimeOffset AppliedAt, string AppliedBy, string? Note);

/// <summary>A version of a policy with its document, which is shown in words and edited as it is.</summary>
public sealed record PolicyView(
    string Name, int Version, string Title, string Digest, DateTimeOffset AppliedAt, string AppliedBy, string? Note, JsonElement Document, IReadOnlyList<PolicyLine> Versions);

public sealed record PolicyCheck(bool Valid, IReadOnlyList<Connection.FieldError> Problems, string? Digest);

public sealed record PolicyDifferences(string Name, int From, int? To, IReadOnlyList<PolicyDifference> Differences);

public sealed record PolicyDifference(string Path, JsonElement? From, JsonElement? To);

/// <summary>What would have gone differently under a draft.</summary>
public sealed record PolicyReplay(
    DateTimeOffset Until, int Cases, int Differing, ReplayTotals Before, ReplayTotals After, IReadOnlyList<ReplayedCase> Items, int Omitted);

public sealed record ReplayTotals(int Breaches, int Steps, int Publishable);

public sealed record ReplayedCase(string Disclosure, string? Policy, int? Version, IReadOnlyList<ReplayDifference> Differences);

public sealed record ReplayDifference(string Kind, string Name, DateTimeOffset? Before, DateTimeOffset? After);

/// <summary>What follows the history in a service.</summary>
public sealed record ProjectionList(string Service, IReadOnlyList<Projection> Items);

public sealed record Projection(
    string Name, string Kind, string State, long Checkpoint, long Head, long Lag, bool Rebuildable, DateTimeOffset? PausedAt, string? PausedBy, FailedEvent? Failed,
    Rebuild? Rebuild);

public sealed record FailedEvent(string Event, string? Type, string? ErrorType, int? Attempts);

public sealed record Rebuild(string Phase, string WantedBy, DateTimeOffset WantedAt, long Done, long Total, DateTimeOffset? FinishedAt, string? FailedEvent, string? ErrorType, bool Running);

/// <summary>How a service stands to the bus.</summary>
public sealed record BusStatus(string Service, Publishing? Publishing, Listening? Listening);

public sealed record Publishing(long Unpublished, double? WaitingSeconds);

public sealed record Listening(
    bool Connected, IReadOnlyList<Queue> Queues, long? Errors, long WaitingStreams, long WaitingEvents, DateTimeOffset? WaitingSince, long Conflicts, IReadOnlyList<Poison> Poison);

public sealed record Queue(string Name, long? Messages);

public sealed record Poison(string Event, string Type, string Reason, string Kind, DateTimeOffset NotedAt, DateTimeOffset? SettledAt, string? Settlement, string? SettledBy);

/// <summary>How the whole platform is.</summary>
public sealed record PlatformHealth(string Status, IReadOnlyList<ServiceHealth> Services);

public sealed record ServiceHealth(string Name, bool Ready, string? Description, double? Milliseconds, IReadOnlyDictionary<string, HealthCheck>? Checks);

public sealed record HealthCheck(bool Ready, string? Description);

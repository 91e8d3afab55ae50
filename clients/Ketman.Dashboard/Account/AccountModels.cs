namespace Ketman.Dashboard.Account;

/// <summary>Who one is, as <c>GET /account</c> answers.</summary>
public sealed record OwnAccount(
    string Name, IReadOnlyList<string> Roles, string Clearance, bool SecondFactor, int RecoveryCodes, DateTimeOffset CreatedAt, string CreatedBy);

/// <summary>Where one is signed in.</summary>
public sealed record SessionList(IReadOnlyList<OwnSession> Items);

public sealed record OwnSession(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, string? Address, bool Current);

/// <summary>What an authenticator app is given.</summary>
public sealed record Enrolment(string Secret, string Uri);

using Ketman.Contracts;

namespace Ketman.Gateway.Keys;

/// <summary>What is known of an API key.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Whom it stands for; recorded with every event.</param>
/// <param name="Hint">The first characters of the key, to tell it from others.</param>
/// <param name="Roles">As given, without those they imply.</param>
/// <param name="Scope">What it is held to within them; empty: nothing.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="CreatedBy">The name of the key that made it.</param>
/// <param name="ExpiresAt">From then on it opens nothing; null: never.</param>
/// <param name="RevokedAt">Since then it opens nothing.</param>
/// <param name="RevokedBy">The name of the key that revoked it.</param>
/// <param name="LastUsedAt">To within a minute.</param>
/// <param name="RotatedAt">When it last got a new secret.</param>
/// <param name="Clearance">Up to which marking it reads, where that is less than what the roles give.</param>
internal sealed record ApiKey(
    Guid Id,
    string Name,
    string Hint,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Scope,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    string? RevokedBy,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? RotatedAt,
    Tlp? Clearance)
{
    public bool OpensAt(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || now < ExpiresAt);
}

namespace Ketman.Gateway.Keys;

/// <summary>What is known of an API key.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Whom it stands for; recorded with every event.</param>
/// <param name="Hint">The first characters of the key, to tell it from others.</param>
/// <param name="Roles">As given, without those they imply.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="CreatedBy">The name of the key that made it.</param>
/// <param name="ExpiresAt">From then on it opens nothing; null: never.</param>
/// <param name="RevokedAt">Since then it opens nothing.</param>
/// <param name="RevokedBy">The name of the key that revoked it.</param>
/// <param name="LastUsedAt">To within some seconds.</param>
internal sealed record ApiKey(
    Guid Id,
    string Name,
    string Hint,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    string? RevokedBy,
    DateTimeOffset? LastUsedAt)
{
    public bool OpensAt(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || now < ExpiresAt);
}

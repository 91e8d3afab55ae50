using Ketman.Contracts;

namespace Ketman.Hosting.Auth;

/// <summary>
/// The credential of the inside: who signed it, for which service, on whose behalf, and for how long. It lives a minute at most,
/// so a copy that leaks is worth little, and it is bound to one audience, so a service cannot use what it received elsewhere.
/// </summary>
/// <param name="Issuer">The process that signed it; it is bound to the signing key.</param>
/// <param name="Audience">The one service that may accept it.</param>
/// <param name="Subject">On whose behalf.</param>
/// <param name="Scope">Which doors it opens.</param>
/// <param name="IssuedAt">UTC, whole seconds.</param>
/// <param name="ExpiresAt">UTC, whole seconds; at most <see cref="LongestLife"/> later.</param>
/// <param name="Id">Unique to the token.</param>
public sealed record InternalToken(
    string Issuer, string Audience, TokenSubject Subject, TokenScope Scope, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, Guid Id)
{
    /// <summary>No token lives longer, whatever its signer writes.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(60);

    /// <summary>The one process whose word about people and programs outside is taken.</summary>
    public const string Gateway = "gateway";
}

/// <summary>Who acts.</summary>
/// <param name="Id">Stable, e.g. <c>key:0198...</c>, or the name of a service.</param>
/// <param name="Name">What is recorded with events.</param>
/// <param name="Roles">All roles held, those that others imply included.</param>
/// <param name="Clearance">Up to which marking it may read.</param>
public sealed record TokenSubject(string Id, string Name, IReadOnlyList<string> Roles, Tlp Clearance)
{
    /// <inheritdoc/>
    public bool Equals(TokenSubject? other) =>
        other is not null && (ReferenceEquals(this, other) || (Id == other.Id && Name == other.Name && Clearance == other.Clearance && Roles.SequenceEqual(other.Roles)));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Name, Roles.Count, Clearance);
}

/// <summary>Which doors of a service a token opens.</summary>
public enum TokenScope
{
    /// <summary>The public API, on behalf of a person or program that the gateway recognised.</summary>
    Caller,

    /// <summary><c>/internal/...</c>, for another service.</summary>
    Peer,
}

using Ketman.Proof;

namespace Ketman.EventStore;

/// <summary>With what a service signs its seals, and whose signatures it takes for its own.</summary>
/// <param name="service">The service's name, which every seal bears.</param>
/// <param name="signing">The key that signs from now on.</param>
/// <param name="former">
/// Public keys that signed before. They come from outside of the database: whoever can write to it could else seal his own log.
/// </param>
public sealed class SealKeys(string service, Ed25519PrivateKey signing, params IEnumerable<Ed25519PublicKey> former)
{
    private readonly Dictionary<string, Ed25519PublicKey> _known =
        former.Append(signing.Public).DistinctBy(key => key.Id).ToDictionary(key => key.Id);

    /// <summary>The service's name.</summary>
    public string Service { get; } = service;

    /// <summary>The key that signs.</summary>
    public Ed25519PrivateKey Signing { get; } = signing;

    /// <summary>The key with that fingerprint, or null.</summary>
    public Ed25519PublicKey? Find(string id) => _known.GetValueOrDefault(id);
}

/// <summary>When the log is sealed.</summary>
/// <param name="Events">As soon as so many events are unsealed,</param>
/// <param name="Age">or the first of them for so long.</param>
/// <param name="Look">How often it is looked.</param>
/// <param name="Most">A seal covers at most so many, which bounds the memory it takes.</param>
public sealed record SealOptions(int Events, TimeSpan Age, TimeSpan Look, int Most)
{
    /// <summary>Seals that are few and recent.</summary>
    public static SealOptions Default { get; } = new(1000, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), 10_000);
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Ketman.Gateway.Callers;
using Ketman.Gateway.Keys;
using Ketman.Hosting;
using Ketman.Hosting.Web;

namespace Ketman.Gateway.Tokens;

/// <summary>
/// Recognises bearers of the identity provider's tokens. A token that was right is remembered by its hash and checked again each
/// minute, so that a key which the provider withdraws takes its tokens with it; one that was refused is never remembered.
/// </summary>
internal sealed class TokenRing(KetmanSettings settings, ProviderKeys provider, TimeProvider time)
{
    private const int Many = 10_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<KeyHash, Slot> _slots = new();

    /// <summary>Whether a text would be looked at as a token at all.</summary>
    public bool Takes(ReadOnlySpan<char> text) => settings.Oidc is not null && PresentedToken.HasShape(text);

    /// <summary>Who was recognised lately by it; good enough to count requests by, not to admit them.</summary>
    public Principal? Recall(ReadOnlySpan<char> text) => _slots.TryGetValue(HashOf(text), out var slot) ? slot.Known.Principal : null;

    /// <summary>Who bears the token, or why it is refused.</summary>
    /// <exception cref="ProblemException">503: the provider's keys are needed and cannot be had.</exception>
    public ValueTask<(Recognised? Known, string? Refusal)> FindAsync(string text, CancellationToken cancellation)
    {
        var hash = HashOf(text);
        return _slots.TryGetValue(hash, out var slot) && time.GetElapsedTime(slot.CheckedAt) < Fresh
            ? new((slot.Known, null))
            : new(CheckAsync(text, hash, slot?.Known, cancellation));
    }

    /// <summary>Lets go of what is expired or was not asked for lately.</summary>
    public void Sweep()
    {
        foreach (var (hash, slot) in _slots)
        {
            if (time.GetElapsedTime(slot.CheckedAt) >= 2 * Fresh || !slot.Known.OpensAt(time.GetUtcNow()))
            {
                _slots.TryRemove(hash, out _);
            }
        }
    }

    private static KeyHash HashOf(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[PresentedToken.Longest];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        // What is no ASCII becomes a question mark, and is refused before anything is remembered under it.
        SHA256.HashData(bytes[..Encoding.ASCII.GetBytes(text, bytes)], hash);
        return KeyHash.Of(hash);
    }

    private async Task<(Recognised? Known, string? Refusal)> CheckAsync(string text, KeyHash hash, Recognised? before, CancellationToken cancellation)
    {
        var checkedAt = time.GetTimestamp();
        if (PresentedToken.Read(text) is not { } token)
        {
            return (null, "it is not a token of RS256, PS256 or ES256");
        }

        var publisher = await provider.GetAsync(token.KeyId, token.Algorithm, cancellation);
        if (publisher.Find(token.KeyId, token.Algorithm) is not { } key || !key.Verify(token.Algorithm, token.Signed, token.Signature))
        {
            _slots.TryRemove(hash, out _);
            return (null, "no key of the issuer has signed it");
        }

        var (claims, refusal) = TokenClaims.Read(token.Claims, publisher.Issuer, settings.Oidc!, time.GetUtcNow());
        if (claims is null)
        {
            _slots.TryRemove(hash, out _);
            return (null, refusal);
        }

        var known = before ?? new Recognised(
            Guid.Empty, new Principal(PrincipalKind.Token, $"oidc:{claims.Subject}", claims.Name, claims.Roles, [], null, null, claims.ExpiresAt, null),
            claims.ExpiresAt + TokenClaims.Skew);
        if (_slots.Count < Many || before is not null)
        {
            _slots[hash] = new Slot(known, checkedAt);
        }

        return (known, null);
    }

    private sealed record Slot(Recognised Known, long CheckedAt);
}

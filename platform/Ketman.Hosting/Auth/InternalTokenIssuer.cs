using System.Collections.Concurrent;
using Ketman.Contracts;

namespace Ketman.Hosting.Auth;

/// <summary>
/// Signs tokens in this process's name. A token is used again for half of its life, so that a busy principal costs one
/// signature in half a minute and a service sees a token it has verified before.
/// </summary>
public sealed class InternalTokenIssuer(InternalKeys keys, TimeProvider time)
{
    private const int ManyPrincipals = 4096;
    private readonly ConcurrentDictionary<(string Audience, string Subject, TokenScope Scope), Issued> _issued = new();
    private readonly TokenSubject _self = new(keys.Name, keys.Name, [], Tlp.Clear);

    /// <summary>The <c>Authorization</c> header for a call to <paramref name="audience"/> on behalf of <paramref name="subject"/>.</summary>
    public string OnBehalfOf(TokenSubject subject, string audience) => Header(subject, audience, TokenScope.Caller);

    /// <summary>The <c>Authorization</c> header for a call of this process itself to the internal endpoints of <paramref name="audience"/>.</summary>
    public string AsPeer(string audience) => Header(_self, audience, TokenScope.Peer);

    private string Header(TokenSubject subject, string audience, TokenScope scope)
    {
        var now = time.GetUtcNow();
        var slot = (audience, subject.Id, scope);
        if (_issued.TryGetValue(slot, out var known) && now < known.RenewAt && now >= known.IssuedAt && known.Subject.Equals(subject))
        {
            return known.Header;
        }

        if (_issued.Count > ManyPrincipals)
        {
            foreach (var (old, issued) in _issued)
            {
                if (now >= issued.RenewAt)
                {
                    _issued.TryRemove(old, out _);
                }
            }
        }

        var seconds = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var token = new InternalToken(
            keys.Name, audience, subject, scope, seconds, seconds + InternalToken.LongestLife, Guid.CreateVersion7(now));
        var header = "Bearer " + InternalTokenFormat.Write(token, keys.Signing);
        _issued[slot] = new Issued(subject, header, seconds, seconds + InternalToken.LongestLife / 2);
        return header;
    }

    private sealed record Issued(TokenSubject Subject, string Header, DateTimeOffset IssuedAt, DateTimeOffset RenewAt);
}

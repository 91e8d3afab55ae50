using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace Ketman.Hosting.Auth;

/// <summary>
/// Verifies tokens for one audience and remembers those that were right until they expire: verifying a signature costs more than
/// most requests do. A refused token is never remembered, so a flood of forgeries cannot push out the right ones.
/// </summary>
internal sealed class InternalTokenVerifier(InternalKeys keys, TimeProvider time)
{
    private const int ManyTokens = 4096;
    private readonly ConcurrentDictionary<string, Verified> _verified = new(StringComparer.Ordinal);

    public AuthenticationTicket? Verify(string compact)
    {
        var now = time.GetUtcNow();
        if (_verified.TryGetValue(compact, out var known))
        {
            return now < known.ExpiresAt ? known.Ticket : null;
        }

        if (!InternalTokenFormat.TryRead(compact, keys, keys.Name, now, out var token)
            || (token.Scope == TokenScope.Caller && token.Issuer != InternalToken.Gateway))
        {
            return null;
        }

        if (_verified.Count >= ManyTokens)
        {
            foreach (var (old, verified) in _verified)
            {
                if (now >= verified.ExpiresAt)
                {
                    _verified.TryRemove(old, out _);
                }
            }
        }

        var ticket = new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(token)), InternalAuth.Scheme);
        if (_verified.Count < ManyTokens)
        {
            _verified[compact] = new Verified(ticket, token.ExpiresAt);
        }

        return ticket;
    }

    private sealed record Verified(AuthenticationTicket Ticket, DateTimeOffset ExpiresAt);
}

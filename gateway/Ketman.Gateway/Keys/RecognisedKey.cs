using System.Security.Claims;
using Ketman.Hosting.Auth;
using Microsoft.AspNetCore.Authentication;

namespace Ketman.Gateway.Keys;

/// <summary>A key together with everything a request needs of it, made once instead of for every request.</summary>
internal sealed class RecognisedKey
{
    private readonly Use _use;

    public RecognisedKey(ApiKey key)
        : this(key, new Use())
    {
    }

    private RecognisedKey(ApiKey key, Use use)
    {
        _use = use;
        Key = key;
        Roles = Keys.Roles.WithImplied(key.Roles);
        Partition = $"key:{key.Id:N}";
        Subject = new TokenSubject($"key:{key.Id:D}", key.Name, Roles, Keys.Roles.ClearanceOf(Roles));
        Ticket = AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new KeyIdentity(this)), ApiKeyAuthentication.SchemeName));
    }

    public ApiKey Key { get; }

    /// <summary>The roles held, implied ones included.</summary>
    public IReadOnlyList<string> Roles { get; }

    /// <summary>What requests of this key are counted under.</summary>
    public string Partition { get; }

    /// <summary>What the services are told.</summary>
    public TokenSubject Subject { get; }

    public AuthenticateResult Ticket { get; }

    /// <summary>The same key as read anew; what is known of its use is kept.</summary>
    public RecognisedKey With(ApiKey key) => new(key, _use);

    public void Used(DateTimeOffset at) => Volatile.Write(ref _use.At, at.UtcTicks);

    /// <summary>The last use that was not asked for before, or null.</summary>
    public DateTimeOffset? TakeUse() =>
        Interlocked.Exchange(ref _use.At, 0) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    private sealed class Use
    {
        public long At;
    }
}

/// <summary>The identity of a request that came with a good key.</summary>
internal sealed class KeyIdentity(RecognisedKey key)
    : ClaimsIdentity(
        [new Claim(NameClaim, key.Key.Name), .. key.Roles.Select(role => new Claim(RoleClaim, role))],
        ApiKeyAuthentication.SchemeName, NameClaim, RoleClaim)
{
    private const string NameClaim = "name";
    private const string RoleClaim = "role";

    public RecognisedKey Key { get; } = key;

    /// <summary>The key behind an admitted request.</summary>
    public static RecognisedKey Of(HttpContext context) => ((KeyIdentity)context.User.Identity!).Key;
}

using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace Ketman.Gateway.Callers;

/// <summary>A credential together with everything a request needs of it, made once instead of for every request.</summary>
internal sealed class Recognised
{
    private static readonly long NotedEvery = TimeSpan.FromMinutes(1).Ticks;

    private readonly DateTimeOffset? _opensUntil;
    private readonly Use _use;

    /// <param name="id">Of the key or session.</param>
    /// <param name="principal">Who it stands for.</param>
    /// <param name="opensUntil">From then on it opens nothing; null: never; in the past for what is revoked.</param>
    /// <param name="antiForgery">See <see cref="PrincipalIdentity.AntiForgery"/>.</param>
    public Recognised(Guid id, Principal principal, DateTimeOffset? opensUntil, string? antiForgery = null)
        : this(
            id, principal, opensUntil, new Use(),
            AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new PrincipalIdentity(principal, antiForgery)), CallerAuthentication.SchemeName)))
    {
    }

    private Recognised(Guid id, Principal principal, DateTimeOffset? opensUntil, Use use, AuthenticateResult ticket)
    {
        Id = id;
        Principal = principal;
        Ticket = ticket;
        _opensUntil = opensUntil;
        _use = use;
    }

    public Guid Id { get; }

    public Principal Principal { get; }

    public AuthenticateResult Ticket { get; }

    public bool OpensAt(DateTimeOffset now) => _opensUntil is null || now < _opensUntil;

    /// <summary>The same credential as read anew; what is known of its use is kept.</summary>
    public Recognised AfterUseOf(Recognised before) => new(Id, Principal, _opensUntil, before._use, Ticket);

    public void Used(DateTimeOffset at) => Volatile.Write(ref _use.At, at.UtcTicks);

    /// <summary>The last use, unless it or one less than a minute before it was taken already; null: none.</summary>
    /// <param name="evenIfSoon">Takes it also within that minute: there will be no later chance.</param>
    public DateTimeOffset? TakeUse(bool evenIfSoon)
    {
        var at = Volatile.Read(ref _use.At);
        if (at == _use.Taken || (!evenIfSoon && at - _use.Taken < NotedEvery))
        {
            return null;
        }

        _use.Taken = at;
        return new DateTimeOffset(at, TimeSpan.Zero);
    }

    private sealed class Use
    {
        public long At;
        public long Taken;
    }
}

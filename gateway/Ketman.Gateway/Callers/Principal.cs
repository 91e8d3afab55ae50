using System.Security.Claims;
using Ketman.Contracts;
using Ketman.Hosting.Auth;

namespace Ketman.Gateway.Callers;

/// <summary>How a caller showed who it is.</summary>
internal enum PrincipalKind
{
    /// <summary>By an API key.</summary>
    Key,

    /// <summary>By a sign-in, whose cookie the request bears.</summary>
    User,

    /// <summary>By a token of the OpenID Connect provider.</summary>
    Token,
}

/// <summary>Who calls, whichever way it came in: all that doors, rate limits, services and the audit log ask of it.</summary>
internal sealed class Principal
{
    /// <param name="kind">How it showed who it is.</param>
    /// <param name="subject">Stable and unique, e.g. <c>key:0198...</c>.</param>
    /// <param name="name">What is recorded with events.</param>
    /// <param name="roles">As given, without those they imply.</param>
    /// <param name="scope">See <see cref="Scopes"/>; empty: everything that the roles allow.</param>
    /// <param name="id">The id of the key or the session; null for a token.</param>
    /// <param name="user">The local user behind it, if there is one.</param>
    /// <param name="expiresAt">When the credential ends by itself.</param>
    /// <param name="clearance">Up to which marking it may read, where that is less than what the roles give.</param>
    public Principal(
        PrincipalKind kind, string subject, string name, IReadOnlyCollection<string> roles, IReadOnlyList<string> scope, Guid? id, Guid? user, DateTimeOffset? expiresAt,
        Tlp? clearance)
    {
        Kind = kind;
        Scope = scope;
        Id = id;
        User = user;
        ExpiresAt = expiresAt;
        var all = Callers.Roles.WithImplied(roles);
        Subject = new TokenSubject(subject, name, all, Callers.Clearance.Of(all, clearance));
        AllowedScopes = Scopes.MaskOf(scope);
    }

    public PrincipalKind Kind { get; }

    /// <summary>The kind as it stands in answers and in the audit log.</summary>
    public string KindName => Kind switch { PrincipalKind.Key => "key", PrincipalKind.User => "user", _ => "token" };

    public string Name => Subject.Name;

    /// <summary>The roles held, implied ones included.</summary>
    public IReadOnlyList<string> Roles => Subject.Roles;

    /// <summary>Up to which marking it may read.</summary>
    public Tlp Clearance => Subject.Clearance;

    public IReadOnlyList<string> Scope { get; }

    /// <summary>The scope as bits.</summary>
    public int AllowedScopes { get; }

    public Guid? Id { get; }

    public Guid? User { get; }

    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>What the services are told, and what requests are counted under.</summary>
    public TokenSubject Subject { get; }

    /// <summary>Who is behind an admitted request.</summary>
    public static Principal Of(HttpContext context) => ((PrincipalIdentity)context.User.Identity!).Principal;

    /// <summary>Who is behind a request, or null before or without recognition.</summary>
    public static Principal? TryOf(HttpContext context) => (context.User.Identity as PrincipalIdentity)?.Principal;
}

/// <summary>The identity of a request whose caller was recognised.</summary>
internal sealed class PrincipalIdentity(Principal principal, string? antiForgery)
    : ClaimsIdentity(
        [new Claim(NameClaim, principal.Name), .. principal.Roles.Select(role => new Claim(RoleClaim, role))],
        CallerAuthentication.SchemeName, NameClaim, RoleClaim)
{
    private const string NameClaim = "name";
    private const string RoleClaim = "role";

    public Principal Principal { get; } = principal;

    /// <summary>What an unsafe request must bear besides the cookie; null where a browser does not send the credential by itself.</summary>
    public string? AntiForgery { get; } = antiForgery;
}

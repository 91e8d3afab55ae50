using System.Reflection;
using System.Security.Claims;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Microsoft.AspNetCore.Http;

namespace Ketman.Hosting.Auth;

/// <summary>Who gives a command or asks a question, as far as a service needs to know. Endpoints take it as a parameter.</summary>
/// <param name="Name">The name of the API key or user (recorded with events), or of the calling service.</param>
/// <param name="Roles">All roles held, those that others imply included; none for a service.</param>
/// <param name="Clearance">Up to which marking it may read; what is marked higher is withheld from it.</param>
public sealed record Caller(string Name, IReadOnlyList<string> Roles, Tlp Clearance) : IBindableFromHttpContext<Caller>
{
    /// <summary>The caller behind an authenticated request.</summary>
    /// <exception cref="InvalidOperationException">The endpoint lets anonymous requests in: a mistake in its registration.</exception>
    public static Caller Of(HttpContext context) =>
        (context.User.Identity as CallerIdentity)?.Caller
        ?? throw new InvalidOperationException("An endpoint that asks for its caller must not be anonymous.");

    /// <inheritdoc/>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) => ValueTask.FromResult<Caller?>(Of(context));

    /// <summary>Who reads, as far as what he may know of depends on it.</summary>
    public Reader Reader => new(Name, Clearance);

    /// <summary>Whether a role is held.</summary>
    public bool Is(string role) => Roles.Contains(role, StringComparer.Ordinal);
}

/// <summary>The identity a verified token becomes.</summary>
internal sealed class CallerIdentity(InternalToken token)
    : ClaimsIdentity(
        [new Claim(NameClaim, token.Subject.Name), .. token.Subject.Roles.Select(role => new Claim(RoleClaim, role))],
        InternalAuth.Scheme, NameClaim, RoleClaim)
{
    private const string NameClaim = "name";
    private const string RoleClaim = "role";

    public Caller Caller { get; } = new(token.Subject.Name, token.Subject.Roles, token.Subject.Clearance);

    public TokenScope Scope { get; } = token.Scope;
}

using System.Text.Encodings.Web;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Doors;
using Ketman.Gateway.Keys;
using Ketman.Gateway.Sessions;
using Ketman.Gateway.Tokens;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Ketman.Gateway.Callers;

/// <summary>
/// Recognises whoever calls: by <c>Authorization: Bearer</c> with a key (<c>ktm_...</c>) or a token of the identity provider, else by the
/// cookie of a session. Who sends the header is judged by it alone: a bad key with a good cookie is a bad key.
/// </summary>
internal sealed class CallerAuthentication(
    KeyRing keys, SessionRing sessions, TokenRing tokens, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Ketman";

    private const string Prefix = "Bearer ";

    private string? _refusal;

    /// <summary>Who presents this, as far as it was recognised lately; asks nobody.</summary>
    public static Principal? Recall(HttpContext context) =>
        PresentedKey(context.Request) is { } key ? context.RequestServices.GetRequiredService<KeyRing>().Recall(key)?.Principal
        : PresentedToken(context.Request) is { } token ? context.RequestServices.GetRequiredService<TokenRing>().Recall(token)
        : PresentedSession(context.Request) is { } session ? context.RequestServices.GetRequiredService<SessionRing>().Recall(session)?.Principal
        : null;

    /// <summary>
    /// Whether whoever was admitted with this request would be admitted now, as the same and with the same rights. While that cannot be
    /// found out, yes: nobody can take it back then either.
    /// </summary>
    public static async ValueTask<bool> IsStillAsync(HttpContext context, CancellationToken cancellation)
    {
        var services = context.RequestServices;
        try
        {
            var (known, _) = PresentedKey(context.Request) is { } key ? (await services.GetRequiredService<KeyRing>().FindAsync(key, cancellation), null)
                : PresentedToken(context.Request) is { } token ? await services.GetRequiredService<TokenRing>().FindAsync(token, cancellation)
                : PresentedSession(context.Request) is { } session ? (await services.GetRequiredService<SessionRing>().FindAsync(session, cancellation), null)
                : (null, (string?)null);
            var (before, now) = (Principal.Of(context), known?.Principal);
            return known is not null && known.OpensAt(services.GetRequiredService<TimeProvider>().GetUtcNow())
                && now!.Name == before.Name && now.Clearance == before.Clearance && now.AllowedScopes == before.AllowedScopes
                && now.Roles.SequenceEqual(before.Roles, StringComparer.Ordinal);
        }
        catch (ProblemException)
        {
            return true;
        }
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (PageDoor.IsMeant(Context))
        {
            // The dashboard asks the API who it is, and a script or a style is for everybody.
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        ValueTask<Recognised?> found;
        if (PresentedKey(Request) is { } key)
        {
            found = keys.FindAsync(key, Context.RequestAborted);
        }
        else if (PresentedToken(Request) is { } token && tokens.Takes(token))
        {
            var checking = tokens.FindAsync(token, Context.RequestAborted);
            return checking.IsCompletedSuccessfully ? Task.FromResult(Admit(checking.Result)) : AwaitAsync(checking);
        }
        else if (PresentedSession(Request) is { } session)
        {
            found = sessions.FindAsync(session, Context.RequestAborted);
        }
        else
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        return found.IsCompletedSuccessfully ? Task.FromResult(Admit(found.Result)) : AwaitAsync(found);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = _refusal is null ? "Bearer realm=\"ketman\"" : "Bearer realm=\"ketman\", error=\"invalid_token\"";
        if (_refusal is not null)
        {
            AuditLog.Explain(Context, "token: " + _refusal);
            return Problems.With(
                StatusCodes.Status401Unauthorized, "token-refused", "The token is not accepted.", char.ToUpperInvariant(_refusal[0]) + _refusal[1..] + ".")
                .ToResult().ExecuteAsync(Context);
        }

        return Problems.With(
            StatusCodes.Status401Unauthorized, "unauthenticated", "A valid API key or a sign-in is needed.",
            "Send `Authorization: Bearer ktm_...` with a key that is neither revoked nor expired, or sign in.").ToResult().ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy == Roles.SignedIn)
        {
            return Problems.With(
                StatusCodes.Status403Forbidden, "forbidden", "This is for people who signed in.",
                "An account is kept by its owner: sign in with a password, not with a key.").ToResult().ExecuteAsync(Context);
        }

        var needed = Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        return Problems.With(
            StatusCodes.Status403Forbidden, "forbidden", "This key does not allow it.",
            needed is null ? null : $"It needs the role {needed}; an admin can make such a key.").ToResult().ExecuteAsync(Context);
    }

    private static KeyHash? PresentedKey(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? KeySecret.HashOf(value.AsSpan(Prefix.Length))
            : null;

    // A key has no dots and a token has; what has neither shape is a bad key.
    private static string? PresentedToken(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        && Tokens.PresentedToken.HasShape(value.AsSpan(Prefix.Length))
            ? value[Prefix.Length..]
            : null;

    private static KeyHash? PresentedSession(HttpRequest request) =>
        request.Headers.Authorization.Count == 0 ? SessionCookie.Presented(request) : null;

    private async Task<AuthenticateResult> AwaitAsync(ValueTask<(Recognised?, string?)> checking) => Admit(await checking);

    private AuthenticateResult Admit((Recognised? Known, string? Refusal) judged)
    {
        var admitted = Admit(judged.Known);
        _refusal = admitted.Succeeded ? null : judged.Refusal ?? "it is expired";
        return admitted;
    }

    private async Task<AuthenticateResult> AwaitAsync(ValueTask<Recognised?> finding) => Admit(await finding);

    private AuthenticateResult Admit(Recognised? known)
    {
        var now = TimeProvider.GetUtcNow();
        if (known is null || !known.OpensAt(now))
        {
            return AuthenticateResult.NoResult();
        }

        known.Used(now);
        return known.Ticket;
    }
}

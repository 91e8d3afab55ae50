using System.Text.Encodings.Web;
using Ketman.Gateway.Keys;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Ketman.Gateway.Callers;

/// <summary>Recognises whoever calls: by <c>Authorization: Bearer ktm_...</c>.</summary>
internal sealed class CallerAuthentication(
    KeyRing keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Ketman";

    private const string Prefix = "Bearer ";

    /// <summary>Who presents this, as far as it was recognised lately; asks nobody.</summary>
    public static Principal? Recall(HttpContext context) =>
        PresentedKey(context.Request) is { } hash
            ? context.RequestServices.GetRequiredService<KeyRing>().Recall(hash)?.Principal
            : null;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (PresentedKey(Request) is not { } hash)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var found = keys.FindAsync(hash, Context.RequestAborted);
        return found.IsCompletedSuccessfully ? Task.FromResult(Admit(found.Result)) : AwaitAsync(found);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer realm=\"ketman\"";
        return Problems.With(
            StatusCodes.Status401Unauthorized, "unauthenticated", "A valid API key is needed.",
            "Send `Authorization: Bearer ktm_...` with a key that is neither revoked nor expired.").ToResult().ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var needed = Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        return Problems.With(
            StatusCodes.Status403Forbidden, "forbidden", "This key does not allow it.",
            needed is null ? null : $"It needs the role {needed}; an admin can make such a key.").ToResult().ExecuteAsync(Context);
    }

    private static KeyHash? PresentedKey(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? KeySecret.HashOf(value.AsSpan(Prefix.Length))
            : null;

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

using System.Text.Encodings.Web;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Ketman.Gateway.Keys;

/// <summary>Recognises <c>Authorization: Bearer ktm_...</c>.</summary>
internal sealed class ApiKeyAuthentication(
    KeyRing keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    private const string Prefix = "Bearer ";

    /// <summary>The hash of the key that a request presents, or null.</summary>
    public static KeyHash? Presented(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? KeySecret.HashOf(value.AsSpan(Prefix.Length))
            : null;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Presented(Request) is not { } hash)
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

    private async Task<AuthenticateResult> AwaitAsync(ValueTask<RecognisedKey?> finding) => Admit(await finding);

    private AuthenticateResult Admit(RecognisedKey? key)
    {
        var now = TimeProvider.GetUtcNow();
        if (key is null || !key.Key.OpensAt(now))
        {
            return AuthenticateResult.NoResult();
        }

        key.Used(now);
        return key.Ticket;
    }
}

using System.Text.Encodings.Web;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ketman.Hosting.Auth;

/// <summary>Takes <c>Authorization: Bearer TOKEN</c>. A refusal says how to come in, never what was wrong with the token.</summary>
internal sealed class InternalAuthenticationHandler(
    InternalTokenVerifier verifier, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem(
            type: "urn:ketman:problem:unauthenticated",
            title: "This service answers the gateway only.",
            detail: "Send the request to the gateway, with an API key.",
            statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        (Context.GetEndpoint()?.Metadata.GetMetadata<RolesNeeded>() is { Any: { Count: > 0 } roles }
            ? Problems.RoleNeeded(string.Join(" or ", roles))
            : Problems.With(
                StatusCodes.Status403Forbidden, "forbidden", "This caller may not do that.", "The credentials are good, but not for this endpoint."))
        .ToResult().ExecuteAsync(Context);

    private AuthenticateResult Authenticate()
    {
        var header = Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return AuthenticateResult.NoResult();
        }

        return verifier.Verify(value[Prefix.Length..]) is { } ticket
            ? AuthenticateResult.Success(ticket)
            : AuthenticateResult.NoResult();
    }
}

using Microsoft.Extensions.Configuration;

namespace Ketman.Hosting;

/// <summary>Whose tokens the gateway takes besides its own keys and sessions, and how it reads them.</summary>
/// <param name="Authority">The OpenID Connect provider's issuer; https, or http on this machine.</param>
/// <param name="Audience">What a token's <c>aud</c> must hold.</param>
/// <param name="RoleClaim">The claim that holds roles: its name, or a path of names with dots between (<c>realm_access.roles</c>).</param>
/// <param name="NameClaim">The claim by which events say who it was; the provider must give each value to one person for ever.</param>
/// <param name="Roles">Values of the role claim and the role that each gives; null: the values are the roles.</param>
public sealed record OidcSettings(Uri Authority, string Audience, string RoleClaim, string NameClaim, IReadOnlyDictionary<string, string>? Roles)
{
    private const string AuthorityVariable = "KETMAN_OIDC_AUTHORITY";
    private const string AudienceVariable = "KETMAN_OIDC_AUDIENCE";
    private const string RoleClaimVariable = "KETMAN_OIDC_ROLE_CLAIM";
    private const string NameClaimVariable = "KETMAN_OIDC_NAME_CLAIM";
    private const string RolesVariable = "KETMAN_OIDC_ROLES";

    /// <summary>Reads the settings; null when no provider is named.</summary>
    /// <exception cref="SettingException">They do not fit together.</exception>
    public static OidcSettings? Read(IConfiguration configuration)
    {
        var (authority, audience) = (Text(AuthorityVariable), Text(AudienceVariable));
        if (authority is null)
        {
            return audience is null ? null : throw new SettingException(AuthorityVariable, $"the issuer's URL where {AudienceVariable} is set");
        }

        return Uri.TryCreate(authority, UriKind.Absolute, out var url) && IsSafe(url) && url is { Query: "", Fragment: "", UserInfo: "" }
            ? new OidcSettings(
                url,
                audience ?? throw new SettingException(AudienceVariable, "the audience of the tokens, which the provider knows this platform by"),
                Text(RoleClaimVariable) ?? "roles", Text(NameClaimVariable) ?? "sub", ReadRoles(Text(RolesVariable)))
            : throw new SettingException(AuthorityVariable, "the issuer's URL, beginning with https:// (http:// on this machine only)");

        string? Text(string name) => configuration[name] is { Length: > 0 } text ? text : null;
    }

    /// <summary>Whether what is read from there cannot be altered on the way.</summary>
    public static bool IsSafe(Uri url) => url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback);

    private static Dictionary<string, string>? ReadRoles(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var roles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // The last one divides: values of claims may have such a sign, roles do not.
            var at = pair.LastIndexOf('=');
            if (at <= 0 || at == pair.Length - 1 || !roles.TryAdd(pair[..at].Trim(), pair[(at + 1)..].Trim()))
            {
                throw new SettingException(RolesVariable, "a list such as researchers=analyst,heads=lead");
            }
        }

        return roles;
    }
}

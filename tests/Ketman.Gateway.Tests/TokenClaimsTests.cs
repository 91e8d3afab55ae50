using System.Text.Json.Nodes;
using Ketman.Gateway.Tokens;
using Ketman.Hosting;
using Microsoft.Extensions.Configuration;

namespace Ketman.Gateway.Tests;

/// <summary>Who a good token stands for, and the settings that say how it is read.</summary>
public sealed class TokenClaimsTests(SharedProvider shared) : IClassFixture<SharedProvider>
{
    private readonly Provider _provider = shared.Provider;

    [Theory]
    [InlineData("roles", """{"roles":["heads","others"]}""", "viewer analyst lead")]
    [InlineData("groups", """{"groups":"staff heads"}""", "viewer analyst lead")]
    [InlineData("realm_access.roles", """{"realm_access":{"roles":["staff"]}}""", "viewer analyst")]
    [InlineData("https://ketman.example/roles", """{"https://ketman.example/roles":["staff"]}""", "viewer analyst")]
    [InlineData("roles", """{"roles":["lead","admin"]}""", "")]
    [InlineData("roles", """{"roles":{"lead":true}}""", "")]
    [InlineData("roles.name", """{"roles":["lead"]}""", "")]
    public void roles_come_from_the_configured_claim_by_the_configured_mapping(string claim, string payload, string roles)
    {
        var settings = _provider.Settings with { RoleClaim = claim, Roles = new Dictionary<string, string> { ["heads"] = "lead", ["staff"] = "analyst" } };
        var claims = _provider.Claims();
        claims.Remove("roles");
        foreach (var (name, value) in JsonNode.Parse(payload)!.AsObject())
        {
            claims[name] = value!.DeepClone();
        }

        var (read, refusal) = TokenClaims.Read(JsonDocument(claims), _provider.Issuer, settings, DateTimeOffset.UtcNow);
        refusal.ShouldBeNull();
        string.Join(' ', Callers.Roles.WithImplied([.. read!.Roles])).ShouldBe(roles);
    }

    [Theory]
    [InlineData("mira", "oidc:mira")]
    [InlineData("mira@team.example", "oidc:mira@team.example")]
    [InlineData("auth0|5f7c", "oidc:auth0|5f7c")]
    [InlineData("mira example", null)]
    [InlineData("mira\n", null)]
    [InlineData("", null)]
    public void the_name_of_a_token_can_be_nobody_elses(string name, string? expected)
    {
        var claims = _provider.Claims();
        claims["preferred_username"] = name;
        TokenClaims.Read(JsonDocument(claims), _provider.Issuer, _provider.Settings with { NameClaim = "preferred_username" }, DateTimeOffset.UtcNow)
            .Claims?.Name.ShouldBe(expected);
        Callers.ActorNames.IsOne("oidc:mira").ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://idp.example", "ketman", null, "KETMAN_OIDC_AUTHORITY")]
    [InlineData("https://user@idp.example", "ketman", null, "KETMAN_OIDC_AUTHORITY")]
    [InlineData("https://idp.example?x=1", "ketman", null, "KETMAN_OIDC_AUTHORITY")]
    [InlineData("idp.example", "ketman", null, "KETMAN_OIDC_AUTHORITY")]
    [InlineData("", "ketman", null, "KETMAN_OIDC_AUTHORITY")]
    [InlineData("https://idp.example", "", null, "KETMAN_OIDC_AUDIENCE")]
    [InlineData("https://idp.example", "ketman", "staff", "KETMAN_OIDC_ROLES")]
    [InlineData("https://idp.example", "ketman", "=lead", "KETMAN_OIDC_ROLES")]
    [InlineData("https://idp.example", "ketman", "a=lead,a=admin", "KETMAN_OIDC_ROLES")]
    [InlineData("https://idp.example", "ketman", "a=lead,b=viewer", null)]
    [InlineData("http://localhost:8080/realms/x", "ketman", null, null)]
    [InlineData("", "", null, null)]
    public void settings_that_do_not_fit_together_are_refused_by_name(string authority, string audience, string? roles, string? wrong)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["KETMAN_OIDC_AUTHORITY"] = authority,
            ["KETMAN_OIDC_AUDIENCE"] = audience,
            ["KETMAN_OIDC_ROLES"] = roles,
        }).Build();
        if (wrong is not null)
        {
            Should.Throw<SettingException>(() => OidcSettings.Read(configuration)).Name.ShouldBe(wrong);
        }
        else
        {
            (OidcSettings.Read(configuration) is null).ShouldBe(authority.Length == 0);
        }
    }

    private static System.Text.Json.JsonElement JsonDocument(JsonObject claims) => System.Text.Json.JsonDocument.Parse(claims.ToJsonString()).RootElement;
}

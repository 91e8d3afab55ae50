using Ketman.Gateway.Audit;
using Ketman.Gateway.Callers;
using Ketman.Gateway.Doors;
using Ketman.Gateway.Health;
using Ketman.Gateway.Keys;
using Ketman.Gateway.OpenApi;
using Ketman.Gateway.Sessions;
using Ketman.Gateway.Tokens;
using Ketman.Gateway.Users;
using Ketman.Hosting;
using Ketman.Hosting.Auth;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ketman.Gateway;

/// <summary>The only door of the platform.</summary>
public static class GatewayService
{
    /// <summary>Builds the gateway; it prepares its database and the first admin key when it starts.</summary>
    /// <exception cref="SettingException">The URL of a service is missing, or the key directory cannot be used.</exception>
    public static WebApplication Build(KetmanSettings settings) => Build(settings, GatewayLimits.Default);

    internal static WebApplication Build(KetmanSettings settings, GatewayLimits limits)
    {
        if (settings.Oidc?.Roles?.Values.FirstOrDefault(role => !Roles.All.Contains(role)) is not null)
        {
            throw new SettingException("KETMAN_OIDC_ROLES", $"a list such as researchers=analyst,heads=lead, whose roles are of {string.Join(", ", Roles.All)}");
        }

        var builder = KetmanService.CreateBuilder(InternalToken.Gateway, settings);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = limits.Body;
            // More than the guard allows, so that the guard can answer in the usual form.
            kestrel.Limits.MaxRequestHeadersTotalSize = limits.Headers * 4;
            kestrel.Limits.RequestHeadersTimeout = limits.HeadersWithin;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.BodyPerSecond, limits.BodyPatience);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        });

        // It would log the address of every request, and addresses name people.
        builder.Logging.AddFilter("Yarp", LogLevel.None);
        var services = builder.Services;
        services.AddInternalIssuer(InternalToken.Gateway, settings.KeysDirectory);
        services.AddHttpForwarder();
        services.AddRateLimits(limits);
        services.AddSingleton<AuditStore>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<AuditLog>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditLog>());
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<KeyRing>();
        services.AddLocalUsers();
        services.AddSingleton<ProviderKeys>();
        services.AddSingleton<TokenRing>();
        services.AddSingleton<FirstAdminKey>();
        services.AddSingleton<KeyKeeping>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyKeeping>());
        services.AddAuthentication(CallerAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, CallerAuthentication>(CallerAuthentication.SchemeName, null);
        var authorization = services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder(CallerAuthentication.SchemeName).RequireAuthenticatedUser().Build());
        foreach (var role in Roles.All)
        {
            authorization.AddPolicy(role, policy => policy.RequireRole(role));
        }

        authorization.AddPolicy(Roles.SignedIn, policy => policy.RequireAssertion(
            asked => asked.User.Identity is PrincipalIdentity { Principal.Kind: PrincipalKind.User }));
        authorization.AddPolicy(Roles.ViewerOrAdmin, policy => policy.RequireRole(Roles.Viewer, Roles.Admin));

        var health = services.AddHealthChecks().AddCheck<KeyKeeping>("keys");
        foreach (var (name, url) in Addresses(settings))
        {
            services.AddKeyedSingleton(name, (provider, _) => new Backend(
                name, url, provider.GetRequiredService<InternalTokenIssuer>(), provider.GetRequiredService<ILogger<Backend>>()));
            services.AddKeyedSingleton(name, (provider, _) => new BackendHealth(
                provider.GetRequiredKeyedService<Backend>(name), provider.GetRequiredService<TimeProvider>()));
            health.Add(new HealthCheckRegistration(name, provider => provider.GetRequiredKeyedService<BackendHealth>(name), null, null));
        }

        if (settings.Dashboard is { } pages)
        {
            services.AddKeyedSingleton(PageDoor.Name, (provider, _) => new Backend(PageDoor.Name, pages, null, provider.GetRequiredService<ILogger<Backend>>()));
            services.AddKeyedSingleton(PageDoor.Name, (provider, _) => new BackendHealth(
                provider.GetRequiredKeyedService<Backend>(PageDoor.Name), provider.GetRequiredService<TimeProvider>()));
            // The API does not need it: what asks for readiness must not take the API away with the pages.
            health.Add(new HealthCheckRegistration(
                PageDoor.Name, provider => provider.GetRequiredKeyedService<BackendHealth>(PageDoor.Name), HealthStatus.Degraded, null));
        }

        services.AddSingleton<CallerVoucher>();
        services.AddSingleton<MergedOpenApi>();
        return Pipe(builder.Build(), [.. Addresses(settings).Select(address => address.Name)], settings.Dashboard is not null, limits);
    }

    private static WebApplication Pipe(WebApplication app, IReadOnlyList<string> names, bool withPages, GatewayLimits limits)
    {
        app.UseAnswerHeaders();
        app.UseHeaderGuard(limits);
        app.UseRouting();
        if (withPages)
        {
            PageDoor.Open(app, limits);
        }

        app.UseVouchedAddress();
        app.UseRateLimiter();
        app.UseTypeGuard();
        app.UseSiteGuard();
        app.UseKetman();
        app.UseCallerGuard();
        app.UseBodyGuard();
        app.MapDoors([.. names.Select(name => app.Services.GetRequiredKeyedService<Backend>(name))], limits);
        app.MapKeys();
        app.MapAudit();
        app.MapSignIn();
        app.MapInvitations();
        app.MapAccount();
        app.MapUsers();
        app.MapPlatformHealth(names, withPages);
        app.MapMergedOpenApi();
        return app;
    }

    private static IEnumerable<(string Name, Uri Url)> Addresses(KetmanSettings settings) =>
    [
        ("intake", settings.Intake ?? throw Missing("KETMAN_INTAKE")),
        ("disclosures", settings.Disclosures ?? throw Missing("KETMAN_DISCLOSURES")),
        ("metrics", settings.Metrics ?? throw Missing("KETMAN_METRICS")),
    ];

    private static SettingException Missing(string name) => new(name, "the base URL of the service, e.g. http://127.0.0.1:7401");
}

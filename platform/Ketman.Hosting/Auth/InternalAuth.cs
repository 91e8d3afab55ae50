using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ketman.Hosting.Auth;

/// <summary>
/// Closes a service: every endpoint wants a token of the gateway unless it says otherwise, everything under <c>/internal</c> a
/// token of a peer, and only what is expressly anonymous (health) answers without one.
/// </summary>
public static class InternalAuth
{
    /// <summary>The name of the authentication scheme.</summary>
    public const string Scheme = "Ketman";

    /// <summary>
    /// Adds keys, issuer, authentication and the policies. Opens the key directory at once, so that this process's public key is
    /// published before it listens.
    /// </summary>
    /// <param name="services">The service's collection.</param>
    /// <param name="name">The service's name: its key's and, as audience, that of the tokens it accepts.</param>
    /// <param name="keysDirectory">KETMAN_KEYS.</param>
    /// <exception cref="SettingException">The directory cannot be used.</exception>
    public static IServiceCollection AddInternalAuth(this IServiceCollection services, string name, string keysDirectory)
    {
        services.AddInternalIssuer(name, keysDirectory);
        services.AddSingleton<InternalTokenVerifier>();
        services.AddSingleton<IAuthorizationHandler, DoorHandler>();
        services.AddTransient<IStartupFilter, RolesAtStart>();
        services.AddAuthentication(Scheme).AddScheme<AuthenticationSchemeOptions, InternalAuthenticationHandler>(Scheme, null);
        var closed = new AuthorizationPolicyBuilder(Scheme).AddRequirements(new Door()).Build();
        services.AddAuthorizationBuilder().SetDefaultPolicy(closed).SetFallbackPolicy(closed);
        return services;
    }

    /// <summary>Adds keys and issuer only, for a process that calls services and has doors of another kind: the gateway.</summary>
    /// <inheritdoc cref="AddInternalAuth"/>
    public static IServiceCollection AddInternalIssuer(this IServiceCollection services, string name, string keysDirectory)
    {
        services.AddSingleton(InternalKeys.Open(keysDirectory, name, TimeProvider.System));
        services.AddSingleton<InternalTokenIssuer>();
        return services;
    }

    /// <summary>Deny is the default: a service with an endpoint that does not say whom it lets in does not start.</summary>
    private sealed class RolesAtStart : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            // Only then are the endpoints known; and nobody listens yet.
            next(app);
            CallerRoles.Check(app.ApplicationServices.GetRequiredService<EndpointDataSource>().Endpoints);
        };
    }

    private sealed record Door : IAuthorizationRequirement;

    private sealed class DoorHandler : AuthorizationHandler<Door>
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Door requirement)
        {
            if (context.Resource is HttpContext request && context.User.Identity is CallerIdentity caller
                && caller.Scope == (IsInternal(request) ? TokenScope.Peer : TokenScope.Caller)
                && (request.GetEndpoint()?.Metadata.GetMetadata<RolesNeeded>()?.LetsIn(caller.Caller) ?? true))
            {
                context.Succeed(requirement);
            }

            return Task.CompletedTask;
        }

        /// <summary>What was matched decides, not how the path was written; the path only where nothing was matched.</summary>
        private static bool IsInternal(HttpContext request) =>
            request.GetEndpoint() is RouteEndpoint endpoint
                ? CallerRoles.IsInternal(endpoint)
                : request.Request.Path.StartsWithSegments("/internal");
    }
}

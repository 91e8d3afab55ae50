using Ketman.Gateway.Sessions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Ketman.Gateway.Users;

/// <summary>Puts together what signing in needs: the framework's user manager on our own tables.</summary>
internal static class LocalUsersRegistration
{
    // PBKDF2 with HMAC-SHA512; the framework's own default is 100,000.
    private const int Iterations = 210_000;

    public static IServiceCollection AddLocalUsers(this IServiceCollection services)
    {
        services.AddSingleton<UserSecrets>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<FirstInvitation>();
        services.AddSingleton<SignInAttempts>();
        services.AddSingleton<HashingTurn>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionRing>();
        services.AddSingleton<BrowserCookie>();
        services.AddScoped<SignInDesk>();
        services.AddScoped<UserEndpoints.Change>();
        services.AddScoped<AccountEndpoints.Owner>();
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = Iterations);
        services.AddSingleton<ILookupNormalizer, AsWritten>();
        services.TryAddSingleton<IUserStore<LocalUser>>(provider => provider.GetRequiredService<UserStore>());
        services.AddIdentityCore<LocalUser>(identity => identity.User.AllowedUserNameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789.-");
        // The framework's rule of kinds of characters makes passwords worse.
        services.RemoveAll<IPasswordValidator<LocalUser>>();
        services.AddSingleton<IPasswordValidator<LocalUser>, PasswordRules>();
        return services;
    }

    // A name has one spelling.
    private sealed class AsWritten : ILookupNormalizer
    {
        public string? NormalizeEmail(string? email) => email;

        public string? NormalizeName(string? name) => name;
    }
}

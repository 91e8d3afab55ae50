using Ketman.Gateway.Callers;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Identity;

namespace Ketman.Gateway.Users;

/// <summary>How an attempt to sign in ended.</summary>
internal enum SignInOutcome
{
    /// <summary>It is the user.</summary>
    Welcome,

    /// <summary>Name, password or code is wrong, or the user may not sign in; which, is not told.</summary>
    Wrong,

    /// <summary>The password is right and the second factor's code is missing.</summary>
    CodeNeeded,

    /// <summary>Too many attempts failed for this name.</summary>
    Locked,
}

/// <summary>An attempt's outcome, the user if the name is one's (for the audit log, whatever the outcome), and how long a lock lasts.</summary>
internal sealed record SignInAttempt(SignInOutcome Outcome, LocalUser? User, TimeSpan? LockedFor = null);

/// <summary>
/// Checks passwords and codes. For a name that nobody bears it does the same work, and no more than a few passwords are hashed at
/// once: hashing is slow by intention, and must not become the way to stop everything else.
/// </summary>
internal sealed class SignInDesk(
    UserManager<LocalUser> users, IPasswordHasher<LocalUser> hasher, SignInAttempts attempts, HashingTurn turn, UserSecrets secrets, TimeProvider time)
{
    private static readonly LocalUser Nobody = new() { Id = Guid.Empty, Name = "", Roles = [], CreatedAt = default, CreatedBy = "" };
    private static string? _nobodysHash;

    public async Task<SignInAttempt> TryAsync(string name, string password, string? code, byte[] knownBy, CancellationToken cancellation)
    {
        if (await attempts.BeginAsync(name, knownBy, cancellation) is { } locked)
        {
            return new SignInAttempt(SignInOutcome.Locked, await FindAsync(name), locked);
        }

        var user = await FindAsync(name);
        if (!await CheckAsync(user, password, cancellation) || user is not { MaySignIn: true })
        {
            return new SignInAttempt(SignInOutcome.Wrong, user);
        }

        if (user.TotpConfirmed)
        {
            // The attempt stays counted: guessing codes is guessing too.
            if (code is null)
            {
                return new SignInAttempt(SignInOutcome.CodeNeeded, user);
            }

            if (!await AcceptCodeAsync(user, code))
            {
                return new SignInAttempt(SignInOutcome.Wrong, user);
            }
        }

        await attempts.ClearAsync(name, knownBy, cancellation);
        return new SignInAttempt(SignInOutcome.Welcome, user);
    }

    /// <summary>Checks the password of somebody who is signed in already, before something that a stolen session should not reach.</summary>
    public async Task<SignInAttempt> ConfirmAsync(LocalUser user, string password, byte[] knownBy, CancellationToken cancellation)
    {
        if (await attempts.BeginAsync(user.Name, knownBy, cancellation) is { } locked)
        {
            return new SignInAttempt(SignInOutcome.Locked, user, locked);
        }

        if (!await CheckAsync(user, password, cancellation))
        {
            return new SignInAttempt(SignInOutcome.Wrong, user);
        }

        await attempts.ClearAsync(user.Name, knownBy, cancellation);
        return new SignInAttempt(SignInOutcome.Welcome, user);
    }

    /// <summary>Whether a code of the second factor is good; it is used up by that.</summary>
    public async Task<bool> AcceptCodeAsync(LocalUser user, string code)
    {
        if (!Totp.IsCode(code))
        {
            return user.TotpConfirmed && (await users.RedeemTwoFactorRecoveryCodeAsync(user, code.Trim().ToUpperInvariant())).Succeeded;
        }

        if (user.TotpKey is not { } kept || secrets.Decrypt(user.Id, kept) is not { } key
            || Totp.Match(key, code, time.GetUtcNow(), user.TotpStep) is not { } step)
        {
            return false;
        }

        // Of two requests with one code the second finds the row changed.
        user.TotpStep = step;
        return (await users.UpdateAsync(user)).Succeeded;
    }

    // What cannot be a name is not asked for; the rest goes the same way.
    private Task<LocalUser?> FindAsync(string name) => users.FindByNameAsync(ActorNames.IsOne(name) ? name : "-");

    private async Task<bool> CheckAsync(LocalUser? user, string password, CancellationToken cancellation)
    {
        using var mine = await turn.TakeAsync(cancellation);
        if (user is { PasswordHash.Length: > 0 })
        {
            return await users.CheckPasswordAsync(user, password);
        }

        hasher.VerifyHashedPassword(Nobody, _nobodysHash ??= hasher.HashPassword(Nobody, Guid.NewGuid().ToString()), password);
        return false;
    }
}

/// <summary>Lets half of the processors hash passwords.</summary>
internal sealed class HashingTurn : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _slots = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Waits for a turn; disposing gives it back.</summary>
    /// <exception cref="ProblemException">503: too many wait.</exception>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellation) =>
        await _slots.WaitAsync(Patience, cancellation) ? new Turn(_slots) : throw new ProblemException(Problems.Unavailable("Signing in"));

    public void Dispose() => _slots.Dispose();

    private sealed class Turn(SemaphoreSlim slots) : IDisposable
    {
        public void Dispose() => slots.Release();
    }
}

using Ketman.Contracts;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Callers;
using Ketman.Gateway.Sessions;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Identity;

namespace Ketman.Gateway.Users;

/// <summary>Shows again who one is, before something that a stolen session should not reach.</summary>
internal sealed record Confirmation(string Password);

/// <summary>Sets another password.</summary>
/// <param name="Current">The one that is valid now.</param>
/// <param name="Password">The new one, at least 12 characters.</param>
internal sealed record NewPassword(string Current, string Password);

/// <summary>A code of the authenticator app.</summary>
internal sealed record Code([property: System.Text.Json.Serialization.JsonPropertyName("code")] string Value);

/// <summary>What the authenticator app is to be given; not asked for until a code of it was confirmed.</summary>
/// <param name="Secret">For typing.</param>
/// <param name="Uri">For a QR code.</param>
internal sealed record Enrolment(string Secret, string Uri);

/// <summary>Each opens once in place of the app's code. They are shown here and never again.</summary>
internal sealed record RecoveryCodes(IReadOnlyList<string> Codes);

/// <summary>The sessions of the user, newest first.</summary>
internal sealed record SessionList(IReadOnlyList<Session> Items);

/// <summary>One's own account.</summary>
/// <param name="Name">The name.</param>
/// <param name="Roles">All held, implied ones included.</param>
/// <param name="Clearance">Up to which marking one may read.</param>
/// <param name="SecondFactor">Whether a second factor is set.</param>
/// <param name="RecoveryCodes">How many of the recovery codes are left.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="CreatedBy">Who invited.</param>
internal sealed record OwnAccount(
    string Name, IReadOnlyList<string> Roles, Tlp Clearance, bool SecondFactor, int RecoveryCodes, DateTimeOffset CreatedAt, string CreatedBy);

/// <summary>What people do with their own account. Only a session may; a key is not a person.</summary>
internal static class AccountEndpoints
{
    private const int CodesAtOnce = 10;

    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        var account = app.MapGroup("/api/v1/account").WithTags("account").RequireAuthorization(Roles.SignedIn);
        account.MapGet("", async (HttpContext context, Owner owner, CancellationToken cancellation) =>
            {
                var (me, user) = (Principal.Of(context), await owner.GetAsync(context, cancellation));
                return TypedResults.Ok(new OwnAccount(me.Name, me.Roles, me.Clearance, user.TotpConfirmed, user.RecoveryCodes.Count, user.CreatedAt, user.CreatedBy));
            })
            .WithName("show-own-account").Produces<OwnAccount>();
        account.MapPost("totp", EnrolAsync).WithName("enrol-second-factor").Accepts<Confirmation>("application/json").Produces<Enrolment>().ProducesProblem(401).ProducesProblem(409);
        account.MapPost("totp/confirmation", ConfirmAsync).WithName("confirm-second-factor").Accepts<Code>("application/json").Produces<RecoveryCodes>().ProducesProblem(401);
        account.MapPost("totp/removal", RemoveAsync).WithName("remove-second-factor").Accepts<Confirmation>("application/json").Produces(204).ProducesProblem(401);
        account.MapPost("recovery-codes", MakeCodesAsync).WithName("make-recovery-codes").Accepts<Confirmation>("application/json").Produces<RecoveryCodes>().ProducesProblem(401).ProducesProblem(409);
        account.MapPost("password", ChangePasswordAsync).WithName("change-password").Accepts<NewPassword>("application/json").Produces(204).ProducesProblem(400).ProducesProblem(401);
        account.MapGet("sessions", async (HttpContext context, SessionStore sessions, CancellationToken cancellation) =>
            TypedResults.Ok(new SessionList(await sessions.ListAsync(Principal.Of(context).User!.Value, Principal.Of(context).Id!.Value, cancellation)))).WithName("list-sessions");
        account.MapDelete("sessions/{id:guid}", RevokeAsync).WithName("revoke-session").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> EnrolAsync(HttpContext context, Owner owner, UserManager<LocalUser> users, UserSecrets secrets, CancellationToken cancellation)
    {
        var wanted = await context.Request.ReadAsync<Confirmation>(cancellation);
        var (user, refusal) = await owner.ConfirmAsync(context, wanted.Password, cancellation);
        if (refusal is not null)
        {
            return refusal;
        }

        if (user.TotpConfirmed)
        {
            return Problems.With(
                StatusCodes.Status409Conflict, "second-factor-set", "A second factor is set.", "Remove it first; then another can be set.").ToResult();
        }

        var key = Totp.DrawKey();
        (user.TotpKey, user.TotpStep) = (secrets.Encrypt(user.Id, key), 0);
        return (await users.UpdateAsync(user)).Succeeded
            ? TypedResults.Ok(new Enrolment(Totp.Show(key), Totp.UriOf(user.Name, key)))
            : Problems.VersionConflict().ToResult();
    }

    private static async Task<IResult> ConfirmAsync(
        HttpContext context, Owner owner, SignInDesk desk, UserManager<LocalUser> users, AuditLog audit, CancellationToken cancellation)
    {
        var wanted = await context.Request.ReadAsync<Code>(cancellation);
        var user = await owner.GetAsync(context, cancellation);
        if (user.TotpConfirmed || !await desk.AcceptCodeAsync(user, wanted.Value))
        {
            return Problems.InvalidRequest(new FieldError("code", "must be the code that the app shows now, of a second factor that waits for it")).ToResult();
        }

        user.TotpConfirmed = true;
        var codes = await users.GenerateNewTwoFactorRecoveryCodesAsync(user, CodesAtOnce);
        if (codes is null)
        {
            return Problems.VersionConflict().ToResult();
        }

        await audit.RecordAsync(context, AuditKinds.SecondFactorSet, user.Name, null, cancellation);
        return TypedResults.Ok(new RecoveryCodes([.. codes]));
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, Owner owner, UserManager<LocalUser> users, AuditLog audit, CancellationToken cancellation)
    {
        var wanted = await context.Request.ReadAsync<Confirmation>(cancellation);
        var (user, refusal) = await owner.ConfirmAsync(context, wanted.Password, cancellation);
        if (refusal is not null)
        {
            return refusal;
        }

        (user.TotpKey, user.TotpConfirmed, user.RecoveryCodes) = (null, false, []);
        if (!(await users.UpdateAsync(user)).Succeeded)
        {
            return Problems.VersionConflict().ToResult();
        }

        await audit.RecordAsync(context, AuditKinds.SecondFactorRemoved, user.Name, null, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> MakeCodesAsync(HttpContext context, Owner owner, UserManager<LocalUser> users, AuditLog audit, CancellationToken cancellation)
    {
        var wanted = await context.Request.ReadAsync<Confirmation>(cancellation);
        var (user, refusal) = await owner.ConfirmAsync(context, wanted.Password, cancellation);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!user.TotpConfirmed)
        {
            return Problems.With(
                StatusCodes.Status409Conflict, "no-second-factor", "There is no second factor.", "Recovery codes stand in for one; set it first.").ToResult();
        }

        if (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, CodesAtOnce) is not { } codes)
        {
            return Problems.VersionConflict().ToResult();
        }

        await audit.RecordAsync(context, AuditKinds.RecoveryCodesMade, user.Name, null, cancellation);
        return TypedResults.Ok(new RecoveryCodes([.. codes]));
    }

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext context, Owner owner, UserManager<LocalUser> users, HashingTurn turn, SessionStore sessions, SessionRing ring, AuditLog audit,
        CancellationToken cancellation)
    {
        var wanted = await context.Request.ReadAsync<NewPassword>(cancellation);
        if (PasswordRules.Complaint(wanted.Password, Principal.Of(context).Name) is { } complaint)
        {
            return Problems.InvalidRequest(new FieldError("password", complaint)).ToResult();
        }

        var (user, refusal) = await owner.ConfirmAsync(context, wanted.Current, cancellation);
        if (refusal is not null)
        {
            return refusal;
        }

        using (await turn.TakeAsync(cancellation))
        {
            user.PasswordHash = users.PasswordHasher.HashPassword(user, wanted.Password);
        }

        // The new stamp ends all sessions, this one as well until it is given the stamp.
        if (!(await users.UpdateSecurityStampAsync(user)).Succeeded)
        {
            return Problems.VersionConflict().ToResult();
        }

        await sessions.KeepAsync(Principal.Of(context).Id!.Value, user.SecurityStamp, cancellation);
        ring.Forget(user.Id);
        await audit.RecordAsync(context, AuditKinds.PasswordChanged, user.Name, null, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RevokeAsync(
        Guid id, HttpContext context, SessionStore sessions, SessionRing ring, AuditLog audit, CancellationToken cancellation)
    {
        if (!await sessions.RevokeAsync(id, Principal.Of(context).User!.Value, cancellation))
        {
            return Problems.NotFound("session", "id").ToResult();
        }

        ring.Forget(id);
        await audit.RecordAsync(context, AuditKinds.SessionRevoked, null, null, cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>The user behind a session.</summary>
    internal sealed class Owner(UserStore users, SignInDesk desk, AuditLog audit, TimeProvider time)
    {
        public async Task<LocalUser> GetAsync(HttpContext context, CancellationToken cancellation) =>
            (await users.FindAsync(Principal.Of(context).User!.Value, cancellation))!;

        /// <summary>The user, and a refusal when the password is not its.</summary>
        public async Task<(LocalUser User, IResult? Refusal)> ConfirmAsync(HttpContext context, string password, CancellationToken cancellation)
        {
            var attempt = await desk.ConfirmAsync(await GetAsync(context, cancellation), password, Principal.Of(context).Id!.Value.ToByteArray(), cancellation);
            return (attempt.User!, attempt.Outcome is SignInOutcome.Welcome ? null : SignInEndpoints.Refuse(context, attempt, audit, time));
        }
    }
}

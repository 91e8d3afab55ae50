using System.Globalization;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Callers;
using Ketman.Gateway.Doors;
using Ketman.Gateway.Users;
using Ketman.Hosting.Web;

namespace Ketman.Gateway.Sessions;

/// <summary>Signs a user in.</summary>
/// <param name="User">The name.</param>
/// <param name="Password">The password.</param>
/// <param name="Code">Of the authenticator app, or a recovery code; where a second factor is set.</param>
internal sealed record SignIn(string User, string Password, string? Code = null);

/// <summary>Who is signed in.</summary>
/// <param name="Name">The user.</param>
/// <param name="Roles">All held, implied ones included.</param>
/// <param name="CsrfToken">What every request but GET must bear as <c>X-Ketman-Csrf</c>.</param>
/// <param name="ExpiresAt">When the session ends however much it is used.</param>
internal sealed record SignedIn(string Name, IReadOnlyList<string> Roles, string CsrfToken, DateTimeOffset ExpiresAt);

/// <summary>Coming in with a password, and going.</summary>
internal static class SignInEndpoints
{
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/sign-in", SignInAsync).WithName("sign-in").WithTags("session").AllowAnonymous().WithMetadata(new RateLimits.WayIn())
            .Accepts<SignIn>("application/json").Produces<SignedIn>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        app.MapPost("/api/v1/sign-out", SignOutAsync).WithName("sign-out").WithTags("session").RequireAuthorization(Roles.SignedIn)
            .Produces(StatusCodes.Status204NoContent);
        app.MapGet("/api/v1/session", (HttpContext context) =>
            {
                var identity = (PrincipalIdentity)context.User.Identity!;
                return TypedResults.Ok(new SignedIn(identity.Principal.Name, identity.Principal.Roles, identity.AntiForgery!, identity.Principal.ExpiresAt!.Value));
            })
            .WithName("session").WithTags("session").RequireAuthorization(Roles.SignedIn);
    }

    /// <summary>Answers an attempt that failed, always in the same words, and keeps it in the audit log.</summary>
    public static IResult Refuse(HttpContext context, SignInAttempt attempt, AuditLog audit, TimeProvider time)
    {
        var locked = attempt.Outcome is SignInOutcome.Locked;
        audit.NoteSignIn(context, locked ? AuditKinds.LockedOut : AuditKinds.SignInFailed, attempt.User?.Name, time.GetUtcNow());
        if (!locked)
        {
            return attempt.Outcome is SignInOutcome.CodeNeeded
                ? Problems.With(
                    StatusCodes.Status401Unauthorized, "code-needed", "The second factor is needed.",
                    "Send the code that the authenticator app shows, or a recovery code, as code.").ToResult()
                : Problems.With(
                    StatusCodes.Status401Unauthorized, "sign-in-failed", "Name, password or code is wrong.",
                    string.Create(CultureInfo.InvariantCulture, $"After {SignInAttempts.Free} attempts that fail the name is locked for a while.")).ToResult();
        }

        var seconds = (int)Math.Ceiling(attempt.LockedFor!.Value.TotalSeconds);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problems.With(
            StatusCodes.Status429TooManyRequests, "locked-out", "Too many attempts failed for this name.",
            string.Create(CultureInfo.InvariantCulture, $"Come again in {seconds} s; an admin can unlock it sooner.")).ToResult();
    }

    private static async Task<IResult> SignInAsync(
        HttpContext context, SignInDesk desk, SessionStore sessions, SessionRing ring, BrowserCookie browser, AuditLog audit, TimeProvider time,
        CancellationToken cancellation)
    {
        var wanted = await context.Request.ReadAsync<SignIn>(cancellation);
        var knownBy = browser.KnownBy(context.Request, wanted.User);
        var attempt = await desk.TryAsync(wanted.User, wanted.Password, wanted.Code, knownBy, cancellation);
        if (attempt is not { Outcome: SignInOutcome.Welcome, User: { } user })
        {
            return Refuse(context, attempt, audit, time);
        }

        // Whatever cookie came along, the session gets a secret that nobody knew before; the one it had here is over.
        if (SessionCookie.Presented(context.Request) is { } before)
        {
            await sessions.ReplaceAsync(before, cancellation);
            ring.Forget(before);
        }

        var address = AuditEntry.Of(context, AuditKinds.SignedIn, time.GetUtcNow()).Address;
        var (secret, _, expires) = await sessions.BeginAsync(user, address, cancellation);
        await audit.RecordAsync(
            AuditEntry.Of(context, AuditKinds.SignedIn, time.GetUtcNow()) with { Actor = user.Name, ActorKind = "user" }, cancellation);
        SessionCookie.Set(context, secret, expires);
        if (knownBy.Length == 0)
        {
            browser.Set(context, user.Name, time.GetUtcNow());
        }

        return TypedResults.Ok(new SignedIn(
            user.Name, Roles.WithImplied([.. user.Roles]), SessionStore.AntiForgeryOf(Keys.KeySecret.HashOf(Keys.KeySecret.Session, secret)!.Value), expires));
    }

    private static async Task<IResult> SignOutAsync(
        HttpContext context, SessionStore sessions, SessionRing ring, AuditLog audit, CancellationToken cancellation)
    {
        var me = Principal.Of(context);
        await sessions.RevokeAsync(me.Id!.Value, me.User!.Value, cancellation);
        ring.Forget(me.Id.Value);
        SessionCookie.Remove(context);
        await audit.RecordAsync(context, AuditKinds.SignedOut, null, null, cancellation);
        return TypedResults.NoContent();
    }
}

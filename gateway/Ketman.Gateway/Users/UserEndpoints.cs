using Ketman.Contracts;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Callers;
using Ketman.Gateway.Sessions;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Identity;

namespace Ketman.Gateway.Users;

/// <summary>A user as admins see it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Roles">As given, without those they imply.</param>
/// <param name="Status">active, locked or removed.</param>
/// <param name="SecondFactor">Whether a second factor is set.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="CreatedBy">Who invited.</param>
/// <param name="Clearance">Up to which marking it reads, where that is less than what the roles give.</param>
internal sealed record UserView(
    string Name, IReadOnlyList<string> Roles, string Status, bool SecondFactor, DateTimeOffset CreatedAt, string CreatedBy, Tlp? Clearance)
{
    public static UserView Of(LocalUser user) => new(
        user.Name, user.Roles, user.RemovedAt is not null ? "removed" : user.LockedAt is not null ? "locked" : "active", user.TotpConfirmed, user.CreatedAt,
        user.CreatedBy, user.Clearance);
}

/// <summary>A page of users by name; <c>next</c> is what to give as <c>after</c> for the following page.</summary>
internal sealed record UserPage(IReadOnlyList<UserView> Items, string? Next);

/// <summary>Gives a user other roles.</summary>
internal sealed record NewRoles(IReadOnlyList<string> Roles);

/// <summary>Holds a user to less than its roles read.</summary>
/// <param name="Clearance">Up to which marking; left out or null: what the roles give.</param>
internal sealed record NewClearance(Tlp? Clearance = null);

/// <summary>How many sessions were open, and are not any more.</summary>
internal sealed record EndedSessions(int Ended);

/// <summary>What admins do with users.</summary>
internal static class UserEndpoints
{
    private const int MostPerPage = 500;

    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/api/v1/users").WithTags("users").RequireAuthorization(Roles.Admin).WithMetadata(new WholeScope());
        users.MapGet("", ListAsync).WithName("list-users").Produces<UserPage>().ProducesProblem(400);
        users.MapGet("{name}", async (string name, UserStore store, CancellationToken cancellation) =>
            await store.FindAsync(name, cancellation) is { } user ? TypedResults.Ok(UserView.Of(user)) : Problems.NotFound("user", "name").ToResult())
            .WithName("get-user").Produces<UserView>().ProducesProblem(404);
        users.MapPost("{name}/roles", async (string name, HttpContext context, Change change, CancellationToken cancellation) =>
            {
                var wanted = await context.Request.ReadAsync<NewRoles>(cancellation);
                var roles = InvitationEndpoints.CheckedRoles(wanted.Roles);
                return await change.ApplyAsync(
                    context, name, AuditKinds.UserRolesChanged, user => user.Roles = roles, cancellation, user => $"{string.Join(' ', user.Roles)} -> {string.Join(' ', roles)}");
            })
            .WithName("change-user-roles").Accepts<NewRoles>("application/json").Produces<UserView>().ProducesProblem(400).ProducesProblem(404);
        users.MapPost("{name}/clearance", async (string name, HttpContext context, Change change, CancellationToken cancellation) =>
            {
                var wanted = await context.Request.ReadAsync<NewClearance>(cancellation);
                return await change.ApplyAsync(
                    context, name, AuditKinds.UserClearanceChanged,
                    user => user.Clearance = Clearance.Complaint(wanted.Clearance, [.. user.Roles]) is { } tooHigh
                        ? throw Bodies.Wrong(new FieldError("clearance", tooHigh))
                        : wanted.Clearance,
                    cancellation, user => $"{Clearance.TextOf(user.Clearance) ?? "by roles"} -> {Clearance.TextOf(wanted.Clearance) ?? "by roles"}");
            })
            .WithName("change-user-clearance").Accepts<NewClearance>("application/json").Produces<UserView>().ProducesProblem(400).ProducesProblem(404);
        users.MapGet("{name}/sessions", ListSessionsAsync).WithName("list-user-sessions").Produces<SessionList>().ProducesProblem(404);
        users.MapDelete("{name}/sessions", RevokeSessionsAsync).WithName("revoke-user-sessions").Produces<EndedSessions>().ProducesProblem(404);
        users.MapDelete("{name}/sessions/{id:guid}", RevokeSessionAsync).WithName("revoke-user-session").Produces(204).ProducesProblem(404);
        users.MapPost("{name}/lock", (string name, HttpContext context, Change change, TimeProvider time, CancellationToken cancellation) =>
                change.ApplyAsync(context, name, AuditKinds.UserLocked, user => Lock(user, time.GetUtcNow()), cancellation))
            .WithName("lock-user").Produces<UserView>().ProducesProblem(404);
        users.MapPost("{name}/unlock", (string name, HttpContext context, Change change, CancellationToken cancellation) =>
                change.ApplyAsync(context, name, AuditKinds.UserUnlocked, user => user.LockedAt = null, cancellation))
            .WithName("unlock-user").Produces<UserView>().ProducesProblem(404);
        users.MapDelete("{name}", (string name, HttpContext context, Change change, TimeProvider time, CancellationToken cancellation) =>
                change.ApplyAsync(context, name, AuditKinds.UserRemoved, user => Remove(user, time.GetUtcNow()), cancellation))
            .WithName("remove-user").Produces<UserView>().ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(UserStore store, CancellationToken cancellation, int limit = 100, string? after = null)
    {
        if (limit is < 1 or > MostPerPage)
        {
            return Problems.InvalidRequest(new FieldError("limit", $"must be 1 to {MostPerPage}")).ToResult();
        }

        if (after is not null && !ActorNames.IsOne(after))
        {
            return Problems.InvalidRequest(new FieldError("after", "must be next of the page before")).ToResult();
        }

        var users = await store.ListAsync(after, limit + 1, cancellation);
        return TypedResults.Ok(new UserPage([.. users.Take(limit).Select(UserView.Of)], users.Count > limit ? users[limit - 1].Name : null));
    }

    private static async Task<IResult> ListSessionsAsync(string name, UserStore users, SessionStore sessions, CancellationToken cancellation) =>
        await users.FindAsync(name, cancellation) is { } user
            ? TypedResults.Ok(new SessionList(await sessions.ListAsync(user.Id, null, cancellation)))
            : Problems.NotFound("user", "name").ToResult();

    private static async Task<IResult> RevokeSessionsAsync(
        string name, HttpContext context, UserStore users, SessionStore sessions, SessionRing ring, AuditLog audit, CancellationToken cancellation)
    {
        if (await users.FindAsync(name, cancellation) is not { } user)
        {
            return Problems.NotFound("user", "name").ToResult();
        }

        var ended = await sessions.RevokeAllAsync(user.Id, cancellation);
        ring.Forget(user.Id);
        await audit.RecordAsync(context, AuditKinds.SessionRevoked, name, "all", cancellation);
        return TypedResults.Ok(new EndedSessions(ended));
    }

    private static async Task<IResult> RevokeSessionAsync(
        string name, Guid id, HttpContext context, UserStore users, SessionStore sessions, SessionRing ring, AuditLog audit, CancellationToken cancellation)
    {
        if (await users.FindAsync(name, cancellation) is not { } user || !await sessions.RevokeAsync(id, user.Id, cancellation))
        {
            return Problems.NotFound("session", "id").ToResult();
        }

        ring.Forget(id);
        await audit.RecordAsync(context, AuditKinds.SessionRevoked, name, null, cancellation);
        return TypedResults.NoContent();
    }

    // The new stamp ends the sessions for good: unlocking must not let back in whom the lock was for.
    private static void Lock(LocalUser user, DateTimeOffset now) =>
        (user.LockedAt, user.SecurityStamp) = (user.LockedAt ?? now, Guid.NewGuid().ToString("N"));

    // The name stays, because events bear it; nothing else that could be used does.
    private static void Remove(LocalUser user, DateTimeOffset now)
    {
        user.RemovedAt ??= now;
        (user.PasswordHash, user.TotpKey, user.TotpConfirmed, user.RecoveryCodes) = ("", null, false, []);
    }

    /// <summary>A change of one user by an admin: stored, effective at once, and in the audit log.</summary>
    internal sealed class Change(UserManager<LocalUser> users, Invitations invitations, SignInAttempts attempts, SessionRing ring, AuditLog audit)
    {
        public async Task<IResult> ApplyAsync(
            HttpContext context, string name, string kind, Action<LocalUser> apply, CancellationToken cancellation, Func<LocalUser, string>? detail = null)
        {
            if (!ActorNames.IsOne(name) || await users.FindByNameAsync(name) is not { } user || (user.RemovedAt is not null && kind != AuditKinds.UserRemoved))
            {
                return Problems.NotFound("user", "name").ToResult();
            }

            var what = detail?.Invoke(user);
            apply(user);
            if (!(await users.UpdateAsync(user)).Succeeded)
            {
                return Problems.VersionConflict().ToResult();
            }

            ring.Forget(user.Id);
            if (kind is AuditKinds.UserLocked or AuditKinds.UserRemoved or AuditKinds.UserRolesChanged)
            {
                await invitations.WithdrawAsync(name, cancellation);
            }

            if (kind is AuditKinds.UserUnlocked)
            {
                await attempts.ClearAsync(name, null, cancellation);
            }

            await audit.RecordAsync(context, kind, name, what, cancellation);
            return TypedResults.Ok(UserView.Of(user));
        }
    }
}

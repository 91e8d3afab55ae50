using Ketman.Contracts;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Callers;
using Ketman.Gateway.Doors;
using Ketman.Gateway.Keys;
using Ketman.Gateway.Sessions;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Identity;

namespace Ketman.Gateway.Users;

/// <summary>Invites somebody, or an existing user to set a new password.</summary>
/// <param name="Name">The user's name: 2 to 63 lower-case letters, digits, dots and hyphens; recorded with every event.</param>
/// <param name="Roles">What a new user gets; left out for an existing one, which keeps its own.</param>
/// <param name="Clearance">Up to which marking a new user reads, at most what the roles give; left out: that.</param>
internal sealed record NewInvitation(string Name, IReadOnlyList<string>? Roles = null, Tlp? Clearance = null);

/// <summary>An invitation that was made. The token is shown here and never again.</summary>
internal sealed record MadeInvitation(string Token, string Name, IReadOnlyList<string> Roles, DateTimeOffset ExpiresAt);

/// <summary>Accepts an invitation.</summary>
/// <param name="Token">As it was given. It stands in the body because addresses end up in traces and logs.</param>
/// <param name="Password">At least 12 characters.</param>
/// <param name="Name">Chosen by the first admin only; every other invitation has one.</param>
internal sealed record Acceptance(string Token, string Password, string? Name = null);

/// <summary>Who somebody became by accepting.</summary>
internal sealed record Accepted(string Name, IReadOnlyList<string> Roles);

/// <summary>Inviting people, and accepting.</summary>
internal static class InvitationEndpoints
{
    public static void MapInvitations(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/invitations", InviteAsync).WithName("invite-user").WithTags("users").RequireAuthorization(Roles.Admin).WithMetadata(new WholeScope())
            .Accepts<NewInvitation>("application/json").Produces<MadeInvitation>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(409);
        app.MapPost("/api/v1/invitations/accept", AcceptAsync).WithName("accept-invitation").WithTags("users").AllowAnonymous().WithMetadata(new RateLimits.WayIn())
            .Accepts<Acceptance>("application/json").Produces<Accepted>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(409);
    }

    /// <summary>The roles of a request in their order, or what is wrong with them.</summary>
    public static IReadOnlyList<string> CheckedRoles(IReadOnlyList<string> roles) =>
        roles.Count is 0 or > 5 || roles.Any(role => !Roles.All.Contains(role))
            ? throw Bodies.Wrong(new FieldError("roles", $"must be one or more of {string.Join(", ", Roles.All)}"))
            : [.. Roles.All.Where(roles.Contains)];

    private static async Task<IResult> InviteAsync(
        HttpContext context, UserStore users, Invitations invitations, ApiKeyStore keys, AuditLog audit, CancellationToken cancellation)
    {
        var wanted = await context.Request.ReadAsync<NewInvitation>(cancellation);
        if (!ActorNames.IsOne(wanted.Name))
        {
            return Problems.InvalidRequest(new FieldError("name", ActorNames.Expected)).ToResult();
        }

        var existing = await users.FindAsync(wanted.Name, cancellation);
        if (existing is { RemovedAt: not null } || (existing is null && await keys.IsNameTakenAsync(wanted.Name, cancellation)))
        {
            return NameTaken();
        }

        if (existing is not null && (wanted.Roles is not null || wanted.Clearance is not null))
        {
            return Problems.InvalidRequest(new FieldError(
                wanted.Roles is not null ? "roles" : "clearance", "must be left out for an existing user; it is changed by itself")).ToResult();
        }

        var roles = existing?.Roles ?? CheckedRoles(wanted.Roles ?? []);
        if (Clearance.Complaint(wanted.Clearance, roles) is { } tooHigh)
        {
            return Problems.InvalidRequest(new FieldError("clearance", tooHigh)).ToResult();
        }

        var (token, expires) = await invitations.MakeAsync(new Invitation(wanted.Name, roles, wanted.Clearance, Principal.Of(context).Name), cancellation);
        await audit.RecordAsync(
            context, AuditKinds.UserInvited, wanted.Name, existing is null ? $"roles: {string.Join(' ', roles)}" : "to set a new password", cancellation);
        return TypedResults.Created((string?)null, new MadeInvitation(token, wanted.Name, roles, expires));
    }

    private static async Task<IResult> AcceptAsync(
        HttpContext context, UserManager<LocalUser> users, Invitations invitations, SignInAttempts attempts, SessionRing ring, HashingTurn turn, AuditLog audit,
        FirstInvitation first, TimeProvider time, CancellationToken cancellation)
    {
        var wanted = await context.Request.ReadAsync<Acceptance>(cancellation);
        if (KeySecret.HashOf(KeySecret.Invitation, wanted.Token.Trim()) is not { } hash || await invitations.FindAsync(hash, cancellation) is not { } invitation)
        {
            return NotValid();
        }

        var name = invitation.Name ?? wanted.Name ?? "";
        if (!ActorNames.IsOne(name) || (wanted.Name is not null && wanted.Name != name))
        {
            return Problems.InvalidRequest(new FieldError("name", invitation.Name is null ? ActorNames.Expected : "must be left out: the invitation has one")).ToResult();
        }

        if (PasswordRules.Complaint(wanted.Password, name) is { } complaint)
        {
            return Problems.InvalidRequest(new FieldError("password", complaint)).ToResult();
        }

        var now = time.GetUtcNow();
        var user = invitation.Name is null ? null : await users.FindByNameAsync(name);
        IdentityResult result;
        using (await turn.TakeAsync(cancellation))
        {
            if (user is null)
            {
                user = new LocalUser
                {
                    Id = Guid.CreateVersion7(now),
                    Name = name,
                    Roles = invitation.Roles,
                    Clearance = invitation.Clearance,
                    CreatedAt = now,
                    CreatedBy = invitation.CreatedBy,
                    Spends = (hash.ToBytes(), now),
                };
                result = await users.CreateAsync(user, wanted.Password);
            }
            else
            {
                // Whoever lost the password lost the phone perhaps, and an old session may be somebody else's.
                (user.Spends, user.TotpKey, user.TotpConfirmed, user.RecoveryCodes) = ((hash.ToBytes(), now), null, false, []);
                user.PasswordHash = users.PasswordHasher.HashPassword(user, wanted.Password);
                result = await users.UpdateSecurityStampAsync(user);
            }
        }

        if (!result.Succeeded)
        {
            // Of two who accept at once, the second finds the name taken by the first.
            return await invitations.FindAsync(hash, cancellation) is null ? NotValid() : NameTaken();
        }

        if (invitation.Name is null)
        {
            first.Spent();
        }

        ring.Forget(user.Id);
        await attempts.ClearAsync(name, null, cancellation);
        await audit.RecordAsync(
            AuditEntry.Of(context, AuditKinds.InvitationAccepted, now, name) with { Actor = name, ActorKind = "user" }, cancellation);
        return TypedResults.Ok(new Accepted(name, Roles.WithImplied([.. user.Roles])));
    }

    private static IResult NotValid() => Problems.With(
        StatusCodes.Status401Unauthorized, "invitation-not-valid", "This invitation does not open anything.",
        "It was used, has expired, or was replaced by another; an admin can make a new one.").ToResult();

    private static IResult NameTaken() => Problems.With(
        StatusCodes.Status409Conflict, "name-taken", "There is or was a user or a key of this name.",
        "Events say by the name who recorded them, so each is given once; choose another.").ToResult();
}

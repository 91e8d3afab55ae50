using Ketman.Contracts;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Callers;
using Ketman.Gateway.Doors;
using Ketman.Hosting.Web;

namespace Ketman.Gateway.Keys;

/// <summary>Asks for a new API key.</summary>
/// <param name="Name">Whom it stands for: 2 to 63 lower-case letters, digits, dots and hyphens; recorded with every event.</param>
/// <param name="Roles">At least one of viewer, analyst, lead, publisher, admin.</param>
/// <param name="ExpiresAt">From then on it opens nothing; left out: never.</param>
/// <param name="Scope">What of that it may, e.g. <c>read</c> or <c>write:disclosures</c>; left out: everything.</param>
/// <param name="Clearance">Up to which marking it reads, at most what the roles give; left out: that.</param>
internal sealed record NewKey(
    string Name, IReadOnlyList<string> Roles, DateTimeOffset? ExpiresAt = null, IReadOnlyList<string>? Scope = null, Tlp? Clearance = null);

/// <summary>Asks for a new secret of a key.</summary>
/// <param name="OverlapSeconds">How long the old one stays good, so that its users can be told; 0 to a week, left out: not at all.</param>
internal sealed record Rotation(int OverlapSeconds = 0);

/// <summary>A key that was made. The key itself is shown here and never again.</summary>
internal sealed record MadeKey(
    string Key, Guid Id, string Name, string Hint, IReadOnlyList<string> Roles, IReadOnlyList<string> Scope,
    DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt, Tlp? Clearance);

/// <summary>A page of keys, newest first; <c>next</c> is what to give as <c>after</c> for the following page.</summary>
internal sealed record KeyPage(IReadOnlyList<ApiKey> Items, Guid? Next);

/// <summary>Who the caller is.</summary>
/// <param name="Id">Of its key or session; none for a token of the identity provider.</param>
/// <param name="Name">What is recorded with events.</param>
/// <param name="Kind">How it came in: key, user or token.</param>
/// <param name="Roles">All held, implied ones included.</param>
/// <param name="Scope">What a key is held to within them; empty: nothing.</param>
/// <param name="ExpiresAt">When the credential ends by itself.</param>
/// <param name="Clearance">Up to which marking it may read.</param>
internal sealed record WhoAmI(
    Guid? Id, string Name, string Kind, IReadOnlyList<string> Roles, IReadOnlyList<string> Scope, DateTimeOffset? ExpiresAt, Tlp Clearance);

/// <summary>Making, listing, rotating and revoking API keys, and asking who one is.</summary>
internal static class KeyEndpoints
{
    private const int MostPerPage = 500;
    private const int LongestOverlap = 7 * 24 * 60 * 60;

    public static void MapKeys(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/api/v1/keys").WithTags("keys").RequireAuthorization(Roles.Admin);
        keys.MapPost("", CreateAsync).WithName("create-key").Accepts<NewKey>("application/json")
            .Produces<MadeKey>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409);
        keys.MapGet("", ListAsync).WithName("list-keys").Produces<KeyPage>().ProducesProblem(400);
        keys.MapDelete("{ref}", RevokeAsync).WithName("revoke-key").Produces<ApiKey>().ProducesProblem(404);
        // Whoever rotates a key holds it: a key for little must not come by one for all.
        keys.MapPost("{ref}/rotation", RotateAsync).WithName("rotate-key").WithMetadata(new WholeScope()).Accepts<Rotation>("application/json")
            .Produces<MadeKey>().ProducesProblem(400).ProducesProblem(404);
        app.MapGet("/api/v1/whoami", (HttpContext context) =>
            {
                var me = Principal.Of(context);
                return TypedResults.Ok(new WhoAmI(me.Id, me.Name, me.KindName, me.Roles, me.Scope, me.ExpiresAt, me.Clearance));
            })
            .WithMetadata(new ScopeOf(null)).WithName("whoami").WithTags("keys");
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, ApiKeyStore store, AuditLog audit, TimeProvider time, CancellationToken cancellation)
    {
        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<NewKey>(body.Span, out var wanted, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        var now = time.GetUtcNow();
        var errors = Check(wanted!, now).ToList();
        if (errors.Count > 0)
        {
            return Problems.InvalidRequest(errors).ToResult();
        }

        // Otherwise a key for little could make one for all.
        var maker = Principal.Of(context);
        IReadOnlyList<string> scope = [.. Scopes.All.Where((wanted!.Scope ?? []).Contains)];
        if (Scopes.BeyondOf(maker, scope) is { } wider)
        {
            return CallerGuard.ScopeTooNarrow(wider);
        }

        var secret = KeySecret.Draw();
        var roles = Roles.All.Where(wanted!.Roles.Contains).ToList();
        var key = new ApiKey(
            Guid.CreateVersion7(now), wanted.Name, KeySecret.HintOf(secret), roles, scope, now, maker.Name, wanted.ExpiresAt, null, null, null, null,
            wanted.Clearance);
        if (!await store.AddAsync(key, KeySecret.HashOf(secret)!.Value, cancellation))
        {
            return Problems.With(
                StatusCodes.Status409Conflict, "key-name-taken", "There is or was a key or a user of this name.",
                "Events say by the name who recorded them, so each is given once; choose another.").ToResult();
        }

        await audit.RecordAsync(context, AuditKinds.KeyCreated, key.Name, Rights(key), cancellation);
        return TypedResults.Created($"/api/v1/keys/{key.Id:D}", Made(secret, key));
    }

    private static async Task<IResult> ListAsync(
        ApiKeyStore store, CancellationToken cancellation, int limit = 100, Guid? after = null)
    {
        if (limit is < 1 or > MostPerPage)
        {
            return Problems.InvalidRequest(new FieldError("limit", $"must be 1 to {MostPerPage}")).ToResult();
        }

        var keys = await store.ListAsync(after, limit + 1, cancellation);
        return TypedResults.Ok(keys.Count > limit ? new KeyPage([.. keys.Take(limit)], keys[limit - 1].Id) : new KeyPage(keys, null));
    }

    private static async Task<IResult> RevokeAsync(
        string @ref, HttpContext context, ApiKeyStore store, KeyRing ring, AuditLog audit, TimeProvider time, CancellationToken cancellation)
    {
        var revoked = await store.RevokeAsync(@ref, time.GetUtcNow(), Principal.Of(context).Name, cancellation);
        if (revoked is null)
        {
            return Problems.NotFound("key", "ref").ToResult();
        }

        ring.Forget(revoked.Id);
        await audit.RecordAsync(context, AuditKinds.KeyRevoked, revoked.Name, null, cancellation);
        return TypedResults.Ok(revoked);
    }

    private static async Task<IResult> RotateAsync(
        string @ref, HttpContext context, ApiKeyStore store, KeyRing ring, AuditLog audit, TimeProvider time, CancellationToken cancellation)
    {
        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<Rotation>(body.Span, out var wanted, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        if (wanted!.OverlapSeconds is < 0 or > LongestOverlap)
        {
            return Problems.InvalidRequest(new FieldError("overlapSeconds", $"must be 0 to {LongestOverlap}")).ToResult();
        }

        var now = time.GetUtcNow();
        var secret = KeySecret.Draw();
        var rotated = await store.RotateAsync(
            @ref, KeySecret.HashOf(secret)!.Value, KeySecret.HintOf(secret), now, now.AddSeconds(wanted.OverlapSeconds), cancellation);
        if (rotated is null)
        {
            return Problems.NotFound("key", "ref").ToResult();
        }

        ring.Forget(rotated.Id);
        await audit.RecordAsync(context, AuditKinds.KeyRotated, rotated.Name, null, cancellation);
        return TypedResults.Ok(Made(secret, rotated));
    }

    private static string Rights(ApiKey key) => string.Join("; ", new[]
    {
        $"roles: {string.Join(' ', key.Roles)}",
        key.Scope.Count > 0 ? $"scope: {string.Join(' ', key.Scope)}" : null,
        key.Clearance is { } clearance ? $"clearance: {Clearance.TextOf(clearance)}" : null,
    }.OfType<string>());

    private static MadeKey Made(string secret, ApiKey key) =>
        new(secret, key.Id, key.Name, key.Hint, key.Roles, key.Scope, key.CreatedAt, key.CreatedBy, key.ExpiresAt, key.Clearance);

    private static IEnumerable<FieldError> Check(NewKey wanted, DateTimeOffset now)
    {
        if (!ActorNames.IsOne(wanted.Name))
        {
            yield return new FieldError("name", ActorNames.Expected);
        }

        if (wanted.Roles.Count is 0 or > 5 || wanted.Roles.Any(role => !Roles.All.Contains(role)))
        {
            yield return new FieldError("roles", $"must be one or more of {string.Join(", ", Roles.All)}");
        }

        if (wanted.Scope is { } scope && (scope.Count > Scopes.All.Count || scope.Any(one => !Scopes.All.Contains(one))))
        {
            yield return new FieldError("scope", $"must be a list of {string.Join(", ", Scopes.All)}");
        }

        if (Clearance.Complaint(wanted.Clearance, wanted.Roles) is { } tooHigh)
        {
            yield return new FieldError("clearance", tooHigh);
        }

        if (wanted.ExpiresAt is { } end && end <= now)
        {
            yield return new FieldError("expiresAt", "must lie in the future");
        }
    }
}

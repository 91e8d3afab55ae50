using System.Text.RegularExpressions;
using Ketman.Hosting.Web;

namespace Ketman.Gateway.Keys;

/// <summary>Asks for a new API key.</summary>
/// <param name="Name">Whom it stands for: 2 to 63 lower-case letters, digits, dots and hyphens; recorded with every event.</param>
/// <param name="Roles">At least one of viewer, analyst, lead, publisher, admin.</param>
/// <param name="ExpiresAt">From then on it opens nothing; left out: never.</param>
internal sealed record NewKey(string Name, IReadOnlyList<string> Roles, DateTimeOffset? ExpiresAt = null);

/// <summary>A key that was made. The key itself is shown here and never again.</summary>
internal sealed record MadeKey(
    string Key, Guid Id, string Name, string Hint, IReadOnlyList<string> Roles, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt);

/// <summary>A page of keys, newest first; <c>next</c> is what to give as <c>after</c> for the following page.</summary>
internal sealed record KeyPage(IReadOnlyList<ApiKey> Items, Guid? Next);

/// <summary>Who the presented key is.</summary>
internal sealed record WhoAmI(Guid Id, string Name, IReadOnlyList<string> Roles, DateTimeOffset? ExpiresAt);

/// <summary>Making, listing and revoking API keys, and asking who one is.</summary>
internal static partial class KeyEndpoints
{
    private const int MostPerPage = 500;

    public static void MapKeys(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/api/v1/keys").WithTags("keys").RequireAuthorization(Roles.Admin);
        keys.MapPost("", CreateAsync).WithName("create-key").Accepts<NewKey>("application/json")
            .Produces<MadeKey>(StatusCodes.Status201Created).ProducesProblem(400).ProducesProblem(409);
        keys.MapGet("", ListAsync).WithName("list-keys").Produces<KeyPage>().ProducesProblem(400);
        keys.MapDelete("{ref}", RevokeAsync).WithName("revoke-key").Produces<ApiKey>().ProducesProblem(404);
        app.MapGet("/api/v1/whoami", (HttpContext context) =>
            {
                var recognised = KeyIdentity.Of(context);
                return TypedResults.Ok(new WhoAmI(recognised.Key.Id, recognised.Key.Name, recognised.Roles, recognised.Key.ExpiresAt));
            })
            .WithName("whoami").WithTags("keys");
    }

    private static async Task<IResult> CreateAsync(HttpContext context, ApiKeyStore store, TimeProvider time, CancellationToken cancellation)
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

        var secret = KeySecret.Draw();
        var roles = Roles.All.Where(wanted!.Roles.Contains).ToList();
        var key = new ApiKey(
            Guid.CreateVersion7(now), wanted.Name, KeySecret.HintOf(secret), roles, now, KeyIdentity.Of(context).Key.Name, wanted.ExpiresAt, null, null, null);
        return await store.AddAsync(key, KeySecret.HashOf(secret)!.Value, cancellation)
            ? TypedResults.Created(
                $"/api/v1/keys/{key.Id:D}",
                new MadeKey(secret, key.Id, key.Name, key.Hint, key.Roles, key.CreatedAt, key.CreatedBy, key.ExpiresAt))
            : Problems.With(
                StatusCodes.Status409Conflict, "key-name-taken", "There is or was a key of this name.",
                "Events say by the name who recorded them, so each is given once; choose another.").ToResult();
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
        string @ref, HttpContext context, ApiKeyStore store, KeyRing ring, TimeProvider time, CancellationToken cancellation)
    {
        var revoked = await store.RevokeAsync(@ref, time.GetUtcNow(), KeyIdentity.Of(context).Key.Name, cancellation);
        if (revoked is null)
        {
            return Problems.NotFound("key", "ref").ToResult();
        }

        ring.Forget(revoked.Id);
        return TypedResults.Ok(revoked);
    }

    private static IEnumerable<FieldError> Check(NewKey wanted, DateTimeOffset now)
    {
        if (!Names().IsMatch(wanted.Name))
        {
            yield return new FieldError("name", "must be 2 to 63 lower-case letters, digits, dots and hyphens, beginning with a letter or digit");
        }

        if (wanted.Roles.Count is 0 or > 5 || wanted.Roles.Any(role => !Roles.All.Contains(role)))
        {
            yield return new FieldError("roles", $"must be one or more of {string.Join(", ", Roles.All)}");
        }

        if (wanted.ExpiresAt is { } end && end <= now)
        {
            yield return new FieldError("expiresAt", "must lie in the future");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}

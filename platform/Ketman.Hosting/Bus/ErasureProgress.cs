using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Ketman.Hosting.Bus;

/// <summary>How far an erasure has got in one service.</summary>
/// <param name="Service">The service.</param>
/// <param name="Subject">Who was to be erased.</param>
/// <param name="ErasedAt">Since when nothing readable is left in this service's tables; null: something may be.</param>
public sealed record ErasureState(string Service, string Subject, DateTimeOffset? ErasedAt);

/// <summary>Tells how far an erasure has got.</summary>
public static class ErasureProgress
{
    // The journal lost its texts when the erasure came in; the read models do when it is folded.
    private const string Elsewhere = """
        select e.erased_at from journal_erased e join journal_streams s on s.stream = e.stream and s.folded_version >= e.version
        where e.subject = $1
        """;

    private const string Own = "select erased_at from ketman_subject_keys where subject = $1 and key is null";

    /// <summary>
    /// Maps <c>GET /erasures/&lt;service&gt;/{subject}</c> (<see cref="ErasureState"/>), for admins. A service that owns the
    /// subject's stream has erased it in the transaction that recorded the erasure; any other when it has folded that.
    /// </summary>
    public static void MapErasureProgress(this IEndpointRouteBuilder routes, string service) => routes
        .MapGet($"erasures/{service}/{{subject}}", async (string subject, Caller caller, NpgsqlDataSource database, CancellationToken cancellation) =>
        {
            if (!caller.Is("admin"))
            {
                return Problems.RoleNeeded("admin").ToResult();
            }

            // A contact is known by its company's stream.
            var owner = StreamOwners.Category(subject) is "contact" ? "intake" : StreamOwners.Of(subject);
            if (owner is null || subject.Length > 100 || subject.Contains('\0', StringComparison.Ordinal))
            {
                return Problems.InvalidRequest(new FieldError(
                    "subject", "must be account-<id>, contact-<id>, lead-<id> or disclosure-<id>")).ToResult();
            }

            await using var command = database.CreateCommand(owner == service ? Own : Elsewhere);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subject });
            return TypedResults.Ok(new ErasureState(service, subject, await command.ExecuteScalarAsync(cancellation) is DateTime at ? at : null));
        })
        .WithName($"show-erasure-{service}").WithTags("erasure").Produces<ErasureState>()
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden);
}

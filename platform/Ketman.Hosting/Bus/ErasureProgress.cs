using Ketman.EventStore;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ketman.Hosting.Bus;

/// <summary>How far an erasure has got in one service.</summary>
/// <param name="Service">The service.</param>
/// <param name="Event">The event that erases.</param>
/// <param name="Subject">Whom; null: this service does not know of it yet.</param>
/// <param name="ErasedAt">Since when nothing readable is left in this service's tables; null: something may be.</param>
public sealed record ErasureState(string Service, Guid Event, string? Subject, DateTimeOffset? ErasedAt);

/// <summary>Tells how far an erasure has got.</summary>
public static class ErasureProgress
{
    // The journal lost its texts when the erasure came in; the read models do when it is folded.
    private const string Journaled = """
        select e.subject, e.erased_at from journal_erased e join journal_streams s on s.stream = e.stream and s.folded_version >= e.version
        where e.event_id = $1
        """;

    private const string Keyed = "select subject, erased_at from ketman_subject_keys where erased_by = $1";

    /// <summary>
    /// Maps <c>GET /erasures/&lt;service&gt;/{event}</c> (<see cref="ErasureState"/>), for admins. The service that owns the stream
    /// has erased when the erasure is recorded, any other when it has folded that.
    /// </summary>
    public static void MapErasureProgress(this IEndpointRouteBuilder routes, string service)
    {
        var sql = routes.ServiceProvider.GetService<IEventStore>() is null ? Journaled : $"{Keyed} union all {Journaled} limit 1";
        routes
            .MapGet($"erasures/{service}/{{event}}", async (string @event, NpgsqlDataSource database, CancellationToken cancellation) =>
            {
                if (!Guid.TryParseExact(@event, "D", out var id))
                {
                    return Problems.InvalidRequest(new FieldError("event", "must be the id that the erasing command answered with")).ToResult();
                }

                await using var command = database.CreateCommand(sql);
                command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
                await using var reader = await command.ExecuteReaderAsync(cancellation);
                return TypedResults.Ok(await reader.ReadAsync(cancellation)
                    ? new ErasureState(service, id, reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1))
                    : new ErasureState(service, id, null, null));
            })
            .ForRole(CallerRoles.Admin).WithName($"show-erasure-{service}").WithTags("erasure").Produces<ErasureState>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden);
    }
}

using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Timetables;

/// <summary>Which cases another service asks about.</summary>
/// <param name="Ids">At most 500; those that are no cases are left out of the answer.</param>
public sealed record TimetablesRequest(IReadOnlyList<Guid> Ids);

/// <summary>What is due in each of them.</summary>
/// <param name="At">The time of the answer.</param>
/// <param name="Items">A timetable for each case that there is.</param>
public sealed record TimetablesAnswer(DateTimeOffset At, IReadOnlyList<Timetable> Items);

/// <summary>
/// POST /internal/timetables, for peers: what is due in cases, worked out anew from their streams, any number of them in one round trip to
/// the log. Nothing of it is stored here: it follows from the facts and the pinned policy.
/// </summary>
internal static class TimetableEndpoint
{
    private const int MostCases = 500;

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("internal/timetables", HandleAsync).ExcludeFromDescription();

    private static async Task<IResult> HandleAsync(HttpContext context, IEventStore store, TimeProvider time, CancellationToken cancellation)
    {
        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<TimetablesRequest>(body.Span, out var request, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        var ids = request!.Ids.Distinct().ToList();
        if (ids.Count is 0 or > MostCases)
        {
            return Problems.InvalidRequest(new FieldError("ids", $"must be 1 to {MostCases} ids of cases")).ToResult();
        }

        var now = time.GetUtcNow();
        var histories = await store.ReadToDecideAsync([.. ids.Select(DisclosureStream.Aggregate.StreamOf)], [], cancellation);
        return TypedResults.Json(
            new TimetablesAnswer(
                now,
                [
                    .. ids.Select(id => (Id: id, History: histories[DisclosureStream.Aggregate.StreamOf(id)])).Where(one => one.History.Version > 0).Select(one => Timetable.Of(
                        one.Id, one.History.Version,
                        one.History.Events.Aggregate(DisclosureStream.Aggregate.Initial, (state, past) => Disclosure.Evolve(state, past.Id, past.Data)), now)),
                ]),
            ContractJson.Options);
    }
}

using Ketman.Disclosures.References;
using Ketman.EventStore;
using Ketman.Hosting.Web;
using NodaTime;

namespace Ketman.Disclosures.Clocks;

/// <summary>GET /disclosures/{ref}/clocks: where every clock stands. GET /disclosures/{ref}/clocks/{clock}/explanation: how one's due time came about.</summary>
internal static class ShowClocks
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("disclosures/{ref}/clocks", ListAsync)
            .WithName("show-clocks").WithTags("disclosure").WithSummary("The clocks of a case as they stand now.")
            .Produces<ClocksView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        app.MapGet("disclosures/{ref}/clocks/{clock}/explanation", ExplainAsync)
            .WithName("explain-clock").WithTags("disclosure").WithSummary("How the due time of a clock came about: every counted and every skipped interval, with its reason.")
            .Produces<ClockExplanationView>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(string @ref, IEventStore store, TimeProvider time, CancellationToken cancellation) =>
        await ReadAsync(@ref, store, cancellation) is { } state
            ? TypedResults.Ok(ClockTelling.Tell(state, time.GetUtcNow()))
            : Problems.NotFound("disclosure", "ref").ToResult();

    private static async Task<IResult> ExplainAsync(
        string @ref, string clock, string? zone, IEventStore store, TimeProvider time, CancellationToken cancellation)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone ?? "UTC") is not { } reader)
        {
            return Problems.InvalidRequest(new FieldError("zone", "must be the name of a time zone such as Europe/Berlin")).ToResult();
        }

        if (await ReadAsync(@ref, store, cancellation) is not { } state)
        {
            return Problems.NotFound("disclosure", "ref").ToResult();
        }

        return Find(state, clock) is { } found
            ? TypedResults.Ok(ClockExplaining.Explain(state, found, time.GetUtcNow(), reader))
            : Problems.NotFound("clock", "clock").ToResult();
    }

    // By its whole name, or by that in the policy when the case has only one such clock.
    private static Clock? Find(Disclosure state, string name)
    {
        var clocks = CaseClocks.Of(state);
        return clocks.FirstOrDefault(clock => clock.Name == name)
            ?? (clocks.Where(clock => clock.Terms.Name == name).ToList() is [var only] ? only : null);
    }

    private static async Task<Disclosure?> ReadAsync(string reference, IEventStore store, CancellationToken cancellation)
    {
        var history = await store.ReadToDecideAsync(DisclosureStream.Aggregate.StreamOf(DisclosureReferences.IdOf(reference)), cancellation);
        return history.Version == 0 ? null : history.Events.Aggregate(
            DisclosureStream.Aggregate.Initial, (folded, recorded) => Disclosure.Evolve(folded, recorded.Id, recorded.Data));
    }
}

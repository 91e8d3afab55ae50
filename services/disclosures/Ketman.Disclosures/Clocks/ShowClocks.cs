using Ketman.Disclosures.Confidential;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using NodaTime;

namespace Ketman.Disclosures.Clocks;

/// <summary>GET /disclosures/{ref}/clocks: where every clock stands. GET /disclosures/{ref}/clocks/{clock}/explanation: how one's due time came about.</summary>
internal static class ShowClocks
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("disclosures/{ref}/clocks", ListAsync)
            .ForRole(CallerRoles.Viewer).WithName("show-clocks").WithTags("disclosure").WithSummary("The clocks of a case as they stand now.")
            .Produces<ClocksView>()
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
        app.MapGet("disclosures/{ref}/clocks/{clock}/explanation", ExplainAsync)
            .ForRole(CallerRoles.Viewer).WithName("explain-clock").WithTags("disclosure").WithSummary("How the due time of a clock came about: every counted and every skipped interval, with its reason.")
            .Produces<ClockExplanationView>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(string @ref, Caller caller, CaseReader cases, TimeProvider time, CancellationToken cancellation) =>
        await cases.ReadAsync(@ref, caller, cancellation) switch
        {
            null => Problems.NotFound("disclosure", "ref").ToResult(),
            { LeftOut: { } marking } => Problems.Withheld(marking).ToResult(),
            { State: var state } => TypedResults.Ok(ClockTelling.Tell(state, time.GetUtcNow())),
        };

    private static async Task<IResult> ExplainAsync(
        string @ref, string clock, string? zone, Caller caller, CaseReader cases, TimeProvider time, CancellationToken cancellation)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone ?? "UTC") is not { } reader)
        {
            return Problems.InvalidRequest(new FieldError("zone", "must be the name of a time zone such as Europe/Berlin")).ToResult();
        }

        if (await cases.ReadAsync(@ref, caller, cancellation) is not { State: var state } read)
        {
            return Problems.NotFound("disclosure", "ref").ToResult();
        }

        if (read.LeftOut is { } marking)
        {
            return Problems.Withheld(marking).ToResult();
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
}

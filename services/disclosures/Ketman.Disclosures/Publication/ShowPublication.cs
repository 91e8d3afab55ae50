using System.Text.Json.Serialization;
using Ketman.Contracts;
using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.References;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Publication;

/// <summary>How far a case is on the way to naming the company, and what stands in the way.</summary>
/// <param name="Disclosure">The case.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="PublishFrom">The date that the standing final notice bore.</param>
/// <param name="NoticeSent">When that was sent.</param>
/// <param name="ProposedBy">Who proposed it.</param>
/// <param name="ApprovedBy">Who agreed.</param>
/// <param name="ScheduledFor">From when it is to be published.</param>
/// <param name="HeldBy">Who holds it.</param>
/// <param name="PublishedAt">Since when the company is named.</param>
/// <param name="Url">Where.</param>
/// <param name="TextSha256">SHA-256 of what was published.</param>
/// <param name="StoppedAt">When the last countdown stopped by itself.</param>
/// <param name="StoppedBy">The event that stopped it.</param>
/// <param name="Unmet">Every condition that is not met now.</param>
/// <param name="Text">The text as it would be published, from the facts that may leave.</param>
/// <param name="Sha256">SHA-256 of it in UTF-8.</param>
/// <param name="Leaks">What must not leave and stands in it all the same; such a text is refused.</param>
public sealed record PublicationView(
    string Disclosure, PublicationPhase Phase, DateTimeOffset? PublishFrom, Moment? NoticeSent, string? ProposedBy, IReadOnlyList<string> ApprovedBy,
    DateTimeOffset? ScheduledFor, string? HeldBy, Moment? PublishedAt, string? Url, string? TextSha256, Moment? StoppedAt, Guid? StoppedBy,
    IReadOnlyList<UnmetCondition> Unmet, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string Text, string Sha256, IReadOnlyList<Leak> Leaks)
{
    internal static PublicationView Of(Disclosure state, Clearance clearance, DateTimeOffset now)
    {
        var publication = PublicationState.Of(state);
        var text = PublicText.Of(state, clearance.Company);
        return new PublicationView(
            state.Opening!.Handle, publication.Phase, publication.Notice?.Said.PublishFrom, publication.Notice?.Said.OccurredAt,
            publication.Proposal?.By, publication.Approvers, publication.Schedule?.For, publication.Hold?.By, publication.Named?.OccurredAt,
            publication.Named?.Url, publication.Named?.TextSha256, publication.Stop?.OccurredAt, publication.Stop?.FactId,
            PublicationConditions.Unmet(state, now, clearance.Wish), text, Publish.DigestOf(text),
            LeakCheck.Of(text, LeakCheck.Guarding(state, clearance), LeakCheck.Allowed(clearance)));
    }
}

/// <summary>GET /disclosures/{ref}/publication</summary>
internal static class ShowPublication
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("disclosures/{ref}/publication", HandleAsync)
        .ForRole(CallerRoles.Viewer).WithName("show-publication").WithTags("disclosure")
        .Produces<PublicationView>()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(
        string @ref, Caller caller, CaseReader cases, ClearanceDesk desk, TimeProvider time, CancellationToken cancellation) =>
        await cases.ReadAsync(@ref, caller, cancellation) switch
        {
            null => Problems.NotFound("disclosure", "ref").ToResult(),
            { LeftOut: { } marking } => Problems.Withheld(marking).ToResult(),
            { State: var state } => TypedResults.Ok(PublicationView.Of(state, await desk.AskAsync(state, cancellation), time.GetUtcNow())),
        };
}

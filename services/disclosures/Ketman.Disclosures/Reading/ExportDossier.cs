using Ketman.Disclosures.References;
using Ketman.EventStore;
using Ketman.Hosting.Web;
using Ketman.Proof;

namespace Ketman.Disclosures.Reading;

/// <summary>
/// GET /disclosures/{ref}/dossier: the case's outreach and reactions as a file that anybody can verify offline. Everything else stays in
/// it as digests only: what was found, who was paid, what the team wrote for itself.
/// </summary>
internal static class ExportDossier
{
    private const string Marking = "TLP:AMBER";
    private const string Retraction = "fact-retracted.v1";

    // By name on disk, so that a new kind of event stays inside until somebody decides otherwise.
    private static readonly HashSet<string> s_shown =
    [
        "outreach-attempted.v1", "outreach-delivered.v1", "outreach-bounced.v1", "outreach-answered.v1", "disclosure-acknowledged.v1",
        "reaction-classified.v1", "commitment-made.v1", "commitment-kept.v1", "update-requested.v1", "update-received.v1",
    ];

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("disclosures/{ref}/dossier", HandleAsync)
        .WithName("export-dossier").WithTags("proof")
        .Produces(StatusCodes.Status200OK, contentType: "application/json")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> HandleAsync(
        string @ref, IEventStore store, StreamProof proof, RevealEvent reveal, CancellationToken cancellation)
    {
        var stream = DisclosureStream.Aggregate.StreamOf(DisclosureReferences.IdOf(@ref));
        var first = await store.ReadStreamPageAsync(stream, 0, 1, cancellation);
        if (first is not [{ Data: DisclosureOpened opening }])
        {
            return Problems.NotFound("disclosure", "ref").ToResult();
        }

        try
        {
            var file = await proof.ExportAsync(stream, opening.Handle, Marking, Shown, reveal, cancellation);
            return TypedResults.File(file!, "application/json", $"{opening.Handle}.dossier.json");
        }
        catch (BrokenChainException e)
        {
            return Problems.With(
                StatusCodes.Status409Conflict, "chain-broken", "The history of this disclosure does not hold.",
                $"{e.Message} Nothing was exported; ask GET /proofs/disclosures/verification?stream={stream}.").ToResult();
        }
    }

    // A fact that is shown must not look as if it stood when it was taken back.
    private static HashSet<Guid> Shown(IReadOnlyList<DossierContent> contents)
    {
        var shown = contents.Where(content => s_shown.Contains(content.Type)).Select(content => content.Id).ToHashSet();
        foreach (var retraction in contents.Where(content => content.Type == Retraction))
        {
            if (DisclosureStream.Events.Read(retraction.Type, System.Text.Encoding.UTF8.GetBytes(retraction.Data)) is FactRetracted retracted
                && shown.Contains(retracted.FactId))
            {
                shown.Add(retraction.Id);
            }
        }

        return shown;
    }
}

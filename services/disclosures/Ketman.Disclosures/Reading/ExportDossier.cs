using Ketman.Contracts;
using Ketman.Disclosures.Confidential;
using Ketman.EventStore;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Reading;

/// <summary>
/// GET /disclosures/{ref}/dossier: the case's outreach and reactions as a file that anybody can verify offline. Everything else stays in
/// it as digests only: what was found, who was paid, what the team wrote for itself, and what is marked above whom it is for: the caller, or
/// with <c>?tlp=</c> somebody who is cleared for less. It bears the marking of the narrowest that it shows.
/// </summary>
internal static class ExportDossier
{

    // By name on disk, so that a new kind of event stays inside until somebody decides otherwise.
    private static readonly HashSet<string> s_shown =
    [
        "outreach-attempted.v1", "outreach-delivered.v1", "outreach-bounced.v1", "outreach-answered.v1", "disclosure-acknowledged.v1",
        "reaction-classified.v1", "commitment-made.v1", "commitment-kept.v1", "update-requested.v1", "update-received.v1",
    ];

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("disclosures/{ref}/dossier", HandleAsync)
        .ForRole(CallerRoles.Analyst).WithName("export-dossier").WithTags("proof")
        .Produces(StatusCodes.Status200OK, contentType: "application/json")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string @ref, string? tlp, Caller caller, CaseReader cases, StreamProof proof, RevealEvent reveal, CancellationToken cancellation)
    {
        if (ReaderLevel.Read(tlp, caller, out var level) is { } problem)
        {
            return problem.ToResult();
        }

        if (await cases.ReadAsync(@ref, caller, cancellation) is not { State.Opening: { } opening } read)
        {
            return Problems.NotFound("disclosure", "ref").ToResult();
        }

        if (read.Marking > level)
        {
            return ReaderLevel.TooNarrow(read.Marking, level).ToResult();
        }

        var stream = DisclosureStream.Aggregate.StreamOf(read.Id);
        var (shown, marking) = Shown(read, level);
        try
        {
            var file = await proof.ExportAsync(stream, opening.Handle, Marking.Label(marking), _ => shown, reveal, cancellation);
            return TypedResults.File(file!, "application/json", $"{opening.Handle}.dossier.json");
        }
        catch (BrokenChainException e)
        {
            return Problems.With(
                StatusCodes.Status409Conflict, "chain-broken", "The history of this disclosure does not hold.",
                $"{e.Message} Nothing was exported; ask GET /proofs/disclosures/verification?stream={stream}.").ToResult();
        }
    }

    // An event is shown whole or as a digest, because a proof of a part of it would be no proof. A fact that is shown must not look
    // as if it stood when it was taken back.
    private static (HashSet<Guid> Shown, Tlp Marking) Shown(ReadCase read, Tlp level)
    {
        var (shown, marking) = (new HashSet<Guid>(), read.Marking);
        foreach (var (id, data) in read.Events)
        {
            var narrowest = MarkedMember.Above(Tlp.Clear, data).Select(member => member.Marking).Append(read.State.Confidentiality.MarkOf(id)).Max();
            if (narrowest <= level && s_shown.Contains(DisclosureStream.Events.NameOf(data.GetType())))
            {
                shown.Add(id);
                marking = Marking.Higher(marking, narrowest);
            }
        }

        shown.UnionWith(read.Events.Where(one => one.Data is FactRetracted retracted && shown.Contains(retracted.FactId)).Select(one => one.Id).ToList());
        return (shown, marking);
    }
}

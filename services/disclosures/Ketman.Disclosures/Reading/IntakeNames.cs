using Ketman.Disclosures.References;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Reading;

/// <summary>What people call things of Intake's whose ids stand in cases.</summary>
internal static class IntakeNames
{
    /// <summary>The names of <paramref name="ids"/>; none while Intake does not answer, since a case can be read without them.</summary>
    public static async Task<IReadOnlyDictionary<Guid, string>> OfAsync(
        IntakeDirectory intake, string kind, IEnumerable<Guid> ids, CancellationToken cancellation)
    {
        try
        {
            var found = await intake.FindAsync(ids.Select(id => new Reference(kind, id.ToString("D"))), cancellation);
            return found.Values.DistinctBy(known => known.Id).ToDictionary(known => known.Id, known => known.Ref);
        }
        catch (ProblemException)
        {
            return new Dictionary<Guid, string>();
        }
    }
}

using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.References;

/// <summary>What references in commands on cases mean: cases are known here, everything else by Intake.</summary>
internal sealed class DisclosureReferences(IntakeDirectory intake) : IRefResolver
{
    private const string Own = "disclosure";

    /// <inheritdoc />
    /// <remarks>A case's id follows from its handle, so it costs no question; that there is no such case shows when it is read.</remarks>
    public async ValueTask<IReadOnlyDictionary<Reference, Guid>> FindManyAsync(
        IReadOnlyCollection<Reference> references, CancellationToken cancellation)
    {
        var found = references.Where(reference => reference.Kind == Own).ToDictionary(reference => reference, reference => IdOf(reference.Text));
        if (found.Count < references.Count)
        {
            foreach (var (reference, known) in await intake.FindAsync(references.Where(reference => reference.Kind != Own), cancellation))
            {
                found[reference] = known.Id;
            }
        }

        return found;
    }

    /// <inheritdoc />
    /// <remarks>How Intake tells handles apart is its own affair: their texts are passed on as they are.</remarks>
    public Reference Normalise(Reference reference) =>
        Guid.TryParseExact(reference.Text, "D", out var id) ? reference with { Text = id.ToString("D") }
        : reference.Kind == Own ? reference with { Text = reference.Text.ToLowerInvariant() }
        : reference;

    /// <summary>The id of the case that <paramref name="reference"/>, an id or a handle, means if there is one.</summary>
    public static Guid IdOf(string reference) => Guid.TryParseExact(reference, "D", out var id)
        ? id
        : DisclosureStream.Aggregate.IdOf(reference.ToLowerInvariant());
}

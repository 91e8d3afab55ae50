using Ketman.Contracts;
using Ketman.Disclosures.References;
using Ketman.EventStore;
using Ketman.Hosting.Auth;

namespace Ketman.Disclosures.Confidential;

/// <summary>A case as a caller may know of it.</summary>
/// <param name="Id">The case.</param>
/// <param name="Version">Its stream's version.</param>
/// <param name="State">All of it. Nothing of what is above the clearance may be shown.</param>
/// <param name="Marking">How far the case may go.</param>
/// <param name="Clearance">The caller's.</param>
/// <param name="Events">Its history.</param>
internal sealed record ReadCase(Guid Id, long Version, Disclosure State, Tlp Marking, Tlp Clearance, IReadOnlyList<PastEvent> Events)
{
    /// <summary>It without the facts that are above the clearance.</summary>
    public Disclosure Seen { get; } = State.Confidentiality.SeenAt(Clearance);

    /// <summary>
    /// The marking of the narrowest facts that are left out; null: none are. Then whatever is worked out from facts is withheld, as it would
    /// be wrong without them, and would tell of them with them.
    /// </summary>
    public Tlp? LeftOut => ReferenceEquals(Seen, State) || Seen.Facts.Count == State.Facts.Count ? null : State.Confidentiality.NarrowestFact;
}

/// <summary>The one way in which questions read a case: to whom it is not admitted, there is none.</summary>
internal sealed class CaseReader(IEventStore store, CaseAccess access, TimeProvider time)
{
    /// <summary>The case that a path names; null: there is none, or the caller may not know of it.</summary>
    public async Task<ReadCase?> ReadAsync(string reference, Caller caller, CancellationToken cancellation)
    {
        var id = DisclosureReferences.IdOf(reference);
        var history = await store.ReadToDecideAsync(DisclosureStream.Aggregate.StreamOf(id), cancellation);
        if (history.Version == 0)
        {
            return null;
        }

        var state = history.Events.Aggregate(
            DisclosureStream.Aggregate.Initial, (folded, recorded) => Disclosure.Evolve(folded, recorded.Id, recorded.Data));
        var now = time.GetUtcNow();
        if (state.Opening is not { } opening || !state.Confidentiality.Admits(caller.Reader, now))
        {
            return null;
        }

        // The company may wish privacy in another case, or in all of them.
        var marking = Marking.Higher(
            state.Confidentiality.MarkingAt(now), Marking.OfCase(Tlp.Clear, await access.IsPrivateAsync(opening.CompanyId, cancellation), isEmbargoed: false));
        return marking <= caller.Clearance ? new ReadCase(id, history.Version, state, marking, caller.Clearance, history.Events) : null;
    }
}

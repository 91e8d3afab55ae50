using System.Collections.Immutable;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Publication;

/// <summary>How far a case is on the way to naming the company.</summary>
public enum PublicationPhase
{
    /// <summary>Nothing was begun.</summary>
    None,

    /// <summary>A final notice stands: the countdown runs.</summary>
    Noticed,

    /// <summary>Somebody proposed to name the company.</summary>
    Proposed,

    /// <summary>Enough publishers agreed.</summary>
    Approved,

    /// <summary>It was said from when.</summary>
    Scheduled,

    /// <summary>Somebody stopped it for a while.</summary>
    Held,

    /// <summary>A person named the company.</summary>
    Published,

    /// <summary>A proposal, or what was published, was taken back.</summary>
    Withdrawn,

    /// <summary>The company answered, or privacy or an embargo came: the countdown ended by itself.</summary>
    Stopped,
}

/// <summary>Publication in a case as its events tell it.</summary>
public sealed record PublicationState
{
    /// <summary>How far it is.</summary>
    public PublicationPhase Phase { get; private init; }

    /// <summary>The final notice that counts; null: none was given, or a stop or a publication used it up.</summary>
    public FinalNotice? Notice { get; private init; }

    /// <summary>The proposal that is under way, or by which the company was named; null: there is none.</summary>
    public Guid? ProposalId { get; private init; }

    /// <summary>The same.</summary>
    public PublicationProposed? Proposal { get; private init; }

    /// <summary>Who agreed to it, in the order in which they did.</summary>
    public ImmutableList<string> Approvers { get; private init; } = [];

    /// <summary>From when it is to be published; null: nobody said yet.</summary>
    public PublicationScheduled? Schedule { get; private init; }

    /// <summary>Who stopped it for a while; null: nobody.</summary>
    public PublicationHeld? Hold { get; private init; }

    /// <summary>That the company was named, unless that was withdrawn.</summary>
    public CompanyNamed? Named { get; private init; }

    /// <summary>What ended the last countdown by itself; null: nothing, or another has begun since.</summary>
    public PublicationStopped? Stop { get; private init; }

    /// <summary>Why the last proposal, or what was published, was taken back; null: it was not, or there is another since.</summary>
    public PublicationWithdrawn? Withdrawal { get; private init; }

    /// <summary>Publication in a case, from its facts.</summary>
    public static PublicationState Of(Disclosure state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var folded = state.Facts.Values.Where(fact => fact.Said is IProceeding).OrderBy(fact => fact.Ordinal)
            .Aggregate(new PublicationState(), (publication, fact) => publication.After(fact));
        if (folded.Notice is { } notice)
        {
            folded = folded with { Notice = notice with { Arrived = !DidNotArrive(state, notice.Said.OutreachId) } };
        }

        return folded with { Phase = folded.PhaseAt(state) };
    }

    /// <summary>The publishers who count: each once, and nobody who proposed it.</summary>
    public IEnumerable<string> OtherApprovers => Approvers.Where(by => Proposal is not { } proposal || !IsSame(by, proposal.By))
        .DistinctBy(by => by.Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether two names of keys or users mean the same person; a name in another spelling is no second person.</summary>
    public static bool IsSame(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);
    }

    private PublicationState After(Fact fact) => fact.Said switch
    {
        FinalNoticeGiven given => this with { Notice = new FinalNotice(fact.Id, given), Stop = null },
        PublicationProposed proposed => this with
        {
            ProposalId = fact.Id,
            Proposal = proposed,
            Approvers = [],
            Schedule = null,
            Hold = null,
            Named = null,
            Withdrawal = null,
        },
        PublicationApproved approved when approved.ProposalId == ProposalId => this with { Approvers = Approvers.Add(approved.By) },
        PublicationScheduled scheduled when scheduled.ProposalId == ProposalId => this with { Schedule = scheduled },
        PublicationHeld held when held.ProposalId == ProposalId => this with { Hold = held },
        PublicationReleased released when released.ProposalId == ProposalId => this with { Hold = null },
        CompanyNamed named when named.ProposalId == ProposalId => this with { Named = named, Notice = null },
        PublicationWithdrawn withdrawn when withdrawn.ProposalId == ProposalId => Without() with { Named = null, Withdrawal = withdrawn },
        PublicationStopped stopped => Without() with { Notice = null, Stop = stopped, Withdrawal = null },
        _ => this,
    };

    private PublicationState Without() => this with { ProposalId = null, Proposal = null, Approvers = [], Schedule = null, Hold = null };

    private PublicationPhase PhaseAt(Disclosure state) => this switch
    {
        { Named: not null } => PublicationPhase.Published,
        { Hold: not null } => PublicationPhase.Held,
        { Schedule: not null } => PublicationPhase.Scheduled,
        { Proposal: not null } => OtherApprovers.Count() >= ApprovalsNeeded(state) ? PublicationPhase.Approved : PublicationPhase.Proposed,
        { Stop: not null } => PublicationPhase.Stopped,
        { Withdrawal: not null } => PublicationPhase.Withdrawn,
        { Notice: not null } => PublicationPhase.Noticed,
        _ => PublicationPhase.None,
    };

    private static int ApprovalsNeeded(Disclosure state) => state.Pinned is { } pinned ? Policy.Of(pinned).Document.Publication.Approvals : 1;

    private static bool DidNotArrive(Disclosure state, Guid outreach) =>
        state.Facts.GetValueOrDefault(outreach) is not { Retracted: false }
        || state.Standing<OutreachBounced>().Any(known => known.Said.OutreachId == outreach);
}

/// <summary>A final notice.</summary>
/// <param name="Id">Its event.</param>
/// <param name="Said">When it was sent, by which attempt, and what it bore.</param>
/// <param name="Arrived">False: the attempt by which it was given bounced or was a mistake, so nobody was given notice.</param>
public sealed record FinalNotice(Guid Id, FinalNoticeGiven Said, bool Arrived = true);

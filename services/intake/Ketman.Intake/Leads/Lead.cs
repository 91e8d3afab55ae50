using System.Collections.Immutable;
using Ketman.EventStore.Deciding;

namespace Ketman.Intake.Leads;

/// <summary>A suspicion, what supports it and what became of it.</summary>
public sealed record Lead
{
    /// <summary>How its streams are named and folded.</summary>
    public static Aggregate<Lead> Aggregate { get; } = new("lead", new Lead(), Evolve);

    /// <summary>What it was opened with; null: not opened.</summary>
    public LeadOpened? Opened { get; init; }

    /// <summary>What supports it, by id.</summary>
    public ImmutableDictionary<Guid, EvidenceAdded> Evidence { get; init; } = ImmutableDictionary<Guid, EvidenceAdded>.Empty;

    /// <summary>The disclosures it was opened as; a lead on several companies may become several.</summary>
    public ImmutableList<Guid> Disclosures { get; init; } = [];

    /// <summary>Why it was dismissed.</summary>
    public LeadDismissed? Dismissed { get; init; }

    /// <summary>Of which lead it is a duplicate.</summary>
    public Guid? MergedInto { get; init; }

    /// <summary>Whether what it says is erased.</summary>
    public bool Erased { get; init; }

    private static Lead Evolve(Lead state, Guid id, IDomainEvent data) => data switch
    {
        LeadOpened e => state with { Opened = e },
        EvidenceAdded e => state with { Evidence = state.Evidence.SetItem(id, e) },
        LeadDisclosed e => state with { Disclosures = state.Disclosures.Add(e.DisclosureId) },
        LeadDismissed e => state with { Dismissed = e },
        LeadMerged e => state with { MergedInto = e.IntoLeadId },
        LeadErased => state with { Erased = true },
        _ => state,
    };
}

/// <summary>What more than one command on a lead asks.</summary>
internal static class LeadRules
{
    public static Decision Merged { get; } = Decision.Refuse("lead-merged", "The lead was merged into another; say it of that one.");

    public static Decision Dismissed { get; } = Decision.Refuse("lead-dismissed", "The lead was dismissed; open a new one if there is new evidence.");

    public static Decision Disclosed { get; } = Decision.Refuse(
        "lead-disclosed", "The lead was opened as a disclosure; what becomes of it is decided there.");

    /// <summary>See <see cref="Accounts.AccountRules.UnlessErased"/>.</summary>
    public static Func<Lead, TCommand, CommandContext, Decision> UnlessErased<TCommand>(Func<Lead, TCommand, CommandContext, Decision> decide) =>
        (state, command, context) => state.Erased
            ? Decision.Refuse("lead-erased", "The lead is erased; open a new one, under another handle.")
            : decide(state, command, context);
}

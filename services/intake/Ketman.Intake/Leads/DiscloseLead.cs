using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Intake.Leads;

/// <summary>Records that a lead became a disclosure. Not for clients: it follows from what the Disclosures service published.</summary>
/// <param name="DisclosureId">Which.</param>
/// <param name="At">When the disclosure was opened.</param>
internal sealed record DiscloseLead(Guid DisclosureId, Moment At)
{
    /// <summary>It has happened, so no rule can forbid it, not even of a lead that was dismissed meanwhile; once per disclosure.</summary>
    public static Decision Decide(Lead state, DiscloseLead command, CommandContext context) => state.Disclosures.Contains(command.DisclosureId)
        ? Decision.Nothing
        : Decision.Accept(new LeadDisclosed(command.DisclosureId, command.At));
}

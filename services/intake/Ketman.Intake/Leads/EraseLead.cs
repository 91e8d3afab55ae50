using FluentValidation;
using Ketman.EventStore.Deciding;

namespace Ketman.Intake.Leads;

/// <summary>Erases what a lead says: its handle, summary, evidence, and why it was dismissed.</summary>
public sealed record EraseLead
{
    /// <summary>What the team still follows is not made unreadable: a lead that is open is dismissed first.</summary>
    public static Decision Decide(Lead state, EraseLead command, CommandContext context) => state switch
    {
        { Erased: true } => Decision.Nothing,
        { Disclosures.IsEmpty: true, Dismissed: null, MergedInto: null } => Decision.Refuse(
            "lead-open", "The lead is open; dismiss it first (dismiss-lead), then erase it."),
        _ => Decision.Accept(new LeadErased(context.At(null))),
    };

    internal sealed class Rules : AbstractValidator<EraseLead>;
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Leads;

/// <summary>Says that a lead led nowhere.</summary>
/// <param name="Reason">Why.</param>
public sealed record DismissLead([property: PersonalData] string Reason)
{
    /// <summary>What a company was told of cannot be dismissed behind its back.</summary>
    public static Decision Decide(Lead state, DismissLead command, CommandContext context)
    {
        var reason = command.Reason.Trim();
        return state switch
        {
            { MergedInto: not null } => LeadRules.Merged,
            { Disclosures.IsEmpty: false } => LeadRules.Disclosed,
            { Dismissed: { } before } => before.Reason == reason ? Decision.Nothing : LeadRules.Dismissed,
            _ => Decision.Accept(new LeadDismissed(reason, context.At(null))),
        };
    }

    internal sealed class Rules : AbstractValidator<DismissLead>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}

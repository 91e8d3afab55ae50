using FluentValidation;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Leads;

/// <summary>Says that a lead is a duplicate of another, which stays.</summary>
/// <param name="Into">The lead that stays.</param>
public sealed record MergeLead(string Into) : IReferring
{
    /// <summary>The kind of reference that is answered with the lead that now stands for the one named; the empty id where none is known.</summary>
    public const string Standing = "lead-standing";

    /// <inheritdoc />
    public IEnumerable<Reference> References => [new("lead", Into), new(Standing, Into)];

    /// <summary>Merged once, into a lead that stands; one that became a disclosure is the one that stays.</summary>
    public static Decision Decide(Lead state, MergeLead command, CommandContext context)
    {
        var into = context.IdOf("lead", command.Into);
        if (context.Stream == Lead.Aggregate.StreamOf(into))
        {
            return Decision.Refuse("merge-into-itself", "A lead cannot be merged into itself; name the one that stays.");
        }

        return state switch
        {
            { MergedInto: { } already } => already == into ? Decision.Nothing : LeadRules.Merged,
            { Disclosures.IsEmpty: false } => Decision.Refuse(
                "lead-disclosed", "The lead was opened as a disclosure; merge the other one into it."),
            { Dismissed: not null } => LeadRules.Dismissed,
            _ when context.IdOf(Standing, command.Into) is var standing && standing != Guid.Empty && standing != into => Decision.Refuse(
                "merge-target-merged", "The lead to merge into was merged itself; name the one that stays."),
            _ => Decision.Accept(new LeadMerged(into, context.At(null))),
        };
    }

    internal sealed class Rules : AbstractValidator<MergeLead>
    {
        public Rules() => RuleFor(c => c.Into).Ref();
    }
}

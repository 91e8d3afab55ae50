using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Leads;

/// <summary>Adds something that supports a lead; its id is that of the recorded event.</summary>
/// <param name="Description">What it is and what it shows.</param>
/// <param name="Url">Where it is.</param>
/// <param name="Sha256">The SHA-256 of the archived copy, so that it can be proved to be unchanged.</param>
public sealed record AddEvidence(
    [property: PersonalData] string Description, [property: PersonalData] string? Url = null, string? Sha256 = null)
{
    /// <summary>Evidence still comes in after a lead was disclosed, but not to one that was given up.</summary>
    public static Decision Decide(Lead state, AddEvidence command, CommandContext context)
    {
        var (description, url, sha256) = (command.Description.Trim(), command.Url.Trimmed(), command.Sha256?.ToLowerInvariant());
        return state switch
        {
            { MergedInto: not null } => LeadRules.Merged,
            _ when state.Evidence.Values.Any(one => one.Description == description && one.Url == url && one.Sha256 == sha256) => Decision.Nothing,
            { Dismissed: not null, Disclosures.IsEmpty: true } => LeadRules.Dismissed,
            _ => Decision.Accept(new EvidenceAdded(description, url, sha256, context.At(null))),
        };
    }

    internal sealed class Rules : AbstractValidator<AddEvidence>
    {
        public Rules()
        {
            RuleFor(c => c.Description).Multiline(4000);
            RuleFor(c => c.Url).Url();
            RuleFor(c => c.Sha256).Sha256();
        }
    }
}

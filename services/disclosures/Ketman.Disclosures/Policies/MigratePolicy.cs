using FluentValidation;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Policies;

/// <summary>Moves an open case to another policy, or to another version of its own.</summary>
/// <param name="Policy">Which policy.</param>
/// <param name="Reason">Why: it is told to whoever asks how a deadline came about.</param>
/// <param name="Version">Which version; absent: the latest.</param>
public sealed record MigratePolicy(string Policy, string Reason, int? Version = null) : ITargetReferring
{
    /// <summary>The kind of reference that names the company of a case.</summary>
    internal const string CompanyOfCase = "company-of-case";

    private PolicyRef Wanted => new(Policy.ToLowerInvariant(), Version);

    /// <inheritdoc />
    public IEnumerable<Reference> ReferencesOf(string target) => [Wanted.Reference, new(CompanyOfCase, target)];

    /// <summary>From the same anchors, but nobody is late by the new terms before now, and who was late by the old ones stays late. The same terms again do nothing.</summary>
    public static Decision Decide(Disclosure state, MigratePolicy command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var policy = context.DetailOf<PolicyVersion>(PolicyRef.Kind, command.Wanted.ToString())
            ?? throw new InvalidOperationException("A policy is found with its document.");
        var company = context.DetailOf<CompanyTime>(CompanyOfCase, context.Ref);
        var pinned = policy.Pin(context.At(null), company, command.Reason);
        if (company is null && policy.Document.CompanyCalendar)
        {
            // The case was opened in this very batch, with what was known of the company.
            pinned = pinned with { Calendar = state.Pinned?.Calendar };
        }

        return state.Pinned is { } before && (before.Name, before.Version, before.Calendar) == (pinned.Name, pinned.Version, pinned.Calendar)
            ? Decision.Nothing
            : Decision.Accept(pinned);
    }

    internal sealed class Rules : AbstractValidator<MigratePolicy>
    {
        public Rules()
        {
            RuleFor(c => c.Policy).Handle();
            RuleFor(c => c.Version).Must(version => version is null or > 0).WithMessage("must be a version, from 1");
            RuleFor(c => c.Reason).Multiline(2000);
        }
    }
}

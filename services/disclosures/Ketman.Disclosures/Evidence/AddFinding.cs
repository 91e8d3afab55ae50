using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Evidence;

/// <summary>Adds what was found out.</summary>
/// <param name="Summary">What.</param>
/// <param name="Account">About which account.</param>
/// <param name="Url">Where it can be seen.</param>
/// <param name="Sha256">The hash of what was seen, so that it can be proved later.</param>
/// <param name="At">When it was found; absent: now.</param>
public sealed record AddFinding(string Summary, string? Account = null, string? Url = null, string? Sha256 = null, Moment? At = null)
    : ITimedCommand, IReferring
{
    IEnumerable<Reference> IReferring.References => Account is null ? [] : [new("account", Account)];

    /// <summary>Findings come to light late, on a closed case too.</summary>
    public static Decision Decide(Disclosure state, AddFinding command, CommandContext context)
    {
        var at = context.At(command.At);
        return Gate.NotAfterClosing(state, context, at) ?? Decision.Accept(new FindingAdded(
            at,
            command.Summary,
            command.Account is { } account ? context.IdOf("account", account) : null,
            command.Url,
            command.Sha256?.ToLowerInvariant()));
    }

    internal sealed class Rules : AbstractValidator<AddFinding>
    {
        public Rules()
        {
            RuleFor(c => c.Summary).Multiline(4000);
            RuleFor(c => c.Account).Ref();
            RuleFor(c => c.Url).Url();
            RuleFor(c => c.Sha256).Sha256();
        }
    }
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Evidence;

/// <summary>Records that a worker's code was merged.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Repository">Where, e.g. <c>halcyon/contracts</c>.</param>
/// <param name="Url">The merge itself.</param>
/// <param name="At">When the first merge was; must be said.</param>
public sealed record RecordMerge(string Account, string Repository, string? Url = null, Moment? At = null) : ITimedCommand, IReferring
{
    IEnumerable<Reference> IReferring.References => [new("account", Account)];

    /// <summary>Another time for the same repository is another fact: of several, the first counts.</summary>
    public static Decision Decide(Disclosure state, RecordMerge command, CommandContext context)
    {
        var at = context.At(command.At);
        var merged = new CodeMerged(at, context.IdOf("account", command.Account), command.Repository, command.Url);
        return Gate.NotAfterClosing(state, context, at) is { } barred ? barred
            : state.Standing<CodeMerged>().Any(known => known.Said == merged) ? Decision.Nothing
            : Decision.Accept(merged);
    }

    internal sealed class Rules : AbstractValidator<RecordMerge>
    {
        public Rules()
        {
            RuleFor(c => c.Account).Ref();
            RuleFor(c => c.Repository).Text(300);
            RuleFor(c => c.Url).Url();
            RuleFor(c => c.At).MustBeSaid();
        }
    }
}

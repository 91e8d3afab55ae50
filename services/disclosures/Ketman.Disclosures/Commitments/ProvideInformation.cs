using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Commitments;

/// <summary>Records that the team answered what the company asked.</summary>
/// <param name="Request">Which question, by its id or key.</param>
/// <param name="Summary">What was answered.</param>
/// <param name="At">When; absent: now.</param>
public sealed record ProvideInformation(string Request, string? Summary = null, Moment? At = null) : ITimedCommand
{
    /// <summary>A question is answered once, and not before it was asked.</summary>
    public static Decision Decide(Disclosure state, ProvideInformation command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var id = context.FactId(command.Request);
        if (!state.TryGet<InformationRequested>(id, "information-request", out var requested, out var broken))
        {
            return broken;
        }

        var at = context.At(command.At);
        return state.Standing<InformationProvided>().Any(known => known.Said.RequestId == id) ? Decision.Nothing
            : at.Precedes(requested.OccurredAt)
                ? Decision.Refuse("provided-before-requested", "The question would have been answered before it was asked; check both times.")
            : Decision.Accept(new InformationProvided(at, id, command.Summary));
    }

    internal sealed class Rules : AbstractValidator<ProvideInformation>
    {
        public Rules()
        {
            RuleFor(c => c.Request).Ref();
            RuleFor(c => c.Summary).Multiline(4000);
        }
    }
}

using FluentValidation;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Assignment;

/// <summary>Says that nobody is in charge of the case any more.</summary>
public sealed record Unassign
{
    /// <summary>Of a case that nobody is in charge of, it says nothing new.</summary>
    public static Decision Decide(Disclosure state, Unassign command, CommandContext context) =>
        Gate.Always(state, context) is { } barred ? barred
        : state.Assignee is null ? Decision.Nothing
        : Decision.Accept(new DisclosureUnassigned(context.At(null), context.By));

    internal sealed class Rules : AbstractValidator<Unassign>;
}

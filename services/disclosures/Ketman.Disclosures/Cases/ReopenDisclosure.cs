using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Cases;

/// <summary>Takes a resolved or closed case up again.</summary>
public sealed record ReopenDisclosure(string Reason, Moment? At = null) : ITimedCommand
{
    /// <summary>Only what is resolved or closed can be reopened.</summary>
    public static Decision Decide(Disclosure state, ReopenDisclosure command, CommandContext context)
    {
        if (Gate.Always(state, context) is { } barred)
        {
            return barred;
        }

        var at = context.At(command.At);
        return state.Status is DisclosureStatus.Open
                ? Decision.Refuse("case-open", "The case is open; only a resolved or closed one can be reopened.")
            : Gate.OutOfOrder(state, at) is { } order ? order
            : Decision.Accept(new DisclosureReopened(at, command.Reason));
    }

    internal sealed class Rules : AbstractValidator<ReopenDisclosure>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Cases;

/// <summary>Puts a case away, resolved or not.</summary>
public sealed record CloseDisclosure(string Reason, Moment? At = null) : ITimedCommand
{
    /// <summary>Closing a closed case does nothing.</summary>
    public static Decision Decide(Disclosure state, CloseDisclosure command, CommandContext context)
    {
        if (Gate.Always(state, context) is { } barred)
        {
            return barred;
        }

        var at = context.At(command.At);
        return state.Status is DisclosureStatus.Closed ? Decision.Nothing
            : Gate.OutOfOrder(state, at) is { } order ? order
            : Decision.Accept(new DisclosureClosed(at, command.Reason));
    }

    internal sealed class Rules : AbstractValidator<CloseDisclosure>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}

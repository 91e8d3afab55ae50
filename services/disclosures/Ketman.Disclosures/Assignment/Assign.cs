using FluentValidation;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Assignment;

/// <summary>Says who is in charge of the case.</summary>
/// <param name="To">Who, by the name of the key or user.</param>
public sealed record Assign(string To)
{
    /// <summary>One person is in charge at a time; naming the same again does nothing. Taken at any time: work is handed over after the end, too.</summary>
    public static Decision Decide(Disclosure state, Assign command, CommandContext context) =>
        Gate.Always(state, context) is { } barred ? barred
        : state.Assignee == command.To ? Decision.Nothing
        : Decision.Accept(new DisclosureAssigned(context.At(null), command.To, context.By));

    internal sealed class Rules : AbstractValidator<Assign>
    {
        public Rules() => RuleFor(c => c.To).Text(200);
    }
}

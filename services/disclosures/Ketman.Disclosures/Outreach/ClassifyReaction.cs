using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Outreach;

/// <summary>Says how the company takes it.</summary>
/// <param name="Reaction">How.</param>
/// <param name="Note">By what that shows.</param>
/// <param name="At">Since when; absent: now.</param>
public sealed record ClassifyReaction(Reaction Reaction, string? Note = null, Moment? At = null) : ITimedCommand
{
    /// <summary>A reaction may change, and change back; the same one at the same time is one.</summary>
    public static Decision Decide(Disclosure state, ClassifyReaction command, CommandContext context)
    {
        var classified = new ReactionClassified(context.At(command.At), command.Reaction, command.Note);
        return Gate.NotClosed(state, context) is { } barred ? barred
            : state.Standing<ReactionClassified>().Any(known => known.Said == classified) ? Decision.Nothing
            : Decision.Accept(classified);
    }

    internal sealed class Rules : AbstractValidator<ClassifyReaction>
    {
        public Rules() => RuleFor(c => c.Note).Multiline(4000);
    }
}

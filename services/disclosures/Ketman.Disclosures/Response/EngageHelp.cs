using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Response;

/// <summary>Records that outside help was engaged after the exploitation.</summary>
/// <param name="Helper">Whose.</param>
/// <param name="Summary">For what.</param>
/// <param name="At">When; absent: now.</param>
public sealed record EngageHelp(string? Helper = null, string? Summary = null, Moment? At = null) : ITimedCommand
{
    /// <summary>The same engagement twice is one.</summary>
    public static Decision Decide(Disclosure state, EngageHelp command, CommandContext context)
    {
        var engaged = new PostExploitationHelpEngaged(context.At(command.At), command.Helper, command.Summary);
        return Gate.NotAfterClosing(state, context, engaged.OccurredAt) is { } barred ? barred
            : state.Standing<PostExploitationHelpEngaged>().Any(known => known.Said == engaged) ? Decision.Nothing
            : Decision.Accept(engaged);
    }

    internal sealed class Rules : AbstractValidator<EngageHelp>
    {
        public Rules()
        {
            RuleFor(c => c.Helper).Text(200);
            RuleFor(c => c.Summary).Multiline(4000);
        }
    }
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Clocks;

/// <summary>Lets what was paused run on.</summary>
/// <param name="Pause">The pause, by its id or the key that it was recorded with.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">From when; absent: now.</param>
public sealed record ResumeClock(string Pause, string? Reason = null, Moment? At = null) : ITimedCommand
{
    /// <summary>A pause ends once, and not before it began.</summary>
    public static Decision Decide(Disclosure state, ResumeClock command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var id = context.FactId(command.Pause);
        if (!state.TryGet<ClockPaused>(id, "pause", out var paused, out var broken))
        {
            return broken;
        }

        var at = context.At(command.At);
        return state.StandingFacts.Resumed.ContainsKey(id) ? Decision.Nothing
            : at.Precedes(paused.OccurredAt)
                ? Decision.Refuse("resumed-before-paused", "The pause would have ended before it began; check both times.")
            : Decision.Accept(new ClockResumed(at, id, context.By, command.Reason));
    }

    internal sealed class Rules : AbstractValidator<ResumeClock>
    {
        public Rules()
        {
            RuleFor(c => c.Pause).Ref();
            RuleFor(c => c.Reason).Multiline(2000);
        }
    }
}

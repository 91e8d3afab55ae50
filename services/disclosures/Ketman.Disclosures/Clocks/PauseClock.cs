using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Clocks;

/// <summary>Stops a clock, or all clocks of the case, until it is resumed.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Clock">Which, by its name in the policy; absent: all.</param>
/// <param name="Subject">Of a clock kept per promise or question: which, by its id or key; absent: all of them.</param>
/// <param name="At">From when; absent: now.</param>
public sealed record PauseClock(string Reason, string? Clock = null, string? Subject = null, Moment? At = null) : ITimedCommand
{
    /// <summary>What stands still already is not paused again, and what is over cannot be; a pause that was forgotten to be noted says when it began.</summary>
    public static Decision Decide(Disclosure state, PauseClock command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var facts = state.StandingFacts;
        if (facts.Policy is null)
        {
            return ClockRules.NoPolicy;
        }

        Guid? subject = command.Subject is { } reference ? context.FactId(reference) : null;
        var at = context.At(command.At);
        if (command.Clock is { } name)
        {
            if (!ClockRules.TryGetTerms(facts, name, out var terms, out var broken))
            {
                return broken;
            }

            if (subject is not null && ClockRules.WrongSubject(facts, terms, subject) is { } wrong)
            {
                return wrong;
            }
        }

        return Covering(facts, command.Clock, subject, at) is not null
                ? Decision.Refuse("clock-paused", "The clock was paused then already, and nobody has resumed it.")
            : Over(facts, command.Clock, subject, at) is { } over ? over
            : Decision.Accept(new ClockPaused(at, command.Clock, subject, context.By, command.Reason));
    }

    // A pause that has not ended covers what lies after its beginning; one that begins later is another stretch, joined with it.
    private static ClockPaused? Covering(CaseFacts facts, string? clock, Guid? subject, Moment at) => facts.Pauses
        .Where(pause => !facts.Resumed.ContainsKey(pause.Id) && !at.Precedes(pause.Said.OccurredAt))
        .Select(pause => pause.Said)
        .FirstOrDefault(said => said.Clock is null || (said.Clock == clock && (said.SubjectId is null || said.SubjectId == subject)));

    private static BrokenRule? Over(CaseFacts facts, string? clock, Guid? subject, Moment at)
    {
        var meant = facts.Clocks.Where(known => known.Terms.Name == clock && (subject is null || known.SubjectId == subject)).ToList();
        var from = facts.When(default, at).From;
        return meant.Count == 0 || meant.Exists(known => !(known.StoppedFrom <= from) && !(known.DueAt <= from)) ? null
            : meant.Exists(known => known.StoppedFrom <= from)
                ? new BrokenRule("clock-stopped", "The clock was stopped before that, so there is nothing to pause.")
            : new BrokenRule("clock-breached", "The time of the clock ran out before that; a pause that began earlier says when, by at.");
    }

    internal sealed class Rules : AbstractValidator<PauseClock>
    {
        public Rules()
        {
            RuleFor(c => c.Reason).Multiline(2000);
            RuleFor(c => c.Clock).Handle();
            RuleFor(c => c.Subject).Ref();
            RuleFor(c => c.Clock).NotNull().When(c => c.Subject is not null).WithMessage("missing: a subject belongs to one clock; say which");
        }
    }
}

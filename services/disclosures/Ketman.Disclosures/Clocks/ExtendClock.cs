using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Clocks;

/// <summary>Gives more time.</summary>
/// <param name="Clock">To which clock, by its name in the policy.</param>
/// <param name="Until">The new due time; a day is due at its end in the zone of the policy.</param>
/// <param name="Reason">Why.</param>
/// <param name="Subject">Of a clock kept per promise or question: which, by its id or key.</param>
/// <param name="Grace">Whether it is the grace that the policy grants on request.</param>
/// <param name="At">When it was granted; absent: now.</param>
public sealed record ExtendClock(
    string Clock, Moment Until, string Reason, string? Subject = null, bool Grace = false, Moment? At = null) : ITimedCommand
{
    /// <summary>
    /// Only a clock that runs is given more time: what was stopped needs none, and a breach stays. What was granted in time and is
    /// recorded late says when it was granted.
    /// </summary>
    public static Decision Decide(Disclosure state, ExtendClock command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var facts = state.StandingFacts;
        if (!ClockRules.TryGetTerms(facts, command.Clock, out var terms, out var broken))
        {
            return broken;
        }

        Guid? subject = command.Subject is { } reference ? context.FactId(reference) : null;
        if (ClockRules.WrongSubject(facts, terms, subject) is { } wrong)
        {
            return wrong;
        }

        if (facts.Clocks.FirstOrDefault(known => known.Terms == terms && known.SubjectId == subject) is not { } clock)
        {
            return Decision.Refuse("clock-not-begun", "The clock does not run yet: what it counts from has not happened.");
        }

        var at = context.At(command.At);
        var until = facts.When(default, command.Until).To;
        return (Over(facts, clock, at) ?? TooShort(clock, until) ?? (command.Grace ? NoGrace(facts, clock, until) : null)) is { } rule
            ? rule
            : Decision.Accept(new ClockExtended(at, command.Clock, subject, until, command.Grace, context.By, command.Reason));
    }

    private static BrokenRule? Over(CaseFacts facts, Clock clock, Moment at)
    {
        var from = facts.When(default, at).From;
        return clock.StoppedFrom <= from
                ? new BrokenRule("clock-stopped", "The clock was stopped before that, so it needs no more time.")
            : clock.DueAt <= from
                ? new BrokenRule(
                    "clock-breached",
                    $"The time of the clock ran out at {ClockRules.Told(clock.DueAt.Value)}, and a breach stays; an extension that was granted before that says when, by at.")
            : null;
    }

    private static BrokenRule? TooShort(Clock clock, DateTimeOffset until) =>
        clock.DueAt is not { } due
            ? new BrokenRule("clock-paused", "The clock stands still without an end, so it has no due time to move; what pauses it ends first.")
        : until <= due
            ? new BrokenRule("extension-not-later", $"The clock is due at {ClockRules.Told(due)} as it is; an extension is later.")
        : null;

    private static BrokenRule? NoGrace(CaseFacts facts, Clock clock, DateTimeOffset until)
    {
        if ((ClockReading.VariantOf(clock.Terms, facts.Severity)?.Grace ?? clock.Terms.Grace) is not { } grace)
        {
            return new BrokenRule("grace-not-granted", "The policy grants no grace for this clock; a lead may extend it without.");
        }

        var latest = clock.DueWithoutGrace!.Value + DueTimes.Length(grace.Time).ToTimeSpan();
        return until > latest
            ? new BrokenRule("grace-too-long", $"The policy grants a grace until {ClockRules.Told(latest)} at the most.")
            : null;
    }

    internal sealed class Rules : AbstractValidator<ExtendClock>
    {
        public Rules()
        {
            RuleFor(c => c.Clock).Handle();
            RuleFor(c => c.Until).Must(until => until.Start.Year is >= 2000 and < 2100).WithMessage("must lie in this century; check the year");
            RuleFor(c => c.Reason).Multiline(2000);
            RuleFor(c => c.Subject).Ref();
        }
    }
}

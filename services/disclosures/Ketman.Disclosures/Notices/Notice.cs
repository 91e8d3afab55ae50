using System.Globalization;
using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;
using NodaTime;

namespace Ketman.Disclosures.Notices;

/// <summary>What people are to be told of something that time brought about. Pure: it follows from the case and the event.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">The clock or the step.</param>
/// <param name="At">When it came.</param>
/// <param name="DueAt">When it is or was due; of a warning, what it warns of.</param>
/// <param name="DeliverAt">When to tell: while the team works.</param>
/// <param name="Text">In words. Only the handle of the case and the words of its policy: nothing personal.</param>
/// <param name="Late">Whether it was noticed so late that one notice for all such tells of it.</param>
internal sealed record Notice(
    Guid EventId, string Kind, string Subject, DateTimeOffset At, DateTimeOffset DueAt, DateTimeOffset DeliverAt, string Text, bool Late)
{
    public const string Breach = "breach";
    public const string Warning = "warning";
    public const string StepDue = "step-due";
    public const string StepTaken = "step-taken";

    /// <summary>The notice of an event; null: nobody is told of it.</summary>
    /// <param name="state">The case, with its policy pinned.</param>
    /// <param name="id">The event's id.</param>
    /// <param name="noticed">The event.</param>
    /// <param name="now">When it is noticed.</param>
    public static Notice? Of(Disclosure state, Guid id, IDomainEvent noticed, DateTimeOffset now)
    {
        var policy = Policy.Of(state.Pinned!);
        var handle = state.Opening?.Handle;
        var at = noticed.OccurredAt.Start;
        return noticed switch
        {
            SlaBreached breach => Made(
                Breach, breach.Clock, at, $"{handle}: time ran out for \"{ClockTitle(policy, breach.Clock)}\" at {Said(at)}; {Ower(breach.OwedBy)}.", breach.CaughtUp),
            DeadlineNear near => Made(
                Warning, near.Clock, near.DueAt, $"{handle}: time runs out for \"{ClockTitle(policy, near.Clock)}\" at {Said(near.DueAt)}.", near.CaughtUp),
            // What the platform does itself is told of when it is done, which is at once.
            EscalationStepDue step when StepOf(policy, step.Step)?.TakenBy is StepTaker.Platform => null,
            EscalationStepDue step => Made(
                StepDue, step.Step, at, $"{handle}: the step \"{StepTitle(policy, step.Step)}\" is due since {Said(at)}.", step.CaughtUp),
            EscalationStepTaken step => Made(
                StepTaken, step.Step, at, $"{handle}: the platform took the step \"{StepTitle(policy, step.Step)}\", due at {Said(at)}.", at < now - CatchingUp.Late),
            _ => null,
        };

        Notice Made(string kind, string subject, DateTimeOffset due, string text, bool late) =>
            new(id, kind, subject, at, due, Opening(policy, now), text, late);
    }

    // A calendar that never opens again still leaves somebody to be told.
    private static DateTimeOffset Opening(Policy policy, DateTimeOffset now) =>
        policy.TeamCalendar.NextOpening(Instant.FromDateTimeOffset(now))?.ToDateTimeOffset() ?? now;

    private static string ClockTitle(Policy policy, string clock) => policy.Document.Clocks.FirstOrDefault(terms => terms.Name == clock)?.Title ?? clock;

    private static string StepTitle(Policy policy, string step) => StepOf(policy, step)?.Title ?? step;

    private static LadderTerms? StepOf(Policy policy, string step) => policy.Document.Ladder.FirstOrDefault(terms => terms.Step == step);

    private static string Ower(Party party) => party is Party.Company ? "the company owes it" : "we owe it";

    internal static string Said(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}

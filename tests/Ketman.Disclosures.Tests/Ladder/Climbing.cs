using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Ladder;
using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Tests.Publication;
using Ketman.EventStore.Deciding;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Ladder;

/// <summary>A case under a policy with every kind of step; days are days in UTC.</summary>
internal static class Climbing
{
    private static readonly IReadOnlyList<Milestone> AnyWord = [Milestone.CompanyWord];

    public static readonly PolicyDocument Document = Publishing.Document with
    {
        Calendar = new CalendarDocument { Zone = "UTC", Hours = null },
        Ladder =
        [
            new LadderTerms("reminder", "Remind them", StepKind.Reminder, new DueRule(Milestone.FirstAttempt, Time: "P2D"), AnyWord,
                Template: "{company}, we wrote on {first-outreach}; by {due}: {attempts}."),
            new LadderTerms("silence-again", "Ask again", StepKind.Reminder, new DueRule(Milestone.CompanyWord, Time: "P7D"), AnyWord),
            new LadderTerms("other-channel", "Try another way", StepKind.OtherChannel, new DueRule(Milestone.FirstAttempt, Time: "P4D"), AnyWord),
            new LadderTerms("intermediary", "Ask somebody else", StepKind.Intermediary, new DueRule(AfterStep: "other-channel", Time: "P5D"), AnyWord),
            new LadderTerms("look", "Look at it", StepKind.Review, new DueRule(Milestone.FirstAttempt, Time: "P10D"), AnyWord),
            new LadderTerms("notify", "Tell the team", StepKind.Review, new DueRule(Milestone.FirstAttempt, Time: "P11D"), AnyWord, StepTaker.Platform),
            new LadderTerms("final-notice", "Say it", StepKind.FinalNotice, new DueRule(Milestone.FirstAttempt, Time: "P20D"), AnyWord, Template: "{clause}"),
        ],
    };

    public static readonly OutreachAttempted First = new(At("2025-02-04T09:00:00Z"), Channel.Email, "security contact", null, "mira", null);

    /// <summary>The case with its first attempt (event 3), and what followed; the first of that is event 4.</summary>
    public static IReadOnlyList<IDomainEvent> Up(params IReadOnlyList<IDomainEvent> then) =>
        [Opened with { OccurredAt = At("2025-02-03T08:00:00Z") }, Publishing.Pin(Document), First, .. then];

    public static LadderStep Step(IReadOnlyList<IDomainEvent> events, string step) => LadderSteps.Of(Publishing.State(events)).Single(one => one.Terms.Step == step);

    /// <summary>All that time brings about until then, in its order.</summary>
    public static IReadOnlyList<IDomainEvent> UpTo(IReadOnlyList<IDomainEvent> events, string now) =>
        [.. Proceedings.UpTo(Publishing.State(events), Publishing.Utc(now), DateTimeOffset.MinValue, name => DeterministicId.From("scenario", name)).Select(one => one.Event)];
}

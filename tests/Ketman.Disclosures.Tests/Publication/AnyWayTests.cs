using FsCheck;
using FsCheck.Fluent;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.Disclosures.Commitments;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Outreach;
using Ketman.Disclosures.Publication;
using Ketman.EventStore.Deciding;
using static Ketman.Disclosures.Tests.Publication.Publishing;

namespace Ketman.Disclosures.Tests.Publication;

/// <summary>
/// Whatever is commanded in whatever order: a company is named only where a naive reading of the log finds that everything held. The
/// reading knows the events alone, neither the state nor the conditions of the gate.
/// </summary>
public sealed class AnyWayTests
{
    private delegate Decision Command(Disclosure state, CommandContext context);

    private readonly record struct Move(int Hours, string By, Command Does, bool Wishes);

    [Fact]
    public void nobody_is_named_unless_all_held()
    {
        var named = 0;
        Prop.ForAll(Gen.ListOf(Moves(), 45).ToArbitrary(), moves =>
        {
            var log = Play(moves);
            var names = log.Where(one => one.Event is CompanyNamed).ToList();
            named += names.Count;
            return names.All(one => Held(log, log.IndexOf(one)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

        // Otherwise the property would hold of nothing.
        named.ShouldBeGreaterThan(5);
    }

    private sealed record Recorded(Guid Id, DateTimeOffset At, IDomainEvent Event, bool Wish);

    private static List<Recorded> Play(IEnumerable<Move> moves)
    {
        // The case begins where all but the notice is there, so that chance has something to break and to mend.
        var now = Utc("2025-02-10T08:00:00Z");
        var log = Up(8).Select((happened, index) => new Recorded(Id(index + 1), now, happened, false)).ToList();
        var state = State(Up(8));
        foreach (var (move, number) in moves.Select((move, index) => (move, index + 100)))
        {
            now = now.AddHours(move.Hours);
            var context = Context(now, Id(number), move.By, move.Wishes ? Cleared with { Wish = PrivacyWish.Private } : Cleared);
            var decided = move.Does(state, context).Events;
            if (decided.Count == 0)
            {
                continue;
            }

            var added = decided.Select((happened, ordinal) => (Id: context.EventId(ordinal), Event: happened)).ToList();
            state = added.Aggregate(state, (folded, one) => Disclosure.Evolve(folded, one.Id, one.Event));
            foreach (var following in Proceedings.FollowingFrom(state, added, now).ToList())
            {
                added.Add((context.EventId(added.Count), following));
                state = Disclosure.Evolve(state, added[^1].Id, following);
            }

            log.AddRange(added.Select(one => new Recorded(one.Id, now, one.Event, move.Wishes)));
        }

        return log;
    }

    private static bool Held(List<Recorded> log, int at)
    {
        var (now, wish) = (log[at].At, log[at].Wish);
        var before = log.Take(at).ToList();
        var gone = before.Select(one => one.Event).OfType<FactRetracted>().Select(one => one.FactId).ToHashSet();
        bool Stands(Recorded one) => !gone.Contains(one.Id);
        IEnumerable<T> All<T>() => before.Where(Stands).Select(one => one.Event).OfType<T>();

        var proposal = before.FindLastIndex(one => one.Event is PublicationProposed);
        var notice = before.FindLastIndex(one => one.Event is FinalNoticeGiven);
        if (wish || notice < 0 || proposal < notice)
        {
            return false;
        }

        var given = (FinalNoticeGiven)before[notice].Event;
        var harm = All<SeverityAssessed>().LastOrDefault()?.Severity is Severity.ActiveHarm;
        var bounced = All<OutreachBounced>().Select(one => one.OutreachId).ToHashSet();
        var attempts = before.Where(Stands).Where(one => one.Event is OutreachAttempted && !bounced.Contains(one.Id)).ToList();
        var said = attempts.Select(one => (OutreachAttempted)one.Event).ToList();
        var after = before.Skip(notice + 1).ToList();
        var proposer = ((PublicationProposed)before[proposal].Event).By;
        var procedure = before.Skip(proposal + 1).Select(one => one.Event).ToList();
        return attempts.Any(one => one.Id == given.OutreachId)
            && now >= given.PublishFrom && now >= given.OccurredAt.Start.AddDays(harm ? 3 : 14)
            && said.Count >= (harm ? 2 : 3) && said.Select(one => one.Channel).Distinct().Count() >= (harm ? 1 : 2)
            && said.Select(one => one.OccurredAt.Start.AddHours(1).Date).Distinct().Count() >= (harm ? 1 : 2)
            && !after.Any(one => one.Event is OutreachAnswered { Automatic: false } or UpdateReceived or CommitmentMade or CommitmentKept or PrivacyRequested or EmbargoSet)
            && !All<PrivacyRequested>().Any()
            && before.FindLastIndex(one => Stands(one) && one.Event is EmbargoSet) <= before.FindLastIndex(one => Stands(one) && one.Event is EmbargoLifted)
            && All<CodeMerged>().Any() && All<PaymentRecorded>().Any() && All<WorkerConfirmed>().Any() && All<FindingAdded>().Any()
            && !before.Any(one => one.Event is CompanyNamed named && !before.Any(other => other.Event is PublicationWithdrawn gone && gone.ProposalId == named.ProposalId))
            && !procedure.Any(one => one is PublicationWithdrawn or PublicationStopped)
            && procedure.OfType<PublicationApproved>().Select(one => one.By).Where(by => by != proposer).Distinct().Count() >= 2
            && procedure.Count(one => one is PublicationHeld) == procedure.Count(one => one is PublicationReleased)
            && procedure.OfType<PublicationScheduled>().LastOrDefault() is { } schedule && schedule.For <= now;
    }

    private static Gen<Move> Moves()
    {
        var attempts = Gen.Elements(Id(7), Id(8), Id(100), Id(101), Id(102));
        var facts = Gen.Elements(Id(3), Id(4), Id(5), Id(6), Id(7), Id(8), Id(100), Id(101), Id(105), Id(110), Id(115));
        var does = Gen.Frequency<Command>(
            (10, Gen.Choose(0, 1).Select(_ => Make((state, context) => GiveFinalNotice.Decide(state, new GiveFinalNotice(Moment.At(context.Now.AddDays(15)), Channel: Channel.Email), context)))),
            (20, Gen.Constant(Make((state, context) => ProposePublication.Decide(state, new ProposePublication("silence"), context)))),
            (28, Gen.Constant(Make((state, context) => ApprovePublication.Decide(state, new ApprovePublication(), context)))),
            (16, Gen.Choose(0, 48).Select(hours => Make((state, context) => SchedulePublication.Decide(state, new SchedulePublication(Moment.At(context.Now.AddHours(hours))), context)))),
            (3, Gen.Constant(Make((state, context) => HoldPublication.Decide(state, new HoldPublication("wait"), context)))),
            (6, Gen.Constant(Make((state, context) => ReleasePublication.Decide(state, new ReleasePublication(), context)))),
            (24, Gen.Constant(Make((state, context) => Publish.Decide(state, new Publish("https://ketman.example/x"), context)))),
            (1, Gen.Constant(Make((state, context) => WithdrawPublication.Decide(state, new WithdrawPublication("not yet"), context)))),
            (3, Gen.Elements(Channel.Email, Channel.X).Select(channel => Make((state, context) => LogOutreach.Decide(state, new LogOutreach(channel), context)))),
            (1, attempts.Select(which => Make((state, context) => RecordBounce.Decide(state, new RecordBounce(which.ToString("D")), context)))),
            (1, attempts.SelectMany(which => Gen.Elements(true, false).Select(machine => Make((state, context) => RecordAnswer.Decide(state, new RecordAnswer(which.ToString("D"), machine), context))))),
            (1, Gen.Choose(-30, 30).Select(days => Make((state, context) => MakeCommitment.Decide(state, new MakeCommitment("call", Moment.At(context.Now.AddDays(Math.Max(days, 0)))), context)))),
            (1, Gen.Constant(Make((state, context) => ReceiveUpdate.Decide(state, new ReceiveUpdate("we look"), context)))),
            (1, facts.Select(which => Make((state, context) => RetractFact.Decide(state, new RetractFact(which.ToString("D"), "a slip"), context)))),
            (1, Gen.Constant(Say(new EmbargoSet(default, null, "x")))),
            (1, Gen.Constant(Say(new EmbargoLifted(default, "x")))),
            (1, Gen.Elements(Severity.Standard, Severity.ActiveHarm).Select(severity => Say(new SeverityAssessed(default, severity, "x")))),
            (1, Gen.Constant(Make((state, context) => RequestPrivacy.Decide(state, new RequestPrivacy(), context)))));
        return from hours in Gen.Elements(0, 0, 1, 5, 26, 100, 200)
               from who in Gen.Elements("lena", "paul", "rita")
               from command in does
               from wish in Gen.Frequency((40, Gen.Constant(false)), (1, Gen.Constant(true)))
               select new Move(hours, who, command, wish);
    }

    private static Command Make(Command command) => command;

    // A fact without a rule that could refuse it.
    private static Command Say(IDomainEvent fact) => (_, context) => Decision.Accept(fact switch
    {
        EmbargoSet set => set with { OccurredAt = Moment.At(context.Now) },
        EmbargoLifted lifted => lifted with { OccurredAt = Moment.At(context.Now) },
        _ => ((SeverityAssessed)fact) with { OccurredAt = Moment.At(context.Now) },
    });
}

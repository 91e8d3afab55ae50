using FsCheck;
using FsCheck.Fluent;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Clocks;

/// <summary>What holds of clocks whatever happened, in whatever order it was recorded.</summary>
public sealed class AnyOrderTests
{
    private static readonly DateTimeOffset Beginning = new(2025, 3, 3, 0, 0, 0, TimeSpan.Zero);
    private static readonly CalendarDocument RoundTheClock = new() { Zone = "UTC", Hours = null };

    private static readonly ClockTerms Acknowledgement = new(
        "acknowledgement", "Answer", Party.Company, new DueRule(Milestone.FirstDelivered, Time: "PT72H"), [Milestone.Acknowledged], WarnBefore: ["PT24H"]);

    private static readonly ClockTerms Revocation = new(
        "revocation", "Revoke", Party.Company, new DueRule(Milestone.Acknowledged, Time: "PT168H"), [Milestone.AccessRevoked], PausedBy: [PauseCause.InformationRequested],
        Variants: [new SeverityVariant(Severity.High, new DueRule(Milestone.Acknowledged, Time: "PT48H"))]);

    private static readonly PolicyPinned Simple = Clocked.PinnedIn(RoundTheClock, Acknowledgement, Revocation);

    [Fact]
    public void the_order_in_which_facts_are_recorded_makes_no_difference_to_clocks() => Prop.ForAll(
        Histories().SelectMany(facts => Gen.Shuffle([.. facts.Said]).Select(shuffled => (facts, shuffled))).ToArbitrary(),
        pair => Told(Fold(pair.facts.Pinned, pair.facts.Said, pair.facts.Retracted)) == Told(Fold(pair.facts.Pinned, pair.shuffled, pair.facts.Retracted)))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void clocks_are_what_counting_hour_by_hour_says() => Prop.ForAll(
        Histories(Gen.Constant(Simple)).ToArbitrary(),
        facts =>
        {
            var state = Fold(facts.Pinned, facts.Said, facts.Retracted);
            var standing = facts.Said.Where(one => !facts.Retracted.Contains(one.Id)).ToList();
            var clocks = CaseClocks.Of(state).ToDictionary(clock => clock.Name, clock => (clock.DueAt, clock.StoppedAt?.Start, clock.IsInTime));
            return clocks.GetValueOrDefault("acknowledgement") == Naive.Acknowledgement(standing)
                && clocks.GetValueOrDefault("revocation") == Naive.Revocation(standing);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void after_any_history_exactly_the_breaches_that_hold_are_standing() => Prop.ForAll(
        Histories().ToArbitrary(),
        facts =>
        {
            var state = Fold(facts.Pinned, [], []);
            var now = Beginning;
            var seen = new HashSet<Guid>();
            foreach (var (id, said) in facts.Said)
            {
                // Recorded when it happened or later, as it comes; time brings about in between what it brings about.
                now = said.OccurredAt.Start > now ? said.OccurredAt.Start : now.AddHours(3);
                state = Pass(state, now, seen);
                state = Add(state, now, (id, said), seen);
            }

            foreach (var retracted in facts.Retracted)
            {
                now = now.AddHours(5);
                state = Pass(state, now, seen);
                state = Add(state, now, (DeterministicId.From("retraction", $"{retracted}"), new FactRetracted(Moment.At(now), retracted, "a slip")), seen);
            }

            now = now.AddHours(1000);
            state = Pass(state, now, seen);

            var annulled = state.Standing<BreachAnnulled>().Select(one => one.Said.BreachId).ToHashSet();
            var standing = state.Standing<SlaBreached>().Where(one => !annulled.Contains(one.Id)).Select(one => (one.Said.Clock, one.Said.SubjectId, At: one.Said.OccurredAt.Start)).Order().ToList();
            var holding = CaseClocks.Of(state).Where(clock => clock.BreachAt <= now).Select(clock => (clock.Terms.Name, clock.SubjectId, At: clock.BreachAt!.Value)).Order().ToList();
            return standing.SequenceEqual(holding)
                && state.Standing<BreachAnnulled>().GroupBy(one => one.Said.BreachId).All(group => group.Count() == 1)
                && !(Proceedings.NextAt(state) <= now);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static Disclosure Pass(Disclosure state, DateTimeOffset now, HashSet<Guid> seen)
    {
        foreach (var (id, data) in Proceedings.UpTo(state, now, DateTimeOffset.MinValue, name => DeterministicId.From("any", name)))
        {
            seen.Add(id).ShouldBeTrue("every event has an id of its own");
            state = Disclosure.Evolve(state, id, data);
        }

        return state;
    }

    private static Disclosure Add(Disclosure state, DateTimeOffset now, (Guid Id, IDomainEvent Event) added, HashSet<Guid> seen)
    {
        seen.Add(added.Id).ShouldBeTrue("every event has an id of its own");
        state = Disclosure.Evolve(state, added.Id, added.Event);
        foreach (var (data, ordinal) in Proceedings.FollowingFrom(state, [added], now).Select((data, ordinal) => (data, ordinal)).ToList())
        {
            if (data is BreachAnnulled annulled)
            {
                annulled.FactId.ShouldBe(added.Id);
            }

            state = Disclosure.Evolve(state, DeterministicId.OfEvent(added.Id, ordinal + 1), data);
        }

        return state;
    }

    private static Disclosure Fold(PolicyPinned pinned, IEnumerable<(Guid Id, IDomainEvent Said)> said, IEnumerable<Guid> retracted)
    {
        var state = Disclosure.Evolve(DisclosureStream.Aggregate.Initial, Scenario.EventId(1), Clocked.Began);
        state = Disclosure.Evolve(state, Scenario.EventId(2), pinned);
        state = said.Aggregate(state, (folded, one) => Disclosure.Evolve(folded, one.Id, one.Said));
        return retracted.Aggregate(state, (folded, id) => Disclosure.Evolve(folded, DeterministicId.From("retraction", $"{id}"), new FactRetracted(Now, id, "a slip")));
    }

    private static string Told(Disclosure state) => System.Text.Json.JsonSerializer.Serialize(ClockTelling.Tell(state, Beginning), ContractJson.Options);

    private static Gen<History> Histories() => Histories(Gen.Elements(Simple, Clocked.Pinned(Clocked.All)));

    private static Gen<History> Histories(Gen<PolicyPinned> policies)
    {
        // Every fact has the id of its place, so a small number is often a right reference and often a wrong one.
        var place = Gen.Choose(0, 24).Select(IdOf);
        var hour = Gen.Choose(0, 24 * 40).Select(number => Moment.At(Beginning.AddHours(number)));
        var at = Gen.Frequency((9, hour), (1, Gen.Choose(0, 40).Select(number => Moment.On(DateOnly.FromDateTime(Beginning.UtcDateTime).AddDays(number)))));
        return from pinned in policies
               from said in Facts(pinned == Simple ? hour : at, place).ListOf(25)
               from retracted in place.ListOf(3)
               select new History(
                   pinned,
                   [.. said.Select((one, number) => (IdOf(number), one))],
                   [.. retracted.Distinct().Where(id => said.Select((one, number) => (Id: IdOf(number), One: one)).Any(one => one.Id == id && one.One is not IProceeding))]);
    }

    private static Gen<IDomainEvent> Facts(Gen<Moment> at, Gen<Guid> place) => Gen.Frequency<IDomainEvent>(
        (3, from when in at select (IDomainEvent)new OutreachAttempted(when, Channel.Email, null, null, "mira", null)),
        (2, from when in at from which in place select (IDomainEvent)new OutreachDelivered(when, which)),
        (1, from when in at from which in place from machine in Gen.Elements(true, false) select (IDomainEvent)new OutreachAnswered(when, which, machine, null, null)),
        (2, from when in at select (IDomainEvent)new DisclosureAcknowledged(when, null, null, null, null)),
        (1, from when in at from reaction in Gen.Elements(Enum.GetValues<Reaction>()) select (IDomainEvent)new ReactionClassified(when, reaction, null)),
        (2, from when in at from due in at select (IDomainEvent)new CommitmentMade(when, "revoke", due, null)),
        (1, from when in at from which in place select (IDomainEvent)new CommitmentKept(when, which)),
        (1, from when in at select (IDomainEvent)new UpdateRequested(when, null, null)),
        (1, from when in at select (IDomainEvent)new UpdateReceived(when, "soon")),
        (2, from when in at select (IDomainEvent)new InformationRequested(when, "which", null)),
        (2, from when in at from which in place select (IDomainEvent)new InformationProvided(when, which, null)),
        (1, from when in at select (IDomainEvent)new ClockPaused(when, null, null, "ines", "why")),
        (2, from when in at from which in place select (IDomainEvent)new ClockResumed(when, which, "ines", null)),
        (1, from when in at
            from days in Gen.Choose(1, 20)
            from clock in Gen.Elements("revocation", "access-revocation", "acknowledgement")
            select (IDomainEvent)new ClockExtended(when, clock, null, when.Start.AddDays(days), days > 10, "ines", "why")),
        (1, from when in at from severity in Gen.Elements(Enum.GetValues<Severity>()) select (IDomainEvent)new SeverityAssessed(when, severity, "why")),
        (1, from when in at from until in at select (IDomainEvent)new EmbargoSet(when, until, "why")),
        (1, from when in at select (IDomainEvent)new EmbargoLifted(when, "why")),
        (1, from when in at from account in Gen.Elements(Fox, Owl) select (IDomainEvent)new WorkerConfirmed(when, account, ConfirmationBasis.WithCompany)),
        (2, from when in at from account in Gen.Elements(Fox, Owl) select (IDomainEvent)new AccessRevoked(when, account, null)));

    private static Guid IdOf(int number) => Scenario.EventId(100 + number);

    private sealed record History(PolicyPinned Pinned, IReadOnlyList<(Guid Id, IDomainEvent Said)> Said, IReadOnlyList<Guid> Retracted)
    {
        public override string ToString() => string.Join('\n', Said.Select(one => $"{one.Id:D} {one.Said}").Concat(Retracted.Select(id => $"retracted {id:D}")));
    }

    /// <summary>The two clocks of the simple policy, by looking through all facts again for every hour. Everything happens on the hour.</summary>
    private static class Naive
    {
        private const int LongerThanAnything = 24 * 400;

        public static (DateTimeOffset?, DateTimeOffset?, bool) Acknowledgement(List<(Guid Id, IDomainEvent Said)> facts)
        {
            var attempts = facts.Where(one => one.Said is OutreachAttempted).ToDictionary(one => one.Id, one => one.Said.OccurredAt.Start);
            var arrived = facts.Select(one => one.Said).OfType<OutreachDelivered>().Select(said => said.OccurredAt.Start)
                .Concat(facts.Select(one => one.Said).OfType<OutreachAnswered>().Where(said => attempts.ContainsKey(said.OutreachId)).Select(said => attempts[said.OutreachId])).ToList();
            var answers = Times<DisclosureAcknowledged>(facts);
            if (arrived.Count == 0 && answers.Count > 0)
            {
                arrived = [.. attempts.Values];
            }

            return arrived.Count == 0 ? default : Clock(facts, "acknowledgement", arrived.Min(), 72, answers, false);
        }

        public static (DateTimeOffset?, DateTimeOffset?, bool) Revocation(List<(Guid Id, IDomainEvent Said)> facts)
        {
            var answers = Times<DisclosureAcknowledged>(facts);
            if (answers.Count == 0)
            {
                return default;
            }

            var severities = facts.Select(one => one.Said).OfType<SeverityAssessed>().ToList();
            var severity = severities.Count == 0 ? Severity.Standard : severities.Where(said => said.OccurredAt == severities.Max(one => one.OccurredAt)).Max(said => said.Severity);
            var confirmed = facts.Select(one => one.Said).OfType<WorkerConfirmed>().ToList();
            var revoked = facts.Select(one => one.Said).OfType<AccessRevoked>().ToList();
            var complete = revoked.Select(said => said.OccurredAt.Start).Where(at =>
            {
                var known = confirmed.Count == 0 ? [Fox] : confirmed.Where(one => one.OccurredAt.Start <= at).Select(one => one.AccountId).Distinct().ToList();
                return known.TrueForAll(account => revoked.Exists(one => one.AccountId == account && one.OccurredAt.Start <= at));
            }).ToList();
            return Clock(facts, "revocation", answers.Min(), severity is Severity.High ? 48 : 168, complete, true);
        }

        private static (DateTimeOffset?, DateTimeOffset?, bool) Clock(
            List<(Guid Id, IDomainEvent Said)> facts, string name, DateTimeOffset from, int hours, List<DateTimeOffset> stops, bool waits)
        {
            DateTimeOffset? stop = stops.Count == 0 ? null : stops.Min();
            var pauses = Pauses(facts, waits).FindAll(pause => !(pause.From >= stop));
            var due = After(from, hours, pauses);
            var last = facts.Select(one => one.Said).OfType<ClockExtended>().Where(said => said.Clock == name).OrderBy(said => said.OccurredAt.Start).ThenBy(said => said.Until).LastOrDefault();
            if (last is not null && due is { } before)
            {
                var until = After(last.OccurredAt.Start, (int)(last.Until - last.OccurredAt.Start).TotalHours, [.. pauses.Where(pause => pause.From >= last.OccurredAt.Start)]);
                due = until is not { } moved ? null : moved > before ? moved : before;
            }

            return (due, stop, stop is { } at && !(at > due));
        }

        private static List<(DateTimeOffset From, DateTimeOffset To)> Pauses(List<(Guid Id, IDomainEvent Said)> facts, bool waits)
        {
            var endless = Beginning.AddHours(LongerThanAnything * 2);
            List<(DateTimeOffset, DateTimeOffset)> pauses =
            [
                .. facts.Where(one => one.Said is ClockPaused).Select(one => (one.Said.OccurredAt.Start, facts.Select(other => other.Said).OfType<ClockResumed>()
                    .Where(said => said.PauseId == one.Id).Select(said => said.OccurredAt.Start).DefaultIfEmpty(endless).Min())),
            ];
            return !waits ? pauses :
            [
                .. pauses,
                .. facts.Where(one => one.Said is InformationRequested).Select(one => (one.Said.OccurredAt.Start, facts.Select(other => other.Said).OfType<InformationProvided>()
                    .Where(said => said.RequestId == one.Id).Select(said => said.OccurredAt.Start).DefaultIfEmpty(endless).Min())),
            ];
        }

        private static DateTimeOffset? After(DateTimeOffset from, int hours, List<(DateTimeOffset From, DateTimeOffset To)> pauses)
        {
            var at = from;
            for (var left = hours; left > 0; at = at.AddHours(1))
            {
                if (at > Beginning.AddHours(LongerThanAnything))
                {
                    return null;
                }

                left -= pauses.Exists(pause => pause.From <= at && at < pause.To) ? 0 : 1;
            }

            return at;
        }

        private static List<DateTimeOffset> Times<TEvent>(List<(Guid Id, IDomainEvent Said)> facts)
            where TEvent : IDomainEvent => [.. facts.Select(one => one.Said).OfType<TEvent>().Select(said => said.OccurredAt.Start)];
    }
}

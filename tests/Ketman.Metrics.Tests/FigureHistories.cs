using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Tests;

/// <summary>
/// Random histories as <see cref="Histories"/> make them, with what figures need besides: policies, clocks that ran out and were annulled, graces,
/// marks, embargoes and restrictions; and each fact recorded at a time of its own, some long after it happened.
/// </summary>
internal static class FigureHistories
{
    private static readonly string[] Clocks = ["acknowledgement", "triage-decision", "commitment", "of-tomorrow"];

    public static List<Fact> From(Random random, bool kept = true)
    {
        var facts = Histories.From(Enumerable.Range(0, 30 + random.Next(120)).Select(_ => random.Next()));
        foreach (var id in facts.Where(fact => fact.Said is DisclosureOpened).Select(fact => fact.Subject).ToList())
        {
            var version = facts.Where(fact => fact.Subject == id).Max(fact => fact.Version);
            for (var more = random.Next(8); more > 0; more--)
            {
                var said = Next(random, id, facts, kept);
                var at = new DateTimeOffset(2025, 1, 20, 0, 0, 0, TimeSpan.Zero).AddHours(random.Next(24 * 55));
                facts.Add(new Fact(DeterministicId.From(id.ToString("D"), $"more {++version}"), id, version, random.Next(2) == 0 ? Moment.At(at) : Moment.On(DateOnly.FromDateTime(at.UtcDateTime)), at, "test", said));
            }
        }

        // Recorded in the order of their streams, over three months.
        var recorded = new DateTimeOffset(2025, 2, 1, 0, 0, 0, TimeSpan.Zero);
        Dictionary<Guid, DateTimeOffset> last = [];
        return
        [
            .. facts.Select(fact => fact with
            {
                RecordedAt = last[fact.Subject] = last.GetValueOrDefault(fact.Subject, recorded).AddMinutes(random.Next(60 * 24 * 5)),
            }),
        ];
    }

    private static object Next(Random random, Guid id, List<Fact> facts, bool kept)
    {
        Guid? Some<T>() => facts.Where(fact => fact.Subject == id && fact.Said is T).Select(fact => (Guid?)fact.Id).FirstOrDefault();
        var clock = Clocks[random.Next(Clocks.Length)];
        var subject = clock == "commitment" ? Some<CommitmentMade>() : null;
        return random.Next(kept ? 11 : 7) switch
        {
            0 => new PolicyPinned(id, random.Next(3) == 0 ? "own" : "ketman-standard", 1 + random.Next(2), null),
            1 or 2 => new SlaBreached(id, clock, subject, Guid.Empty, Party.Company, false),
            3 when Some<SlaBreached>() is { } breach => new BreachAnnulled(id, breach, Guid.Empty),
            4 => new DeadlineNear(id, clock, subject, new DateTimeOffset(2025, 2, 10, 0, 0, 0, TimeSpan.Zero), false),
            5 => new ClockExtended(id, clock, subject, new DateTimeOffset(2025, 3, 10, 0, 0, 0, TimeSpan.Zero), true, "lead", "asked"),
            7 => new DisclosureMarked(id, (Tlp)random.Next(5), "lead", null),
            8 => new FactMarked(id, facts.First(fact => fact.Subject == id).Id, (Tlp)random.Next(5), "lead", null),
            9 => new EmbargoSet(id, null, "ongoing"),
            10 => new DisclosureRestricted(id, ["mira"], "mira", null),
            _ => new InformationRequested(id, "what", null),
        };
    }
}

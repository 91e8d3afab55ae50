using System.Diagnostics;
using Ketman.Contracts;
using Ketman.Disclosures;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Deadlines;
using Ketman.EventStore.Deciding;

namespace Ketman.Benchmarks.Clocks;

/// <summary>
/// What it costs to ask a case what time will bring about. It is asked after every append and for every case that the deadline
/// clock claims, each time of a state that nothing is known of yet.
/// </summary>
internal static class CaseFigures
{
    private const int Rounds = 20_000;

    // 20 microseconds a case on one core.
    private const double Aim = 50_000;

    public static IEnumerable<Figure> Measure()
    {
        var state = Case();
        yield return Of("clocks of a case of 30 facts, ketman-standard", state, fresh => CaseClocks.Of(fresh).Count > 0);
        yield return Of("what is next in it: clocks and ladder", state, fresh => Proceedings.NextAt(fresh) is not null);
    }

    private static Figure Of(string name, Disclosure state, Func<Disclosure, bool> ask)
    {
        for (var warming = 0; warming < 3; warming++)
            Rate(state, ask);
        var rate = Ketman.Benchmarks.Rounds.Median(Enumerable.Range(0, 7).Select(_ => Rate(state, ask)));
        return new(name, "cases/s", rate, null, null, Aim, rate >= Aim);
    }

    private static double Rate(Disclosure state, Func<Disclosure, bool> ask)
    {
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < Rounds; round++)
        {
            // A copy, because a state remembers what was asked of it.
            if (!ask(state with { Erased = false }))
                throw new InvalidOperationException("Nothing was found.");
        }

        return Rounds / watch.Elapsed.TotalSeconds;
    }

    private static Disclosure Case()
    {
        using var stream = typeof(Disclosure).Assembly.GetManifestResourceStream("Ketman.Disclosures.Policies.Shipped.ketman-standard.json")!;
        using var reader = new StreamReader(stream);
        var opened = Moment.At(new DateTimeOffset(2025, 2, 3, 8, 0, 0, TimeSpan.Zero));
        var (fox, owl) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        List<IDomainEvent> events =
        [
            new DisclosureOpened(opened, "case", Guid.CreateVersion7(), null, null, [fox]),
            new PolicyPinned(opened, "ketman-standard", 1, reader.ReadToEnd(), null, null),
        ];
        for (var number = 0; number < 7; number++)
        {
            events.Add(new CodeMerged(At(-40 + number), fox, "halcyon/core", null));
            events.Add(new NoteAdded(At(number), "a note"));
        }

        events.AddRange(
        [
            new OutreachAttempted(At(0.1), Channel.Email, null, null, "mira", null), new OutreachDelivered(At(0.1), Guid.Empty),
            new OutreachAttempted(At(2), Channel.Telegram, null, null, "mira", null), new OutreachAttempted(At(3), Channel.Discord, null, null, "mira", null),
            new OutreachAnswered(At(3.5), Guid.Empty, true, null, null), new DisclosureAcknowledged(At(4), null, null, null, null),
            new ReactionClassified(At(4), Reaction.Deferred, null), new CommitmentMade(At(4), "revoke", At(11), null), new CommitmentMade(At(4), "review", At(20), null),
            new UpdateRequested(At(12), null, null), new UpdateRequested(At(14), null, null), new InformationRequested(At(5), "which", null),
            new WorkerConfirmed(At(1), fox, ConfirmationBasis.HighCertainty), new WorkerConfirmed(At(1), owl, ConfirmationBasis.HighCertainty),
            new AccessRevoked(At(9), fox, null),
        ]);
        return events.Select((data, index) => (data, Id: Guid.CreateVersion7())).Aggregate(
            DisclosureStream.Aggregate.Initial, (state, one) => Disclosure.Evolve(state, one.Id, one.data));

        Moment At(double days) => Moment.At(opened.Start.AddDays(days));
    }
}

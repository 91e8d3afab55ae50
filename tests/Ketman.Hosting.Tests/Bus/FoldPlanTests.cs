using FsCheck;
using FsCheck.Fluent;
using Ketman.Contracts;
using Ketman.Hosting.Bus;

namespace Ketman.Hosting.Tests.Bus;

public sealed class FoldPlanTests
{
    private static readonly string[] Streams = ["disclosure-a", "disclosure-b", "company-c"];

    /// <summary>Deliveries: of which stream, which version; any order, any number of times, with anything missing.</summary>
    private static readonly Gen<(string Stream, int Version)[]> Deliveries =
        Gen.Choose(0, Streams.Length - 1).SelectMany(stream => Gen.Choose(1, 12).Select(version => (Streams[stream], version))).ArrayOf(60);

    [Fact]
    public void only_what_follows_without_a_gap_is_folded_once_and_in_order() => Prop.ForAll(
        Deliveries.ToArbitrary(),
        deliveries =>
        {
            var plan = new FoldPlan();
            foreach (var (stream, version) in deliveries)
            {
                plan.Add(Arrive(stream, version));
            }

            foreach (var stream in Streams)
            {
                var came = deliveries.Where(each => each.Stream == stream).Select(each => each.Version).ToHashSet();
                var expected = Enumerable.Range(1, 12).TakeWhile(came.Contains).Select(version => (long)version);
                plan.Ready.Where(arrival => arrival.Message.Stream == stream).Select(arrival => arrival.Message.Version).ShouldBe(expected);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void however_the_deliveries_are_cut_into_batches_the_outcome_is_the_same() => Prop.ForAll(
        Deliveries.ToArbitrary(),
        Gen.Choose(1, 20).ToArbitrary(),
        (deliveries, size) =>
        {
            var whole = new FoldPlan();
            Array.ForEach(deliveries, delivery => whole.Add(Arrive(delivery.Stream, delivery.Version)));

            var progress = new Dictionary<string, StreamProgress>();
            var journal = new HashSet<(string Stream, int Version)>();
            foreach (var batch in deliveries.Chunk(size))
            {
                var plan = new FoldPlan();
                foreach (var (stream, known) in progress)
                {
                    plan.Begin(stream, known.Folded, known.Head, known.WaitingSince);
                }

                // As the journal does: what waited is looked at again, and then what is new.
                foreach (var (stream, version) in journal.Concat(batch))
                {
                    plan.Add(Arrive(stream, version));
                }

                journal.UnionWith(batch);
                foreach (var (stream, after) in plan.After(plan.Ready.Count))
                {
                    progress[stream] = after;
                }
            }

            progress.ToDictionary(stream => stream.Key, stream => (stream.Value.Folded, stream.Value.Head))
                .ShouldBe(whole.After(whole.Ready.Count).ToDictionary(stream => stream.Stream, stream => (stream.Progress.Folded, stream.Progress.Head)), ignoreOrder: true);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void a_fold_that_stops_half_way_keeps_the_progress_of_what_came_before()
    {
        var plan = new FoldPlan();
        foreach (var (stream, version) in new[] { ("disclosure-a", 1), ("disclosure-b", 1), ("disclosure-a", 2), ("disclosure-b", 2) })
        {
            plan.Add(Arrive(stream, version));
        }

        plan.After(3).Select(stream => (stream.Stream, stream.Progress.Folded, stream.Progress.Head))
            .ShouldBe([("disclosure-a", 2, 2), ("disclosure-b", 1, 2)], ignoreOrder: true);
    }

    private static Arrival Arrive(string stream, int version) => Arrival.Of(new IntegrationEvent(
        Guid.NewGuid(), "ketman:note-added:v1", stream, version, Moment.At(DateTimeOffset.UnixEpoch), DateTimeOffset.UnixEpoch, "test", default));
}

using System.Diagnostics;
using System.Text;
using Ketman.Hosting.Bus;
using Ketman.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Ketman.Hosting.Tests.Bus;

public sealed class RoadTests
{
    private readonly string _one = Stream();
    private readonly string _two = Stream();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task what_is_published_is_folded_once_and_in_order(bool inMemory)
    {
        await using var road = await TestRoad.CreateAsync(inMemory);
        await road.ListenAsync();

        await road.Owner.RecordAsync(_one, 1200);
        await road.Owner.RecordAsync(_two, 3);

        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 1200, [_two] = 3 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task duplicates_and_disorder_change_nothing(bool inMemory)
    {
        await using var road = await TestRoad.CreateAsync(inMemory);
        await road.ListenAsync();
        var events = (await road.Owner.AppendAsync(_one, 40)).Concat(await road.Owner.AppendAsync(_two, 40)).ToArray();
        var deliveries = events.Concat(events).Concat(events).ToArray();
        new Random(7).Shuffle(deliveries);

        foreach (var batch in deliveries.Chunk(9))
        {
            await road.Owner.PublishAsync(batch);
        }

        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 40, [_two] = 40 });
        (await road.Listener.AskAsync<long>("select count(*) from journal_poison")).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_lost_message_is_asked_for_again(bool inMemory)
    {
        await using var road = await TestRoad.CreateAsync(inMemory);
        await road.ListenAsync();
        var events = await road.Owner.AppendAsync(_one, 5);

        await road.Owner.PublishAsync(events[0], events[1], events[4]);

        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 5 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_lost_end_of_a_stream_is_noticed_by_comparing_logs(bool inMemory)
    {
        await using var road = await TestRoad.CreateAsync(inMemory);
        await road.ListenAsync();
        var events = await road.Owner.AppendAsync(_one, 5);

        await road.Owner.PublishAsync(events[0], events[1]);
        await road.Owner.ReachAsync();

        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 5 });
    }

    [Fact]
    public async Task a_newcomer_catches_up_on_everything_that_happened_before_it()
    {
        await using var road = await TestRoad.CreateAsync();
        var expected = new Dictionary<string, int>();
        for (var i = 0; i < 40; i++)
        {
            var stream = Stream();
            await road.Owner.RecordAsync(stream, 30);
            expected.Add(stream, 30);
        }

        await road.ListenAsync();

        await road.Listener.ShouldHaveFoldedAsync(expected);
    }

    [Fact]
    public async Task a_deleted_queue_is_a_delay_and_no_loss()
    {
        await using var road = await TestRoad.CreateAsync();
        var instance = await road.ListenAsync();
        await road.Owner.RecordAsync(_one, 5);
        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 5 });
        await road.Listener.StopAsync(instance);
        await road.Owner.RecordAsync(_one, 5);
        await UntilAsync("the messages stand in the queue", async () => await road.Broker!.DepthAsync(Listener.Queue, Cancellation) == 5);
        await road.Broker!.DeleteQueueAsync(Listener.Queue, Cancellation);

        await road.ListenAsync();

        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 10 });
    }

    [Fact]
    public async Task while_everything_arrives_nothing_is_asked_for()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();

        for (var i = 0; i < 20; i++)
        {
            await road.Owner.RecordAsync(_one, 10);
        }

        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 200 });
        await UntilAsync(
            "the logs have been compared to their end",
            async () => await road.Listener.AskAsync<long>("select checkpoint from journal_owners") >= 200);
        road.Owner.EventsServed.ShouldBe(0);
    }

    [Fact]
    public async Task two_instances_fold_as_one()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();
        await road.ListenAsync();
        var expected = new Dictionary<string, int>();
        for (var i = 0; i < 20; i++)
        {
            expected.Add(Stream(), 60);
        }

        foreach (var _ in Enumerable.Range(0, 6))
        {
            foreach (var stream in expected.Keys)
            {
                await road.Owner.RecordAsync(stream, 10);
            }
        }

        await road.Listener.ShouldHaveFoldedAsync(expected);
    }

    [Fact]
    public async Task an_instance_that_stops_leaves_nothing_undone()
    {
        await using var road = await TestRoad.CreateAsync();
        var first = await road.ListenAsync();
        var recording = RecordManyAsync(road);
        await UntilAsync("something is folded", async () => (await road.Listener.EffectsAsync()).Count > 100);

        await road.Listener.StopAsync(first);
        await road.ListenAsync();
        await recording;

        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 1000 });
    }

    [Fact]
    public async Task connections_that_break_are_made_again()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();
        var recording = RecordManyAsync(road);

        await UntilAsync("something is folded", async () => (await road.Listener.EffectsAsync()).Count > 100);
        await road.Broker!.BreakConnectionsAsync(Cancellation);
        await recording;

        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 1000 });
    }

    [Fact]
    public async Task what_is_nobody_elses_business_only_takes_its_version()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();
        var events = await road.Owner.AppendAsync(
            _one, 3, make: number => number == 2 ? new Kept(Ketman.Contracts.Moment.At(DateTimeOffset.UnixEpoch)) : new Happened(Ketman.Contracts.Moment.At(DateTimeOffset.UnixEpoch), "x"));

        await road.Owner.PublishAsync(events);

        await UntilAsync("both are folded", async () => (await road.Listener.EffectsAsync()).Count == 2);
        (await road.Listener.EffectsAsync()).ShouldBe([(_one, 1), (_one, 3)]);
        (await road.Listener.AskAsync<string>("select data::text from journal where version = 2")).ShouldBe("{}");
    }

    [Fact]
    public async Task a_consumer_of_one_contract_keeps_no_data_of_the_others()
    {
        await using var road = await TestRoad.CreateAsync(faults: new LedgerFaults { Types = ["ketman:disclosure-opened:v1"] });
        await road.ListenAsync();

        await road.Owner.RecordAsync(_one, 2);

        await UntilAsync("they are journaled", async () => await road.Listener.AskAsync<long>("select count(*) from journal") == 2);
        (await road.Listener.AskAsync<long>("select count(*) from journal where data <> '{}'")).ShouldBe(0);
        (await road.Listener.EffectsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task outsiders_find_plain_json_under_the_events_id()
    {
        await using var road = await TestRoad.CreateAsync();
        await using var outsider = await Outsider.BindAsync(road.Broker!.Url, "disclosure.ketman:note-added:v1");
        var recorded = (await road.Owner.RecordAsync(_one, 1)).Single();

        var message = await outsider.NextAsync();

        message.MessageId.ShouldBe(recorded.Id.ToString());
        message.ContentType.ShouldBe("application/json");
        message.Persistent.ShouldBeTrue();
        message.Body.ShouldBe(
            $$$"""
            {"id":"{{{recorded.Id}}}","type":"ketman:note-added:v1","stream":"{{{_one}}}","version":1,"occurredAt":"2025-02-03T10:00:00Z","recordedAt":"2025-02-03T10:00:00+00:00","recordedBy":"ada","data":{"disclosureId":"{{{StreamOwners.Id(_one)}}}","text":"number 1"}}
            """);
    }

    [Fact]
    public async Task one_trace_leads_from_the_request_to_the_read_model()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();
        using var spans = new Spans();
        using var request = new ActivitySource("test").StartActivity("request");
        var traceParent = $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01";

        await road.Owner.PublishAsync(await road.Owner.AppendAsync(_one, 1, traceParent));
        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 1 });

        var trace = traceParent.Split('-')[1];
        await UntilAsync("the span of the fold has ended", () => Task.FromResult(spans.Of(trace).Any(span => span.OperationName == "fold")));
        var publish = spans.Of(trace).Single(span => span.OperationName == "publish");
        publish.ParentSpanId.ToString().ShouldBe(traceParent.Split('-')[2]);
        var fold = spans.Of(trace).Single(span => span.OperationName == "fold");
        Ancestors(fold, spans).ShouldContain(publish.SpanId);
    }

    [Fact]
    public async Task a_message_that_is_no_event_goes_to_the_error_queue_and_is_seen()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();
        await using var outsider = await Outsider.BindAsync(road.Broker!.Url, "nothing");
        foreach (var body in new[] { "not json", "{}", Event("by\\u0000", "{}"), Event("ada", "1e400000") })
        {
            await outsider.SendAsync(Listener.Queue, body);
        }

        await road.Owner.RecordAsync(_two, 2);

        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_two] = 2 });
        await UntilAsync("all four are on the error queue", async () => await road.Broker!.DepthAsync(Listener.Queue + "_error", Cancellation) == 4);
        (await road.Listener.CheckAsync()).Data["errorQueue"].ShouldBe(4L);
    }

    [Fact]
    public async Task the_error_queue_is_there_before_anything_is_wrong_and_takes_what_is()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();
        (await road.Broker!.DepthAsync(Listener.Queue + "_error", Cancellation)).ShouldBe(0);
        (await road.Broker.QueueTypeAsync(Listener.Queue + "_error", Cancellation)).ShouldBe("quorum");
        await using var outsider = await Outsider.BindAsync(road.Broker.Url, "nothing");

        await outsider.SendAsync(Listener.Queue, "not json");

        await UntilAsync("it is on the error queue", async () => await road.Broker.DepthAsync(Listener.Queue + "_error", Cancellation) == 1);
    }

    [Fact]
    public async Task an_answer_that_cannot_be_given_any_more_stops_nothing()
    {
        await using var road = await TestRoad.CreateAsync();
        var instance = await road.ListenAsync();
        var endpoint = instance.Services.GetRequiredService<JournalEndpoint>();

        endpoint.Accept(new Unanswerable(Note("{}")));
        endpoint.Accept(new Unanswerable(Note("1e400000")));
        await road.Owner.RecordAsync(_two, 3);

        await UntilAsync("what came after it is folded", async () => (await road.Listener.EffectsAsync()).Count(effect => effect.Stream == _two) == 3);
        endpoint.Journaling.ShouldBeTrue();
        (await road.Listener.AskAsync<long>($"select count(*) from journal where stream = '{_one}'")).ShouldBe(1);
    }

    [Fact]
    public async Task what_is_no_event_takes_nothing_with_it_wherever_it_stands()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();
        await using var outsider = await Outsider.BindAsync(road.Broker!.Url, "nothing");

        for (var i = 0; i < 100; i++)
        {
            await road.Owner.RecordAsync(_two, 3);
            await outsider.SendAsync(Listener.Queue, "not json");
        }

        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_two] = 300 });
        await UntilAsync("each is on the error queue", async () => await road.Broker.DepthAsync(Listener.Queue + "_error", Cancellation) == 100);
        await UntilAsync("nothing is left in the queue", async () => await road.Broker.DepthAsync(Listener.Queue, Cancellation) == 0);
    }

    [Fact]
    public async Task a_broker_that_is_away_is_no_reason_to_give_an_event_up_but_a_missing_contract_is()
    {
        await using var road = await TestRoad.CreateAsync(inMemory: true);
        var events = await road.Owner.AppendAsync(_one, 1);
        road.Owner.Publisher.IsTransient(new RabbitMQ.Client.Exceptions.BrokerUnreachableException(new IOException())).ShouldBeTrue();
        road.Owner.Publisher.IsTransient(new OperationCanceledException()).ShouldBeTrue();

        var bus = SharedBus.InMemory();
        bus.Attach(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System);
        var publisher = new LogPublisher(bus, (_, _) => throw new InvalidOperationException("no mapping"), new RoadTimings(), TimeProvider.System);
        var error = await Should.ThrowAsync<UnmappableEventException>(() => publisher.HandleAsync(events, Cancellation));

        publisher.IsTransient(error).ShouldBeFalse();
        await bus.DetachAsync(Cancellation);
    }

    [Fact]
    public async Task progress_is_exact()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();
        await road.Owner.RecordAsync(_one, 5);
        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 5 });

        (await road.Listener.Progress.ReadAsync(new Dictionary<string, long>(), Cancellation)).CaughtUp.ShouldBeTrue();

        await road.Owner.AppendAsync(_one, 1);
        var unpublished = await road.Listener.Progress.ReadAsync(new Dictionary<string, long>(), Cancellation);
        unpublished.CaughtUp.ShouldBeFalse();
        unpublished.Owners.Single().Unpublished.ShouldBe(1);

        // What was asked for before is still answered for, whatever is recorded meanwhile.
        var before = new Dictionary<string, long> { ["disclosures"] = unpublished.Owners.Single().Committed - 1 };
        (await road.Listener.Progress.ReadAsync(before, Cancellation)).CaughtUp.ShouldBeTrue();
    }

    private string Event(string by, string data, string type = "x") => $$"""
        {"id":"{{Guid.NewGuid()}}","type":"{{type}}","stream":"{{_one}}","version":1,"occurredAt":"2025-02-03","recordedAt":"2025-02-03T10:00:00Z","recordedBy":"{{by}}","data":{{data}} }
        """;

    /// <summary>A message whose channel is gone, in words that nobody has foreseen.</summary>
    private sealed class Unanswerable(Ketman.Contracts.IntegrationEvent message) : Delivery(Arrival.Of(message))
    {
        public override object Way => this;

        public override ValueTask SettleAsync() => throw new InvalidOperationException("the channel is gone");

        public override Task RefuseAsync() => throw new InvalidOperationException("the channel is gone");

        public override void Abandon()
        {
        }
    }

    private Ketman.Contracts.IntegrationEvent Note(string more) => EventWire.Read(Encoding.UTF8.GetBytes(
        Event("ada", $$"""{"disclosureId":"{{Guid.NewGuid()}}","text":"x","more":{{more}}}""", "ketman:note-added:v1")));

    private static List<ActivitySpanId> Ancestors(Activity span, Spans spans)
    {
        var found = new List<ActivitySpanId>();
        for (var at = span; at is not null && found.Count < 20; at = spans.All.FirstOrDefault(each => each.SpanId == at.ParentSpanId))
        {
            found.Add(at.SpanId);
        }

        return found;
    }

    private async Task RecordManyAsync(TestRoad road)
    {
        for (var i = 0; i < 40; i++)
        {
            await road.Owner.RecordAsync(_one, 25);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task UntilAsync(string reason, Func<Task<bool>> probe) => Eventually.TrueAsync(reason, probe, cancellation: Cancellation);

    private static string Stream() => $"disclosure-{Guid.CreateVersion7():D}";
}

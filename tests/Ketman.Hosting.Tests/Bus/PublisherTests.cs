using Ketman.Hosting.Bus;
using Ketman.Testing;
using RabbitMQ.Client;

namespace Ketman.Hosting.Tests.Bus;

/// <summary>What the publisher does when the broker does not say yes.</summary>
public sealed class PublisherTests
{
    private readonly string _stream = $"disclosure-{Guid.CreateVersion7():D}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_confirm_that_never_comes_ends_its_batch_and_the_next_try_goes_another_way()
    {
        await using var broker = await TestBroker.CreateAsync(Cancellation);
        await using var relay = Relay.To(broker.Url);
        await using var owner = await Owner.StartAsync(SharedBus.RabbitMq(relay.Url));
        await using var outsider = await Outsider.BindAsync(broker.Url, "disclosure.#");
        var events = await owner.AppendAsync(_stream, 3);
        await owner.PublishAsync(events[0]);

        relay.Freeze();
        await Should.ThrowAsync<NotConfirmedException>(() => owner.PublishAsync(events[1]).WaitAsync(TimeSpan.FromSeconds(12), Cancellation));
        owner.Publisher.Waiting.ShouldNotBeNull();
        relay.Thaw();
        await owner.PublishUntilConfirmedAsync([events[1], events[2]]);

        owner.Publisher.Waiting.ShouldBeNull();
        // What was frozen may come out of the ice before or after, and then it is there twice, under one id.
        var seen = new HashSet<string?>();
        while (seen.Count < 3)
        {
            seen.Add((await outsider.NextAsync()).MessageId);
        }

        seen.ShouldBe(events.Select(recorded => recorded.Id.ToString()), ignoreOrder: true);
    }

    [Fact]
    public async Task a_message_that_the_broker_refuses_ends_its_batch_and_is_published_when_it_takes_it()
    {
        await using var broker = await TestBroker.CreateAsync(Cancellation);
        await using var owner = await Owner.StartAsync(SharedBus.RabbitMq(broker.Url));
        await using var connection = await new ConnectionFactory { Uri = broker.Url }.CreateConnectionAsync(Cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
        var events = await owner.AppendAsync(_stream, 3);
        await owner.PublishAsync(events[0]);
        await channel.QueueDeclareAsync(
            "full", durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" }, cancellationToken: Cancellation);
        await channel.QueueBindAsync("full", BusMessage.Exchange, "disclosure.#", cancellationToken: Cancellation);

        await Should.ThrowAsync<NotConfirmedException>(() => owner.PublishAsync(events));

        await broker.DeleteQueueAsync("full", Cancellation);
        await owner.PublishAsync(events);
        owner.Publisher.Waiting.ShouldBeNull();
    }

    [Fact]
    public async Task connections_that_break_while_a_batch_is_out_end_it_at_once()
    {
        await using var broker = await TestBroker.CreateAsync(Cancellation);
        await using var relay = Relay.To(broker.Url);
        await using var owner = await Owner.StartAsync(SharedBus.RabbitMq(relay.Url));
        var events = await owner.AppendAsync(_stream, 50);
        await owner.PublishAsync(events[0]);

        relay.Freeze();
        var publishing = owner.PublishAsync(events);
        await relay.DisposeAsync();

        (await Should.ThrowAsync<Exception>(() => publishing)).Message.ShouldNotContain("in time");
    }
}

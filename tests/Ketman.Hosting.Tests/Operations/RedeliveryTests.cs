using System.Text.Json;
using Ketman.Contracts;
using Ketman.Hosting.Bus;
using Ketman.Hosting.Tests.Bus;
using Ketman.Testing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ketman.Hosting.Tests.Operations;

public sealed class RedeliveryTests
{
    private const string Errors = Listener.Queue + "_error";

    private readonly string _stream = $"disclosure-{Guid.CreateVersion7():D}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task what_stands_in_the_error_queue_comes_back_once_and_what_is_refused_again_stands_there_again()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();
        await using var outsider = await Outsider.BindAsync(road.Broker!.Url, "nothing");
        await outsider.SendAsync(Listener.Queue, "not json");
        await Eventually.TrueAsync("it was refused", async () => await road.Broker!.DepthAsync(Errors, Cancellation) == 1, cancellation: Cancellation);
        // As one that an earlier build could not read.
        var good = new IntegrationEvent(
            Guid.CreateVersion7(), "ketman:note-added:v1", _stream, 1, Moment.At(DateTimeOffset.UnixEpoch), DateTimeOffset.UnixEpoch, "ada",
            JsonSerializer.SerializeToElement(new { disclosureId = Guid.Empty, text = "x" }));
        await outsider.SendAsync(Errors, JsonSerializer.Serialize(good, ContractJson.Options));
        await Eventually.TrueAsync("it stands there", async () => await road.Broker!.DepthAsync(Errors, Cancellation) == 2, cancellation: Cancellation);

        var answer = (await road.Listener.BusOperations.RedeliverAsync(Cancellation)).ShouldBeOfType<Ok<Redelivery>>();

        answer.Value!.Redelivered.ShouldBe(2);
        await road.Listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_stream] = 1 });
        await Eventually.TrueAsync("the bad one is refused again", async () => await road.Broker!.DepthAsync(Errors, Cancellation) == 1, cancellation: Cancellation);
        var check = await road.Listener.CheckAsync();
        check.Status.ShouldBe(HealthStatus.Degraded);
        check.Description.ShouldBe("1 messages in ketman.ledger_error could not be read");
        var status = await road.Listener.BusOperations.StatusAsync("ledger", Cancellation);
        status.Listening!.Queues.ShouldBe([new QueueDepth(Listener.Queue, 0), new QueueDepth(Errors, 1)]);
    }

    [Fact]
    public async Task without_a_message_that_was_ever_refused_nothing_comes_back()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();

        (await road.Listener.BusOperations.RedeliverAsync(Cancellation)).ShouldBeOfType<Ok<Redelivery>>().Value.ShouldBe(new Redelivery(0, 0));
    }

    [Fact]
    public async Task a_main_queue_that_is_gone_loses_nothing()
    {
        await using var road = await TestRoad.CreateAsync();
        await road.ListenAsync();
        await using var outsider = await Outsider.BindAsync(road.Broker!.Url, "nothing");
        await outsider.SendAsync(Listener.Queue, "not json");
        await Eventually.TrueAsync("it was refused", async () => await road.Broker!.DepthAsync(Errors, Cancellation) == 1, cancellation: Cancellation);
        var nowhere = new ErrorQueue(road.Bus(), Errors, "ketman.nowhere");

        await Should.ThrowAsync<RabbitMQ.Client.Exceptions.PublishException>(() => nowhere.RedeliverAsync(Cancellation));

        await Eventually.TrueAsync("it stands there still", async () => await road.Broker!.DepthAsync(Errors, Cancellation) == 1, cancellation: Cancellation);
    }
}

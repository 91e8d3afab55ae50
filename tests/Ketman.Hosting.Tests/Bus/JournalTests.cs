using System.Text.Json;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Hosting.Bus;
using Ketman.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ketman.Hosting.Tests.Bus;

public sealed class JournalTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2025, 2, 3, 10, 0, 0, TimeSpan.Zero);

    private readonly string _one = Stream();
    private readonly string _two = Stream();
    private Listener _listener = null!;
    private Journal _journal = null!;

    public async ValueTask InitializeAsync()
    {
        // Nobody answers there: these tests need no owner.
        _listener = await Listener.CreateAsync(new Uri("http://127.0.0.1:9"));
        await _listener.StartAsync(SharedBus.InMemory());
        _journal = _listener.Journal;
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task whatever_comes_in_whatever_order_to_however_many_instances_is_folded_once_and_in_order(int seed)
    {
        var random = new Random(seed);
        var streams = Enumerable.Range(0, 6).Select(_ => Stream()).ToList();
        var events = streams.SelectMany(stream => Enumerable.Range(1, 50).Select(version => Arrive(stream, version))).ToArray();
        var deliveries = events.Where(_ => random.Next(10) > 0).SelectMany(each => Enumerable.Repeat(each, random.Next(1, 4))).ToArray();
        random.Shuffle(deliveries);
        var batches = deliveries.Chunk(17).ToList();
        Journal[] instances = [_journal, Another(), Another()];

        await Parallel.ForEachAsync(
            batches, new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = Cancellation },
            async (batch, cancellation) => await instances[Random.Shared.Next(3)].TakeAsync(batch, [], cancellation));
        foreach (var batch in events.Except(deliveries).Chunk(5))
        {
            await _journal.TakeAsync(batch, [], Cancellation);
        }

        var effects = await _listener.EffectsAsync();
        effects.Count.ShouldBe(events.Length);
        foreach (var stream in effects.GroupBy(effect => effect.Stream))
        {
            stream.Select(effect => effect.Version).ShouldBe(Enumerable.Range(1, 50).Select(version => (long)version));
        }

        (await _listener.AskAsync<long>("select count(*) from journal_streams where folded_version = 50 and head_version = 50 and waiting_since is null"))
            .ShouldBe(6);
    }

    [Fact]
    public async Task nothing_after_a_gap_is_folded_until_it_is_filled()
    {
        await _journal.TakeAsync([Arrive(_one, 1), Arrive(_one, 3), Arrive(_one, 4)], [], Cancellation);
        (await _listener.EffectsAsync()).ShouldBe([(_one, 1)]);

        await _journal.TakeAsync([Arrive(_one, 2)], [], Cancellation);

        (await _listener.EffectsAsync()).ShouldBe([(_one, 1), (_one, 2), (_one, 3), (_one, 4)]);
    }

    [Fact]
    public async Task a_poison_event_pauses_the_consumer_and_after_the_fix_and_resume_everything_is_right()
    {
        _listener.Faults.Poison = (stream, version) => stream == _one && version == 3;

        await _journal.TakeAsync([Arrive(_one, 1), Arrive(_one, 2), Arrive(_two, 1), Arrive(_one, 3), Arrive(_one, 4)], [], Cancellation);
        await _journal.TakeAsync([Arrive(_two, 2), Arrive(_one, 5)], [], Cancellation);

        (await _listener.EffectsAsync()).ShouldBe([(_one, 1), (_one, 2), (_two, 1)]);
        (await _listener.AskAsync<long>("select count(*) from journal")).ShouldBe(7);
        var status = await _journal.StatusAsync(Cancellation);
        status.PausedBecause.ShouldBe($"{_one} version 3 cannot be folded: InvalidOperationException in Ledger.ApplyAsync");
        status.WaitingEvents.ShouldBe(4);
        var check = await _listener.CheckAsync();
        check.Status.ShouldBe(HealthStatus.Degraded);
        check.Description!.ShouldStartWith("ledger is paused: ");

        _listener.Faults.Poison = (_, _) => false;
        (await _journal.ResumeAsync("alice", Cancellation)).ShouldBeTrue();
        (await _journal.ResumeAsync("alice", Cancellation)).ShouldBeFalse();

        await _listener.ShouldHaveFoldedAsync(new Dictionary<string, int> { [_one] = 5, [_two] = 2 });
        (await _listener.CheckAsync()).Status.ShouldBe(HealthStatus.Healthy);
        (await _listener.AskAsync<string>("select settlement from journal_poison")).ShouldBe("resumed");
    }

    [Fact]
    public async Task a_poison_event_that_is_skipped_is_given_up_alone()
    {
        _listener.Faults.Poison = (_, version) => version == 2;
        await _journal.TakeAsync([Arrive(_one, 1), Arrive(_one, 2), Arrive(_one, 3)], [], Cancellation);

        (await _journal.SkipAsync(_one, 1, "alice", Cancellation)).ShouldBeFalse();
        (await _journal.SkipAsync(_one, 2, "alice", Cancellation)).ShouldBeTrue();

        await Eventually.TrueAsync("the next is folded", async () => (await _listener.EffectsAsync()).Count == 2, cancellation: Cancellation);
        (await _listener.EffectsAsync()).ShouldBe([(_one, 1), (_one, 3)]);
        (await _journal.StatusAsync(Cancellation)).PausedAt.ShouldBeNull();
        (await _listener.AskAsync<string>("select settled_by from journal_poison")).ShouldBe("alice");
    }

    [Fact]
    public async Task a_payload_that_does_not_fit_its_contract_is_poison_too()
    {
        var odd = Arrive(_one, 1);
        odd = odd with { Message = odd.Message with { Data = JsonSerializer.SerializeToElement(new { text = 7 }) } };

        await _journal.TakeAsync([odd], [], Cancellation);

        (await _journal.StatusAsync(Cancellation)).PausedBecause!.ShouldContain("JsonException");
    }

    [Fact]
    public async Task the_same_version_with_other_content_is_recorded_and_changes_nothing()
    {
        var first = Arrive(_one, 1);
        await _journal.TakeAsync([first], [], Cancellation);
        var altered = first with { Message = first.Message with { Data = JsonSerializer.SerializeToElement(new NoteAdded(Guid.Empty, "other"), ContractJson.Options) } };

        await _journal.TakeAsync([first, altered, Arrive(_one, 1)], [], Cancellation);

        (await _listener.AskAsync<long>("select count(*) from journal_poison where kind = 'conflict'")).ShouldBe(2);
        (await _listener.EffectsAsync()).Count.ShouldBe(1);
        (await _listener.AskAsync<string>("select data ->> 'text' from journal")).ShouldBe("note 1");
    }

    [Fact]
    public async Task an_event_comes_out_of_the_journal_as_it_came_in()
    {
        var arrival = Arrive(_one, 2);
        var whole = arrival.Message with { OccurredAt = Moment.On(new DateOnly(2025, 2, 1)), TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
        await _journal.TakeAsync([Arrival.Of(whole)], [], Cancellation);

        await using var command = _listener.Database.CreateCommand($"select {JournalRows.EventColumns} from journal j");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        await reader.ReadAsync(Cancellation);
        var read = JournalRows.ReadEvent(reader);

        (read with { Data = default }).ShouldBe(whole with { Data = default });
        JsonElement.DeepEquals(read.Data, whole.Data).ShouldBeTrue();
    }

    private Journal Another()
    {
        var ledger = new Ledger(_listener.Faults);
        var fold = new JournalFold(ledger, TimeProvider.System, NullLogger<JournalFold>.Instance);
        return new Journal(_listener.Database, ledger, fold, TimeProvider.System, NullLogger<Journal>.Instance);
    }

    private static Arrival Arrive(string stream, int version) => Arrival.Of(new IntegrationEvent(
        Guid.CreateVersion7(), "ketman:note-added:v1", stream, version, Moment.At(Now), Now, "ada",
        JsonSerializer.SerializeToElement(new NoteAdded(Guid.Empty, $"note {version}"), ContractJson.Options)));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Stream() => $"disclosure-{Guid.CreateVersion7():D}";
}

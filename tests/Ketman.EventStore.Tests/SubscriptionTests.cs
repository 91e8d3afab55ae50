using System.Collections.Concurrent;
using Ketman.EventStore.Subscriptions;
using Ketman.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.EventStore.Tests;

public sealed class SubscriptionTests : IAsyncLifetime
{
    private readonly StoreDatabase _database = new();
    private readonly List<IHost> _hosts = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        await _database.ExecuteAsync("create table effects (seq bigint not null, instance text not null)");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
        }

        await _database.DisposeAsync();
    }

    [Fact]
    public async Task every_event_takes_effect_once_and_in_order()
    {
        var subscriber = new Recorder("publisher");
        var host = await StartAsync(subscriber, new Effects("effects"));
        for (var number = 0; number < 20; number++)
        {
            await AppendAsync(host, 3);
        }

        await UntilEffectsAsync(60);

        (await EffectsAsync()).ShouldBe(Enumerable.Range(1, 60).Select(number => (long)number));
        await Eventually.TrueAsync("the subscriber has seen all", () => Task.FromResult(subscriber.Seen.Count == 60), cancellation: Cancellation);
        subscriber.Seen.ShouldBe(Enumerable.Range(1, 60).Select(number => (long)number));
    }

    [Fact]
    public async Task a_restart_goes_on_where_it_ended()
    {
        var first = await StartAsync(new Effects("effects"));
        await AppendAsync(first, 5);
        await UntilEffectsAsync(5);
        await first.StopAsync(Cancellation);

        var second = await StartAsync(new Effects("effects"));
        await AppendAsync(second, 5);
        await UntilEffectsAsync(10);

        (await EffectsAsync()).ShouldBe(Enumerable.Range(1, 10).Select(number => (long)number));
    }

    [Fact]
    public async Task of_two_instances_one_works_and_the_other_takes_over_when_the_leaders_session_is_killed()
    {
        var hosts = new[] { await StartAsync(new Effects("effects", "one")), await StartAsync(new Effects("effects", "two")) };
        await AppendAsync(hosts[1], 3);
        await UntilEffectsAsync(3);

        await _database.ExecuteAsync(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())");
        for (var number = 0; number < 10; number++)
        {
            await AppendAsync(hosts[number % 2], 2);
        }

        await UntilEffectsAsync(23);
        (await EffectsAsync()).ShouldBe(Enumerable.Range(1, 23).Select(number => (long)number));
    }

    [Fact]
    public async Task an_append_of_another_instance_wakes_the_leader_before_it_looks_by_itself()
    {
        var leader = await StartAsync(new Effects("effects", "one"));
        await AppendAsync(leader, 1);
        await UntilEffectsAsync(1);
        var other = await StartAsync(new Effects("effects", "two"));
        var times = new List<TimeSpan>();
        for (var number = 2; number <= 6; number++)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            await AppendAsync(other, 1);
            await UntilEffectsAsync(number);
            times.Add(watch.Elapsed);
        }

        times.Order().ElementAt(2).ShouldBeLessThan(TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task a_poison_event_pauses_its_subscription_and_no_other_and_resumes_without_a_rebuild()
    {
        var poisoned = new Effects("poisoned") { Poison = 7 };
        var healthy = new Recorder("healthy");
        var host = await StartAsync(poisoned, healthy);
        await AppendAsync(host, 10);
        var control = host.Services.GetRequiredService<SubscriptionControl>();

        var status = await PausedAsync(control, "poisoned");

        status.Checkpoint.ShouldBe(6);
        status.FailedEvent.ShouldBe(7);
        status.FailedType.ShouldBe("note-taken.v1");
        status.LastErrorType.ShouldBe(nameof(ArithmeticException));
        status.Attempts.ShouldBe(5);
        status.Lag.ShouldBe(4);
        (await EffectsAsync()).ShouldBe([1, 2, 3, 4, 5, 6]);
        await Eventually.TrueAsync("the healthy one goes on", () => Task.FromResult(healthy.Seen.Count == 10), cancellation: Cancellation);

        poisoned.Poison = null;
        (await control.ResumeAsync("poisoned", Cancellation)).ShouldBeTrue();
        await UntilEffectsAsync(10);
        (await EffectsAsync()).ShouldBe(Enumerable.Range(1, 10).Select(number => (long)number));
        (await control.StatusAsync(Cancellation)).ShouldAllBe(each => !each.Paused && each.LastErrorType == null);
    }

    [Fact]
    public async Task an_operator_may_pass_over_the_poison_event_and_that_stays_on_record()
    {
        var host = await StartAsync(new Effects("poisoned") { Poison = 3 });
        await AppendAsync(host, 5);
        var control = host.Services.GetRequiredService<SubscriptionControl>();
        await PausedAsync(control, "poisoned");

        (await control.SkipAsync("poisoned", 4, "alice", Cancellation)).ShouldBeFalse();
        (await control.SkipAsync("poisoned", 3, "alice", Cancellation)).ShouldBeTrue();

        await UntilEffectsAsync(4);
        (await EffectsAsync()).ShouldBe([1, 2, 4, 5]);
        (await control.SkipAsync("poisoned", 3, "alice", Cancellation)).ShouldBeFalse();
        (await _database.ScalarAsync<string>("select name || ' ' || event_seq || ' ' || error_type || ' ' || skipped_by from ketman_skipped_events"))
            .ShouldBe("poisoned 3 ArithmeticException alice");
    }

    [Fact]
    public async Task an_event_of_a_newer_build_pauses_what_cannot_read_it()
    {
        var host = await StartAsync(new Effects("effects"));
        await AppendAsync(host, 2);
        await _database.ExecuteAsync(
            "insert into mt_events (seq_id, id, stream_id, version, data, type) select nextval('mt_events_sequence'), gen_random_uuid(), id, 9, '{}', 'from-the-future.v7' from mt_streams limit 1");
        await AppendAsync(host, 1);
        var control = host.Services.GetRequiredService<SubscriptionControl>();

        var status = await PausedAsync(control, "effects");

        status.FailedEvent.ShouldBe(3);
        status.FailedType.ShouldBe("from-the-future.v7");
        status.LastErrorType.ShouldBe(nameof(UnknownEventTypeException));
        (await EffectsAsync()).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task what_passes_by_itself_pauses_nothing()
    {
        var subscriber = new Recorder("publisher") { FailuresToCome = 8 };
        var host = await StartAsync(subscriber);
        await AppendAsync(host, 2);

        await Eventually.TrueAsync("it went on", () => Task.FromResult(subscriber.Seen.Count == 2), cancellation: Cancellation);

        (await host.Services.GetRequiredService<SubscriptionControl>().StatusAsync(Cancellation)).ShouldHaveSingleItem().Paused.ShouldBeFalse();
    }

    [Fact]
    public async Task an_operator_may_let_it_stand_and_go_on()
    {
        var host = await StartAsync(new Effects("effects"));
        var control = host.Services.GetRequiredService<SubscriptionControl>();
        await AppendAsync(host, 1);
        await UntilEffectsAsync(1);

        (await control.PauseAsync("effects", "alice", Cancellation)).ShouldBeTrue();
        (await control.PauseAsync("effects", "alice", Cancellation)).ShouldBeFalse();
        await AppendAsync(host, 1);
        (await control.PauseAsync("unknown", "alice", Cancellation)).ShouldBeFalse();
        (await EffectsAsync()).ShouldBe([1]);
        (await control.ResumeAsync("effects", Cancellation)).ShouldBeTrue();

        await UntilEffectsAsync(2);
    }

    [Fact]
    public async Task a_checkpoint_that_somebody_moved_is_not_moved_again()
    {
        var checkpoints = new Checkpoints(_database.Source, "mine", TimeProvider.System);
        await checkpoints.LoadAsync(Cancellation);
        await checkpoints.MoveAsync(0, 10, Cancellation);

        await Should.ThrowAsync<CheckpointMovedException>(() => checkpoints.MoveAsync(0, 5, Cancellation));

        (await checkpoints.LoadAsync(Cancellation)).ShouldBe((10, false));
    }

    [Fact]
    public async Task an_effect_whose_checkpoint_was_moved_meanwhile_is_undone()
    {
        var checkpoints = new Checkpoints(_database.Source, "mine", TimeProvider.System);
        await checkpoints.LoadAsync(Cancellation);
        await checkpoints.MoveAsync(0, 10, Cancellation);

        await using (var connection = await _database.Source.OpenConnectionAsync(Cancellation))
        await using (var transaction = await connection.BeginTransactionAsync(Cancellation))
        {
            await Should.ThrowAsync<CheckpointMovedException>(() => checkpoints.MoveAsync(transaction, 0, 3, Cancellation));
        }

        (await checkpoints.LoadAsync(Cancellation)).Position.ShouldBe(10);
    }

    private async Task<IHost> StartAsync(params object[] followers)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddSingleton(_database.Source);
        builder.Services.AddEventStore(Samples.Types);
        foreach (var follower in followers)
        {
            _ = follower switch
            {
                ILogSubscriber subscriber => builder.Services.AddSingleton(subscriber),
                IProjection projection => builder.Services.AddSingleton(projection),
                _ => throw new ArgumentException("no follower", nameof(followers)),
            };
        }

        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync(Cancellation);
        return host;
    }

    private static Task AppendAsync(IHost host, int events) => host.Services.GetRequiredService<IEventStore>().AppendAsync(
        [Samples.First(Samples.NewStream(), [.. Enumerable.Range(0, events).Select(number => Samples.Note($"{number}"))])], null, Cancellation);

    private static async Task<SubscriptionStatus> PausedAsync(SubscriptionControl control, string name)
    {
        SubscriptionStatus? found = null;
        await Eventually.TrueAsync(
            $"{name} is paused",
            async () => (found = (await control.StatusAsync(Cancellation)).Single(each => each.Name == name)).Paused,
            cancellation: Cancellation);
        return found!;
    }

    private Task UntilEffectsAsync(int count) => Eventually.TrueAsync(
        $"there are {count} effects", async () => (await EffectsAsync()).Count >= count, cancellation: Cancellation);

    private async Task<List<long>> EffectsAsync()
    {
        await using var command = _database.Source.CreateCommand("select seq from effects order by ctid");
        var effects = new List<long>();
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        while (await rows.ReadAsync(Cancellation))
        {
            effects.Add(rows.GetInt64(0));
        }

        return effects;
    }

    private sealed class Recorder(string name) : ILogSubscriber
    {
        private int _failuresToCome;

        public string Name => name;

        public ConcurrentQueue<long> Seen { get; } = new();

        public int FailuresToCome { init => _failuresToCome = value; }

        public Task HandleAsync(IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
        {
            if (Interlocked.Decrement(ref _failuresToCome) >= 0)
            {
                throw new InvalidOperationException("the broker is away");
            }

            foreach (var each in events)
            {
                Seen.Enqueue(each.Sequence);
            }

            return Task.CompletedTask;
        }

        public bool IsTransient(Exception error) => error is InvalidOperationException;
    }

    private sealed class Effects(string name, string instance = "") : IProjection
    {
        private long _poison = -1;

        public string Name => name;

        public long? Poison { set => Volatile.Write(ref _poison, value ?? -1); }

        public async Task ProjectAsync(IReadOnlyList<RecordedEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
        {
            foreach (var each in events)
            {
                await using var command = new NpgsqlCommand("insert into effects values ($1, $2)", transaction.Connection, transaction);
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = each.Sequence });
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = instance });
                await command.ExecuteNonQueryAsync(cancellation);
                if (each.Sequence == Volatile.Read(ref _poison))
                {
                    throw new ArithmeticException("the projection has a bug");
                }
            }
        }
    }
}

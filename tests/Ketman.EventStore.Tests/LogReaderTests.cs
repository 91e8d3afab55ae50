using Ketman.EventStore.Deciding;
using Ketman.EventStore.Log;
using Ketman.Testing;
using Npgsql;

namespace Ketman.EventStore.Tests;

public sealed class LogReaderTests : IAsyncLifetime
{
    private readonly StoreDatabase _database = new();
    private LogReader _reader = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _reader = new LogReader(_database.Source, Samples.Types);
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task an_empty_log_gives_nothing_and_waits_for_nobody()
    {
        var page = await _reader.ReadAsync(0, 10, Cancellation);

        page.Events.ShouldBeEmpty();
        page.Through.ShouldBe(0);
        page.Waiting.ShouldBeFalse();
    }

    [Fact]
    public async Task events_come_in_the_order_of_the_log_and_by_pages()
    {
        await AppendAsync(5);

        var first = await _reader.ReadAsync(0, 3, Cancellation);
        var second = await _reader.ReadAsync(first.Through, 3, Cancellation);
        var third = await _reader.ReadAsync(second.Through, 3, Cancellation);

        first.Events.Select(each => each.Sequence).ShouldBe([1, 2, 3]);
        second.Events.Select(each => each.Sequence).ShouldBe([4, 5]);
        third.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_second_subscriber_is_served_the_same_from_memory_or_from_the_table()
    {
        await AppendAsync(20);
        var ahead = await ReadAllAsync(_reader, 0);

        (await ReadAllAsync(_reader, 0)).Select(each => each.Sequence).ShouldBe(ahead.Select(each => each.Sequence));
        (await ReadAllAsync(_reader, 7)).Select(each => each.Sequence).ShouldBe(ahead.Skip(7).Select(each => each.Sequence));
    }

    [Fact]
    public async Task what_this_process_appended_is_read_as_the_database_has_it()
    {
        var recent = new RecentAppends();
        IEventStore here = new PostgresEventStore(_database.Source, Samples.Types, recent: recent);
        var elsewhere = _database.Store;
        await using var reader = new LogReader(_database.Source, Samples.Types, recent);
        var streams = Enumerable.Range(0, 4).Select(_ => Samples.NewStream()).ToList();
        await elsewhere.AppendAsync([.. streams.Select(stream => Samples.First(stream, Samples.Note()))], null, Cancellation);
        for (var round = 0; round < 60; round++)
        {
            var store = round % 5 == 4 ? (IEventStore)elsewhere : here;
            await store.AppendAsync([Samples.Append(await store.ReadToDecideAsync(streams[round % 4], Cancellation), Samples.Note($"{round}"))], null, Cancellation);
        }

        (await ReadAllAsync(reader, 0)).ShouldBe(await ReadAllAsync(_reader, 0));
    }

    [Fact]
    public async Task what_is_remembered_is_not_taken_for_another_event_of_a_database_that_was_restored()
    {
        var recent = new RecentAppends();
        IEventStore here = new PostgresEventStore(_database.Source, Samples.Types, recent: recent);
        var stream = Samples.NewStream();
        await here.AppendAsync([Samples.First(stream, Samples.Note("one"))], null, Cancellation);
        var before = await here.ReadToDecideAsync(stream, Cancellation);
        await here.AppendAsync([Samples.Append(before, Samples.Note("lost with the disk"))], null, Cancellation);
        await _database.ExecuteAsync("""
            alter table mt_events disable trigger ketman_immutable;
            delete from mt_events where version = 2;
            update mt_streams set version = 1;
            select setval('mt_events_sequence', 1)
            """);
        await _database.Store.AppendAsync([Samples.Append(before, Samples.Note("after the restore"))], null, Cancellation);

        await using var reader = new LogReader(_database.Source, Samples.Types, recent);

        (await ReadAllAsync(reader, 1)).ShouldHaveSingleItem().Data.ShouldBeOfType<NoteTaken>().Text.ShouldBe("after the restore");
    }

    [Fact]
    public async Task an_event_behind_an_open_transaction_is_held_back_until_that_ends()
    {
        await using var open = await OpenTransactionAsync();
        await AppendAsync(2);

        var before = await _reader.ReadAsync(0, 10, Cancellation);
        before.Events.ShouldBeEmpty();
        before.Waiting.ShouldBeTrue();
        await open.CommitAsync(Cancellation);

        (await ReadAllAsync(_reader, 0)).Select(each => each.Sequence).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task a_number_that_was_rolled_back_is_passed_over()
    {
        await using var open = await OpenTransactionAsync();
        await AppendAsync(2);
        (await _reader.ReadAsync(0, 10, Cancellation)).Waiting.ShouldBeTrue();
        await open.RollbackAsync(Cancellation);

        (await ReadAllAsync(_reader, 0)).Select(each => each.Sequence).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task numbers_rolled_back_long_ago_cost_no_waiting()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var open = await OpenTransactionAsync();
            await AppendAsync(1);
            await open.RollbackAsync(Cancellation);
        }

        var page = await _reader.ReadAsync(0, 10, Cancellation);

        page.Events.Count.ShouldBe(5);
        page.Waiting.ShouldBeFalse();
    }

    [Fact]
    public async Task a_transaction_that_is_prepared_and_committed_later_is_waited_for()
    {
        await using var connection = await _database.Source.OpenConnectionAsync(Cancellation);
        await ExecuteAsync(connection, "begin");
        await ExecuteAsync(connection, InsertAsWriter);
        await AppendAsync(1);
        (await _reader.ReadAsync(0, 10, Cancellation)).Waiting.ShouldBeTrue();

        // Its lock passes to the prepared transaction, which goes by another name.
        await ExecuteAsync(connection, "prepare transaction 'held'");
        (await _reader.ReadAsync(0, 10, Cancellation)).Waiting.ShouldBeTrue();
        (await _reader.ReadAsync(0, 10, Cancellation)).Waiting.ShouldBeTrue();
        await ExecuteAsync(connection, "commit prepared 'held'");

        (await ReadAllAsync(_reader, 0)).Select(each => each.Sequence).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task a_transaction_that_only_reads_or_writes_elsewhere_is_not_waited_for()
    {
        await using var connection = await _database.Source.OpenConnectionAsync(Cancellation);
        await ExecuteAsync(connection, "begin");
        await ExecuteAsync(connection, "create table elsewhere (number int)");
        await using (var open = await OpenTransactionAsync())
        {
            await AppendAsync(1);
            await open.RollbackAsync(Cancellation);
        }

        var page = await _reader.ReadAsync(0, 10, Cancellation);

        page.Events.ShouldHaveSingleItem().Sequence.ShouldBe(2);
        await ExecuteAsync(connection, "rollback");
    }

    [Fact]
    public async Task what_marten_leaves_for_a_refused_append_is_passed_over()
    {
        await AppendAsync(1);
        await _database.ExecuteAsync("insert into mt_streams (id, version) values ('mt_tombstone', 0)");
        await _database.ExecuteAsync(
            "insert into mt_events (seq_id, id, stream_id, version, data, type) select nextval('mt_events_sequence'), gen_random_uuid(), 'mt_tombstone', 0, '{}', 'tombstone'");
        await AppendAsync(1);

        (await ReadAllAsync(_reader, 0)).Select(each => each.Sequence).ShouldBe([1, 3]);
    }

    [Fact]
    public async Task events_before_an_unreadable_one_are_given_out_and_then_it_is_named()
    {
        await AppendAsync(2);
        await _database.ExecuteAsync(
            "insert into mt_events (seq_id, id, stream_id, version, data, type) select nextval('mt_events_sequence'), gen_random_uuid(), id, 9, '{}', 'from-the-future.v7' from mt_streams limit 1");
        await AppendAsync(1);

        var page = await _reader.ReadAsync(0, 10, Cancellation);
        page.Events.Select(each => each.Sequence).ShouldBe([1, 2]);
        var unreadable = await Should.ThrowAsync<UnreadableEventException>(() => _reader.ReadAsync(page.Through, 10, Cancellation));
        unreadable.Sequence.ShouldBe(3);
        unreadable.Type.ShouldBe("from-the-future.v7");

        (await _reader.ReadAsync(3, 10, Cancellation)).Events.ShouldHaveSingleItem().Sequence.ShouldBe(4);
    }

    [Fact]
    public async Task a_broken_connection_is_replaced()
    {
        await AppendAsync(1);
        await _reader.ReadAsync(0, 10, Cancellation);
        await _database.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%order by seq_id limit $2'");
        await AppendAsync(1);

        await Eventually.TrueAsync("the reader comes back", async () =>
        {
            try
            {
                return (await _reader.ReadAsync(1, 10, Cancellation)).Events.Count == 1;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }, cancellation: Cancellation);
    }

    [Fact]
    public async Task a_sequence_that_caches_is_refused()
    {
        await _database.ExecuteAsync("alter sequence mt_events_sequence cache 10");

        await Should.ThrowAsync<InvalidOperationException>(() => _reader.ReadAsync(0, 10, Cancellation));
    }

    [Fact]
    public async Task nothing_is_missed_doubled_or_disordered_while_many_write_hold_roll_back_and_prepare()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(8));
        var stop = limit.Token;
        var writers = Enumerable.Range(0, 12).Select(seed => WriteAsync(seed, () => stop.IsCancellationRequested)).ToList();
        var readers = Enumerable.Range(0, 3).Select(_ => FollowAsync(Task.WhenAll(writers))).ToList();

        await Task.WhenAll(writers);
        var read = await Task.WhenAll(readers);

        await using var command = _database.Source.CreateCommand("select seq_id from mt_events order by seq_id");
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        var committed = new List<long>();
        while (await rows.ReadAsync(Cancellation))
        {
            committed.Add(rows.GetInt64(0));
        }

        committed.Count.ShouldBeGreaterThan(2000);
        foreach (var seen in read)
        {
            seen.ShouldBe(committed);
        }

        TestContext.Current.SendDiagnosticMessage($"{committed.Count} events, {await _database.ScalarAsync<long>("select last_value from mt_events_sequence") - committed.Count} numbers rolled back");
    }

    [Fact]
    public void of_the_noted_holders_only_those_still_there_are_waited_for()
    {
        Fence.StillWaitedFor(["3/1", "4/1"], ["4/1", "5/9"]).ShouldBe(["4/1"]);
    }

    [Fact]
    public void when_a_noted_holder_vanishes_every_prepared_one_may_be_it()
    {
        Fence.StillWaitedFor(["3/1", "4/1"], ["4/1", "-1/77", "5/9"]).ShouldBe(["4/1", "-1/77"], ignoreOrder: true);
        Fence.StillWaitedFor(["4/1"], ["4/1", "-1/77"]).ShouldBe(["4/1"]);
        Fence.StillWaitedFor(["-1/77"], ["-1/78"]).ShouldBeEmpty();
    }

    private const string InsertAsWriter = """
        with stream as (insert into mt_streams (id, version) values (gen_random_uuid()::text, 1) returning id)
        insert into mt_events (seq_id, id, stream_id, version, data, type)
        select nextval('mt_events_sequence'), gen_random_uuid(), id, 1, '{"text":"x","occurredAt":"2025-02-03"}', 'note-taken.v1' from stream
        """;

    // The generator only chooses what to do; that it can be guessed does not matter.
#pragma warning disable CA5394
    private async Task WriteAsync(int seed, Func<bool> isOver)
    {
        var random = new Random(seed);
        for (var number = 0; !isOver(); number++)
        {
            var kind = random.Next(100);
            if (kind < 70)
            {
                await AppendAsync(random.Next(1, 4));
                continue;
            }

            await using var connection = await _database.Source.OpenConnectionAsync(Cancellation);
            await ExecuteAsync(connection, "begin");
            await ExecuteAsync(connection, InsertAsWriter);
            if (kind > 90)
            {
                await Task.Delay(random.Next(1, 200), Cancellation);
            }

            if (kind is 98 or 99)
            {
                await ExecuteAsync(connection, $"prepare transaction 'w{seed}-{number}'");
                await Task.Delay(random.Next(1, 100), Cancellation);
                await ExecuteAsync(connection, $"{(random.Next(2) == 0 ? "commit" : "rollback")} prepared 'w{seed}-{number}'");
            }
            else
            {
                await ExecuteAsync(connection, random.Next(2) == 0 ? "commit" : "rollback");
            }
        }
    }
#pragma warning restore CA5394

    private async Task<List<long>> FollowAsync(Task writers)
    {
        await using var reader = new LogReader(_database.Source, Samples.Types);
        var seen = new List<long>();
        for (var position = 0L; ;)
        {
            var done = writers.IsCompleted;
            var page = await reader.ReadAsync(position, 100, Cancellation);
            seen.AddRange(page.Events.Select(each => each.Sequence));
            if (done && page.Through == position && !page.Waiting)
            {
                return seen;
            }

            position = page.Through;
        }
    }

    private async Task AppendAsync(int events)
    {
        var append = Samples.First(Samples.NewStream(), [.. Enumerable.Range(0, events).Select(IDomainEvent (number) => Samples.Note($"{number}"))]);
        await _database.Store.AppendAsync([append], null, Cancellation);
    }

    private static async Task<List<RecordedEvent>> ReadAllAsync(LogReader reader, long after)
    {
        var events = new List<RecordedEvent>();
        await Eventually.TrueAsync("the log is decided", async () =>
        {
            var page = await reader.ReadAsync(after, 4, Cancellation);
            events.AddRange(page.Events);
            var end = page.Through == after && !page.Waiting;
            after = page.Through;
            return end;
        }, cancellation: Cancellation);
        return events;
    }

    private async Task<NpgsqlTransaction> OpenTransactionAsync()
    {
        var connection = await _database.Source.OpenConnectionAsync(Cancellation);
        var transaction = await connection.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(connection, InsertAsWriter);
        return transaction;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}

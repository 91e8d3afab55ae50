using Ketman.EventStore.Deciding;
using Npgsql;

namespace Ketman.EventStore.Tests;

/// <summary>What any implementation of the port must do, whatever it is built on.</summary>
public abstract class EventStoreContract
{
    protected abstract IEventStore Store { get; }

    /// <summary>The database that <see cref="Store"/> writes to, for statements that commit alongside.</summary>
    protected abstract NpgsqlDataSource Database { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task an_unknown_stream_is_empty_at_version_0()
    {
        var history = await Store.ReadStreamAsync(Samples.NewStream(), Cancellation);

        history.Events.ShouldBeEmpty();
        history.Version.ShouldBe(0);
        history.LastHash.ShouldBeNull();
    }

    [Fact]
    public async Task a_single_event_comes_back_as_it_was_written()
    {
        var stream = Samples.NewStream();
        var append = Samples.First(stream, Samples.Money());

        await Store.AppendAsync([append], null, Cancellation);

        var recorded = (await Store.ReadStreamAsync(stream, Cancellation)).Events.ShouldHaveSingleItem();
        recorded.Id.ShouldBe(append.Events[0].Id);
        recorded.Stream.ShouldBe(stream);
        recorded.Version.ShouldBe(1);
        recorded.Type.ShouldBe("money-sent.v1");
        recorded.Metadata.ShouldBe(append.Metadata);
        recorded.Hash.Length.ShouldBe(64);
        EventTypes.Write(recorded.Data).ShouldBe(EventTypes.Write(append.Events[0].Data));
    }

    [Fact]
    public async Task several_events_keep_their_order_and_their_numbers()
    {
        var stream = Samples.NewStream();
        IDomainEvent[] events = [.. Enumerable.Range(0, 100).Select(number => Samples.Note($"note {number}"))];
        var append = Samples.First(stream, events);

        await Store.AppendAsync([append], null, Cancellation);

        var history = await Store.ReadStreamAsync(stream, Cancellation);
        history.Events.Select(recorded => recorded.Version).ShouldBe(Enumerable.Range(1, 100).Select(number => (long)number));
        history.Events.Select(recorded => recorded.Id).ShouldBe(append.Events.Select(added => added.Id));
        history.Events.Select(recorded => recorded.Data).ShouldBe(events);
        history.Events.Select(recorded => recorded.Sequence).ShouldBeInOrder(SortDirection.Ascending);
        history.Events.Select(recorded => recorded.Metadata).ShouldAllBe(metadata => metadata == append.Metadata);
    }

    [Fact]
    public async Task later_appends_go_on_where_the_stream_ended()
    {
        var stream = Samples.NewStream();
        await Store.AppendAsync([Samples.First(stream, Samples.Note("one"))], null, Cancellation);
        var read = await Store.ReadStreamAsync(stream, Cancellation);

        await Store.AppendAsync([Samples.Append(read, Samples.Note("two"), Samples.Note("three"))], null, Cancellation);
        await Store.AppendAsync([Samples.Append(await Store.ReadStreamAsync(stream, Cancellation), Samples.Note("four"))], null, Cancellation);

        var texts = (await Store.ReadStreamAsync(stream, Cancellation)).Events.Select(recorded => ((NoteTaken)recorded.Data).Text);
        texts.ShouldBe(["one", "two", "three", "four"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task an_append_on_an_old_version_is_refused_and_stores_nothing(int events)
    {
        var stream = Samples.NewStream();
        await Store.AppendAsync([Samples.First(stream, Samples.Note("one"))], null, Cancellation);
        var read = await Store.ReadStreamAsync(stream, Cancellation);
        await Store.AppendAsync([Samples.Append(read, Samples.Note("two"))], null, Cancellation);
        IDomainEvent[] late = [.. Enumerable.Range(0, events).Select(number => Samples.Note($"late {number}"))];

        var conflict = await Should.ThrowAsync<WrongExpectedVersionException>(() => Store.AppendAsync([Samples.Append(read, late)], null, Cancellation));

        conflict.Stream.ShouldBe(stream);
        conflict.Expected.ShouldBe(1);
        (await Store.ReadStreamAsync(stream, Cancellation)).Version.ShouldBe(2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task a_stream_that_exists_is_not_created_again(int events)
    {
        var stream = Samples.NewStream();
        await Store.AppendAsync([Samples.First(stream, Samples.Note("first"))], null, Cancellation);
        IDomainEvent[] again = [.. Enumerable.Range(0, events).Select(number => Samples.Note($"again {number}"))];

        var conflict = await Should.ThrowAsync<WrongExpectedVersionException>(() => Store.AppendAsync([Samples.First(stream, again)], null, Cancellation));

        conflict.Stream.ShouldBe(stream);
        conflict.Expected.ShouldBe(0);
        (await Store.ReadStreamAsync(stream, Cancellation)).Version.ShouldBe(1);
    }

    [Fact]
    public async Task an_append_to_a_stream_that_does_not_exist_is_refused()
    {
        var stream = Samples.NewStream();
        var pretended = new StreamAppend(
            stream, 4, new string('a', 64), [new NewEvent(Guid.CreateVersion7(), Samples.Note())], Samples.Metadata());

        await Should.ThrowAsync<WrongExpectedVersionException>(() => Store.AppendAsync([pretended], null, Cancellation));

        (await Store.ReadStreamAsync(stream, Cancellation)).Version.ShouldBe(0);
    }

    [Fact]
    public async Task of_many_who_create_a_stream_at_once_one_gets_through()
    {
        var stream = Samples.NewStream();

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => TryAsync(Samples.First(stream, Samples.Note($"by {number}")))));

        results.Count(succeeded => succeeded).ShouldBe(1);
        (await Store.ReadStreamAsync(stream, Cancellation)).Version.ShouldBe(1);
    }

    [Fact]
    public async Task of_many_who_append_on_one_version_at_once_one_gets_through()
    {
        var stream = Samples.NewStream();
        await Store.AppendAsync([Samples.First(stream, Samples.Note())], null, Cancellation);
        var read = await Store.ReadStreamAsync(stream, Cancellation);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => TryAsync(Samples.Append(read, Samples.Note($"by {number}")))));

        results.Count(succeeded => succeeded).ShouldBe(1);
        (await Store.ReadStreamAsync(stream, Cancellation)).Version.ShouldBe(2);
    }

    [Fact]
    public async Task an_append_to_several_streams_is_all_or_nothing_and_names_the_stream_that_refused()
    {
        string[] streams = [Samples.NewStream(), Samples.NewStream(), Samples.NewStream()];
        await Store.AppendAsync([.. streams.Select(stream => Samples.First(stream, Samples.Note("one")))], null, Cancellation);
        var read = await Store.ReadToDecideAsync(streams, [], Cancellation);
        await Store.AppendAsync([Samples.Append(read[streams[1]], Samples.Note("in between"))], null, Cancellation);

        var conflict = await Should.ThrowAsync<WrongExpectedVersionException>(
            () => Store.AppendAsync([.. streams.Select(stream => Samples.Append(read[stream], Samples.Note("two")))], null, Cancellation));

        conflict.Stream.ShouldBe(streams[1]);
        var after = await Store.ReadToDecideAsync(streams, [], Cancellation);
        streams.Select(stream => after[stream].Version).ShouldBe([1, 2, 1]);
    }

    [Fact]
    public async Task appends_to_the_same_streams_in_opposite_orders_do_not_deadlock()
    {
        string[] streams = [Samples.NewStream(), Samples.NewStream(), Samples.NewStream(), Samples.NewStream()];
        await Store.AppendAsync([.. streams.Select(stream => Samples.First(stream, Samples.Note("one")))], null, Cancellation);
        var read = await Store.ReadToDecideAsync(streams, [], Cancellation);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => TryAsync(
            [.. (number % 2 == 0 ? streams : streams.Reverse()).Select(stream => Samples.Append(read[stream], Samples.Note($"by {number}")))])));

        results.Count(succeeded => succeeded).ShouldBe(1);
    }

    [Fact]
    public async Task two_appends_to_one_stream_in_a_call_follow_one_another_each_with_its_own_metadata()
    {
        var stream = Samples.NewStream();
        var first = Samples.First(stream, Samples.Note("one"), Samples.Note("two")) with { Metadata = Samples.Metadata("alice") };
        var second = new StreamAppend(stream, 2, null, [new NewEvent(Guid.CreateVersion7(), Samples.Note("three"))], Samples.Metadata("bob"));

        await Store.AppendAsync([first, second], null, Cancellation);

        var history = await Store.ReadStreamAsync(stream, Cancellation);
        history.Events.Select(recorded => recorded.Metadata).ShouldBe([first.Metadata, first.Metadata, second.Metadata]);
    }

    [Fact]
    public async Task appends_to_one_stream_that_leave_a_hole_between_them_are_a_mistake()
    {
        var stream = Samples.NewStream();
        var second = new StreamAppend(stream, 2, null, [new NewEvent(Guid.CreateVersion7(), Samples.Note())], Samples.Metadata());

        await Should.ThrowAsync<ArgumentException>(() => Store.AppendAsync([Samples.First(stream, Samples.Note()), second], null, Cancellation));
    }

    [Fact]
    public async Task statements_alongside_commit_with_the_append()
    {
        var table = await CreateTableAsync();
        var stream = Samples.NewStream();

        await Store.AppendAsync(
            [Samples.First(stream, Samples.Note())], [new NpgsqlBatchCommand($"insert into {table} values (1)"), new NpgsqlBatchCommand($"insert into {table} values (2)")], Cancellation);

        (await CountAsync(table)).ShouldBe(2);
    }

    [Fact]
    public async Task a_refused_append_takes_the_statements_alongside_with_it()
    {
        var table = await CreateTableAsync();
        var stream = Samples.NewStream();
        await Store.AppendAsync([Samples.First(stream, Samples.Note())], null, Cancellation);

        await Should.ThrowAsync<WrongExpectedVersionException>(() => Store.AppendAsync(
            [Samples.First(stream, Samples.Note())], [new NpgsqlBatchCommand($"insert into {table} values (1)")], Cancellation));

        (await CountAsync(table)).ShouldBe(0);
    }

    [Fact]
    public async Task a_failing_statement_alongside_takes_the_append_with_it()
    {
        var table = await CreateTableAsync();
        var stream = Samples.NewStream();

        var failure = await Should.ThrowAsync<PostgresException>(() => Store.AppendAsync(
            [Samples.First(stream, Samples.Note())],
            [new NpgsqlBatchCommand($"insert into {table} values (1)"), new NpgsqlBatchCommand($"insert into {table} values (1)")],
            Cancellation));

        failure.SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
        (await Store.ReadStreamAsync(stream, Cancellation)).Version.ShouldBe(0);
        (await CountAsync(table)).ShouldBe(0);
    }

    [Fact]
    public async Task several_streams_are_read_at_once_and_unknown_ones_come_back_empty()
    {
        string[] streams = [Samples.NewStream(), Samples.NewStream(), Samples.NewStream()];
        await Store.AppendAsync([Samples.First(streams[0], Samples.Note("a")), Samples.First(streams[2], Samples.Note("b"), Samples.Note("c"))], null, Cancellation);

        var read = await Store.ReadToDecideAsync(streams, [], Cancellation);

        read.Keys.ShouldBe(streams, ignoreOrder: true);
        streams.Select(stream => read[stream].Version).ShouldBe([1, 0, 2]);
        read[streams[2]].Events.Select(recorded => ((NoteTaken)recorded.Data).Text).ShouldBe(["b", "c"]);
    }

    [Fact]
    public async Task what_a_decision_reads_of_a_stream_is_what_the_whole_history_says()
    {
        var stream = Samples.NewStream();
        var first = Samples.First(stream, Samples.Note("one"), Samples.Note("two")) with { Metadata = Samples.Metadata("alice") };
        await Store.AppendAsync([first], null, Cancellation);
        await Store.AppendAsync([Samples.Append(await Store.ReadStreamAsync(stream, Cancellation), Samples.Note("three"))], null, Cancellation);
        var history = await Store.ReadStreamAsync(stream, Cancellation);

        var read = await Store.ReadToDecideAsync(stream, Cancellation);

        read.Version.ShouldBe(3);
        read.LastHash.ShouldBe(history.LastHash);
        read.Events.ShouldBe(history.Events.Select(recorded => new PastEvent(recorded.Id, recorded.Data)));
        read.Fingerprints.ShouldBeEmpty();
    }

    [Fact]
    public async Task the_fingerprints_of_the_commands_asked_for_come_with_it()
    {
        var stream = Samples.NewStream();
        var first = Samples.First(stream, Samples.Note("one"), Samples.Note("two"));
        await Store.AppendAsync([first], null, Cancellation);
        await Store.AppendAsync([Samples.Append(await Store.ReadStreamAsync(stream, Cancellation), Samples.Note("three"))], null, Cancellation);

        var read = (await Store.ReadToDecideAsync([stream, Samples.NewStream()], [first.Events[0].Id, Guid.CreateVersion7()], Cancellation))[stream];

        read.Fingerprints.ShouldBe(new Dictionary<Guid, string?> { [first.Events[0].Id] = first.Metadata.Fingerprint });
        read.LastHash.ShouldBe((await Store.ReadStreamAsync(stream, Cancellation)).LastHash);
    }

    [Fact]
    public async Task an_append_to_several_streams_names_the_one_that_does_not_exist()
    {
        var existing = Samples.NewStream();
        await Store.AppendAsync([Samples.First(existing, Samples.Note())], null, Cancellation);
        var known = Samples.Append(await Store.ReadStreamAsync(existing, Cancellation), Samples.Note());
        var pretended = known with { Stream = Samples.NewStream() };

        var refused = await Should.ThrowAsync<WrongExpectedVersionException>(() => Store.AppendAsync([known, pretended], null, Cancellation));

        refused.Stream.ShouldBe(pretended.Stream);
        (await Store.ReadStreamAsync(existing, Cancellation)).Version.ShouldBe(1);
    }

    [Fact]
    public async Task a_page_of_a_stream_begins_after_a_version_and_ends_at_its_limit()
    {
        var stream = Samples.NewStream();
        await Store.AppendAsync([Samples.First(stream, [.. Enumerable.Range(1, 10).Select(number => Samples.Note($"{number}"))])], null, Cancellation);

        (await Store.ReadStreamPageAsync(stream, 3, 4, Cancellation)).Select(recorded => recorded.Version).ShouldBe([4, 5, 6, 7]);
        (await Store.ReadStreamPageAsync(stream, 8, 4, Cancellation)).Select(recorded => recorded.Version).ShouldBe([9, 10]);
        (await Store.ReadStreamPageAsync(stream, 10, 4, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task a_time_finer_than_a_microsecond_is_cut_to_it()
    {
        var stream = Samples.NewStream();
        var append = Samples.First(stream, Samples.Note());

        await Store.AppendAsync([append with { Metadata = append.Metadata with { RecordedAt = Samples.Now.AddTicks(7) } }], null, Cancellation);

        (await Store.ReadStreamAsync(stream, Cancellation)).Events[0].Metadata.RecordedAt.ShouldBe(Samples.Now);
    }

    private async Task<bool> TryAsync(params StreamAppend[] appends)
    {
        try
        {
            await Store.AppendAsync(appends, null, Cancellation);
            return true;
        }
        catch (WrongExpectedVersionException)
        {
            return false;
        }
    }

    private async Task<string> CreateTableAsync()
    {
        var table = $"alongside_{Guid.NewGuid():N}";
        await using var command = Database.CreateCommand($"create table {table} (number int primary key)");
        await command.ExecuteNonQueryAsync(Cancellation);
        return table;
    }

    private async Task<long> CountAsync(string table)
    {
        await using var command = Database.CreateCommand($"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}

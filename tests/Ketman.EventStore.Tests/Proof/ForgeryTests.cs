using Ketman.EventStore.Deciding;
using Npgsql;

namespace Ketman.EventStore.Tests.Proof;

/// <summary>Somebody who owns the database changes it behind the store's back; whatever he does, the verification names it.</summary>
public sealed class ForgeryTests : IAsyncLifetime
{
    private readonly StoreDatabase _database = new();
    private readonly string[] _streams = [.. Enumerable.Range(1, 3).Select(each => $"sample-0000000{each}-0000-7000-8000-000000000000")];
    private SealedLog _log = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _log = new SealedLog(_database, SealOptions.Default with { Most = 5 });
        // Four events of each of three streams, mixed, in places 1 to 13; 7 was rolled back.
        for (var round = 0; round < 2; round++)
        {
            foreach (var stream in _streams)
            {
                var history = await _database.Store.ReadStreamAsync(stream, Cancellation);
                IDomainEvent[] events = [Samples.Note($"zwei é \u0001 \"quoted\" {round}"), Samples.Money(1.10m + round)];
                await _database.Store.AppendAsync([Samples.Append(history, events)], null, Cancellation);
            }

            if (round == 0)
            {
                await _database.ScalarAsync<long>("select nextval('mt_events_sequence')");
            }
        }

        await _log.SealAsync();
        await _log.TamperAsync(
            """
            create table genuine_events as select * from mt_events;
            create table genuine_streams as select * from mt_streams;
            create table genuine_seals as select * from ketman_seals;
            create table genuine_keys as select * from ketman_seal_keys
            """);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task what_was_not_touched_holds()
    {
        var verified = await _log.VerifyAsync(limit: 1);

        (verified.Streams, verified.Events, verified.Seals, verified.Faults.Count).ShouldBe((3, 12, 3, 0));
    }

    [Fact]
    public async Task any_single_character_of_any_column_of_any_event_is_named_with_its_stream_and_version()
    {
        string[] columns =
            ["seq_id", "id", "stream_id", "version", "data", "type", "timestamp", "tenant_id", "correlation_id", "causation_id", "headers", "user_name"];
        var tried = columns.ToDictionary(column => column, _ => 0);
        foreach (var column in columns)
        {
            for (var seed = 0; seed < 24; seed++)
            {
                var place = new[] { 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13 }[(seed * 5) % 12];
                if (await ChangeOneCharacterAsync("mt_events", "seq_id", column, place, seed))
                {
                    tried[column]++;
                    await ShouldNameAsync(place, $"{column} at {place}, seed {seed}");
                }

                await RestoreAsync();
            }
        }

        tried.Values.ShouldAllBe(count => count >= 5);
        (await _log.VerifyAsync()).Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("update mt_events set bdata = 'x' where seq_id = 9", 9)]
    [InlineData("update mt_events set mt_dotnet_type = 'x' where seq_id = 9", 9)]
    [InlineData("update mt_events set is_archived = true where seq_id = 9", 9)]
    [InlineData("update mt_events set type = 'tombstone' where seq_id = 9", 9)]
    [InlineData("update mt_events set user_name = null where seq_id = 9", 9)]
    [InlineData("update mt_events set headers = null where seq_id = 9", 9)]
    [InlineData("update mt_events set stream_id = null where seq_id = 9", 9)]
    [InlineData("update mt_events set headers = headers - 'salt' where seq_id = 9", 9)]
    [InlineData("delete from mt_events where seq_id = 9", 9)]
    [InlineData("delete from mt_events where seq_id = 13; update mt_streams set version = 3 where id like '%3-0000-7000%'", 13)]
    [InlineData("delete from mt_events where stream_id like '%2-0000-7000%'; delete from mt_streams where id like '%2-0000-7000%'", 3)]
    [InlineData("delete from mt_events where stream_id like '%2-0000-7000%'", 3)]
    [InlineData("update mt_events a set data = b.data from mt_events b where (a.seq_id, b.seq_id) in ((1, 2), (2, 1))", 1)]
    [InlineData("update mt_events a set headers = b.headers from mt_events b where (a.seq_id, b.seq_id) in ((2, 6), (6, 2))", 6)]
    [InlineData("update mt_events set seq_id = -seq_id where seq_id in (1, 3); update mt_events set seq_id = seq_id + 4 where seq_id < 0", 1)]
    [InlineData("update mt_events set seq_id = 7 where seq_id = 6", 6)]
    [InlineData("update mt_events set version = -version where stream_id like '%1-0000-7000%' and version in (1, 2); update mt_events set version = version + 3 where version < 0", 1)]
    [InlineData("update mt_streams set version = 5 where id like '%1-0000-7000%'", -1)]
    [InlineData("update mt_streams set version = 3 where id like '%1-0000-7000%'", 9)]
    [InlineData("update mt_streams set version = 0 where id like '%1-0000-7000%'", 9)]
    [InlineData("update mt_streams set version = null where id like '%1-0000-7000%'", 9)]
    [InlineData("update mt_streams set is_archived = true where id like '%1-0000-7000%'", 1)]
    [InlineData("delete from mt_streams where id like '%1-0000-7000%'", 1)]
    public async Task what_is_changed_moved_or_removed_is_named(string sql, long place)
    {
        await _log.TamperAsync(sql);

        if (place < 0)
        {
            (await _log.VerifyAsync()).Faults.ShouldContain(fault => fault.Fault == "missing" && fault.Stream == _streams[0] && fault.Version == 5);
            return;
        }

        await ShouldNameAsync(place, sql);
    }

    [Fact]
    public async Task a_stream_that_is_rewritten_with_new_hashes_is_named_by_its_seal()
    {
        await _log.TamperAsync($"delete from mt_events where stream_id = '{_streams[1]}'; delete from mt_streams where id = '{_streams[1]}'");
        IDomainEvent[] others = [Samples.Note("never"), Samples.Money(2), Samples.Note("happened"), Samples.Money(3)];
        await _database.Store.AppendAsync([Samples.First(_streams[1], others)], null, Cancellation);
        await _log.TamperAsync($"update mt_events e set seq_id = g.seq_id from genuine_events g where g.stream_id = '{_streams[1]}' and g.stream_id = e.stream_id and g.version = e.version");

        // Two seals cover its four events.
        (await _log.VerifyAsync()).Faults.Select(fault => (fault.Fault, fault.Stream, fault.Version, fault.Seal)).ShouldBe(
            [("event-replaced", _streams[1], 1, 1), ("event-replaced", _streams[1], 3, 2)]);
    }

    [Fact]
    public async Task an_event_that_is_put_in_later_where_a_number_was_rolled_back_is_named_by_its_seal()
    {
        var added = Samples.NewStream();
        await _database.Store.AppendAsync([Samples.First(added, Samples.Note("never happened"))], null, Cancellation);
        await _log.TamperAsync($"update mt_events set seq_id = 7 where stream_id = '{added}'");

        (await _log.VerifyAsync()).Faults.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            fault => fault.Fault.ShouldBe("event-added"), fault => fault.Stream.ShouldBe(added), fault => fault.Version.ShouldBe(1),
            fault => fault.Message.ShouldBe($"{added}, version 1 (place 7 in the log) was put into the log after that stretch was sealed (seal 2)."));
    }

    [Fact]
    public async Task of_one_stream_its_own_faults_are_named_and_no_others()
    {
        await _log.TamperAsync("update mt_events set data = '{}' where seq_id = 2; delete from mt_events where seq_id = 13; update mt_streams set version = 3 where id like '%3-0000-7000%'");

        (await _log.Verifier.VerifyStreamAsync(_streams[0], Cancellation)).Faults.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            fault => fault.Fault.ShouldBe("altered"), fault => fault.Version.ShouldBe(2));
        (await _log.Verifier.VerifyStreamAsync(_streams[1], Cancellation)).Faults.ShouldBeEmpty();
        (await _log.Verifier.VerifyStreamAsync(_streams[2], Cancellation)).Faults.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            fault => fault.Fault.ShouldBe("event-missing"), fault => fault.Version.ShouldBe(4));
        var unknown = await _log.Verifier.VerifyStreamAsync(Samples.NewStream(), Cancellation);
        (unknown.Streams, unknown.Seals, unknown.Faults.Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task any_single_character_of_any_column_of_any_seal_is_found()
    {
        string[] columns =
            ["number", "service", "first_seq", "last_seq", "events", "root", "previous", "sealed_at", "key_id", "signature", "seqs", "streams", "versions", "links"];
        var tried = columns.ToDictionary(column => column, _ => 0);
        foreach (var column in columns)
        {
            for (var seed = 0; seed < 18; seed++)
            {
                if (await ChangeOneCharacterAsync("ketman_seals", "number", column, (seed % 3) + 1, seed))
                {
                    tried[column]++;
                    (await _log.VerifyAsync()).Faults.ShouldNotBeEmpty($"{column} of seal {(seed % 3) + 1}, seed {seed}");
                }

                await RestoreAsync();
            }
        }

        tried.Values.ShouldAllBe(count => count >= 4);
    }

    [Theory]
    [InlineData("delete from ketman_seals where number = 1", "seal-missing")]
    [InlineData("delete from ketman_seals where number = 2", "seal-missing")]
    [InlineData("delete from ketman_seals where number = 3; delete from mt_events where seq_id > 11", "missing")]
    public async Task a_seal_that_is_removed_is_missed(string sql, string fault)
    {
        await _log.TamperAsync(sql);

        (await _log.VerifyAsync()).Faults.ShouldContain(found => found.Fault == fault);
    }

    [Fact]
    public async Task the_last_seal_that_is_removed_leaves_events_unsealed()
    {
        await _log.TamperAsync("delete from ketman_seals where number = 3");

        var verified = await _log.VerifyAsync();

        verified.Faults.ShouldBeEmpty();
        (verified.Sealed.Number, verified.Sealed.Unsealed).ShouldBe((2, 2));
    }

    private async Task ShouldNameAsync(long place, string what)
    {
        var stream = await _database.ScalarAsync<string>($"select stream_id from genuine_events where seq_id = {place}");
        var version = await _database.ScalarAsync<long>($"select version from genuine_events where seq_id = {place}");
        (await _log.VerifyAsync()).Faults.ShouldContain(fault => fault.Stream == stream && fault.Version == version, what);
    }

    private Task RestoreAsync() => _log.TamperAsync(
        """
        delete from mt_events; insert into mt_events select * from genuine_events;
        delete from mt_streams; insert into mt_streams select * from genuine_streams;
        delete from ketman_seals; insert into ketman_seals select * from genuine_seals;
        delete from ketman_seal_keys; insert into ketman_seal_keys select * from genuine_keys
        """);

    // One character of the column's text, replaced by another of its kind; what PostgreSQL does not take, or takes for the same, is none.
    private async Task<bool> ChangeOneCharacterAsync(string table, string key, string column, long row, int seed)
    {
        var text = await _database.ScalarAsync<string>($"select {column}::text from {table} where {key} = {row}");
        var at = (seed * 7919) % text.Length;
        var replacement = text[at] switch
        {
            >= '0' and < '9' or >= 'a' and < 'z' or >= 'A' and < 'Z' => (char)(text[at] + 1),
            '9' => '0',
            'z' => 'a',
            _ => 'x',
        };
        var changed = string.Concat(text.AsSpan(0, at), [replacement], text.AsSpan(at + 1));
        try
        {
            await _log.TamperAsync($"update {table} set {column} = '{changed.Replace("'", "''", StringComparison.Ordinal)}' where {key} = {row}");
        }
        catch (PostgresException)
        {
            return false;
        }

        return await _database.ScalarAsync<bool>(
            $"select '{text.Replace("'", "''", StringComparison.Ordinal)}' not in (select {column}::text from {table} where {key} = {(column == key ? changed : row)})");
    }
}

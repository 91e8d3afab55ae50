using Ketman.Testing;
using Npgsql;

namespace Ketman.EventStore.Tests;

/// <summary>Appends that come while others are on their way share a transaction, and nothing else.</summary>
public sealed class AppendGroupTests : IAsyncLifetime
{
    private readonly StoreDatabase _database = new();
    private NpgsqlDataSource _source = null!;
    private PostgresEventStore _store = null!;
    private int _gates;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _source = _database.Named("writer");
        _store = new PostgresEventStore(_source, Samples.Types);
        await _database.ExecuteAsync("create table open_gates (gate integer primary key)");
        await _database.ExecuteAsync("create table beside (id text primary key)");
        // A statement that ends when the test says so. The shared lock shows that it has begun.
        await _database.ExecuteAsync("""
            create function pass(gate integer) returns void language plpgsql as $$
            begin
              perform pg_advisory_xact_lock_shared($1);
              while not exists (select from open_gates where open_gates.gate = $1) loop perform pg_sleep(0.002); end loop;
            end
            $$
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task appends_that_wait_are_committed_in_one_transaction()
    {
        var appends = await PrepareAsync(10);
        var gate = await OccupyAsync();
        var waiting = appends.Select(append => AppendAsync(append, Insert(append.Stream))).ToList();

        await OpenAsync(gate);

        await Task.WhenAll(waiting);
        (await StoredAsync(appends)).ShouldBe(10);
        (await BesideAsync()).ShouldBe(10);
        (await _database.ScalarAsync<long>("select count(distinct xmin::text) from mt_events where version = 2 and not user_name = 'occupant'")).ShouldBe(1);
    }

    [Fact]
    public async Task more_than_fit_into_one_transaction_follow_in_others()
    {
        var appends = await PrepareAsync(100);
        var gate = await OccupyAsync();
        var waiting = appends.Select(append => AppendAsync(append)).ToList();

        await OpenAsync(gate);

        await Task.WhenAll(waiting);
        (await StoredAsync(appends)).ShouldBe(100);
    }

    [Fact]
    public async Task a_conflict_refuses_nobody_but_itself()
    {
        var appends = await PrepareAsync(6);
        await _database.Store.AppendAsync([appends[2] with { Events = [new NewEvent(Guid.CreateVersion7(), Samples.Note("first"))] }], null, Cancellation);
        await _database.Store.AppendAsync([appends[4] with { Events = [new NewEvent(Guid.CreateVersion7(), Samples.Note("first"))] }], null, Cancellation);
        var gate = await OccupyAsync();
        var waiting = appends.Select(append => AppendAsync(append, Insert(append.Stream))).ToList();

        await OpenAsync(gate);

        foreach (var (append, task) in appends.Zip(waiting))
        {
            if (append == appends[2] || append == appends[4])
            {
                (await Should.ThrowAsync<WrongExpectedVersionException>(() => task)).Stream.ShouldBe(append.Stream);
            }
            else
            {
                await task;
            }
        }

        (await StoredAsync(appends)).ShouldBe(4);
        (await BesideAsync()).ShouldBe(4);
    }

    [Fact]
    public async Task an_append_to_a_stream_that_does_not_exist_refuses_nobody_but_itself()
    {
        var appends = await PrepareAsync(4);
        appends[1] = appends[1] with { Stream = Samples.NewStream() };
        var gate = await OccupyAsync();
        var waiting = appends.Select(append => AppendAsync(append)).ToList();

        await OpenAsync(gate);

        (await Should.ThrowAsync<WrongExpectedVersionException>(() => waiting[1])).Stream.ShouldBe(appends[1].Stream);
        await Task.WhenAll(waiting[0], waiting[2], waiting[3]);
        (await StoredAsync(appends)).ShouldBe(3);
    }

    [Fact]
    public async Task a_statement_alongside_that_fails_takes_nobody_else_with_it()
    {
        var appends = await PrepareAsync(5);
        await _database.ExecuteAsync("insert into beside values ('taken')");
        var gate = await OccupyAsync();
        var waiting = appends.Select(append => AppendAsync(append, Insert(append == appends[3] ? "taken" : append.Stream))).ToList();

        await OpenAsync(gate);

        (await Should.ThrowAsync<PostgresException>(() => waiting[3])).SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
        await Task.WhenAll(waiting[0], waiting[1], waiting[2], waiting[4]);
        (await StoredAsync(appends)).ShouldBe(4);
        (await BesideAsync()).ShouldBe(5);
    }

    [Fact]
    public async Task of_two_who_want_the_same_row_beside_them_one_gets_it()
    {
        var appends = await PrepareAsync(4);
        var gate = await OccupyAsync();
        var waiting = appends.Select((append, number) => TryAsync(append, Insert(number is 1 or 2 ? "handle" : append.Stream))).ToList();

        await OpenAsync(gate);

        var results = await Task.WhenAll(waiting);
        (results[0], results[3]).ShouldBe((true, true));
        (results[1] ^ results[2]).ShouldBeTrue();
        (await StoredAsync(appends)).ShouldBe(3);
        (await BesideAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task a_statement_alongside_that_cannot_be_sent_takes_nobody_else_with_it()
    {
        var appends = await PrepareAsync(4);
        var gate = await OccupyAsync();
        var unsendable = new NpgsqlBatchCommand("insert into beside values ($1)") { Parameters = { new NpgsqlParameter { Value = new object() } } };
        var waiting = appends.Select(append => AppendAsync(append, append == appends[0] ? unsendable : Insert(append.Stream))).ToList();

        await OpenAsync(gate);

        await Should.ThrowAsync<InvalidCastException>(() => waiting[0]);
        await Task.WhenAll(waiting[1..]);
        (await StoredAsync(appends)).ShouldBe(3);
        (await BesideAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task a_statement_alongside_may_answer_with_rows()
    {
        var appends = await PrepareAsync(3);
        var gate = await OccupyAsync();
        var waiting = appends.Select(append => AppendAsync(append, new NpgsqlBatchCommand("select * from generate_series(1, 1000)"))).ToList();

        await OpenAsync(gate);

        await Task.WhenAll(waiting);
        (await StoredAsync(appends)).ShouldBe(3);
    }

    [Fact]
    public async Task two_appends_on_one_version_do_not_share_a_transaction_and_one_gets_through()
    {
        var appends = await PrepareAsync(3);
        var rival = appends[0] with { Events = [new NewEvent(Guid.CreateVersion7(), Samples.Note("rival"))] };
        var gate = await OccupyAsync();
        var waiting = new[] { appends[0], rival, appends[1], appends[2] }.Select(append => TryAsync(append)).ToList();

        await OpenAsync(gate);

        var results = await Task.WhenAll(waiting);
        (results[2], results[3]).ShouldBe((true, true));
        (results[0] ^ results[1]).ShouldBeTrue();
        (await StoredAsync([rival, .. appends])).ShouldBe(3);
    }

    [Fact]
    public async Task who_waits_for_anothers_lock_holds_up_nobody()
    {
        var appends = await PrepareAsync(5);
        await using var other = await _database.Source.OpenConnectionAsync(Cancellation);
        await using var holding = await other.BeginTransactionAsync(Cancellation);
        await using var hold = new NpgsqlCommand("select from mt_streams where id = $1 for update", other) { Parameters = { new() { Value = appends[2].Stream } } };
        await hold.ExecuteNonQueryAsync(Cancellation);
        var gate = await OccupyAsync();
        var waiting = appends.Select(append => AppendAsync(append)).ToList();

        await OpenAsync(gate);

        await Task.WhenAll(waiting[0], waiting[1], waiting[3], waiting[4]);
        waiting[2].IsCompleted.ShouldBeFalse();
        await holding.RollbackAsync(Cancellation);
        await waiting[2];
        (await StoredAsync(appends)).ShouldBe(5);
    }

    [Fact]
    public async Task as_many_as_there_are_lanes_may_wait_for_locks_and_the_next_gets_through()
    {
        var appends = await PrepareAsync(AppendLanes.MostLanes + 1);
        await using var other = await _database.Source.OpenConnectionAsync(Cancellation);
        await using var holding = await other.BeginTransactionAsync(Cancellation);
        await using var hold = new NpgsqlCommand("select from mt_streams where id = any($1) for update", other)
        {
            Parameters = { new() { Value = appends.SkipLast(1).Select(append => append.Stream).ToArray() } },
        };
        await hold.ExecuteNonQueryAsync(Cancellation);

        var waiting = appends.Select(append => AppendAsync(append)).ToList();

        await waiting[^1];
        waiting.Count(task => task.IsCompleted).ShouldBe(1);
        await holding.CommitAsync(Cancellation);
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task rows_beside_that_are_locked_the_other_way_round_stop_at_most_their_own()
    {
        var appends = await PrepareAsync(40);
        await _database.ExecuteAsync("insert into beside values ('a'), ('b')");

        // Each locks the row that its neighbour locks next, so two transactions with such in them may wait for one another.
        var told = await Task.WhenAll(appends.Select((append, number) => TryAsync(append, Touch("ab"[number % 2]), Touch("ba"[number % 2]))));

        told.Count(succeeded => succeeded).ShouldBeGreaterThan(30);
        (await StoredAsync([.. appends.Where((_, number) => told[number])])).ShouldBe(told.Count(succeeded => succeeded));
        (await StoredAsync([.. appends.Where((_, number) => !told[number])])).ShouldBe(0);
    }

    [Fact]
    public async Task who_gives_up_while_waiting_is_gone_at_once_and_the_others_go_on()
    {
        var appends = await PrepareAsync(3);
        using var patience = new CancellationTokenSource();
        var gate = await OccupyAsync();
        var waiting = appends.Select(append => _store.AppendAsync([append], null, append == appends[1] ? patience.Token : Cancellation)).ToList();

        await patience.CancelAsync();

        // The lanes are still occupied.
        (await Should.ThrowAsync<OperationCanceledException>(() => waiting[1])).CancellationToken.ShouldBe(patience.Token);
        await OpenAsync(gate);
        await Task.WhenAll(waiting[0], waiting[2]);
        (await StoredAsync(appends)).ShouldBe(2);
        (await StoredAsync([appends[1]])).ShouldBe(0);
    }

    [Fact]
    public async Task who_gives_up_while_on_the_way_with_others_is_told_what_became_of_it()
    {
        var appends = await PrepareAsync(3);
        using var patience = new CancellationTokenSource();
        var (sent, gate) = await SendTogetherAsync(appends, append => append == appends[1] ? patience.Token : Cancellation);

        await patience.CancelAsync();
        await OpenAsync(gate);

        await Task.WhenAll(sent);
        (await StoredAsync(appends)).ShouldBe(3);
    }

    [Fact]
    public async Task when_all_who_go_together_give_up_nothing_is_waited_for_and_nothing_is_stored()
    {
        var appends = await PrepareAsync(3);
        using var patience = new CancellationTokenSource();
        var (sent, _) = await SendTogetherAsync(appends, _ => patience.Token);

        await patience.CancelAsync();

        // The gate stays closed.
        foreach (var task in sent)
        {
            await Should.ThrowAsync<OperationCanceledException>(() => task);
        }

        (await StoredAsync(appends)).ShouldBe(0);
    }

    [Fact]
    public async Task when_the_connection_is_lost_all_who_went_together_are_told_and_nothing_is_tried_again()
    {
        var appends = await PrepareAsync(5);
        var (sent, gate) = await SendTogetherAsync(appends, _ => Cancellation);

        await _database.ExecuteAsync("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid::bigint = $1", (long)gate);
        await OpenAsync(gate);

        foreach (var task in sent)
        {
            TransientErrors.Passes(await Should.ThrowAsync<NpgsqlException>(() => task)).ShouldBeTrue();
        }

        (await StoredAsync(appends)).ShouldBe(0);
        await Task.WhenAll(appends.Select(append => AppendAsync(append)));
        (await StoredAsync(appends)).ShouldBe(5);
    }

    [Fact]
    public async Task while_connections_are_killed_nobody_is_told_success_for_what_is_not_there_and_nothing_is_there_twice()
    {
        var streams = await CreateAsync(64);
        using var killing = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var killer = KillAsync(killing.Token);

        var told = await Task.WhenAll(Enumerable.Range(0, 16).Select(client => AppendInTurnsAsync(streams, client, 150)));

        await killing.CancelAsync();
        (await killer).ShouldBeGreaterThan(5);
        var there = await EventsAsync();
        told.SelectMany(client => client.Succeeded).ShouldBeSubsetOf(there);
        told.SelectMany(client => client.Refused).ShouldNotContain(id => there.Contains(id));
        there.ShouldBeUnique();
        (await BesideAsync()).ShouldBe(there.Count);
        (await _database.ScalarAsync<bool>("select bool_and(version = count) from (select max(version) version, count(*) from mt_events group by stream_id) s")).ShouldBeTrue();
    }

    [Fact]
    public async Task whatever_fails_in_a_storm_the_log_holds_exactly_what_succeeded_each_stream_in_its_order()
    {
        // Few streams and many clients: conflicts, rows that are taken, locks that somebody else holds.
        var streams = await CreateAsync(12);
        using var storm = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var disturber = DisturbAsync(streams, storm.Token);

        var told = await Task.WhenAll(Enumerable.Range(0, 24).Select(client => AppendInTurnsAsync(streams, client, 60)));

        await storm.CancelAsync();
        await disturber;
        var there = await EventsAsync();
        told.SelectMany(client => client.Unknown).ShouldBeEmpty();
        told.Sum(client => client.Refused.Count).ShouldBeGreaterThan(100);
        told.SelectMany(client => client.Succeeded).ShouldBe(there, ignoreOrder: true);
        await using var reader = new LogReader(_database.Source, Samples.Types);
        var last = streams.ToDictionary(stream => stream, _ => 1L);
        for (var page = await reader.ReadAsync(0, 500, Cancellation); page.Events.Count > 0; page = await reader.ReadAsync(page.Through, 500, Cancellation))
        {
            foreach (var recorded in page.Events.Where(recorded => recorded.Version > 1))
            {
                recorded.Version.ShouldBe(++last[recorded.Stream]);
            }
        }

        last.Values.Sum().ShouldBe(there.Count + streams.Length);
    }

    [Fact]
    public async Task a_connection_goes_back_to_the_pool_as_it_came_from_there()
    {
        var append = (await PrepareAsync(1))[0];
        await using var single = _database.Named("single", atMost: 1);
        var store = new PostgresEventStore(single, Samples.Types);
        await store.AppendAsync([append], null, Cancellation);

        await store.DisposeAsync();

        await using var show = single.CreateCommand("show lock_timeout");
        (await show.ExecuteScalarAsync(Cancellation)).ShouldBe("0");
    }

    private async Task AppendAsync(StreamAppend append, params NpgsqlBatchCommand[] alongside) => await _store.AppendAsync([append], alongside, Cancellation);

    private async Task<bool> TryAsync(StreamAppend append, params NpgsqlBatchCommand[] alongside)
    {
        try
        {
            await AppendAsync(append, alongside);
            return true;
        }
        catch (Exception e) when (e is WrongExpectedVersionException
            or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected })
        {
            return false;
        }
    }

    /// <summary>Lets a client append to one stream after another, and says what it was told.</summary>
    private async Task<Told> AppendInTurnsAsync(string[] streams, int client, int times)
    {
        var told = new Told([], [], []);
        for (var turn = 0; turn < times; turn++)
        {
            var id = Guid.CreateVersion7();
            try
            {
                var read = await ReadAsync(streams[((client * 7) + turn) % streams.Length]);
                var append = Samples.Append(read, Samples.Note($"{client}-{turn}")) with { Events = [new NewEvent(id, Samples.Note($"{client}-{turn}"))] };
                await AppendAsync(append, Insert(turn % 10 == 9 ? "taken" : id.ToString()));
                told.Succeeded.Add(id);
            }
            catch (Exception e) when (e is WrongExpectedVersionException or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
            {
                told.Refused.Add(id);
            }
            catch (NpgsqlException e)
            {
                told.Unknown.Add(e);
            }
        }

        return told;
    }

    // On connections that nobody kills.
    private async Task<StreamSoFar> ReadAsync(string stream) => (await _database.Store.ReadToDecideAsync([stream], [], Cancellation))[stream];

    private async Task<int> KillAsync(CancellationToken until)
    {
        var killed = 0;
        while (!until.IsCancellationRequested)
        {
            killed += (int)await _database.ScalarAsync<long>("""
                select count(*) from (
                  select pg_terminate_backend(pid) from pg_stat_activity
                  where datname = current_database() and application_name = 'writer' and state = 'active' limit 1) killed
                """);
        }

        return killed;
    }

    private async Task DisturbAsync(string[] streams, CancellationToken until)
    {
        for (var number = 0; !until.IsCancellationRequested; number++)
        {
            // Longer than a group waits.
            await _database.ExecuteAsync("select pg_sleep(0.15) from mt_streams where id = $1 for update", streams[number % streams.Length]);
        }
    }

    /// <summary>Streams at version 1 and, for each, an append of one event.</summary>
    private async Task<StreamAppend[]> PrepareAsync(int count)
    {
        var streams = await CreateAsync(count);
        var read = await _database.Store.ReadToDecideAsync(streams, [], Cancellation);
        return [.. streams.Select(stream => Samples.Append(read[stream], Samples.Note("second")))];
    }

    private async Task<string[]> CreateAsync(int count)
    {
        var streams = Enumerable.Range(0, count).Select(_ => Samples.NewStream()).ToArray();
        await _database.Store.AppendAsync([.. streams.Select(stream => Samples.First(stream, Samples.Note("first")))], null, Cancellation);
        return streams;
    }

    /// <summary>Occupies every lane, so that what comes next waits; the gate that is returned frees one of them, the others stay.</summary>
    private async Task<int> OccupyAsync()
    {
        var gate = ++_gates;
        var others = ++_gates;
        foreach (var (append, number) in (await PrepareAsync(AppendLanes.MostLanes)).Select((append, number) => (append, number)))
        {
            _ = _store.AppendAsync([append with { Metadata = Samples.Metadata("occupant") }], [Pass(number == 0 ? gate : others)], Cancellation);
        }

        await ReachedAsync(gate, 1);
        await ReachedAsync(others, AppendLanes.MostLanes - 1);
        return gate;
    }

    /// <summary>Sends appends in one transaction, which then waits at the gate that is returned.</summary>
    private async Task<(List<Task> Sent, int Gate)> SendTogetherAsync(StreamAppend[] appends, Func<StreamAppend, CancellationToken> cancellation)
    {
        var before = await OccupyAsync();
        var gate = ++_gates;
        var sent = appends.Select(append => _store.AppendAsync([append], append == appends[0] ? [Pass(gate)] : null, cancellation(append))).ToList();
        await OpenAsync(before);
        await ReachedAsync(gate, 1);
        return (sent, gate);
    }

    private Task ReachedAsync(int gate, int sessions) => Eventually.TrueAsync(
        $"{sessions} are at gate {gate}",
        async () => await _database.ScalarAsync<long>(
            $"select count(*) from pg_locks where locktype = 'advisory' and objid = {gate} and database = (select oid from pg_database where datname = current_database())") == sessions,
        cancellation: Cancellation);

    private Task<long> OpenAsync(int gate) => _database.ExecuteAsync("insert into open_gates values ($1)", gate);

    private static NpgsqlBatchCommand Pass(int gate) => new("select pass($1)") { Parameters = { new NpgsqlParameter<int> { TypedValue = gate } } };

    private static NpgsqlBatchCommand Insert(string id) => new("insert into beside values ($1)") { Parameters = { new NpgsqlParameter<string> { TypedValue = id } } };

    private static NpgsqlBatchCommand Touch(char id) => new($"update beside set id = id where id = '{id}'");

    private async Task<int> StoredAsync(IReadOnlyCollection<StreamAppend> appends)
    {
        var there = await EventsAsync();
        return appends.Count(append => there.Contains(append.Events[0].Id));
    }

    private async Task<List<Guid>> EventsAsync()
    {
        var there = new List<Guid>();
        await using var command = _database.Source.CreateCommand("select id from mt_events where version > 1 and not user_name = 'occupant'");
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        while (await rows.ReadAsync(Cancellation))
        {
            there.Add(rows.GetGuid(0));
        }

        return there;
    }

    private Task<long> BesideAsync() => _database.ScalarAsync<long>("select count(*) from beside");

    private sealed record Told(List<Guid> Succeeded, List<Guid> Refused, List<NpgsqlException> Unknown);
}

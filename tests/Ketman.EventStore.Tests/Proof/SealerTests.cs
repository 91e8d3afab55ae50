using Ketman.Proof;
using Ketman.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ketman.EventStore.Tests.Proof;

public sealed class SealerTests : IAsyncLifetime
{
    private readonly StoreDatabase _database = new();
    private SealedLog _log = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _log = new SealedLog(_database);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task the_log_is_sealed_in_stretches_that_follow_one_another()
    {
        await AppendAsync(10);

        await _log.SealAsync();

        (await _database.ScalarAsync<string>(
            "select string_agg(format('%s:%s-%s/%s', number, first_seq, last_seq, events), ' ' order by number) from ketman_seals")).ShouldBe("1:1-4/4 2:5-8/4 3:9-10/2");
        var verified = await _log.VerifyAsync();
        (verified.Events, verified.Seals, verified.Faults.Count, verified.Sealed.Unsealed).ShouldBe((10, 3, 0, 0));
    }

    [Fact]
    public async Task what_is_sealed_is_not_sealed_again()
    {
        await AppendAsync(3);
        await _log.SealAsync();
        await _log.SealAsync();

        (await _database.ScalarAsync<long>("select count(*) from ketman_seals")).ShouldBe(1);
    }

    [Fact]
    public async Task a_number_that_was_rolled_back_stays_a_gap_within_a_seal()
    {
        await AppendAsync(1);
        await _database.ScalarAsync<long>("select nextval('mt_events_sequence')");
        await AppendAsync(1);

        await _log.SealAsync();

        (await _database.ScalarAsync<string>("select format('%s-%s/%s', first_seq, last_seq, events) from ketman_seals")).ShouldBe("1-3/2");
        (await _log.VerifyAsync()).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task an_event_that_is_still_to_come_holds_up_only_what_is_behind_it()
    {
        await AppendAsync(2);
        await using var slow = await _database.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await slow.BeginTransactionAsync(Cancellation);
        await using (var draw = new NpgsqlCommand("select nextval('mt_events_sequence')", slow, transaction))
        {
            await draw.ExecuteScalarAsync(Cancellation);
        }

        await AppendAsync(1);
        await _log.Sealer.SealAsync(TimeSpan.FromMilliseconds(50), Cancellation);
        (await _database.ScalarAsync<long>("select max(last_seq) from ketman_seals")).ShouldBe(2);

        var stream = Samples.NewStream();
        await using (var late = new NpgsqlCommand(
            $"insert into mt_streams (id, version) values ('{stream}', 1); insert into mt_events (seq_id, id, stream_id, version, data, type) values (3, gen_random_uuid(), '{stream}', 1, '{{}}', 'x')",
            slow, transaction))
        {
            await late.ExecuteNonQueryAsync(Cancellation);
        }

        await transaction.CommitAsync(Cancellation);
        await _log.SealAsync();
        (await _database.ScalarAsync<string>("select string_agg(events::text, ' ' order by number) from ketman_seals")).ShouldBe("2 2");
    }

    [Fact]
    public async Task a_seal_can_be_neither_changed_nor_removed()
    {
        await AppendAsync(1);
        await _log.SealAsync();

        foreach (var sql in new[] { "update ketman_seals set events = 2", "delete from ketman_seals", "truncate ketman_seals cascade", "delete from ketman_seal_keys" })
        {
            (await Should.ThrowAsync<PostgresException>(() => _database.ExecuteAsync(sql))).SqlState.ShouldBe("KT002", sql);
        }
    }

    [Fact]
    public async Task the_seals_hold_whatever_writers_instances_and_aborted_sealings_come_together()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var sessions = _database.Named("sealers");
        // Three instances that seal as fast as they can; each is cut off in the middle again and again, as a kill would.
        var sealers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var sealer = new Sealer(sessions, SealedLog.Keys, SealOptions.Default with { Most = 50 }, TimeProvider.System, NullLogger<Sealer>.Instance);
            while (!stop.IsCancellationRequested)
            {
                using var cut = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                cut.CancelAfter(TimeSpan.FromMilliseconds(40));
                try
                {
                    await sealer.SealAsync(TimeSpan.FromMilliseconds(20), cut.Token);
                }
                catch (Exception e) when (e is OperationCanceledException or NpgsqlException)
                {
                }
            }
        }, Cancellation)).ToArray();
        // And the server ends their sessions under them.
        var killer = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await _database.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sealers' and datname = current_database()");
                await Task.Delay(TimeSpan.FromMilliseconds(15), Cancellation);
            }
        }, Cancellation);
        var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => WriteAsync(writer, 60)));
        await stop.CancelAsync();
        await Task.WhenAll([.. sealers, killer]);
        await _log.SealAsync();

        var verified = await _log.VerifyAsync(limit: 100);
        verified.Faults.ShouldBeEmpty();
        verified.Events.ShouldBe(written.Sum());
        verified.Seals.ShouldBeGreaterThan(5);
        (await _database.ScalarAsync<decimal>("select sum(events) from ketman_seals")).ShouldBe(written.Sum());
    }

    [Fact]
    public async Task the_service_seals_by_itself_when_enough_has_come_together_or_enough_time_has_passed()
    {
        var options = new SealOptions(5, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(20), 1000);
        using var sealer = new Sealer(_database.Source, SealedLog.Keys, options, TimeProvider.System, NullLogger<Sealer>.Instance);
        await sealer.StartAsync(Cancellation);

        await AppendAsync(2);
        await Eventually.TrueAsync(
            "the first two are sealed for their age", async () => await _database.ScalarAsync<long>("select coalesce(max(last_seq), 0) from ketman_seals") == 2,
            TimeSpan.FromSeconds(20), Cancellation);
        await AppendAsync(7);
        await Eventually.TrueAsync(
            "all are sealed", async () => await _database.ScalarAsync<long>("select max(last_seq) from ketman_seals") == 9, TimeSpan.FromSeconds(20), Cancellation);

        await sealer.StopAsync(Cancellation);
        (await _log.VerifyAsync()).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task another_key_takes_over_and_the_one_before_stays_known()
    {
        await AppendAsync(2);
        await _log.SealAsync();
        using var next = Ed25519PrivateKey.FromPem(Ed25519PrivateKey.MakePem());
        var renewed = new SealKeys("samples", next, SealedLog.Keys.Signing.Public);
        await AppendAsync(2);
        await new Sealer(_database.Source, renewed, SealedLog.Few, TimeProvider.System, NullLogger<Sealer>.Instance).SealAsync(TimeSpan.Zero, Cancellation);

        var chains = await new LogVerifier(_database.Source, renewed, TimeProvider.System).VerifyAsync(null, 100, Cancellation);
        var seals = await new LogVerifier(_database.Source, renewed, TimeProvider.System).VerifyAsync(chains.Next, 100, Cancellation);
        (seals.Seals, seals.Faults.Count, seals.Sealed.Key).ShouldBe((2, 0, next.Public.Id));

        // Who knows only the old one must not take the new one's word: it may be a forger's.
        (await _log.VerifyAsync()).Faults.ShouldHaveSingleItem().Fault.ShouldBe("seal-of-unknown-key");
    }

    private async Task AppendAsync(int events)
    {
        for (var each = 0; each < events; each++)
        {
            await _database.Store.AppendAsync([Samples.First(Samples.NewStream(), Samples.Note($"event {each}"))], null, Cancellation);
        }
    }

    // With appends that fail after they have drawn their numbers, and transactions that take their time.
    private async Task<int> WriteAsync(int writer, int rounds)
    {
        var written = 0;
        var stream = Samples.NewStream();
        var random = new Random(writer);
        for (var round = 0; round < rounds; round++)
        {
            var history = await _database.Store.ReadStreamAsync(stream, Cancellation);
            var append = Samples.Append(history, Samples.Note($"{writer}/{round}"), Samples.Money(round + 1));
            try
            {
                NpgsqlBatchCommand after = new((round % 3) switch
                {
                    0 => "select 1 / 0",
                    1 => $"select pg_sleep({(random.NextDouble() / 50).ToString(System.Globalization.CultureInfo.InvariantCulture)})",
                    _ => "select 1",
                });
                await _database.Store.AppendAsync([append], [after], Cancellation);
                written += 2;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DivisionByZero)
            {
            }
        }

        return written;
    }
}

using System.Net;
using System.Net.Http.Json;
using Ketman.Gateway.Audit;
using Ketman.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ketman.Gateway.Tests;

/// <summary>What the audit log keeps, and that nobody takes it back.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private Platform _platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _platform = await Platform.StartAsync();

    public async ValueTask DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task a_change_of_keys_is_in_the_log_before_it_is_answered()
    {
        var (_, id) = await _platform.MakeKeyAsync("viewer");
        await _platform.Admin.PostAsJsonAsync($"/api/v1/keys/{id}/rotation", new { }, Cancellation);
        using var revoked = await _platform.Admin.DeleteAsync($"/api/v1/keys/{id}", Cancellation);
        var entries = await ListAsync();
        entries.Select(entry => entry.Kind).ShouldBe(["key-revoked", "key-rotated", "key-created", "user-invited", "key-created"]);
        var made = entries[2];
        (made.Actor, made.ActorKind, made.Address, made.Method, made.Route, made.Status, made.Detail, made.Times)
            .ShouldBe(("admin", "key", "127.0.0.1", "POST", "/api/v1/keys/", null, "roles: viewer", 1));
        made.Subject!.ShouldStartWith("viewer-");
        made.Trace!.Length.ShouldBe(32);
        entries[0].Trace.ShouldBe(revoked.Headers.GetValues("X-Request-Id").Single());
        (entries[4].Actor, entries[4].Subject).ShouldBe(("gateway", "admin"));
    }

    [Fact]
    public async Task refusals_are_kept_with_who_and_which_route_but_not_what_was_asked()
    {
        using var viewer = _platform.Client((await _platform.MakeKeyAsync("viewer")).Key);
        await viewer.PostAsJsonAsync("/api/v1/disclosures/secret-case/notes?who=person", new { text = "personal" }, Cancellation);
        await _platform.Stranger.GetAsync("/api/v1/accounts/github:somebody", Cancellation);
        var refused = await Eventually.SomeAsync(
            "both refusals are written", async () => (await ListAsync("kind=refused")) is { Count: 2 } two ? two : null, cancellation: Cancellation);
        var known = refused.Single(entry => entry.Status == 403);
        known.Actor!.ShouldStartWith("viewer-");
        (known.Method, known.Route).ShouldBe(("POST", "/api/v1/disclosures/{ref}/{**rest}"));
        var unknown = refused.Single(entry => entry.Status == 401);
        (unknown.Actor, unknown.Address, unknown.Route).ShouldBe((null, "127.0.0.1", "/api/v1/accounts/{**rest}"));
        var all = await _platform.Admin.GetStringAsync("/api/v1/audit", Cancellation);
        all.ShouldNotContain("somebody");
        all.ShouldNotContain("secret-case");
        all.ShouldNotContain("person");
    }

    [Fact]
    public async Task what_is_waiting_is_written_before_an_orderly_end_and_a_flood_is_two_entries()
    {
        for (var i = 0; i < 40; i++)
        {
            using var response = await _platform.Stranger.GetAsync($"/api/v1/board?{i}", Cancellation);
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        await _platform.StopGatewaysAsync();
        await using var command = _platform.Database.Source.CreateCommand("select times from audit_log where kind = 'refused' order by id");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var times = new List<int>();
        while (await reader.ReadAsync(Cancellation))
        {
            times.Add(reader.GetInt32(0));
        }

        times.ShouldBe([1, 39]);
    }

    [Fact]
    public void a_flood_from_everywhere_is_bounded()
    {
        var refusals = new Refusals(TimeProvider.System);
        var written = 0;
        for (var i = 0; i < 5000; i++)
        {
            var context = new DefaultHttpContext();
            context.Connection.RemoteIpAddress = new IPAddress([10, 0, (byte)(i >> 8), (byte)i]);
            written += refusals.Count(context, 401) is null ? 0 : 1;
        }

        written.ShouldBe(257);
        var rest = refusals.Take(all: true);
        rest.ShouldHaveSingleItem().Address.ShouldBeNull();
        (written + rest.Sum(entry => entry.Times)).ShouldBe(5000);
    }

    [Fact]
    public void one_network_of_the_sixth_version_counts_as_one_address()
    {
        var refusals = new Refusals(TimeProvider.System);
        Count("2001:db8:1:2::1").ShouldNotBeNull();
        Count("2001:db8:1:2:ffff::7").ShouldBeNull();
        Count("2001:db8:1:3::1").ShouldNotBeNull();

        AuditEntry? Count(string address)
        {
            var context = new DefaultHttpContext();
            context.Connection.RemoteIpAddress = IPAddress.Parse(address);
            return refusals.Count(context, 401);
        }
    }

    [Theory]
    [InlineData("update audit_log set actor = 'nobody'")]
    [InlineData("delete from audit_log")]
    [InlineData("delete from audit_log where false")]
    [InlineData("truncate audit_log")]
    public async Task the_log_only_grows(string sql)
    {
        await using var command = _platform.Database.Source.CreateCommand(sql);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation))).SqlState.ShouldBe("KT002");
    }

    [Theory]
    [InlineData("update audit_log set subject = 'another' where id = 2", 2)]
    [InlineData("delete from audit_log where id = 2", 2)]
    [InlineData("update audit_log set at = at + interval '1 microsecond' where id = 1", 1)]
    public async Task whoever_may_do_anything_to_the_table_still_leaves_a_trace(string sql, long brokenAt)
    {
        await _platform.MakeKeyAsync("viewer");
        await _platform.MakeKeyAsync("viewer");
        var before = await _platform.Admin.GetFromJsonAsync<AuditProof>("/api/v1/audit/verification", Cancellation);
        (before!.Intact, before.Entries, before.BrokenAt).ShouldBe((true, 4, null));
        before.Head!.Length.ShouldBe(64);

        await using var command = _platform.Database.Source.CreateCommand(
            $"alter table audit_log disable trigger ketman_only_grows; {sql}; alter table audit_log enable trigger ketman_only_grows");
        await command.ExecuteNonQueryAsync(Cancellation);
        (await _platform.Admin.GetFromJsonAsync<AuditProof>("/api/v1/audit/verification", Cancellation))
            .ShouldBe(new AuditProof(false, brokenAt - 1, brokenAt, null));
    }

    [Fact]
    public async Task the_log_is_listed_in_pages_newest_first_and_filtered()
    {
        for (var i = 0; i < 4; i++)
        {
            await _platform.MakeKeyAsync("viewer");
        }

        var first = (await _platform.Admin.GetFromJsonAsync<AuditPage>("/api/v1/audit?limit=3&actor=admin", Cancellation))!;
        first.Items.Select(entry => entry.Id).ShouldBe([6, 5, 4]);
        var second = (await _platform.Admin.GetFromJsonAsync<AuditPage>($"/api/v1/audit?limit=3&actor=admin&after={first.Next}", Cancellation))!;
        second.Items.Select(entry => entry.Id).ShouldBe([3]);
        second.Next.ShouldBeNull();
        (await ListAsync("actor=gateway")).Select(entry => entry.Id).ShouldBe([2, 1]);
        (await ListAsync("kind=%00")).ShouldBeEmpty();
        (await ListAsync("subject=admin")).ShouldHaveSingleItem().Id.ShouldBe(1);
        (await ListAsync("address=127.0.0.1&kind=key-created")).Select(entry => entry.Id).ShouldBe([6, 5, 4, 3]);
        var third = (await ListAsync())[2];
        (await ListAsync($"trace={third.Trace}")).ShouldHaveSingleItem().Id.ShouldBe(4);
        (await ListAsync($"since={third.At:yyyy-MM-ddTHH:mm:ss.ffffffZ}&until={(await ListAsync())[0].At:yyyy-MM-ddTHH:mm:ss.ffffffZ}")).Select(entry => entry.Id).ShouldBe([5, 4]);
        await (await _platform.Admin.GetAsync("/api/v1/audit?limit=0", Cancellation)).ShouldBeProblemAsync(400, "invalid-request");
    }

    [Fact]
    public async Task gateways_on_one_database_write_one_chain()
    {
        var other = await _platform.StartGatewayAsync();
        using var there = _platform.Client(await File.ReadAllTextAsync(_platform.AdminKeyFile, Cancellation), other);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? _platform.Admin : there)
            .PostAsJsonAsync("/api/v1/keys", new { name = $"many-{i}", roles = new[] { "viewer" } }, Cancellation)));
        var proof = await _platform.Admin.GetFromJsonAsync<AuditProof>("/api/v1/audit/verification", Cancellation);
        (proof!.Intact, proof.Entries).ShouldBe((true, 22));
    }

    [Fact]
    public async Task a_database_that_is_away_delays_an_entry_and_does_not_lose_it()
    {
        await using var source = NpgsqlDataSource.Create(_platform.Database.Source.ConnectionString);
        using var log = new AuditLog(new AuditStore(source), new Refusals(TimeProvider.System), TimeProvider.System, NullLogger<AuditLog>.Instance);
        await RunAsync("alter table audit_log rename to elsewhere");
        log.Open();
        await log.StartAsync(Cancellation);
        var recording = log.RecordAsync(AuditEntry.OfGateway("key-created", DateTimeOffset.UtcNow, "late"), Cancellation);
        recording.IsCompleted.ShouldBeFalse();
        await RunAsync("alter table elsewhere rename to audit_log");
        await recording;
        await log.StopAsync(Cancellation);
        (await ListAsync())[0].Subject.ShouldBe("late");

        async Task RunAsync(string sql)
        {
            await using var command = _platform.Database.Source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Cancellation);
        }
    }

    private async Task<IReadOnlyList<AuditItem>> ListAsync(string query = "") =>
        (await _platform.Admin.GetFromJsonAsync<AuditPage>($"/api/v1/audit?{query}", Cancellation))!.Items;
}

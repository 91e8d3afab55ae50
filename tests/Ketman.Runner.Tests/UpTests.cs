using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Ketman.Runner.Tests;

public sealed class UpTests(Checkout checkout) : IClassFixture<Checkout>
{
    [Fact]
    public async Task a_second_up_starts_nothing_and_takes_about_a_second()
    {
        await checkout.Up();
        var before = await checkout.Pids();

        var again = await checkout.Ketman("up");

        again.Status.ShouldBe(0, again.ToString());
        again.Errors.ShouldContain($"dashboard  http://127.0.0.1:{checkout.Port}/\n");
        again.Errors.ShouldContain($"in the browser: http://127.0.0.1:{checkout.Port}/invitation\n");
        before.Keys.ShouldContain("dashboard");
        (await checkout.Pids()).ShouldBe(before);
        // A second on an idle machine; the other tests are running beside this one.
        again.Took.ShouldBeLessThan(TimeSpan.FromSeconds(6));
        (await checkout.Ketman("status")).Status.ShouldBe(0);
    }

    [Fact]
    public async Task a_port_in_use_is_named_with_who_has_it_and_the_switch_that_changes_it()
    {
        await checkout.Up();
        var before = await checkout.Pids();
        var elsewhere = Checkout.FreeBasePort();
        using var squatter = new TcpListener(IPAddress.Loopback, elsewhere + 2);
        squatter.Start();

        var refused = await checkout.Ketman("up", "--port", $"{elsewhere}");

        refused.Status.ShouldBe(1);
        refused.Errors.ShouldContain($"port {elsewhere + 2}, needed for disclosures, is in use by pid {Environment.ProcessId}");
        refused.Errors.ShouldContain("--port N");
        (await checkout.Pids()).ShouldBe(before, "what ran goes on where it was");
    }

    [Fact]
    public async Task a_killed_service_and_a_killed_server_are_seen_by_status_and_healed_by_up()
    {
        await checkout.Up();
        var killed = new[] { await checkout.PidOf("intake"), await checkout.PidOf("postgres") };
        foreach (var pid in killed)
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var status = await checkout.Ketman("status");
        status.Status.ShouldBe(3);
        status.Output.ShouldMatch("intake +stopped");
        status.Output.ShouldMatch("postgres +stopped");

        await checkout.Up();

        (await checkout.PidOf("intake")).ShouldNotBe(killed[0]);
        var healed = await checkout.Ketman("status");
        healed.Status.ShouldBe(0, healed.ToString());
    }

    [Theory]
    [InlineData(150)]
    [InlineData(1500)]
    public async Task up_from_nothing_killed_half_way_is_completed_by_the_next(int milliseconds)
    {
        await checkout.Ketman(TimeSpan.FromMilliseconds(milliseconds), "up", "--fresh");

        await checkout.Up();

        var status = await checkout.Ketman("status");
        status.Status.ShouldBe(0, status.ToString());
    }

    [Fact]
    public async Task embedded_runs_everything_in_one_process_without_a_broker()
    {
        await checkout.Up("--embedded");

        (await checkout.Pids()).Keys.ShouldBe(["embedded", "postgres"]);
        var status = await checkout.Ketman("status");
        status.Status.ShouldBe(0, status.ToString());
    }

    [Fact]
    public async Task what_is_secret_is_readable_by_its_owner_only_and_in_no_log()
    {
        await checkout.Up();

        var secrets = Directory.GetFiles(Path.Combine(checkout.State, "secrets")).Append(Path.Combine(checkout.State, "admin.key")).ToList();
        secrets.Count.ShouldBeGreaterThan(6);
        foreach (var file in secrets)
        {
            (File.GetUnixFileMode(file) & (UnixFileMode)0b111_111).ShouldBe(UnixFileMode.None, file);
        }

        var words = await Task.WhenAll(secrets.Where(f => !f.EndsWith(".database", StringComparison.Ordinal) && !f.EndsWith("bus", StringComparison.Ordinal))
            .Select(f => File.ReadAllTextAsync(f, TestContext.Current.CancellationToken)));
        foreach (var log in Directory.GetFiles(Path.Combine(checkout.State, "logs")))
        {
            var text = await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken);
            words.ShouldAllBe(word => !text.Contains(word.Trim(), StringComparison.Ordinal), log);
        }
    }

    [Fact]
    public async Task a_service_s_role_owns_its_database_and_reaches_no_other()
    {
        await checkout.Up();
        var own = new Uri(await checkout.Record("secrets/intake.database"));

        (await Ask(own, "ketman_intake", "select current_user")).ShouldBe("ketman_intake");
        (await Ask(own, "ketman_intake", "select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname = current_user")).ShouldBe(false);
        foreach (var other in new[] { "ketman_disclosures", "ketman_metrics", "ketman_gateway", "postgres", "template1" })
        {
            var refused = await Should.ThrowAsync<PostgresException>(() => Ask(own, other, "select 1"));
            refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, other);
        }
    }

    private static async Task<object?> Ask(Uri url, string database, string query)
    {
        var user = url.UserInfo.Split(':');
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port,
            Username = user[0],
            Password = user[1],
            Database = database,
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(query, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using Ketman.Contracts;
using Ketman.Gateway.Keys;

namespace Ketman.Gateway.Tests;

/// <summary>The way in to a fresh platform, and back in when file or database were lost.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FirstAdminKeyTests : IAsyncLifetime
{
    private Platform _platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _platform = await Platform.StartAsync();

    public async ValueTask DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task a_fresh_platform_leaves_one_key_that_only_its_owner_can_read()
    {
        File.GetUnixFileMode(_platform.AdminKeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var me = await _platform.Admin.GetFromJsonAsync<WhoAmI>("/api/v1/whoami", ContractJson.Options, Cancellation);
        me!.Name.ShouldBe("admin");
        me.Roles.ShouldBe(["viewer", "analyst", "lead", "admin"]);
        Directory.GetFiles(Path.GetDirectoryName(_platform.AdminKeyFile)!, "*.tmp").ShouldBeEmpty();
    }

    [Fact]
    public async Task a_restart_changes_neither_file_nor_table()
    {
        var key = await File.ReadAllTextAsync(_platform.AdminKeyFile, Cancellation);
        await _platform.StartGatewayAsync();
        (await File.ReadAllTextAsync(_platform.AdminKeyFile, Cancellation)).ShouldBe(key);
        (await NamesAsync()).ShouldBe(["admin"]);
    }

    [Fact]
    public async Task gateways_that_start_at_once_leave_one_key()
    {
        await using (var command = _platform.Database.Source.CreateCommand("truncate api_keys"))
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        File.Delete(_platform.AdminKeyFile);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _platform.StartGatewayAsync()));
        (await NamesAsync()).ShouldBe(["admin"]);
    }

    [Fact]
    public async Task a_lost_file_gets_a_new_key_and_the_old_one_stays_valid()
    {
        File.Delete(_platform.AdminKeyFile);
        await _platform.StartGatewayAsync();
        using var renewed = _platform.Client(await File.ReadAllTextAsync(_platform.AdminKeyFile, Cancellation));
        (await renewed.GetFromJsonAsync<WhoAmI>("/api/v1/whoami", ContractJson.Options, Cancellation))!.Name.ShouldBe("admin-2");
        (await NamesAsync()).ShouldBe(["admin-2", "admin"]);
    }

    [Fact]
    public async Task a_fresh_database_takes_the_key_in_the_file_over()
    {
        await using (var command = _platform.Database.Source.CreateCommand("truncate api_keys"))
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        File.SetUnixFileMode(_platform.AdminKeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var url = await _platform.StartGatewayAsync();
        using var client = _platform.Client(await File.ReadAllTextAsync(_platform.AdminKeyFile, Cancellation), url);
        (await client.GetAsync("/api/v1/whoami", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        File.GetUnixFileMode(_platform.AdminKeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task a_planted_file_is_not_taken_over_by_a_database_that_has_keys()
    {
        var planted = KeySecret.Draw();
        await File.WriteAllTextAsync(_platform.AdminKeyFile, planted, Cancellation);
        var url = await _platform.StartGatewayAsync();
        using var client = _platform.Client(planted, url);
        (await client.GetAsync("/api/v1/whoami", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await NamesAsync()).ShouldBe(["admin"]);
    }

    [Fact]
    public async Task a_revoked_key_does_not_rise_again()
    {
        await _platform.Admin.DeleteAsync("/api/v1/keys/admin", Cancellation);
        var url = await _platform.StartGatewayAsync();
        using var client = _platform.Client(await File.ReadAllTextAsync(_platform.AdminKeyFile, Cancellation), url);
        (await client.GetAsync("/api/v1/whoami", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<List<string>> NamesAsync()
    {
        await using var command = _platform.Database.Source.CreateCommand("select name from api_keys order by id desc");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var names = new List<string>();
        while (await reader.ReadAsync(Cancellation))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }
}

using System.Text.Json.Nodes;
using Ketman.Hosting.Proofs;
using Ketman.Proof;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ketman.Cli.Tests.Commands;

/// <summary>Verifying and exporting, on the real platform; tampering is put right again, because others look at it too.</summary>
public sealed class Proving(RealPlatform platform) : IClassFixture<RealPlatform>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Database => platform.Disclosures.Services.GetRequiredService<NpgsqlDataSource>();

    [Fact]
    public async Task a_log_that_was_left_alone_holds_and_one_that_was_not_names_the_event()
    {
        using var researcher = await WithACaseAsync("verified");

        var whole = await researcher.TypesAsync("verify");
        whole.Code.ShouldBe(ExitCode.Ok, whole.Errors);
        whole.Output.ShouldContain("intake: holds");
        whole.Output.ShouldContain("disclosures: holds");
        (await researcher.TypesAsync("verify", "verified-case")).Output.ShouldStartWith("disclosures: holds\n  7 events, looked at with ");
        (await researcher.TypesAsync("verify", "verified")).Output.ShouldStartWith("intake: holds\n  1 events, ");

        var stream = await TamperAsync("verified-case", "user_name = 'mallory'", version: 4);
        var broken = await researcher.TypesAsync("verify");
        var json = JsonNode.Parse((await researcher.TypesAsync("verify", "verified-case", "--json")).Output)!;
        await TamperAsync("verified-case", "user_name = (select user_name from mt_events where version = 1 and data ->> 'handle' = 'verified-case')", version: 4);

        broken.Code.ShouldBe(ExitCode.Broken);
        broken.Output.ShouldContain($"disclosures: BROKEN\n  {stream}, version 4 was changed: its row does not say what its hash was made of.\n");
        ((bool)json["holds"]!, (string)json["logs"]![0]!["faults"]![0]!["stream"]!, (long)json["logs"]![0]!["faults"]![0]!["version"]!).ShouldBe((false, stream, 4));
        (await researcher.TypesAsync("verify")).Code.ShouldBe(ExitCode.Ok);
    }

    [Fact]
    public async Task a_dossier_shows_outreach_and_reactions_and_holds_without_the_platform()
    {
        using var researcher = await WithACaseAsync("exported");

        var export = await researcher.TypesAsync("dossier", "exported-case", "-o", "exported.json");
        export.ShouldBe(new Run(ExitCode.Ok, "", """
            exported-case: 7 events, 4 shown here, 3 withheld (their digests stand in the chain).
            Sealed up to version 7, of 7 at export.

            """));
        var file = Path.Combine(researcher.Folder, "exported.json");
        File.ReadAllText(file).ShouldNotContain("for ourselves", Case.Sensitive, "a note of the team's");

        using var stranger = new Researcher(new Uri("http://127.0.0.1:1"), key: null);
        var key = platform.Disclosures.Services.GetRequiredService<Ketman.EventStore.SealKeys>().Signing.Public;
        stranger.Write("key.pem", key.ToPem().TrimEnd().Split('\n'));
        var held = await stranger.TypesAsync("verify", "--file", file, "--key", "key.pem");
        held.Code.ShouldBe(ExitCode.Ok, held.Errors);
        held.Output.ShouldStartWith("exported-case: holds\n");
        held.Output.ShouldContain("4 shown, 3 withheld");
        held.Output.ShouldContain("up to version 7, of 7 at export");
        held.Output.ShouldContain(key.Id);
        held.Output.ShouldContain("channel email");
        held.Output.ShouldContain("first mail");
        File.ReadAllText(file).ShouldNotContain("first mail", Case.Sensitive, "it is told by its ciphertext and the key of that one event");
        held.Output.ShouldContain("Not proven:");

        File.WriteAllText(file, File.ReadAllText(file).Replace("email", "phone", StringComparison.Ordinal));
        var changed = await stranger.TypesAsync("verify", "--file", file);
        changed.Code.ShouldBe(ExitCode.Broken);
        changed.Output.ShouldStartWith("exported-case: BROKEN\n  Version 4 (outreach-attempted.v1) was changed: its content does not have the digest that stands in the chain.\n");
        ((bool)JsonNode.Parse((await stranger.TypesAsync("verify", "--file", file, "--json")).Output)!["holds"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task seals_that_are_taken_back_are_missed_by_who_has_seen_them()
    {
        using var researcher = await WithACaseAsync("witnessed");
        // A dossier has everything sealed.
        (await researcher.TypesAsync("dossier", "witnessed-case")).Code.ShouldBe(ExitCode.Ok);
        var seen = await researcher.TypesAsync("verify");
        seen.Code.ShouldBe(ExitCode.Ok, seen.Output);
        (await researcher.TypesAsync("verify")).Code.ShouldBe(ExitCode.Ok);

        // The last seal goes, and the service seals what it finds then.
        await ExecuteAsync("create table taken as select * from ketman_seals; delete from ketman_seals where number = (select max(number) from ketman_seals)");
        (await researcher.TypesAsync("dossier", "witnessed-case")).Code.ShouldBe(ExitCode.Ok);
        var taken = await researcher.TypesAsync("verify");
        var forgetful = await new Researcher(platform.Url, platform.Key).TypesAsync("verify");
        await ExecuteAsync("delete from ketman_seals where number >= (select max(number) from taken); insert into ketman_seals select * from taken where number not in (select number from ketman_seals); drop table taken");

        taken.Code.ShouldBe(ExitCode.Broken);
        taken.Output.ShouldContain("is not the one that was there when this was last verified here");
        forgetful.Code.ShouldBe(ExitCode.Ok);
    }

    [Fact]
    public async Task a_retraction_of_what_is_shown_is_shown_too()
    {
        using var researcher = await WithACaseAsync("retracted");
        (await researcher.TypesAsync("disclosures", "retract", "retracted-case", "promise", "--reason", "was another case")).Code.ShouldBe(ExitCode.Ok);
        (await researcher.TypesAsync("disclosures", "retract", "retracted-case", "note", "--reason", "was written for ourselves too")).Code.ShouldBe(ExitCode.Ok);

        var file = (await researcher.TypesAsync("dossier", "retracted-case")).Output;

        file.ShouldContain("commitment made (retracted later)");
        researcher.Write("retracted.json", file.TrimEnd().Split('\n'));
        var shown = await researcher.TypesAsync("verify", "--file", "retracted.json");
        shown.Code.ShouldBe(ExitCode.Ok, shown.Errors);
        shown.Output.ShouldContain("was another case");
        shown.Output.ShouldNotContain("was written for ourselves too");
    }

    [Fact]
    public async Task what_does_not_hold_is_not_exported()
    {
        using var researcher = await WithACaseAsync("damaged");
        await TamperAsync("damaged-case", "data = jsonb_set(data, '{channel}', '\"phone\"')", version: 4);

        var refused = await researcher.TypesAsync("dossier", "damaged-case", "-o", "damaged.json");

        await TamperAsync("damaged-case", "data = jsonb_set(data, '{channel}', '\"email\"')", version: 4);
        refused.Code.ShouldBe(ExitCode.Refused);
        refused.Errors.ShouldContain("The history of this disclosure does not hold.");
        File.Exists(Path.Combine(researcher.Folder, "damaged.json")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(1, "verify", "nowhere")]
    [InlineData(1, "dossier", "nowhere")]
    [InlineData(2, "verify", "--file", "absent.json")]
    [InlineData(2, "verify", "--key", "key.pem")]
    [InlineData(2, "verify", "some-case", "--file", "absent.json")]
    [InlineData(2, "dossier")]
    public async Task what_cannot_be_meant_is_said(int code, params string[] arguments)
    {
        using var researcher = new Researcher(platform.Url, platform.Key);

        var run = await researcher.TypesAsync(arguments);

        ((int)run.Code).ShouldBe(code);
        run.Errors.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task a_viewer_neither_verifies_nor_exports()
    {
        using var researcher = new Researcher(platform.Url, platform.Key);
        using var viewer = new Researcher(platform.Url, (await researcher.TypesAsync("keys", "create", "onlooker", "--role", "viewer")).Output.Trim());

        (await viewer.TypesAsync("verify")).Code.ShouldBe(ExitCode.NotAllowed);
        (await viewer.TypesAsync("dossier", "any-case")).Code.ShouldBe(ExitCode.NotAllowed);
    }

    [Fact]
    public void a_service_keeps_its_key_for_itself_and_a_new_one_leaves_the_old_one_known()
    {
        var folder = Directory.CreateTempSubdirectory("ketman-seal-keys-").FullName;
        try
        {
            var settings = new Hosting.KetmanSettings(platform.Url, "", null, folder, null, null, null, TimeZoneInfo.Utc, null);
            var first = SealKeyFiles.Open(settings, "disclosures").Signing.Public;
            SealKeyFiles.Open(settings, "disclosures").Signing.Public.Id.ShouldBe(first.Id);
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(Path.Combine(folder, "seal-disclosures.pem")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            Ed25519PublicKey.FromPem(File.ReadAllText(Path.Combine(folder, "public", "seal-disclosures.pub.pem"))).Id.ShouldBe(first.Id);
            var given = Path.Combine(folder, "given.pem");
            File.Move(Path.Combine(folder, "seal-disclosures.pem"), given);

            var second = SealKeyFiles.Open(settings, "disclosures");
            second.Signing.Public.Id.ShouldNotBe(first.Id);
            second.Find(first.Id).ShouldNotBeNull();
            SealKeyFiles.Open(settings with { SealKeyFile = given }, "disclosures").Signing.Public.Id.ShouldBe(first.Id);
            SealKeyFiles.Open(settings with { SealKeyFile = given }, "disclosures").Find(second.Signing.Public.Id).ShouldNotBeNull();

            File.WriteAllText(given, "no key");
            Should.Throw<Hosting.SettingException>(() => SealKeyFiles.Open(settings with { SealKeyFile = given }, "disclosures")).Name.ShouldBe("KETMAN_SEAL_KEY_FILE");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Seven events: opened, its policy, a note, an attempt, its answer, a reaction, a promise.</summary>
    private async Task<Researcher> WithACaseAsync(string company)
    {
        var researcher = new Researcher(platform.Url, platform.Key);
        string[][] typed =
        [
            ["companies", "register", company, company],
            ["disclosures", "open", company, "--handle", $"{company}-case", "--at", "2025-02-01"],
            ["disclosures", "note", $"{company}-case", "for ourselves", "--key", "note"],
            ["outreach", "log", $"{company}-case", "--channel", "email", "--recipient", "security desk", "--summary", "first mail", "--at", "2025-02-03T10:00:00Z", "--key", "mail"],
            ["outreach", "delivered", $"{company}-case", "mail", "--at", "2025-02-03T10:01:00Z"],
            ["reaction", $"{company}-case", "deferred", "--at", "2025-02-04"],
            ["commitment", "made", $"{company}-case", "revoke the access", "--due", "2025-03-01", "--key", "promise", "--at", "2025-02-04"],
        ];
        foreach (var command in typed)
        {
            var run = await researcher.TypesAsync(command);
            run.Code.ShouldBe(ExitCode.Ok, $"{string.Join(' ', command)}: {run.Errors}");
        }

        return researcher;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await Database.OpenConnectionAsync(Cancellation);
        await using var command = new NpgsqlCommand($"set session_replication_role = replica; {sql}; set session_replication_role = origin", connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private async Task<string> TamperAsync(string handle, string change, int version)
    {
        await using var connection = await Database.OpenConnectionAsync(Cancellation);
        await using var command = new NpgsqlCommand(
            $"""
            set session_replication_role = replica;
            update mt_events set {change} where version = {version} and stream_id = (select stream_id from mt_events where version = 1 and data ->> 'handle' = '{handle}')
            """, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
        await using var read = new NpgsqlCommand(
            $"set session_replication_role = origin; select stream_id from mt_events where version = 1 and data ->> 'handle' = '{handle}'", connection);
        return (string)(await read.ExecuteScalarAsync(Cancellation))!;
    }
}

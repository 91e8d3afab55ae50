using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Proof;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ketman.EventStore.Tests.Proof;

public sealed class DossierTests : IAsyncLifetime
{
    private readonly StoreDatabase _database = new();
    private readonly string _stream = Samples.NewStream();
    private readonly byte[] _subjectKey = RandomNumberGenerator.GetBytes(32);
    private byte[] _file = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        for (var round = 0; round < 3; round++)
        {
            var history = await _database.Store.ReadStreamAsync(_stream, Cancellation);
            var note = Guid.CreateVersion7();
            IDomainEvent[] events = [new NoteTaken(Encrypted($"Grüße {round} \"quoted\"\u2028\u0001", note), Moment.At(Samples.Now)), Samples.Money(1.10m)];
            var append = Samples.Append(history, events);
            await _database.Store.AppendAsync([append with { Events = [new NewEvent(note, events[0]), append.Events[1]] }], null, Cancellation);
            await _database.Store.AppendAsync([Samples.First(Samples.NewStream(), Samples.Note("of another"))], null, Cancellation);
        }

        _file = await ExportAsync();
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public void what_was_exported_holds_and_shows_what_it_may()
    {
        var report = DossierVerifier.Verify(_file, SealedLog.Keys.Signing.Public);

        report.Faults.ShouldBeEmpty();
        (report.Through, report.SealedThrough, report.Shown.Count, report.Withheld, report.Reference).ShouldBe((6, 6, 3, 3, "halcyon"));
        report.Shown.Select(shown => shown.Personal.Values.Single()).ShouldBe(["Grüße 0 \"quoted\"\u2028\u0001", "Grüße 1 \"quoted\"\u2028\u0001", "Grüße 2 \"quoted\"\u2028\u0001"]);
        Encoding.UTF8.GetString(_file).ShouldNotContain("0xAb", Case.Sensitive, "a withheld payment");
        Encoding.UTF8.GetString(_file).ShouldNotContain("money-sent", Case.Sensitive, "a withheld event's kind");
    }

    [Fact]
    public async Task without_keys_the_personal_texts_stay_closed_and_everything_else_holds()
    {
        var report = DossierVerifier.Verify(await ExportAsync(reveal: false));

        report.Faults.ShouldBeEmpty();
        report.Shown.ShouldAllBe(shown => shown.Personal.Values.Single() == null);
    }

    [Fact]
    public void any_single_byte_of_the_file_that_is_changed_is_noticed()
    {
        for (var at = 0; at < _file.Length; at++)
        {
            var original = _file[at];
            foreach (var flip in (ReadOnlySpan<byte>)[0x01, 0x20, 0x80])
            {
                _file[at] = (byte)(original ^ flip);
                DossierVerifier.Verify(_file).Holds.ShouldBeFalse($"byte {at} ({(char)original}) xor {flip}");
            }

            _file[at] = original;
        }

        DossierVerifier.Verify((byte[])[.. _file, (byte)'\n']).Holds.ShouldBeFalse("a byte more");
        DossierVerifier.Verify(_file.AsMemory(1)).Holds.ShouldBeFalse("a byte less");
        DossierVerifier.Verify(_file).Holds.ShouldBeTrue();
    }

    // Whoever has the service's key can sign a file anew; what the chain and the seals say still binds him.
    [Theory]
    [InlineData("left out", 3L)]
    [InlineData("left out at the end", 5L)]
    [InlineData("doubled", 3L)]
    [InlineData("moved", 2L)]
    [InlineData("withheld digest changed", 2L)]
    [InlineData("content changed", 3L)]
    [InlineData("content changed with its digest", 3L)]
    [InlineData("seal left out", null)]
    [InlineData("path changed", 2L)]
    [InlineData("other stream", 1L)]
    [InlineData("wrong key of an event", 1L)]
    public void a_file_that_is_changed_and_signed_again_is_found_and_the_event_is_named(string change, long? version)
    {
        var dossier = JsonNode.Parse(_file)!.AsObject();
        var events = dossier["events"]!.AsArray();
        switch (change)
        {
            case "left out":
                events.RemoveAt(2);
                break;
            case "left out at the end":
                events.RemoveAt(5);
                break;
            case "doubled":
                events.Insert(2, events[1]!.DeepClone());
                break;
            case "moved":
                var moved = events[1]!.DeepClone();
                events.RemoveAt(1);
                events.Insert(3, moved);
                break;
            case "withheld digest changed":
                events[1]!["digest"] = Flipped(events[1]!["digest"]);
                break;
            case "content changed":
                events[2]!["content"]!["recordedBy"] = "mallory";
                break;
            case "content changed with its digest":
                events[2]!["content"]!["recordedBy"] = "mallory";
                events[2]!["digest"] = ContentOf(events[2]!["content"]!).Digest(_stream, 3);
                break;
            case "seal left out":
                dossier["seals"]!.AsArray().RemoveAt(1);
                break;
            case "path changed":
                events[1]!["seal"]!["path"]![0] = Flipped(events[1]!["seal"]!["path"]![0]);
                break;
            case "other stream":
                dossier["stream"] = Samples.NewStream();
                break;
            case "wrong key of an event":
                events[0]!["keys"]!["subject-1"] = Base64Url.EncodeToString(new byte[32]);
                break;
        }

        var report = DossierVerifier.Verify(SignedAgain(dossier));

        report.Holds.ShouldBeFalse();
        if (version is not null)
        {
            report.Faults[0].Version.ShouldBe(version, report.Faults[0].Message);
        }

        report.Faults.ShouldNotContain(fault => fault.Message.Contains("signature of the file", StringComparison.Ordinal));
    }

    [Fact]
    public void a_file_that_ends_earlier_says_so_only_when_the_key_itself_lies()
    {
        // The last two events and everything about them: nobody but the holder of the key can do this, and the file then says 4.
        var dossier = JsonNode.Parse(_file)!.AsObject();
        dossier["events"]!.AsArray().RemoveAt(5);
        dossier["events"]!.AsArray().RemoveAt(4);
        (dossier["through"], dossier["sealedThrough"]) = (4, 4);

        var report = DossierVerifier.Verify(SignedAgain(dossier));

        (report.Holds, report.Through).ShouldBe((true, 4));
    }

    [Fact]
    public void another_key_than_the_expected_one_is_noticed()
    {
        using var other = Ed25519PrivateKey.FromPem(Ed25519PrivateKey.MakePem());

        DossierVerifier.Verify(_file, other.Public).Faults.ShouldHaveSingleItem().Message.ShouldContain("another key");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    [InlineData("not json")]
    [InlineData("""{"format":"ketman-dossier","formatVersion":1}""")]
    [InlineData("""{"format":"ketman-dossier","formatVersion":1,"service":"a","stream":"b","marking":"c","exportedAt":"d","keys":[{}],"seals":[],"events":[]}""")]
    [InlineData("""{"format":"ketman-dossier","formatVersion":1,"service":"a","stream":"b","marking":"c","exportedAt":"d","keys":[],"seals":[1],"events":[[]]}""")]
    public void what_is_no_dossier_is_no_accident(string text) => DossierVerifier.Verify(Encoding.UTF8.GetBytes(text)).Holds.ShouldBeFalse();

    [Fact]
    public async Task a_stream_that_does_not_hold_does_not_leave_the_house()
    {
        await new SealedLog(_database).TamperAsync($"update mt_events set user_name = 'mallory' where stream_id = '{_stream}' and version = 2");

        (await Should.ThrowAsync<BrokenChainException>(() => ExportAsync())).Message.ShouldStartWith("Version 2");
    }

    [Fact]
    public async Task an_independent_verifier_agrees()
    {
        var script = Path.Combine(Repository(), "docs", "verify-dossier.py");
        if (!CanRun("python3") || !CanRun("openssl"))
        {
            Assert.Skip("python3 or openssl is not installed here");
        }

        var folder = Directory.CreateTempSubdirectory("ketman-dossier-").FullName;
        try
        {
            var file = Path.Combine(folder, "dossier.json");
            var key = Path.Combine(folder, "key.pem");
            await File.WriteAllBytesAsync(file, _file, Cancellation);
            await File.WriteAllTextAsync(key, SealedLog.Keys.Signing.Public.ToPem(), Cancellation);
            (await RunAsync("python3", script, file, key)).ShouldBe((0, $"holds: 6 events, sealed up to version 6; signed by {SealedLog.Keys.Signing.Public.Id}\n"));

            var text = await File.ReadAllTextAsync(file, Cancellation);
            await File.WriteAllTextAsync(file, text.Replace("alice", "alicf", StringComparison.Ordinal), Cancellation);
            (await RunAsync("python3", script, file, key)).Status.ShouldBe(1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<byte[]> ExportAsync(bool reveal = true)
    {
        var sealer = new Sealer(_database.Source, SealedLog.Keys, SealOptions.Default with { Most = 5 }, TimeProvider.System, NullLogger<Sealer>.Instance);
        var proof = new StreamProof(_database.Source, SealedLog.Keys, sealer, TimeProvider.System);
        Task<IReadOnlyDictionary<string, string>> Reveal(Guid id, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string> { ["subject-1"] = Base64Url.EncodeToString(PersonalText.EventKey(_subjectKey, id)) });
        var file = await proof.ExportAsync(
            _stream, "halcyon", "TLP:AMBER", contents => contents.Where(content => content.Type == "note-taken.v1").Select(content => content.Id).ToHashSet(),
            reveal ? Reveal : null, Cancellation);
        return file.ShouldNotBeNull();
    }

    private string Encrypted(string text, Guid eventId) =>
        PersonalText.Seal(text, "subject-1", PersonalText.EventKey(_subjectKey, eventId), new PersonalPlace(_stream, eventId, "text"));

    private static DossierContent ContentOf(JsonNode node) => new(
        Guid.Parse((string)node["id"]!), (string)node["type"]!, DateTimeOffset.Parse((string)node["recordedAt"]!, System.Globalization.CultureInfo.InvariantCulture),
        (string?)node["recordedBy"], (string?)node["command"], (string?)node["correlation"], (string)node["headers"]!, (string)node["data"]!);

    private static string Flipped(JsonNode? hex)
    {
        var text = ((string)hex!).ToCharArray();
        text[0] = text[0] == '0' ? '1' : '0';
        return new string(text);
    }

    private static byte[] SignedAgain(JsonObject dossier)
    {
        dossier.Remove("signature");
        var options = new System.Text.Json.JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        var signed = Encoding.UTF8.GetBytes(dossier.ToJsonString(options)[..^2] + ",\n");
        return [.. signed, .. Encoding.UTF8.GetBytes($"  \"signature\": \"{Convert.ToHexStringLower(SealedLog.Keys.Signing.Sign(signed))}\"\n}}\n")];
    }

    private static bool CanRun(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static async Task<(int Status, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, process.ExitCode == 0 ? output : await errors);
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Ketman.Platform.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}

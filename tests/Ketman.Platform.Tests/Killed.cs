using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ketman.Testing;

namespace Ketman.Platform.Tests;

/// <summary>kill -9 of any one service in the middle of an import: every accepted fact is in the log once and in the read model once.</summary>
public sealed class Killed : IAsyncLifetime
{
    private const int Facts = 5000;
    private const int Cases = 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RunningPlatform _platform = null!;

    public async ValueTask InitializeAsync() => _platform = await RunningPlatform.StartAsync(Cancellation);

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task nothing_is_lost_and_nothing_comes_twice_whoever_dies_during_an_import()
    {
        var round = 0;
        foreach (var victim in new[] { "disclosures", "metrics", "gateway", "intake" })
        {
            var file = await WriteImportAsync(++round);
            var import = _platform.CliAsync(Cancellation, "import", file, "--json");
            await Eventually.TrueAsync($"round {round} has begun to store facts", async () => await StoredAsync(round) > 100, cancellation: Cancellation);

            _platform.Kill(victim);
            _platform.Start(victim);
            var first = await import;

            // What the import could not carry out while its peer was down, the next run does; what it did, that run finds done.
            await _platform.ReadyAsync(victim, Cancellation);
            var second = await _platform.CliAsync(Cancellation, "import", file, "--json");
            second.ExitCode.ShouldBe(0, $"after killing {victim}; first run: {first.ExitCode} {first.Errors}; second: {second.Errors}");

            (await StoredAsync(round)).ShouldBe(Facts, $"in the log, after killing {victim}");
            await SameInTheReadModelAsync(victim);

            var third = await _platform.CliAsync(Cancellation, "import", file, "--json");
            third.ExitCode.ShouldBe(0);
            (await StoredAsync(round)).ShouldBe(Facts, "the same file again changes nothing");
        }
    }

    private async Task SameInTheReadModelAsync(string victim)
    {
        var watch = Stopwatch.StartNew();
        await Eventually.TrueAsync($"the journal has caught up after killing {victim}", async () =>
        {
            // The deadline clock adds to the log meanwhile, so both are read again until they agree.
            var journal = await IdsAsync("metrics", "select event_id from journal where stream like 'disclosure-%' order by event_id");
            var log = await IdsAsync("disclosures", "select id from mt_events where stream_id like 'disclosure-%' order by id");
            return journal.SequenceEqual(log);
        }, TimeSpan.FromSeconds(60), Cancellation);

        var facts = Facts.ToString(CultureInfo.InvariantCulture);
        TestContext.Current.SendDiagnosticMessage($"killed {victim}: {facts} facts each once, caught up {watch.Elapsed.TotalSeconds:0.0} s after the import");
        await Eventually.TrueAsync("every journaled event is folded", async () =>
            await CountAsync("metrics", "select count(*) from journal j join journal_streams s using (stream) where j.version > s.folded_version") == 0,
            TimeSpan.FromSeconds(60), Cancellation);
    }

    private async Task<string> WriteImportAsync(int round)
    {
        var lines = new StringBuilder();
        Line(new { type = "register-company", handle = $"acme-{round}", name = $"Acme {round}" });
        for (var index = 0; index < Cases; index++)
        {
            Line(new { type = "open-disclosure", handle = $"case-{round}-{index}", company = $"acme-{round}", at = "2025-02-01" });
        }

        for (var fact = 0; fact < Facts; fact++)
        {
            Line(new
            {
                type = "add-note",
                disclosure = $"case-{round}-{fact % Cases}",
                key = $"fact-{fact}",
                at = "2025-02-02",
                text = $"Fact {fact} of round {round}",
            });
        }

        var file = Path.Combine(_platform.Folder, $"round-{round}.jsonl");
        await File.WriteAllTextAsync(file, lines.ToString(), Cancellation);
        return file;

        void Line(object line) => lines.AppendLine(JsonSerializer.Serialize(line));
    }

    private Task<long> StoredAsync(int round) => CountAsync(
        "disclosures",
        $"""
        select count(*) from mt_events e join disclosures d on e.stream_id = 'disclosure-' || d.id
        where e.type = 'note-added.v1' and d.handle like 'case-{round}-%'
        """);

    private async Task<long> CountAsync(string service, string sql)
    {
        await using var command = _platform.Database(service).Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private async Task<List<Guid>> IdsAsync(string service, string sql)
    {
        await using var command = _platform.Database(service).Source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(Cancellation))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }
}

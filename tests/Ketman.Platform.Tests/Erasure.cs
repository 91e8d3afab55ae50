using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.EventStore.Chain;
using Ketman.Testing;

namespace Ketman.Platform.Tests;

/// <summary>A platform with the sample month in it.</summary>
public sealed class PlatformWithTheSampleMonth : IAsyncLifetime
{
    public static readonly string Sample = Path.Combine(Root(), "samples", "2025-02");

    public RunningPlatform Platform { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Platform = await RunningPlatform.StartAsync(TestContext.Current.CancellationToken);
        var import = await Platform.CliAsync(TestContext.Current.CancellationToken, "import", Sample);
        import.ExitCode.ShouldBe(0, import.Errors);
    }

    public async ValueTask DisposeAsync() => await (Platform?.DisposeAsync() ?? ValueTask.CompletedTask);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Ketman.Platform.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}

/// <summary>"A wrongly flagged person can be cleared and erased: the history then keeps that something happened, not to whom."</summary>
public sealed class Erasure(PlatformWithTheSampleMonth month) : IClassFixture<PlatformWithTheSampleMonth>
{
    /// <summary>The members of import lines that say something about a person.</summary>
    internal static readonly string[] Personal =
    [
        "handle", "actor", "note", "evidence", "reason", "address", "name", "summary", "description", "url", "recipient", "from", "text", "what",
        "about", "helper", "title", "reference",
    ];

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Databases = ["intake", "disclosures", "metrics", "gateway"];

    private readonly RunningPlatform _platform = month.Platform;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task no_personal_text_of_the_sample_month_stands_in_a_log_in_the_clear()
    {
        // Some recipients are called by the role of the contact, which is not personal.
        var texts = TextsOfTheSample(Personal).Except(TextsOfTheSample(["role"])).ToHashSet(StringComparer.Ordinal);
        texts.Count.ShouldBeGreaterThan(100);
        texts.ShouldContain("sample-north-lantern");

        foreach (var service in new[] { "intake", "disclosures" })
        {
            var log = await RowsAsync(service, "mt_events");
            log.Count.ShouldBeGreaterThan(80);
            log.Count(row => row.Contains("~p1.", StringComparison.Ordinal)).ShouldBeGreaterThan(40);
            texts.Where(text => log.Any(row => row.Contains(text, StringComparison.Ordinal))).ShouldBeEmpty(service);
        }
    }

    [Fact]
    public async Task who_is_erased_is_nowhere_any_more_and_every_figure_stays()
    {
        // Three of one actor's accounts, of which two were confirmed and count once; one of two of an actor who was confirmed before.
        string[] accounts = ["sample-slow-comet", "sample-old-granite", "sample-north-lantern", "sample-pale-wren"];
        string[] gone =
        [
            // Other accounts have names that begin with theirs.
            .. accounts.SelectMany(account => new[] { $"\"{account}\"", $":{account}\"" }), "sample actor 01",
            "https://evidence.example/pale-wren", "security@halcyon.example", "lead-nothing", "An account that only looked alike",
            "Another person with a common name", "Both accounts are operated by one cell", "Two workers in the vault team", "head of security", "setting up a war room",
        ];
        (await _platform.CliAsync(Cancellation, "disclosures", "close", "halcyon-2025-02", "--reason", "over")).ExitCode.ShouldBe(0);
        var ids = new Dictionary<string, Guid>();
        foreach (var account in accounts)
        {
            ids[account] = (await GetAsync($"accounts/github:{account}"))["id"]!.GetValue<Guid>();
        }

        // What ran out in the month is noticed only when the import has settled.
        await Eventually.TrueAsync(
            "the platform has caught up with the month", async () => (await GetAsync("notices?limit=200")).ToJsonString().Contains("caught-up", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60), Cancellation);
        await FoldedAsync();
        var statement = await StatementAsync();
        (await WhereAsync(gone)).Count.ShouldBeGreaterThan(10, "they are there before");

        foreach (var account in accounts)
        {
            if ((string)(await GetAsync($"accounts/github:{account}"))["confidence"]! == "confirmed")
            {
                (await _platform.CliAsync(Cancellation, "erase", $"account:github:{account}", "--yes")).ExitCode.ShouldBe(1, "cleared first");
                (await _platform.CliAsync(Cancellation, "accounts", "clear", $"github:{account}", "--reason", "met in person")).ExitCode.ShouldBe(0);
            }

            await ErasesAsync($"account:github:{account}");
        }

        await ErasesAsync("contact:halcyon/contact-security-team");
        await ErasesAsync("lead:lead-nothing");
        await ErasesAsync("case:halcyon-2025-02");

        (await WhereAsync(gone)).ShouldBeEmpty();
        (await StatementAsync()).ShouldBe(statement);
        await ChainsHoldAsync();

        // Again changes nothing, by the id that is left; the handle is free for somebody else.
        var again = await _platform.CliAsync(Cancellation, "erase", $"account:{ids["sample-north-lantern"]}", "--yes");
        again.Output.ShouldEndWith("was erased before.\n");
        (await _platform.Api.GetAsync(new Uri("accounts/github:sample-north-lantern", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync($"accounts/{ids["sample-north-lantern"]}"))["handle"]!.GetValue<string>().ShouldStartWith("erased-");
        var refused = await PostAsync($"accounts/{ids["sample-north-lantern"]}/flag", new { reason = "again" }, _platform.Api);
        ((int)refused.Status, (string?)refused.Body["type"]).ShouldBe((422, "urn:ketman:problem:rule:account-erased"));

        // Whoever asks the owners for everything anew learns no more than that.
        await MetricsBeginsAnewAsync();
        (await WhereAsync(gone)).ShouldBeEmpty();
        (await StatementAsync()).ShouldBe(statement);
        (await PostAsync("accounts", new { platform = "github", handle = "sample-north-lantern" }, _platform.Api)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task a_service_that_was_away_erases_when_it_is_back()
    {
        string[] gone = ["\"sample-ember-finch\"", ":sample-ember-finch\""];
        _platform.Kill("disclosures");
        _platform.Kill("metrics");
        try
        {
            var run = await _platform.CliAsync(Cancellation, "erase", "account:github:sample-ember-finch", "--yes", "--no-wait");
            run.ExitCode.ShouldBe(0, run.Errors);
        }
        finally
        {
            _platform.Start("disclosures");
            _platform.Start("metrics");
            await _platform.ReadyAsync("disclosures", Cancellation);
            await _platform.ReadyAsync("metrics", Cancellation);
        }

        await Eventually.TrueAsync("nothing is left", async () => (await WhereAsync(gone)).Count == 0, TimeSpan.FromSeconds(60), Cancellation);
        (await WhereAsync([":sample-fork-one\""])).ShouldNotBeEmpty("others are");
    }

    [Fact]
    public async Task only_an_admin_erases_and_not_by_a_batch_either()
    {
        var key = (await PostAsync("keys", new { name = $"analyst-{Guid.NewGuid():N}", roles = new[] { "analyst", "lead" } }, _platform.Api)).Body["key"]!;
        using var analyst = new HttpClient { BaseAddress = _platform.Api.BaseAddress };
        analyst.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)key!);

        foreach (var path in new[]
        {
            "accounts/github:sample-salt-heron/erase", "leads/lead-router/erase", "companies/fernlabs/contacts/contact-team-mailbox/erase",
            "disclosures/fernlabs-2025-02/erase",
        })
        {
            (await PostAsync(path, new { }, analyst)).Status.ShouldBe(HttpStatusCode.Forbidden, path);
        }

        (await analyst.GetAsync(new Uri($"erasures/metrics/{Guid.NewGuid()}", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var batch = await PostAsync(
            "intake/batch", new { items = new[] { new { command = "erase-account", target = "github:sample-salt-heron", body = new { } } } }, analyst);
        batch.Body["results"]![0]!["status"]!.GetValue<int>().ShouldBe(403);
        (await GetAsync("accounts/github:sample-salt-heron"))["handle"]!.GetValue<string>().ShouldBe("sample-salt-heron");
    }

    private async Task ErasesAsync(string subject)
    {
        var run = await _platform.CliAsync(Cancellation, "erase", subject, "--yes");
        run.ExitCode.ShouldBe(0, $"{subject}: {run.Errors}");
        run.Output.ShouldContain("Unreadable in intake, disclosures, metrics.");
    }

    private async Task ChainsHoldAsync()
    {
        foreach (var service in new[] { "intake", "disclosures" })
        {
            var report = await new ChainVerifier(_platform.Database(service).Source).VerifyLogAsync(Cancellation);
            report.Broken.ShouldBeEmpty(service);
            report.Events.ShouldBeGreaterThan(80);
        }
    }

    private async Task MetricsBeginsAnewAsync()
    {
        _platform.Kill("metrics");
        await using (var empty = _platform.Database("metrics").Source.CreateCommand(
            "truncate journal, journal_streams, journal_owners, journal_erased, facts, cases, companies, accounts"))
        {
            await empty.ExecuteNonQueryAsync(Cancellation);
        }

        _platform.Start("metrics");
        await _platform.ReadyAsync("metrics", Cancellation);
        await FoldedAsync();
    }

    private async Task FoldedAsync()
    {
        long committed = 0;
        foreach (var service in new[] { "intake", "disclosures" })
        {
            await using var count = _platform.Database(service).Source.CreateCommand("select count(*) from mt_events");
            committed += (long)(await count.ExecuteScalarAsync(Cancellation))!;
        }

        await Eventually.TrueAsync("metrics has folded both logs", async () =>
        {
            await using var count = _platform.Database("metrics").Source.CreateCommand("select coalesce(sum(folded_version), 0)::bigint from journal_streams");
            return (long)(await count.ExecuteScalarAsync(Cancellation))! == committed;
        }, TimeSpan.FromSeconds(60), Cancellation);
    }

    // The month is over, so what it counts does not move with the time at which it is asked.
    private async Task<string> StatementAsync()
    {
        var run = await _platform.CliAsync(Cancellation, "statement", "2025-02", "--json");
        run.ExitCode.ShouldBe(0, run.Errors);
        return run.Output;
    }

    /// <summary>Every table of every database in which one of the texts stands.</summary>
    private async Task<List<string>> WhereAsync(string[] texts)
    {
        var found = new List<string>();
        foreach (var service in Databases)
        {
            await using var command = _platform.Database(service).Source.CreateCommand(
                "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')");
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                var table = reader.GetString(0);
                var rows = await RowsAsync(service, table);
                found.AddRange(texts.Where(text => rows.Any(row => row.Contains(text, StringComparison.Ordinal))).Select(text => $"{service} {table}: {text}"));
            }
        }

        return found;
    }

    // Row by row as JSON, where a text stands as it is and no column is left out.
    private async Task<List<string>> RowsAsync(string service, string table)
    {
        await using var command = _platform.Database(service).Source.CreateCommand($"select to_jsonb(t)::text from {table} t");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancellation))
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    internal static IEnumerable<string> TextsOfTheSample(string[] members)
    {
        foreach (var line in Directory.EnumerateFiles(PlatformWithTheSampleMonth.Sample, "*.jsonl").SelectMany(File.ReadLines).Where(line => line.Length > 0))
        {
            using var json = JsonDocument.Parse(line);
            // What is said of companies is not personal, and a case is named after one.
            var type = json.RootElement.GetProperty("type").GetString();
            if (type is "register-company" or "wish-privacy")
            {
                continue;
            }

            foreach (var member in members.Where(member => type is not "open-disclosure" || member is "title"))
            {
                // Short words ("key", "mail") stand elsewhere for other reasons.
                if (json.RootElement.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 9 } text)
                {
                    yield return JsonValue.Create(text).ToJsonString(Relaxed)[1..^1];
                }
            }
        }
    }

    private async Task<JsonNode> GetAsync(string path) =>
        (await _platform.Api.GetFromJsonAsync<JsonNode>(new Uri(path, UriKind.Relative), Cancellation))!;

    private static async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(string path, object body, HttpClient api)
    {
        using var answer = await api.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, Cancellation);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!);
    }
}

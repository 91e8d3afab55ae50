using System.Net;
using System.Text.Json;
using Ketman.Testing;

namespace Ketman.Platform.Tests;

/// <summary>The first acceptance case, by the way a user goes: the CLI, the gateway, the log, the broker, the statement.</summary>
public sealed class SampleMonth : IAsyncLifetime
{
    private static readonly string Sample = Path.Combine(Root(), "samples", "2025-02");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RunningPlatform _platform = null!;

    public async ValueTask InitializeAsync() => _platform = await RunningPlatform.StartAsync(Cancellation);

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task the_sample_month_gives_the_figures_of_february_2025()
    {
        var dry = await _platform.CliAsync(Cancellation, "import", Sample, "--dry-run", "--json");
        dry.ExitCode.ShouldBe(0, dry.Errors);

        var first = await _platform.CliAsync(Cancellation, "import", Sample, "--json");
        first.ExitCode.ShouldBe(0, first.Errors);
        Count(first, "recorded").ShouldBe(Count(first, "lines"), "the dry run stored nothing");

        var again = await _platform.CliAsync(Cancellation, "import", Sample, "--json");
        again.ExitCode.ShouldBe(0, again.Errors);
        Count(again, "unchanged").ShouldBe(Count(first, "lines"), "the same again changes nothing");

        (await _platform.CliAsync(Cancellation, "health", "--wait")).ExitCode.ShouldBe(0);
        var statement = default(JsonElement);
        await Eventually.TrueAsync("what ran out in the month is noticed, and counted", async () =>
        {
            var run = await _platform.CliAsync(Cancellation, "statement", "2025-02", "--json");
            run.ExitCode.ShouldBe(0, run.Errors);
            statement = JsonDocument.Parse(run.Output).RootElement;
            return statement.GetProperty("escalations").GetProperty("events").GetArrayLength() > 0;
        }, TimeSpan.FromSeconds(60), Cancellation);

        Figure(statement, "affectedCompanies").ShouldBe(7);
        Figure(statement, "confirmedWorkers").ShouldBe(10);
        Figure(statement, "moneyTransferred").ShouldBe(50_000);
        Figure(statement, "indexedAccounts").ShouldBe(28);
        statement.GetProperty("reactions").GetProperty("warRooms").GetInt32().ShouldBe(1);
        statement.GetProperty("reactions").GetProperty("of").GetInt32().ShouldBe(7);
        statement.GetProperty("timeOfActivity").GetProperty("shortest").GetProperty("months").GetInt32().ShouldBe(3);
        statement.GetProperty("timeOfActivity").GetProperty("longest").GetProperty("months").GetInt32().ShouldBe(4);
        Figure(statement, "implantsFound").ShouldBe(0);

        await EveryFigureNamesEventsThatAreInALogAsync(statement);
    }

    // One platform for all of them: starting one takes half a minute, and these only ask.
    [Fact]
    public async Task a_service_that_is_reached_around_the_gateway_answers_nothing_but_health()
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = _platform.Api.DefaultRequestHeaders.Authorization;
        foreach (var (service, path) in new[] { ("intake", "companies"), ("disclosures", "disclosures"), ("metrics", "board"), ("metrics", "openapi/v1.json") })
        {
            using var refused = await client.GetAsync(new Uri(_platform.AddressOf(service), path), Cancellation);
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{path} of {service}");

            using var healthy = await client.GetAsync(new Uri(_platform.AddressOf(service), "health/ready"), Cancellation);
            healthy.StatusCode.ShouldBe(HttpStatusCode.OK, service);
        }
    }

    private async Task EveryFigureNamesEventsThatAreInALogAsync(JsonElement statement)
    {
        var logged = new HashSet<Guid>();
        foreach (var service in new[] { "intake", "disclosures" })
        {
            await using var command = _platform.Database(service).Source.CreateCommand("select id from mt_events");
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                logged.Add(reader.GetGuid(0));
            }
        }

        var figures = statement.EnumerateObject().Where(member => member.Value.ValueKind is JsonValueKind.Object && member.Value.TryGetProperty("definition", out _)).ToList();
        figures.Count.ShouldBeGreaterThan(7);
        foreach (var figure in figures)
        {
            var events = figure.Value.GetProperty("events").EnumerateArray().Select(id => id.GetGuid()).ToList();
            // Nobody was named in February.
            (events.Count > 0).ShouldBe(figure.Name != "publications", figure.Name);
            events.Where(id => !logged.Contains(id)).ShouldBeEmpty(figure.Name);
        }
    }

    private static decimal Figure(JsonElement statement, string name) => statement.GetProperty(name).GetProperty("value").GetDecimal();

    private static long Count(CliRun run, string member) => JsonDocument.Parse(run.Output).RootElement.GetProperty(member).GetInt64();

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

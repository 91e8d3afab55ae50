using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Hosting.Auth;
using Ketman.Testing;

namespace Ketman.Platform.Tests;

/// <summary>
/// The sample month on the real platform, asked by readers of every clearance: the company of the war room asked not to be named, and is
/// in no answer of any endpoint below TLP:RED, by name, handle or id.
/// </summary>
public sealed class Secrecy : IAsyncLifetime
{
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true };
    private static readonly string[] s_services = ["intake", "disclosures", "metrics"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private readonly HttpClient _client = new();
    private RunningPlatform _platform = null!;
    private InternalTokenIssuer _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await RunningPlatform.StartAsync(Cancellation);
        _gateway = new InternalTokenIssuer(InternalKeys.Open(Path.Combine(_platform.Folder, "keys"), "gateway", TimeProvider.System), TimeProvider.System);
        var import = await _platform.CliAsync(Cancellation, "import", Path.Combine(Repository(), "samples", "2025-02"), "--json");
        import.ExitCode.ShouldBe(0, import.Errors);
        (await _platform.CliAsync(Cancellation, "health", "--wait")).ExitCode.ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _platform.DisposeAsync();
    }

    [Fact]
    public async Task the_company_of_the_war_room_is_in_no_answer_below_red_and_the_board_is_as_approved_for_every_clearance()
    {
        var red = JsonNode.Parse((await AskAsync("metrics", "board?status=all&company=halcyon", Tlp.Red)).Body)!["items"]![0]!;
        string[] secret = ["halcyon", "Halcyon", (string)red["id"]!, (string)red["company"]!["id"]!, "lead-vault-core"];
        var paths = await PathsAsync((string)red["id"]!, (string)red["company"]!["id"]!);
        paths.Count.ShouldBeGreaterThan(60);
        foreach (var clearance in Enum.GetValues<Tlp>().Where(clearance => clearance < Tlp.Red))
        {
            foreach (var (service, path, accept) in paths)
            {
                var answer = await AskAsync(service, path, clearance, accept);
                ((int)answer.Status).ShouldBeLessThan(500, $"{path}: {answer.Body}");
                foreach (var word in secret.Where(word => answer.Body.Contains(word, StringComparison.Ordinal)))
                {
                    Assert.Fail($"{service} {path} told {word} to a reader of {clearance}: {answer.Body}");
                }
            }
        }

        var told = string.Concat(await Task.WhenAll(paths.Select(async one => (await AskAsync(one.Service, one.Path, Tlp.Red, one.Accept)).Body)));
        secret.ShouldAllBe(word => told.Contains(word), "the same questions do tell whoever is cleared for it");
        await EveryBoardIsAsApprovedAsync();
    }

    [Fact]
    public async Task a_restricted_case_is_in_no_answer_for_anybody_but_its_people()
    {
        const string Handle = "lumenbridge-2025-02";
        var shown = JsonNode.Parse((await AskAsync("metrics", "board?status=all&company=lumenbridge", Tlp.Red)).Body)!["items"]![0]!;
        var (id, company) = ((string)shown["id"]!, (string)shown["company"]!["id"]!);
        (await _platform.CliAsync(Cancellation, "restrict", Handle, "--person", "admin", "--person", "mira", "--reason", "a colleague is named in it")).ExitCode.ShouldBe(0);
        await Eventually.TrueAsync(
            "the board leaves it out", async () => JsonNode.Parse((await AskAsync("metrics", $"disclosures/{Handle}/timeline", Tlp.Red)).Body)!["status"] is { } status && (int)status == 404,
            cancellation: Cancellation);

        var paths = (await PathsAsync(id, company)).Where(one => !one.Path.StartsWith("operations/", StringComparison.Ordinal)).ToList();
        foreach (var (service, path, accept) in paths)
        {
            var answer = await AskAsync(service, path, Tlp.Red, accept);
            answer.Body.ShouldNotContain(id, Case.Insensitive, $"{service} {path}");
            answer.Body.ShouldNotContain(Handle, Case.Insensitive, $"{service} {path}");
        }

        // The company is known to Intake as one of the team's; what Metrics tells rests on its cases.
        foreach (var path in new[] { "board?status=all&limit=200", "statements/2025-02" })
        {
            (await AskAsync("metrics", path, Tlp.Red)).Body.ShouldNotContain("umenbridge", Case.Insensitive, path);
            (await AskAsync("metrics", path, Tlp.Red, name: "mira")).Body.ShouldContain("umenbridge", Case.Insensitive, path);
        }

        (await AskAsync("metrics", $"disclosures/{Handle}/timeline", Tlp.Red, name: "mira")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private async Task EveryBoardIsAsApprovedAsync()
    {
        // What is due comes behind the facts.
        await Eventually.TrueAsync(
            "what is due is on the board", async () => (await AskAsync("metrics", "board?limit=200", Tlp.Red)).Body.Contains("\"kind\":\"clock\"", StringComparison.Ordinal),
            cancellation: Cancellation);
        var boards = new Dictionary<string, string>();
        foreach (var clearance in Enum.GetValues<Tlp>())
        {
            var board = JsonNode.Parse((await AskAsync("metrics", "board?status=all&limit=200", clearance)).Body)!;
            foreach (var item in board["items"]!.AsArray())
            {
                // It grows from day to day.
                item!.AsObject().Remove("ageDays");
            }

            boards[$"board.{JsonNamingPolicy.KebabCaseLower.ConvertName(clearance.ToString())}.json"] = board.ToJsonString(s_readable) + "\n";
        }

        boards.ShouldSatisfyAllConditions([.. boards.Select(board => new Action(() => board.Value.ShouldBeApproved(board.Key)))]);
    }

    // Every GET that the services describe, about the secret company and, where that is a 404, about others too.
    private async Task<List<(string Service, string Path, string? Accept)>> PathsAsync(string disclosure, string company)
    {
        var references = new Dictionary<string, string[]>
        {
            ["disclosures"] = ["halcyon-2025-02", disclosure, "lumenbridge-2025-02"],
            ["companies"] = ["halcyon", company, "lumenbridge"],
            ["leads"] = ["lead-vault-core"],
            ["accounts"] = ["github:sample-north-lantern", "github:sample-quiet-otter"],
            ["assessments"] = ["github:sample-north-lantern"],
            ["policies"] = ["ketman-standard"],
        };
        List<(string, string, string?)> paths =
        [
            ("metrics", "statements/2025-02", "text/markdown"), ("metrics", "board?status=all&limit=200", null), ("metrics", "board?company=halcyon&status=all", null),
            ("disclosures", "disclosures?limit=200", null), ("disclosures", "disclosures?company=halcyon", null), ("disclosures", "notices?limit=200", null),
            ("intake", "leads?limit=200", null), ("intake", "accounts?limit=200", null), ("intake", "companies?limit=200", null),
            ("disclosures", "proofs/disclosures/verification?stream=halcyon-2025-02", null), ("intake", "proofs/intake/verification?stream=halcyon", null),
        ];
        foreach (var service in s_services)
        {
            var described = (await _client.SendAsync(Request(service, "openapi/v1.json", Tlp.Clear, null), Cancellation)).EnsureSuccessStatusCode();
            var document = (await described.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!;
            // What changes is told without an end; what readers learn there has tests of its own (LiveTests).
            foreach (var (path, methods) in document["paths"]!.AsObject().Where(path => path.Value!["get"] is not null && path.Key != "/events"))
            {
                var route = path[1..].Replace("{month}", "2025-02", StringComparison.Ordinal).Replace("{clock}", "acknowledgement", StringComparison.Ordinal)
                    .Replace("{name}", "ketman-standard", StringComparison.Ordinal).Replace("{number}", "1", StringComparison.Ordinal)
                    .Replace("{event}", Guid.Empty.ToString("D"), StringComparison.Ordinal);
                paths.AddRange(route.Contains("{ref}", StringComparison.Ordinal)
                    ? references[route.Split('/')[0]].Select(reference => (service, route.Replace("{ref}", Uri.EscapeDataString(reference), StringComparison.Ordinal), (string?)null))
                    : [(service, route, null)]);
            }
        }

        return paths;
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(string service, string path, Tlp clearance, string? accept = null, string name = "reader")
    {
        try
        {
            using var response = await _client.SendAsync(Request(service, path, clearance, accept, name), Cancellation);
            var body = await response.Content.ReadAsStringAsync(Cancellation);
            // What was asked may be repeated in nothing that is answered, a problem neither.
            return (response.StatusCode, body);
        }
        catch (TaskCanceledException e) when (!Cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{service} does not answer {path}", e);
        }
    }

    private HttpRequestMessage Request(string service, string path, Tlp clearance, string? accept, string name = "reader")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_platform.AddressOf(service), path));
        request.Headers.TryAddWithoutValidation(
            "Authorization", _gateway.OnBehalfOf(new TokenSubject($"key:{name}", name, ["viewer", "analyst", "lead", "publisher", "admin"], clearance), service));
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        return request;
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

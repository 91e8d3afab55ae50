using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Hosting.Auth;
using Ketman.Testing;
using Npgsql;

namespace Ketman.Benchmarks.Gateway;

/// <summary>
/// What a user's request costs through everything: the gateway, the service, the log. Beside a write stands a prepared insert
/// of one row by as many clients; beside a read, an empty answer of the same process. Then what the gateway alone costs: the same
/// requests straight to the service, with the token that the gateway would sign.
/// </summary>
internal sealed class GatewayBenchmark : IBenchmark
{
    private const int Cases = 400;
    private const int RequestsPerRound = 400;
    private const string CasePath = "disclosures/case-1";
    private const string AddedName = "p50 that the gateway adds";
    private const double MostAdded = 1;

    private static readonly TokenSubject Reader = new("key:bench", "bench", ["viewer", "analyst"], Tlp.Red);

    private int _next;

    public string Name => "gateway";

    public async Task<IReadOnlyList<Figure>> RunAsync(string? only, TextWriter progress, CancellationToken cancellation)
    {
        await progress.WriteLineAsync("starting the platform");
        await using var platform = await RunningPlatform.StartAsync(cancellation);
        await SeedAsync(platform, cancellation);
        await using var raw = await TestDatabase.CreateAsync(cancellation);
        await using (var create = raw.Source.CreateCommand("create table facts (id uuid primary key, data jsonb not null)"))
        {
            await create.ExecuteNonQueryAsync(cancellation);
        }

        using var direct = new HttpClient { BaseAddress = platform.AddressOf("metrics") };
        var figures = new List<Figure>();
        foreach (var clients in new[] { 1, 8 })
        {
            await CompareAsync($"log an outreach, {clients} client(s)", clients, () => LogOutreachAsync(platform.Api, cancellation), () => InsertAsync(raw.Source, cancellation));
            await CompareAsync($"the board, {clients} client(s)", clients, () => GetAsync(platform.Api, "board", cancellation), () => GetAsync(direct, "health/live", cancellation));
        }

        var inside = new InternalTokenIssuer(InternalKeys.Open(Path.Combine(platform.Folder, "keys"), InternalToken.Gateway, TimeProvider.System), TimeProvider.System);
        using var service = new HttpClient { BaseAddress = platform.AddressOf("disclosures") };
        foreach (var clients in new[] { 1, 8 })
        {
            await CompareAsync(
                $"a case through the gateway, beside the service alone, {clients} client(s)", clients,
                () => GetAsync(platform.Api, CasePath, cancellation), () => GetAsync(service, CasePath, cancellation, inside), 0.5);
        }

        if (only is null || AddedName.Contains(only, StringComparison.Ordinal))
        {
            await progress.WriteLineAsync(AddedName);
            var (through, alone) = await MediansAsync(() => GetAsync(platform.Api, CasePath, cancellation), () => GetAsync(service, CasePath, cancellation, inside));
            figures.Add(new Figure(AddedName, "ms", through - alone, MostAdded, null, null, through - alone < MostAdded));
        }

        var memory = platform.ResidentMemory() / 1e6;
        figures.Add(new Figure("memory of all services after it", "MB", memory, 600, memory / 600, null, memory < 600));
        return figures;

        async Task CompareAsync(string name, int clients, Func<Task> ours, Func<Task> limit, double required = 0)
        {
            if (only is null || name.Contains(only, StringComparison.Ordinal))
            {
                await progress.WriteLineAsync(name);
                figures.Add(await Rounds.CompareAsync(name, "requests/s", required, 5, () => RateAsync(clients, ours), () => RateAsync(clients, limit)));
            }
        }
    }

    private static Task<double> RateAsync(int clients, Func<Task> once) => new Work<int>(
        () => Task.FromResult(RequestsPerRound / clients),
        async each =>
        {
            await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
            {
                for (var request = 0; request < each; request++)
                {
                    await once();
                }
            })));
            return each * clients;
        }).RateAsync();

    private static async Task SeedAsync(RunningPlatform platform, CancellationToken cancellation)
    {
        await PostAsync(platform.Api, "companies", new { handle = "acme", name = "Acme" }, cancellation);
        await PostAsync(platform.Api, "disclosures/batch", new
        {
            items = Enumerable.Range(0, Cases).Select(index => new
            {
                command = "open-disclosure",
                body = new { handle = $"case-{index}", company = "acme", at = "2025-02-01" },
            }),
        }, cancellation);
    }

    // Round and round, so that no stream grows much longer than a case's history is.
    private Task LogOutreachAsync(HttpClient api, CancellationToken cancellation) => PostAsync(
        api, $"disclosures/case-{Interlocked.Increment(ref _next) % Cases}/outreach", new { channel = "email", summary = "Signals report", at = "2025-02-02" }, cancellation);

    private static async Task InsertAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var insert = database.CreateCommand("insert into facts (id, data) values ($1, $2)");
        insert.Parameters.Add(new NpgsqlParameter { Value = Guid.CreateVersion7() });
        insert.Parameters.Add(new NpgsqlParameter { Value = """{"channel":"email","summary":"Signals report"}""", NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb });
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    // In turns, so that whatever else the machine does falls on both; in milliseconds.
    private static async Task<(double Ours, double Limit)> MediansAsync(Func<Task> ours, Func<Task> limit)
    {
        const int Turns = 2000;
        var (taken, least) = (new List<double>(Turns), new List<double>(Turns));
        for (var turn = 0; turn < Turns; turn++)
        {
            taken.Add(await TakenAsync(ours));
            least.Add(await TakenAsync(limit));
        }

        return (Rounds.Median(taken), Rounds.Median(least));
    }

    private static async Task<double> TakenAsync(Func<Task> once)
    {
        var begun = Stopwatch.GetTimestamp();
        await once();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static async Task GetAsync(HttpClient client, string path, CancellationToken cancellation, InternalTokenIssuer? inside = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (inside is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", inside.OnBehalfOf(Reader, "disclosures"));
        }

        using var answer = await client.SendAsync(request, cancellation);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync(cancellation);
    }

    private static async Task PostAsync(HttpClient api, string path, object body, CancellationToken cancellation)
    {
        using var answer = await api.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, JsonSerializerOptions.Web, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}

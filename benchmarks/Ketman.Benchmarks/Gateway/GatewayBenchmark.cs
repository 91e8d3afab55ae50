using System.Net.Http.Json;
using System.Text.Json;
using Ketman.Testing;
using Npgsql;

namespace Ketman.Benchmarks.Gateway;

/// <summary>
/// What a user's request costs through everything: the gateway, the service, the log. Beside a write stands a prepared insert
/// of one row by as many clients; beside a read, an empty answer of the same process.
/// </summary>
internal sealed class GatewayBenchmark : IBenchmark
{
    private const int Cases = 400;
    private const int RequestsPerRound = 400;

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

        var memory = platform.ResidentMemory() / 1e6;
        figures.Add(new Figure("memory of all services after it", "MB", memory, 600, memory / 600, null, memory < 600));
        return figures;

        async Task CompareAsync(string name, int clients, Func<Task> ours, Func<Task> limit)
        {
            if (only is null || name.Contains(only, StringComparison.Ordinal))
            {
                await progress.WriteLineAsync(name);
                // No figure is demanded here yet: these are the first ones, to be held against later ones.
                figures.Add(await Rounds.CompareAsync(name, "requests/s", 0, 5, () => RateAsync(clients, ours), () => RateAsync(clients, limit)));
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

    private static async Task GetAsync(HttpClient client, string path, CancellationToken cancellation)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellation);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync(cancellation);
    }

    private static async Task PostAsync(HttpClient api, string path, object body, CancellationToken cancellation)
    {
        using var answer = await api.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, JsonSerializerOptions.Web, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}

using System.Net;
using System.Text;
using System.Text.Json;
using Ketman.Testing;

namespace Ketman.Platform.Tests;

/// <summary>An operator rebuilds the read models of a platform at work, and kill -9 comes in between.</summary>
public sealed class Rebuilt : IAsyncLifetime
{
    private const int Notes = 10_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RunningPlatform _platform = null!;

    public async ValueTask InitializeAsync() => _platform = await RunningPlatform.StartAsync(Cancellation);

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task read_models_that_were_rebuilt_are_as_they_were_and_a_kill_in_between_costs_nothing()
    {
        await CliAsync("import", await WriteImportAsync(), "--json");
        await CliAsync("health", "--wait", "120");
        var (rows, table) = (await RowsAsync(), await TableAsync());

        await CliAsync("projections", "rebuild", "metrics/read-models", "--no-wait");
        await Eventually.TrueAsync("some of the history is folded", async () => await DoneAsync() > 0, cancellation: Cancellation);
        _platform.Kill("metrics");
        var done = await DoneAsync();
        done.ShouldBeLessThan(Notes, "it was killed half way");
        await AreAsTheyWereAsync(rows);
        _platform.Start("metrics");
        await _platform.ReadyAsync("metrics", Cancellation);
        (await DoneAsync()).ShouldBeGreaterThanOrEqualTo(done, "it goes on where it was");
        await Eventually.TrueAsync("it has ended", async () => await AskAsync<string>("select phase from journal_rebuilds") == "done", cancellation: Cancellation);

        await AreAsTheyWereAsync(rows);
        (await TableAsync()).ShouldNotBe(table);

        // And once more while somebody looks all the time.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var looking = LookAsync(end.Token);
        foreach (var name in new[] { "metrics", "intake", "disclosures" })
        {
            (await CliAsync("projections", "rebuild", $"{name}/read-models")).ShouldContain($"{name}/read-models is rebuilt: ");
        }

        await end.CancelAsync();
        (await looking).ShouldBeGreaterThan(0);
        await AreAsTheyWereAsync(rows);
    }

    private async Task<int> LookAsync(CancellationToken stop)
    {
        var looked = 0;
        for (; !stop.IsCancellationRequested; looked++)
        {
            foreach (var path in new[] { "board", "companies", "disclosures", "disclosures/case-3/timeline", "companies/acme/record" })
            {
                using var answer = await _platform.Api.GetAsync(path, Cancellation);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            }
        }

        return looked;
    }

    private async Task<string> CliAsync(params string[] arguments)
    {
        var run = await _platform.CliAsync(Cancellation, arguments);
        run.ExitCode.ShouldBe(0, $"{string.Join(' ', arguments)}: {run.Output} {run.Errors}");
        return run.Output;
    }

    private Task<long> DoneAsync() => AskAsync<long>("select coalesce((select done from journal_rebuilds), 0)");

    private Task<uint> TableAsync() => AskAsync<uint>("select 'facts'::regclass::oid");

    // What is due comes behind the rest.
    private Task AreAsTheyWereAsync(string rows) =>
        Eventually.TrueAsync("the rows are as they were", async () => await RowsAsync() == rows, cancellation: Cancellation);

    private async Task<string> RowsAsync()
    {
        // What is due is asked of Disclosures behind the fold, and of all cases again after a rebuild.
        await Eventually.TrueAsync(
            "what is due is known of every case",
            () => AskAsync<bool>("select not exists (select from timetables_wanted) and (select cases from boards_filled_from) = 'cases'::regclass"),
            cancellation: Cancellation);
        return await AskAsync<string>(
            """
            select md5((select string_agg(f::text, E'\n' order by id) from facts f)) || md5((select string_agg(c::text, E'\n' order by id) from cases c))
              || md5((select string_agg(c::text, E'\n' order by id) from companies c))
            """);
    }

    private async Task<T> AskAsync<T>(string sql)
    {
        await using var command = _platform.Database("metrics").Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private async Task<string> WriteImportAsync()
    {
        var lines = new StringBuilder();
        Line(new { type = "register-company", handle = "acme", name = "Acme" });
        for (var index = 0; index < 100; index++)
        {
            // Opened now: of a case of the past the deadline clock would notice what ran out, in the middle of the comparison.
            Line(new { type = "open-disclosure", handle = $"case-{index}", company = "acme" });
        }

        for (var note = 0; note < Notes; note++)
        {
            Line(new { type = "add-note", disclosure = $"case-{note % 100}", key = $"note-{note}", text = $"Note {note}" });
        }

        var file = Path.Combine(_platform.Folder, "notes.jsonl");
        await File.WriteAllTextAsync(file, lines.ToString(), Cancellation);
        return file;

        void Line(object line) => lines.AppendLine(JsonSerializer.Serialize(line));
    }
}

using System.Buffers;
using System.Text.Json;
using Ketman.Cli.Connection;
using Ketman.Cli.Output;
using Ketman.Vocabulary;

namespace Ketman.Cli.Import;

/// <summary>What came of a line.</summary>
/// <param name="Changed">Whether something was recorded (in a dry run: would be).</param>
/// <param name="Flaw">Why not, when it failed.</param>
/// <param name="Status">The status the platform gave the line.</param>
internal readonly record struct LineResult(bool Changed, LineFlaw? Flaw, int Status);

/// <summary>What lines of a dry run may take as existing, because earlier lines would make it known.</summary>
internal sealed record Assumptions(
    IReadOnlyCollection<string> Companies, IReadOnlyCollection<string> Accounts, IReadOnlyCollection<string> Leads, IReadOnlyCollection<string> Disclosures)
{
    public static Assumptions None { get; } = new([], [], [], []);
}

/// <summary>
/// Sends lines in batches. A batch whose answer is lost is sent again as it was: every item bears its key, so what had been
/// recorded stays as it is. A batch that is refused whole is halved until the line that spoils it stands alone.
/// </summary>
internal sealed class BatchSender(PlatformClient platform, Patience patience, TimeProvider time, bool dryRun)
{
    public const int MostItems = 500;

    /// <summary>Well below the gateway's limit for one request, so that only a single huge line can exceed it.</summary>
    public const int MostBytes = 512 * 1024;

    /// <summary>The results, in the order of <paramref name="items"/>, which may be more than one batch takes.</summary>
    public async Task<LineResult[]> SendAsync(Service service, IReadOnlyList<ImportItem> items, Assumptions assume, CancellationToken cancellation)
    {
        var results = new List<LineResult>(items.Count);
        for (var from = 0; from < items.Count;)
        {
            var (count, bytes) = (0, 0);
            while (from + count < items.Count && count < MostItems && (count == 0 || bytes + items[from + count].Item.Length <= MostBytes))
                bytes += items[from + count++].Item.Length;
            results.AddRange(await SendBatchAsync(service, [.. items.Skip(from).Take(count)], assume, cancellation));
            from += count;
        }

        return [.. results];
    }

    /// <summary>The results of one batch, which the caller has made small enough.</summary>
    public async Task<LineResult[]> SendBatchAsync(Service service, IReadOnlyList<ImportItem> items, Assumptions assume, CancellationToken cancellation)
    {
        platform.NewTrace();
        var body = BodyOf(items, assume);
        var backoff = new Backoff(patience);
        var recorded = new bool[items.Count];
        while (true)
        {
            var answer = await platform.PostAsync($"{PathOf(service)}/batch", body, null, cancellation, patience);
            if (!answer.Ok)
                return await RefusedAsync(service, items, assume, Problem.Read(answer.Status, answer.Body), cancellation);

            var results = Read(answer, items.Count);
            for (var index = 0; index < items.Count; index++)
                results[index] = results[index] with { Changed = recorded[index] |= results[index].Changed };

            // A line that met a conflict or an absent peer may be the ground of later ones: the whole batch goes again.
            if (!Array.Exists(results, result => IsPassing(result.Status)) || backoff.Next(null) is not { } wait)
                return results;
            await Task.Delay(wait, time, cancellation);
        }
    }

    private async Task<LineResult[]> RefusedAsync(
        Service service, IReadOnlyList<ImportItem> items, Assumptions assume, Problem problem, CancellationToken cancellation)
    {
        // These are not about a line, so no half would fare better.
        if (problem.Status is 401 or 403 or 404 or 405 or 429 or 502 or 503 or 504)
            throw new CliException(problem);
        if (items.Count == 1)
            return [new LineResult(false, FlawOf(problem), problem.Status)];

        var half = items.Count / 2;
        var first = await SendBatchAsync(service, [.. items.Take(half)], assume, cancellation);
        var second = await SendBatchAsync(service, [.. items.Skip(half)], assume, cancellation);
        return [.. first, .. second];
    }

    private ReadOnlyMemory<byte> BodyOf(IReadOnlyList<ImportItem> items, Assumptions assume)
    {
        var buffer = new ArrayBufferWriter<byte>(items.Sum(item => item.Item.Length + 1) + 256);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        if (dryRun)
        {
            json.WriteBoolean("dryRun", true);
            json.WriteStartObject("assume");
            Write("companies", assume.Companies);
            Write("accounts", assume.Accounts);
            Write("leads", assume.Leads);
            Write("disclosures", assume.Disclosures);
            json.WriteEndObject();
        }

        json.WriteStartArray("items");
        foreach (var item in items)
            json.WriteRawValue(item.Item, skipInputValidation: true);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;

        void Write(string name, IReadOnlyCollection<string> handles)
        {
            json.WriteStartArray(name);
            foreach (var handle in handles)
                json.WriteStringValue(handle);
            json.WriteEndArray();
        }
    }

    private static LineResult[] Read(Answer answer, int expected)
    {
        using var document = Commands.Session.Read(answer);
        var results = document.RootElement.Items("results").Select(Read).ToArray();
        return results.Length == expected ? results
            : throw new CliException(ExitCode.Unreachable, $"The platform answered {results.Length} results to {expected} lines: it is not the version this CLI speaks to.");
    }

    private static LineResult Read(JsonElement result)
    {
        var status = result.At("status") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : 500;
        var changed = result.At("changed") is { ValueKind: JsonValueKind.True };
        return status is >= 200 and < 300
            ? new LineResult(changed, null, status)
            : new LineResult(false, FlawOf(Problem.Read(result.At("problem") ?? default, status)), status);
    }

    private static LineFlaw FlawOf(Problem problem) => problem.Fields switch
    {
        [{ Name.Length: > 0 } only] => new LineFlaw(only.Name, only.Message),
        _ => new LineFlaw(null, problem.OneLine),
    };

    private static bool IsPassing(int status) => status is 409 or 429 or 502 or 503 or 504;

    private static string PathOf(Service service) => service is Service.Intake ? "intake" : "disclosures";
}

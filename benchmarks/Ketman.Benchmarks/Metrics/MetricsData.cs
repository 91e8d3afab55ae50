using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Testing;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Benchmarks.Metrics;

/// <summary>
/// Puts a generated history into the journal of Metrics, as if it had come over the bus, and lets the service itself make its read models
/// of it: by a rebuild, whose rate is measured with it.
/// </summary>
internal static class MetricsData
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);
    // Each open case has a clock that runs out within four weeks or has run out, and most a step of the ladder after it.
    private const string Dues = """
        delete from timetables_wanted;
        insert into dues (case_id, kind, name, title, owed_by, due_at, since, since_exact, paused)
        select id, 'clock', 'acknowledgement', 'acknowledge the report', 'company', opened_at + (hashtext(handle) % 28 + 28) * interval '1 day', opened_at, true, false
        from cases where status = 'open';
        insert into dues (case_id, kind, name, title, owed_by, due_at, since, since_exact, paused)
        select id, 'step', 'reminder', 'a reminder', 'us', opened_at + (hashtext(handle) % 28 + 30) * interval '1 day', opened_at, true, false
        from cases where status = 'open' and hashtext(handle) % 3 <> 0;
        update cases c set due_at = d.due_at, due_kind = d.kind, due_name = d.name, due_title = d.title, due_owed_by = d.owed_by, due_since = d.since, due_since_exact = true, due_paused = false,
          timetable_version = c.version
        from dues d where d.case_id = c.id and d.kind = 'clock'
        """;

    private static readonly TimeSpan Often = TimeSpan.FromSeconds(10);

    /// <summary>Writes the journal; the read models stay as they are.</summary>
    /// <returns>How many events.</returns>
    public static async Task<long> JournalAsync(NpgsqlDataSource database, GeneratedHistory history, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var heads = new Dictionary<string, long>();
        var count = 0L;
        await using (var writer = await connection.BeginBinaryImportAsync(
            "copy journal (stream, version, event_id, type, occurred_at, occurred_precision, recorded_at, recorded_by, data, received_at) from stdin (format binary)", cancellation))
        {
            writer.Timeout = Longest;
            foreach (var one in history.Events())
            {
                await writer.StartRowAsync(cancellation);
                await writer.WriteAsync(one.Stream, NpgsqlDbType.Varchar, cancellation);
                await writer.WriteAsync(one.Version, NpgsqlDbType.Bigint, cancellation);
                await writer.WriteAsync(one.Id, NpgsqlDbType.Uuid, cancellation);
                await writer.WriteAsync(ContractJson.UrnOf(one.Said.GetType()), NpgsqlDbType.Varchar, cancellation);
                await writer.WriteAsync(one.At.Start.UtcDateTime, NpgsqlDbType.TimestampTz, cancellation);
                await writer.WriteAsync(one.At.Precision is Precision.Day ? "day" : "instant", NpgsqlDbType.Varchar, cancellation);
                await writer.WriteAsync(one.RecordedAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancellation);
                await writer.WriteAsync("mira", NpgsqlDbType.Varchar, cancellation);
                await writer.WriteAsync(JsonSerializer.Serialize(one.Said, one.Said.GetType(), ContractJson.Options), NpgsqlDbType.Jsonb, cancellation);
                await writer.WriteAsync(one.RecordedAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancellation);
                heads[one.Stream] = one.Version;
                count++;
            }

            await writer.CompleteAsync(cancellation);
        }

        await using (var streams = await connection.BeginBinaryImportAsync("copy journal_streams (stream, folded_version, head_version) from stdin (format binary)", cancellation))
        {
            foreach (var (stream, version) in heads)
            {
                await streams.StartRowAsync(cancellation);
                await streams.WriteAsync(stream, NpgsqlDbType.Varchar, cancellation);
                await streams.WriteAsync(version, NpgsqlDbType.Bigint, cancellation);
                await streams.WriteAsync(version, NpgsqlDbType.Bigint, cancellation);
            }

            await streams.CompleteAsync(cancellation);
        }

        await using var analyze = new NpgsqlCommand("analyze journal, journal_streams", connection) { CommandTimeout = 600 };
        await analyze.ExecuteNonQueryAsync(cancellation);
        return count;
    }

    /// <summary>Has the service rebuild its read models.</summary>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> RebuildAsync(RunningPlatform platform, TextWriter progress, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        using (var wanted = await platform.Api.PostAsJsonAsync(new Uri("operations/metrics/projections/read-models/rebuild", UriKind.Relative), new { }, cancellation))
        {
            wanted.EnsureSuccessStatusCode();
        }

        var told = TimeSpan.Zero;
        await Eventually.TrueAsync("the read models are rebuilt", async () =>
        {
            var list = (await platform.Api.GetFromJsonAsync<JsonObject>(new Uri("operations/metrics/projections", UriKind.Relative), cancellation))!;
            var rebuild = list["items"]!.AsArray().Single(one => (string)one!["name"]! == "read-models")!["rebuild"];
            if (Stopwatch.GetElapsedTime(begun) is var passed && passed - told > Often)
            {
                told = passed;
                await progress.WriteLineAsync($"  {passed.TotalSeconds:0} s: {rebuild?["done"]} of {rebuild?["total"]}");
            }

            return (string?)rebuild?["phase"] switch
            {
                "failed" => throw new InvalidOperationException($"The rebuild failed: {rebuild!.ToJsonString()}"),
                "done" => true,
                _ => false,
            };
        }, Longest, cancellation);
        return Stopwatch.GetElapsedTime(begun);
    }

    /// <summary>
    /// Says what is due in open cases, as Disclosures would, which has none of them; waits until everything can be searched; and lets the server look
    /// at its tables.
    /// </summary>
    public static async Task SettleAsync(NpgsqlDataSource database, TextWriter progress, CancellationToken cancellation)
    {
        await ExecuteAsync(database, Dues, cancellation);
        await progress.WriteLineAsync("gathering words");
        await Eventually.TrueAsync("the words of all cases are gathered", async () =>
        {
            await using var left = database.CreateCommand("select not exists (select from words_wanted)");
            return (bool)(await left.ExecuteScalarAsync(cancellation))!;
        }, Longest, cancellation);
        await ExecuteAsync(database, "vacuum analyze", cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 1200;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

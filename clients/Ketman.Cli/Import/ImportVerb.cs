using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ketman.Cli.Commands;
using Ketman.Cli.Connection;

namespace Ketman.Cli.Import;

/// <summary><c>ketman import</c>: many facts at once, from files.</summary>
internal static class ImportVerb
{
    private const int MostTold = 20;

    public static Verb Create()
    {
        var paths = new Argument<string[]>("files")
        {
            Description = "JSON Lines (*.jsonl) or CSV (*.csv) files, or directories of them, e.g. samples/2025-02; see docs/import.md",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var schema = new Option<bool>("--schema") { Description = "print the JSON Schema of a line, e.g. ketman import --schema > line.schema.json" };
        var dryRun = new Option<bool>("--dry-run") { Description = "store nothing; say of every line whether it would fail and why, e.g. ketman import facts.jsonl --dry-run" };
        var errors = new Option<string?>("--errors") { Description = "write the lines that fail, with the reasons, to a file that can be mended and imported, e.g. --errors failed.jsonl", HelpName = "file" };
        var fromStart = new Option<bool>("--from-start") { Description = "do not go on where an interrupted run stopped, e.g. after restoring a database" };
        var patience = new Option<string?>("--retry-for") { Description = "how many seconds in a row to wait for a platform that is away or busy, e.g. 600 (default: 300)", HelpName = "seconds" };
        return new Verb("import",
                "Records facts from files, in batches. Lines that fail do not hold up the others; the same file again changes nothing; an interrupted import goes on where it stopped.",
                "ketman import samples/2025-02", "ketman import facts.jsonl --dry-run", "ketman import payments.csv --errors failed.jsonl")
            .With(paths, dryRun, errors, fromStart, patience, schema)
            .Does(async (session, cancellation) =>
            {
                if (session.Parsed.GetValue(schema))
                {
                    session.Surroundings.Out.Write(ImportSchema.Write());
                    return ExitCode.Ok;
                }

                var wanted = session.Parsed.GetRequiredValue(paths);
                if (wanted.Length == 0)
                    throw new CliException(ExitCode.Usage, "FILE: which files, or which directory? E.g. ketman import samples/2025-02");

                var seconds = 300;
                if (session.Parsed.GetValue(patience) is { } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds))
                    throw new CliException(ExitCode.Usage, "--retry-for: expected a number of seconds such as 600.");

                var files = ImportFile.Find(wanted, session.Surroundings.Directory);
                var options = new Options(
                    session.Parsed.GetValue(dryRun), session.Parsed.GetValue(fromStart), session.Parsed.GetValue(errors), TimeSpan.FromSeconds(seconds));
                return await RunAsync(session, files, options, cancellation);
            });
    }

    private sealed record Options(bool DryRun, bool FromStart, string? Errors, TimeSpan RetryFor);

    private static async Task<ExitCode> RunAsync(Session session, IReadOnlyList<ImportFile> files, Options options, CancellationToken cancellation)
    {
        var errors = options.Errors is null ? null : Path.GetFullPath(options.Errors, session.Surroundings.Directory);
        using var report = new ImportReport(errors);
        var progress = new ImportProgress(session.Surroundings, session.Json, options.DryRun ? "dry run" : "import");
        var sender = new BatchSender(session.Platform, new Patience(options.RetryFor, true), session.Surroundings.Time, options.DryRun);
        var ended = false;
        try
        {
            if (options.DryRun)
                await new DryRun(sender, report, progress).RunAsync(files, cancellation);
            else
                await new Importer(session.Surroundings, sender, session.Platform.Url, report, progress, session.Screen).RunAsync(files, options.FromStart, cancellation);
            ended = true;
        }
        finally
        {
            progress.Clear();
            if (!ended)
            {
                report.Tell(session.Screen, options.Errors, MostTold);
                session.Screen.Remark($"Stopped after {report.Lines:N0} lines ({report.Recorded:N0} recorded).{(options.DryRun ? "" : " Run the same command again: it goes on there, and nothing is recorded twice.")}");
            }
        }

        if (session.Json)
            session.Screen.Raw(Summary(files, report, options.DryRun, progress.Elapsed));
        else
            Tell(session, report, options, progress.Elapsed);
        return report.Failed > 0 ? ExitCode.PartlyFailed : ExitCode.Ok;
    }

    private static void Tell(Session session, ImportReport report, Options options, TimeSpan elapsed)
    {
        report.Tell(session.Screen, options.Errors, MostTold);
        var seconds = elapsed.TotalSeconds;
        session.Screen.Line(options.DryRun
            ? $"Dry run of {report.Lines:N0} lines: {report.Recorded:N0} would be recorded, {report.Unchanged:N0} say nothing new, {report.Failed:N0} would fail. Nothing was stored."
            : $"{report.Lines:N0} lines: {report.Recorded:N0} recorded, {report.Unchanged:N0} unchanged, {report.Failed:N0} failed, in {seconds.ToString("0.0", CultureInfo.InvariantCulture)} s.");
    }

    private static byte[] Summary(IReadOnlyList<ImportFile> files, ImportReport report, bool dryRun, TimeSpan elapsed)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteBoolean("dryRun", dryRun);
            json.WriteStartArray("files");
            foreach (var file in files)
                json.WriteStringValue(file.Name);
            json.WriteEndArray();
            json.WriteNumber("lines", report.Lines);
            json.WriteNumber("recorded", report.Recorded);
            json.WriteNumber("unchanged", report.Unchanged);
            json.WriteNumber("failed", report.Failed);
            json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
            json.WriteStartArray("failures");
            foreach (var failure in report.Failures)
            {
                json.WriteStartObject();
                json.WriteString("file", failure.File);
                json.WriteNumber("line", failure.Line);
                if (failure.Field is not null)
                    json.WriteString("field", failure.Field);
                json.WriteString("reason", failure.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n");
    }
}

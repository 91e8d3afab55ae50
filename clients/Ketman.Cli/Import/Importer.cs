using Ketman.Cli.Output;
using Ketman.Vocabulary;

namespace Ketman.Cli.Import;

/// <summary>
/// Records the lines of files, window by window: of each window first what Intake takes, then what Disclosures takes, so that
/// a case may refer to the company of a line above it. A window that is settled is noted, and an interrupted import goes on
/// after the last one.
/// </summary>
internal sealed class Importer(Surroundings surroundings, BatchSender sender, Uri server, ImportReport report, ImportProgress progress, Screen screen)
{
    private const int WindowLines = 2 * BatchSender.MostItems;
    private const int WindowBytes = 4 * BatchSender.MostBytes;

    private sealed record Window(IReadOnlyList<ImportLine> Lines, bool Last);

    public async Task RunAsync(IReadOnlyList<ImportFile> files, bool fromStart, CancellationToken cancellation)
    {
        var total = Math.Max(1, files.Sum(file => file.Length));
        var before = 0L;
        for (var index = 0; index < files.Count; index++)
        {
            await ImportAsync(files[index], index, fromStart, done => progress.Show((double)(before + done) / total, report), cancellation);
            before += files[index].Length;
        }
    }

    private async Task ImportAsync(ImportFile file, int fileIndex, bool fromStart, Action<long> show, CancellationToken cancellation)
    {
        var state = ImportState.For(surroundings, server, await file.DigestAsync(cancellation));
        if (fromStart)
            state.Forget();
        var resumed = state.Load();
        if (resumed is null)
            state.Forget();
        else
            Resume(file, fileIndex, state, resumed);

        var (recorded, unchanged) = (report.Recorded - (resumed?.Recorded ?? 0), report.Unchanged - (resumed?.Unchanged ?? 0));
        await using var reader = await LineReader.OpenAsync(file, resumed?.Offset ?? 0, resumed?.Line ?? 1, cancellation);

        // The next window is read while this one is on its way.
        var next = Task.Run(() => ReadWindowAsync(reader, cancellation), cancellation);
        while (true)
        {
            var window = await next;
            next = window.Last ? next : Task.Run(() => ReadWindowAsync(reader, cancellation), cancellation);
            try
            {
                var failures = await SettleAsync(file, fileIndex, window, cancellation);
                if (window.Last)
                    break;

                var last = window.Lines[^1];
                state.Save(new Checkpoint(last.Next, last.NextNumber, report.Recorded - recorded, report.Unchanged - unchanged), failures);
                show(last.Next);
            }
            catch
            {
                // Whatever ended this, the reader must be done before the file is closed.
                await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                throw;
            }
        }

        state.Forget();
        show(file.Length);
    }

    private void Resume(ImportFile file, int fileIndex, ImportState state, Checkpoint from)
    {
        report.Resume(from.Recorded, from.Unchanged);
        foreach (var failure in state.LoadFailures())
            report.Fail(fileIndex, FailureIn(failure, file), failure);
        screen.Remark($"{file.Name}: going on at line {from.Line:N0}, where an earlier run was interrupted (--from-start begins anew).");
    }

    private async Task<List<byte[]>> SettleAsync(ImportFile file, int fileIndex, Window window, CancellationToken cancellation)
    {
        var flaws = new LineFlaw?[window.Lines.Count];
        foreach (var service in new[] { Service.Intake, Service.Disclosures })
        {
            var places = Enumerable.Range(0, window.Lines.Count).Where(at => window.Lines[at].Item?.Type.Service == service).ToList();
            if (places.Count == 0)
                continue;

            var results = await sender.SendAsync(service, [.. places.Select(at => window.Lines[at].Item!)], Assumptions.None, cancellation);
            foreach (var (at, result) in places.Zip(results))
            {
                flaws[at] = result.Flaw;
                if (result.Flaw is null)
                    report.Count(result.Changed);
            }
        }

        var failures = new List<byte[]>();
        foreach (var (line, flaw) in window.Lines.Zip(flaws, (line, flaw) => (line, line.Flaw ?? flaw)).Where(pair => pair.Item2 is not null))
        {
            var error = line.WithError(file.Name, flaw!);
            failures.Add(error);
            report.Fail(fileIndex, new FailedLine(file.Name, line.Number, flaw!.Field, flaw.Reason), error);
        }

        return failures;
    }

    private static async Task<Window> ReadWindowAsync(LineReader reader, CancellationToken cancellation)
    {
        var lines = new List<ImportLine>(WindowLines);
        for (var bytes = 0; lines.Count < WindowLines && bytes < WindowBytes;)
        {
            if (await reader.NextAsync(cancellation) is not { } line)
                return new Window(lines, true);
            lines.Add(line);
            bytes += line.Source.Length;
        }

        return new Window(lines, false);
    }

    private static FailedLine FailureIn(byte[] errorLine, ImportFile file)
    {
        using var document = System.Text.Json.JsonDocument.Parse(errorLine);
        var error = document.RootElement.At(ImportLine.ErrorMember) ?? default;
        return new FailedLine(file.Name, long.TryParse(error.Text("line"), out var number) ? number : 0, error.Text("field"), error.Text("reason") ?? "failed");
    }
}

using System.Text;
using Ketman.Vocabulary;
using Microsoft.Win32.SafeHandles;

namespace Ketman.Cli.Import;

/// <summary>
/// Asks the platform what would come of every line, without storing anything. What a line may do depends on the lines before it
/// that concern the same thing, so those must be asked about together: a first reading notes for each line where it is and
/// what it concerns (some 50 bytes a line), a second one asks thing by thing. What other lines would make known is assumed,
/// after it was asked whether they would succeed.
/// </summary>
internal sealed class DryRun(BatchSender sender, ImportReport report, ImportProgress progress)
{
    // The API's limit for one batch. A longer history is asked about in pieces, each with what it stands on.
    private const int MostOfOneStream = 1000;
    private const int MostOfGround = 400;

    private readonly List<Entry> _entries = [];
    private readonly Dictionary<ulong, int> _created = [];
    private readonly HashSet<ulong> _referred = [];
    private readonly HashSet<ulong> _wouldExist = [];

    // Where a line is, and what it concerns. Rank: companies before accounts, their assessments, leads and disclosures, what is referred to before
    // what refers. Stream: a hash of what it concerns; two things with one hash are merely asked about together.
    private readonly record struct Entry(byte Rank, bool Creates, short File, int Length, int Order, ulong Stream, long Offset, long Line);

    public async Task RunAsync(IReadOnlyList<ImportFile> files, CancellationToken cancellation)
    {
        var headers = new CsvHeader?[files.Count];
        for (var index = 0; index < files.Count; index++)
            headers[index] = await IndexAsync(files[index], index, cancellation);

        var handles = files.Select(file => File.OpenHandle(file.Path, options: FileOptions.RandomAccess)).ToArray();
        try
        {
            ImportLine Reread(Entry entry) => Read(handles[entry.File], headers[entry.File], entry);
            await AskWhatWouldExistAsync(Reread, cancellation);
            await AskAllAsync(files, Reread, cancellation);
        }
        finally
        {
            foreach (var handle in handles)
                handle.Dispose();
        }
    }

    private async Task<CsvHeader?> IndexAsync(ImportFile file, int index, CancellationToken cancellation)
    {
        await using var reader = await LineReader.OpenAsync(file, 0, 1, cancellation);
        while (await reader.NextAsync(cancellation) is { } line)
        {
            if (line.Item is not { } item)
            {
                report.Fail(index, new FailedLine(file.Name, line.Number, line.Flaw!.Field, line.Flaw.Reason), line.WithError(file.Name, line.Flaw));
                continue;
            }

            // A thing whose handle the platform draws is a stream of its own.
            var order = _entries.Count;
            var stream = item.Stream is { } named ? Hash(named) : Hash($"{file.Path}:{line.Number}");
            _entries.Add(new Entry(RankOf(item.Type), item.Type.Creates, (short)index, (int)(line.Next - line.Offset), order, stream, line.Offset, line.Number));
            if (item.Creates is not null)
                _created.TryAdd(stream, order);
            foreach (var (to, text) in item.References)
            {
                if (KindOf(to) is { } kind)
                    _referred.Add(Hash($"{kind}:{text.ToLowerInvariant()}"));
            }
        }

        return reader.Header;
    }

    /// <summary>Only a line that would succeed makes something known to the others.</summary>
    private async Task AskWhatWouldExistAsync(Func<Entry, ImportLine> reread, CancellationToken cancellation)
    {
        var grounds = _entries.Where(entry => entry.Creates && _referred.Contains(entry.Stream)).OrderBy(entry => entry.Rank).ThenBy(entry => entry.Order);
        foreach (var rank in grounds.GroupBy(entry => entry.Rank))
        {
            foreach (var entries in rank.Chunk(BatchSender.MostItems))
            {
                var items = entries.Select(entry => reread(entry).Item!).ToList();
                var results = await sender.SendAsync(items[0].Type.Service, items, AssumptionsOf(entries, items), cancellation);
                foreach (var (entry, result) in entries.Zip(results).Where(pair => pair.Second.Flaw is null))
                    _wouldExist.Add(entry.Stream);
            }
        }
    }

    private async Task AskAllAsync(IReadOnlyList<ImportFile> files, Func<Entry, ImportLine> reread, CancellationToken cancellation)
    {
        _entries.Sort((a, b) => (a.Rank, a.Stream, a.Order).CompareTo((b.Rank, b.Stream, b.Order)));
        var asked = 0;
        for (var from = 0; from < _entries.Count;)
        {
            var to = EndOfStream(from);
            if (to - from > MostOfOneStream)
            {
                await AskInPiecesAsync(files, _entries[from..to], reread, cancellation);
            }
            else
            {
                // As many whole streams of one service as fit.
                while (to < _entries.Count && ServiceOf(_entries[to]) == ServiceOf(_entries[from]) && EndOfStream(to) - from <= BatchSender.MostItems)
                    to = EndOfStream(to);
                await AskAsync(files, [], _entries[from..to], reread, cancellation);
            }

            asked += to - from;
            from = to;
            progress.Show((double)asked / _entries.Count, report);
        }
    }

    private async Task AskInPiecesAsync(IReadOnlyList<ImportFile> files, List<Entry> stream, Func<Entry, ImportLine> reread, CancellationToken cancellation)
    {
        var byKey = new Dictionary<string, Entry>();
        var opening = stream.Where(entry => entry.Creates).Take(1).ToList();
        foreach (var piece in stream.Chunk(MostOfOneStream - MostOfGround))
        {
            var named = piece.SelectMany(entry => reread(entry).Item!.References).Where(reference => reference.To is Refers.ToFact).Select(reference => reference.Text);
            var ground = opening.Concat(named.Distinct().Where(byKey.ContainsKey).Select(key => byKey[key]))
                .Distinct().Except(piece).OrderBy(entry => entry.Order).Take(MostOfGround).ToList();
            await AskAsync(files, ground, [.. piece], reread, cancellation);
            foreach (var entry in piece)
            {
                if (reread(entry).Item is { OwnKey: true } item)
                    byKey.TryAdd(item.Key, entry);
            }
        }
    }

    private async Task AskAsync(
        IReadOnlyList<ImportFile> files, List<Entry> ground, List<Entry> entries, Func<Entry, ImportLine> reread, CancellationToken cancellation)
    {
        var lines = entries.Select(reread).ToList();
        var items = ground.Select(entry => reread(entry).Item!).Concat(lines.Select(line => line.Item!)).ToList();
        var results = await sender.SendBatchAsync(items[0].Type.Service, items, AssumptionsOf([.. ground, .. entries], items), cancellation);
        for (var index = 0; index < entries.Count; index++)
        {
            var result = results[ground.Count + index];
            if (result.Flaw is not { } flaw)
            {
                report.Count(result.Changed);
                continue;
            }

            var (entry, line) = (entries[index], lines[index]);
            flaw = result.Status == 404 ? Explain(flaw, entry, line.Item!) : flaw;
            var file = files[entry.File];
            report.Fail(entry.File, new FailedLine(file.Name, entry.Line, flaw.Field, flaw.Reason), line.WithError(file.Name, flaw));
        }
    }

    private Assumptions AssumptionsOf(IReadOnlyList<Entry> entries, List<ImportItem> items)
    {
        var assumed = new Dictionary<Refers, HashSet<string>>();
        foreach (var (entry, item) in entries.Zip(items))
        {
            foreach (var (to, text) in item.References)
            {
                if (KindOf(to) is { } kind && Hash($"{kind}:{text.ToLowerInvariant()}") is var hash
                    && _wouldExist.Contains(hash) && _created[hash] < entry.Order)
                {
                    (assumed.TryGetValue(to, out var texts) ? texts : assumed[to] = []).Add(text);
                }
            }
        }

        return new Assumptions(Of(Refers.ToCompany), Of(Refers.ToAccount), Of(Refers.ToLead), Of(Refers.ToDisclosure));

        IReadOnlyCollection<string> Of(Refers to) => assumed.TryGetValue(to, out var texts) ? texts : [];
    }

    /// <summary>What is not there, but stands elsewhere in the files, deserves to be said.</summary>
    private LineFlaw Explain(LineFlaw flaw, Entry entry, ImportItem item)
    {
        var named = item.References.Where(reference => KindOf(reference.To) is not null)
            .Select(reference => Hash($"{KindOf(reference.To)}:{reference.Text.ToLowerInvariant()}"))
            .Append(entry.Stream);
        foreach (var hash in named.Where(_created.ContainsKey))
        {
            if (_created[hash] > entry.Order)
                return flaw with { Reason = flaw.Reason + " (a line further down makes it known; it must stand above)" };
            if (_referred.Contains(hash) && !_wouldExist.Contains(hash))
                return flaw with { Reason = flaw.Reason + " (the line that makes it known would fail)" };
        }

        return flaw;
    }

    private int EndOfStream(int from)
    {
        var to = from + 1;
        while (to < _entries.Count && _entries[to].Stream == _entries[from].Stream && _entries[to].Rank == _entries[from].Rank)
            to++;
        return to;
    }

    private static ImportLine Read(SafeFileHandle handle, CsvHeader? header, Entry entry)
    {
        var bytes = new byte[entry.Length];
        var read = RandomAccess.Read(handle, bytes, entry.Offset);
        var content = bytes.AsMemory(0, read);
        while (content.Length > 0 && content.Span[^1] is (byte)'\n' or (byte)'\r')
            content = content[..^1];
        return ImportLine.Read(new RawRecord(entry.Line, entry.Line, entry.Offset, entry.Offset + entry.Length, content, null), header);
    }

    private static Service ServiceOf(Entry entry) => entry.Rank < 4 ? Service.Intake : Service.Disclosures;

    private static byte RankOf(LineType type) => type.Aggregate switch { "company" => 0, "account" => 1, "assessment" => 2, "lead" => 3, _ => 4 };

    private static string? KindOf(Refers to) => to switch
    {
        Refers.ToCompany => "company",
        Refers.ToAccount => "account",
        Refers.ToLead => "lead",
        Refers.ToDisclosure => "disclosure",
        _ => null,
    };

    // FNV-1a.
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ value) * 1099511628211UL;
        return hash;
    }
}

using System.Security.Cryptography;

namespace Ketman.Cli.Import;

/// <summary>A file to import.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">As it was named on the command line, or below the directory that was.</param>
internal sealed record ImportFile(string Path, string Name)
{
    private const int ReadAhead = 128 * 1024;

    public bool IsCsv => Path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    public long Length => new FileInfo(Path).Length;

    /// <summary>The files that are meant: a directory stands for its <c>*.jsonl</c> and <c>*.csv</c> files in the order of their names.</summary>
    /// <exception cref="CliException">There is no such file, or nothing to import in the directory.</exception>
    public static IReadOnlyList<ImportFile> Find(IEnumerable<string> paths, string directory)
    {
        var found = new List<ImportFile>();
        foreach (var path in paths)
        {
            var full = System.IO.Path.GetFullPath(path, directory);
            if (Directory.Exists(full))
            {
                var inside = Directory.EnumerateFiles(full)
                    .Where(file => file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
                    .Order(StringComparer.Ordinal)
                    .Select(file => new ImportFile(file, System.IO.Path.Combine(path, System.IO.Path.GetFileName(file))))
                    .ToList();
                found.AddRange(inside.Count > 0 ? inside : throw new CliException(ExitCode.Usage, $"{path} holds no *.jsonl and no *.csv file."));
            }
            else if (File.Exists(full))
            {
                found.Add(new ImportFile(full, path));
            }
            else
            {
                throw new CliException(ExitCode.Usage, $"There is no file or directory {path}.");
            }
        }

        return found;
    }

    /// <exception cref="CliException">The file may not be read.</exception>
    public FileStream Open(FileOptions options = FileOptions.SequentialScan | FileOptions.Asynchronous)
    {
        try
        {
            return new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, ReadAhead, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{Name} cannot be read.");
        }
    }

    /// <summary>What the file says, in a word: the same content is the same import, wherever it lies.</summary>
    public async Task<byte[]> DigestAsync(CancellationToken cancellation)
    {
        await using var stream = Open();
        return await SHA256.HashDataAsync(stream, cancellation);
    }
}

/// <summary>Reads a file line by line; empty lines are passed over.</summary>
internal sealed class LineReader : IAsyncDisposable
{
    private readonly FileStream _stream;
    private readonly RecordReader _records;

    private LineReader(FileStream stream, RecordReader records, CsvHeader? header)
    {
        _stream = stream;
        _records = records;
        Header = header;
    }

    /// <summary>The columns of a CSV file, else null.</summary>
    public CsvHeader? Header { get; }

    /// <param name="file">The file.</param>
    /// <param name="offset">Where to begin, 0 for the top.</param>
    /// <param name="line">The number of the line there.</param>
    /// <param name="cancellation">Stops reading.</param>
    public static async Task<LineReader> OpenAsync(ImportFile file, long offset, long line, CancellationToken cancellation)
    {
        var stream = file.Open();
        var records = new RecordReader(stream, file.IsCsv);
        CsvHeader? header = null;
        if (file.IsCsv)
        {
            header = await records.NextAsync(cancellation) is { } first
                ? CsvHeader.Read(first)
                : throw new CliException(ExitCode.Usage, $"{file.Name} is empty: its first line must name the columns.");
        }

        if (offset > 0)
        {
            stream.Position = offset;
            records = new RecordReader(stream, file.IsCsv, offset, line);
        }

        return new LineReader(stream, records, header);
    }

    public async ValueTask<ImportLine?> NextAsync(CancellationToken cancellation)
    {
        while (await _records.NextAsync(cancellation) is { } record)
        {
            if (record.Flaw is not null || !IsBlank(record.Bytes.Span))
                return ImportLine.Read(record, Header);
        }

        return null;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.Trim(" \t\r"u8).IsEmpty;
}

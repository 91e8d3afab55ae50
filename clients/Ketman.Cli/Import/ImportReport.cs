using Ketman.Cli.Output;

namespace Ketman.Cli.Import;

/// <summary>A line that failed, as it is told.</summary>
internal sealed record FailedLine(string File, long Line, string? Field, string Reason)
{
    public override string ToString() => $"{File}:{Line}: {(Field is null ? "" : Field + ": ")}{Reason}";
}

/// <summary>Counts what came of the lines, and keeps what is to be told of those that failed; bounded, however many fail.</summary>
internal sealed class ImportReport : IDisposable
{
    /// <summary>How many failed lines are kept to be told; an errors file holds all.</summary>
    public const int MostKept = 1000;

    private readonly SortedSet<(int File, long Line)> _order = [];
    private readonly Dictionary<(int File, long Line), FailedLine> _failures = [];
    private readonly FileStream? _errors;

    /// <param name="errorsPath">Where failed lines are written, or null.</param>
    /// <exception cref="CliException">The file cannot be written.</exception>
    public ImportReport(string? errorsPath)
    {
        try
        {
            _errors = errorsPath is null ? null : new FileStream(errorsPath, FileMode.Create, FileAccess.Write, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"--errors: {errorsPath} cannot be written.");
        }
    }

    public long Lines => Recorded + Unchanged + Failed;

    public long Recorded { get; private set; }

    public long Unchanged { get; private set; }

    public long Failed { get; private set; }

    /// <summary>The failures that are kept, in the order of the files' lines.</summary>
    public IEnumerable<FailedLine> Failures => _order.Select(at => _failures[at]);

    public void Count(bool changed)
    {
        if (changed)
            Recorded++;
        else
            Unchanged++;
    }

    /// <summary>Lines that an earlier, interrupted run had settled.</summary>
    public void Resume(long recorded, long unchanged)
    {
        Recorded += recorded;
        Unchanged += unchanged;
    }

    /// <param name="fileIndex">The place of the file among those imported.</param>
    /// <param name="failure">What is told.</param>
    /// <param name="errorLine">What goes to the errors file.</param>
    public void Fail(int fileIndex, FailedLine failure, ReadOnlySpan<byte> errorLine)
    {
        Failed++;
        _errors?.Write(errorLine);
        _errors?.Write("\n"u8);

        // The first lines of the files are the ones kept, in whatever order they were found.
        var at = (fileIndex, failure.Line);
        if (_order.Count >= MostKept && _order.Max.CompareTo(at) < 0)
            return;
        if (_order.Add(at))
            _failures[at] = failure;
        if (_order.Count > MostKept)
        {
            var last = _order.Max;
            _order.Remove(last);
            _failures.Remove(last);
        }
    }

    public void Tell(Screen screen, string? errorsPath, int most)
    {
        foreach (var failure in Failures.Take(most))
            screen.Remark(failure.ToString());
        if (Failed > most)
            screen.Remark($"... and {Failed - most:N0} more{(errorsPath is null ? "; --errors FILE keeps them all" : $" in {errorsPath}")}");
    }

    public void Dispose() => _errors?.Dispose();
}

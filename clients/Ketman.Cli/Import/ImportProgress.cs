namespace Ketman.Cli.Import;

/// <summary>Says on standard error how far an import has come: a bar that stays in its line on a terminal, a line now and then elsewhere.</summary>
internal sealed class ImportProgress(Surroundings surroundings, bool quiet, string doing)
{
    private const int BarWidth = 24;
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);

    private readonly long _started = surroundings.Time.GetTimestamp();
    private long _shown = surroundings.Time.GetTimestamp();
    private bool _drawn;

    public TimeSpan Elapsed => surroundings.Time.GetElapsedTime(_started);

    /// <param name="done">Share of the whole, 0 to 1.</param>
    /// <param name="report">The counts so far.</param>
    public void Show(double done, ImportReport report)
    {
        if (quiet || surroundings.Time.GetElapsedTime(_shown) < (surroundings.ErrorIsTerminal ? OnTerminal : Elsewhere))
            return;

        _shown = surroundings.Time.GetTimestamp();
        var rate = Elapsed > TimeSpan.Zero ? report.Lines / Elapsed.TotalSeconds : 0;
        var counts = $"{report.Lines:N0} lines, {report.Recorded:N0} recorded, {report.Unchanged:N0} unchanged, {report.Failed:N0} failed, {rate:N0}/s";
        if (!surroundings.ErrorIsTerminal)
        {
            surroundings.Error.WriteLine($"{doing}: {done:P0}, {counts}");
            return;
        }

        var filled = (int)(Math.Clamp(done, 0, 1) * BarWidth);
        var line = $"{doing} [{new string('=', filled)}{new string(' ', BarWidth - filled)}] {done,4:P0}  {counts}";
        surroundings.Error.Write($"\r{(line.Length < surroundings.Width ? line.PadRight(surroundings.Width - 1) : line[..(surroundings.Width - 1)])}");
        _drawn = true;
    }

    /// <summary>Takes the bar away, so that what follows begins a line.</summary>
    public void Clear()
    {
        if (_drawn)
            surroundings.Error.Write($"\r{new string(' ', surroundings.Width - 1)}\r");
        _drawn = false;
    }
}

using System.CommandLine;
using Ketman.Calendars;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace Ketman.Cli.Commands;

/// <summary>
/// A due time worked out from a calendar's file, with no platform and no key: whoever is told a deadline can recompute it on their
/// own machine.
/// </summary>
internal sealed class OfflineClock
{
    private const string InstantWanted = "an instant with its offset, e.g. 2015-09-21T14:00:00Z or 2015-09-21T16:00:00+02:00";

    private static readonly OffsetDateTimePattern[] s_instants =
    [
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss;FFFFFFFFFo<Z+HH:mm>"),
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mmo<Z+HH:mm>"),
    ];

    private readonly Option<string?> _calendar = new("--calendar")
    {
        Description = "a file with the calendar, e.g. --calendar berlin.json with {\"zone\": \"Europe/Berlin\", \"hours\": {\"mon\": [\"09:00-17:00\"]}, \"holidays\": []}; \"hours\": \"24x7\" never closes",
        HelpName = "file",
    };

    private readonly Option<string?> _start = new("--start") { Description = "when the clock starts, e.g. 2015-09-21T14:00:00Z", HelpName = "instant" };

    private readonly Option<string?> _budget = new("--budget") { Description = "how much time is counted until it is due, e.g. PT2H, or P1D for 24 counted hours", HelpName = "duration" };

    private readonly Option<string[]> _pause = new("--pause")
    {
        Description = "when nothing counts, e.g. 2015-09-22T09:00:00Z/2015-09-22T12:00:00Z, FROM/PT3H, or FROM/ without an end; may be given several times",
        HelpName = "from/to",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _zone = new("--zone") { Description = "your zone, in which times are shown as well, e.g. Asia/Kathmandu (default: this machine's)", HelpName = "zone" };

    public Option[] Options => [_calendar, _start, _budget, _pause, _zone];

    public async Task<ExitCode> ExplainAsync(Session session, CancellationToken cancellation)
    {
        var parsed = session.Parsed;
        var path = parsed.GetValue(_calendar) ?? throw Missing("--calendar", "a file such as berlin.json");
        var start = InstantOf("--start", parsed.GetValue(_start) ?? throw Missing("--start", InstantWanted));
        var budget = DurationOf("--budget", parsed.GetValue(_budget) ?? throw Missing("--budget", "a duration such as PT2H"));
        var pauses = (parsed.GetValue(_pause) ?? []).Select(PauseOf).ToList();
        var reader = ReaderOf(session, parsed.GetValue(_zone));

        if (!BusinessCalendar.TryParse(await ReadAsync(session, path, cancellation), out var calendar, out var errors))
        {
            session.Screen.Remark($"ketman: --calendar: {path} is no calendar:");
            foreach (var error in errors)
                session.Screen.Remark($"  {error}");
            return ExitCode.Usage;
        }

        var explanation = calendar.Explain(start, budget, pauses);
        if (session.Json)
            session.Screen.Raw(ExplanationView.ToJson(explanation));
        else
            ExplanationView.Show(session, explanation, reader);
        return ExitCode.Ok;
    }

    /// <summary>The zone of the reader, by its name.</summary>
    public string Reader(Session session) => ReaderOf(session, session.Parsed.GetValue(_zone)).Id;

    /// <summary>Of a case, the platform knows all of it.</summary>
    public void MustBeLeftOut(Session session)
    {
        foreach (var option in Options)
        {
            if (option != _zone && session.Parsed.GetResult(option) is { Implicit: false })
                throw new CliException(ExitCode.Usage, $"{option.Name} explains a due time offline; leave it out, or the disclosure.");
        }
    }

    private static async Task<string> ReadAsync(Session session, string path, CancellationToken cancellation)
    {
        const long Largest = 1 << 20;
        var file = new FileInfo(Path.Combine(session.Surroundings.Directory, path));
        try
        {
            return file.Length <= Largest
                ? await File.ReadAllTextAsync(file.FullName, cancellation)
                : throw new CliException(ExitCode.Usage, $"--calendar: {path} is larger than any calendar.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"--calendar: there is no file {path}, or it cannot be read.");
        }
    }

    private static Pause PauseOf(string text)
    {
        if (text.Split('/') is not [var from, var to] || (from.Length == 0 && to.Length == 0))
            throw new CliException(ExitCode.Usage, $"--pause {text}: expected FROM/TO, FROM/ or FROM/DURATION, e.g. 2015-09-22T09:00:00Z/2015-09-22T12:00:00Z or 2015-09-22T09:00:00Z/PT3H.");

        Instant? begin = from.Length == 0 ? null : InstantOf("--pause", from);
        Instant? end = to.Length == 0 ? null
            : to[0] is 'P' && begin is { } at ? at + DurationOf("--pause", to)
            : InstantOf("--pause", to);
        return end < begin
            ? throw new CliException(ExitCode.Usage, $"--pause {text}: ends before it begins; write the earlier instant first.")
            : new Pause(new Interval(begin, end), text);
    }

    private static Instant InstantOf(string option, string text)
    {
        foreach (var pattern in s_instants)
        {
            if (pattern.Parse(text) is { Success: true, Value: var read })
                return read.ToInstant();
        }

        throw new CliException(ExitCode.Usage, $"{option} {text}: expected {InstantWanted}.");
    }

    private static Duration DurationOf(string option, string text) => IsoDuration.TryParse(text, out var duration, out var error)
        ? duration
        : throw new CliException(ExitCode.Usage, $"{option} {text}: {error}");

    private static DateTimeZone ReaderOf(Session session, string? name)
    {
        if (name is null)
            return DateTimeZoneProviders.Tzdb.GetZoneOrNull(session.Surroundings.Zone.Id) ?? BclDateTimeZone.FromTimeZoneInfo(session.Surroundings.Zone);
        return DateTimeZoneProviders.Tzdb.Ids.Contains(name)
            ? DateTimeZoneProviders.Tzdb[name]
            : throw new CliException(ExitCode.Usage, $"--zone {name}: expected the name of a time zone, e.g. Europe/Berlin.");
    }

    private static CliException Missing(string option, string wanted) =>
        new(ExitCode.Usage, $"{option} is missing: give {wanted}.");
}

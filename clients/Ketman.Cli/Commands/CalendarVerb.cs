using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ketman.Calendars;
using NodaTime.Text;

namespace Ketman.Cli.Commands;

/// <summary>What helps to write a calendar's document; offline.</summary>
internal static class CalendarVerb
{
    private const long LargestFile = 16 << 20;
    private const int MostYears = 50;

    public static Verb Create() => new Verb("calendar", "Helps to write the calendars by which deadlines are counted.").With(Import());

    private static Verb Import()
    {
        var file = new Argument<string>("file") { Description = "an iCalendar file of holidays, e.g. germany.ics", HelpName = "FILE" };
        var years = new Option<string>("--years") { Description = "the years to take dates from, e.g. 2025-2027, or 2025", HelpName = "from-to", Required = true };
        return new Verb("import", $"Reads the holidays of an iCalendar file; exit status {(int)ExitCode.PartlyFailed} when something in it was not understood.",
                "ketman calendar import germany.ics --years 2025-2027", "ketman calendar import germany.ics --years 2025 --json | jq .holidays")
            .With(file, years)
            .Does((session, cancellation) => ImportAsync(session, session.Parsed.GetRequiredValue(file), session.Parsed.GetRequiredValue(years), cancellation));
    }

    private static async Task<ExitCode> ImportAsync(Session session, string path, string years, CancellationToken cancellation)
    {
        var (first, last) = YearsOf(years);
        var read = ICalendarHolidays.Read(await ReadAsync(session, path, cancellation), first, last);
        if (session.Json)
        {
            session.Screen.Raw(ToJson(read));
        }
        else
        {
            session.Screen.Table(
                [new("Date"), new("Day"), new("Name")],
                [.. read.Holidays.Select(holiday => (string?[])[LocalDatePattern.Iso.Format(holiday.Date), holiday.Date.ToString("ddd", CultureInfo.InvariantCulture), holiday.Name])],
                $"There are no holidays in {years}.");
        }

        foreach (var problem in read.Problems)
            session.Screen.Remark($"ketman: {path}, line {problem.Line}: {problem.Message}");
        return read.Problems.Count == 0 ? ExitCode.Ok : ExitCode.PartlyFailed;
    }

    private static (int First, int Last) YearsOf(string text)
    {
        var ends = text.Split('-');
        return ends.Length <= 2 && Year(ends[0]) is { } first && Year(ends[^1]) is { } last && first <= last && last - first < MostYears
            ? (first, last)
            : throw new CliException(ExitCode.Usage, $"--years {text}: expected at most {MostYears} years from {BusinessCalendar.FirstYear} to {BusinessCalendar.LastYear}, e.g. 2025-2027 or 2025.");
    }

    private static int? Year(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= BusinessCalendar.FirstYear and <= BusinessCalendar.LastYear ? year : null;

    private static async Task<string> ReadAsync(Session session, string path, CancellationToken cancellation)
    {
        var file = new FileInfo(Path.Combine(session.Surroundings.Directory, path));
        try
        {
            return file.Length <= LargestFile
                ? await File.ReadAllTextAsync(file.FullName, cancellation)
                : throw new CliException(ExitCode.Usage, $"{path}: larger than any calendar of holidays.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{path}: there is no such file, or it cannot be read.");
        }
    }

    // The first member can be copied into a calendar's document as it is.
    private static byte[] ToJson(ICalendarHolidays read)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("holidays");
            foreach (var holiday in read.Holidays)
                writer.WriteStringValue(LocalDatePattern.Iso.Format(holiday.Date));
            writer.WriteEndArray();
            writer.WriteStartArray("problems");
            foreach (var problem in read.Problems)
            {
                writer.WriteStartObject();
                writer.WriteNumber("line", problem.Line);
                writer.WriteString("message", problem.Message);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

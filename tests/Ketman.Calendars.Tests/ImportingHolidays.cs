using NodaTime.Text;

namespace Ketman.Calendars.Tests;

public sealed class ImportingHolidays
{
    [Fact]
    public void whole_days_are_taken_with_their_names()
    {
        var read = Read(
            "BEGIN:VEVENT", "UID:1", "DTSTAMP:20240101T000000Z", "DTSTART;VALUE=DATE:20250101", "DTEND;VALUE=DATE:20250102", "SUMMARY:New Year's Day", "END:VEVENT",
            "BEGIN:VEVENT", "UID:2", "DTSTART:20251003", @"SUMMARY;LANGUAGE=de:Tag der Deutschen Einheit\, feiertags", "TRANSP:TRANSPARENT", "X-APPLE-UNIVERSAL-ID:1", "END:VEVENT");

        read.Problems.ShouldBeEmpty();
        read.Holidays.Select(holiday => $"{LocalDatePattern.Iso.Format(holiday.Date)} {holiday.Name}")
            .ShouldBe(["2025-01-01 New Year's Day", "2025-10-03 Tag der Deutschen Einheit, feiertags"]);
    }

    [Fact]
    public void several_days_end_before_their_end()
    {
        Dates("DTSTART;VALUE=DATE:20251225", "DTEND;VALUE=DATE:20251227").ShouldBe(["2025-12-25", "2025-12-26"]);
        Dates("DTSTART;VALUE=DATE:20251225", "DURATION:P2D").ShouldBe(["2025-12-25", "2025-12-26"]);
        Dates("DTSTART;VALUE=DATE:20251229", "DURATION:P1W").ShouldBe(["2025-12-29", "2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]);
    }

    [Fact]
    public void only_the_years_asked_for_are_taken_and_what_began_before_them_runs_into_them()
    {
        Dates("DTSTART;VALUE=DATE:20241231", "DTEND;VALUE=DATE:20250102").ShouldBe(["2025-01-01"]);
        Dates("DTSTART;VALUE=DATE:20281231", "DTEND;VALUE=DATE:20290102").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("FREQ=YEARLY", "20200501", "2025-05-01 2026-05-01 2027-05-01")]
    [InlineData("FREQ=YEARLY;INTERVAL=2", "20200501", "2026-05-01")]
    [InlineData("FREQ=YEARLY;COUNT=7", "20200501", "2025-05-01 2026-05-01")]
    [InlineData("FREQ=YEARLY;UNTIL=20260501", "20200501", "2025-05-01 2026-05-01")]
    [InlineData("FREQ=YEARLY;UNTIL=20260430T235959Z", "20200501", "2025-05-01")]
    [InlineData("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1", "20200501", "2025-05-01 2026-05-01 2027-05-01")]
    [InlineData("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25,26;COUNT=13", "20191225", "2025-12-25")]
    [InlineData("FREQ=YEARLY;BYMONTH=12,1;BYMONTHDAY=-1", "20200131", "2025-01-31 2025-12-31 2026-01-31 2026-12-31 2027-01-31 2027-12-31")]
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1;UNTIL=20280301", "20240229", "2025-02-28 2026-02-28 2027-02-28")]
    [InlineData("FREQ=YEARLY;BYMONTHDAY=13;COUNT=3", "20251113", "2025-11-13 2025-12-13 2026-01-13")]
    [InlineData("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "20201126", "2025-11-27 2026-11-26 2027-11-25")]
    [InlineData("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "20200525", "2025-05-26 2026-05-25 2027-05-31")]
    [InlineData("FREQ=YEARLY;BYMONTH=1,2;BYDAY=+3MO", "20200120", "2025-01-20 2025-02-17 2026-01-19 2026-02-16 2027-01-18 2027-02-15")]
    [InlineData("FREQ=YEARLY;BYMONTH=5;BYDAY=5FR", "20200529", "2025-05-30 2026-05-29")]
    [InlineData("freq=yearly;wkst=SU", "16010501", "2025-05-01 2026-05-01 2027-05-01")]
    [InlineData("FREQ=YEARLY", "20300501", "")]
    public void what_comes_every_year_is_taken_every_year(string rule, string start, string dates)
    {
        Dates($"DTSTART;VALUE=DATE:{start}", $"RRULE:{rule}").ShouldBe(dates.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void the_29th_of_february_comes_when_there_is_one()
    {
        var read = ICalendarHolidays.Read(Calendar("BEGIN:VEVENT", "DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY;COUNT=2", "END:VEVENT"), 2024, 2040);

        read.Holidays.Select(holiday => holiday.Date.Year).ShouldBe([2024, 2028]);
    }

    [Fact]
    public void excepted_dates_are_left_out_and_still_counted_and_further_dates_are_added()
    {
        Dates("DTSTART;VALUE=DATE:20250501", "RRULE:FREQ=YEARLY;COUNT=2", "EXDATE;VALUE=DATE:20250501,20300101", "RDATE;VALUE=DATE:20250502", "RDATE;VALUE=DATE:20270503")
            .ShouldBe(["2025-05-02", "2026-05-01", "2027-05-03"]);
    }

    [Fact]
    public void a_cancelled_event_is_none()
    {
        Dates("DTSTART;VALUE=DATE:20250501", "STATUS:CANCELLED").ShouldBeEmpty();
        Dates("DTSTART;VALUE=DATE:20250501", "STATUS:CONFIRMED").ShouldBe(["2025-05-01"]);
    }

    [Fact]
    public void folded_lines_quotes_and_either_end_of_line_are_read()
    {
        var text = "\uFEFFBEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\nDTSTART;VALU\r\n E=DATE:2025\n\t0501\r\nSUMMARY;X-A=\"a:b;c\":Tag der\r\n  Arbeit\r\nBEGIN:VALARM\r\nTRIGGER:-P1D\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR";

        var read = ICalendarHolidays.Read(text, 2025, 2025);

        read.Problems.ShouldBeEmpty();
        read.Holidays.ShouldBe([new ImportedHoliday(new(2025, 5, 1), "Tag der Arbeit")]);
    }

    [Theory]
    [InlineData("DTSTART:20250501T090000Z", "DTSTART is not understood: only whole days are (VALUE=DATE, yyyymmdd)")]
    [InlineData("DTSTART;VALUE=DATE-TIME:20250501", "DTSTART is not understood: only whole days are (VALUE=DATE, yyyymmdd)")]
    [InlineData("DTSTART;VALUE=DATE:20250230", "DTSTART is not understood: only whole days are (VALUE=DATE, yyyymmdd)")]
    [InlineData("DTSTART:20250501|DTEND:20250501", "DTEND is not understood: it is the whole day after the last one (VALUE=DATE, yyyymmdd), so it comes after DTSTART")]
    [InlineData("DTSTART:20250501|DURATION:PT12H", "DURATION is not understood: only whole days (P2D) and weeks (P1W) are")]
    [InlineData("DTSTART:20250501|DURATION:P400D", "A holiday of more than a year is not understood")]
    [InlineData("DTSTART:20250501|DTEND:20250502|DURATION:P1D", null)]
    [InlineData("DTSTART:20250501|RRULE:FREQ=MONTHLY", "FREQ=MONTHLY in RRULE is not understood")]
    [InlineData("DTSTART:20251127|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=TH", "BYDAY=TH in RRULE is not understood")]
    [InlineData("DTSTART:20251127|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=6TH", "BYDAY=6TH in RRULE is not understood")]
    [InlineData("DTSTART:20251127|RRULE:FREQ=YEARLY;BYDAY=48TH", "BYDAY=48TH in RRULE is not understood")]
    [InlineData("DTSTART:20251127|RRULE:FREQ=YEARLY;BYDAY=4TH", "BYDAY in RRULE is understood with BYMONTH alone")]
    [InlineData("DTSTART:20251127|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;BYSETPOS=1", "BYSETPOS=1 in RRULE is not understood")]
    [InlineData("DTSTART:20250501|RRULE:FREQ=YEARLY;BYMONTH=13", "BYMONTH=13 in RRULE is not understood")]
    [InlineData("DTSTART:20250501|RRULE:FREQ=YEARLY;COUNT=0", "COUNT=0 in RRULE is not understood")]
    [InlineData("DTSTART:20250501|RRULE:FREQ=YEARLY;COUNT=2;UNTIL=20300101", "An RRULE has either COUNT or UNTIL")]
    [InlineData("DTSTART:20250501|RRULE:BYMONTH=5", "An RRULE without FREQ=YEARLY is not understood")]
    [InlineData("DTSTART:20250501|RRULE:FREQ=YEARLY;BYMONTH=6", "An RRULE of which DTSTART is no date is not understood")]
    [InlineData("DTSTART:20250501|EXDATE:20250501T000000Z", "EXDATE is not understood: only whole days (yyyymmdd) are")]
    [InlineData("DTSTART:20250501|RDATE;VALUE=PERIOD:20250501/P1D", "RDATE is not understood: only whole days (yyyymmdd) are")]
    [InlineData("DTSTART:20250501|RECURRENCE-ID:20250501", "A change of one repetition (RECURRENCE-ID) is not understood")]
    [InlineData("DTSTART:20250501|EXRULE:FREQ=YEARLY", "EXRULE is not understood")]
    [InlineData("DTSTART:20250501|STATUS:MAYBE", "The status MAYBE is not understood")]
    [InlineData("DTSTART:20250501|DTSTART:20250502", "DTSTART stands twice in the event")]
    public void what_is_not_understood_is_told_with_its_line_and_its_event_left_out(string event_, string? problem)
    {
        var lines = event_.Split('|');
        var read = Read(["BEGIN:VEVENT", .. lines, "END:VEVENT"]);

        read.Holidays.ShouldBeEmpty();
        // The calendar and the event begin before them.
        read.Problems.ShouldHaveSingleItem().ShouldBe(problem is null
            ? new(4 + 1, "An event has either DTEND or DURATION; the event was left out.")
            : new(3 + lines.Length, $"{problem}; the event was left out."));
    }

    [Fact]
    public void the_other_events_are_taken_nevertheless()
    {
        var read = Read("BEGIN:VEVENT", "DTSTART:20250501T090000", "END:VEVENT", "BEGIN:VEVENT", "DTSTART:20250502", "END:VEVENT", "BEGIN:VTODO", "DUE:20250503", "END:VTODO",
            "BEGIN:VEVENT", "SUMMARY:no start", "END:VEVENT", "what is this", "BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "BEGIN:STANDARD", "END:STANDARD", "END:VTIMEZONE");

        read.Holidays.Select(holiday => holiday.Date.Day).ShouldBe([2]);
        read.Problems.Select(problem => $"{problem.Line}: {problem.Message}").ShouldBe(
        [
            "4: DTSTART is not understood: only whole days are (VALUE=DATE, yyyymmdd); the event was left out.",
            "9: VTODO is no event of a holiday and was left out.",
            "12: The event has no DTSTART and was left out.",
            "15: This is no line of an iCalendar file (NAME:value) and was left out.",
        ]);
    }

    [Theory]
    [InlineData("", "1: This is no iCalendar file: it does not begin with BEGIN:VCALENDAR.")]
    [InlineData("<html>", "1: This is no iCalendar file: it does not begin with BEGIN:VCALENDAR.|1: This is no line of an iCalendar file (NAME:value) and was left out.")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20250501", "1: BEGIN:VCALENDAR has no end; what it holds was left out.|2: BEGIN:VEVENT has no end; what it holds was left out.")]
    [InlineData("BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR", "2: END:VEVENT ends nothing that was begun.")]
    [InlineData("BEGIN:VCALENDAR\nCALSCALE:HEBREW\nMETHOD:CANCEL\nFOO:1\nEND:VCALENDAR", "2: The calendar HEBREW is not understood; its dates were read as Gregorian ones.|3: The file cancels events; they were read as if they took place.|4: FOO is not understood and was left out.")]
    public void a_file_that_is_broken_is_told_so(string text, string problems)
    {
        var read = ICalendarHolidays.Read(text, 2025, 2027);

        read.Holidays.ShouldBeEmpty();
        string.Join('|', read.Problems.Select(problem => $"{problem.Line}: {problem.Message}").Order(StringComparer.Ordinal)).ShouldBe(problems);
    }

    [Fact]
    public void no_file_can_keep_anybody_busy()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        string[] busy = [.. Enumerable.Range(0, 9_000).SelectMany(_ => new[] { "BEGIN:VEVENT", "DTSTART:10000131", "DURATION:P366D", "RRULE:FREQ=YEARLY;BYMONTHDAY=31,30,29,28", "END:VEVENT" })];

        var read = ICalendarHolidays.Read(Calendar(busy), 2025, 2025);
        var large = ICalendarHolidays.Read(new string('x', 5_000_000), 2025, 2025);

        read.Problems[0].Message.ShouldBe("The file has more repetitions than anybody has holidays; the rest was left out.");
        read.Problems.Count.ShouldBe(101);
        large.Problems.ShouldBe([new(1, "The file is longer than 4 MiB and was not read.")]);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    private static string[] Dates(params string[] lines)
    {
        var read = Read(["BEGIN:VEVENT", .. lines, "END:VEVENT"]);
        read.Problems.ShouldBeEmpty();
        return [.. read.Holidays.Select(holiday => LocalDatePattern.Iso.Format(holiday.Date))];
    }

    private static ICalendarHolidays Read(params string[] lines) => ICalendarHolidays.Read(Calendar(lines), 2025, 2027);

    private static string Calendar(params string[] lines) => string.Join("\r\n", ["BEGIN:VCALENDAR", "VERSION:2.0", .. lines, "END:VCALENDAR", ""]);
}

using System.Text.Json;
using NodaTime;

namespace Ketman.Calendars.Tests;

public sealed class WritingCalendars
{
    [Fact]
    public void a_calendar_is_read_as_it_is_documented()
    {
        BusinessCalendar.TryParse("""{"zone": "Europe/Berlin", "hours": {"mon": ["09:00-17:00"], "sat": []}, "holidays": ["2015-09-22"]}""", out var calendar, out var errors)
            .ShouldBeTrue(string.Join(' ', errors));

        calendar!.Zone.Id.ShouldBe("Europe/Berlin");
        calendar.IsOpen(Instant.FromUtc(2015, 9, 21, 7, 0)).ShouldBeTrue();
        calendar.IsOpen(Instant.FromUtc(2015, 9, 21, 15, 0)).ShouldBeFalse("it closes at that instant");
        calendar.Document.ToJson().ShouldBe("""{"zone":"Europe/Berlin","hours":{"mon":["09:00-17:00"]},"holidays":["2015-09-22"]}""");
    }

    [Fact]
    public void equal_calendars_are_written_alike_and_read_back()
    {
        const string Given = """{"holidays":["2025-12-26","2025-12-25","2025-12-26"],"hours":{"tue":["22:00-06:00"],"mon":["13:00-17:00","09:00-12:00","12:00-13:30","20:00-00:00"]},"zone":"America/Port-au-Prince"}""";
        const string Canonical = """{"zone":"America/Port-au-Prince","hours":{"mon":["09:00-17:00","20:00-24:00"],"tue":["22:00-06:00"]},"holidays":["2025-12-25","2025-12-26"]}""";

        BusinessCalendar.TryParse(Given, out var calendar, out _).ShouldBeTrue();
        calendar!.Document.ToJson().ShouldBe(Canonical);
        BusinessCalendar.TryParse(Canonical, out var again, out _).ShouldBeTrue();
        again!.Document.ShouldBe(calendar.Document);
    }

    [Fact]
    public void windows_that_reach_round_the_clock_into_themselves_stay_as_they_were_given()
    {
        BusinessCalendar.TryCreate(DueCase.Document("UTC", "mon 06:00-12:00 11:00-10:00 20:00-21:00"), out var calendar, out _).ShouldBeTrue();

        calendar!.Document.Hours!["mon"].ShouldBe(["06:00-12:00", "11:00-10:00", "20:00-21:00"]);
        // Monday 06:00 to Tuesday 10:00.
        calendar.Due(Instant.FromUtc(2024, 1, 1, 0, 0), Duration.FromHours(28), []).ShouldBe(Instant.FromUtc(2024, 1, 2, 10, 0));
    }

    [Fact]
    public void the_calendar_that_never_closes()
    {
        BusinessCalendar.Always.Document.ToJson().ShouldBe("""{"zone":"UTC","hours":"24x7","holidays":[]}""");
        BusinessCalendar.Always.NextOpening(Instant.FromUtc(2025, 12, 25, 3, 0)).ShouldBe(Instant.FromUtc(2025, 12, 25, 3, 0));
    }

    [Fact]
    public void the_next_opening_is_now_when_it_is_open_and_null_when_there_is_none()
    {
        BusinessCalendar.TryCreate(DueCase.Document("Europe/Berlin", "mon-fri 09:00-17:00", "2015-09-22"), out var calendar, out _).ShouldBeTrue();

        calendar!.NextOpening(Instant.FromUtc(2015, 9, 21, 7, 0)).ShouldBe(Instant.FromUtc(2015, 9, 21, 7, 0));
        calendar.NextOpening(Instant.FromUtc(2015, 9, 21, 8, 0)).ShouldBe(Instant.FromUtc(2015, 9, 21, 8, 0));
        calendar.NextOpening(Instant.FromUtc(2015, 9, 21, 15, 0)).ShouldBe(Instant.FromUtc(2015, 9, 23, 7, 0));
        calendar.NextOpening(Instant.FromUtc(2200, 12, 31, 23, 0)).ShouldBeNull();
        calendar.NextOpening(Instant.FromUtc(1900, 1, 1, 0, 0)).ShouldBe(Instant.FromUtc(1950, 1, 2, 8, 0));
    }

    [Theory]
    [InlineData("nonsense", ": This is no JSON: see line 1, byte 2 of that line.")]
    [InlineData("[]", """: A calendar is a JSON object such as {"zone": "Europe/Berlin", "hours": {"mon": ["09:00-17:00"]}, "holidays": []}.""")]
    [InlineData("{}", """zone: is missing; name a time zone, e.g. "Europe/Berlin".|hours: is missing; it must be "24x7" or an object such as {"mon": ["09:00-17:00"]}.""")]
    [InlineData("""{"zone":"europe/berlin","hours":"24x7"}""", """zone: is no time zone that is known: "europe/berlin"; did you mean Europe/Berlin?""")]
    [InlineData("""{"zone":"Mars/Phobos","hours":"24x7"}""", """zone: is no time zone that is known: "Mars/Phobos"; use a name of the IANA database, e.g. Europe/Berlin or UTC.""")]
    [InlineData("""{"zone":"UTC+05:45","hours":"24x7"}""", """zone: is no time zone that is known: "UTC+05:45"; use a name of the IANA database, e.g. Europe/Berlin or UTC.""")]
    [InlineData("""{"zone":1,"hours":"24/7","holidays":"none"}""", """zone: must be the name of a time zone, e.g. "Europe/Berlin".|hours: must be "24x7" or an object such as {"mon": ["09:00-17:00"]}.|holidays: must be a list of dates such as ["2015-09-22"].""")]
    [InlineData("""{"zone":"UTC","hours":"24x7","holiday":[],"zone":"UTC"}""", "holiday: is not known here; a calendar has zone, hours and holidays.|zone: stands there twice; give it once.")]
    [InlineData("""{"zone":"UTC","hours":{"mon":["09:00-17:00"],"mon":["18:00-19:00"]}}""", "hours.mon: stands there twice; give all windows of the day in one list.")]
    [InlineData("""{"zone":"UTC","hours":{"mon":[1,"09:00-17:00"],"tue":"09:00-17:00"}}""", """hours.mon[0]: must be a window, e.g. "09:00-17:00".|hours.tue: must be a list of windows such as ["09:00-17:00"].""")]
    [InlineData("""{"zone":"UTC","hours":{"monday":["09:00-17:00"]}}""", "hours.monday: is no day; the days are mon, tue, wed, thu, fri, sat, sun.")]
    [InlineData("""{"zone":"UTC","hours":{"mon":["9:00-17:00","09:00-25:00","09:60-17:00","09:00 - 17:00","24:00-02:00","09:00-09:00","00:00-24:01"]}}""", "hours.mon[0]: must be a window from hh:mm to hh:mm, e.g. 09:00-17:00; times go from 00:00 to 24:00.|hours.mon[1]: must be a window from hh:mm to hh:mm, e.g. 09:00-17:00; times go from 00:00 to 24:00.|hours.mon[2]: must be a window from hh:mm to hh:mm, e.g. 09:00-17:00; times go from 00:00 to 24:00.|hours.mon[3]: must be a window from hh:mm to hh:mm, e.g. 09:00-17:00; times go from 00:00 to 24:00.|hours.mon[4]: begins at 24:00, which is the next day; write it there, beginning at 00:00.|hours.mon[5]: ends when it begins; for the whole day write 00:00-24:00.|hours.mon[6]: must be a window from hh:mm to hh:mm, e.g. 09:00-17:00; times go from 00:00 to 24:00.")]
    [InlineData("""{"zone":"UTC","hours":{"mon":[]}}""", """hours: has no window, so nothing would ever be due; give at least one, e.g. {"mon": ["09:00-17:00"]}, or "24x7".""")]
    [InlineData("""{"zone":"UTC","hours":"24x7","holidays":["2015-9-22","2015-02-29","1949-12-31",null]}""", """holidays[3]: must be a date, e.g. "2015-09-22".|holidays[0]: must be a date of the calendar as yyyy-mm-dd, e.g. 2015-09-22.|holidays[1]: must be a date of the calendar as yyyy-mm-dd, e.g. 2015-09-22.|holidays[2]: must be in the years 1950 to 2200.""")]
    public void every_problem_is_told_with_its_place_and_what_would_be_right(string json, string expected)
    {
        BusinessCalendar.TryParse(json, out var calendar, out var errors).ShouldBeFalse();

        calendar.ShouldBeNull();
        string.Join('|', errors.Select(error => $"{error.Field}: {error.Message}")).ShouldBe(expected);
    }

    [Fact]
    public void thousands_of_problems_are_counted_and_the_first_hundred_told()
    {
        BusinessCalendar.TryCreate(DueCase.Document("UTC", "24x7", [.. Enumerable.Repeat("never", 5_000)]), out _, out var errors).ShouldBeFalse();

        errors.Count.ShouldBe(101);
        errors[^1].ToString().ShouldBe("There are 4900 more errors.");
    }

    [Fact]
    public void a_calendar_stands_inside_other_documents_and_is_as_strict_there()
    {
        var policy = JsonSerializer.Deserialize<Policy>("""{"Calendar":{"zone":"UTC","hours":{"mon":["09:00-17:00"]}}}""")!;

        policy.Calendar.ShouldBe(DueCase.Document("UTC", "mon 09:00-17:00"));
        JsonSerializer.Serialize(policy).ShouldBe("""{"Calendar":{"zone":"UTC","hours":{"mon":["09:00-17:00"]},"holidays":[]}}""");
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Policy>("""{"Calendar":{"zone":"UTC","hours":{},"open":true}}"""))
            .Message.ShouldContain("open: is not known here; a calendar has zone, hours and holidays.");
    }

    [Theory]
    [InlineData("PT2H", "PT2H")]
    [InlineData("PT1H30M", "PT1H30M")]
    [InlineData("P1D", "PT24H")]
    [InlineData("P1DT12H", "PT36H")]
    [InlineData("P2W", "PT336H")]
    [InlineData("PT90M", "PT1H30M")]
    [InlineData("PT0S", "PT0S")]
    [InlineData("PT1.5S", "PT1.5S")]
    [InlineData("PT0,25S", "PT0.25S")]
    public void budgets_are_read_and_written(string text, string written)
    {
        IsoDuration.TryParse(text, out var duration, out var error).ShouldBeTrue(error);

        IsoDuration.Format(duration).ShouldBe(written);
    }

    [Theory]
    [InlineData("", "must be a duration such as PT2H, PT1H30M or P1D (24 hours).")]
    [InlineData("2h", "must be a duration such as PT2H, PT1H30M or P1D (24 hours).")]
    [InlineData("-PT2H", "must not be negative; it must be a duration such as PT2H, PT1H30M or P1D (24 hours).")]
    [InlineData("P1M", "uses months, whose length differs; write days of 24 hours, e.g. P30D.")]
    [InlineData("P1Y2D", "uses years, whose length differs; write days of 24 hours, e.g. P30D.")]
    [InlineData("P5BD", "must be a duration such as PT2H, PT1H30M or P1D (24 hours); the units are W, D, and after a T H, M, S.")]
    [InlineData("P2H", "must be a duration such as PT2H, PT1H30M or P1D (24 hours); hours, minutes and seconds come after a T.")]
    [InlineData("PT", "must be a duration such as PT2H, PT1H30M or P1D (24 hours).")]
    [InlineData("P1DT", "must be a duration such as PT2H, PT1H30M or P1D (24 hours); after T comes a number.")]
    [InlineData("PT2M1H", "must be a duration such as PT2H, PT1H30M or P1D (24 hours); units come once, largest first.")]
    [InlineData("PT1.5H", "must be a duration such as PT2H, PT1H30M or P1D (24 hours); only seconds can have a fraction, of up to nine digits.")]
    [InlineData("PT2", "must be a duration such as PT2H, PT1H30M or P1D (24 hours).")]
    [InlineData("P400Y", "uses years, whose length differs; write days of 24 hours, e.g. P30D.")]
    [InlineData("P999999999999D", "is longer than any calendar; give at most 400 years.")]
    [InlineData("P99999999999999999999D", "is longer than any calendar; give at most 400 years.")]
    public void what_is_no_budget_is_told_what_would_be_right(string text, string expected)
    {
        IsoDuration.TryParse(text, out _, out var error).ShouldBeFalse();

        error.ShouldBe(expected);
    }

    private sealed record Policy(CalendarDocument Calendar);
}

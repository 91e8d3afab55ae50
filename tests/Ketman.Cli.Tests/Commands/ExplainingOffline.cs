using System.Text.Json.Nodes;

namespace Ketman.Cli.Tests.Commands;

/// <summary>Due times and holidays without a platform, a key, or a network.</summary>
public sealed class ExplainingOffline
{
    private const string Start = "2015-09-21T14:00:00Z";

    [Fact]
    public async Task a_due_time_is_explained_for_programs()
    {
        using var researcher = Lawyer();

        var run = await researcher.TypesAsync(
            "clock", "explain", "--calendar", "berlin.json", "--start", Start, "--budget", "PT2H", "--pause", "2015-09-23T07:10:00Z/PT5M", "--json");

        run.Code.ShouldBe(ExitCode.Ok, run.Errors);
        run.Errors.ShouldBeEmpty();
        JsonNode.DeepEquals(JsonNode.Parse(run.Output), JsonNode.Parse("""
            {
              "start": "2015-09-21T14:00:00Z", "budget": "PT2H", "zone": "Europe/Berlin", "due": "2015-09-23T08:05:00Z",
              "intervals": [
                { "from": "2015-09-21T14:00:00Z", "to": "2015-09-21T15:00:00Z", "counted": true, "reason": "counted" },
                { "from": "2015-09-21T15:00:00Z", "to": "2015-09-21T22:00:00Z", "counted": false, "reason": "closed" },
                { "from": "2015-09-21T22:00:00Z", "to": "2015-09-22T22:00:00Z", "counted": false, "reason": "holiday", "holiday": "2015-09-22" },
                { "from": "2015-09-22T22:00:00Z", "to": "2015-09-23T07:00:00Z", "counted": false, "reason": "closed" },
                { "from": "2015-09-23T07:00:00Z", "to": "2015-09-23T07:10:00Z", "counted": true, "reason": "counted" },
                { "from": "2015-09-23T07:10:00Z", "to": "2015-09-23T07:15:00Z", "counted": false, "reason": "paused", "pausedBy": ["2015-09-23T07:10:00Z/PT5M"] },
                { "from": "2015-09-23T07:15:00Z", "to": "2015-09-23T08:05:00Z", "counted": true, "reason": "counted" }
              ]
            }
            """)).ShouldBeTrue(run.Output);
    }

    [Fact]
    public async Task what_is_never_due_says_why()
    {
        using var researcher = Lawyer();

        var paused = JsonNode.Parse((await researcher.TypesAsync(
            "clock", "explain", "--calendar", "berlin.json", "--start", Start, "--budget", "PT2H", "--pause", "2015-09-21T14:30:00Z/", "--json")).Output)!.AsObject();
        var centuries = JsonNode.Parse((await researcher.TypesAsync(
            "clock", "explain", "--calendar", "berlin.json", "--start", Start, "--budget", "P140000D", "--json")).Output)!.AsObject();

        (paused.ContainsKey("due"), paused["due"], (string?)paused["why"]).ShouldBe((true, null, "paused-without-end"));
        (paused["intervals"]!.AsArray()[^1]!["to"], (string?)paused["intervals"]!.AsArray()[^1]!["from"]).ShouldBe((null, "2015-09-21T14:30:00Z"));
        (centuries["due"], (string?)centuries["why"], centuries["intervals"]!.AsArray().Count).ShouldBe((null, "beyond-calendar", 0));
        (await researcher.TypesAsync("clock", "explain", "--calendar", "berlin.json", "--start", Start, "--budget", "PT2H", "--pause", "2015-09-21T14:30:00Z/"))
            .Output.ShouldContain("Due     never: it is paused without an end\n");
    }

    [Fact]
    public async Task people_see_utc_the_calendars_zone_and_their_own()
    {
        using var researcher = Lawyer();

        var run = await researcher.TypesAsync(
            "clock", "explain", "--calendar", "berlin.json", "--start", "2015-09-21T16:00+02:00", "--budget", "PT2H", "--zone", "Asia/Kathmandu");

        run.ShouldBe(new Run(ExitCode.Ok, """
            Start   Mon 2015-09-21 14:00 UTC = Mon 2015-09-21 16:00 Europe/Berlin = Mon 2015-09-21 19:45 Asia/Kathmandu
            Budget  2 h
            Due     Wed 2015-09-23 08:00 UTC = Wed 2015-09-23 10:00 Europe/Berlin = Wed 2015-09-23 13:45 Asia/Kathmandu

            UTC                                          EUROPE/BERLIN                                ASIA/KATHMANDU                               COUNTED  WHY
            Mon 2015-09-21 14:00 - 15:00                 Mon 2015-09-21 16:00 - 17:00                 Mon 2015-09-21 19:45 - 20:45                     1 h  counted
            Mon 2015-09-21 15:00 - 22:00                 Mon 2015-09-21 17:00 - Tue 2015-09-22 00:00  Mon 2015-09-21 20:45 - Tue 2015-09-22 03:45        -  closed
            Mon 2015-09-21 22:00 - Tue 2015-09-22 22:00  Tue 2015-09-22 00:00 - Wed 2015-09-23 00:00  Tue 2015-09-22 03:45 - Wed 2015-09-23 03:45        -  holiday 2015-09-22
            Tue 2015-09-22 22:00 - Wed 2015-09-23 07:00  Wed 2015-09-23 00:00 - 09:00                 Wed 2015-09-23 03:45 - 12:45                       -  closed
            Wed 2015-09-23 07:00 - 08:00                 Wed 2015-09-23 09:00 - 10:00                 Wed 2015-09-23 12:45 - 13:45                     1 h  counted

            """, ""));
    }

    [Fact]
    public async Task the_machines_zone_is_ones_own_and_no_zone_is_shown_twice()
    {
        using var there = new Researcher(key: null) { Zone = TimeZoneInfo.FindSystemTimeZoneById("America/St_Johns") };
        there.Write("always.json", """{"zone": "UTC", "hours": "24x7"}""");

        var run = await there.TypesAsync("clock", "explain", "--calendar", "always.json", "--start", Start, "--budget", "P1D");

        run.Output.ShouldStartWith("Start   Mon 2015-09-21 14:00 UTC = Mon 2015-09-21 11:30 America/St_Johns\n");
        run.Output.ShouldContain("\nUTC                                          AMERICA/ST_JOHNS                             COUNTED  WHY\n");
    }

    [Fact]
    public async Task a_terminal_gets_a_table()
    {
        using var researcher = new Researcher(key: null) { AtTerminal = true, Width = 200 };
        researcher.Write("always.json", """{"zone": "UTC", "hours": "24x7"}""");

        var run = await researcher.TypesAsync("clock", "explain", "--calendar", "always.json", "--start", Start, "--budget", "PT1H30M");

        run.Output.ShouldContain("╭");
        run.Output.ShouldContain("1 h 30 min");
    }

    [Theory]
    [InlineData("--start is missing: give an instant with its offset, e.g. 2015-09-21T14:00:00Z or 2015-09-21T16:00:00+02:00.", "--budget", "PT2H")]
    [InlineData("--budget is missing: give a duration such as PT2H.", "--start", Start)]
    [InlineData("--start 2015-09-21 14:00: expected an instant with its offset, e.g. 2015-09-21T14:00:00Z or 2015-09-21T16:00:00+02:00.", "--start", "2015-09-21 14:00", "--budget", "PT2H")]
    [InlineData("--start 2015-09-31T14:00:00Z: expected an instant with its offset, e.g. 2015-09-21T14:00:00Z or 2015-09-21T16:00:00+02:00.", "--start", "2015-09-31T14:00:00Z", "--budget", "PT2H")]
    [InlineData("--budget P1M: uses months, whose length differs; write days of 24 hours, e.g. P30D.", "--start", Start, "--budget", "P1M")]
    [InlineData("--budget P5BD: must be a duration such as PT2H, PT1H30M or P1D (24 hours); the units are W, D, and after a T H, M, S.", "--start", Start, "--budget", "P5BD")]
    [InlineData("--pause lunch: expected FROM/TO, FROM/ or FROM/DURATION, e.g. 2015-09-22T09:00:00Z/2015-09-22T12:00:00Z or 2015-09-22T09:00:00Z/PT3H.", "--start", Start, "--budget", "PT2H", "--pause", "lunch")]
    [InlineData("--pause 2015-09-22T12:00:00Z/2015-09-22T09:00:00Z: ends before it begins; write the earlier instant first.", "--start", Start, "--budget", "PT2H", "--pause", "2015-09-22T12:00:00Z/2015-09-22T09:00:00Z")]
    [InlineData("--pause noon: expected an instant with its offset, e.g. 2015-09-21T14:00:00Z or 2015-09-21T16:00:00+02:00.", "--start", Start, "--budget", "PT2H", "--pause", "noon/PT1H")]
    [InlineData("--zone Berlin: expected the name of a time zone, e.g. Europe/Berlin.", "--start", Start, "--budget", "PT2H", "--zone", "Berlin")]
    public async Task what_was_typed_wrong_is_named_with_what_would_be_right(string message, params string[] arguments)
    {
        using var researcher = Lawyer();

        var run = await researcher.TypesAsync(["clock", "explain", "--calendar", "berlin.json", .. arguments]);

        run.ShouldBe(new Run(ExitCode.Usage, "", $"ketman: {message}\n"));
    }

    [Fact]
    public async Task a_calendar_that_is_none_has_everything_told_that_is_wrong_with_it()
    {
        using var researcher = Lawyer();
        researcher.Write("wrong.json", """{"zone": "europe/berlin", "hours": {"mon": ["9-17"], "monday": []}, "holidays": ["2015-02-29"], "open": true}""");

        (await researcher.TypesAsync("clock", "explain", "--calendar", "wrong.json", "--start", Start, "--budget", "PT2H")).ShouldBe(new Run(ExitCode.Usage, "", """
            ketman: --calendar: wrong.json is no calendar:
              open: is not known here; a calendar has zone, hours and holidays.
              zone: is no time zone that is known: "europe/berlin"; did you mean Europe/Berlin?
              hours.mon[0]: must be a window from hh:mm to hh:mm, e.g. 09:00-17:00; times go from 00:00 to 24:00.
              hours.monday: is no day; the days are mon, tue, wed, thu, fri, sat, sun.
              holidays[0]: must be a date of the calendar as yyyy-mm-dd, e.g. 2015-09-22.

            """));
        (await researcher.TypesAsync("clock", "explain", "--calendar", "none.json", "--start", Start, "--budget", "PT2H"))
            .ShouldBe(new Run(ExitCode.Usage, "", "ketman: --calendar: there is no file none.json, or it cannot be read.\n"));
        (await researcher.TypesAsync("clock", "explain")).ShouldBe(new Run(ExitCode.Usage, "", "ketman: --calendar is missing: give a file such as berlin.json.\n"));
    }

    [Fact]
    public async Task holidays_come_from_an_icalendar_file()
    {
        using var researcher = Lawyer();
        researcher.Write("germany.ics", "BEGIN:VCALENDAR", "BEGIN:VEVENT", "DTSTART;VALUE=DATE:20201003", "RRULE:FREQ=YEARLY", "SUMMARY:Unity Day", "END:VEVENT", "END:VCALENDAR");

        (await researcher.TypesAsync("calendar", "import", "germany.ics", "--years", "2025-2026")).ShouldBe(new Run(ExitCode.Ok, """
            DATE        DAY  NAME
            2025-10-03  Fri  Unity Day
            2026-10-03  Sat  Unity Day

            """, ""));
        var json = await researcher.TypesAsync("calendar", "import", "germany.ics", "--years", "2025", "--json");
        JsonNode.DeepEquals(JsonNode.Parse(json.Output), JsonNode.Parse("""{"holidays": ["2025-10-03"], "problems": []}""")).ShouldBeTrue(json.Output);
    }

    [Fact]
    public async Task what_an_icalendar_file_says_beyond_that_is_told_and_changes_the_exit_status()
    {
        using var researcher = Lawyer();
        researcher.Write("odd.ics", "BEGIN:VCALENDAR", "BEGIN:VEVENT", "DTSTART:20251127", "RRULE:FREQ=YEARLY;BYWEEKNO=48", "END:VEVENT", "BEGIN:VEVENT", "DTSTART:20251225", "END:VEVENT", "END:VCALENDAR");

        var run = await researcher.TypesAsync("calendar", "import", "odd.ics", "--years", "2025");

        run.Code.ShouldBe(ExitCode.PartlyFailed);
        run.Output.ShouldContain("2025-12-25  Thu");
        run.Errors.ShouldBe("ketman: odd.ics, line 4: BYWEEKNO=48 in RRULE is not understood; the event was left out.\n");
    }

    [Theory]
    [InlineData("germany.ics", "next", "--years next: expected at most 50 years from 1950 to 2200, e.g. 2025-2027 or 2025.")]
    [InlineData("germany.ics", "2027-2025", "--years 2027-2025: expected at most 50 years from 1950 to 2200, e.g. 2025-2027 or 2025.")]
    [InlineData("germany.ics", "2025-2026-2027", "--years 2025-2026-2027: expected at most 50 years from 1950 to 2200, e.g. 2025-2027 or 2025.")]
    [InlineData("germany.ics", "2025", "germany.ics: there is no such file, or it cannot be read.")]
    public async Task an_import_that_cannot_be_is_refused(string file, string years, string message)
    {
        using var researcher = Lawyer();

        (await researcher.TypesAsync("calendar", "import", file, "--years", years)).ShouldBe(new Run(ExitCode.Usage, "", $"ketman: {message}\n"));
    }

    // Has the command, a calendar, and nothing else.
    private static Researcher Lawyer()
    {
        var researcher = new Researcher(new Uri("http://127.0.0.1:1"), key: null);
        researcher.Write("berlin.json", """{"zone": "Europe/Berlin", "hours": {"mon": ["09:00-17:00"], "tue": ["09:00-17:00"], "wed": ["09:00-17:00"], "thu": ["09:00-17:00"], "fri": ["09:00-17:00"]}, "holidays": ["2015-09-22"]}""");
        return researcher;
    }
}

namespace Ketman.Calendars.Tests;

/// <summary>
/// Every convention and every odd corner of the world's clocks, each with the due time worked out by hand from the zone's rules
/// (and then held against another implementation of the zones, Python's).
/// </summary>
public sealed class DueTable
{
    private const string Berlin = "Europe/Berlin";
    private const string Utc = "UTC";
    private const string Office = "mon-fri 09:00-17:00";
    private const string RoundTheClock = "24x7";

    public static IReadOnlyList<DueCase> Cases { get; } =
    [
        // Opening and closing. Berlin in September: 09:00-17:00 is 07:00Z-15:00Z. The 21st is a Monday.
        new("an hour before closing and an hour after the next opening", Berlin, Office, "", "2015-09-21T14:00Z", "PT2H", "", "2015-09-22T08:00Z"),
        new("a budget that ends at closing is due at closing", Berlin, Office, "", "2015-09-21T13:00Z", "PT2H", "", "2015-09-21T15:00Z"),
        new("a second more than until closing is due a second after the next opening", Berlin, Office, "", "2015-09-21T13:00Z", "PT2H0M1S", "", "2015-09-22T07:00:01Z"),
        new("a second less than until closing is due a second before it", Berlin, Office, "", "2015-09-21T13:00Z", "PT1H59M59S", "", "2015-09-21T14:59:59Z"),
        new("a start at closing waits for the next opening", Berlin, Office, "", "2015-09-21T15:00Z", "PT1H", "", "2015-09-22T08:00Z"),
        new("a start at opening counts from its first instant", Berlin, Office, "", "2015-09-21T07:00Z", "PT8H", "", "2015-09-21T15:00Z"),
        new("a start a second before opening counts nothing until it", Berlin, Office, "", "2015-09-21T06:59:59Z", "PT1S", "", "2015-09-21T07:00:01Z"),
        new("seconds of the start are kept over a night", Berlin, Office, "", "2015-09-21T14:59:30Z", "PT1M", "", "2015-09-22T07:00:30Z"),
        new("a start on Saturday waits for Monday", Berlin, Office, "", "2015-09-19T10:00Z", "PT30M", "", "2015-09-21T07:30Z"),
        new("what Friday cannot hold, Monday does", Berlin, Office, "", "2015-09-18T14:30Z", "PT1H", "", "2015-09-21T07:30Z"),
        new("forty hours are a working week, due when it closes on Friday", Berlin, Office, "", "2015-09-21T07:00Z", "PT40H", "", "2015-09-25T15:00Z"),
        new("forty hours and a minute reach into the next week", Berlin, Office, "", "2015-09-21T07:00Z", "PT40H1M", "", "2015-09-28T07:01Z"),
        new("a day of budget is 24 counted hours: three working days", Berlin, Office, "", "2015-09-21T07:00Z", "P1D", "", "2015-09-23T15:00Z"),

        // No budget.
        new("no budget is due at the start, at night", Berlin, Office, "", "2015-09-21T23:00Z", "PT0S", "", "2015-09-21T23:00Z"),
        new("no budget is due at the start, on a holiday", Berlin, Office, "2015-09-22", "2015-09-22T09:00Z", "PT0S", "", "2015-09-22T09:00Z"),
        new("no budget is due at the start, in a pause without end", Berlin, Office, "", "2015-09-21T09:00Z", "PT0S", "2015-09-21T08:00Z/", "2015-09-21T09:00Z"),
        new("no budget is due at the start, at closing", Berlin, Office, "", "2015-09-21T15:00Z", "PT0S", "", "2015-09-21T15:00Z"),

        // Several windows.
        new("the lunch break does not count", Berlin, "mon-fri 09:00-12:00 13:00-17:00", "", "2015-09-21T09:30Z", "PT1H", "", "2015-09-21T11:30Z"),
        new("a budget that ends with the morning is due when lunch begins", Berlin, "mon-fri 09:00-12:00 13:00-17:00", "", "2015-09-21T09:00Z", "PT1H", "", "2015-09-21T10:00Z"),
        new("windows that overlap count once", Berlin, "mon 09:00-13:00 11:00-17:00", "", "2015-09-21T07:00Z", "PT8H", "", "2015-09-21T15:00Z"),
        new("windows that touch leave no gap", Berlin, "mon 09:00-12:00 12:00-17:00", "", "2015-09-21T07:00Z", "PT4H", "", "2015-09-21T11:00Z"),
        new("a window inside of another adds nothing", Berlin, "mon 09:00-17:00 10:00-11:00", "", "2015-09-21T07:00Z", "PT8H1S", "", "2015-09-28T07:00:01Z"),
        new("windows in any order are the same day", Berlin, "mon 13:00-17:00 09:00-12:00", "", "2015-09-21T07:00Z", "PT4H", "", "2015-09-21T12:00Z"),
        new("a window may end at 24:00", Berlin, "mon 20:00-24:00", "", "2015-09-21T18:00Z", "PT4H", "", "2015-09-21T22:00Z"),
        new("24:00 of one day and 00:00 of the next are the same instant", Berlin, "mon 20:00-24:00; tue 00:00-02:00", "", "2015-09-21T18:00Z", "PT6H", "", "2015-09-22T00:00Z"),
        new("a window that ends before it begins runs over midnight", Berlin, "mon 22:00-06:00", "", "2015-09-21T20:00Z", "PT8H", "", "2015-09-22T04:00Z"),
        new("a window over midnight and the next day's overlap and count once", Berlin, "mon 22:00-06:00; tue 05:00-09:00", "", "2015-09-21T20:00Z", "PT11H", "", "2015-09-22T07:00Z"),
        new("a window of Sunday runs into Monday", Berlin, "sun 23:00-01:00", "", "2015-09-20T21:00Z", "PT2H", "", "2015-09-20T23:00Z"),
        new("a start after midnight is still in yesterday's window", Berlin, "mon 22:00-06:00", "", "2015-09-22T02:00Z", "PT1H", "", "2015-09-22T03:00Z"),
        new("a window to 00:00 ends at midnight", Berlin, "mon 20:00-00:00", "", "2015-09-21T18:00Z", "PT4H1S", "", "2015-09-28T18:00:01Z"),
        new("one minute a week adds up", Utc, "sun 12:00-12:01", "", "2024-01-01T00:00Z", "PT3M", "", "2024-01-21T12:01Z"),

        // Holidays.
        new("a holiday is skipped", Berlin, Office, "2015-09-22", "2015-09-21T14:00Z", "PT2H", "", "2015-09-23T08:00Z"),
        new("a start within the hours of a holiday waits for the day after", Berlin, Office, "2015-09-22", "2015-09-22T09:00Z", "PT1H", "", "2015-09-23T08:00Z"),
        new("holidays in a row and the weekend behind them are all skipped", Berlin, Office, "2025-12-25 2025-12-26", "2025-12-24T15:00Z", "PT2H", "", "2025-12-29T09:00Z"),
        new("a holiday on a Saturday takes nothing", Berlin, Office, "2015-09-19", "2015-09-18T14:30Z", "PT1H", "", "2015-09-21T07:30Z"),
        new("a holiday that is named twice is one day", Berlin, Office, "2015-09-22 2015-09-22", "2015-09-21T14:00Z", "PT2H", "", "2015-09-23T08:00Z"),
        new("a holiday is a local date, not one of UTC", "Asia/Kathmandu", "mon-fri 10:00-17:00", "2025-01-01", "2024-12-31T10:15Z", "PT2H", "", "2025-01-02T05:15Z"),
        new("the night before a holiday runs on into it", Berlin, "fri 22:00-06:00", "2015-09-19", "2015-09-18T20:00Z", "PT8H", "", "2015-09-19T04:00Z"),
        new("the night that begins on a holiday is closed to its end", Berlin, "mon-fri 22:00-06:00", "2015-09-18", "2015-09-18T20:00Z", "PT1H", "", "2015-09-21T21:00Z"),
        new("a holiday on the 29th of February", Utc, Office, "2024-02-29", "2024-02-28T16:00Z", "PT2H", "", "2024-03-01T10:00Z"),
        new("a week of holidays", Berlin, Office, "2015-09-21 2015-09-22 2015-09-23 2015-09-24 2015-09-25", "2015-09-18T14:00Z", "PT2H", "", "2015-09-28T08:00Z"),

        // Round the clock.
        new("round the clock an hour is an hour", Utc, RoundTheClock, "", "2015-09-19T23:30Z", "PT1H", "", "2015-09-20T00:30Z"),
        new("round the clock over a 29th of February", Utc, RoundTheClock, "", "2024-02-28T12:00Z", "P2D", "", "2024-03-01T12:00Z"),
        new("round the clock where there is no 29th of February", Utc, RoundTheClock, "", "2023-02-28T12:00Z", "P1D", "", "2023-03-01T12:00Z"),
        new("the year 2100 is no leap year", Utc, RoundTheClock, "", "2100-02-28T00:00Z", "P1D", "", "2100-03-01T00:00Z"),
        new("the day of 23 hours counts 23", Berlin, RoundTheClock, "", "2025-03-29T23:00Z", "PT23H", "", "2025-03-30T22:00Z"),
        new("the day of 25 hours counts 25", Berlin, RoundTheClock, "", "2025-10-25T22:00Z", "PT25H", "", "2025-10-26T23:00Z"),
        new("written as hours of every day, the day of 25 hours counts 25 too", Berlin, "mon-sun 00:00-24:00", "", "2025-10-25T22:00Z", "PT25H", "", "2025-10-26T23:00Z"),
        new("a year round the clock", Utc, RoundTheClock, "", "2015-03-01T00:00Z", "P365D", "", "2016-02-29T00:00Z"),
        new("a holiday closes the local day round the clock", Berlin, RoundTheClock, "2015-09-22", "2015-09-21T21:00Z", "PT2H", "", "2015-09-22T23:00Z"),
        new("a holiday of 23 hours", Berlin, RoundTheClock, "2025-03-30", "2025-03-29T22:00Z", "PT2H", "", "2025-03-30T23:00Z"),
        new("a holiday of 25 hours", Berlin, RoundTheClock, "2025-10-26", "2025-10-25T21:00Z", "PT2H", "", "2025-10-27T00:00Z"),

        // Clocks put forward: Berlin, 2025-03-30, 02:00 becomes 03:00 at 01:00Z.
        new("a gap within a window is not counted", Berlin, "sun 00:00-06:00", "", "2025-03-29T23:00Z", "PT5H", "", "2025-03-30T04:00Z"),
        new("a minute more than a window with a gap", Berlin, "sun 00:00-06:00", "", "2025-03-29T23:00Z", "PT5H1M", "", "2025-04-05T22:01Z"),
        new("an opening in a gap moves forward", Berlin, "sun 02:30-05:00", "", "2025-03-30T00:00Z", "PT1H", "", "2025-03-30T02:30Z"),
        new("a closing in a gap moves forward", Berlin, "sun 01:00-02:30", "", "2025-03-30T00:00Z", "PT1H30M", "", "2025-03-30T01:30Z"),
        new("a window within a gap moves forward as a whole", Berlin, "sun 02:15-02:45", "", "2025-03-30T00:00Z", "PT30M", "", "2025-03-30T01:45Z"),
        new("an opening that moves past its closing leaves nothing", Berlin, "sun 02:30-03:15", "", "2025-03-30T00:00Z", "PT30M", "", "2025-04-06T01:00Z"),
        new("an opening that moves onto its closing leaves nothing", Berlin, "sun 02:00-03:00", "", "2025-03-30T00:00Z", "PT30M", "", "2025-04-06T00:30Z"),
        new("a closing at the beginning of a gap", Berlin, "sun 00:00-02:00", "", "2025-03-29T23:00Z", "PT2H", "", "2025-03-30T01:00Z"),
        new("an opening at the end of a gap", Berlin, "sun 03:00-05:00", "", "2025-03-30T00:00Z", "PT1H", "", "2025-03-30T02:00Z"),
        new("a night with a gap is an hour shorter", Berlin, "sat 22:00-06:00", "", "2025-03-29T21:00Z", "PT7H", "", "2025-03-30T04:00Z"),
        new("the office opens an hour earlier in UTC after the change", Berlin, Office, "", "2025-03-28T15:00Z", "PT2H", "", "2025-03-31T08:00Z"),

        // Clocks put back: Berlin, 2025-10-26, 03:00 becomes 02:00 at 01:00Z.
        new("an overlap within a window is counted twice", Berlin, "sun 00:00-06:00", "", "2025-10-25T22:00Z", "PT7H", "", "2025-10-26T05:00Z"),
        new("a closing in an overlap is the first", Berlin, "sun 00:00-02:30", "", "2025-10-25T22:00Z", "PT2H30M", "", "2025-10-26T00:30Z"),
        new("a minute more than until the first closing", Berlin, "sun 00:00-02:30", "", "2025-10-25T22:00Z", "PT2H31M", "", "2025-11-01T23:01Z"),
        new("an opening in an overlap is the first", Berlin, "sun 02:30-04:00", "", "2025-10-26T00:00Z", "PT2H30M", "", "2025-10-26T03:00Z"),
        new("a window within an overlap is the first only", Berlin, "sun 02:10-02:40", "", "2025-10-26T00:00Z", "PT1H", "", "2025-11-02T01:40Z"),
        new("a closing at the end of an overlap", Berlin, "sun 01:00-03:00", "", "2025-10-25T23:00Z", "PT3H", "", "2025-10-26T02:00Z"),
        new("a closing at the beginning of an overlap", Berlin, "sun 01:00-02:00", "", "2025-10-25T23:00Z", "PT1H", "", "2025-10-26T00:00Z"),
        new("a night with an overlap is an hour longer", Berlin, "sat 22:00-06:00", "", "2025-10-25T20:00Z", "PT9H", "", "2025-10-26T05:00Z"),
        new("the office opens an hour later in UTC after the change back", Berlin, Office, "", "2025-10-24T14:00Z", "PT2H", "", "2025-10-27T09:00Z"),

        // Odd offsets.
        new("Kathmandu is 5:45 ahead", "Asia/Kathmandu", "sun 10:00-17:00", "", "2025-06-01T04:15Z", "PT7H", "", "2025-06-01T11:15Z"),
        new("Kolkata is 5:30 ahead", "Asia/Kolkata", "mon-sat 09:30-18:30", "", "2025-06-07T12:30Z", "PT1H", "", "2025-06-09T04:30Z"),
        new("Kiritimati is 14 hours ahead: Monday there is Sunday", "Pacific/Kiritimati", "mon-fri 08:00-16:00", "", "2025-06-01T12:00Z", "PT1H", "", "2025-06-01T19:00Z"),
        new("Lord Howe puts its clocks forward by half an hour", "Australia/Lord_Howe", "sun 01:00-04:00", "", "2025-10-04T14:30Z", "PT2H30M", "", "2025-10-04T17:00Z"),
        new("an opening in the half hour's gap of Lord Howe", "Australia/Lord_Howe", "sun 02:15-04:00", "", "2025-10-04T14:00Z", "PT1H", "", "2025-10-04T16:45Z"),
        new("Lord Howe puts its clocks back by half an hour", "Australia/Lord_Howe", "sun 01:00-04:00", "", "2025-04-05T14:00Z", "PT3H30M", "", "2025-04-05T17:30Z"),
        new("a closing in the half hour's overlap of Lord Howe", "Australia/Lord_Howe", "sun 01:00-01:45", "", "2025-04-05T14:00Z", "PT45M", "", "2025-04-05T14:45Z"),
        new("Chatham puts its clocks forward at 02:45", "Pacific/Chatham", "sun 02:00-06:00", "", "2025-09-27T13:15Z", "PT3H", "", "2025-09-27T16:15Z"),
        new("an opening in the gap of Chatham", "Pacific/Chatham", "sun 03:00-06:00", "", "2025-09-27T13:00Z", "PT30M", "", "2025-09-27T14:45Z"),
        new("Chatham puts its clocks back at 03:45", "Pacific/Chatham", "sun 02:00-06:00", "", "2025-04-05T12:15Z", "PT5H", "", "2025-04-05T17:15Z"),
        new("Newfoundland is 2:30 behind in summer", "America/St_Johns", Office, "", "2025-07-04T19:00Z", "PT1H", "", "2025-07-07T12:00Z"),
        new("Newfoundland put its clocks forward a minute after midnight", "America/St_Johns", "sun 00:00-02:00", "", "2010-03-14T03:00Z", "PT1H", "", "2010-03-14T04:30Z"),
        new("Newfoundland put its clocks back over midnight: the first midnight closes", "America/St_Johns", "sat 22:00-24:00", "", "2010-11-07T00:30Z", "PT2H", "", "2010-11-07T02:30Z"),
        new("over that midnight Saturday and Sunday touch", "America/St_Johns", "sat 22:00-24:00; sun 00:00-01:00", "", "2010-11-07T00:30Z", "PT4H", "", "2010-11-07T04:30Z"),
        new("Troll puts its clocks forward by two hours", "Antarctica/Troll", "sun 00:00-04:00", "", "2025-03-30T00:00Z", "PT2H", "", "2025-03-30T02:00Z"),
        new("Dublin calls its winter the exception", "Europe/Dublin", "sun 00:00-03:00", "", "2025-10-25T23:00Z", "PT4H", "", "2025-10-26T03:00Z"),
        new("Morocco puts its clocks back for Ramadan", "Africa/Casablanca", Office, "", "2025-02-21T15:00Z", "PT2H", "", "2025-02-24T10:00Z"),
        new("New York puts its clocks forward", "America/New_York", "sun 00:00-04:00", "", "2025-03-09T05:00Z", "PT3H", "", "2025-03-09T08:00Z"),
        new("Pyongyang moved half an hour, for good", "Asia/Pyongyang", "fri 22:00-24:00", "", "2018-05-04T13:30Z", "PT1H30M", "", "2018-05-04T15:00Z"),

        // Midnights that do not exist, or come twice.
        new("Sao Paulo had no midnight: the day opens at 01:00", "America/Sao_Paulo", "sun 00:00-02:00", "", "2018-11-04T02:00Z", "PT1H", "", "2018-11-04T04:00Z"),
        new("Sao Paulo had no midnight: the day before closes in that instant", "America/Sao_Paulo", "sat 22:00-24:00", "", "2018-11-04T01:00Z", "PT2H", "", "2018-11-04T03:00Z"),
        new("a holiday without a midnight", "America/Sao_Paulo", RoundTheClock, "2018-11-04", "2018-11-04T02:00Z", "PT2H", "", "2018-11-05T03:00Z"),
        new("Sao Paulo put its clocks back at midnight: Saturday is an hour longer", "America/Sao_Paulo", "sat 22:00-24:00", "", "2018-02-18T00:00Z", "PT3H", "", "2018-02-18T03:00Z"),
        new("of Saturday's two half past eleven the first closes", "America/Sao_Paulo", "sat 22:00-23:30", "", "2018-02-18T00:00Z", "PT1H30M", "", "2018-02-18T01:30Z"),
        new("Beirut puts its clocks forward at midnight", "Asia/Beirut", "sun 00:00-03:00", "", "2024-03-30T21:00Z", "PT2H", "", "2024-03-31T00:00Z"),
        new("an office in Beirut over the change", "Asia/Beirut", "mon-fri 08:00-14:00", "", "2024-03-29T11:00Z", "PT2H", "", "2024-04-01T06:00Z"),
        new("Beirut puts its clocks back at midnight", "Asia/Beirut", "sat 20:00-24:00", "", "2024-10-26T17:00Z", "PT5H", "", "2024-10-26T22:00Z"),

        // The day that Samoa skipped: after Thursday, 29 December 2011 (UTC-10), came Saturday the 31st (UTC+14).
        new("Samoa: Thursday and Saturday follow one another", "Pacific/Apia", "thu 09:00-17:00; sat 09:00-17:00", "", "2011-12-30T02:00Z", "PT2H", "", "2011-12-30T20:00Z"),
        new("Samoa: round the clock nothing is skipped", "Pacific/Apia", RoundTheClock, "", "2011-12-29T10:00Z", "PT48H", "", "2011-12-31T10:00Z"),
        new("Samoa: the hours of the skipped day move forward by its length", "Pacific/Apia", Office, "", "2011-12-30T02:00Z", "PT2H", "", "2011-12-30T20:00Z"),
        new("Samoa: unless the skipped day is a holiday", "Pacific/Apia", Office, "2011-12-30", "2011-12-30T02:00Z", "PT2H", "", "2012-01-01T20:00Z"),
        new("Samoa: the whole of the skipped day is nothing", "Pacific/Apia", "fri 00:00-24:00", "", "2011-12-29T12:00Z", "PT1H", "", "2012-01-05T11:00Z"),

        // Pauses.
        new("a pause is not counted", Berlin, Office, "", "2015-09-21T07:00Z", "PT4H", "2015-09-21T09:00Z/2015-09-21T10:00Z", "2015-09-21T12:00Z"),
        new("pauses that overlap are one", Berlin, Office, "", "2015-09-21T07:00Z", "PT4H", "2015-09-21T09:00Z/2015-09-21T11:00Z 2015-09-21T10:00Z/2015-09-21T12:00Z", "2015-09-21T14:00Z"),
        new("a pause within a pause adds nothing", Berlin, Office, "", "2015-09-21T07:00Z", "PT4H", "2015-09-21T09:00Z/2015-09-21T12:00Z 2015-09-21T10:00Z/2015-09-21T11:00Z", "2015-09-21T14:00Z"),
        new("pauses that touch are one", Berlin, Office, "", "2015-09-21T07:00Z", "PT4H", "2015-09-21T09:00Z/2015-09-21T10:00Z 2015-09-21T10:00Z/2015-09-21T11:00Z", "2015-09-21T13:00Z"),
        new("pauses in any order", Berlin, Office, "", "2015-09-21T07:00Z", "PT4H", "2015-09-21T10:00Z/2015-09-21T11:00Z 2015-09-21T08:00Z/2015-09-21T09:00Z", "2015-09-21T13:00Z"),
        new("the same pause twice", Berlin, Office, "", "2015-09-21T07:00Z", "PT4H", "2015-09-21T09:00Z/2015-09-21T10:00Z 2015-09-21T09:00Z/2015-09-21T10:00Z", "2015-09-21T12:00Z"),
        new("a pause that began before the start", Berlin, Office, "", "2015-09-21T07:00Z", "PT1H", "2015-09-20T00:00Z/2015-09-21T08:00Z", "2015-09-21T09:00Z"),
        new("a pause that was over before the start", Berlin, Office, "", "2015-09-21T07:00Z", "PT1H", "2015-09-18T00:00Z/2015-09-21T07:00Z", "2015-09-21T08:00Z"),
        new("a pause over a night", Berlin, Office, "", "2015-09-21T07:00Z", "PT8H", "2015-09-21T14:00Z/2015-09-22T08:00Z", "2015-09-22T09:00Z"),
        new("a pause while it is closed changes nothing", Berlin, Office, "", "2015-09-21T14:00Z", "PT2H", "2015-09-21T16:00Z/2015-09-22T06:00Z", "2015-09-22T08:00Z"),
        new("a pause that begins when it is due comes too late", Berlin, Office, "", "2015-09-21T07:00Z", "PT2H", "2015-09-21T09:00Z/2015-09-21T12:00Z", "2015-09-21T09:00Z"),
        new("a pause that begins a second before it is due", Berlin, Office, "", "2015-09-21T07:00Z", "PT2H", "2015-09-21T08:59:59Z/2015-09-21T12:00Z", "2015-09-21T12:00:01Z"),
        new("a pause until closing", Berlin, Office, "", "2015-09-21T07:00Z", "PT7H", "2015-09-21T13:00Z/2015-09-21T15:00Z", "2015-09-22T08:00Z"),
        new("a budget that ends when pause and closing begin is due at closing", Berlin, Office, "", "2015-09-21T07:00Z", "PT8H", "2015-09-21T15:00Z/2015-09-22T15:00Z", "2015-09-21T15:00Z"),
        new("a pause without end after the due time", Berlin, Office, "", "2015-09-21T07:00Z", "PT2H", "2015-09-21T12:00Z/", "2015-09-21T09:00Z"),
        new("a pause without end before the due time", Berlin, Office, "", "2015-09-21T07:00Z", "PT6H", "2015-09-21T12:00Z/", "never"),
        new("a pause without beginning", Berlin, Office, "", "2015-09-21T07:00Z", "PT1H", "/2015-09-21T08:00Z", "2015-09-21T09:00Z"),
        new("a pause without beginning and end", Berlin, Office, "", "2015-09-21T07:00Z", "PT1S", "/", "never"),
        new("a pause of no length", Berlin, Office, "", "2015-09-21T07:00Z", "PT4H", "2015-09-21T09:00Z/2015-09-21T09:00Z", "2015-09-21T11:00Z"),
        new("a pause over a holiday", Berlin, Office, "2015-09-22", "2015-09-21T14:00Z", "PT2H", "2015-09-22T00:00Z/2015-09-23T08:00Z", "2015-09-23T09:00Z"),
        new("a pause over a clock change, round the clock", Berlin, RoundTheClock, "", "2025-03-29T23:00Z", "PT24H", "2025-03-30T00:00Z/2025-03-30T02:00Z", "2025-03-31T01:00Z"),
        new("a pause of three months", Berlin, Office, "", "2015-09-21T14:00Z", "PT2H", "2015-09-21T14:30Z/2015-12-21T08:30Z", "2015-12-21T10:00Z"),

        // Long ones, and the end of the years.
        new("the 29th of February is a day like others", Utc, Office, "", "2024-02-28T16:00Z", "PT2H", "", "2024-02-29T10:00Z"),
        new("a year of budget is 1095 working days", Utc, Office, "", "2024-01-01T09:00Z", "P365D", "", "2028-03-10T17:00Z"),
        new("the last instant of the calendar's years", Utc, RoundTheClock, "", "2200-12-31T00:00Z", "P1D", "", "2201-01-01T00:00Z"),
        new("beyond the calendar's years nothing is due", Utc, RoundTheClock, "", "2200-12-31T00:00Z", "PT24H1S", "", "never"),
        new("a start beyond the calendar's years", Berlin, Office, "", "2300-01-01T00:00Z", "PT1S", "", "never"),
        new("a budget of centuries", Berlin, Office, "", "2015-09-21T07:00Z", "P140000D", "", "never"),
    ];

    public static TheoryData<DueCase> Rows { get; } = [.. Cases];

    [Theory]
    [MemberData(nameof(Rows))]
    public void it_is_due_when_it_was_worked_out_by_hand(DueCase row)
    {
        var due = row.Calendar().Due(DueCase.At(row.Start)!.Value, DueCase.Length(row.Budget), row.Intervals());

        due.ShouldBe(DueCase.At(row.Due), row.Name);
    }

    [Fact]
    public void the_table_has_its_cases_and_each_has_a_name_of_its_own()
    {
        Cases.Count.ShouldBeGreaterThanOrEqualTo(60);
        Cases.Select(row => row.Name).ShouldBeUnique();
        Cases.Select(row => row with { Name = "" }).ShouldBeUnique();
    }
}

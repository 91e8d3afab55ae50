namespace Ketman.Cli.Commands;

/// <summary>Deadlines, and how they come about.</summary>
internal static class ClockVerb
{
    public static Verb Create() => new Verb("clock", "Explains deadlines: what was counted, what was skipped, and why.").With(Explain());

    private static Verb Explain()
    {
        var offline = new OfflineClock();
        return new Verb("explain", "Explains a due time offline: every counted and every skipped interval, in UTC, in the calendar's zone and in yours.",
                "ketman clock explain --calendar berlin.json --start 2015-09-21T14:00:00Z --budget PT2H",
                "ketman clock explain --calendar berlin.json --start 2015-09-21T14:00:00Z --budget P1D --pause 2015-09-22T09:00:00Z/PT3H --json")
            .With(offline.Options)
            .Does(offline.ExplainAsync);
    }
}

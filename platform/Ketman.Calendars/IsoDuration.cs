using System.Globalization;
using System.Text;
using NodaTime;

namespace Ketman.Calendars;

/// <summary>
/// Budgets in the notation of ISO 8601: <c>PT2H</c>, <c>PT1H30M</c>, <c>P1D</c>. A day is 24 hours and a week 168 hours of
/// counted time; months and years have no length of their own and are refused.
/// </summary>
public static class IsoDuration
{
    private const string Wanted = "must be a duration such as PT2H, PT1H30M or P1D (24 hours)";

    private const int MostDigits = 18;

    private static readonly long[] s_seconds = [7 * 86_400, 86_400, 3_600, 60, 1];

    // Longer than the years of a calendar, and far from what would overflow.
    private static readonly Int128 s_longest = (Int128)400 * 366 * NodaConstants.NanosecondsPerDay;

    /// <summary>Reads a duration.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="duration">Its length.</param>
    /// <param name="error">What is wrong and what would be right, as a sentence that can follow the field's name; null when nothing is.</param>
    public static bool TryParse(string text, out Duration duration, out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        duration = Duration.Zero;
        error = Read(text, out var nanoseconds);
        if (error is null)
            duration = Duration.FromNanoseconds(nanoseconds);
        return error is null;
    }

    /// <summary>Writes a duration the shortest way that uses hours, minutes and seconds: <c>PT36H</c>, <c>PT0S</c>.</summary>
    /// <param name="duration">Not negative.</param>
    public static string Format(Duration duration)
    {
        if (duration == Duration.Zero)
            return "PT0S";

        var text = new StringBuilder("PT");
        var hours = (duration.Days * 24L) + duration.Hours;
        if (hours > 0)
            text.Append(CultureInfo.InvariantCulture, $"{hours}H");
        if (duration.Minutes > 0)
            text.Append(CultureInfo.InvariantCulture, $"{duration.Minutes}M");
        if (duration.Seconds > 0 || duration.SubsecondNanoseconds > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{duration.Seconds}");
            if (duration.SubsecondNanoseconds > 0)
                text.Append('.').Append(duration.SubsecondNanoseconds.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0'));
            text.Append('S');
        }

        return text.ToString();
    }

    private static string? Read(string text, out Int128 nanoseconds)
    {
        nanoseconds = 0;
        if (text.Length < 3 || text[0] != 'P')
            return text.StartsWith('-') ? $"must not be negative; it {Wanted}." : $"{Wanted}.";

        var (inTime, last, at) = (false, -1, 1);
        while (at < text.Length)
        {
            if (text[at] == 'T' && !inTime)
            {
                (inTime, at) = (true, at + 1);
                if (at == text.Length)
                    return $"{Wanted}; after T comes a number.";
                continue;
            }

            var number = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            var digits = text[number..at];
            var fraction = "";
            if (at < text.Length && text[at] is '.' or ',')
            {
                var point = ++at;
                while (at < text.Length && char.IsAsciiDigit(text[at]))
                    at++;
                fraction = text[point..at];
                if (fraction.Length is 0 or > 9 || at == text.Length || text[at] != 'S')
                    return $"{Wanted}; only seconds can have a fraction, of up to nine digits.";
            }

            if (digits.Length == 0 || at == text.Length)
                return $"{Wanted}.";
            if (digits.Length > MostDigits)
                return "is longer than any calendar; give at most 400 years.";

            var unit = text[at++];
            if (!inTime && unit is 'Y' or 'M')
                return $"uses {(unit == 'Y' ? "years" : "months")}, whose length differs; write days of 24 hours, e.g. P30D.";
            var rank = (inTime, unit) switch { (false, 'W') => 0, (false, 'D') => 1, (true, 'H') => 2, (true, 'M') => 3, (true, 'S') => 4, _ => -1 };
            if (rank < 0)
                return unit is 'H' or 'S' ? $"{Wanted}; hours, minutes and seconds come after a T." : $"{Wanted}; the units are W, D, and after a T H, M, S.";
            if (rank <= last)
                return $"{Wanted}; units come once, largest first.";
            last = rank;

            nanoseconds += (Int128)long.Parse(digits, CultureInfo.InvariantCulture) * s_seconds[rank] * NodaConstants.NanosecondsPerSecond;
            if (fraction.Length > 0)
                nanoseconds += long.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture);
            if (nanoseconds > s_longest)
                return "is longer than any calendar; give at most 400 years.";
        }

        return null;
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Ketman.Calendars;

/// <summary>Placeholder of the branch; the helper's library takes its place.</summary>
public sealed record CalendarDocument(string Zone, object Hours, IReadOnlyList<string>? Holidays = null);

/// <summary>Placeholder.</summary>
public sealed class BusinessCalendar
{
    /// <summary>Placeholder.</summary>
    public static bool TryCreate(CalendarDocument document, [NotNullWhen(true)] out BusinessCalendar? calendar, out IReadOnlyList<string> errors)
    {
        (calendar, errors) = (new BusinessCalendar(), []);
        return document is not null;
    }
}

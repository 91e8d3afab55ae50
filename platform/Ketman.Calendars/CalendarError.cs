namespace Ketman.Calendars;

/// <summary>One thing that is wrong with a calendar document.</summary>
/// <param name="Field">Where it stands, e.g. <c>hours.mon[0]</c>; empty for the document as a whole.</param>
/// <param name="Message">What is wrong and what would be right, as a sentence that can follow the field's name.</param>
public sealed record CalendarError(string Field, string Message)
{
    /// <summary>The field and the message, for people.</summary>
    public override string ToString() => Field.Length == 0 ? Message : $"{Field}: {Message}";
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Reading;

/// <summary>Where a page of a list ends that shows the youngest first: the time and the id of its last item.</summary>
internal sealed record PageCursor(DateTimeOffset At, Guid Id)
{
    private const int Usual = 50;
    private const int Most = 200;

    // Before everything: later than any time that is accepted.
    private static readonly PageCursor Start = new(new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero), Guid.AllBitsSet);

    /// <summary>Reads what a request for a page says.</summary>
    /// <param name="limit">How many items; null: the usual number.</param>
    /// <param name="after">The <c>next</c> of the page before; null: the first page.</param>
    /// <param name="errors">What is wrong with them is added.</param>
    public static (int Size, PageCursor After) Read(string? limit, string? after, List<FieldError> errors)
    {
        var size = Usual;
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= Most))
        {
            errors.Add(new FieldError("limit", $"must be a number from 1 to {Most}"));
        }

        var cursor = after is null ? Start : Parse(after);
        if (cursor is null)
        {
            errors.Add(new FieldError("after", "must be the `next` of the page before"));
        }

        return (size, cursor ?? Start);
    }

    /// <summary>The text that is given out as <c>next</c>.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}.{Id:N}")));

    private static PageCursor? Parse(string text)
    {
        if (text.Length > 100 || !Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= Start.At.UtcTicks
            && Guid.TryParseExact(parts[1], "N", out var id)
                ? new PageCursor(new DateTimeOffset(ticks, TimeSpan.Zero), id)
                : null;
    }
}

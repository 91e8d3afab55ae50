using System.Globalization;
using System.Text.Json.Serialization;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Mvc;

namespace Ketman.Intake;

/// <summary>A page of a list.</summary>
/// <param name="Items">In the list's order.</param>
/// <param name="Next">What to send as <c>after</c> for the next page; null: this was the last.</param>
public sealed record Page<T>(
    IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>
/// Lists go on after the last item seen, never after a count of items: what is added or changed meanwhile neither repeats nor
/// hides anything.
/// </summary>
internal static class Paging
{
    private const int Usual = 50;
    private const int Most = 200;
    private const int LongestCursor = 1000;

    /// <summary>Reads <c>limit</c> and <c>after</c>, or says which of them is wrong.</summary>
    public static ProblemDetails? Read(string? limit, string? after, out int size)
    {
        size = Usual;
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out size) || size is 0 or > Most))
        {
            return Problems.InvalidRequest(new FieldError("limit", $"must be a number from 1 to {Most}"));
        }

        return after is not null && (after.Length is 0 or > LongestCursor || after.Contains('\0', StringComparison.Ordinal)) ? BadCursor() : null;
    }

    /// <summary>Says when a filter has a value that nothing could have.</summary>
    public static ProblemDetails? Among(string name, string? value, IEnumerable<string> allowed) => value is null || allowed.Contains(value)
        ? null
        : Problems.InvalidRequest(new FieldError(name, $"must be one of {string.Join(", ", allowed)}"));

    public static ProblemDetails BadCursor() =>
        Problems.InvalidRequest(new FieldError("after", "must be what an earlier page gave as next"));

    /// <summary>The page of <paramref name="rows"/>, of which one more than <paramref name="size"/> was asked for to know whether there is a next.</summary>
    public static Page<T> Of<T>(List<T> rows, int size, Func<T, string> cursor) => rows.Count > size
        ? new Page<T>(rows.GetRange(0, size), cursor(rows[size - 1]))
        : new Page<T>(rows, null);
}

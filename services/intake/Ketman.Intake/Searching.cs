using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Mvc;

namespace Ketman.Intake;

/// <summary>What <c>q</c> of a list finds: rows that have its letters somewhere, in whatever case.</summary>
internal static class Searching
{
    private const int Longest = 200;

    /// <summary>What is wrong with a search, or null.</summary>
    public static ProblemDetails? Check(string? q) =>
        q is null || (q.Length is > 0 and <= Longest && !q.Any(char.IsControl))
            ? null
            : Problems.InvalidRequest(new FieldError("q", $"must be 1 to {Longest} letters"));

    /// <summary>The condition; the last part is the parameter, those before it are where it is looked for.</summary>
    public static string In(params ReadOnlySpan<string> parts)
    {
        var found = new List<string>();
        foreach (var column in parts[..^1])
        {
            // By its place and not as a pattern: what is typed is letters, whatever they are.
            found.Add($"position(lower({parts[^1]}::text) in lower({column})) > 0");
        }

        return $"({string.Join(" or ", found)})";
    }
}

using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Ketman.Metrics.Board;

/// <summary>What a client asks of the board, as it came in the address. Filters can be combined; all must hold.</summary>
internal sealed record BoardRequest
{
    // OpenAPI shows them as the endpoint takes them; a saved view is read by the same names.
    private static readonly Dictionary<string, PropertyInfo> Members = typeof(BoardRequest).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .ToDictionary(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name), StringComparer.Ordinal);

    /// <summary>How many rows at most: 1 to 200, 50 when left out.</summary>
    [FromQuery]
    public string? Limit { get; init; }

    /// <summary>Where to go on: what an earlier page in the same order gave as <c>next</c>.</summary>
    [FromQuery]
    public string? After { get; init; }

    /// <summary>The order: <c>urgency</c> (when left out), <c>opened</c>, <c>lastOutreach</c>, <c>company</c>, <c>handle</c>, each reversed by a <c>-</c> before it, or <c>relevance</c> (when left out beside <c>q</c>).</summary>
    [FromQuery]
    public string? Sort { get; init; }

    /// <summary>Only these cases: ids or handles, each for itself or several with commas between them, at most 50.</summary>
    [FromQuery]
    public string[]? Disclosure { get; init; }

    /// <summary>Only cases of this company: an id or a handle.</summary>
    [FromQuery]
    public string? Company { get; init; }

    /// <summary>Only where it is the turn of <c>us</c>, <c>company</c> or <c>nobody</c>.</summary>
    [FromQuery]
    public string? WaitingOn { get; init; }

    /// <summary>Only <c>open</c> (when left out), <c>resolved</c>, <c>closed</c>, or <c>all</c>.</summary>
    [FromQuery]
    public string? Status { get; init; }

    /// <summary>Only where this reaction was classified last; <c>none</c>: none was.</summary>
    [FromQuery]
    public string? Reaction { get; init; }

    /// <summary>Only where this one is in charge; <c>me</c>: whoever asks, <c>none</c>: nobody.</summary>
    [FromQuery]
    public string? Assignee { get; init; }

    /// <summary><c>true</c>: only where something ran out; <c>false</c>: only where nothing did.</summary>
    [FromQuery]
    public string? Overdue { get; init; }

    /// <summary>Only where something runs out within this time, or has: an ISO 8601 duration such as <c>PT48H</c> or <c>P7D</c>.</summary>
    [FromQuery]
    public string? DueWithin { get; init; }

    /// <summary>Only what is marked so: <c>clear</c>, <c>green</c>, <c>amber</c>, <c>amber-strict</c> or <c>red</c>.</summary>
    [FromQuery]
    public string? Tlp { get; init; }

    /// <summary>Only what bears this tag; of several, all.</summary>
    [FromQuery]
    public string[]? Tag { get; init; }

    /// <summary>Only what was last assessed so; <c>none</c>: what nobody assessed.</summary>
    [FromQuery]
    public string? Severity { get; init; }

    /// <summary>Only what runs under this policy, by its name.</summary>
    [FromQuery]
    public string? Policy { get; init; }

    /// <summary>Only what has these words in title, names, tags, findings, notes or updates.</summary>
    [FromQuery]
    public string? Q { get; init; }

    /// <summary>A saved view; whatever else is asked for takes the place of what it says.</summary>
    [FromQuery]
    public string? View { get; init; }

    /// <summary>As it was at this instant, or at the end of this day in the team's zone.</summary>
    [FromQuery]
    public string? AsOf { get; init; }

    /// <summary>Of the past: what was <c>known</c> then (when left out), or what had <c>happened</c> as far as is known now.</summary>
    [FromQuery]
    public string? By { get; init; }

    /// <summary>The names of all members.</summary>
    public static IReadOnlyCollection<string> Names => Members.Keys;

    /// <summary>Reads a query string, e.g. <c>waitingOn=us&amp;tag=wallet</c>; names that nobody knows are given back.</summary>
    public static (BoardRequest Request, IReadOnlyList<string> Unknown) Of(string query)
    {
        var request = new BoardRequest();
        List<string> unknown = [];
        foreach (var (name, values) in QueryHelpers.ParseQuery(query))
        {
            if (Members.TryGetValue(name, out var member))
            {
                member.SetValue(request, member.PropertyType == typeof(string) ? values.ToString() : values.ToArray());
            }
            else
            {
                unknown.Add(name);
            }
        }

        return (request, unknown);
    }

    /// <summary>This, and where it says nothing, what <paramref name="view"/> says.</summary>
    public BoardRequest Over(BoardRequest view)
    {
        var both = new BoardRequest();
        foreach (var member in Members.Values)
        {
            member.SetValue(both, member.GetValue(this) is { } own and not Array { Length: 0 } ? own : member.GetValue(view));
        }

        return both;
    }
}

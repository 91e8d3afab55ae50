using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Primitives;

namespace Ketman.Dashboard.Board;

/// <summary>What the address of the page asks of the board. It is the question to the API itself, so it can be shared, and saved as a view.</summary>
public sealed class BoardAddress
{
    /// <summary>What narrows the list, in the order of the form.</summary>
    public static readonly IReadOnlyList<string> Filters =
        ["q", "status", "waitingOn", "overdue", "dueWithin", "reaction", "assignee", "severity", "tlp", "tag", "company", "policy", "disclosure", "asOf", "by"];

    private static readonly string[] Others = ["view", "sort", "after", "limit"];

    private readonly List<(string Name, string Value)> _asked;

    private BoardAddress(IEnumerable<(string, string)> asked) => _asked = [.. asked];

    /// <summary>Reads it. A form sends its empty fields too; they ask for nothing, and neither does what is not the API's.</summary>
    public static BoardAddress Of(IEnumerable<KeyValuePair<string, StringValues>> query) => new(
        from one in query
        where Filters.Contains(one.Key) || Others.Contains(one.Key)
        from value in one.Value
        where !string.IsNullOrWhiteSpace(value)
        select (one.Key, value.Trim()));

    /// <summary>This over what a saved view asks for: all that is asked, without the view's name.</summary>
    public BoardAddress Over(ViewItem view) => new(
    [
        .. _asked.Where(one => one.Name is not "view"),
        .. Of(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(view.Query))._asked.Where(one => this[one.Name] is null),
    ]);

    public string? this[string name] => _asked.FirstOrDefault(one => one.Name == name).Value;

    /// <summary>The filters that are set.</summary>
    public IEnumerable<(string Name, string Value)> Set => _asked.Where(one => Filters.Contains(one.Name));

    /// <summary>Whether the list is narrowed at all.</summary>
    public bool Narrows => Set.Any() || this["view"] is not null;

    /// <summary>Whether the past is shown.</summary>
    public bool Past => this["asOf"] is not null;

    /// <summary>The question to the API, e.g. <c>?waitingOn=us</c>; empty: nothing in particular.</summary>
    public string Query => Write(_asked);

    /// <summary>What of it counts can be asked for.</summary>
    public string CountsQuery => Write(_asked.Where(one => one.Name is not ("sort" or "after" or "limit")));

    /// <summary>What a view keeps: neither the page nor the view that it came from.</summary>
    public string ViewQuery => Write(_asked.Where(one => one.Name is not ("view" or "after"))).TrimStart('?');

    /// <summary>The page of this question.</summary>
    public string Page => "/" + Query;

    /// <summary>The page with one thing asked otherwise; from its first row again.</summary>
    public string With(string name, string? value) =>
        "/" + Write([.. _asked.Where(one => one.Name != name && one.Name != "after"), .. value is null ? [] : new[] { (name, value) }]);

    /// <summary>The page without one value of one filter.</summary>
    public string Without(string name, string value) => "/" + Write(_asked.Where(one => one.Name != "after" && one != (name, value)));

    /// <summary>Some rows of this question, whatever page they are on.</summary>
    public string RowsQuery(string rows) => Write([.. _asked.Where(one => one.Name is not ("after" or "limit" or "sort" or "disclosure")), ("disclosure", rows)]);

    private static string Write(IEnumerable<(string Name, string Value)> asked)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in asked)
        {
            query.Add(name, value);
        }

        return query.ToString();
    }
}

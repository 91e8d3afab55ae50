using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Ketman.Dashboard.Figures;

/// <summary>What the address of a page asks of a figure: the members of the API by their own names, and how the page shows the answer.</summary>
public sealed class FigureQuestion
{
    // In this order they stand in an address, so that the same question has the same one.
    private static readonly string[] Asked = ["from", "until", "last", "group", "asOf", "by", "against", "metric", "cases", "limit"];
    private static readonly string[] Shown = ["time", "scale"];

    private readonly Dictionary<string, string> _members;

    private FigureQuestion(string kind, Dictionary<string, string> members) => (Kind, _members) = (kind, members);

    /// <summary>The figure, e.g. <c>sla</c>; empty: the overview.</summary>
    public string Kind { get; }

    /// <summary>The figure's own page.</summary>
    public string Page => Kind.Length == 0 ? "/figures" : $"/figures/{Kind}";

    /// <summary>The page with this question.</summary>
    public string Address => Written(Page, _members, [.. Asked, .. Shown]);

    public string? this[string name] => _members.GetValueOrDefault(name);

    /// <summary>Whether business time is shown instead of elapsed time.</summary>
    public bool Business => this["time"] == "business";

    /// <summary>Whether a curve's time runs evenly instead of stretched at its beginning.</summary>
    public bool Even => this["scale"] == "even";

    /// <summary>Whether anything but the figure over everything is asked for.</summary>
    public bool IsFiltered => Asked.Except(["cases", "metric", "limit"]).Any(_members.ContainsKey);

    /// <summary>Reads it; <paramref name="canonical"/> says whether it was written as <see cref="Address"/> would be (a form sends its empty fields too).</summary>
    public static FigureQuestion Read(string kind, IQueryCollection query, out bool canonical)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Asked.Concat(Shown))
        {
            if (query.TryGetValue(name, out var values) && values.ToString().Trim() is { Length: > 0 } value)
            {
                members[name] = value;
            }
        }

        canonical = query.All(member => !StringValues.IsNullOrEmpty(member.Value));
        return new FigureQuestion(kind, members);
    }

    /// <summary>The same with another value of a member; null: without it.</summary>
    public FigureQuestion With(string name, string? value)
    {
        var members = new Dictionary<string, string>(_members, StringComparer.Ordinal);
        members.Remove(name);
        if (value is not null)
        {
            members[name] = value;
        }

        return new FigureQuestion(Kind, members);
    }

    /// <summary>The same of another figure, as far as both can be asked it: what it is taken apart by is each one's own.</summary>
    public FigureQuestion Of(string kind) =>
        new(kind, _members.Where(member => member.Key is "from" or "until" or "last" or "asOf" or "by" or "against").ToDictionary(StringComparer.Ordinal));

    /// <summary>The path of the API for it.</summary>
    /// <param name="without">What is not passed on.</param>
    public string Path(params ReadOnlySpan<string> without)
    {
        var members = new Dictionary<string, string>(_members, StringComparer.Ordinal);
        foreach (var name in without)
        {
            members.Remove(name);
        }

        return Written($"/figures/{Kind}", members, Asked);
    }

    private static string Written(string path, Dictionary<string, string> members, IEnumerable<string> names) =>
        QueryHelpers.AddQueryString(path, names.Where(members.ContainsKey).Select(name => KeyValuePair.Create(name, (string?)members[name])));
}

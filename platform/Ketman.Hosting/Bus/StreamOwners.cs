namespace Ketman.Hosting.Bus;

/// <summary>Which service owns which streams: the one to be asked again when an event of theirs is missing.</summary>
internal static class StreamOwners
{
    /// <summary>The owner of a stream such as <c>disclosure-0198...</c>, or null when nobody is known to own it.</summary>
    public static string? Of(string stream) => Category(stream) switch
    {
        "company" or "account" or "lead" or "assessment" => "intake",
        "disclosure" or "policy" => "disclosures",
        _ => null,
    };

    /// <summary>The categories whose streams <paramref name="owner"/> owns.</summary>
    public static IReadOnlyList<string> CategoriesOf(string owner) => owner switch
    {
        "intake" => ["company", "account", "lead", "assessment"],
        "disclosures" => ["disclosure", "policy"],
        _ => throw new ArgumentException($"{owner} owns no streams", nameof(owner)),
    };

    /// <summary>What stands before the id: <c>disclosure</c> of <c>disclosure-0198...</c>.</summary>
    public static string Category(string stream)
    {
        var dash = stream.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? stream : stream[..dash];
    }

    /// <summary>The id in a stream's name; empty when it bears none.</summary>
    public static Guid Id(string stream) =>
        Guid.TryParseExact(stream.AsSpan(Math.Min(stream.Length, Category(stream).Length + 1)), "D", out var id) ? id : Guid.Empty;
}

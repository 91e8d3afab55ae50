using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Ketman.Metrics.Board;

/// <summary>By what the board can be sorted.</summary>
internal enum BoardKey
{
    /// <summary>What ran out longest ago first, then the oldest.</summary>
    Urgency,

    /// <summary>The oldest first.</summary>
    Opened,

    /// <summary>Where nobody was reached out to for longest first.</summary>
    LastOutreach,

    /// <summary>By the company's name.</summary>
    Company,

    /// <summary>By the case's handle.</summary>
    Handle,

    /// <summary>What fits the words best first.</summary>
    Relevance,
}

/// <summary>An order of the board.</summary>
/// <param name="Key">By what.</param>
/// <param name="Reversed">The other way round.</param>
internal sealed record BoardOrder(BoardKey Key, bool Reversed)
{
    public static readonly BoardOrder Urgency = new(BoardKey.Urgency, false);
    public static readonly BoardOrder Relevance = new(BoardKey.Relevance, false);

    private static readonly Dictionary<string, BoardKey> Sorts = new(StringComparer.Ordinal)
    {
        ["urgency"] = BoardKey.Urgency,
        ["opened"] = BoardKey.Opened,
        ["lastOutreach"] = BoardKey.LastOutreach,
        ["company"] = BoardKey.Company,
        ["handle"] = BoardKey.Handle,
    };

    /// <summary>The names of those that can be reversed.</summary>
    public static IEnumerable<string> Names => Sorts.Keys;

    /// <summary>Its name, as it is asked for.</summary>
    public string Name => Key is BoardKey.Relevance ? "relevance" : (Reversed ? "-" : "") + Sorts.Single(sort => sort.Value == Key).Key;

    /// <summary>The columns of the order; each page is read from an index that has them in this order.</summary>
    public IReadOnlyList<string> Columns => Key switch
    {
        BoardKey.Urgency => ["c.urgency", "c.opened_at", "c.id"],
        BoardKey.Opened => ["c.opened_at", "c.id"],
        BoardKey.LastOutreach => ["c.contact_at", "c.id"],
        BoardKey.Company => ["c.company_key", "c.id"],
        BoardKey.Handle => ["c.handle", "c.id"],
        _ => ["c.rank", "c.id"],
    };

    /// <summary>Whether its place in the order would tell what is withheld of a case with facts above the reader's clearance.</summary>
    public bool TellsOfFacts => Key is BoardKey.Urgency or BoardKey.LastOutreach;

    /// <summary>Whether the greatest comes first.</summary>
    public bool Descending => Reversed || Key is BoardKey.Relevance;

    /// <summary>The order of this name; null: there is none.</summary>
    public static BoardOrder? Of(string name) => name is "relevance" ? Relevance
        : Sorts.TryGetValue(name.StartsWith('-') ? name[1..] : name, out var key) ? new BoardOrder(key, name.StartsWith('-'))
        : null;
}

/// <summary>The place of a row in one order. It names values, not a count: rows that come and go meanwhile shift nothing.</summary>
/// <param name="Order">The order; a place in another one means nothing.</param>
/// <param name="Last">Whether it is among the rows that come last because their own place would tell what is withheld.</param>
/// <param name="Values">The values of the order's columns but the id: times, text or a number, each as text.</param>
/// <param name="Id">The case.</param>
internal sealed record BoardCursor(BoardOrder Order, bool Last, IReadOnlyList<object> Values, Guid Id)
{
    private const int Longest = 1000;
    private const char Between = '\u001f';

    /// <summary>As a client sends it back.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(
        Between, [Order.Name, Last ? "last" : "", .. Values.Select(Text), Id.ToString("D")])));

    /// <summary>Reads it; null: it is none, or of another order.</summary>
    public static BoardCursor? Read(string text, BoardOrder order)
    {
        if (text.Length > Longest || !Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(Between);
        if (parts.Length < 3 || parts[0] != order.Name || parts[1] is not ("" or "last") || !Guid.TryParseExact(parts[^1], "D", out var id))
        {
            return null;
        }

        var last = parts[1].Length > 0;
        var values = parts[2..^1].Select((part, index) => Value(order, last, index, part)).ToList();
        return values.Count == (last ? 1 : order.Columns.Count - 1) && values.TrueForAll(value => value is not null) && (!last || order.TellsOfFacts)
            ? new BoardCursor(order, last, [.. values.Select(value => value!)], id)
            : null;
    }

    private static string Text(object value) => value switch
    {
        DateTime time => time.Ticks.ToString(CultureInfo.InvariantCulture),
        float rank => rank.ToString("R", CultureInfo.InvariantCulture),
        _ => (string)value,
    };

    private static object? Value(BoardOrder order, bool last, int index, string text) => order.Key switch
    {
        _ when last => Time(text),
        BoardKey.Company or BoardKey.Handle => text.Contains('\0', StringComparison.Ordinal) ? null : text,
        BoardKey.Relevance => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rank) && float.IsFinite(rank) ? rank : null,
        _ => Time(text),
    };

    // The least and the greatest stand for "never", as in the database.
    private static DateTime? Time(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks ? new DateTime(ticks, DateTimeKind.Utc) : null;
}

namespace Ketman.Dashboard.Incident;

/// <summary>Markings and states as they are shown.</summary>
internal static class Marks
{
    /// <summary>E.g. <c>TLP:AMBER+STRICT</c>.</summary>
    public static string Tlp(string marking) => "TLP:" + marking.Replace('-', '+').ToUpperInvariant();

    /// <summary>How a state of a clock, a step or a publication is coloured; words stand beside it always.</summary>
    public static string Tone(string state) => state switch
    {
        "breached" or "published" or "held" => "badge bad",
        "paused" or "due" or "noticed" or "proposed" or "approved" or "scheduled" => "badge warn",
        "met" or "met-in-grace" or "taken" => "badge good",
        _ => "badge",
    };

    /// <summary>Only addresses of pages become links: what stands in a fact was typed by somebody.</summary>
    public static bool IsLink(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is ("http" or "https");
}

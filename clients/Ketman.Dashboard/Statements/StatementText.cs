using System.Xml;
using System.Xml.Linq;
using Ketman.Dashboard.Forms;

namespace Ketman.Dashboard.Statements;

/// <summary>
/// The text of a statement out of the page that the platform renders of it. That page cannot stand in this one: it is whole, its style is let in by
/// a policy of its own, and no page may frame another. So it is read as what it is, well-formed markup, and only elements that are text
/// are shown (<see cref="StatementProse"/>), whoever wrote it and whenever it was frozen.
/// </summary>
public sealed class StatementText
{
    private static readonly string[] Sections =
        ["introduction", "companies-affected", "confirmed-threats", "money-transferred", "time-of-activity", "new-accounts", "reaction-time", "escalations", "publications"];

    private static readonly Dictionary<string, string[]> FiguresOf = new(StringComparer.Ordinal)
    {
        ["companies-affected"] = ["affected-companies"],
        ["confirmed-threats"] = ["confirmed-workers"],
        ["money-transferred"] = ["money-transferred"],
        ["time-of-activity"] = ["time-of-activity", "implants-found", "post-exploitation-help"],
        ["new-accounts"] = ["indexed-accounts"],
        ["reaction-time"] = ["reactions", "reaction-time"],
        ["escalations"] = ["escalations"],
        ["publications"] = ["publications"],
    };

    private StatementText(string? marking, IReadOnlyList<StatementSection> parts) => (Marking, Parts) = (marking, parts);

    /// <summary>How far it goes, e.g. <c>TLP:RED</c>.</summary>
    public string? Marking { get; }

    /// <summary>Its sections.</summary>
    public IReadOnlyList<StatementSection> Parts { get; }

    /// <summary>The sections that a note can be written to.</summary>
    public static IReadOnlyList<string> NoteSections => Sections;

    /// <summary>What a section is called.</summary>
    public static string Name(string section) => Words.ResourceManager.GetString(
        "Statement_Section_" + section.Replace('-', '_'), System.Globalization.CultureInfo.InvariantCulture) ?? Labels.Of(section);

    /// <summary>Reads the platform's page.</summary>
    /// <exception cref="XmlException">It is not well-formed.</exception>
    public static StatementText Read(string html)
    {
        const string open = "<body>";
        var from = html.IndexOf(open, StringComparison.Ordinal);
        var to = html.LastIndexOf("</body>", StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new XmlException("A statement's page has no body.");
        }

        // Letters that XML does not know may stand in a note; they are nothing that one could see.
        var body = string.Concat(html[from..to].Where(letter => XmlConvert.IsXmlChar(letter) || char.IsSurrogate(letter))) + "</body>";
        using var reader = XmlReader.Create(new StringReader(body), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var nodes = XElement.Load(reader, LoadOptions.PreserveWhitespace).Nodes().ToList();
        var marking = nodes.OfType<XElement>().FirstOrDefault(element => (string?)element.Attribute("class") == "marking")?.Value;
        List<StatementSection> parts = [];
        var section = new StatementSection("introduction", null, [], []);
        foreach (var node in nodes)
        {
            if (node is XElement { Name.LocalName: "h1" } || node is XElement below && (string?)below.Attribute("class") == "marking")
            {
                continue;
            }

            // Only of the page itself: a heading in a note stands in its quotation.
            if (node is XElement { Name.LocalName: "h2" } heading)
            {
                parts.Add(section);
                var key = Sections.FirstOrDefault(one => Name(one) == heading.Value);
                section = new StatementSection(key ?? "figures", heading.Value, [], key is null ? [] : FiguresOf.GetValueOrDefault(key, []));
                continue;
            }

            section.Nodes.Add(node);
        }

        parts.Add(section);
        return new StatementText(marking, parts);
    }
}

/// <summary>One section.</summary>
/// <param name="Key">Its name for notes; <c>figures</c> for what is none of them.</param>
/// <param name="Heading">As it stands in the text; null: the introduction has none.</param>
/// <param name="Nodes">What stands in it.</param>
/// <param name="Figures">The figures it tells.</param>
public sealed record StatementSection(string Key, string? Heading, List<XNode> Nodes, IReadOnlyList<string> Figures)
{
    /// <summary>Whether a note can be written to it.</summary>
    public bool TakesNotes => Key != "figures";
}

using Ketman.Contracts;

namespace Ketman.Disclosures.Confidential;

/// <summary>Decides member by member what of a case is shown, and keeps a list of what is not.</summary>
internal sealed class CaseCut(ReadCase read)
{
    private readonly List<WithheldPart> _parts = [.. Facts(read)];

    /// <summary>What is left out so far; null: nothing.</summary>
    public IReadOnlyList<WithheldPart>? Parts => _parts.Count == 0 ? null : [.. _parts.Distinct().OrderBy(part => part.Member, StringComparer.Ordinal).ThenBy(part => part.Marking)];

    /// <summary>Whether the reader may see a member of an event; if not, it is listed as <paramref name="shown"/>.</summary>
    public bool Shows<TEvent>(string shown, string member) => Shows(typeof(TEvent), shown, member);

    /// <inheritdoc cref="Shows{TEvent}"/>
    public bool Shows(Type type, string shown, string member)
    {
        if (MarkedMember.Of(type).FirstOrDefault(marked => marked.Property.Name == member) is not { } above || above.Marking <= read.Clearance)
        {
            return true;
        }

        _parts.Add(new WithheldPart(shown, above.Marking));
        return false;
    }

    /// <summary>Whether what is worked out from facts may be shown: not where some of them are left out.</summary>
    public bool WorkedOut(string shown)
    {
        if (read.LeftOut is { } marking)
        {
            _parts.Add(new WithheldPart(shown, marking));
        }

        return read.LeftOut is null;
    }

    private static IEnumerable<WithheldPart> Facts(ReadCase read) => read.State.Facts.Keys.Where(id => !read.Seen.Facts.ContainsKey(id))
        .GroupBy(read.State.Confidentiality.MarkOf).Select(group => new WithheldPart("facts", group.Key, group.Count()));
}

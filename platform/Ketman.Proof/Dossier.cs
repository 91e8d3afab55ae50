namespace Ketman.Proof;

/// <summary>One stream's history as it leaves the house: what may be seen of it, and the proof that nothing else was changed or left out.</summary>
/// <param name="Marking">How far it may go, e.g. <c>TLP:AMBER</c>.</param>
/// <param name="Service">Whose log it is from.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Reference">Its handle.</param>
/// <param name="ExportedAt">When.</param>
/// <param name="Events">All events of the stream, those that are not shown included.</param>
/// <param name="Seals">The seals that cover them, by number.</param>
/// <param name="Keys">The keys that signed the seals; the one that signs the file is among them.</param>
public sealed record Dossier(
    string Marking,
    string Service,
    string Stream,
    string? Reference,
    DateTimeOffset ExportedAt,
    IReadOnlyList<DossierEvent> Events,
    IReadOnlyList<DossierSeal> Seals,
    IReadOnlyList<Ed25519PublicKey> Keys)
{
    /// <summary>The version up to which every event is sealed.</summary>
    public long SealedThrough => Events.TakeWhile(each => each.Seal is not null).LastOrDefault()?.Version ?? 0;
}

/// <summary>An event in a dossier.</summary>
/// <param name="Version">Its place in the stream.</param>
/// <param name="Sequence">Its place in the log.</param>
/// <param name="Digest">The digest of its content, lower-case hexadecimal.</param>
/// <param name="Link">Its link, likewise.</param>
/// <param name="Content">What it says; null: withheld.</param>
/// <param name="Keys">Keys of just this event that make personal texts in it readable, by subject: 32 bytes as base64url.</param>
/// <param name="Seal">The seal that covers it; null: it is too young.</param>
public sealed record DossierEvent(
    long Version, long Sequence, string Digest, string Link, DossierContent? Content, IReadOnlyDictionary<string, string>? Keys, DossierPath? Seal);

/// <summary>How an event hangs on its seal.</summary>
/// <param name="Number">The seal.</param>
/// <param name="Index">The leaf's place in its tree, from 0.</param>
/// <param name="Path">What joins the leaf to the root, from the leaf upward, lower-case hexadecimal.</param>
public sealed record DossierPath(long Number, int Index, IReadOnlyList<string> Path);

/// <summary>A seal in a dossier.</summary>
/// <param name="Statement">What is stated.</param>
/// <param name="Signature">64 bytes, lower-case hexadecimal.</param>
public sealed record DossierSeal(Seal Statement, string Signature);

/// <summary>What an event says, in exactly the form its digest is made of.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its name on disk.</param>
/// <param name="RecordedAt">When it was recorded, to the microsecond.</param>
/// <param name="RecordedBy">Under which name.</param>
/// <param name="Command">The id of the command that caused it.</param>
/// <param name="Correlation">The trace it belongs to.</param>
/// <param name="Headers">The headers without <c>hash</c>, canonical JSON.</param>
/// <param name="Data">The data, canonical JSON.</param>
public sealed record DossierContent(
    Guid Id, string Type, DateTimeOffset RecordedAt, string? RecordedBy, string? Command, string? Correlation, string Headers, string Data)
{
    /// <summary>The digest of this content as an event of a stream.</summary>
    /// <exception cref="System.Text.Json.JsonException">Headers or data are no JSON.</exception>
    public string Digest(string stream, long version)
    {
        Span<byte> digest = stackalloc byte[HashChain.Length];
        HashChain.Digest(
            new LinkedContent
            {
                Stream = stream,
                Version = version,
                Id = Id,
                Type = Type,
                RecordedAt = RecordedAt,
                RecordedBy = RecordedBy,
                Causation = Command,
                Correlation = Correlation,
                Headers = System.Text.Encoding.UTF8.GetBytes(Headers),
                Data = System.Text.Encoding.UTF8.GetBytes(Data),
            },
            digest);
        return Convert.ToHexStringLower(digest);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ketman.Proof;

/// <summary>
/// A decision about the activity statement of a month, as it is signed: text, so that it can be read and checked by hand. Each refers to
/// the one before it of the same month. Names of people stand in it as salted digests, because what is signed leaves the team.
/// </summary>
/// <param name="Month">E.g. <c>2025-02</c>.</param>
/// <param name="Zone">The zone in which the month begins and ends.</param>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Kind"><c>reviewed</c> or <c>frozen</c>.</param>
/// <param name="Version">What was reviewed or frozen: 1, and one more with each restatement.</param>
/// <param name="By">Digest of the name of who did it.</param>
/// <param name="At">When, in UTC to the microsecond.</param>
/// <param name="Basis">Digest of what was reviewed: of a frozen version, the same as of its review.</param>
/// <param name="Contents">Digests of what was frozen, by name, e.g. <c>clear.json</c>.</param>
/// <param name="Previous">SHA-256 of the text of the step before; zeros for the first.</param>
/// <param name="KeyId">The fingerprint of the key that signs.</param>
public sealed record StatementStep(
    string Month, string Zone, int Number, string Kind, int Version, string By, DateTimeOffset At, string Basis,
    IReadOnlyList<(string Name, string Digest)> Contents, string Previous, string KeyId)
{
    /// <summary>That somebody looked it over.</summary>
    public const string Reviewed = "reviewed";

    /// <summary>That it stays so for ever.</summary>
    public const string Frozen = "frozen";

    private const string Form = "ketman-statement-1";
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    private const int FewestLines = 11;

    private static readonly string[] s_before = ["month", "zone", "number", "kind", "version", "by", "at", "basis"];

    /// <summary>The text that is signed: a line for the form, then <c>name: value</c> for each member, each ended by a line feed.</summary>
    public string Text()
    {
        var invariant = CultureInfo.InvariantCulture;
        string[] values = [Month, Zone, Number.ToString(invariant), Kind, Version.ToString(invariant), By, At.UtcDateTime.ToString(TimeForm, invariant), Basis];
        var text = new StringBuilder(Form).Append('\n');
        foreach (var (name, value) in s_before.Zip(values))
        {
            text.Append(name).Append(": ").Append(value).Append('\n');
        }

        foreach (var (name, digest) in Contents)
        {
            text.Append("content: ").Append(name).Append(' ').Append(digest).Append('\n');
        }

        return text.Append("previous: ").Append(Previous).Append("\nkey: ").Append(KeyId).Append('\n').ToString();
    }

    /// <summary>By what the next step refers to a step with this text.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A digest that cannot be guessed without the salt, lower-case hexadecimal.</summary>
    public static string Digest(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Reads a text; null when it is not exactly one of these.</summary>
    public static StatementStep? Read(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < FewestLines || lines[0] != Form || lines[^1].Length > 0)
        {
            return null;
        }

        var pairs = lines[1..^1].Select(line => line.Split(": ", 2)).ToList();
        if (pairs.Any(pair => pair.Length != 2) || !pairs.Take(s_before.Length).Select(pair => pair[0]).SequenceEqual(s_before)
            || pairs[^2][0] != "previous" || pairs[^1][0] != "key")
        {
            return null;
        }

        var values = pairs.Select(pair => pair[1]).ToList();
        var contents = pairs[s_before.Length..^2].Select(pair => (Kind: pair[0], Parts: pair[1].Split(' ', 2))).ToList();
        if (contents.Any(content => content.Kind != "content" || content.Parts.Length != 2)
            || !int.TryParse(values[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !int.TryParse(values[4], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            || !DateTimeOffset.TryParseExact(values[6], TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return null;
        }

        var step = new StatementStep(
            values[0], values[1], number, values[3], version, values[5], at, values[7], [.. contents.Select(content => (content.Parts[0], content.Parts[1]))], values[^2], values[^1]);
        // Whatever is written otherwise than we write it is not what was signed.
        return step.Text() == text ? step : null;
    }
}

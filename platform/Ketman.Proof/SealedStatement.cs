using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ketman.Proof;

/// <summary>A frozen statement as a file, with all that it takes to verify it: the signed steps of its month, the keys, and what was frozen.</summary>
/// <param name="Form">Always <see cref="FormName"/>.</param>
/// <param name="Steps">From the first of the month to the one that froze this version.</param>
/// <param name="Keys">The public keys (PEM) that signed.</param>
/// <param name="Contents">What was frozen for readers of one clearance.</param>
public sealed record SealedStatement(string Form, IReadOnlyList<SignedStep> Steps, IReadOnlyList<string> Keys, IReadOnlyList<SealedContent> Contents)
{
    /// <summary>By what such a file is known.</summary>
    public const string FormName = "ketman-sealed-statement-1";

    /// <summary>Writes the file.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, SealedStatementJson.Default.SealedStatement);

    /// <summary>Reads a file; null when it is none.</summary>
    public static SealedStatement? Read(ReadOnlySpan<byte> file)
    {
        try
        {
            return JsonSerializer.Deserialize(file, SealedStatementJson.Default.SealedStatement) is { Form: FormName, Steps: not null, Keys: not null, Contents: not null } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Checks every signature, the chain of the steps and every digest.</summary>
    /// <param name="pinned">The key that must have signed the last step; null: any that is in the file.</param>
    public SealedStatementReport Verify(Ed25519PublicKey? pinned = null)
    {
        List<string> faults = [];
        var keys = KeysById(faults);
        var previous = new string('0', 64);
        StatementStep? last = null;
        foreach (var (signed, place) in Steps.Select((signed, index) => (signed, index + 1)))
        {
            if (StatementStep.Read(signed.Statement) is not { } step)
            {
                faults.Add($"Step {place} is not in the form of a step.");
                break;
            }

            if (step.Number != place || step.Previous != previous || (last is not null && step.Month != last.Month))
            {
                faults.Add($"Step {place} does not follow the one before it: one was left out, added or changed.");
            }

            if (!keys.TryGetValue(step.KeyId, out var key) || !IsSigned(key, signed))
            {
                faults.Add($"Step {place} is not signed by the key that it names.");
            }

            (previous, last) = (StatementStep.HashOf(signed.Statement), step);
        }

        if (last is not { Kind: StatementStep.Frozen })
        {
            faults.Add("The last step freezes nothing.");
            return new SealedStatementReport(last, faults);
        }

        if (pinned is not null && last.KeyId != pinned.Id)
        {
            faults.Add("It is signed by another key than the one that was given.");
        }

        var digests = last.Contents.ToLookup(content => content.Name, content => content.Digest, StringComparer.Ordinal);
        faults.AddRange(Contents.Where(content => !digests[content.Name].Contains(content.Digest(), StringComparer.Ordinal))
            .Select(content => $"{content.Name} is not what was frozen."));
        return new SealedStatementReport(last, faults);
    }

    private Dictionary<string, Ed25519PublicKey> KeysById(List<string> faults)
    {
        var keys = new Dictionary<string, Ed25519PublicKey>(StringComparer.Ordinal);
        foreach (var pem in Keys)
        {
            try
            {
                var key = Ed25519PublicKey.FromPem(pem);
                keys[key.Id] = key;
            }
            catch (CryptographicException)
            {
                faults.Add("One of the keys is none.");
            }
        }

        return keys;
    }

    private static bool IsSigned(Ed25519PublicKey key, SignedStep signed)
    {
        var signature = new byte[Ed25519PublicKey.SignatureLength];
        return Convert.TryFromBase64String(signed.Signature, signature, out var length) && length == signature.Length
            && key.Verify(Encoding.UTF8.GetBytes(signed.Statement), signature);
    }
}

/// <summary>One step with its signature.</summary>
/// <param name="Statement">The text that is signed.</param>
/// <param name="Signature">Ed25519, in base64.</param>
/// <param name="By">Who did it; null: not for the readers of this file.</param>
/// <param name="Salt">With it, the name gives the digest in the text; base64.</param>
public sealed record SignedStep(string Statement, string Signature, string? By = null, string? Salt = null);

/// <summary>What was frozen in one form.</summary>
/// <param name="Name">E.g. <c>clear.markdown</c>.</param>
/// <param name="Salt">Base64.</param>
/// <param name="Text">The content.</param>
public sealed record SealedContent(string Name, string Salt, string Text)
{
    /// <summary>The digest that the signed text must name; empty where the salt is none.</summary>
    public string Digest()
    {
        var salt = new byte[64];
        return Convert.TryFromBase64String(Salt, salt, out var length) ? StatementStep.Digest(salt.AsSpan(0, length), Encoding.UTF8.GetBytes(Text)) : "";
    }
}

/// <summary>What came of verifying.</summary>
/// <param name="Frozen">The step that froze it, when it could be read.</param>
/// <param name="Faults">What does not hold; empty: everything does.</param>
public sealed record SealedStatementReport(StatementStep? Frozen, IReadOnlyList<string> Faults)
{
    /// <summary>Whether it holds.</summary>
    public bool Holds => Faults.Count == 0;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, NewLine = "\n", DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SealedStatement))]
internal sealed partial class SealedStatementJson : JsonSerializerContext;

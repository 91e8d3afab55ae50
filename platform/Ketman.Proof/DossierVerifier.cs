using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Ketman.Proof;

/// <summary>Checks a dossier with nothing but the file: every content against its digest, every digest in the chain, the chain against the seals, everything against the keys.</summary>
public static class DossierVerifier
{
    /// <summary>Verifies a file; whatever the bytes are, the answer is a report.</summary>
    /// <param name="file">The file.</param>
    /// <param name="pinned">The key that must have signed it; null: any, and the reader compares the fingerprint.</param>
    public static DossierReport Verify(ReadOnlyMemory<byte> file, Ed25519PublicKey? pinned = null)
    {
        var report = new DossierReport();
        try
        {
            using var json = JsonDocument.Parse(file, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            new Reading(json.RootElement, file.Span, report).All(pinned);
        }
        catch (Exception e) when (e is JsonException or MalformedException or InvalidOperationException)
        {
            report.Add(null, e is MalformedException ? e.Message : "The file is no dossier, or is damaged: it cannot be read.");
        }

        return report;
    }

    private sealed class MalformedException(string message) : Exception(message);

    private sealed class Reading(JsonElement root, ReadOnlySpan<byte> file, DossierReport report)
    {
        private readonly Dictionary<string, Ed25519PublicKey> _keys = [];
        private readonly Dictionary<long, Seal> _seals = [];
        private readonly byte[] _file = file.ToArray();
        private string _service = "";
        private string _stream = "";

        public void All(Ed25519PublicKey? pinned)
        {
            if (Text(root, "format") != DossierFile.Format || Number(root, "formatVersion") != DossierFile.FormatVersion)
            {
                throw new MalformedException($"The file is no dossier of version {DossierFile.FormatVersion}.");
            }

            (_service, _stream) = (Text(root, "service"), Text(root, "stream"));
            (report.Service, report.Stream, report.Marking, report.ExportedAt) = (_service, _stream, Text(root, "marking"), Text(root, "exportedAt"));
            report.Reference = root.TryGetProperty("reference", out var reference) ? reference.GetString() : null;
            Keys();
            Seals();
            Events();
            Signature(pinned);
        }

        private void Keys()
        {
            foreach (var each in List(root, "keys"))
            {
                try
                {
                    var key = Ed25519PublicKey.FromPem(Text(each, "publicKey"));
                    if (key.Id != Text(each, "id") || !_keys.TryAdd(key.Id, key))
                    {
                        report.Add(null, "A public key in the file does not have the fingerprint that it is given.");
                    }
                }
                catch (CryptographicException)
                {
                    report.Add(null, "A public key in the file cannot be read.");
                }
            }
        }

        private void Seals()
        {
            foreach (var each in List(root, "seals"))
            {
                var statement = Text(each, "statement");
                if (Seal.Read(statement) is not { } seal)
                {
                    report.Add(null, "A seal in the file cannot be read.");
                }
                else if (seal.Service != _service || !_keys.TryGetValue(seal.KeyId, out var key)
                    || Hex(Text(each, "signature"), Ed25519PublicKey.SignatureLength) is not { } signature || !key.Verify(Encoding.UTF8.GetBytes(statement), signature))
                {
                    report.Add(null, $"The signature of seal {seal.Number} does not fit.");
                }
                else if (!_seals.TryAdd(seal.Number, seal))
                {
                    report.Add(null, $"Seal {seal.Number} stands in the file twice.");
                }
            }
        }

        private void Events()
        {
            var previous = new byte[HashChain.Length];
            var (version, sequence, open) = (0L, 0L, true);
            var link = new byte[HashChain.Length];
            foreach (var each in List(root, "events"))
            {
                if (Number(each, "version") != ++version)
                {
                    report.Add(version, $"Version {version} is not where it belongs: an event was left out, added or moved.");
                    return;
                }

                var at = Number(each, "sequence");
                if (at <= sequence)
                {
                    report.Add(version, $"Version {version} stands in the log before an earlier one.");
                }

                sequence = at;
                if (Hex(Text(each, "digest"), HashChain.Length) is not { } digest)
                {
                    throw new MalformedException($"The digest of version {version} cannot be read.");
                }

                Content(each, version, Text(each, "digest"));
                HashChain.Link(previous, digest, link);
                if (Convert.ToHexStringLower(link) != Text(each, "link"))
                {
                    report.Add(version, $"Version {version} does not follow from the one before: it, or an earlier one, was changed, left out, added or moved.");
                    return;
                }

                (previous, link) = (link, previous);
                var isSealed = Sealed(each, version, sequence, previous);
                if (isSealed && !open)
                {
                    report.Add(version, $"Version {version} is sealed and the one before is not: its seal was left out.");
                }

                open &= isSealed;
                report.SealedThrough = open ? version : report.SealedThrough;
            }

            report.Through = version;
            if (Number(root, "through") != version || Number(root, "sealedThrough") != report.SealedThrough)
            {
                report.Add(version, $"The file says that it goes to version {Number(root, "through")} and is sealed up to {Number(root, "sealedThrough")}; it goes to {version} and is sealed up to {report.SealedThrough}.");
            }
        }

        private void Content(JsonElement each, long version, string digest)
        {
            if (!each.TryGetProperty("content", out var found))
            {
                report.Withheld++;
                return;
            }

            var content = new DossierContent(
                Guid.TryParseExact(Text(found, "id"), "D", out var id) ? id : throw new MalformedException($"The id of version {version} cannot be read."),
                Text(found, "type"),
                DateTimeOffset.TryParseExact(Text(found, "recordedAt"), DossierFile.TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                    ? time
                    : throw new MalformedException($"The time of version {version} cannot be read."),
                TextOrNull(found, "recordedBy"), TextOrNull(found, "command"), TextOrNull(found, "correlation"), Text(found, "headers"), Text(found, "data"));
            if (!IsCanonical(content.Headers) || !IsCanonical(content.Data) || content.Digest(_stream, version) != digest)
            {
                report.Add(version, $"Version {version} ({content.Type}) was changed: its content does not have the digest that stands in the chain.");
                return;
            }

            var personal = new Dictionary<string, string?>();
            using var data = JsonDocument.Parse(content.Data);
            Personal(data.RootElement, "", content.Id, version, each.TryGetProperty("keys", out var keys) ? keys : default, personal);
            report.Shown.Add(new DossierShown(version, content, personal));
        }

        private void Personal(JsonElement value, string property, Guid id, long version, JsonElement keys, Dictionary<string, string?> read)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var member in value.EnumerateObject())
                    {
                        Personal(member.Value, member.Name, id, version, keys, read);
                    }

                    break;
                case JsonValueKind.Array:
                    foreach (var item in value.EnumerateArray())
                    {
                        Personal(item, property, id, version, keys, read);
                    }

                    break;
                case JsonValueKind.String when value.GetString() is var stored && PersonalText.TrySubject(stored, out var subject):
                    read[stored] = null;
                    if (keys.ValueKind is JsonValueKind.Object && keys.TryGetProperty(subject, out var key))
                    {
                        var text = key.ValueKind is JsonValueKind.String && Base64Url.IsValid(key.GetString())
                            ? Opened(stored, Base64Url.DecodeFromChars(key.GetString()), new PersonalPlace(_stream, id, property))
                            : null;
                        read[stored] = text;
                        if (text is null)
                        {
                            report.Add(version, $"The key that version {version} is given does not open its {property}.");
                        }
                    }

                    break;
            }
        }

        private static string? Opened(string stored, byte[] key, PersonalPlace place)
        {
            try
            {
                return key.Length == PersonalText.KeyLength ? PersonalText.Open(stored, key, place) : null;
            }
            catch (CryptographicException)
            {
                return null;
            }
        }

        private bool Sealed(JsonElement each, long version, long sequence, byte[] link)
        {
            if (!each.TryGetProperty("seal", out var path))
            {
                return false;
            }

            var number = Number(path, "number");
            var hashes = List(path, "path").Select(hash => Hex(hash.GetString() ?? "", HashChain.Length)).ToList();
            if (!_seals.TryGetValue(number, out var seal))
            {
                report.Add(version, $"Seal {number}, which is to cover version {version}, is not in the file or does not hold.");
            }
            else if (sequence < seal.First || sequence > seal.Last || hashes.Contains(null)
                || MerkleTree.RootFrom(new SealedEvent(sequence, _stream, version, link).Leaf(), Number(path, "index"), seal.Events, hashes!) is not { } reached
                || Convert.ToHexStringLower(reached) != seal.Root)
            {
                report.Add(version, $"Version {version} is not the event that seal {number} covers.");
            }

            return true;
        }

        private void Signature(Ed25519PublicKey? pinned)
        {
            var signedBy = Text(root, "signedBy");
            report.KeyId = signedBy;
            report.IsPinned = pinned is not null;
            if (pinned is not null && pinned.Id != signedBy)
            {
                report.Add(null, $"The file is signed by another key ({signedBy}) than the one that was expected ({pinned.Id}).");
                return;
            }

            var length = DossierFile.SignatureLine.Length + (2 * Ed25519PublicKey.SignatureLength) + DossierFile.End.Length;
            var bytes = _file.AsSpan();
            var tail = bytes.Length > length ? bytes[^length..] : [];
            if (!_keys.TryGetValue(signedBy, out var key) || !tail.StartsWith(DossierFile.SignatureLine) || !tail.EndsWith(DossierFile.End)
                || Hex(Encoding.ASCII.GetString(tail[DossierFile.SignatureLine.Length..^DossierFile.End.Length]), Ed25519PublicKey.SignatureLength) is not { } signature
                || !key.Verify(bytes[..^length], signature))
            {
                report.Add(null, "The signature of the file does not fit: something in it was changed.");
            }
        }

        private static bool IsCanonical(string json)
        {
            var buffer = new ByteBuffer();
            CanonicalJson.Write(Encoding.UTF8.GetBytes(json), buffer);
            return buffer.Written.SequenceEqual(Encoding.UTF8.GetBytes(json));
        }

        private static string Text(JsonElement of, string name) =>
            TextOrNull(of, name) ?? throw new MalformedException($"The file is no dossier, or is damaged: {name} is not there.");

        private static string? TextOrNull(JsonElement of, string name) =>
            of.ValueKind is JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

        private static long Number(JsonElement of, string name) =>
            of.ValueKind is JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number)
                ? number
                : throw new MalformedException($"The file is no dossier, or is damaged: {name} is no whole number.");

        private static JsonElement.ArrayEnumerator List(JsonElement of, string name) =>
            of.ValueKind is JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Array
                ? value.EnumerateArray()
                : throw new MalformedException($"The file is no dossier, or is damaged: {name} is no list.");

        // Lower case only: otherwise two spellings of one file would both pass.
        private static byte[]? Hex(string text, int length) =>
            text.Length == 2 * length && text.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(text) : null;
    }
}

/// <summary>What a dossier turned out to be.</summary>
public sealed class DossierReport
{
    private readonly List<DossierFault> _faults = [];

    /// <summary>Whether everything holds.</summary>
    public bool Holds => _faults.Count == 0;

    /// <summary>What does not hold; the first says most.</summary>
    public IReadOnlyList<DossierFault> Faults => _faults;

    /// <summary>Whose log it is from.</summary>
    public string Service { get; internal set; } = "";

    /// <summary>The stream.</summary>
    public string Stream { get; internal set; } = "";

    /// <summary>Its handle.</summary>
    public string? Reference { get; internal set; }

    /// <summary>How far it may go.</summary>
    public string Marking { get; internal set; } = "";

    /// <summary>When it was exported.</summary>
    public string ExportedAt { get; internal set; } = "";

    /// <summary>The last version in it.</summary>
    public long Through { get; internal set; }

    /// <summary>The version up to which seals cover it.</summary>
    public long SealedThrough { get; internal set; }

    /// <summary>Events whose content is withheld.</summary>
    public int Withheld { get; internal set; }

    /// <summary>The fingerprint of the key that signed it.</summary>
    public string KeyId { get; internal set; } = "";

    /// <summary>Whether that is the key which was expected.</summary>
    public bool IsPinned { get; internal set; }

    /// <summary>The events whose content is shown and fits.</summary>
    public List<DossierShown> Shown { get; } = [];

    internal void Add(long? version, string message) => _faults.Add(new DossierFault(version, message));
}

/// <summary>One thing that does not hold.</summary>
/// <param name="Version">The event, when it is known.</param>
/// <param name="Message">What, in one sentence.</param>
public sealed record DossierFault(long? Version, string Message);

/// <summary>An event that is shown and proven.</summary>
/// <param name="Version">Its place in the stream.</param>
/// <param name="Content">What it says.</param>
/// <param name="Personal">Its encrypted texts, and each as it reads; null: its key is not in the file.</param>
public sealed record DossierShown(long Version, DossierContent Content, IReadOnlyDictionary<string, string?> Personal);

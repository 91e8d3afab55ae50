using System.Security.Cryptography;
using System.Text;

namespace Ketman.EventStore.Deciding;

/// <summary>Ids that follow from names (UUID version 5, RFC 9562), so that a repetition is recognised by its id.</summary>
public static class DeterministicId
{
    // Drawn once for the platform. Changing it would change every id that was ever derived.
    private static readonly Guid Root = new("6f0f3c0e-5a55-5c1f-9d39-3d0f6a6b7c21");

    /// <summary>The id of <paramref name="name"/> within <paramref name="scope"/> (a stream, or a kind of thing).</summary>
    public static Guid From(string scope, string name) => Version5(Version5(Root, scope), name);

    /// <summary>The id of a command's event: its own for the first, derived ones after it.</summary>
    public static Guid OfEvent(Guid command, int ordinal) =>
        ordinal == 0 ? command : Version5(command, ordinal.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The id of a fact of <paramref name="stream"/>: an id as such, or the key (idempotency key) it was recorded with.</summary>
    public static Guid OfFact(string stream, string reference) =>
        Guid.TryParseExact(reference, "D", out var id) ? id : From(stream, reference);

    private static Guid Version5(Guid space, string name)
    {
        var length = Encoding.UTF8.GetByteCount(name);
        Span<byte> input = length <= 240 ? stackalloc byte[16 + length] : new byte[16 + length];
        space.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input[16..]);

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // UUID version 5 is defined with SHA-1; nothing here relies on it against an attacker.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}

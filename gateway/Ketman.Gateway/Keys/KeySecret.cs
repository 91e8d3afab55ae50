using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Ketman.Gateway.Keys;

/// <summary>
/// An API key as its holder has it: <c>ktm_</c> and 256 random bits. The prefix lets people and secret scanners recognise one;
/// sessions and invitations are made alike, with prefixes of their own, so that none can stand for another.
/// With that much chance in it a plain SHA-256 is as good a lock as a slow password hash, and costs a microsecond.
/// </summary>
internal static class KeySecret
{
    public const string Key = "ktm_";
    public const string Session = "kts_";
    public const string Invitation = "kti_";

    private const int Length = 47;
    private const int HintLength = 8;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>A new key, to be shown once.</summary>
    public static string Draw() => Draw(Key);

    /// <summary>A new secret, to be shown once.</summary>
    public static string Draw(string prefix)
    {
        Span<byte> random = stackalloc byte[32];
        RandomNumberGenerator.Fill(random);
        return prefix + Base64Url.EncodeToString(random);
    }

    /// <summary>What is shown of a key afterwards, so that its holder can tell it from others.</summary>
    public static string HintOf(string key) => key[..HintLength];

    /// <summary>The hash of what is presented as a key, or null when it cannot be one.</summary>
    public static KeyHash? HashOf(ReadOnlySpan<char> presented) => HashOf(Key, presented);

    /// <summary>The hash of what is presented as a secret of a kind, or null when it cannot be one.</summary>
    public static KeyHash? HashOf(string prefix, ReadOnlySpan<char> presented)
    {
        if (presented.Length != Length || !presented.StartsWith(prefix, StringComparison.Ordinal) || presented.ContainsAnyExcept(Alphabet))
        {
            return null;
        }

        Span<byte> text = stackalloc byte[Length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Encoding.ASCII.GetBytes(presented, text);
        SHA256.HashData(text, hash);
        return KeyHash.Of(hash);
    }
}

/// <summary>The SHA-256 of a key: all that the gateway ever keeps of it.</summary>
internal readonly record struct KeyHash(ulong A, ulong B, ulong C, ulong D)
{
    public static KeyHash Of(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64BigEndian(hash),
        BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));

    public byte[] ToBytes()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), D);
        return bytes;
    }

    // A hash is random already.
    public override int GetHashCode() => (int)A;
}

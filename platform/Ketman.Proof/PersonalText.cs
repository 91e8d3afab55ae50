using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Ketman.Proof;

/// <summary>
/// A personal text as events keep it: <c>~p1.SUBJECT.</c> and base64url of nonce (12 bytes), ciphertext and tag (16 bytes), AES-256-GCM.
/// The key is one of just that event, derived from the subject's: whoever has it reads this event and no other. What is
/// authenticated beside the text is <c>STREAM|EVENT ID|PROPERTY</c>, so it fits nowhere else.
/// </summary>
public static class PersonalText
{
    private const string Mark = "~p1.";
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>Whose it is; null when <paramref name="stored"/> is no such text.</summary>
    public static string? SubjectOf(string stored)
    {
        if (!stored.StartsWith(Mark, StringComparison.Ordinal))
        {
            return null;
        }

        var end = stored.IndexOf('.', Mark.Length);
        return end > Mark.Length && Base64Url.IsValid(stored.AsSpan(end + 1)) ? stored[Mark.Length..end] : null;
    }

    /// <summary>The key of one event.</summary>
    /// <param name="subjectKey">The subject's key.</param>
    /// <param name="eventId">The event.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] EventKey(ReadOnlySpan<byte> subjectKey, Guid eventId)
    {
        Span<byte> salt = stackalloc byte[16];
        eventId.TryWriteBytes(salt, bigEndian: true, out _);
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, subjectKey, key, salt, "ketman-event-v1"u8);
        return key;
    }

    /// <summary>Reads a text; null when the key, the place or the text is another than what was encrypted.</summary>
    public static string? Read(string stored, ReadOnlySpan<byte> eventKey, string stream, Guid eventId, string property)
    {
        if (SubjectOf(stored) is not { } subject || eventKey.Length != 32)
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(stored.AsSpan(Mark.Length + subject.Length + 1));
        if (bytes.Length < NonceLength + TagLength)
        {
            return null;
        }

        try
        {
            using var gcm = new AesGcm(eventKey, TagLength);
            var text = new byte[bytes.Length - NonceLength - TagLength];
            gcm.Decrypt(
                bytes.AsSpan(0, NonceLength), bytes.AsSpan(NonceLength, text.Length), bytes.AsSpan(NonceLength + text.Length), text,
                Encoding.UTF8.GetBytes($"{stream}|{eventId:D}|{property}"));
            return Encoding.UTF8.GetString(text);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}

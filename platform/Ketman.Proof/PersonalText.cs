using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Ketman.Proof;

/// <summary>
/// How a personal text stands in an event: <c>~p1.&lt;subject&gt;.&lt;base64url(nonce 12 | ciphertext | tag 16)&gt;</c>, AES-256-GCM under
/// the key of the event, which follows from the subject's key and the event's id, so that one event can be revealed without
/// the others. The additional data <c>&lt;stream&gt;|&lt;event id&gt;|&lt;member&gt;</c> bind it to its place.
/// </summary>
public static class PersonalText
{
    /// <summary>The length of a subject's key and of an event's key, in bytes.</summary>
    public const int KeyLength = 32;

    private const string Mark = "~p1.";
    private const int NonceLength = 12;
    private const int TagLength = 16;

    // With the number of the block behind it: HKDF gives one block of SHA-256, which is all that is needed.
    private static ReadOnlySpan<byte> Info => "ketman-event-v1\u0001"u8;

    /// <summary>The key of one event: HKDF-SHA256 of the subject's key, salted with the event's id (16 bytes, network order).</summary>
    public static byte[] EventKey(ReadOnlySpan<byte> subjectKey, Guid eventId)
    {
        Span<byte> salt = stackalloc byte[16];
        eventId.TryWriteBytes(salt, bigEndian: true, out _);
        // Extract and expand as RFC 5869 has them; the framework's own takes several times as long, and this is done for every event.
        Span<byte> extracted = stackalloc byte[KeyLength];
        HMACSHA256.HashData(salt, subjectKey, extracted);
        var key = new byte[KeyLength];
        HMACSHA256.HashData(extracted, Info, key);
        return key;
    }

    /// <summary>Encrypts a text for its place.</summary>
    /// <param name="plain">The text.</param>
    /// <param name="subject">Whose it is.</param>
    /// <param name="eventKey">From <see cref="EventKey"/>.</param>
    /// <param name="place">Where it stands.</param>
    /// <exception cref="ArgumentException">The subject's name has other characters than <c>a-z</c>, <c>0-9</c> and <c>-</c>.</exception>
    public static string Seal(string plain, string subject, ReadOnlySpan<byte> eventKey, in PersonalPlace place)
    {
        using var aes = Cipher(eventKey);
        return Seal(plain, subject, aes, place);
    }

    /// <summary>Decrypts what <see cref="Seal(string, string, ReadOnlySpan{byte}, in PersonalPlace)"/> gave.</summary>
    /// <exception cref="CryptographicException">It was changed, stands in another place, or the key is another.</exception>
    public static string Open(string stored, ReadOnlySpan<byte> eventKey, in PersonalPlace place)
    {
        using var aes = Cipher(eventKey);
        return Open(stored, aes, place);
    }

    /// <summary>What encrypts and decrypts under an event's key; making it costs as much as a text.</summary>
    internal static AesGcm Cipher(ReadOnlySpan<byte> eventKey) => new(eventKey, TagLength);

    internal static string Seal(string plain, string subject, AesGcm aes, in PersonalPlace place)
    {
        if (!IsSubject(subject))
        {
            throw new ArgumentException("A subject is named with a-z, 0-9 and - only.", nameof(subject));
        }

        var text = Encoding.UTF8.GetBytes(plain);
        var box = new byte[NonceLength + text.Length + TagLength];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        aes.Encrypt(box.AsSpan(0, NonceLength), text, box.AsSpan(NonceLength, text.Length), box.AsSpan(NonceLength + text.Length), place.Bytes());
        return $"{Mark}{subject}.{Base64Url.EncodeToString(box)}";
    }

    internal static string Open(string stored, AesGcm aes, in PersonalPlace place)
    {
        if (!TryRead(stored, out _, out var box))
        {
            throw new CryptographicException("This is no encrypted text.");
        }

        var text = new byte[box.Length - NonceLength - TagLength];
        aes.Decrypt(box.AsSpan(0, NonceLength), box.AsSpan(NonceLength, text.Length), box.AsSpan(NonceLength + text.Length), text, place.Bytes());
        return Encoding.UTF8.GetString(text);
    }

    /// <summary>Whose text this is, if it is an encrypted one. What was stored before texts were encrypted is not, and reads as it stands.</summary>
    public static bool TrySubject([NotNullWhen(true)] string? stored, [NotNullWhen(true)] out string? subject)
    {
        if (stored is null || !stored.StartsWith(Mark, StringComparison.Ordinal))
        {
            subject = null;
            return false;
        }

        return TryRead(stored, out subject, out _);
    }

    private static bool TryRead(string stored, [NotNullWhen(true)] out string? subject, out byte[] box)
    {
        (subject, box) = (null, []);
        var dot = stored.StartsWith(Mark, StringComparison.Ordinal) ? stored.IndexOf('.', Mark.Length) : -1;
        if (dot < 0 || !IsSubject(stored.AsSpan(Mark.Length, dot - Mark.Length)) || !Base64Url.IsValid(stored.AsSpan(dot + 1), out var length)
            || length < NonceLength + TagLength)
        {
            return false;
        }

        subject = stored[Mark.Length..dot];
        box = Base64Url.DecodeFromChars(stored.AsSpan(dot + 1));
        return true;
    }

    private static bool IsSubject(ReadOnlySpan<char> name) => name.Length > 0 && !name.ContainsAnyExcept(SubjectCharacters);

    private static readonly System.Buffers.SearchValues<char> SubjectCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
}

/// <summary>Where a personal text stands: moved elsewhere it does not open.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="EventId">The event.</param>
/// <param name="Member">The member's name in JSON.</param>
public readonly record struct PersonalPlace(string Stream, Guid EventId, string Member)
{
    internal byte[] Bytes() => Encoding.UTF8.GetBytes($"{Stream}|{EventId:D}|{Member}");
}

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ketman.Gateway.Users;

/// <summary>
/// One-time codes by time (RFC 6238: SHA-1, six digits, 30 seconds), as every authenticator app makes them. Not the framework's:
/// that one accepts a code as often as it is shown within its minutes, and reads its own clock.
/// </summary>
internal static class Totp
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int Digits = 6;
    private const int Seconds = 30;

    public static byte[] DrawKey() => RandomNumberGenerator.GetBytes(20);

    /// <summary>The key as people type it and apps read it: 32 characters in base 32.</summary>
    public static string Show(byte[] key)
    {
        var text = new StringBuilder();
        for (var bit = 0; bit < key.Length * 8; bit += 5)
        {
            var index = 0;
            for (var i = bit; i < bit + 5; i++)
            {
                index = (index << 1) | ((key[i / 8] >> (7 - (i % 8))) & 1);
            }

            text.Append(Alphabet[index]);
        }

        return text.ToString();
    }

    /// <summary>What an app reads as a QR code.</summary>
    public static string UriOf(string user, byte[] key) => $"otpauth://totp/Ketman:{Uri.EscapeDataString(user)}?secret={Show(key)}&issuer=Ketman";

    public static string CodeAt(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[20];
#pragma warning disable CA5350 // The apps know no other; HMAC does not need what SHA-1 has lost.
        HMACSHA1.HashData(key, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 15)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    public static long StepAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / Seconds;

    /// <summary>The step that a code belongs to, one before or after now at most, and later than the last one that was used; else null.</summary>
    public static long? Match(byte[] key, string code, DateTimeOffset now, long lastUsed)
    {
        long? match = null;
        for (var step = StepAt(now) - 1; step <= StepAt(now) + 1; step++)
        {
            // All are compared, so that the time taken does not tell which was near.
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(CodeAt(key, step)), Encoding.UTF8.GetBytes(code)) && step > lastUsed)
            {
                match ??= step;
            }
        }

        return match;
    }

    public static bool IsCode(string text) => text.Length == Digits && text.All(char.IsAsciiDigit);
}

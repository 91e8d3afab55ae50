using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Ketman.Metrics.Live;

/// <summary>
/// Places in the tail of changes as clients see them: encrypted, and never twice the same. From plain numbers everybody could count the
/// changes that are kept from him. Every instance of the service has the same key, so a client resumes at any of them.
/// </summary>
internal sealed class ChangePosition : IDisposable
{
    private const int BlockLength = 16;
    private const int NonceLength = 4;

    private readonly Aes _cipher = Aes.Create();

    public ChangePosition(byte[] secret) => _cipher.Key = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes("places in the tail of changes"))[..BlockLength];

    public static async Task<ChangePosition> ReadAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select secret from disguise");
        return new ChangePosition((byte[])(await command.ExecuteScalarAsync(cancellation))!);
    }

    /// <summary>The place as text; one block, whose last bytes must be zeros when it comes back.</summary>
    public string Write(long position)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        BinaryPrimitives.WriteInt64BigEndian(block, position);
        RandomNumberGenerator.Fill(block.Slice(sizeof(long), NonceLength));
        Span<byte> written = stackalloc byte[BlockLength];
        _cipher.EncryptEcb(block, written, PaddingMode.None);
        return Base64Url.EncodeToString(written);
    }

    /// <summary>Reads it; null: it is none of ours.</summary>
    public long? Read(string text)
    {
        Span<byte> written = stackalloc byte[BlockLength];
        Span<byte> block = stackalloc byte[BlockLength];
        return text.Length <= 2 * BlockLength && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, written, out var length) && length == BlockLength
            && _cipher.TryDecryptEcb(written, block, PaddingMode.None, out _) && !block[(sizeof(long) + NonceLength)..].ContainsAnyExcept((byte)0)
            ? BinaryPrimitives.ReadInt64BigEndian(block)
            : null;
    }

    public void Dispose() => _cipher.Dispose();
}

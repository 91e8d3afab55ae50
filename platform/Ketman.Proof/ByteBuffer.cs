using System.Buffers.Binary;

namespace Ketman.Proof;

/// <summary>Bytes that grow at their end and can be cut back, which the framework's own buffer writers cannot.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[1024];

    /// <summary>How much is written; set to cut back, or to take what was written into <see cref="Room"/>.</summary>
    public int Length { get; set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>At least <paramref name="size"/> bytes after the end.</summary>
    public Span<byte> Room(int size)
    {
        if (_bytes.Length - Length < size)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + size));
        }

        return _bytes.AsSpan(Length);
    }

    public void Add(byte value)
    {
        Room(1)[0] = value;
        Length++;
    }

    public void Add(ReadOnlySpan<byte> values)
    {
        values.CopyTo(Room(values.Length));
        Length += values.Length;
    }

    /// <summary>A 64-bit number, big-endian.</summary>
    public void Add(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(Room(sizeof(long)), number);
        Length += sizeof(long);
    }

    /// <summary>A 32-bit number, big-endian; -1 for what is absent.</summary>
    public void AddLength(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(sizeof(int)), length);
        Length += sizeof(int);
    }
}

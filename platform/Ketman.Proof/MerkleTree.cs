using System.Security.Cryptography;

namespace Ketman.Proof;

/// <summary>
/// The Merkle tree of RFC 6962 over leaf hashes: a node is SHA-256(01 | left | right), and the left side of a node is the largest full
/// tree that leaves something for the right. It grows leaf by leaf and remembers one hash for each level.
/// </summary>
public sealed class MerkleTree
{
    private const byte NodePrefix = 1;

    // The full trees so far, the largest first: one for each bit of the count.
    private readonly Stack<byte[]> _full = new();

    /// <summary>How many leaves it has.</summary>
    public long Count { get; private set; }

    /// <summary>Adds the hash of a leaf at the end.</summary>
    public void Add(byte[] leaf)
    {
        var hash = leaf;
        for (var trees = Count; (trees & 1) == 1; trees >>= 1)
        {
            hash = Node(_full.Pop(), hash);
        }

        _full.Push(hash);
        Count++;
    }

    /// <summary>The root; of no leaves it is the hash of nothing.</summary>
    public byte[] Root()
    {
        if (Count == 0)
        {
            return SHA256.HashData([]);
        }

        byte[]? root = null;
        foreach (var tree in _full)
        {
            root = root is null ? tree : Node(tree, root);
        }

        return root!;
    }

    /// <summary>What joins the leaf at <paramref name="index"/> to the root, from the leaf upward.</summary>
    public static IReadOnlyList<byte[]> AuditPath(ReadOnlySpan<byte[]> leaves, int index)
    {
        if (leaves.Length <= 1)
        {
            return [];
        }

        var left = LeftOf(leaves.Length);
        return index < left
            ? [.. AuditPath(leaves[..left], index), RootOf(leaves[left..])]
            : [.. AuditPath(leaves[left..], index - left), RootOf(leaves[..left])];
    }

    /// <summary>The root that follows from a leaf, its place and its audit path; null when no tree of that size has such a path.</summary>
    public static byte[]? RootFrom(byte[] leaf, long index, long count, IReadOnlyList<byte[]> path)
    {
        if (index < 0 || index >= count)
        {
            return null;
        }

        // RFC 9162, 2.1.3.2.
        var (place, last, hash) = (index, count - 1, leaf);
        foreach (var other in path)
        {
            if (last == 0)
            {
                return null;
            }

            if ((place & 1) == 1 || place == last)
            {
                hash = Node(other, hash);
                while ((place & 1) == 0 && place != 0)
                {
                    place >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = Node(hash, other);
            }

            place >>= 1;
            last >>= 1;
        }

        return last == 0 ? hash : null;
    }

    private static byte[] RootOf(ReadOnlySpan<byte[]> leaves) =>
        leaves.Length == 1 ? leaves[0] : Node(RootOf(leaves[..LeftOf(leaves.Length)]), RootOf(leaves[LeftOf(leaves.Length)..]));

    private static int LeftOf(int count)
    {
        var left = 1;
        while (left * 2 < count)
        {
            left *= 2;
        }

        return left;
    }

    private static byte[] Node(byte[] left, byte[] right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * SHA256.HashSizeInBytes)];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + SHA256.HashSizeInBytes)..]);
        return SHA256.HashData(input);
    }
}

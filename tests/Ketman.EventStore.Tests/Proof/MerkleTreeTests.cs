using System.Security.Cryptography;
using Ketman.Proof;

namespace Ketman.EventStore.Tests.Proof;

public sealed class MerkleTreeTests
{
    // The inputs and roots of the reference implementation of Certificate Transparency (RFC 6962), for trees of 1 to 8 leaves.
    private static readonly string[] s_inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] s_roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void the_roots_are_those_of_the_reference_implementation()
    {
        var tree = new MerkleTree();
        Convert.ToHexStringLower(tree.Root()).ShouldBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (var at = 0; at < s_inputs.Length; at++)
        {
            tree.Add(SHA256.HashData([0, .. Convert.FromHexString(s_inputs[at])]));
            Convert.ToHexStringLower(tree.Root()).ShouldBe(s_roots[at]);
        }
    }

    [Fact]
    public void every_leaf_of_every_tree_has_a_path_to_the_root_and_to_no_other_place()
    {
        for (var count = 1; count <= 70; count++)
        {
            byte[][] leaves = [.. Enumerable.Range(0, count).Select(leaf => SHA256.HashData([0, (byte)leaf]))];
            var tree = new MerkleTree();
            foreach (var leaf in leaves)
            {
                tree.Add(leaf);
            }

            var root = tree.Root();
            for (var at = 0; at < count; at++)
            {
                var path = MerkleTree.AuditPath(leaves, at);

                MerkleTree.RootFrom(leaves[at], at, count, path).ShouldBe(root);
                for (var other = 0; other < count; other++)
                {
                    if (other != at)
                    {
                        MerkleTree.RootFrom(leaves[at], other, count, path).ShouldNotBe(root, $"leaf {at} at place {other} of {count}");
                    }
                }

                MerkleTree.RootFrom(leaves[at], at, count, [.. path, root]).ShouldBeNull();
                if (path.Count > 0)
                {
                    MerkleTree.RootFrom(leaves[at], at, count, [.. path.Take(path.Count - 1)]).ShouldNotBe(root);
                }
            }
        }
    }
}

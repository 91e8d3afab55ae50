using System.Security.Cryptography;
using Ketman.Proof;

namespace Ketman.EventStore.Tests.Proof;

public sealed class Ed25519Tests
{
    // RFC 8032, 7.1: TEST 1 to 3, TEST SHA(abc).
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    [InlineData(
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704")]
    public void it_signs_and_verifies_as_rfc_8032_says(string seed, string publicKey, string message, string signature)
    {
        using var key = new Ed25519PrivateKey(Convert.FromHexString(seed));
        var data = Convert.FromHexString(message);

        Convert.ToHexStringLower(key.Public.Raw).ShouldBe(publicKey);
        Convert.ToHexStringLower(key.Sign(data)).ShouldBe(signature);
        new Ed25519PublicKey(Convert.FromHexString(publicKey)).Verify(data, Convert.FromHexString(signature)).ShouldBeTrue();
    }

    [Fact]
    public void a_signature_holds_for_no_other_text_and_no_other_key()
    {
        using var key = Ed25519PrivateKey.FromPem(Ed25519PrivateKey.MakePem());
        using var other = Ed25519PrivateKey.FromPem(Ed25519PrivateKey.MakePem());
        var data = "the log"u8.ToArray();
        var signature = key.Sign(data);

        key.Public.Verify(data, signature).ShouldBeTrue();
        other.Public.Verify(data, signature).ShouldBeFalse();
        key.Public.Verify("the logs"u8, signature).ShouldBeFalse();
        key.Public.Verify(data, signature.AsSpan(0, 63)).ShouldBeFalse();
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            key.Public.Verify(data, signature).ShouldBeFalse($"bit {bit}");
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void a_key_survives_its_text()
    {
        var pem = Ed25519PrivateKey.MakePem();
        using var key = Ed25519PrivateKey.FromPem(pem);

        pem.ShouldStartWith("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI");
        var again = Ed25519PublicKey.FromPem(key.Public.ToPem());
        again.Id.ShouldBe(key.Public.Id);
        again.Id.Length.ShouldBe(64);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\nMC4=\n-----END EC PRIVATE KEY-----")]
    public void what_is_no_key_is_refused(string pem) => Should.Throw<CryptographicException>(() => Ed25519PrivateKey.FromPem(pem));
}

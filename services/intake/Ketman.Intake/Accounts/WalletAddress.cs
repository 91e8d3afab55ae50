using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Ketman.Intake.Accounts;

/// <summary>
/// Addresses on blockchains. Hexadecimal ones (Ethereum and its like, Aptos, Sui) and Bech32 are one address in any capitals;
/// Base58 and TON are not, and stay as they are. An explorer's URL stands for the address in it. Which chain is not said:
/// the same key is the same person on all of them.
/// </summary>
internal static partial class WalletAddress
{
    public const string Expected = "must be a wallet's address (0x and 40 or 64 hexadecimal digits, Bech32, Base58, TON) or a name ending in .eth";

    public static bool TryNormalise(string text, [NotNullWhen(true)] out string? address)
    {
        address = null;
        var plain = text.Trim();
        plain = plain.Contains("://", StringComparison.Ordinal) ? plain.Split('?', '#')[0].TrimEnd('/').Split('/')[^1] : plain;
        // ethereum:0x..., bitcoin:bc1... and CAIP-10's eip155:1:0x...
        plain = plain[(plain.LastIndexOf(':') + 1)..];
        if (HexAddress().IsMatch(plain) || Bech32().IsMatch(plain) || NamedAddress().IsMatch(plain))
        {
            address = plain.ToLowerInvariant();
        }
        else if (Base58().IsMatch(plain) || Ton().IsMatch(plain))
        {
            address = plain;
        }

        return address is not null;
    }

    [GeneratedRegex("^0[xX]([0-9a-fA-F]{40}|[0-9a-fA-F]{64})\\z", RegexOptions.CultureInvariant)]
    private static partial Regex HexAddress();

    // Mixed capitals are no Bech32 by its own rule.
    [GeneratedRegex("^([a-z]{2,15}1[02-9ac-hj-np-z]{38,90}|[A-Z]{2,15}1[02-9AC-HJ-NP-Z]{38,90})\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Bech32();

    [GeneratedRegex("^([A-Za-z0-9-]{1,63}\\.){1,3}eth\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamedAddress();

    [GeneratedRegex("^[1-9A-HJ-NP-Za-km-z]{25,110}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Base58();

    [GeneratedRegex("^[EUk0]Q[A-Za-z0-9_-]{46}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Ton();
}

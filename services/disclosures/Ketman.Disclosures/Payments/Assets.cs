using System.Collections.Frozen;
using Ketman.Contracts;

namespace Ketman.Disclosures.Payments;

/// <summary>A kind of money that payments can be recorded in.</summary>
/// <param name="Symbol">How it is written, e.g. <c>USDC</c>.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">What sort it is.</param>
/// <param name="Decimals">Into how many decimal places one unit is divided.</param>
public sealed record Asset(string Symbol, string Name, AssetKind Kind, int Decimals);

/// <summary>
/// The catalogue of assets. To add one, add its line here: symbol, name, kind, and the decimals of its contract or chain. A
/// symbol is not guessed from what is written, because the same letters are used for worthless imitations.
/// </summary>
public static class Assets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Asset> All { get; } =
    [
        new("USDC", "USD Coin", AssetKind.Stablecoin, 6),
        new("USDT", "Tether USD", AssetKind.Stablecoin, 6),
        new("DAI", "Dai", AssetKind.Stablecoin, 18),
        new("USDS", "Sky Dollar", AssetKind.Stablecoin, 18),
        new("FRAX", "Frax", AssetKind.Stablecoin, 18),
        new("LUSD", "Liquity USD", AssetKind.Stablecoin, 18),
        new("GHO", "GHO", AssetKind.Stablecoin, 18),
        new("PYUSD", "PayPal USD", AssetKind.Stablecoin, 6),
        new("TUSD", "TrueUSD", AssetKind.Stablecoin, 18),
        new("FDUSD", "First Digital USD", AssetKind.Stablecoin, 18),
        new("USDE", "Ethena USDe", AssetKind.Stablecoin, 18),
        new("CRVUSD", "Curve USD", AssetKind.Stablecoin, 18),
        new("EURC", "Euro Coin", AssetKind.Stablecoin, 6),
        new("ETH", "Ether", AssetKind.Native, 18),
        new("WETH", "Wrapped Ether", AssetKind.Native, 18),
        new("BTC", "Bitcoin", AssetKind.Native, 8),
        new("WBTC", "Wrapped Bitcoin", AssetKind.Native, 8),
        new("SOL", "Solana", AssetKind.Native, 9),
        new("BNB", "BNB", AssetKind.Native, 18),
        new("TRX", "Tron", AssetKind.Native, 6),
        new("AVAX", "Avalanche", AssetKind.Native, 18),
        new("POL", "Polygon", AssetKind.Native, 18),
        new("MATIC", "Matic", AssetKind.Native, 18),
        new("ATOM", "Cosmos Hub", AssetKind.Native, 6),
        new("NEAR", "NEAR", AssetKind.Native, 24),
        new("DOT", "Polkadot", AssetKind.Native, 10),
        new("ADA", "Cardano", AssetKind.Native, 6),
        new("LTC", "Litecoin", AssetKind.Native, 8),
        new("XMR", "Monero", AssetKind.Native, 12),
        new("UNI", "Uniswap", AssetKind.Governance, 18),
        new("ARB", "Arbitrum", AssetKind.Governance, 18),
        new("OP", "Optimism", AssetKind.Governance, 18),
        new("AAVE", "Aave", AssetKind.Governance, 18),
        new("COMP", "Compound", AssetKind.Governance, 18),
        new("MKR", "Maker", AssetKind.Governance, 18),
        new("CRV", "Curve DAO", AssetKind.Governance, 18),
        new("LDO", "Lido DAO", AssetKind.Governance, 18),
        new("ENS", "Ethereum Name Service", AssetKind.Governance, 18),
        new("GTC", "Gitcoin", AssetKind.Governance, 18),
        new("SUSHI", "Sushi", AssetKind.Governance, 18),
        new("BAL", "Balancer", AssetKind.Governance, 18),
        new("YFI", "yearn.finance", AssetKind.Governance, 18),
        new("SNX", "Synthetix", AssetKind.Governance, 18),
        new("GMX", "GMX", AssetKind.Governance, 18),
        new("PENDLE", "Pendle", AssetKind.Governance, 18),
        new("DYDX", "dYdX", AssetKind.Governance, 18),
        new("ENA", "Ethena", AssetKind.Governance, 18),
        new("ZK", "ZKsync", AssetKind.Governance, 18),
        new("STRK", "Starknet", AssetKind.Governance, 18),
        new("JUP", "Jupiter", AssetKind.Governance, 6),
        new("USD", "US dollar", AssetKind.Fiat, 2),
        new("EUR", "Euro", AssetKind.Fiat, 2),
        new("GBP", "Pound sterling", AssetKind.Fiat, 2),
        new("CHF", "Swiss franc", AssetKind.Fiat, 2),
        new("JPY", "Yen", AssetKind.Fiat, 0),
        new("CNY", "Renminbi", AssetKind.Fiat, 2),
    ];

    private static readonly FrozenDictionary<string, Asset> BySymbol =
        All.ToFrozenDictionary(asset => asset.Symbol, StringComparer.OrdinalIgnoreCase);

    /// <summary>The asset of that symbol, however it is capitalised; null: unknown.</summary>
    public static Asset? Find(string symbol) => BySymbol.GetValueOrDefault(symbol);
}

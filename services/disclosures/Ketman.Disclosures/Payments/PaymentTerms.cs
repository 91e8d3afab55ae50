using FluentValidation;
using Ketman.Contracts;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Payments;

/// <summary>What recording and correcting a payment both say of it.</summary>
public interface IPaymentTerms
{
    /// <summary>The asset's symbol.</summary>
    string Asset { get; }

    /// <summary>Units of the asset.</summary>
    decimal Amount { get; }

    /// <summary>A single price, in USD.</summary>
    decimal? Usd { get; }

    /// <summary>The lower end of a range, in USD.</summary>
    decimal? UsdLow { get; }

    /// <summary>The upper end of a range, in USD.</summary>
    decimal? UsdHigh { get; }

    /// <summary>Where the price comes from.</summary>
    string? PriceSource { get; }

    /// <summary>E.g. a transaction hash.</summary>
    string? Reference { get; }
}

/// <summary>The value of a payment, and what makes its terms readable.</summary>
internal static class PaymentTerms
{
    /// <summary>More than any payment was ever worth; a larger number is a slip.</summary>
    public const decimal Most = 1_000_000_000_000m;

    // A decimal keeps 28 digits exactly; with those before the point, more places would be rounded in silence.
    private const int MostDecimals = 18;
    private const string Dollar = "USD";

    /// <summary>The value in USD: of dollars the amount itself, else what was said; null: unpriced.</summary>
    public static UsdValue? ValueOf(IPaymentTerms terms) =>
        terms.Usd is { } usd ? new UsdValue(usd, usd)
        : terms is { UsdLow: { } low, UsdHigh: { } high } ? new UsdValue(low, high)
        : IsDollar(terms) ? new UsdValue(terms.Amount, terms.Amount)
        : null;

    private static bool IsDollar(IPaymentTerms terms) => Assets.Find(terms.Asset)?.Symbol == Dollar;

    private static bool IsPriced(IPaymentTerms terms) => terms.Usd is not null || terms.UsdLow is not null || terms.UsdHigh is not null;

    internal sealed class Rules : AbstractValidator<IPaymentTerms>
    {
        public Rules()
        {
            RuleFor(c => c.Asset).Must(symbol => Assets.Find(symbol) is not null)
                .WithMessage("unknown asset; known are " + string.Join(", ", Assets.All.Select(asset => asset.Symbol))
                    + ". Another one needs a line in the catalogue: services/disclosures/Ketman.Disclosures/Payments/Assets.cs");
            RuleFor(c => c.Amount).Must(amount => amount > 0).WithMessage("must be more than 0")
                .Must(amount => amount <= Most).WithMessage($"must be at most {Most}")
                .Must((terms, amount) => amount.Scale <= DecimalsOf(terms)).WithMessage(terms => $"at most {DecimalsOf(terms)} decimals");
            Value(c => c.Usd);
            Value(c => c.UsdLow);
            Value(c => c.UsdHigh);
            RuleFor(c => c.Usd)
                .Must((terms, usd) => usd is null || (terms.UsdLow is null && terms.UsdHigh is null))
                .WithMessage("a single price, or a range of usdLow and usdHigh, not both")
                .Must((terms, usd) => !IsDollar(terms) || usd is null || usd == terms.Amount)
                .WithMessage("a dollar is worth a dollar: leave it out, or give the amount")
                .Must((terms, _) => Assets.Find(terms.Asset)?.Kind is not AssetKind.Fiat || IsDollar(terms) || IsPriced(terms))
                .WithMessage("missing: a currency without a price; give its value in USD on that day (usd, or usdLow and usdHigh)");
            RuleFor(c => c.UsdLow).Must((terms, low) => low is not null || terms.UsdHigh is null).WithMessage("missing: a range needs both ends")
                .Must((terms, low) => low is null || terms.UsdHigh is not { } high || low <= high).WithMessage("must not be more than usdHigh")
                .Must((terms, low) => low is null || !IsDollar(terms)).WithMessage("a dollar is worth a dollar: leave the range out");
            RuleFor(c => c.UsdHigh).Must((terms, high) => high is not null || terms.UsdLow is null).WithMessage("missing: a range needs both ends");
            RuleFor(c => c.PriceSource).Text(200)
                .Must((terms, source) => source is not null || IsDollar(terms) || !IsPriced(terms))
                .WithMessage("missing: say where the price comes from")
                .Must((terms, source) => source is null || IsPriced(terms)).WithMessage("only with a value in USD");
            RuleFor(c => c.Reference).Text(200);
        }

        private void Value(System.Linq.Expressions.Expression<Func<IPaymentTerms, decimal?>> value) =>
            RuleFor(value).Must(usd => usd is null or > 0).WithMessage("must be more than 0")
                .Must(usd => usd is null or <= Most).WithMessage($"must be at most {Most}")
                .Must(usd => usd is not { Scale: > MostDecimals }).WithMessage($"at most {MostDecimals} decimals");

        private static int DecimalsOf(IPaymentTerms terms) => Math.Min(Assets.Find(terms.Asset)?.Decimals ?? MostDecimals, MostDecimals);
    }
}

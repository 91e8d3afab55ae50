using Ketman.Contracts;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>Money that workers received in the month, in USD.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Value">The sum; of ranges their means.</param>
/// <param name="Low">The sum with every range at its lower end.</param>
/// <param name="High">The sum with every range at its upper end.</param>
/// <param name="ByAffectedCompanies">What of it companies paid that count as affected in this month.</param>
/// <param name="ByKind">By kind of asset.</param>
/// <param name="ByAsset">By asset.</param>
/// <param name="Payments">The priced payments.</param>
/// <param name="Unpriced">Payments without a price, which no sum contains.</param>
/// <param name="Events">What the sum was counted from.</param>
public sealed record MoneyTransferred(
    MetricDefinition Definition,
    decimal Value,
    decimal Low,
    decimal High,
    decimal ByAffectedCompanies,
    IReadOnlyList<KindTotal> ByKind,
    IReadOnlyList<AssetTotal> ByAsset,
    IReadOnlyList<CountedPayment> Payments,
    IReadOnlyList<CountedPayment> Unpriced,
    IReadOnlyList<Guid> Events)
{
    internal static MoneyTransferred Count(Casebook book, StatementMonth month, AffectedCompanies affected)
    {
        var paid = book.Cases
            .SelectMany(known => known.Payments, (known, payment) => (known.CompanyId, Payment: payment))
            .Where(one => month.Contains(one.Payment.At))
            .OrderBy(one => one.Payment.At, month.Calendar).ThenBy(one => one.Payment.Id).ToList();
        var companies = affected.Ids();
        var priced = paid.Where(one => one.Payment.Usd is not null).ToList();
        return new MoneyTransferred(
            MetricDefinition.MoneyTransferred,
            priced.Sum(one => one.Payment.Usd!.Mean),
            priced.Sum(one => one.Payment.Usd!.Low),
            priced.Sum(one => one.Payment.Usd!.High),
            priced.Where(one => companies.Contains(one.CompanyId)).Sum(one => one.Payment.Usd!.Mean),
            [
                .. priced.GroupBy(one => one.Payment.Kind).OrderBy(group => group.Key)
                    .Select(group => new KindTotal(group.Key, group.Sum(one => one.Payment.Usd!.Mean))),
            ],
            [
                .. priced.GroupBy(one => one.Payment.Asset, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new AssetTotal(group.Key, group.Sum(one => one.Payment.Amount), group.Sum(one => one.Payment.Usd!.Mean))),
            ],
            [.. priced.Select(one => CountedPayment.Of(one.Payment))],
            [.. paid.Where(one => one.Payment.Usd is null).Select(one => CountedPayment.Of(one.Payment))],
            [.. priced.SelectMany(one => one.Payment.Events)]);
    }
}

/// <summary>What was paid in assets of one kind.</summary>
/// <param name="Kind">The kind; null: not known.</param>
/// <param name="Usd">In USD.</param>
public sealed record KindTotal(AssetKind? Kind, decimal Usd);

/// <summary>What was paid in one asset.</summary>
/// <param name="Asset">Its symbol.</param>
/// <param name="Amount">Units.</param>
/// <param name="Usd">In USD.</param>
public sealed record AssetTotal(string Asset, decimal Amount, decimal Usd);

/// <summary>One payment.</summary>
/// <param name="At">When it was made.</param>
/// <param name="Asset">In what.</param>
/// <param name="Amount">Units.</param>
/// <param name="Usd">Its value or range.</param>
/// <param name="Events">The event that recorded it, and the correction that holds.</param>
public sealed record CountedPayment(Moment At, string Asset, decimal Amount, UsdValue? Usd, IReadOnlyList<Guid> Events)
{
    internal static CountedPayment Of(Payment payment) =>
        new(payment.At, payment.Asset, payment.Amount, payment.Usd, payment.Events);
}

using Ketman.Contracts;

namespace Ketman.Metrics.Figures;

/// <summary>What was paid to workers: what is known, what is estimated, and what has no price, apart.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Payments">How many payments there were.</param>
/// <param name="Usd">Known and estimated together; of ranges their means.</param>
/// <param name="Low">The same with every range at its lower end.</param>
/// <param name="High">The same with every range at its upper end.</param>
/// <param name="Known">Payments of a single price.</param>
/// <param name="Estimated">Payments of a range.</param>
/// <param name="Unpriced">How many have no price.</param>
/// <param name="Assets">By asset.</param>
/// <param name="Prices">By where the price comes from.</param>
/// <param name="First">When the first of them was paid.</param>
/// <param name="Last">When the last was.</param>
public sealed record MoneyFigure(
    FigureDefinition Definition, int Payments, decimal Usd, decimal Low, decimal High, KnownMoney? Known, EstimatedMoney? Estimated, int Unpriced,
    IReadOnlyList<AssetMoney> Assets, IReadOnlyList<PricedMoney> Prices, Moment? First, Moment? Last);

/// <summary>Payments of a single price.</summary>
/// <param name="Payments">How many.</param>
/// <param name="Usd">Their sum.</param>
public sealed record KnownMoney(int Payments, decimal Usd);

/// <summary>Payments of a range.</summary>
/// <param name="Payments">How many.</param>
/// <param name="Low">Their sum at the lower ends.</param>
/// <param name="Mean">Of their means.</param>
/// <param name="High">At the upper ends.</param>
public sealed record EstimatedMoney(int Payments, decimal Low, decimal Mean, decimal High);

/// <summary>What was paid in one asset.</summary>
/// <param name="Asset">Its symbol.</param>
/// <param name="Kind">What sort of money it is; absent: not known.</param>
/// <param name="Payments">How many priced payments.</param>
/// <param name="Amount">Units in them.</param>
/// <param name="Usd">Their value; of ranges the means.</param>
/// <param name="Low">With every range at its lower end.</param>
/// <param name="High">With every range at its upper end.</param>
/// <param name="Unpriced">How many have no price.</param>
/// <param name="UnpricedAmount">Units in those.</param>
public sealed record AssetMoney(string Asset, AssetKind? Kind, int Payments, decimal Amount, decimal Usd, decimal Low, decimal High, int Unpriced, decimal UnpricedAmount);

/// <summary>What was priced by one source, always at the day of the payment.</summary>
/// <param name="Source">Where the price comes from; absent: not said.</param>
/// <param name="Payments">How many payments.</param>
/// <param name="Usd">Their value; of ranges the means.</param>
/// <param name="First">The day of the first price.</param>
/// <param name="Last">The day of the last one.</param>
public sealed record PricedMoney(string? Source, int Payments, decimal Usd, DateOnly First, DateOnly Last);

/// <summary>Money paid to workers.</summary>
internal sealed class MoneyFigures : FigureKind<(Measure Case, MeasuredPayment Payment), MoneyFigure>
{
    private static readonly Metric Metric = MetricCatalogue.Current.Latest("money-paid")!;

    public override string Name => "money";

    public override MeasureParts Parts => MeasureParts.Payments;

    public override (string From, string Until) WindowColumns => ("paid_from", "paid_until");

    public override IReadOnlyList<Grouping> Groupings { get; } = [Grouping.Asset, Grouping.Company, Grouping.Actor, Grouping.Segment, Grouping.Month];

    public override IEnumerable<(Measure Case, MeasuredPayment Payment)> UnitsOf(Measure measure) => measure.Payments.Select(payment => (measure, payment));

    public override Measure CaseOf((Measure Case, MeasuredPayment Payment) unit) => unit.Case;

    public override Moment WhenOf((Measure Case, MeasuredPayment Payment) unit) => unit.Payment.At;

    public override string? KeyOf((Measure Case, MeasuredPayment Payment) unit, FigureScope scope) => scope.Query.Grouping switch
    {
        Grouping.Asset => unit.Payment.Asset,
        Grouping.Actor => scope.Workforce?.WorkerOf(unit.Payment.AccountId),
        Grouping.Month => scope.MonthOf(unit.Payment.At),
        _ => scope.KeyOf(unit.Case),
    };

    public override MoneyFigure Compute(IReadOnlyList<(Measure Case, MeasuredPayment Payment)> units, FigureScope scope, bool whole)
    {
        var priced = units.Where(unit => unit.Payment.Usd is not null).Select(unit => (unit.Payment, Usd: unit.Payment.Usd!)).ToList();
        var known = priced.Where(one => one.Usd.Low == one.Usd.High).ToList();
        var estimated = priced.Where(one => one.Usd.Low != one.Usd.High).ToList();
        var counted = scope.Query.Variant is Variant.Strict ? known : priced;
        return new MoneyFigure(
            FigureDefinition.Of(Metric, whole), units.Count, counted.Sum(one => one.Usd.Mean), counted.Sum(one => one.Usd.Low), counted.Sum(one => one.Usd.High),
            new KnownMoney(known.Count, known.Sum(one => one.Usd.Mean)),
            new EstimatedMoney(estimated.Count, estimated.Sum(one => one.Usd.Low), estimated.Sum(one => one.Usd.Mean), estimated.Sum(one => one.Usd.High)),
            units.Count - priced.Count,
            [
                .. units.Select(unit => unit.Payment).GroupBy(payment => payment.Asset, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => Asset(group.Key, [.. group])),
            ],
            [
                .. priced.GroupBy(one => one.Payment.PriceSource, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => new PricedMoney(
                        group.Key, group.Count(), group.Sum(one => one.Usd.Mean), group.Min(one => scope.Calendar.DateOf(one.Payment.At)), group.Max(one => scope.Calendar.DateOf(one.Payment.At)))),
            ],
            Paid(units)?.Min(scope.Calendar), Paid(units)?.Max(scope.Calendar));
    }

    public override string Tell((Measure Case, MeasuredPayment Payment) unit, FigureScope scope)
    {
        var (at, _, asset, _, amount, usd, _) = unit.Payment;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{amount} {asset} paid {at}, ")
            + (usd is null ? "unpriced" : usd.Low == usd.High ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{usd.Low} USD")
                : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{usd.Low} to {usd.High} USD"));
    }

    private static IEnumerable<Moment>? Paid(IReadOnlyList<(Measure Case, MeasuredPayment Payment)> units) => units.Count == 0 ? null : units.Select(unit => unit.Payment.At);

    private static AssetMoney Asset(string asset, IReadOnlyList<MeasuredPayment> payments)
    {
        var priced = payments.Where(payment => payment.Usd is not null).ToList();
        return new AssetMoney(
            asset, payments[^1].Kind, priced.Count, priced.Sum(payment => payment.Amount), priced.Sum(payment => payment.Usd!.Mean), priced.Sum(payment => payment.Usd!.Low),
            priced.Sum(payment => payment.Usd!.High), payments.Count - priced.Count, payments.Where(payment => payment.Usd is null).Sum(payment => payment.Amount));
    }
}

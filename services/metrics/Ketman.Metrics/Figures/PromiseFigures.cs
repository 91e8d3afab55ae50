using Ketman.Contracts;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;

namespace Ketman.Metrics.Figures;

/// <summary>What became of promises.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Promises">How many were made.</param>
/// <param name="Kept">Kept in time.</param>
/// <param name="KeptLate">Kept after their time.</param>
/// <param name="Missed">Not kept, and their time ran out.</param>
/// <param name="Open">Their time has not run out.</param>
/// <param name="Settled">Not owed any more, because the case was resolved before.</param>
/// <param name="Strict">The share kept in time of kept, kept late and missed.</param>
/// <param name="Relaxed">The share kept at all.</param>
public sealed record PromisesFigure(
    FigureDefinition Definition, int Promises, int Kept, int KeptLate, int Missed, int Open, int Settled, Share? Strict, Share? Relaxed);

/// <summary>Promises kept.</summary>
internal sealed class PromiseFigures : FigureKind<(Measure Case, MeasuredPromise Promise), PromisesFigure>
{
    private static readonly Metric Metric = MetricCatalogue.Current.Latest("promises-kept")!;

    public override string Name => "promises";

    public override MeasureParts Parts => MeasureParts.Promises;

    public override (string From, string Until) WindowColumns => ("promised_from", "promised_until");

    public override IReadOnlyList<Grouping> Groupings { get; } = [Grouping.Company, Grouping.Segment, Grouping.Month, Grouping.Policy];

    public override IEnumerable<(Measure Case, MeasuredPromise Promise)> UnitsOf(Measure measure) => measure.Promises.Select(promise => (measure, promise));

    public override Measure CaseOf((Measure Case, MeasuredPromise Promise) unit) => unit.Case;

    public override Moment WhenOf((Measure Case, MeasuredPromise Promise) unit) => unit.Promise.Made;

    public override string? KeyOf((Measure Case, MeasuredPromise Promise) unit, FigureScope scope) =>
        scope.Query.Grouping is Grouping.Month ? scope.MonthOf(unit.Promise.Made) : scope.KeyOf(unit.Case);

    public override PromisesFigure Compute(IReadOnlyList<(Measure Case, MeasuredPromise Promise)> units, FigureScope scope, bool whole)
    {
        var counts = Count(units.Select(unit => unit.Promise), scope);
        var decided = counts.Kept + counts.KeptLate + counts.Missed;
        return new PromisesFigure(
            FigureDefinition.Of(Metric, whole), units.Count, counts.Kept, counts.KeptLate, counts.Missed, counts.Open, counts.Settled,
            scope.Query.Wants(Variant.Strict) ? Share.Count(counts.Kept, decided) : null,
            scope.Query.Wants(Variant.Relaxed) ? Share.Count(counts.Kept + counts.KeptLate, decided) : null);
    }

    public override string Tell((Measure Case, MeasuredPromise Promise) unit, FigureScope scope) =>
        $"promised {unit.Promise.Made} by {unit.Promise.Due}: {StateOf(unit.Promise, scope).Wire()}";

    /// <summary>How many promises came to what.</summary>
    public static Companies.PromiseCounts Count(IEnumerable<MeasuredPromise> promises, FigureScope scope)
    {
        var counts = promises.CountBy(promise => StateOf(promise, scope)).ToDictionary();
        int Of(PromiseState state) => counts.GetValueOrDefault(state);
        return new Companies.PromiseCounts(Of(PromiseState.Kept), Of(PromiseState.KeptLate), Of(PromiseState.Missed), Of(PromiseState.Open), Of(PromiseState.Settled));
    }

    private static PromiseState StateOf(MeasuredPromise promise, FigureScope scope) =>
        promise.State is PromiseState.Open && scope.At >= scope.Calendar.EndOf(promise.Due) ? PromiseState.Missed : promise.State;
}

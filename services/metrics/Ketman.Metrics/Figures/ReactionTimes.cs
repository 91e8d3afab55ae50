using Ketman.Contracts;
using Ketman.Metrics.Reading;

namespace Ketman.Metrics.Figures;

/// <summary>How long companies take.</summary>
/// <param name="Times">Each time, the strict variant beside the relaxed one.</param>
public sealed record ReactionTimesFigure(IReadOnlyList<TimeFigure> Times);

/// <summary>One time, estimated over those that ended and those that still wait.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Variant"><c>strict</c> or <c>relaxed</c>.</param>
/// <param name="Counts">What counts in this variant; absent in groups.</param>
/// <param name="Cases">From how many cases it is estimated.</param>
/// <param name="Ended">How many of them ended.</param>
/// <param name="Censored">How many still wait, or ended without it: their time is longer than what was seen.</param>
/// <param name="NothingDelivered">Cases without a time, because nothing is known to have been delivered; not among <paramref name="Cases"/>.</param>
/// <param name="Elapsed">Elapsed time.</param>
/// <param name="Business">Business time; absent: the team's zone has no business calendar.</param>
public sealed record TimeFigure(
    FigureDefinition Definition, string Variant, string? Counts, int Cases, int Ended, int Censored, int NothingDelivered, TimeEstimate Elapsed, TimeEstimate? Business);

/// <summary>From the first delivered outreach to acknowledgement, triage, revocation and resolution.</summary>
internal sealed class ReactionTimes : FigureKind<Measure, ReactionTimesFigure>
{
    private static readonly List<(Metric Metric, Variant Variant, MetricVariant Of, CaseMilestone Anchor, CaseMilestone Stop)> Times =
    [
        .. new[] { "reaction-time", "time-to-triage", "time-to-revocation", "time-to-resolution" }.Select(name => MetricCatalogue.Current.Latest(name)!)
            .SelectMany(metric => new[] { (metric, Figures.Variant.Strict, metric.Strict!), (metric, Figures.Variant.Relaxed, metric.Relaxed!) })
            .Select(one => (one.metric, one.Item2, one.Item3, WireNames<CaseMilestone>.Parse(one.Item3.Anchor!), WireNames<CaseMilestone>.Parse(one.Item3.Stop!))),
    ];

    public override string Name => "reaction-times";

    public override MeasureParts Parts => MeasureParts.Milestones;

    public override (string From, string Until) WindowColumns => ("anchored_at", "anchored_at");

    public override IReadOnlyList<Grouping> Groupings { get; } = [Grouping.Company, Grouping.Segment, Grouping.Channel, Grouping.Month, Grouping.Policy];

    public override IReadOnlyList<string> Metrics { get; } = [.. Times.Select(time => time.Metric.Name).Distinct()];

    public override IEnumerable<Measure> UnitsOf(Measure measure) => [measure];

    public override Measure CaseOf(Measure unit) => unit;

    public override Moment WhenOf(Measure unit) => unit.At(CaseMilestone.FirstDelivered) ?? unit.At(CaseMilestone.Opened)!.Value;

    public override string? KeyOf(Measure unit, FigureScope scope) => scope.Query.Grouping switch
    {
        Grouping.Channel => unit.FirstChannel?.Wire(),
        Grouping.Month => unit.At(CaseMilestone.FirstDelivered) is { } delivered ? scope.MonthOf(delivered) : null,
        _ => scope.KeyOf(unit),
    };

    public override ReactionTimesFigure Compute(IReadOnlyList<Measure> units, FigureScope scope, bool whole) =>
        new([.. Wanted(scope).Select(time => Compute(time, units, scope, whole))]);

    public override string Tell(Measure unit, FigureScope scope) => string.Join("; ", Wanted(scope).Select(time =>
        $"{time.Metric.Name}, {time.Variant.Wire()}: " + (TimeOf(unit, time.Anchor, time.Stop, scope) switch
        {
            null => "nothing delivered",
            { Ended: true } one => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{TimeEstimate.InDays(scope.Calendar.Elapsed(one.From, one.To)):0.####} days"),
            // How long it has waited so far is no news.
            _ => unit.At(CaseMilestone.Ended) is null ? "waiting" : "ended without it",
        })));

    private static IEnumerable<(Metric Metric, Variant Variant, MetricVariant Of, CaseMilestone Anchor, CaseMilestone Stop)> Wanted(FigureScope scope) =>
        Times.Where(time => scope.Query.Wants(time.Variant) && (scope.Query.Metric is null || time.Metric.Name == scope.Query.Metric));

    private static TimeFigure Compute(
        (Metric Metric, Variant Variant, MetricVariant Of, CaseMilestone Anchor, CaseMilestone Stop) time, IReadOnlyList<Measure> units, FigureScope scope, bool whole)
    {
        var curve = whole && scope.Query.Curve;
        List<(TimeSpan Time, bool Ended)> elapsed = new(units.Count);
        List<(TimeSpan Time, bool Ended)>? business = scope.Business.Words is null ? null : new(units.Count);
        foreach (var unit in units)
        {
            if (TimeOf(unit, time.Anchor, time.Stop, scope) is { } one)
            {
                elapsed.Add((scope.Calendar.Elapsed(one.From, one.To), one.Ended));
                business?.Add((scope.Business.Between(one.From, one.To)!.Value, one.Ended));
            }
        }

        var ended = elapsed.Count(one => one.Ended);
        return new TimeFigure(
            FigureDefinition.Of(time.Metric, whole), time.Variant.Wire(), whole ? time.Of.Words : null, elapsed.Count, ended, elapsed.Count - ended, units.Count - elapsed.Count,
            TimeEstimate.Days(elapsed, curve), business is null ? null : TimeEstimate.BusinessHours(business, curve));
    }

    private static (Moment From, Moment To, bool Ended)? TimeOf(Measure unit, CaseMilestone anchor, CaseMilestone stop, FigureScope scope) =>
        unit.At(anchor) is not { } from ? null
        : unit.At(stop) is { } to ? (from, to, true)
        : (from, unit.At(CaseMilestone.Ended) ?? Moment.At(scope.At), false);
}

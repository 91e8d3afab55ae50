using Ketman.Contracts;
using Ketman.Metrics.Reading;

namespace Ketman.Metrics.Figures;

/// <summary>Whether what was owed came in time.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Cases">Of how many cases.</param>
/// <param name="Compliance">Of the clocks that companies owe and of which the met ones are known, all together: the share met, in grace or not; absent: none is decided.</param>
/// <param name="Clocks">Each clock.</param>
public sealed record SlaFigure(FigureDefinition Definition, int Cases, Share? Compliance, IReadOnlyList<ClockFigure> Clocks);

/// <summary>One clock.</summary>
/// <param name="Clock">Its name.</param>
/// <param name="OwedBy">Who owes.</param>
/// <param name="MetKnown">Whether Metrics can know which were met: what stops it is in the catalogue. Otherwise only breaches are told.</param>
/// <param name="Met">Stopped in time; absent: not known.</param>
/// <param name="MetInGrace">Stopped in the grace that was granted; absent: not known.</param>
/// <param name="Breached">Its time ran out, and that stands.</param>
/// <param name="Annulled">Breaches that were disproved; among no other number.</param>
/// <param name="Waiting">It runs; absent: not known.</param>
/// <param name="Ended">The case ended before; absent: not known.</param>
/// <param name="Compliance">The share met of what is decided; absent: nothing is, or it is not known.</param>
public sealed record ClockFigure(
    string Clock, Party OwedBy, bool MetKnown, int? Met, int? MetInGrace, int Breached, int Annulled, int? Waiting, int? Ended, Share? Compliance);

/// <summary>SLA compliance per clock.</summary>
internal sealed class SlaFigures : FigureKind<Measure, SlaFigure>
{
    private static readonly HashSet<(string Policy, string Clock)> Known = [.. MetricCatalogue.Current.Clocks.Select(clock => (clock.Policy, clock.Clock))];

    private static readonly Metric Metric = MetricCatalogue.Current.Latest("sla-compliance")!;

    public override string Name => "sla";

    public override MeasureParts Parts => MeasureParts.Clocks;

    public override (string From, string Until) WindowColumns => ("opened_at", "opened_at");

    public override IReadOnlyList<Grouping> Groupings { get; } = [Grouping.Company, Grouping.Segment, Grouping.Month, Grouping.Policy];

    public override IEnumerable<Measure> UnitsOf(Measure measure) => measure.Clocks.Count == 0 ? [] : [measure];

    public override Measure CaseOf(Measure unit) => unit;

    public override Moment WhenOf(Measure unit) => unit.At(CaseMilestone.Opened)!.Value;

    public override string? KeyOf(Measure unit, FigureScope scope) =>
        scope.Query.Grouping is Grouping.Month ? scope.MonthOf(WhenOf(unit)) : scope.KeyOf(unit);

    public override SlaFigure Compute(IReadOnlyList<Measure> units, FigureScope scope, bool whole)
    {
        List<ClockFigure> clocks =
        [
            .. units.SelectMany(unit => unit.Clocks, (unit, clock) => (Clock: clock, Known: unit.Policy is { } policy && Known.Contains((policy.Name, clock.Name))))
                .GroupBy(one => (one.Clock.Name, one.Clock.OwedBy, one.Known))
                .OrderBy(group => group.Key.OwedBy).ThenBy(group => group.Key.Name, StringComparer.Ordinal).ThenByDescending(group => group.Key.Known)
                .Select(group => Compute(group.Key.Name, group.Key.OwedBy, group.Key.Known, [.. group.Select(one => one.Clock)])),
        ];
        var owed = clocks.Where(clock => clock is { OwedBy: Party.Company, MetKnown: true }).ToList();
        var met = owed.Sum(clock => clock.Met + clock.MetInGrace) ?? 0;
        return new SlaFigure(FigureDefinition.Of(Metric, whole), units.Count, Share.Count(met, met + owed.Sum(clock => clock.Breached)), clocks);
    }

    public override string Tell(Measure unit, FigureScope scope) =>
        string.Join("; ", unit.Clocks.Select(clock => $"{clock.Name} {clock.Outcome.Wire()}{(clock.Annulled > 0 ? $", annulled {clock.Annulled}" : "")}"));

    private static ClockFigure Compute(string name, Party owedBy, bool known, List<MeasuredClock> clocks)
    {
        var counts = clocks.CountBy(clock => clock.Outcome).ToDictionary();
        int Of(ClockOutcome outcome) => counts.GetValueOrDefault(outcome);
        var met = Of(ClockOutcome.Met) + Of(ClockOutcome.MetInGrace);
        var breached = Of(ClockOutcome.Breached);
        return new ClockFigure(
            name, owedBy, known, known ? Of(ClockOutcome.Met) : null, known ? Of(ClockOutcome.MetInGrace) : null, breached, clocks.Sum(clock => clock.Annulled),
            known ? Of(ClockOutcome.Waiting) : null, known ? Of(ClockOutcome.Ended) : null, known ? Share.Count(met, met + breached) : null);
    }
}

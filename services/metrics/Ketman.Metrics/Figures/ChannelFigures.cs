using Ketman.Contracts;
using Ketman.Metrics.Reading;

namespace Ketman.Metrics.Figures;

/// <summary>By which way one gets an answer.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="All">All ways together.</param>
/// <param name="Channels">Each way, the most tried first.</param>
/// <param name="TriesToAnswer">In how many cases a human first answered after so many attempts; absent in a group by channel, where it would say nothing.</param>
/// <param name="CasesAnswered">In how many cases a human answered.</param>
/// <param name="CasesUnanswered">In how many nobody did.</param>
public sealed record ChannelsFigure(
    FigureDefinition Definition, ChannelFigure All, IReadOnlyList<ChannelFigure> Channels, IReadOnlyList<TriesFigure>? TriesToAnswer, int CasesAnswered, int CasesUnanswered);

/// <summary>One way.</summary>
/// <param name="Channel">Which; absent: all.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Delivered">How often it is known to have arrived.</param>
/// <param name="Bounced">How often it is known not to have arrived.</param>
/// <param name="Answered">How often a human answered.</param>
/// <param name="MachineOnly">How often only a machine did.</param>
/// <param name="AnsweredShare">The share answered of those that did not bounce.</param>
/// <param name="TimeToAnswer">From the attempt to the answer, those without one as longer than so far; bounced ones left out.</param>
public sealed record ChannelFigure(
    Channel? Channel, int Attempts, int Delivered, int Bounced, int Answered, int MachineOnly, Share? AnsweredShare, TimeEstimate TimeToAnswer);

/// <summary>How many cases were answered after so many attempts.</summary>
/// <param name="Attempts">After how many.</param>
/// <param name="Cases">How many cases.</param>
public sealed record TriesFigure(int Attempts, int Cases);

/// <summary>Attempts by channel, and what came of them.</summary>
internal sealed class ChannelFigures : FigureKind<(Measure Case, MeasuredAttempt Attempt), ChannelsFigure>
{
    private static readonly Metric Metric = MetricCatalogue.Current.Latest("channel-answers")!;

    public override string Name => "channels";

    public override MeasureParts Parts => MeasureParts.Attempts;

    public override (string From, string Until) WindowColumns => ("attempted_from", "attempted_until");

    public override IReadOnlyList<Grouping> Groupings { get; } = [Grouping.Company, Grouping.Segment, Grouping.Channel, Grouping.Month, Grouping.Policy];

    public override IEnumerable<(Measure Case, MeasuredAttempt Attempt)> UnitsOf(Measure measure) => measure.Attempts.Select(attempt => (measure, attempt));

    public override Measure CaseOf((Measure Case, MeasuredAttempt Attempt) unit) => unit.Case;

    public override Moment WhenOf((Measure Case, MeasuredAttempt Attempt) unit) => unit.Attempt.At;

    public override string? KeyOf((Measure Case, MeasuredAttempt Attempt) unit, FigureScope scope) => scope.Query.Grouping switch
    {
        Grouping.Channel => unit.Attempt.Channel.Wire(),
        Grouping.Month => scope.MonthOf(unit.Attempt.At),
        _ => scope.KeyOf(unit.Case),
    };

    public override ChannelsFigure Compute(IReadOnlyList<(Measure Case, MeasuredAttempt Attempt)> units, FigureScope scope, bool whole)
    {
        var cases = units.Select(unit => unit.Case).Distinct().ToList();
        var answered = cases.Count(one => one.TriesToAnswer is not null);
        return new ChannelsFigure(
            FigureDefinition.Of(Metric, whole),
            Compute(null, units, scope, whole && scope.Query.Curve),
            [
                .. units.GroupBy(unit => unit.Attempt.Channel).OrderByDescending(group => group.Count()).ThenBy(group => group.Key)
                    .Select(group => Compute(group.Key, [.. group], scope, curve: false)),
            ],
            scope.Query.Grouping is Grouping.Channel && !whole ? null
                : [.. cases.Where(one => one.TriesToAnswer is not null).CountBy(one => one.TriesToAnswer!.Value).OrderBy(count => count.Key).Select(count => new TriesFigure(count.Key, count.Value))],
            answered, cases.Count - answered);
    }

    public override string Tell((Measure Case, MeasuredAttempt Attempt) unit, FigureScope scope)
    {
        var (channel, at, delivered, bounced, machine, answered) = unit.Attempt;
        return $"{channel.Wire()} of {at}: "
            + (answered is { } answer ? $"answered {answer}" : machine ? "answered by a machine" : bounced ? "bounced" : delivered ? "delivered" : "nothing known");
    }

    private static ChannelFigure Compute(Channel? channel, IReadOnlyList<(Measure Case, MeasuredAttempt Attempt)> units, FigureScope scope, bool curve)
    {
        var answered = units.Count(unit => unit.Attempt.Answered is not null);
        // What was answered arrived, whatever a machine said of it.
        var open = units.Where(unit => !unit.Attempt.Bounced || unit.Attempt.Answered is not null).ToList();
        return new ChannelFigure(
            channel, units.Count, units.Count(unit => unit.Attempt.Delivered), units.Count - open.Count, answered,
            units.Count(unit => unit.Attempt is { Machine: true, Answered: null }), Share.Count(answered, open.Count),
            TimeEstimate.Days([.. open.Select(unit => TimeOf(unit, scope))], curve));
    }

    private static (TimeSpan Time, bool Ended) TimeOf((Measure Case, MeasuredAttempt Attempt) unit, FigureScope scope) => unit.Attempt.Answered is { } answered
        ? (scope.Calendar.Elapsed(unit.Attempt.At, answered), true)
        : (scope.Calendar.Elapsed(unit.Attempt.At, unit.Case.At(CaseMilestone.Ended) ?? Moment.At(scope.At)), false);
}

namespace Ketman.Dashboard.Figures;

/// <summary>What every answer of <c>GET /figures/...</c> says besides its numbers.</summary>
public abstract record FigureAnswer
{
    public string Zone { get; init; } = "UTC";

    public string? BusinessHours { get; init; }

    public DateTimeOffset At { get; init; }

    public string? AsOf { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    public int? GroupsLeftOut { get; init; }

    public int? InNoGroup { get; init; }

    public IReadOnlyList<CountedCase>? Cases { get; init; }

    public int? CasesLeftOut { get; init; }

    public FigureChange? Against { get; init; }

    public IReadOnlyList<WithheldPart>? WithheldParts { get; init; }

    public WithheldNote? Withheld { get; init; }
}

/// <summary>An answer of one kind.</summary>
public sealed record FigureAnswer<T> : FigureAnswer
{
    public required T Figure { get; init; }

    public IReadOnlyList<FigureGroup<T>>? Groups { get; init; }
}

public sealed record FigureGroup<T>(string Group, string? Name, bool? Private, T Figure);

public sealed record CountedCase(string Disclosure, Guid Id, string Counted);

public sealed record FigureChange(DateTimeOffset At, IReadOnlyList<ChangedNumber> Differences, IReadOnlyList<MovedCase> Moved, int MovedInAll);

public sealed record ChangedNumber(string Number, decimal? Then, decimal? Now, decimal? Difference);

public sealed record MovedCase(string Disclosure, Guid Id, string? Then, string? Now);

public sealed record WithheldPart(string Member, string Marking);

public sealed record WithheldNote(string Note, int? Count);

/// <summary>Which definition a number stands under.</summary>
public sealed record DefinitionName(string Name, int Version);

public sealed record ReactionTimesFigure(IReadOnlyList<TimeFigure> Times);

/// <summary>One time, counted in one of two ways.</summary>
public sealed record TimeFigure(
    DefinitionName Definition, string Variant, string? Counts, int Cases, int Ended, int Censored, int NothingDelivered, TimeEstimate Elapsed, TimeEstimate? Business);

public sealed record TimeEstimate(
    string Unit, decimal? Median, decimal? AtLeast, decimal? MedianLow, decimal? MedianHigh, IReadOnlyList<TimeQuantile> Quantiles, RespondersOnly RespondersOnly,
    IReadOnlyList<CurveStep>? Curve);

public sealed record TimeQuantile(decimal P, decimal? Value, decimal? AtLeast);

public sealed record RespondersOnly(int Of, decimal? Median, decimal? P75, decimal? P90, decimal? P95);

public sealed record CurveStep(decimal Time, int AtRisk, int Events, int Censored, decimal Survival, decimal? Low, decimal? High);

public sealed record Share(int Of, decimal Value, decimal Low, decimal High);

public sealed record SlaFigure(DefinitionName Definition, int Cases, Share? Compliance, IReadOnlyList<ClockFigure> Clocks);

public sealed record ClockFigure(
    string Clock, string OwedBy, bool MetKnown, int? Met, int? MetInGrace, int Breached, int Annulled, int? Waiting, int? Ended, Share? Compliance);

public sealed record ChannelsFigure(
    DefinitionName Definition, ChannelFigure All, IReadOnlyList<ChannelFigure> Channels, IReadOnlyList<TriesFigure>? TriesToAnswer, int CasesAnswered, int CasesUnanswered);

public sealed record ChannelFigure(
    string? Channel, int Attempts, int Delivered, int Bounced, int Answered, int MachineOnly, Share? AnsweredShare, TimeEstimate TimeToAnswer);

public sealed record TriesFigure(int Attempts, int Cases);

public sealed record PromisesFigure(
    DefinitionName Definition, int Promises, int Kept, int KeptLate, int Missed, int Open, int Settled, Share? Strict, Share? Relaxed);

public sealed record MoneyFigure(
    DefinitionName Definition, int Payments, decimal Usd, decimal Low, decimal High, KnownMoney? Known, EstimatedMoney? Estimated, int Unpriced,
    IReadOnlyList<AssetMoney> Assets, IReadOnlyList<PricedMoney> Prices, string? First, string? Last);

public sealed record KnownMoney(int Payments, decimal Usd);

public sealed record EstimatedMoney(int Payments, decimal Low, decimal Mean, decimal High);

public sealed record AssetMoney(string Asset, string? Kind, int Payments, decimal Amount, decimal Usd, decimal Low, decimal High, int Unpriced, decimal UnpricedAmount);

public sealed record PricedMoney(string? Source, int Payments, decimal Usd, string First, string Last);

/// <summary>What the figures mean: <c>GET /metrics/definitions</c>.</summary>
public sealed record MetricCatalogue(IReadOnlyList<Metric> Items, IReadOnlyDictionary<string, string> Milestones)
{
    public Metric? Find(DefinitionName name) => Items.FirstOrDefault(metric => metric.Name == name.Name && metric.Version == name.Version);
}

public sealed record Metric(
    string Name, int Version, string Title, string Unit, string Words, string Apart, string Estimator, IReadOnlyList<string> Shown, MetricVariant? Strict,
    MetricVariant? Relaxed, string? Quantiles, string? RespondersOnly, string? Window);

public sealed record MetricVariant(string Words, string? Anchor, string? Stop);

using Ketman.Contracts;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Figures;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Companies;

/// <summary>
/// A company's record over all its cases: how it took them, how long that took, whether what was owed came in time, which way reaches it, whether it
/// kept its word, and what workers were paid.
/// </summary>
/// <param name="Company">The company.</param>
/// <param name="Definition">Which cases count.</param>
/// <param name="At">From which moment it is looked at.</param>
/// <param name="AsOf">Where that is the past: by which time facts are included, <c>known</c> or <c>happened</c>.</param>
/// <param name="BusinessHours">The calendar of business time, in words.</param>
/// <param name="Cases">Each case, the latest first.</param>
/// <param name="Promises">What became of its promises, in all cases.</param>
/// <param name="Money">What it paid to workers, in all cases.</param>
/// <param name="MedianDaysToAcknowledge">The Kaplan-Meier median of the reaction time over its cases; absent: not reached, or nothing was delivered.</param>
/// <param name="Running">How many cases still wait for an acknowledgement, or ended without one.</param>
/// <param name="ReactionTimes">How long it takes, each time in both variants, with bands and quantiles.</param>
/// <param name="Sla">Whether what was owed came in time.</param>
/// <param name="Channels">Which way gets answers.</param>
/// <param name="Against">The numbers that were others at an earlier moment, and the cases that moved them.</param>
/// <param name="Withheld">That cases may be left out, here and in every figure.</param>
public sealed record CompanyRecord(
    RecordedCompany Company,
    MetricDefinition Definition,
    DateTimeOffset At,
    string? AsOf,
    string? BusinessHours,
    IReadOnlyList<RecordedCase> Cases,
    PromisesFigure Promises,
    MoneyFigure Money,
    decimal? MedianDaysToAcknowledge,
    int Running,
    IReadOnlyList<TimeFigure> ReactionTimes,
    SlaFigure Sla,
    ChannelsFigure Channels,
    RecordChange? Against,
    WithheldCases Withheld)
{
    /// <summary>Puts it together of the cases of which the reader may know everything.</summary>
    internal static CompanyRecord Of(FigureCompany company, IEnumerable<Measure> measures, FigureScope scope, WithheldCases withheld)
    {
        var cases = measures.OrderByDescending(one => one.At(CaseMilestone.Opened)!.Value, scope.Calendar).ThenByDescending(one => one.Id).ToList();
        var times = Figure(new ReactionTimes(), cases, scope).Times;
        var acknowledged = times.First(time => time is { Definition.Name: "reaction-time", Variant: "strict" });
        return new CompanyRecord(
            new RecordedCompany(company.Id, company.Handle, company.Name, company.TvlRank, company.Private),
            MetricCatalogue.Current.Latest("company-cases")!.Definition,
            scope.At, null, scope.Business.Words,
            [.. cases.Select(known => RecordedCase.Of(known, scope))],
            Figure(new PromiseFigures(), cases, scope),
            Figure(new MoneyFigures(), cases, scope),
            acknowledged.Elapsed.Median is { } median ? Math.Round(median, 1, MidpointRounding.AwayFromZero) : null,
            acknowledged.Censored,
            times,
            Figure(new SlaFigures(), cases, scope),
            Figure(new ChannelFigures(), cases, scope),
            null, withheld);
    }

    private static TFigure Figure<TUnit, TFigure>(FigureKind<TUnit, TFigure> kind, List<Measure> cases, FigureScope scope)
        where TFigure : class => kind.Compute(kind.Chosen(cases, scope), scope, whole: true);
}

/// <summary>How a record has moved.</summary>
/// <param name="At">Since when: what was recorded until then was known.</param>
/// <param name="Differences">The numbers that are others now.</param>
/// <param name="Moved">The cases that moved them.</param>
public sealed record RecordChange(DateTimeOffset At, IReadOnlyList<ChangedNumber> Differences, IReadOnlyList<MovedCase> Moved);

/// <summary>The company.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Handle">Its handle.</param>
/// <param name="Name">Its name.</param>
/// <param name="TvlRank">Its rank by total value locked.</param>
/// <param name="Private">Whether it asked to be kept private.</param>
public sealed record RecordedCompany(Guid Id, string Handle, string Name, int? TvlRank, bool Private);

/// <summary>One case of a company.</summary>
/// <param name="Disclosure">Its handle.</param>
/// <param name="Id">Its id.</param>
/// <param name="Title">What it is about.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Policy">The policy that it is pinned to, with its version.</param>
/// <param name="Reactions">How the company took it, in order.</param>
/// <param name="Attempts">How often the team tried to reach it.</param>
/// <param name="Channels">By which ways.</param>
/// <param name="AcknowledgedAt">When it acknowledged the report.</param>
/// <param name="DaysToAcknowledge">Days from the first delivered outreach, or so far; null: nothing is known to have been delivered.</param>
/// <param name="Running">Whether nobody has acknowledged yet, so that the days are "at least".</param>
/// <param name="Workers">How many workers are confirmed in it.</param>
/// <param name="Breaches">How many of the company's clocks ran out, and stand so.</param>
/// <param name="Promises">What became of its promises.</param>
/// <param name="Money">What was paid to workers.</param>
public sealed record RecordedCase(
    string Disclosure,
    Guid Id,
    string? Title,
    Moment OpenedAt,
    CaseStatus Status,
    MeasuredPolicy? Policy,
    IReadOnlyList<RecordedReaction> Reactions,
    int Attempts,
    IReadOnlyList<Channel> Channels,
    Moment? AcknowledgedAt,
    decimal? DaysToAcknowledge,
    bool Running,
    int Workers,
    int Breaches,
    PromiseCounts Promises,
    MoneyPaid Money)
{
    internal static RecordedCase Of(Measure known, FigureScope scope)
    {
        var acknowledged = known.At(CaseMilestone.Acknowledged);
        return new RecordedCase(
            known.Handle, known.Id, known.Title, known.At(CaseMilestone.Opened)!.Value, known.Status, known.Policy,
            [.. known.Reactions.Select(said => new RecordedReaction(said.Reaction, said.At))],
            known.Attempts.Count, [.. known.Attempts.Select(attempt => attempt.Channel).Distinct()], acknowledged,
            known.At(CaseMilestone.FirstDelivered) is { } delivered
                ? ReactionTime.InDays(scope.Calendar.Elapsed(delivered, acknowledged ?? known.At(CaseMilestone.Ended) ?? Moment.At(scope.At))) : null,
            acknowledged is null && known.At(CaseMilestone.FirstDelivered) is not null,
            known.Workers.Select(scope.Workforce!.WorkerOf).Distinct(StringComparer.Ordinal).Count(),
            known.Clocks.Count(clock => clock is { OwedBy: Party.Company, Outcome: ClockOutcome.Breached }),
            PromiseFigures.Count(known.Promises, scope),
            MoneyPaid.Of(known.Payments));
    }
}

/// <summary>A reaction that was classified.</summary>
/// <param name="Reaction">How.</param>
/// <param name="At">When.</param>
public sealed record RecordedReaction(Reaction Reaction, Moment At);

/// <summary>What became of promises.</summary>
/// <param name="Kept">Kept in time.</param>
/// <param name="KeptLate">Kept after their time.</param>
/// <param name="Missed">Not kept, and their time ran out.</param>
/// <param name="Open">Their time has not run out.</param>
/// <param name="Settled">Not owed any more, because the case was resolved before.</param>
public sealed record PromiseCounts(int Kept, int KeptLate, int Missed, int Open, int Settled);

/// <summary>What was paid to workers.</summary>
/// <param name="Usd">The priced payments in USD; of ranges their means.</param>
/// <param name="Low">With every range at its lower end.</param>
/// <param name="High">With every range at its upper end.</param>
/// <param name="Payments">How many payments there were.</param>
/// <param name="Unpriced">How many of them have no price.</param>
public sealed record MoneyPaid(decimal Usd, decimal Low, decimal High, int Payments, int Unpriced)
{
    internal static MoneyPaid Of(IReadOnlyCollection<MeasuredPayment> payments)
    {
        var priced = payments.Select(payment => payment.Usd).OfType<UsdValue>().ToList();
        return new MoneyPaid(priced.Sum(usd => usd.Mean), priced.Sum(usd => usd.Low), priced.Sum(usd => usd.High), payments.Count, payments.Count - priced.Count);
    }
}

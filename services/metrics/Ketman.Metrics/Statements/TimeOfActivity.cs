using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;
using NodaTime;

namespace Ketman.Metrics.Statements;

/// <summary>How long the workers confirmed in the month were active at companies; the members are null when there are none.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Shortest">The shortest engagement.</param>
/// <param name="Longest">The longest.</param>
/// <param name="Median">The one in the middle; of two, their mean.</param>
/// <param name="FirstActiveYears">First years of the workers' accounts.</param>
/// <param name="Engagements">Each worker at each company.</param>
/// <param name="Events">What it was counted from.</param>
public sealed record TimeOfActivity(
    MetricDefinition Definition,
    ActivitySpan? Shortest,
    ActivitySpan? Longest,
    ActivitySpan? Median,
    YearSpan? FirstActiveYears,
    IReadOnlyList<CountedEngagement> Engagements,
    IReadOnlyList<Guid> Events)
{
    internal static TimeOfActivity Count(Casebook book, StatementMonth month, ConfirmedWorkers confirmed)
    {
        var workers = confirmed.Workers.Select(worker => worker.Worker).ToHashSet(StringComparer.Ordinal);
        List<CountedEngagement> engagements =
        [
            .. book.Cases.SelectMany(known => Traces(known, account => workers.Contains(book.Workforce.WorkerOf(account))))
                .GroupBy(trace => (trace.Company, Worker: book.Workforce.WorkerOf(trace.Account)))
                .Select(group => Engagement(group.Key.Company, [.. group], book.Workforce, month))
                .OfType<CountedEngagement>()
                .OrderBy(engagement => engagement.Days).ThenBy(engagement => engagement.From),
        ];
        int[] years = [.. workers.SelectMany(book.Workforce.FirstYearsOf).Order()];
        return new TimeOfActivity(
            MetricDefinition.TimeOfActivity,
            engagements.Count == 0 ? null : ActivitySpan.Of(engagements[0]),
            engagements.Count == 0 ? null : ActivitySpan.Of(engagements[^1]),
            MedianOf(engagements),
            years.Length == 0 ? null : new YearSpan(years[0], years[^1]),
            engagements,
            [.. engagements.SelectMany(engagement => engagement.Events)]);
    }

    // Of most accounts in most cases nothing is told here: they are passed over first.
    private static IEnumerable<Trace> Traces(Case known, Func<Guid, bool> counts) =>
        known.Of<CodeMerged>().Where(said => counts(said.Said.AccountId)).Select(said => new Trace(known.CompanyId, said.Said.AccountId, said.At, [said.Id], IsEnd: false))
            .Concat(known.Of<EngagementEstablished>().Where(said => counts(said.Said.AccountId)).Select(said => new Trace(known.CompanyId, said.Said.AccountId, said.At, [said.Id], IsEnd: false)))
            .Concat(known.Payments.Where(payment => counts(payment.AccountId)).Select(payment => new Trace(known.CompanyId, payment.AccountId, payment.At, payment.Events, IsEnd: false)))
            .Concat(known.Of<AccessRevoked>().Where(said => counts(said.Said.AccountId)).Select(said => new Trace(known.CompanyId, said.Said.AccountId, said.At, [said.Id], IsEnd: true)));

    private static CountedEngagement? Engagement(Guid company, IReadOnlyList<Trace> traces, Workforce workforce, StatementMonth month)
    {
        var starts = traces.Where(trace => !trace.IsEnd).OrderBy(trace => trace.At, month.Calendar).ThenBy(trace => trace.Events[0]).ToList();
        if (starts.Count == 0)
        {
            return null;
        }

        var ends = traces.Where(trace => trace.IsEnd).GroupBy(trace => workforce.RootOf(trace.Account))
            .ToDictionary(group => group.Key, group => group.OrderBy(trace => trace.At, month.Calendar).ThenBy(trace => trace.Events[0]).Last());
        var accounts = starts.Select(start => workforce.RootOf(start.Account)).Distinct().ToList();
        var over = accounts.All(ends.ContainsKey);
        List<Trace> lastOnes = over ? [.. accounts.Select(account => ends[account])] : [];
        var from = month.Calendar.DateOf(starts[0].At);
        var until = over ? lastOnes.Max(end => month.Calendar.DateOf(end.At)) : month.LastDayTold;
        // What is revoked before it is known to have begun has lasted a day at most, not less than nothing.
        until = until < from ? from : until;
        return new CountedEngagement(
            company, WholeMonths(from, until), until.DayNumber - from.DayNumber, from, until, !over,
            [.. starts[0].Events, .. lastOnes.SelectMany(end => end.Events)]);
    }

    private static int WholeMonths(DateOnly from, DateOnly until) =>
        Period.Between(LocalDate.FromDateOnly(from), LocalDate.FromDateOnly(until), PeriodUnits.Months).Months;

    private static ActivitySpan? MedianOf(List<CountedEngagement> engagements)
    {
        if (engagements.Count == 0)
        {
            return null;
        }

        int[] months = [.. engagements.Select(engagement => engagement.Months).Order()];
        int[] days = [.. engagements.Select(engagement => engagement.Days).Order()];
        return new ActivitySpan(Middle(months), Middle(days));
    }

    private static decimal Middle(int[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2m;

    private sealed record Trace(Guid Company, Guid Account, Moment At, IReadOnlyList<Guid> Events, bool IsEnd);
}

/// <summary>A length of time.</summary>
/// <param name="Months">Whole calendar months; of a median, their mean.</param>
/// <param name="Days">Days.</param>
public sealed record ActivitySpan(decimal Months, decimal Days)
{
    internal static ActivitySpan Of(CountedEngagement engagement) => new(engagement.Months, engagement.Days);
}

/// <summary>From the oldest to the youngest.</summary>
/// <param name="Oldest">The earliest year.</param>
/// <param name="Youngest">The latest year.</param>
public sealed record YearSpan(int Oldest, int Youngest);

/// <summary>One worker at one company.</summary>
/// <param name="CompanyId">The company.</param>
/// <param name="Months">Whole calendar months.</param>
/// <param name="Days">Days.</param>
/// <param name="From">The day it began.</param>
/// <param name="Until">The day it ended, or the last day told.</param>
/// <param name="Running">Whether access is not revoked.</param>
/// <param name="Events">Its first trace and its revocations.</param>
public sealed record CountedEngagement(
    Guid CompanyId, int Months, int Days, DateOnly From, DateOnly Until, bool Running, IReadOnlyList<Guid> Events);

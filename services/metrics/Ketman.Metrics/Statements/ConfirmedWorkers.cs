using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>Workers confirmed for the first time in the month.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Value">How many.</param>
/// <param name="WithCompany">Of these, confirmed together with the company.</param>
/// <param name="HighCertainty">Of these, reported with high certainty.</param>
/// <param name="Workers">Which.</param>
/// <param name="Events">What it was counted from.</param>
public sealed record ConfirmedWorkers(
    MetricDefinition Definition, int Value, int WithCompany, int HighCertainty, IReadOnlyList<ConfirmedWorker> Workers, IReadOnlyList<Guid> Events)
{
    internal static ConfirmedWorkers Count(Casebook book, StatementMonth month)
    {
        // Of two at the same time the one together with the company says more.
        List<ConfirmedWorker> workers =
        [
            .. book.Cases.SelectMany(known => known.Of<WorkerConfirmed>())
                .GroupBy(confirmed => book.Workforce.WorkerOf(confirmed.Said.AccountId))
                .Select(group => (Worker: group.Key, First: group.OrderBy(confirmed => confirmed.At, month.Calendar)
                    .ThenBy(confirmed => confirmed.Said.Basis).ThenBy(confirmed => confirmed.Id).First()))
                .Where(one => month.Contains(one.First.At))
                .OrderBy(one => one.First.At, month.Calendar).ThenBy(one => one.First.Id)
                .Select(one => new ConfirmedWorker(one.First.Said.AccountId, one.First.Said.Basis, one.First.Id) { Worker = one.Worker }),
        ];
        return new ConfirmedWorkers(
            MetricDefinition.ConfirmedWorkers,
            workers.Count,
            workers.Count(worker => worker.Basis is ConfirmationBasis.WithCompany),
            workers.Count(worker => worker.Basis is ConfirmationBasis.HighCertainty),
            workers,
            [.. workers.Select(worker => worker.Event)]);
    }
}

/// <summary>One worker, named only by the id of the account that was confirmed.</summary>
/// <param name="AccountId">That account.</param>
/// <param name="Basis">On what the confirmation rests.</param>
/// <param name="Event">The confirmation.</param>
public sealed record ConfirmedWorker(Guid AccountId, ConfirmationBasis Basis, Guid Event)
{
    /// <summary>Who it is, for counting; it bears the team's name for the actor, so it is not shown.</summary>
    internal string Worker { get; init; } = "";
}

using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>What the team did because nothing came, and which times ran out, in the month.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="StepsDue">Steps of the ladder that became due.</param>
/// <param name="StepsTaken">Steps that were taken.</param>
/// <param name="StepsCancelled">Steps that something made needless.</param>
/// <param name="Breaches">Times that ran out.</param>
/// <param name="BreachesByCompanies">Of these, owed by companies.</param>
/// <param name="BreachesByTeam">Of these, owed by the team.</param>
/// <param name="FinalNotices">Final notices given.</param>
/// <param name="Annulled">Breaches noted in the month that turned out to be none; not among <paramref name="Breaches"/>.</param>
/// <param name="Events">What it was counted from.</param>
public sealed record Escalations(
    MetricDefinition Definition,
    int StepsDue,
    int StepsTaken,
    int StepsCancelled,
    int Breaches,
    int BreachesByCompanies,
    int BreachesByTeam,
    int FinalNotices,
    int Annulled,
    IReadOnlyList<Guid> Events)
{
    internal static Escalations Count(Casebook book, Casebook whole, StatementMonth month)
    {
        // That a breach was none is true of the month in which it was noted, whenever that turned out.
        var disproved = whole.Cases.SelectMany(known => known.Of<BreachAnnulled>()).Select(annulled => annulled.Said.BreachId).ToHashSet();
        var (due, taken, cancelled, notices) =
            (In<EscalationStepDue>(book, month), In<EscalationStepTaken>(book, month), In<EscalationStepCancelled>(book, month), In<FinalNoticeGiven>(book, month));
        var noted = In<SlaBreached>(book, month);
        var breaches = noted.Where(breach => !disproved.Contains(breach.Id)).ToList();
        return new Escalations(
            MetricDefinition.Escalations, due.Count, taken.Count, cancelled.Count, breaches.Count,
            breaches.Count(breach => breach.Said.OwedBy is Party.Company), breaches.Count(breach => breach.Said.OwedBy is not Party.Company),
            notices.Count, noted.Count - breaches.Count,
            [
                .. due.Select(one => one.Id), .. taken.Select(one => one.Id), .. cancelled.Select(one => one.Id),
                .. breaches.Select(one => one.Id), .. notices.Select(one => one.Id),
            ]);
    }

    /// <summary>The standing facts of one kind that happened in the month, of all cases.</summary>
    internal static List<Known<T>> In<T>(Casebook book, StatementMonth month) =>
        [.. book.Cases.SelectMany(known => known.Of<T>()).Where(one => month.Contains(one.At))];
}

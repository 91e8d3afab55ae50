using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>Companies affected in the month, and beside it the relaxed count.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Value">How many.</param>
/// <param name="Companies">Which, each with its events.</param>
/// <param name="Events">What it was counted from.</param>
/// <param name="Relaxed">The same with the merge alone.</param>
public sealed record AffectedCompanies(
    MetricDefinition Definition, int Value, IReadOnlyList<AffectedCompany> Companies, IReadOnlyList<Guid> Events, RelaxedCount Relaxed)
{
    internal static AffectedCompanies Count(Casebook book, StatementMonth month, Naming naming)
    {
        var opened = book.Cases.Where(known => month.Contains(known.Opening.At)).ToLookup(known => known.CompanyId);
        List<AffectedCompany> affected = [];
        List<Guid> merged = [];
        List<Guid> mergedEvents = [];
        foreach (var cases in opened)
        {
            List<Guid> strict = [.. cases.SelectMany(known => MergedAndPaid(known, book.Workforce))];
            List<Guid> relaxed = [.. cases.SelectMany(Merged)];
            if (strict.Count > 0)
            {
                affected.Add(new AffectedCompany(naming.Show(cases.Key), [.. cases.Select(known => known.Id)], strict));
            }

            if (relaxed.Count > 0)
            {
                merged.Add(cases.Key);
                mergedEvents.AddRange(relaxed);
            }
        }

        return new AffectedCompanies(
            MetricDefinition.AffectedCompanies, affected.Count, affected, [.. affected.SelectMany(company => company.Events)],
            new RelaxedCount(merged.Count, merged.Count - affected.Count, mergedEvents));
    }

    /// <summary>The companies among them, by id.</summary>
    internal HashSet<Guid> Ids() => [.. Companies.Select(one => one.Company.Id)];

    private static IEnumerable<Guid> MergedAndPaid(Case known, Workforce workforce)
    {
        var merges = known.Of<CodeMerged>().ToLookup(merge => workforce.WorkerOf(merge.Said.AccountId));
        var payments = known.Payments.ToLookup(payment => workforce.WorkerOf(payment.AccountId));
        var both = merges.Select(merge => merge.Key).Where(payments.Contains).ToList();
        return both.Count == 0 ? [] :
        [
            known.Opening.Id,
            .. both.SelectMany(worker => merges[worker].Select(merge => merge.Id).Concat(payments[worker].SelectMany(payment => payment.Events))),
        ];
    }

    private static IEnumerable<Guid> Merged(Case known)
    {
        List<Guid> merges = [.. known.Of<CodeMerged>().Select(merge => merge.Id)];
        return merges.Count == 0 ? [] : [known.Opening.Id, .. merges];
    }
}

/// <summary>One affected company.</summary>
/// <param name="Company">Which, as far as it may be shown.</param>
/// <param name="Disclosures">Its cases opened in the month.</param>
/// <param name="Events">The openings, merges and payments by which it counts.</param>
public sealed record AffectedCompany(ShownCompany Company, IReadOnlyList<Guid> Disclosures, IReadOnlyList<Guid> Events);

/// <summary>The count under the relaxed definition.</summary>
/// <param name="Value">Companies at which code was merged, paid or not.</param>
/// <param name="Further">By how many that is more than the strict count.</param>
/// <param name="Events">What it was counted from.</param>
public sealed record RelaxedCount(int Value, int Further, IReadOnlyList<Guid> Events);

using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>How far naming companies in public went in the month.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="Proposed">Publications proposed.</param>
/// <param name="Approved">Proposals approved.</param>
/// <param name="Named">Companies named in public.</param>
/// <param name="Stopped">Countdowns that ended by themselves, because something came.</param>
/// <param name="Withdrawn">Proposals and publications taken back.</param>
/// <param name="Public">What of the month's publications is out now.</param>
/// <param name="Events">What it was counted from.</param>
public sealed record Publications(
    MetricDefinition Definition,
    int Proposed,
    int Approved,
    int Named,
    int Stopped,
    int Withdrawn,
    IReadOnlyList<PublicNaming> Public,
    IReadOnlyList<Guid> Events)
{
    internal static Publications Count(Casebook book, Casebook whole, StatementMonth month, Naming naming)
    {
        var takenBack = whole.Cases.SelectMany(known => known.Of<PublicationWithdrawn>()).Select(withdrawn => withdrawn.Said.ProposalId).ToHashSet();
        var (proposed, approved, stopped, withdrawn) =
            (Escalations.In<PublicationProposed>(book, month), Escalations.In<PublicationApproved>(book, month),
            Escalations.In<PublicationStopped>(book, month), Escalations.In<PublicationWithdrawn>(book, month));
        var named = book.Cases.SelectMany(known => known.Of<CompanyNamed>(), (known, said) => (known.CompanyId, Said: said)).Where(one => month.Contains(one.Said.At)).ToList();
        return new Publications(
            MetricDefinition.Publications, proposed.Count, approved.Count, named.Count, stopped.Count, withdrawn.Count,
            [
                .. named.Where(one => !takenBack.Contains(one.Said.Said.ProposalId)).OrderBy(one => one.Said.At, month.Calendar).ThenBy(one => one.Said.Id)
                    .Select(one => new PublicNaming(naming.Show(one.CompanyId), one.Said.Said.DisclosureId, one.Said.At, one.Said.Said.Url, [one.Said.Id])),
            ],
            [
                .. proposed.Select(one => one.Id), .. approved.Select(one => one.Id), .. named.Select(one => one.Said.Id),
                .. stopped.Select(one => one.Id), .. withdrawn.Select(one => one.Id),
            ]);
    }
}

/// <summary>A company that was named in public, and still is.</summary>
/// <param name="Company">Which. Its name is public; what else of it is shown depends on the reader.</param>
/// <param name="Disclosure">In which case.</param>
/// <param name="At">When.</param>
/// <param name="Url">Where it stands.</param>
/// <param name="Events">The event that recorded it.</param>
public sealed record PublicNaming(ShownCompany Company, Guid Disclosure, Moment At, string Url, IReadOnlyList<Guid> Events);

using Ketman.Contracts;

namespace Ketman.Disclosures.Clocks;

/// <summary>When access was revoked for every worker of a case that was known then.</summary>
internal static class Revocations
{
    /// <summary>
    /// Each revocation by which all were revoked. Workers are who is confirmed or known to have been engaged; without any, the accounts that the
    /// case was opened about. Of an account whose access was revoked piece by piece, the first piece counts.
    /// </summary>
    public static List<Happening> Complete(
        CaseFacts facts, List<(Guid Id, Guid Account, Moment At)> workers, List<(Guid Id, Guid Account, Moment At)> revocations)
    {
        Dictionary<Guid, Happening> knownSince = [];
        foreach (var (id, account, at) in workers)
        {
            Keep(knownSince, account, facts.When(id, at));
        }

        if (knownSince.Count == 0 && facts.State.Opening is { } opening)
        {
            foreach (var account in opening.AccountIds)
            {
                knownSince[account] = facts.When(default, opening.OccurredAt);
            }
        }

        Dictionary<Guid, Happening> revoked = [];
        List<Happening> all = [];
        foreach (var (id, account, at) in revocations)
        {
            var when = facts.When(id, at);
            Keep(revoked, account, when);
            all.Add(when);
        }

        all.Sort();
        all.RemoveAll(at => !knownSince.All(worker =>
            worker.Value.From > at.To || (revoked.TryGetValue(worker.Key, out var first) && first.CompareTo(at) <= 0)));
        return all;
    }

    private static void Keep(Dictionary<Guid, Happening> earliest, Guid account, Happening at)
    {
        if (!earliest.TryGetValue(account, out var before) || at.CompareTo(before) < 0)
        {
            earliest[account] = at;
        }
    }
}

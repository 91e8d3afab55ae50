using System.Collections.Concurrent;
using Ketman.Contracts.Intake;

namespace Ketman.Metrics.Cases;

/// <summary>
/// Who is behind which account. That two accounts are one actor's is knowledge, not something that happened in a month: it
/// holds for every month as soon as it is known.
/// </summary>
public sealed class Workforce
{
    private readonly Dictionary<Guid, Guid> _mergedInto;
    private readonly Dictionary<Guid, string> _actors;
    private readonly Dictionary<Guid, int> _firstYears;
    private readonly ILookup<string, Guid> _members;
    // Asked of the same accounts again and again, of each fact that tells of one.
    private readonly ConcurrentDictionary<Guid, string> _workers = [];

    private Workforce(Dictionary<Guid, Guid> mergedInto, Dictionary<Guid, string> actors, Dictionary<Guid, int> firstYears, IEnumerable<Guid> accounts)
    {
        _mergedInto = mergedInto;
        _actors = actors;
        _firstYears = firstYears;
        _members = accounts.ToLookup(WorkerOf);
    }

    /// <summary>Reads the facts of accounts.</summary>
    public static Workforce From(IEnumerable<Fact> facts)
    {
        Dictionary<Guid, Guid> mergedInto = [];
        Dictionary<Guid, string> attributed = [];
        Dictionary<Guid, Guid?> erased = [];
        Dictionary<Guid, int> firstYears = [];
        HashSet<Guid> accounts = [];
        foreach (var fact in facts.OrderBy(fact => fact.Version))
        {
            switch (fact.Said)
            {
                case AccountRegistered said:
                    accounts.Add(said.AccountId);
                    if (said.Actor is { } actor)
                    {
                        attributed[said.AccountId] = actor;
                    }

                    if (said.FirstActiveYear is { } year)
                    {
                        firstYears[said.AccountId] = year;
                    }

                    break;
                case AccountAttributed said:
                    attributed[said.AccountId] = said.Actor;
                    break;
                case AccountErased said when attributed.ContainsKey(said.AccountId):
                    erased[said.AccountId] = said.SameWorkerAs;
                    break;
                case AccountMerged said:
                    mergedInto[said.AccountId] = said.IntoAccountId;
                    break;
            }
        }

        foreach (var account in erased.Keys)
        {
            attributed[account] = ActorOfErased(account, attributed, erased);
        }

        return new Workforce(mergedInto, ActorsOfRoots(mergedInto, attributed), firstYears, accounts);
    }

    /// <summary>
    /// Reads rows of accounts, with those that they were merged into, those that were merged into them, and those that stand for erased actors. Who
    /// works with whom is the same as by their facts; first years are not in rows.
    /// </summary>
    internal static Workforce FromRows(IReadOnlyCollection<(Guid Id, string? Actor, Guid? SameAs, Guid? MergedInto)> rows)
    {
        Dictionary<Guid, string> attributed = rows.Where(row => row.Actor is not null).ToDictionary(row => row.Id, row => row.Actor!);
        var erased = rows.Where(row => row is { Actor: null, SameAs: not null }).ToDictionary(row => row.Id, row => row.SameAs);
        foreach (var account in erased.Keys)
        {
            var last = account;
            HashSet<Guid> seen = [account];
            while (erased.TryGetValue(last, out var other) && other is { } next && seen.Add(next))
            {
                last = next;
            }

            // The last of several who are gone has no actor either; it is the one behind all of them.
            attributed[account] = attributed.TryGetValue(last, out var actor) ? actor : attributed[last] = $"of {last:D}";
        }

        Dictionary<Guid, Guid> mergedInto = rows.Where(row => row.MergedInto is not null).ToDictionary(row => row.Id, row => row.MergedInto!.Value);
        return new Workforce(mergedInto, ActorsOfRoots(mergedInto, attributed), [], rows.Select(row => row.Id));
    }

    /// <summary>The account that stands for this one: itself, or what it was merged into.</summary>
    public Guid RootOf(Guid account) => RootOf(_mergedInto, account);

    /// <summary>The worker behind an account: its actor, or the account itself. Equal for two accounts of one worker.</summary>
    public string WorkerOf(Guid account) => _workers.TryGetValue(account, out var worker) ? worker : _workers[account] = FindWorker(account);

    /// <summary>The first years of activity that are known of a worker's accounts.</summary>
    public IEnumerable<int> FirstYearsOf(string worker) =>
        _members[worker].Where(_firstYears.ContainsKey).Select(account => _firstYears[account]);

    private string FindWorker(Guid account)
    {
        var root = RootOf(account);
        return _actors.TryGetValue(root, out var actor) ? $"actor:{actor}" : $"account:{root:D}";
    }

    // The actor's name is gone. That of another account of his stands for it, or where that is gone too, the account itself.
    private static string ActorOfErased(Guid account, Dictionary<Guid, string> attributed, Dictionary<Guid, Guid?> erased)
    {
        HashSet<Guid> seen = [account];
        while (erased.TryGetValue(account, out var other) && other is { } next && seen.Add(next))
        {
            account = next;
        }

        return !erased.ContainsKey(account) && attributed.TryGetValue(account, out var actor) ? actor : $"of {account:D}";
    }

    // What was said of a duplicate holds for the account that stays, unless that one is attributed itself.
    private static Dictionary<Guid, string> ActorsOfRoots(Dictionary<Guid, Guid> mergedInto, Dictionary<Guid, string> attributed)
    {
        Dictionary<Guid, string> actors = [];
        foreach (var (account, actor) in attributed.OrderBy(pair => pair.Key))
        {
            var root = RootOf(mergedInto, account);
            if (root == account)
            {
                actors[root] = actor;
            }
            else if (!attributed.ContainsKey(root))
            {
                actors.TryAdd(root, actor);
            }
        }

        return actors;
    }

    // The seen set ends a circle of merges, which Intake forbids but which must not hang a reader.
    private static Guid RootOf(Dictionary<Guid, Guid> mergedInto, Guid account)
    {
        HashSet<Guid> seen = [account];
        while (mergedInto.TryGetValue(account, out var into) && seen.Add(into))
        {
            account = into;
        }

        return account;
    }
}

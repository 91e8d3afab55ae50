using System.Text.Json;
using Ketman.Contracts;
using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.References;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Npgsql;

namespace Ketman.Disclosures.Policies;

/// <summary>A draft policy to be tried on what really happened.</summary>
/// <param name="Document">The policy as people wrote it.</param>
/// <param name="Against">A case by its id or handle, or <c>all</c>.</param>
public sealed record ReplayRequest(JsonElement Document, string Against = PolicyReplay.All);

/// <summary>What would have differed under a draft.</summary>
/// <param name="Policy">The name that the draft bears.</param>
/// <param name="Digest">The digest of the draft.</param>
/// <param name="Until">Until when the histories were replayed.</param>
/// <param name="Cases">How many cases were replayed: those of which the caller may know everything.</param>
/// <param name="Differing">In how many something differs.</param>
/// <param name="Before">What there is under the policies that the cases have.</param>
/// <param name="After">What there would be under the draft.</param>
/// <param name="Items">The cases in which something differs, the first opened first; at most <see cref="PolicyReplay.MostShown"/>.</param>
/// <param name="Omitted">How many more there are.</param>
public sealed record ReplayAnswer(
    string Policy, string Digest, DateTimeOffset Until, int Cases, int Differing, ReplayTotals Before, ReplayTotals After,
    IReadOnlyList<ReplayedCase> Items, int Omitted);

/// <summary>What there is in all cases together.</summary>
/// <param name="Breaches">Clocks whose time ran out, and that stay so.</param>
/// <param name="Steps">Steps of the ladder that became due.</param>
/// <param name="Publishable">Cases that the policy lets be published.</param>
public sealed record ReplayTotals(int Breaches, int Steps, int Publishable);

/// <summary>What would have differed in a case.</summary>
/// <param name="Id">The case.</param>
/// <param name="Disclosure">What people call it.</param>
/// <param name="Policy">The policy that it has; null: none.</param>
/// <param name="Version">Its version.</param>
/// <param name="Differences">What would have differed, in the order of time.</param>
public sealed record ReplayedCase(Guid Id, string Disclosure, string? Policy, int? Version, IReadOnlyList<ReplayDifference> Differences);

/// <summary>Replays histories under a draft policy. Nothing is stored.</summary>
internal static class PolicyReplay
{
    /// <summary>What stands for every case.</summary>
    public const string All = "all";

    /// <summary>The most cases that an answer shows.</summary>
    public const int MostShown = 200;

    // So many histories are in memory at once.
    private const int Page = 100;

    private const string NextPage = """
        select id from disclosures where (opened_at, id) > (select opened_at, id from disclosures where id = $1) order by opened_at, id limit $2
        """;

    private const string FirstPage = "select id from disclosures order by opened_at, id limit $2";

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("policies/replay", HandleAsync)
        .ForRole(CallerRoles.Analyst).WithName("replay-policy").WithTags("policy")
        .Accepts<ReplayRequest>("application/json")
        .Produces<ReplayAnswer>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> HandleAsync(
        HttpContext context, Caller caller, NpgsqlDataSource database, IEventStore store, CaseAccess access, TimeProvider time, CancellationToken cancellation)
    {
        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<ReplayRequest>(body.Span, out var request, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        if (PolicyText.Read(request!.Document, out var draft) is { Count: > 0 } problems)
        {
            return Problems.InvalidRequest(PolicyQueries.InDocument(problems)).ToResult();
        }

        var sum = new ReplaySum(draft!, time.GetUtcNow());
        var reader = caller.Reader;
        if (request.Against != All)
        {
            return await AddAsync([DisclosureReferences.IdOf(request.Against)], sum) == 0
                ? Problems.NotFound("disclosure", "against").ToResult()
                : TypedResults.Ok(sum.Answer);
        }

        for (Guid? after = null; await PageAsync(database, after, cancellation) is { Count: > 0 } page; after = page[^1])
        {
            await AddAsync(page, sum);
        }

        return TypedResults.Ok(sum.Answer);

        Task<int> AddAsync(IReadOnlyList<Guid> cases, ReplaySum sum) => PolicyReplay.AddAsync(cases, sum, reader, access, store, cancellation);
    }

    // Cases of which the reader may not know all take no part: totals would tell of them.
    private static async Task<int> AddAsync(
        IReadOnlyList<Guid> cases, ReplaySum sum, Reader reader, CaseAccess access, IEventStore store, CancellationToken cancellation)
    {
        var histories = await store.ReadToDecideAsync([.. cases.Select(DisclosureStream.Aggregate.StreamOf)], [], cancellation);
        var hidden = await access.HiddenAsync(cases, reader, sum.Until, cancellation);
        var replayed = 0;
        foreach (var id in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            var history = histories[DisclosureStream.Aggregate.StreamOf(id)];
            if (history.Version > 0 && !hidden.Contains(id) && !HasFactsAbove(reader.Clearance, history.Events))
            {
                sum.Add(id, history.Events);
                replayed++;
            }
        }

        return replayed;
    }

    private static bool HasFactsAbove(Tlp clearance, IReadOnlyList<PastEvent> history) =>
        history.Select(one => one.Data).OfType<FactMarked>().GroupBy(marked => marked.FactId).Any(marks => marks.Last().Marking > clearance);

    private static async Task<IReadOnlyList<Guid>> PageAsync(NpgsqlDataSource database, Guid? after, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(after is null ? FirstPage : NextPage);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after ?? Guid.Empty });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Page });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancellation))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    /// <summary>Sums up case by case, so that no history is kept.</summary>
    private sealed class ReplaySum(PolicyText draft, DateTimeOffset until)
    {
        private readonly List<ReplayedCase> _shown = [];
        private ReplayTotals _before = new(0, 0, 0);
        private ReplayTotals _after = new(0, 0, 0);
        private int _cases;
        private int _differing;

        public DateTimeOffset Until => until;

        public ReplayAnswer Answer => new(
            draft.Document.Name, draft.Digest, until, _cases, _differing, _before, _after, _shown, _differing - _shown.Count);

        public void Add(Guid id, IReadOnlyList<PastEvent> history)
        {
            var (before, after) = (Replay.OfCase(id, history, draft: null, until), Replay.OfCase(id, history, draft, until));
            var differences = Replay.Between(before, after);
            _cases++;
            _before = Plus(_before, before);
            _after = Plus(_after, after);
            if (differences.Count == 0)
            {
                return;
            }

            _differing++;
            if (_shown.Count < MostShown)
            {
                var opening = history.Select(one => one.Data).OfType<DisclosureOpened>().First();
                var pinned = history.Select(one => one.Data).OfType<PolicyPinned>().LastOrDefault();
                _shown.Add(new ReplayedCase(id, opening.Handle, pinned?.Name, pinned?.Version, differences));
            }
        }

        private static ReplayTotals Plus(ReplayTotals totals, IReadOnlyList<Replayed> happened) => new(
            totals.Breaches + happened.Count(one => one.Kind is ReplayedKind.Breach),
            totals.Steps + happened.Count(one => one.Kind is ReplayedKind.Step),
            totals.Publishable + (happened.Any(one => one.Kind is ReplayedKind.Publishable) ? 1 : 0));
    }
}

using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Board;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Search;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ketman.Metrics.Tests;

/// <summary>A few companies and cases that a test says itself, and the board over them.</summary>
internal sealed class BoardWorld(MetricsDatabase database)
{
    public static readonly DateTimeOffset Now = new(2025, 3, 10, 12, 0, 0, TimeSpan.Zero);
    public static readonly Reader Red = new("lena", Tlp.Red);
    public static readonly Reader Amber = new("vera", Tlp.Amber);

    private readonly Dictionary<Guid, long> _versions = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Guid CaseId(string handle) => DeterministicId.From("disclosure", handle);

    public static Guid CompanyId(string handle) => DeterministicId.From("company", handle);

    /// <summary>A company that wishes no privacy.</summary>
    public Task CompanyAsync(string handle, string name) =>
        SayAsync(CompanyId(handle), new CompanyRegistered(CompanyId(handle), handle, name, null, [], null, null));

    /// <summary>A case of it, opened on a day.</summary>
    public async Task<Guid> OpenAsync(string handle, string company, string day = "2025-02-03", string? title = null, params object[] said)
    {
        var id = CaseId(handle);
        await SayAsync(id, Moment.On(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)), new DisclosureOpened(id, handle, CompanyId(company), title, null, []));
        foreach (var one in said)
        {
            await SayAsync(id, one);
        }

        return id;
    }

    /// <summary>Folds one more fact, and gives its id.</summary>
    public Task<Guid> SayAsync(Guid subject, object said) => SayAsync(subject, Moment.At(Now.AddDays(-7)), said);

    public async Task<Guid> SayAsync(Guid subject, Moment at, object said)
    {
        var version = _versions[subject] = _versions.GetValueOrDefault(subject) + 1;
        var fact = new Fact(DeterministicId.From(subject.ToString("D"), $"fact {version}"), subject, version, at, Now.AddDays(-7).AddSeconds(version), "test", said);
        await MetricsDatabase.FoldAsync(database.Source, [fact], Cancellation);
        return fact.Id;
    }

    /// <summary>The version that a case has here.</summary>
    public long VersionOf(Guid id) => _versions[id];

    /// <summary>Gathers all words that are wanted.</summary>
    public async Task GatherAsync()
    {
        using var gathering = new WordGathering(database.Source, Months.Utc, TimeProvider.System, NullLogger<WordGathering>.Instance);
        while (await gathering.AdvanceAsync(Cancellation))
        {
        }
    }

    public Task<BoardPage> PageAsync(string query, Reader? reader = null) => BoardEndpoint.ReadAsync(
        database.Source, Query(query, reader ?? Red), null, Months.Utc, Now, reader ?? Red, new Likeness(database.Source), Cancellation);

    public async Task<string> HandlesAsync(string query, Reader? reader = null) =>
        string.Join(' ', (await PageAsync(query, reader)).Items.Select(item => item.Disclosure));

    public Task<BoardCounts> CountsAsync(string query, Reader? reader = null) =>
        BoardCounts.ReadAsync(database.Source, Query(query, reader ?? Red), null, Now, reader ?? Red, Cancellation);

    public static BoardQuery Query(string query, Reader reader)
    {
        var (read, problem) = BoardQuery.Read(BoardRequest.Of(query).Request, reader.Name, Months.Utc, Now);
        return read ?? throw new InvalidOperationException(problem!.Detail);
    }
}

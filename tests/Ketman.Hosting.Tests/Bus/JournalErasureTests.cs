using System.Text.Json;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.EventStore;
using Ketman.Hosting.Bus;
using Ketman.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ketman.Hosting.Tests.Bus;

public sealed class JournalErasureTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2025, 2, 3, 10, 0, 0, TimeSpan.Zero);

    private readonly Guid _account = Guid.CreateVersion7();
    private readonly Guid _contact = Guid.CreateVersion7();
    private readonly Guid _case = Guid.CreateVersion7();
    private readonly Reader _reader = new();
    private TestDatabase _database = null!;
    private Journal _journal = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Account => $"account-{_account:D}";

    private string Case => $"disclosure-{_case:D}";

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(Cancellation);
        await Migrations.ApplyAsync(_database.Source, typeof(Journal).Assembly, "journal", NullLogger.Instance, Cancellation);
        _journal = Of(_reader);
        await _journal.PrepareAsync(["intake", "disclosures"], Cancellation);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task an_erasure_takes_the_words_out_of_all_that_is_journaled_and_nothing_else()
    {
        await TakeAsync(Registered(1), Finding(1, "Fox was here", _account), Finding(2, "Owl was here", Guid.CreateVersion7()), Finding(3, "a shared key", null));

        await TakeAsync(Erased(2));

        (await JournalAsync()).ShouldBe(
        [
            """{"actor": "[erased]", "handle": "[erased]", "platform": "github", "accountId": "ACCOUNT", "firstActiveYear": 2019}""",
            """{"accountId": "ACCOUNT"}""", """[erased]""", "Owl was here", "a shared key",
        ]);
    }

    [Fact]
    public async Task what_comes_late_of_somebody_who_is_erased_is_neither_kept_nor_folded_with_its_words()
    {
        await TakeAsync(Registered(1), Erased(2));

        await TakeAsync(Finding(1, "Fox was here", _account), Finding(2, "a shared key", null));

        (await JournalAsync())[2..].ShouldBe(["[erased]", "a shared key"]);
        _reader.Read.OfType<FindingAdded>().Select(finding => finding.Summary).ShouldBe(["[erased]", "a shared key"]);
    }

    [Fact]
    public async Task words_and_erasure_in_one_batch_leave_no_words_in_whatever_order()
    {
        await TakeAsync(Erased(2), Finding(1, "Fox was here", _account), Registered(1));

        (await JournalAsync())[2].ShouldBe("[erased]");
        _reader.Read.OfType<FindingAdded>().Single().Summary.ShouldBe("[erased]");
        _reader.Read.OfType<AccountRegistered>().Single().Handle.ShouldBe("[erased]");
    }

    [Fact]
    public async Task words_that_waited_for_a_gap_are_gone_when_it_is_filled()
    {
        await TakeAsync(Finding(2, "Fox was here", _account));
        await TakeAsync(Registered(1), Erased(2));

        await TakeAsync(Finding(1, "a shared key", null));

        _reader.Read.OfType<FindingAdded>().Select(finding => finding.Summary).ShouldBe(["a shared key", "[erased]"]);
    }

    [Fact]
    public async Task a_contacts_erasure_takes_the_recipient_and_leaves_what_was_said()
    {
        await TakeAsync(Message(Case, 1, new OutreachAttempted(_case, Channel.Email, "Ada", _contact, "mira", "Signals report")));

        await TakeAsync(Message($"company-{Guid.CreateVersion7():D}", 1, new CompanyContactErased(Guid.CreateVersion7(), _contact)));

        var data = JsonSerializer.Deserialize<OutreachAttempted>(
            await AskAsync<string>("select data::text from journal where stream like 'disclosure-%'"), ContractJson.Options)!;
        (data.Recipient, data.Summary).ShouldBe(("[erased]", "Signals report"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task an_event_that_its_owner_gives_again_without_the_words_is_no_conflict(bool erasedFirst)
    {
        var (full, without) = (Finding(1, "Fox was here", _account), Finding(1, "[erased]", _account));
        await TakeAsync(erasedFirst ? without : full);

        await TakeAsync((erasedFirst ? full : without) with { Id = (erasedFirst ? without : full).Id });

        (await AskAsync<long>("select count(*) from journal_poison")).ShouldBe(0);
    }

    [Fact]
    public async Task what_says_something_else_besides_is_a_conflict_as_before()
    {
        var first = Finding(1, "Fox was here", _account);
        await TakeAsync(first);

        await TakeAsync(Finding(1, "[erased]", Guid.CreateVersion7()) with { Id = first.Id });

        (await AskAsync<string>("select kind from journal_poison")).ShouldBe("conflict");
    }

    [Fact]
    public async Task a_consumer_that_is_paused_or_does_not_want_erasures_loses_the_words_all_the_same()
    {
        var titles = Of(new Reader { Types = [ContractJson.UrnOf(typeof(DisclosureOpened))] });
        await titles.TakeAsync(
            [Arrival.Of(Message(Case, 1, new DisclosureOpened(_case, "halcyon", Guid.CreateVersion7(), "Fox and company", null, [])))], [], Cancellation);
        await _journal.PauseAsync("for the test", Cancellation);

        await titles.TakeAsync([Arrival.Of(Message(Case, 2, new DisclosureErased(_case)))], [], Cancellation);

        (await AskAsync<string>("select data ->> 'title' from journal where version = 1")).ShouldBe("[erased]");
        (await AskAsync<long>("select folded_version from journal_streams")).ShouldBe(1);
    }

    private Journal Of(Reader reader) => new(
        _database.Source, reader, new JournalFold(reader, TimeProvider.System, NullLogger<JournalFold>.Instance), TimeProvider.System, NullLogger<Journal>.Instance);

    private async Task TakeAsync(params IntegrationEvent[] messages) => await _journal.TakeAsync([.. messages.Select(Arrival.Of)], [], Cancellation);

    private IntegrationEvent Registered(long version) => Message(Account, version, new AccountRegistered(_account, "github", "fox", 2019, "quiet-fox"));

    private IntegrationEvent Erased(long version) => Message(Account, version, new AccountErased(_account, null));

    private IntegrationEvent Finding(long version, string summary, Guid? account) => Message(Case, version, new FindingAdded(_case, summary, account, null, null));

    private static IntegrationEvent Message(string stream, long version, object contract) => new(
        Guid.CreateVersion7(), ContractJson.UrnOf(contract.GetType()), stream, version, Moment.At(Now), Now, "mira",
        JsonSerializer.SerializeToElement(contract, contract.GetType(), ContractJson.Options));

    private async Task<string[]> JournalAsync()
    {
        await using var command = _database.Source.CreateCommand(
            "select coalesce(data ->> 'summary', data::text) from journal order by stream, version");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancellation))
        {
            rows.Add(reader.GetString(0).Replace(_account.ToString("D"), "ACCOUNT", StringComparison.Ordinal));
        }

        return [.. rows];
    }

    private async Task<T> AskAsync<T>(string sql)
    {
        await using var command = _database.Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private sealed class Reader : IJournalConsumer
    {
        public List<object> Read { get; } = [];

        public string Name => "reader";

        public IReadOnlyCollection<string> Types { get; init; } = ["*"];

        public Task ApplyAsync(IReadOnlyList<JournaledEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
        {
            Read.AddRange(events.Select(journaled => journaled.Contract!));
            return Task.CompletedTask;
        }
    }
}

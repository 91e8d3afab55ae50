using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Notices;
using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Reading;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ketman.Disclosures.Tests.Deadlines;

/// <summary>A database with cases, instances of the deadline clock on it, and a time that a test moves.</summary>
internal sealed class DeadlineDatabase : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private DeadlineDatabase(TestDatabase database, DateTimeOffset now)
    {
        _database = database;
        Time = new MovableTime(now);
        Store = new PostgresEventStore(database.Source, DisclosureStream.Events);
    }

    public MovableTime Time { get; }

    public IEventStore Store { get; }

    public NpgsqlDataSource Source => _database.Source;

    public TestDatabase Database => _database;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<DeadlineDatabase> CreateAsync(DateTimeOffset now)
    {
        var house = new DeadlineDatabase(await TestDatabase.CreateAsync(Cancellation), now);
        await Migrations.ApplyAsync(house.Source, typeof(PostgresEventStore).Assembly, "event-store", NullLogger.Instance, Cancellation);
        await Migrations.ApplyAsync(house.Source, typeof(DisclosuresService).Assembly, "disclosures", NullLogger.Instance, Cancellation);
        return house;
    }

    /// <summary>Another instance of the clock.</summary>
    /// <param name="store">The log as it sees it; null: as it is.</param>
    public DeadlineClock Clock(IEventStore? store = null, NpgsqlDataSource? source = null)
    {
        var table = new DeadlineTable(source ?? Source);
        return new DeadlineClock(
            table, new DeadlineDecider(store ?? Store, table, Time, NullLogger<DeadlineDecider>.Instance), new CatchingUp(source ?? Source),
            Operations, Time, NullLogger<DeadlineClock>.Instance);
    }

    public DeadlineOperations Operations => new(Source, Time);

    /// <summary>Notices everything that has come, and says how long to wait.</summary>
    public Task<TimeSpan> NoticeAsync() => Clock().NoticeAsync(Cancellation);

    /// <summary>Appends to a case what a command would: the events, and the rows beside them.</summary>
    public async Task<IReadOnlyList<Guid>> AppendAsync(Guid id, params IDomainEvent[] events)
    {
        var stream = DisclosureStream.Aggregate.StreamOf(id);
        var past = await Store.ReadToDecideAsync(stream, Cancellation);
        var before = Fold(past);
        var added = events.Select(happened => new NewEvent(Guid.CreateVersion7(), happened)).ToList();
        var after = added.Aggregate(before, (state, one) => Disclosure.Evolve(state, one.Id, one.Data));
        var versioned = added.Select((one, at) => new Ketman.Hosting.Commands.VersionedEvent(one, past.Version + at + 1)).ToList();
        await Store.AppendAsync(
            [new StreamAppend(stream, past.Version, past.LastHash, added, new EventMetadata(Time.Now, "mira", added[0].Id, null, null, null))],
            [.. new DisclosureTable().Write(stream, id, versioned), .. new DeadlineRow().Write(id, before, after, Time.Now)], Cancellation);
        return [.. added.Select(one => one.Id)];
    }

    /// <summary>Opens a case under a policy and sends the report, which arrives.</summary>
    public async Task<Guid> OpenAsync(string handle, PolicyDocument policy, DateTimeOffset deliveredAt)
    {
        var id = DisclosureStream.Aggregate.IdOf(handle);
        var at = Moment.At(deliveredAt);
        await AppendAsync(
            id,
            new DisclosureOpened(at, handle, Guid.CreateVersion7(), null, null, []),
            new PolicyPinned(at, policy.Name, 1, JsonSerializer.Serialize(policy, ContractJson.Options), null, null));
        var attempt = await AppendAsync(id, new OutreachAttempted(at, Channel.Email, null, null, "mira", null));
        await AppendAsync(id, new OutreachDelivered(at, attempt[0]));
        return id;
    }

    /// <summary>What time brought about in a case, as it is recorded.</summary>
    public async Task<IReadOnlyList<IDomainEvent>> NoticedInAsync(Guid id)
    {
        var history = await Store.ReadToDecideAsync(DisclosureStream.Aggregate.StreamOf(id), Cancellation);
        return [.. history.Events.Select(one => one.Data).Where(data => data is SlaBreached or DeadlineNear or BreachAnnulled or EscalationStepDue or EscalationStepTaken)];
    }

    public Task<IReadOnlyList<NoticeItem>> NoticesAsync() => ListNotices.ReadAsync(Source, PageCursor.Read(null, null, []).After, 1000, new Reader("reader", Tlp.Red), DateTimeOffset.MaxValue, Cancellation);

    /// <summary>The due time in a case's row; <c>"none"</c> without a row.</summary>
    public async Task<object> DueAsync(Guid id)
    {
        await using var command = Source.CreateCommand("select due_at from deadlines where disclosure_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await command.ExecuteScalarAsync(Cancellation) switch
        {
            null => "none",
            DateTime at => new DateTimeOffset(at, TimeSpan.Zero),
            _ => "nothing coming",
        };
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    public async ValueTask DisposeAsync() => await _database.DisposeAsync();

    private static Disclosure Fold(StreamSoFar past) =>
        past.Events.Aggregate(DisclosureStream.Aggregate.Initial, (state, one) => Disclosure.Evolve(state, one.Id, one.Data));

    /// <summary>An acknowledgement is owed within 48 hours and a triage within ten working hours, with a warning a day before the first.</summary>
    public static PolicyDocument TestPolicy { get; } = new(
        "test", "Test",
        new CalendarDocument
        {
            Zone = "Europe/Berlin",
            Hours = new[] { "mon", "tue", "wed", "thu", "fri" }.ToDictionary(day => day, IReadOnlyList<string> (_) => ["09:00-17:00"]),
        },
        [
            new ClockTerms(
                "acknowledgement", "Acknowledgement", Party.Company, new DueRule(After: Milestone.FirstDelivered, Time: "PT48H"), [Milestone.Acknowledged],
                WarnBefore: ["PT24H"]),
            new ClockTerms(
                "triage", "Triage decision", Party.Company, new DueRule(After: Milestone.FirstDelivered, Time: "PT10H", Counted: Counting.Business), [Milestone.Triaged]),
        ],
        [],
        new PublicationTerms("P14D", 3, 2, 3, 1, [Milestone.CompanyWord], "We name you."));
}

using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Bus;
using Ketman.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ketman.Hosting.Tests.Bus;

/// <summary>Something that others shall know.</summary>
internal sealed record Happened(Moment OccurredAt, string Text) : IDomainEvent;

/// <summary>Something that is nobody else's business.</summary>
internal sealed record Kept(Moment OccurredAt) : IDomainEvent;

/// <summary>A service that owns streams: a real log, a real publisher, real endpoints. What it publishes is up to the test.</summary>
internal sealed class Owner : IAsyncDisposable
{
    private static readonly EventTypes Types = new EventTypes.Builder().Add<Happened>("happened.v1").Add<Kept>("kept.v1").Build();

    private readonly TestDatabase _database;
    private readonly WebApplication _app;

    private Owner(TestDatabase database, WebApplication app)
    {
        _database = database;
        _app = app;
        Store = app.Services.GetRequiredService<IEventStore>();
        Publisher = app.Services.GetRequiredService<LogPublisher>();
    }

    public IEventStore Store { get; }

    public LogPublisher Publisher { get; }

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public int EventsServed { get; private set; }

    public static async Task<Owner> StartAsync(SharedBus bus)
    {
        var database = await TestDatabase.CreateAsync();
        await Migrations.ApplyAsync(database.Source, typeof(PostgresEventStore).Assembly, "event-store", NullLogger.Instance, default);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(database.Source);
        builder.Services.AddSingleton<IEventStore>(new PostgresEventStore(database.Source, Types));
        builder.Services.AddSingleton(new RoadTimings { Confirm = TimeSpan.FromSeconds(2) });
        builder.Services.AddKetmanBus(bus).Publish(ToContract);
        var app = builder.Build();
        var owner = new Owner(database, app);
        app.Use((context, next) =>
        {
            owner.EventsServed += context.Request.Path.Value!.EndsWith("heads", StringComparison.Ordinal) ? 0 : 1;
            return next(context);
        });
        app.MapStreamEvents();
        await app.StartAsync();
        return owner;
    }

    /// <summary>Appends <paramref name="count"/> events to <paramref name="stream"/>, in one save, and gives them back as the log has them.</summary>
    public async Task<IReadOnlyList<RecordedEvent>> AppendAsync(
        string stream, int count, string? traceParent = null, Func<int, IDomainEvent>? make = null)
    {
        var before = await Store.ReadStreamAsync(stream, default);
        var now = new DateTimeOffset(2025, 2, 3, 10, 0, 0, TimeSpan.Zero);
        var events = Enumerable.Range((int)before.Version + 1, count)
            .Select(number => new NewEvent(Guid.CreateVersion7(), make?.Invoke(number) ?? new Happened(Moment.At(now), $"number {number}")))
            .ToList();
        await Store.AppendAsync(
            [new StreamAppend(stream, before.Version, before.LastHash, events, new EventMetadata(now, "ada", Guid.NewGuid(), null, null, traceParent))],
            null, default);
        return await Store.ReadStreamPageAsync(stream, before.Version, count, default);
    }

    public Task PublishAsync(params IReadOnlyList<RecordedEvent> events) => Publisher.HandleAsync(events, default);

    /// <summary>Publishes again whatever the broker does not confirm, as the follower of the log does.</summary>
    public async Task PublishUntilConfirmedAsync(IReadOnlyList<RecordedEvent> events)
    {
        while (true)
        {
            try
            {
                await PublishAsync(events);
                return;
            }
            catch (Exception e) when (Publisher.IsTransient(e))
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>Appends and publishes, and moves the publisher's checkpoint: what a service does all day.</summary>
    public async Task<IReadOnlyList<RecordedEvent>> RecordAsync(string stream, int count)
    {
        var events = await AppendAsync(stream, count);
        await PublishUntilConfirmedAsync(events);
        await ReachAsync();
        return events;
    }

    /// <summary>Moves the publisher's checkpoint to the end of the log, whatever was really published.</summary>
    public async Task ReachAsync()
    {
        await using var command = _database.Source.CreateCommand(
            """
            insert into mt_event_progression (name, last_seq_id) select 'publisher', max(seq_id) from mt_events
            on conflict (name) do update set last_seq_id = excluded.last_seq_id
            """);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static object? ToContract(Guid stream, RecordedEvent recorded) =>
        recorded.Data is Happened happened ? new NoteAdded(stream, happened.Text) : null;
}

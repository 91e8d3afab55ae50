using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Hosting;
using Ketman.Hosting.Bus;
using Ketman.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Published = Ketman.Contracts.Disclosures;

namespace Ketman.Intake.Tests.Service;

public sealed class DisclosedLeadTests(RoadToIntake road) : IClassFixture<RoadToIntake>
{
    [Fact]
    public async Task a_disclosure_that_was_opened_elsewhere_arrives_at_its_lead()
    {
        var lead = await road.DoAsync("leads", new { handle = "on-the-road", summary = "seen" });
        await road.DoAsync("leads", new { handle = "bystander", summary = "seen" });
        var id = Guid.Parse(((string)lead["stream"]!)["lead-".Length..]);

        var disclosure = await road.OpenDisclosureAsync(id);

        await Eventually.TrueAsync("the lead says that it was disclosed", async () =>
            (string)(await road.GetAsync("leads/on-the-road")).Body!["status"]! == "disclosed", cancellation: TestContext.Current.CancellationToken);
        var shown = (await road.GetAsync("leads/on-the-road")).Body!;
        ((string)shown["disclosures"]![0]!).ShouldBe(disclosure.ToString());
        ((long)shown["version"]!).ShouldBe(2);
        ((string)(await road.GetAsync("leads/bystander")).Body!["status"]!).ShouldBe("open");
        (await road.PostAsync("leads/on-the-road/dismiss", new { reason = "x" })).Problem.ShouldBe("rule:lead-disclosed");
    }
}

/// <summary>Intake on a real broker, with somebody who publishes as Disclosures does.</summary>
public sealed class RoadToIntake : IntakeApp
{
    private readonly TestRoadEnds _ends = new();
    private WebApplication? _disclosures;

    protected override Uri Disclosures => new(_disclosures!.Urls.Single());

    protected override SharedBus Bus => _ends.ForIntake!;

    public override async ValueTask InitializeAsync()
    {
        await _ends.OpenAsync();
        var settings = new KetmanSettings(
            new Uri("http://127.0.0.1:0"), KetmanSettings.ConnectionString(_ends.Database!.Url.ToString()), null, Keys, null, null, null, TimeZoneInfo.Utc, null);
        var builder = KetmanService.CreateBuilder("disclosures", settings);
        builder.Services.AddEventStore(new EventTypes.Builder().Add<Opened>("disclosure-opened.v1").Build());
        builder.Services.AddKetmanBus(_ends.ForDisclosures!).Publish((id, recorded) =>
            recorded.Data is Opened e ? new Published.DisclosureOpened(id, "halcyon-2025-02", Guid.AllBitsSet, null, e.Lead, []) : null);
        _disclosures = builder.Build();
        _disclosures.UseKetman();
        _disclosures.MapStreamEvents();
        await _disclosures.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _disclosures!.StopAsync();
        await _disclosures.DisposeAsync();
        await _ends.DisposeAsync();
    }

    public async Task<Guid> OpenDisclosureAsync(Guid lead)
    {
        var id = Guid.CreateVersion7();
        var opened = new NewEvent(Guid.CreateVersion7(), new Opened(lead, Moment.On(new DateOnly(2025, 2, 3))));
        await _disclosures!.Services.GetRequiredService<IEventStore>().AppendAsync(
            [new StreamAppend($"disclosure-{id}", 0, null, [opened], new EventMetadata(DateTimeOffset.UtcNow, "grace", opened.Id, null, null, null))], null, default);
        return id;
    }

    private sealed record Opened(Guid? Lead, Moment OccurredAt) : IDomainEvent;

    private sealed class TestRoadEnds : IAsyncDisposable
    {
        private TestBroker? _broker;

        public TestDatabase? Database { get; private set; }

        public SharedBus? ForIntake { get; private set; }

        public SharedBus? ForDisclosures { get; private set; }

        public async Task OpenAsync()
        {
            Database = await TestDatabase.CreateAsync();
            _broker = await TestBroker.CreateAsync();
            ForIntake = SharedBus.RabbitMq(_broker.Url);
            ForDisclosures = SharedBus.RabbitMq(_broker.Url);
        }

        public async ValueTask DisposeAsync()
        {
            await Database!.DisposeAsync();
            await _broker!.DisposeAsync();
        }
    }
}

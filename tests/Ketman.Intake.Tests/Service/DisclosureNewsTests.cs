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

public sealed class DisclosureNewsTests(RoadToIntake road) : IClassFixture<RoadToIntake>
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

    [Fact]
    public async Task a_company_that_asks_for_privacy_in_one_case_is_hidden_from_viewers_until_the_request_is_retracted()
    {
        var company = Guid.Parse(((string)(await road.DoAsync("companies", new { handle = "quiet-one", name = "Quiet One", domain = "quiet.example" }))["stream"]!)["company-".Length..]);
        await road.DoAsync("leads", new { handle = "on-quiet", summary = "seen", company = "quiet-one" });
        await road.DoAsync("leads", new { handle = "also-quiet", summary = "seen again", company = "quiet-one" });
        (await SeesAsync("companies/quiet-one")).ShouldBeTrue();

        var disclosure = await road.OpenDisclosureAsync(null, company);
        var request = await road.AppendAsync(disclosure, 1, new AskedForPrivacy(Moment.On(new DateOnly(2025, 2, 4))));

        await Eventually.TrueAsync("viewers find no such company", async () => !await SeesAsync("companies/quiet-one"), cancellation: TestContext.Current.CancellationToken);
        (await SeesAsync("leads/on-quiet")).ShouldBeFalse();
        foreach (var list in new[] { "companies", "leads", "duplicates" })
        {
            (await AsViewerAsync(list)).Text.ShouldNotContain("quiet", Case.Insensitive, list);
        }

        (await AsViewerAsync("leads/on-quiet/duplicates")).Status.ShouldBe(404);
        (await road.GetAsync("companies/quiet-one")).Status.ShouldBe(200);
        (await road.GetAsync("leads")).Text.ShouldContain("on-quiet");

        await road.AppendAsync(disclosure, 2, new Retracted(request, Moment.On(new DateOnly(2025, 2, 5))));
        await Eventually.TrueAsync("viewers find the company again", () => SeesAsync("companies/quiet-one"), cancellation: TestContext.Current.CancellationToken);
        (await AsViewerAsync("leads")).Text.ShouldContain("on-quiet");
    }

    private async Task<bool> SeesAsync(string path) => (await AsViewerAsync(path)).Status == 200;

    private Task<Reply> AsViewerAsync(string path) => road.AsAsync("vera", ["viewer"], Tlp.Amber, HttpMethod.Get, path);
}

/// <summary>A disclosure was opened.</summary>
public sealed record Opened(Guid? Lead, Guid Company, Moment OccurredAt) : IDomainEvent;

/// <summary>The company asked for privacy.</summary>
public sealed record AskedForPrivacy(Moment OccurredAt) : IDomainEvent;

/// <summary>A fact was a mistake.</summary>
public sealed record Retracted(Guid Fact, Moment OccurredAt) : IDomainEvent;

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
        builder.Services.AddEventStore(new EventTypes.Builder().Add<Opened>("disclosure-opened.v1")
            .Add<AskedForPrivacy>("privacy-requested.v1").Add<Retracted>("fact-retracted.v1").Build());
        builder.Services.AddKetmanBus(_ends.ForDisclosures!).Publish((id, recorded) => recorded.Data switch
        {
            Opened e => new Published.DisclosureOpened(id, "halcyon-2025-02", e.Company, null, e.Lead, []),
            AskedForPrivacy => new Published.PrivacyRequested(id, null),
            Retracted e => new Published.FactRetracted(id, e.Fact, "a mistake"),
            _ => null,
        });
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

    public async Task<Guid> OpenDisclosureAsync(Guid? lead, Guid? company = null)
    {
        var id = Guid.CreateVersion7();
        await AppendAsync(id, 0, new Opened(lead, company ?? Guid.AllBitsSet, Moment.On(new DateOnly(2025, 2, 3))));
        return id;
    }

    /// <summary>Records what Disclosures would, and gives its id.</summary>
    public async Task<Guid> AppendAsync(Guid disclosure, long version, IDomainEvent said)
    {
        var store = _disclosures!.Services.GetRequiredService<IEventStore>();
        var added = new NewEvent(Guid.CreateVersion7(), said);
        var past = await store.ReadToDecideAsync($"disclosure-{disclosure}", TestContext.Current.CancellationToken);
        await store.AppendAsync(
            [new StreamAppend($"disclosure-{disclosure}", version, past.LastHash, [added], new EventMetadata(DateTimeOffset.UtcNow, "grace", added.Id, null, null, null))],
            null, TestContext.Current.CancellationToken);
        return added.Id;
    }

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

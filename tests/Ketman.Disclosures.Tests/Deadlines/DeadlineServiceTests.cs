using System.Globalization;
using System.Net;
using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Tests.Http;
using Ketman.EventStore;
using Ketman.Testing;

namespace Ketman.Disclosures.Tests.Deadlines;

public sealed class DeadlineServiceTests(RunningDisclosures service) : IClassFixture<RunningDisclosures>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_command_writes_the_deadline_with_its_event_and_the_clock_notices_it_within_a_second()
    {
        var handle = await service.OpenAsync();
        await PinAsync(handle, "PT2S");

        var logged = await service.PostAsync($"disclosures/{handle}/outreach", """{"channel":"email","outcome":"delivered"}""");

        logged.Status.ShouldBe(HttpStatusCode.OK, logged.Body);
        var due = await DueAsync(handle);
        var notice = await Eventually.SomeAsync("the breach is told", async () =>
            (await service.GetAsync("notices")).Json.GetProperty("items").EnumerateArray().Where(item => item.TryGetProperty("disclosure", out var of) && of.GetString() == handle)
                .Select(item => (JsonElement?)item).FirstOrDefault() as object, cancellation: Cancellation);
        var told = (JsonElement)notice;
        told.GetProperty("kind").GetString().ShouldBe("breach");
        told.GetProperty("subject").GetString().ShouldBe("acknowledgement");
        told.GetProperty("dueAt").GetDateTimeOffset().ShouldBe(due!.Value);
        told.GetProperty("deliverAt").GetDateTimeOffset().ShouldBe(told.GetProperty("noticedAt").GetDateTimeOffset(), "the team works around the clock");
        (await DueAsync(handle)).ShouldBeNull();
    }

    [Fact]
    public async Task notices_are_given_page_by_page_the_youngest_first()
    {
        await using (var command = service.Database.Source.CreateCommand("""
            insert into notices (id, kind, due_at, noticed_at, deliver_at, text)
            select gen_random_uuid(), 'breach', t, t, t, n::text from (select n, '2020-01-01'::timestamptz + make_interval(hours => (n + 1) / 2) as t from generate_series(1, 5) n) x
            """))
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        var texts = new List<string>();
        string? next = null;
        do
        {
            var page = await service.GetAsync($"notices?limit=2{(next is null ? "" : $"&after={next}")}");
            page.Status.ShouldBe(HttpStatusCode.OK, page.Body);
            texts.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("text").GetString()!));
            next = page.Json.GetProperty("next").GetString();
        }
        while (next is not null);

        // Those of other tests are younger.
        texts[^5].ShouldBe("5");
        texts[^4..^2].ShouldBe(["3", "4"], ignoreOrder: true);
        texts[^2..].ShouldBe(["1", "2"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("after=nothing", "after")]
    [InlineData("after=%00", "after")]
    public async Task a_page_that_makes_no_sense_is_refused_by_name(string query, string field)
    {
        var page = await service.GetAsync($"notices?{query}");

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Type.ShouldBe("urn:ketman:problem:invalid-request");
        page.Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task operators_see_how_it_is_and_admins_may_change_it()
    {
        var handle = await service.OpenAsync();
        await PinAsync(handle, "P9000D");
        await service.PostAsync($"disclosures/{handle}/outreach", """{"channel":"email","outcome":"delivered"}""");

        var status = await service.GetAsync("operations/disclosures/deadlines");
        status.Status.ShouldBe(HttpStatusCode.OK, status.Body);
        status.Json.GetProperty("open").GetInt64().ShouldBeGreaterThanOrEqualTo(1);
        status.Json.GetProperty("parked").GetInt64().ShouldBe(0);

        foreach (var verb in new[] { "retry", "recompute" })
        {
            (await service.PostAsync($"operations/disclosures/deadlines/{verb}", "")).Status.ShouldBe(HttpStatusCode.Forbidden);
            var changed = await service.SendAsync(HttpMethod.Post, $"operations/disclosures/deadlines/{verb}", null, token: service.TokenOf("admin"));
            changed.Status.ShouldBe(HttpStatusCode.OK, changed.Body);
        }

        var due = await DueAsync(handle);
        await Eventually.TrueAsync("the row is found out anew", async () => await DueAsync(handle) is not null, cancellation: Cancellation);
        (due is null || due == await DueAsync(handle)).ShouldBeTrue();
    }

    /// <summary>Pins a policy by which an acknowledgement is owed so long after the first delivery.</summary>
    private async Task PinAsync(string handle, string time)
    {
        var policy = new PolicyDocument(
            "quick", "Quick", new CalendarDocument { Zone = "UTC", Hours = null },
            [new ClockTerms("acknowledgement", "Acknowledgement", Party.Company, new DueRule(After: Milestone.FirstDelivered, Time: time), [Milestone.Acknowledged])],
            [], new PublicationTerms("P14D", 1, 1, 1, 1, [], "We name you."));
        var store = new PostgresEventStore(service.Database.Source, DisclosureStream.Events);
        var stream = DisclosureStream.Aggregate.StreamOf(DisclosureStream.Aggregate.IdOf(handle));
        var past = await store.ReadToDecideAsync([stream], [], Cancellation);
        var pinned = new PolicyPinned(Moment.At(DateTimeOffset.UtcNow), "quick", 1, JsonSerializer.Serialize(policy, ContractJson.Options), null, "test");
        await store.AppendAsync(
            [new StreamAppend(stream, past[stream].Version, past[stream].LastHash, [new NewEvent(Guid.CreateVersion7(), pinned)],
                new EventMetadata(DateTimeOffset.UtcNow, "test", Guid.CreateVersion7(), null, null, null))], null, Cancellation);
    }

    private async Task<DateTimeOffset?> DueAsync(string handle)
    {
        await using var command = service.Database.Source.CreateCommand(
            string.Create(CultureInfo.InvariantCulture, $"select due_at from deadlines where disclosure_id = '{DisclosureStream.Aggregate.IdOf(handle)}'"));
        return await command.ExecuteScalarAsync(Cancellation) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }
}

using System.Net;
using System.Text;
using System.Text.Json;

namespace Ketman.Disclosures.Tests.Http;

/// <summary>The way of a command through the service to the log and back.</summary>
public sealed class CommandTests(RunningDisclosures service) : IClassFixture<RunningDisclosures>
{
    [Fact]
    public async Task a_case_is_opened_and_read()
    {
        var opened = await service.PostAsync(
            "disclosures",
            """{"company":"halcyon","handle":"halcyon-read","title":"An insider","lead":"lead-fox","accounts":["github:fox"],"at":"2025-02-03"}""");
        var read = await service.GetAsync("disclosures/halcyon-read");

        opened.Status.ShouldBe(HttpStatusCode.Created, opened.Body);
        opened.Location.ShouldBe("/api/v1/disclosures/halcyon-read");
        opened.ETag.ShouldBe("\"2\"", "the opening, and the policy that it is under");
        opened["ref"].ShouldBe("halcyon-read");
        opened["changed"].ShouldBe("True");
        opened.Json.GetProperty("events")[0].GetProperty("type").GetString().ShouldBe("disclosure-opened.v1");
        read.ETag.ShouldBe("\"2\"");
        read["company"].ShouldBe("halcyon");
        read["lead"].ShouldBe("lead-fox");
        read["accounts"].ShouldBe("""["github:fox"]""");
        read["status"].ShouldBe("open");
        read["openedAt"].ShouldBe("2025-02-03");
    }

    [Fact]
    public async Task a_case_is_called_by_its_id_and_by_its_handle_however_it_is_written()
    {
        var handle = await service.OpenAsync();
        var id = (await service.GetAsync($"disclosures/{handle}"))["id"];

        (await service.PostAsync($"disclosures/{id}/notes", """{"text":"by id"}"""))["version"].ShouldBe("3");
        (await service.PostAsync($"disclosures/{handle.ToUpperInvariant()}/notes", """{"text":"by handle"}"""))["version"].ShouldBe("4");
    }

    [Fact]
    public async Task a_case_without_a_handle_gets_the_companys_and_the_months_and_a_number_when_that_is_taken()
    {
        var first = await service.PostAsync("disclosures", """{"company":"meridian","at":"2025-03-31"}""", key: "one");
        var second = await service.PostAsync("disclosures", """{"company":"meridian","at":"2025-03-31","title":"another"}""", key: "two");
        var third = await service.PostAsync("disclosures", """{"company":"meridian","at":"2025-03-30"}""");
        var again = await service.PostAsync("disclosures", """{"company":"meridian","at":"2025-03-31","title":"another"}""", key: "two");

        first["ref"].ShouldBe("meridian-2025-03");
        second["ref"].ShouldBe("meridian-2025-03-2");
        third["ref"].ShouldBe("meridian-2025-03-3");
        again["ref"].ShouldBe("meridian-2025-03-2");
        again["changed"].ShouldBe("False");
    }

    [Fact]
    public async Task a_long_companys_handle_is_cut_to_make_room()
    {
        var opened = await service.PostAsync(
            "disclosures", """{"company":"a-company-whose-handle-is-as-long-as-a-handle-may-be-which-is-63","at":"2025-03-31"}""");

        opened.Status.ShouldBe(HttpStatusCode.Created, opened.Body);
        opened["ref"].ShouldBe("a-company-whose-handle-is-as-long-as-a-handle-may-b-2025-03");
    }

    [Fact]
    public async Task cases_of_one_month_opened_at_once_get_handles_of_their_own()
    {
        var opened = await Task.WhenAll(Enumerable.Range(1, 6).Select(
            number => service.PostAsync("disclosures", $$"""{"company":"halcyon","title":"number {{number}}","at":"2024-07-01"}""", key: $"at-once-{number}")));

        opened.Select(reply => reply["ref"]).Order().ShouldBe(
            ["halcyon-2024-07", "halcyon-2024-07-2", "halcyon-2024-07-3", "halcyon-2024-07-4", "halcyon-2024-07-5", "halcyon-2024-07-6"]);
    }

    [Fact]
    public async Task a_handle_is_used_once()
    {
        var handle = await service.OpenAsync();

        var other = await service.PostAsync("disclosures", $$"""{"company":"meridian","handle":"{{handle}}"}""");

        other.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        other.Type.ShouldBe("urn:ketman:problem:rule:handle-taken");
    }

    [Fact]
    public async Task a_repeated_command_answers_as_the_first_time_and_stores_nothing()
    {
        var handle = await service.OpenAsync();
        var body = """{"channel":"email","recipient":"security contact","outcome":"answered","at":"2025-02-04"}""";

        var first = await service.PostAsync($"disclosures/{handle}/outreach", body, key: "first-mail");
        var before = await service.CountEventsAsync();
        var second = await service.PostAsync($"disclosures/{handle}/outreach", body, key: "first-mail");

        second.Status.ShouldBe(HttpStatusCode.OK);
        second["changed"].ShouldBe("False");
        second["id"].ShouldBe(first["id"]);
        second["events"].ShouldBe(first["events"]);
        (await service.CountEventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task a_key_is_not_used_for_another_request()
    {
        var handle = await service.OpenAsync();
        await service.PostAsync($"disclosures/{handle}/notes", """{"text":"one"}""", key: "note");

        var other = await service.PostAsync($"disclosures/{handle}/notes", """{"text":"two"}""", key: "note");

        other.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        other.Type.ShouldBe("urn:ketman:problem:idempotency-key-reused");
    }

    [Fact]
    public async Task a_fact_is_called_by_the_key_that_it_was_recorded_with()
    {
        var handle = await service.OpenAsync();
        await service.PostAsync($"disclosures/{handle}/outreach", """{"channel":"email","at":"2025-02-04T10:00:00Z"}""", key: "first-mail");

        var delivered = await service.PostAsync($"disclosures/{handle}/deliveries", """{"outreach":"first-mail","at":"2025-02-04T10:01:00Z"}""");

        delivered.Status.ShouldBe(HttpStatusCode.OK, delivered.Body);
        var outreach = (await service.GetAsync($"disclosures/{handle}")).Json.GetProperty("outreach")[0];
        outreach.GetProperty("by").GetString().ShouldBe("mira");
        outreach.GetProperty("deliveredAt").GetString().ShouldBe("2025-02-04T10:01:00Z");
    }

    [Fact]
    public async Task a_broken_rule_is_named_and_stores_nothing()
    {
        var handle = await service.OpenAsync();
        var before = await service.CountEventsAsync();

        var reply = await service.PostAsync($"disclosures/{handle}/deliveries", """{"outreach":"never"}""");

        reply.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        reply.Type.ShouldBe("urn:ketman:problem:rule:outreach-unknown");
        (await service.CountEventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task who_decides_on_an_old_version_is_told_so()
    {
        var handle = await service.OpenAsync();
        var seen = (await service.GetAsync($"disclosures/{handle}")).ETag!;
        await service.PostAsync($"disclosures/{handle}/notes", """{"text":"somebody else"}""");

        var stale = await service.PostAsync($"disclosures/{handle}/closing", """{"reason":"over"}""", ifMatch: seen);
        var fresh = await service.PostAsync($"disclosures/{handle}/closing", """{"reason":"over"}""", ifMatch: "\"3\"");

        stale.Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        stale.Type.ShouldBe("urn:ketman:problem:stale-version");
        fresh.Status.ShouldBe(HttpStatusCode.OK, fresh.Body);
    }

    [Fact]
    public async Task a_case_that_has_not_changed_is_not_sent_again()
    {
        var handle = await service.OpenAsync();

        (await service.GetAsync($"disclosures/{handle}", ifNoneMatch: "\"2\"")).Status.ShouldBe(HttpStatusCode.NotModified);
        (await service.GetAsync($"disclosures/{handle}", ifNoneMatch: "\"7\"")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task facts_recorded_at_once_are_all_recorded()
    {
        var handle = await service.OpenAsync();

        var replies = await Task.WhenAll(Enumerable.Range(1, 24).Select(
            number => service.PostAsync($"disclosures/{handle}/notes", $$"""{"text":"note {{number}}"}""", key: $"note-{number}")));

        // A client that is told of the conflict repeats with the same key.
        foreach (var (number, _) in replies.Select((reply, index) => (index + 1, reply)).Where(pair => pair.reply.Status is HttpStatusCode.Conflict))
        {
            (await service.PostAsync($"disclosures/{handle}/notes", $$"""{"text":"note {{number}}"}""", key: $"note-{number}")).Status.ShouldBe(HttpStatusCode.OK);
        }

        replies.ShouldAllBe(reply => reply.Status == HttpStatusCode.OK || reply.Status == HttpStatusCode.Conflict);
        var read = await service.GetAsync($"disclosures/{handle}");
        read["version"].ShouldBe("26");
        read.Json.GetProperty("facts").EnumerateArray().Select(fact => fact.GetProperty("text").GetString())
            .ShouldBe(Enumerable.Range(1, 24).Select(number => $"note {number}"), ignoreOrder: true);
    }

    [Fact]
    public async Task the_same_command_sent_many_times_at_once_is_carried_out_once()
    {
        var handle = await service.OpenAsync();
        var before = await service.CountEventsAsync();

        var replies = await Task.WhenAll(Enumerable.Range(1, 12).Select(
            _ => service.PostAsync($"disclosures/{handle}/notes", """{"text":"once"}""", key: "once")));

        replies.ShouldAllBe(reply => reply.Status == HttpStatusCode.OK);
        replies.Count(reply => reply["changed"] == "True").ShouldBe(1);
        (await service.CountEventsAsync()).ShouldBe(before + 1);
    }

    [Fact]
    public async Task a_payment_is_corrected_and_retracted()
    {
        var handle = await service.OpenAsync();
        var pay = """{"account":"github:fox","asset":"usdc","amount":"5000.50","usd":5000.50,"priceSource":"at par","at":"2024-11-30"}""";
        await service.PostAsync($"disclosures/{handle}/payments", pay, key: "november");

        var corrected = await service.PostAsync(
            $"disclosures/{handle}/payments/november/correct",
            """{"account":"github:owl","asset":"UNI","amount":400,"usdLow":"4800","usdHigh":"5200","priceSource":"the day's range","at":"2024-12-01","reason":"another token"}""");
        var payment = (await service.GetAsync($"disclosures/{handle}")).Json.GetProperty("payments")[0];
        var retracted = await service.PostAsync($"disclosures/{handle}/retractions", """{"fact":"november","reason":"belongs to another case"}""");
        var after = await service.GetAsync($"disclosures/{handle}");
        var tooLate = await service.PostAsync(
            $"disclosures/{handle}/payments/november/correct", pay[..^1] + ""","reason":"a slip"}""");

        corrected.Status.ShouldBe(HttpStatusCode.OK, corrected.Body);
        payment.GetProperty("account").GetString().ShouldBe("github:owl");
        payment.GetProperty("asset").GetString().ShouldBe("UNI");
        payment.GetProperty("usd").ToString().ShouldBe("""{"low":4800,"high":5200}""");
        retracted.Status.ShouldBe(HttpStatusCode.OK, retracted.Body);
        after.Json.GetProperty("payments").GetArrayLength().ShouldBe(0);
        after.Json.GetProperty("retracted")[0].GetProperty("text").GetString().ShouldBe("400 UNI");
        tooLate.Type.ShouldBe("urn:ketman:problem:rule:payment-retracted");
    }

    [Fact]
    public async Task a_path_and_a_body_that_name_different_facts_are_not_both_right()
    {
        var handle = await service.OpenAsync();

        var reply = await service.PostAsync(
            $"disclosures/{handle}/payments/november/correct",
            """{"payment":"december","account":"github:fox","asset":"USDC","amount":1,"at":"2024-12-01","reason":"a slip"}""");

        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Body);
    }

    [Fact]
    public async Task a_day_stays_a_day_and_an_instant_an_instant()
    {
        var handle = await service.OpenAsync();
        await service.PostAsync($"disclosures/{handle}/notes", """{"text":"day","at":"2025-02-05"}""");
        await service.PostAsync($"disclosures/{handle}/notes", """{"text":"instant","at":"2025-02-05T10:00:00+02:00"}""");

        var facts = (await service.GetAsync($"disclosures/{handle}")).Json.GetProperty("facts").EnumerateArray();

        facts.Select(fact => fact.GetProperty("at").GetString()).ShouldBe(["2025-02-05", "2025-02-05T08:00:00Z"]);
    }

    [Fact]
    public async Task nobody_is_asked_about_an_outreach()
    {
        var handle = await service.OpenAsync();
        service.Intake.Silent = true;
        try
        {
            (await service.PostAsync($"disclosures/{handle}/outreach", """{"channel":"email"}""")).Status.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            service.Intake.Silent = false;
        }
    }

    [Fact]
    public async Task every_event_can_be_asked_for_again_by_a_peer()
    {
        var handle = await service.OpenAsync();
        var id = (await service.GetAsync($"disclosures/{handle}"))["id"];
        await service.PostAsync($"disclosures/{handle}/notes", """{"text":"hello","at":"2025-02-05"}""");

        var reply = await service.SendAsync(HttpMethod.Get, $"internal/streams/disclosure-{id}/events?after=2", null, token: service.PeerToken);

        var events = reply.Json.GetProperty("events");
        events.GetArrayLength().ShouldBe(1);
        events[0].GetProperty("type").GetString().ShouldBe("ketman:note-added:v1");
        events[0].GetProperty("version").GetInt64().ShouldBe(3);
        events[0].GetProperty("recordedBy").GetString().ShouldBe("mira");
        events[0].GetProperty("occurredAt").GetString().ShouldBe("2025-02-05");
        events[0].GetProperty("data").ToString().ShouldBe(JsonSerializer.Serialize(new { disclosureId = id, text = "hello" }));
    }

    [Fact]
    public async Task a_peer_is_told_what_is_due_in_many_cases_at_once()
    {
        var (open, closed) = (await service.OpenAsync(), await service.OpenAsync());
        await service.PostAsync($"disclosures/{closed}/closing", """{"reason":"over","at":"2025-02-05"}""");
        var ids = new[] { (await service.GetAsync($"disclosures/{open}"))["id"], (await service.GetAsync($"disclosures/{closed}"))["id"], Guid.NewGuid().ToString() };

        var reply = await service.SendAsync(HttpMethod.Post, "internal/timetables", new StringContent(JsonSerializer.Serialize(new { ids }), Encoding.UTF8, "application/json"), token: service.PeerToken);

        reply.Status.ShouldBe(HttpStatusCode.OK);
        var items = reply.Json.GetProperty("items");
        items.EnumerateArray().Select(item => item.GetProperty("id").GetString()).ShouldBe(ids[..2]);
        var due = items[0].GetProperty("dues")[0];
        due.GetProperty("kind").GetString().ShouldBe("clock");
        due.GetProperty("name").GetString().ShouldBe("first-outreach");
        due.GetProperty("owedBy").GetString().ShouldBe("us");
        due.GetProperty("breached").GetBoolean().ShouldBeTrue();
        items[0].GetProperty("version").GetInt64().ShouldBe(2);
        items[1].GetProperty("dues").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"ids":[]}""", "ids")]
    [InlineData("""{}""", "ids")]
    [InlineData("""{"ids":["x"]}""", "ids[0]")]
    [InlineData("""{"ids":[],"now":"2025-01-01"}""", "now")]
    public async Task a_question_for_timetables_that_makes_no_sense_is_refused(string body, string field)
    {
        var reply = await service.SendAsync(HttpMethod.Post, "internal/timetables", new StringContent(body, Encoding.UTF8, "application/json"), token: service.PeerToken);
        reply.Status.ShouldBe(HttpStatusCode.BadRequest);
        reply.Json.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe(field);
    }

    [Fact]
    public async Task nobody_but_the_gateway_and_peers_is_answered()
    {
        (await service.SendAsync(HttpMethod.Get, "disclosures", null, token: "Bearer nonsense")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await service.SendAsync(HttpMethod.Get, "disclosures", null, token: service.PeerToken)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await service.GetAsync("internal/streams/disclosure-x/events")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await service.SendAsync(HttpMethod.Get, "health/ready", null, token: "Bearer nonsense")).Status.ShouldBe(HttpStatusCode.OK);
    }
}

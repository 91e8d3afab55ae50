using System.Net;

namespace Ketman.Disclosures.Tests.Http;

/// <summary>The clocks of a case by HTTP: listed, explained, paused, resumed and extended.</summary>
public sealed class ClockEndpointTests(RunningDisclosures service) : IClassFixture<RunningDisclosures>
{
    [Fact]
    public async Task every_clock_of_a_case_is_listed_as_it_stands()
    {
        var handle = await ToldAsync();
        var listed = await service.GetAsync($"disclosures/{handle}/clocks");

        listed.Status.ShouldBe(HttpStatusCode.OK, listed.Body);
        listed["disclosure"].ShouldBe(handle);
        listed.Json.GetProperty("policy").GetProperty("name").GetString().ShouldBe("ketman-standard");
        var clocks = listed.Json.GetProperty("items").EnumerateArray().ToList();
        clocks.Select(clock => (clock.GetProperty("name").GetString(), clock.GetProperty("status").GetString()))
            .ShouldBe([("first-outreach", "met"), ("acknowledgement", "breached")]);
        clocks[1].GetProperty("dueAt").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2025, 2, 6, 10, 0, 0, TimeSpan.Zero));
        clocks[1].GetProperty("anchor").GetProperty("type").GetString().ShouldBe("outreach-delivered.v1");
    }

    [Fact]
    public async Task a_due_time_is_explained_in_utc_in_the_calendars_zone_and_in_the_readers()
    {
        var handle = await ToldAsync();
        var told = await service.GetAsync($"disclosures/{handle}/clocks/acknowledgement/explanation?zone=Asia/Kathmandu");

        told.Status.ShouldBe(HttpStatusCode.OK, told.Body);
        told.Json.GetProperty("due").ToString().ShouldBe("""{"utc":"2025-02-06T10:00:00Z","calendar":"2025-02-06T10:00:00Z","reader":"2025-02-06T15:45:00+05:45"}""");
        told["budget"].ShouldBe("PT16H");
        told["counted"].ShouldBe("business");
        told.Json.GetProperty("rule").GetProperty("says").GetString().ShouldBe("PT16H business after first-delivered");
        told.Json.GetProperty("intervals").EnumerateArray().Select(interval =>
            $"{interval.GetProperty("from").GetProperty("utc")} {interval.GetProperty("to").GetProperty("utc")} {interval.GetProperty("reason")}").ShouldBe(
        [
            "2025-02-04T10:00:00Z 2025-02-04T17:00:00Z counted",
            "2025-02-04T17:00:00Z 2025-02-05T09:00:00Z closed",
            "2025-02-05T09:00:00Z 2025-02-05T17:00:00Z counted",
            "2025-02-05T17:00:00Z 2025-02-06T09:00:00Z closed",
            "2025-02-06T09:00:00Z 2025-02-06T10:00:00Z counted",
        ]);
    }

    [Fact]
    public async Task what_there_is_not_is_told_by_name()
    {
        var handle = await ToldAsync();

        (await service.GetAsync("disclosures/nowhere/clocks")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await service.GetAsync($"disclosures/{handle}/clocks/coffee/explanation")).Type.ShouldBe("urn:ketman:problem:clock-not-found");
        var zone = await service.GetAsync($"disclosures/{handle}/clocks/acknowledgement/explanation?zone=Mars/Olympus");
        (zone.Status, zone.Fields.Single()).ShouldBe((HttpStatusCode.BadRequest, "zone"));
    }

    [Fact]
    public async Task only_a_lead_pauses_resumes_and_extends()
    {
        var handle = await ToldAsync();

        (await service.PostAsAnalystAsync($"disclosures/{handle}/clocks/pauses", """{"reason":"holidays"}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        var paused = await service.PostAsLeadAsync($"disclosures/{handle}/clocks/pauses", """{"reason":"holidays","clock":"acknowledgement","at":"2025-02-05T09:00:00Z"}""");
        paused.Status.ShouldBe(HttpStatusCode.OK, paused.Body);
        (await StatusAsync(handle)).ShouldBe("paused");

        var resumed = await service.PostAsLeadAsync($"disclosures/{handle}/clocks/resumptions", $$"""{"pause":"{{paused["id"]}}","at":"2025-02-07T09:00:00Z"}""");
        resumed.Status.ShouldBe(HttpStatusCode.OK, resumed.Body);
        (await StatusAsync(handle)).ShouldBe("breached");

        var extended = await service.PostAsLeadAsync($"disclosures/{handle}/clocks/extensions", """{"clock":"acknowledgement","until":"2025-02-28","reason":"agreed","at":"2025-02-07T10:00:00Z"}""");
        extended.Status.ShouldBe(HttpStatusCode.OK, extended.Body);
        var told = await service.GetAsync($"disclosures/{handle}/clocks/acknowledgement/explanation");
        told.Json.GetProperty("intervals").EnumerateArray().Select(interval => interval.GetProperty("reason").GetString()).ShouldBe(
            ["counted", "closed", "paused", "counted", "closed", "counted", "extended"]);
        told.Json.GetProperty("due").GetProperty("utc").GetString().ShouldBe("2025-03-01T00:00:00Z");
    }

    [Theory]
    [InlineData("pauses", """{}""", "reason")]
    [InlineData("pauses", """{"reason":" "}""", "reason")]
    [InlineData("pauses", """{"reason":"x","clock":"No Clock"}""", "clock")]
    [InlineData("pauses", """{"reason":"x","subject":"promise"}""", "clock")]
    [InlineData("pauses", """{"reason":"x","at":"2999-01-01"}""", "at")]
    [InlineData("resumptions", """{"reason":"x"}""", "pause")]
    [InlineData("extensions", """{"clock":"acknowledgement","reason":"x"}""", "until")]
    [InlineData("extensions", """{"clock":"acknowledgement","reason":"x","until":"soon"}""", "until")]
    [InlineData("extensions", """{"clock":"acknowledgement","reason":"x","until":"3025-01-01"}""", "until")]
    [InlineData("extensions", """{"clock":"acknowledgement","until":"2025-03-01"}""", "reason")]
    [InlineData("extensions", """{"clock":"acknowledgement","until":"2025-03-01","reason":"x","grace":"yes"}""", "grace")]
    [InlineData("extensions", """{"clock":"acknowledgement","until":"2025-03-01","reason":"x","more":1}""", "more")]
    public async Task a_body_that_cannot_be_understood_is_refused(string route, string body, string field)
    {
        var handle = await service.OpenAsync();
        var reply = await service.PostAsLeadAsync($"disclosures/{handle}/clocks/{route}", body);

        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Body);
        reply.Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task a_rule_that_is_broken_is_named()
    {
        var handle = await ToldAsync();

        (await service.PostAsLeadAsync($"disclosures/{handle}/clocks/extensions", """{"clock":"acknowledgement","until":"2027-01-01","reason":"x"}""")).Type
            .ShouldBe("urn:ketman:problem:rule:clock-breached");
        (await service.PostAsLeadAsync($"disclosures/{handle}/clocks/extensions", """{"clock":"coffee","until":"2027-01-01","reason":"x"}""")).Type
            .ShouldBe("urn:ketman:problem:rule:clock-unknown");
    }

    private async Task<string> ToldAsync()
    {
        var handle = await service.OpenAsync();
        var told = await service.PostAsync($"disclosures/{handle}/outreach", """{"channel":"email","outcome":"delivered","at":"2025-02-04T10:00:00Z"}""");
        told.Status.ShouldBe(HttpStatusCode.OK, told.Body);
        return handle;
    }

    private async Task<string?> StatusAsync(string handle) => (await service.GetAsync($"disclosures/{handle}/clocks")).Json.GetProperty("items").EnumerateArray()
        .Single(clock => clock.GetProperty("name").GetString() == "acknowledgement").GetProperty("status").GetString();
}

using System.Net;
using System.Text.Json;

namespace Ketman.Disclosures.Tests.Http;

public sealed class BatchTests(RunningDisclosures service) : IClassFixture<RunningDisclosures>
{
    [Fact]
    public async Task a_bad_item_never_spoils_the_good_ones()
    {
        var handle = await service.OpenAsync();

        var reply = await BatchAsync(
            Item("log-outreach", handle, "first-mail", """{"channel":"email","at":"2025-02-04"}"""),
            Item("log-outreach", handle, "bad-mail", """{"channel":"pigeon"}"""),
            Item("record-delivery", handle, null, """{"outreach":"first-mail","at":"2025-02-04"}"""),
            Item("record-delivery", handle, null, """{"outreach":"no-such-mail"}"""),
            Item("record-merge", handle, null, """{"account":"github:nobody","repository":"halcyon/core","at":"2025-01-01"}"""),
            Item("add-note", "no-such-case", null, """{"text":"hello"}"""),
            Item("dance", handle, null, """{}"""),
            Item("add-note", handle, "last", """{"text":"hello"}"""));

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        Statuses(reply).ShouldBe([200, 400, 200, 422, 404, 404, 400, 200]);
        Problem(reply, 1).ShouldBe("urn:ketman:problem:invalid-request");
        Problem(reply, 3).ShouldBe("urn:ketman:problem:rule:outreach-unknown");
        Problem(reply, 4).ShouldBe("urn:ketman:problem:account-not-found");
        Problem(reply, 5).ShouldBe("urn:ketman:problem:disclosure-not-found");
        (await service.GetAsync($"disclosures/{handle}"))["version"].ShouldBe("5");
    }

    [Fact]
    public async Task a_batch_sent_again_changes_nothing()
    {
        string[] items =
        [
            Item("open-disclosure", null, "open", """{"company":"halcyon","handle":"halcyon-batch","at":"2025-02-03"}"""),
            Item("log-outreach", "halcyon-batch", "first-mail", """{"channel":"email","outcome":"answered","at":"2025-02-04"}"""),
            Item("record-payment", "halcyon-batch", "november", """{"account":"github:fox","asset":"USDC","amount":"5","at":"2024-11-30"}"""),
        ];

        var first = await BatchAsync(items);
        var before = await service.CountEventsAsync();
        var second = await BatchAsync(items);

        Statuses(first).ShouldBe([200, 200, 200]);
        Changed(first).ShouldBe([true, true, true]);
        Statuses(second).ShouldBe([200, 200, 200]);
        Changed(second).ShouldBe([false, false, false]);
        (await service.CountEventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task a_dry_run_says_what_would_fail_and_stores_nothing()
    {
        var before = await service.CountEventsAsync();

        var reply = await service.PostAsync(
            "disclosures/batch",
            $$"""
            {"dryRun":true,"assume":{"accounts":["github:new"],"disclosures":["halcyon-earlier"]},"items":[
              {{Item("open-disclosure", null, "open", """{"company":"halcyon","handle":"halcyon-dry","at":"2025-02-03"}""")}},
              {{Item("log-outreach", "halcyon-dry", "first-mail", """{"channel":"email","at":"2025-02-04"}""")}},
              {{Item("record-delivery", "halcyon-dry", null, """{"outreach":"second-mail"}""")}},
              {{Item("record-merge", "halcyon-dry", null, """{"account":"github:new","repository":"halcyon/core","at":"2025-01-01"}""")}},
              {{Item("add-note", "halcyon-earlier", null, """{"text":"opened by a line before these"}""")}},
              {{Item("add-note", "halcyon-nowhere", null, """{"text":"opened by nobody"}""")}}
            ]}
            """);

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        Statuses(reply).ShouldBe([200, 200, 422, 200, 200, 404]);
        (await service.CountEventsAsync()).ShouldBe(before);
        (await service.GetAsync("disclosures/halcyon-dry")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task cases_of_one_month_in_one_batch_get_handles_of_their_own()
    {
        var opened = await BatchAsync(
            Item("open-disclosure", null, "a", """{"company":"meridian","at":"2023-05-01"}"""),
            Item("open-disclosure", null, "b", """{"company":"meridian","at":"2023-05-01"}"""),
            Item("open-disclosure", null, "a", """{"company":"meridian","at":"2023-05-01"}"""));

        Statuses(opened).ShouldBe([200, 200, 200], opened.Body);
        Results(opened).Select(result => result.GetProperty("ref").GetString()).ShouldBe(["meridian-2023-05", "meridian-2023-05-2", "meridian-2023-05"]);
        Changed(opened).ShouldBe([true, true, false]);
    }

    [Theory]
    [InlineData("""{"items":[]}""", "items")]
    [InlineData("""{"item":[]}""", "item")]
    [InlineData("""{}""", "items")]
    public async Task a_batch_that_cannot_be_understood_is_refused(string body, string field)
    {
        var reply = await service.PostAsync("disclosures/batch", body);

        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Body);
        reply.Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task a_whole_thousand_of_facts_goes_in_one_batch()
    {
        var handle = await service.OpenAsync();

        var reply = await BatchAsync([.. Enumerable.Range(1, 1000).Select(number => Item("add-note", handle, $"n{number}", $$"""{"text":"note {{number}}"}"""))]);

        Statuses(reply).ShouldAllBe(status => status == 200);
        (await service.GetAsync($"disclosures/{handle}"))["version"].ShouldBe("1002");
    }

    private Task<Reply> BatchAsync(params string[] items) => service.PostAsync("disclosures/batch", $$"""{"items":[{{string.Join(',', items)}}]}""");

    private static string Item(string command, string? target, string? key, string body) =>
        $$"""{"command":"{{command}}",{{(target is null ? "" : $"\"target\":\"{target}\",")}}{{(key is null ? "" : $"\"key\":\"{key}\",")}}"body":{{body}}}""";

    private static List<JsonElement> Results(Reply reply) => [.. reply.Json.GetProperty("results").EnumerateArray()];

    private static IEnumerable<int> Statuses(Reply reply) => Results(reply).Select(result => result.GetProperty("status").GetInt32());

    private static IEnumerable<bool> Changed(Reply reply) => Results(reply).Select(result => result.GetProperty("changed").GetBoolean());

    private static string? Problem(Reply reply, int item) => Results(reply)[item].GetProperty("problem").GetProperty("type").GetString();
}

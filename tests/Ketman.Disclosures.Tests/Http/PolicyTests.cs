using System.Net;
using System.Text.Json.Nodes;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Tests.Http;

public sealed class PolicyTests(RunningDisclosures service) : IClassFixture<RunningDisclosures>
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task the_shipped_policies_hold_from_the_start()
    {
        var list = await service.GetAsync("policies");
        var shown = await service.GetAsync("policies/zdi-120");

        list.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString())
            .ShouldBeSubsetOf(["cert-cc-45", "ketman-standard", "project-zero-90-30", "zdi-120", "own", "moving", "fought-over", "tested"]);
        shown.ETag.ShouldBe("\"1\"");
        (shown["version"], shown["appliedBy"]).ShouldBe(("1", "ketman"));
        shown["digest"].ShouldBe(ShippedPolicies.All.Single(policy => policy.Document.Name == "zdi-120").Digest);
        (await service.GetAsync("policies/zdi-120", ifNoneMatch: "\"1\"")).Status.ShouldBe(HttpStatusCode.NotModified);
        (await service.GetAsync("policies/nowhere")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await service.GetAsync("policies/zdi-120?version=7")).Fields.ShouldBe(["version"]);
        (await service.GetAsync("policies/zdi-120?version=0")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task a_policy_is_applied_version_by_version()
    {
        var first = await ApplyAsync(Draft("own"));
        var again = await ApplyAsync(Draft("own"));
        var second = await ApplyAsync(Draft("own", "Another title"), ifMatch: first.ETag);
        var stale = await ApplyAsync(Draft("own", "A third title"), ifMatch: first.ETag);

        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        first.Location.ShouldBe("/api/v1/policies/own");
        (again.Status, again["changed"], again["version"]).ShouldBe((HttpStatusCode.OK, "False", "1"));
        (second.Status, second["version"]).ShouldBe((HttpStatusCode.Created, "2"));
        stale.Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await service.GetAsync("policies/own"))["title"].ShouldBe("Another title");
        (await service.GetAsync("policies/own?version=1"))["title"].ShouldBe("Two working days to acknowledge");
        (await service.GetAsync("policies/own")).Json.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("version").GetInt32()).ShouldBe([2, 1]);
        var diff = (await service.GetAsync("policies/own/diff?from=1")).Json.GetProperty("differences");
        diff.EnumerateArray().Select(one => one.GetProperty("path").GetString()).ShouldBe(["title"]);
    }

    [Fact]
    public async Task a_document_that_is_no_policy_is_refused_with_all_that_is_wrong()
    {
        var draft = Draft("broken");
        draft["publication"]!["approvals"] = 0;
        draft["clocks"]![0]!["due"]!["time"] = "P2D";
        var before = await service.CountEventsAsync();

        var refused = await ApplyAsync(draft);
        var checkedOnly = await service.PostAsync("policies/validate", new JsonObject { ["document"] = draft.DeepClone() }.ToJsonString());
        var sound = await service.PostAsync("policies/validate", new JsonObject { ["document"] = Draft("broken") }.ToJsonString());

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Fields.ShouldBe(["document.clocks[0].due.time", "document.publication.approvals"]);
        checkedOnly.Status.ShouldBe(HttpStatusCode.OK, checkedOnly.Body);
        checkedOnly["valid"].ShouldBe("False");
        checkedOnly.Json.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("field").GetString())
            .ShouldBe(["clocks[0].due.time", "publication.approvals"]);
        (sound["valid"], sound.Json.GetProperty("problems").GetArrayLength()).ShouldBe(("True", 0));
        (await service.CountEventsAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("policies", """{"document":null}""")]
    [InlineData("policies", """{"note":"nothing"}""")]
    [InlineData("policies", """{"document":{"name":"\ud800"}}""")]
    [InlineData("policies", """{"document":{"ti\ud800tle":1}}""")]
    [InlineData("policies", """[]""")]
    [InlineData("policies/validate", """{"document":{},"colour":"red"}""")]
    [InlineData("policies/diff", """{"document":{}}""")]
    [InlineData("policies/replay", """{"document":{},"against":"all"}""")]
    [InlineData("policies/replay", """{"document":""")]
    public async Task what_cannot_be_understood_is_refused(string path, string body) =>
        (await service.SendAsync(HttpMethod.Post, path, Content(body), token: service.TokenOf("lead"))).Status.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task only_a_lead_applies_a_policy_or_moves_a_case()
    {
        var handle = await service.OpenAsync();

        (await service.PostAsAnalystAsync("policies", new JsonObject { ["document"] = Draft("not-mine") }.ToJsonString())).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await service.PostAsAnalystAsync($"disclosures/{handle}/policy", """{"policy":"zdi-120","reason":"agreed"}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task a_draft_is_compared_with_what_holds()
    {
        var draft = ShippedPolicies.All.Single(policy => policy.Document.Name == "zdi-120").Document;
        var clocks = draft.Clocks.Select(clock => clock.Name == "resolution" ? clock with { Due = clock.Due with { Time = "P90D" } } : clock).ToList();

        var diff = await service.PostAsync("policies/diff", new JsonObject { ["document"] = JsonNode.Parse(PolicyText.Of(draft with { Clocks = clocks }).Text) }.ToJsonString());
        var unknown = await service.PostAsync("policies/diff", new JsonObject { ["document"] = Draft("never-applied") }.ToJsonString());

        diff.Json.GetProperty("differences").GetRawText().ShouldBe("""[{"path":"clocks[resolution].due.time","from":"P120D","to":"P90D"}]""");
        unknown.Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task a_case_shows_the_policy_that_it_was_opened_under_whatever_becomes_of_it()
    {
        await ApplyAsync(Draft("moving"));
        var handle = await service.OpenAsync(more: ",\"policy\":\"moving\"");
        await ApplyAsync(Draft("moving", "Another title"));

        var opened = await service.GetAsync($"disclosures/{handle}");
        var moved = await MoveAsync(handle, """{"policy":"moving","reason":"the new terms are better for it"}""");
        var again = await MoveAsync(handle, """{"policy":"moving","version":2,"reason":"once more"}""");
        var shown = await service.GetAsync($"disclosures/{handle}");

        Policy(opened).ShouldBe(("moving", 1, null));
        moved.Status.ShouldBe(HttpStatusCode.OK, moved.Body);
        again["changed"].ShouldBe("False");
        Policy(shown).ShouldBe(("moving", 2, "the new terms are better for it"));
        (await MoveAsync(handle, """{"policy":"moving","version":9,"reason":"x"}""")).Type.ShouldBe("urn:ketman:problem:policy-not-found");
        (await MoveAsync(handle, """{"policy":"nowhere","reason":"x"}""")).Type.ShouldBe("urn:ketman:problem:policy-not-found");
    }

    [Fact]
    public async Task a_case_is_not_opened_under_a_policy_that_is_not_there()
    {
        var before = await service.CountEventsAsync();

        var reply = await service.PostAsync("disclosures", """{"company":"halcyon","handle":"nowhere-case","policy":"nowhere"}""");

        (reply.Status, reply.Type).ShouldBe((HttpStatusCode.NotFound, "urn:ketman:problem:policy-not-found"));
        (await service.PostAsync("disclosures", """{"company":"halcyon","policy":"No Where"}""")).Fields.ShouldBe(["policy"]);
        (await service.CountEventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task a_case_runs_by_the_calendar_that_its_company_has_when_it_is_opened()
    {
        service.Intake.Calendar = new { zone = "Asia/Kathmandu", hours = "24x7" };
        var own = await service.OpenAsync();
        service.Intake.Calendar = null;
        service.Intake.Zone = "Europe/Berlin";
        var zoned = await service.OpenAsync();
        service.Intake.Zone = null;

        (await CalendarOfAsync(own)).ShouldBe("""{"zone":"Asia/Kathmandu","hours":"24x7","holidays":[]}""");
        (await CalendarOfAsync(zoned))!.ShouldStartWith("""{"zone":"Europe/Berlin","hours":{"mon":["09:00-17:00"]""");
    }

    [Fact]
    public async Task a_batch_opens_a_case_and_moves_it_and_a_dry_run_stores_nothing()
    {
        var before = await service.CountEventsAsync();
        const string items = """
            [{"command":"open-disclosure","body":{"company":"halcyon","handle":"moved-at-once","policy":"cert-cc-45"} },
             {"command":"migrate-policy","target":"moved-at-once","body":{"policy":"zdi-120","reason":"agreed"} },
             {"command":"migrate-policy","target":"moved-at-once","body":{"policy":"zdi-120","reason":"agreed"} },
             {"command":"open-disclosure","body":{"company":"halcyon","handle":"not-opened","policy":"nowhere"} }]
            """;

        var dry = await service.SendAsync(HttpMethod.Post, "disclosures/batch", Content($$"""{"dryRun":true,"items":{{items}} }"""), token: service.TokenOf("lead"));
        var stored = await service.CountEventsAsync();
        var real = await service.SendAsync(HttpMethod.Post, "disclosures/batch", Content($$"""{"items":{{items}} }"""), token: service.TokenOf("lead"));

        stored.ShouldBe(before);
        foreach (var reply in new[] { dry, real })
        {
            reply.Json.GetProperty("results").EnumerateArray().Select(result => (result.GetProperty("status").GetInt32(), result.GetProperty("changed").GetBoolean()))
                .ShouldBe([(200, true), (200, true), (200, false), (404, false)]);
        }

        Policy(await service.GetAsync("disclosures/moved-at-once")).ShouldBe(("zdi-120", 1, "agreed"));
    }

    [Fact]
    public async Task who_starts_later_applies_nothing_twice_and_nothing_over_what_the_team_changed()
    {
        var before = await service.CountEventsAsync("policy-");
        await using var other = await service.StartAnotherAsync();
        (await service.CountEventsAsync("policy-")).ShouldBe(before);
        var changed = (JsonObject)JsonNode.Parse(ShippedPolicies.All.Single(policy => policy.Document.Name == "project-zero-90-30").Text)!;
        changed["title"] = "As we like it";
        (await ApplyAsync(changed)).Status.ShouldBe(HttpStatusCode.Created);

        await using var third = await service.StartAnotherAsync();

        (await service.GetAsync("policies/project-zero-90-30"))["title"].ShouldBe("As we like it");
    }

    [Fact]
    public async Task a_draft_is_tried_on_one_case_and_on_all()
    {
        var handle = await service.OpenAsync(company: "meridian");
        await service.PostAsync($"disclosures/{handle}/outreach", """{"channel":"email","outcome":"delivered","at":"2025-02-03T10:00:00Z"}""");
        await service.PostAsync($"disclosures/{handle}/acknowledgements", """{"at":"2025-02-06T12:00:00Z"}""");
        var standard = ShippedPolicies.All.Single(policy => policy.Document.Name == "ketman-standard").Document;
        var patient = standard with { Clocks = [.. standard.Clocks.Select(clock => clock.Name == "acknowledgement" ? clock with { Due = clock.Due with { Time = "PT40H" } } : clock)] };
        var draft = PolicyText.Of(patient).Text;
        var before = await service.CountEventsAsync();

        var one = await service.PostAsync("policies/replay", $$"""{"document":{{draft}},"against":"{{handle}}"}""");
        var all = await service.PostAsync("policies/replay", $$"""{"document":{{draft}},"against":"all"}""");
        var nowhere = await service.PostAsync("policies/replay", $$"""{"document":{{draft}},"against":"nowhere"}""");
        var same = await service.PostAsync("policies/replay", $$"""{"document":{{PolicyText.Of(standard).Text}},"against":"{{handle}}"}""");

        one.Status.ShouldBe(HttpStatusCode.OK, one.Body);
        (one["cases"], one["differing"], one["omitted"]).ShouldBe(("1", "1", "0"));
        var item = one.Json.GetProperty("items")[0];
        (item.GetProperty("disclosure").GetString(), item.GetProperty("policy").GetString()).ShouldBe((handle, "ketman-standard"));
        item.GetProperty("differences").GetRawText().ShouldBe("""[{"kind":"breach","name":"acknowledgement","before":"2025-02-05T10:00:00+00:00"}]""");
        (one.Json.GetProperty("before").GetProperty("breaches").GetInt32() - one.Json.GetProperty("after").GetProperty("breaches").GetInt32()).ShouldBe(1);
        int.Parse(all["cases"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(1);
        all.Json.GetProperty("items").EnumerateArray().Select(case_ => case_.GetProperty("disclosure").GetString()).ShouldContain(handle);
        (nowhere.Status, nowhere.Type).ShouldBe((HttpStatusCode.NotFound, "urn:ketman:problem:disclosure-not-found"));
        (same["differing"], same.Json.GetProperty("items").GetArrayLength()).ShouldBe(("0", 0));
        (await service.CountEventsAsync()).ShouldBe(before, "nothing is stored");
    }

    [Fact]
    public async Task severity_embargo_and_questions_are_shown_with_the_case()
    {
        var handle = await service.OpenAsync();

        foreach (var (route, body) in new[]
        {
            ("severity", """{"severity":"active-harm","reason":"funds move","at":"2025-02-05"}"""),
            ("embargo", """{"reason":"an investigation","until":"2025-03-31","at":"2025-02-05"}"""),
            ("information-requests", """{"what":"which commits?","at":"2025-02-06"}"""),
        })
        {
            var reply = await service.PostAsync($"disclosures/{handle}/{route}", body, key: $"{handle}-{route}");
            reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        }

        (await service.PostAsync($"disclosures/{handle}/information", $$"""{"request":"{{handle}}-information-requests","summary":"a list"}""")).Status.ShouldBe(HttpStatusCode.OK);
        var shown = await service.GetAsync($"disclosures/{handle}");
        await service.PostAsync($"disclosures/{handle}/embargo/lifted", """{"reason":"it is over","at":"2025-02-10"}""");

        shown["severity"].ShouldBe("active-harm");
        shown.Json.GetProperty("embargo").GetRawText().ShouldBe("""{"since":"2025-02-05","until":"2025-03-31","reason":"an investigation"}""");
        (await service.GetAsync($"disclosures/{handle}")).Json.TryGetProperty("embargo", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("severity", """{"severity":"mild","reason":"x"}""", "severity")]
    [InlineData("severity", """{"severity":"high"}""", "reason")]
    [InlineData("embargo", """{"until":"2025-03-31"}""", "reason")]
    [InlineData("embargo", """{"reason":"x","until":"soon"}""", "until")]
    [InlineData("embargo", """{"reason":"x","until":"3025-01-01"}""", "until")]
    [InlineData("embargo/lifted", """{"reason":" "}""", "reason")]
    [InlineData("information-requests", """{"from":"x"}""", "what")]
    [InlineData("information", """{"request":""}""", "request")]
    public async Task a_body_that_cannot_be_understood_is_refused(string route, string body, string field)
    {
        var handle = await service.OpenAsync();

        var reply = await service.PostAsync($"disclosures/{handle}/{route}", body);

        (reply.Status, string.Join(' ', reply.Fields)).ShouldBe((HttpStatusCode.BadRequest, field), reply.Body);
    }

    private async Task<string?> CalendarOfAsync(string handle)
    {
        await using var command = service.Database.Source.CreateCommand(
            "select data->>'calendar' from mt_events where type = 'policy-pinned.v1' and stream_id = $1");
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = DisclosureStream.Aggregate.StreamOf(DisclosureStream.Aggregate.IdOf(handle)) });
        return (string?)await command.ExecuteScalarAsync(Cancellation);
    }

    private Task<Reply> ApplyAsync(JsonObject document, string? ifMatch = null) => service.SendAsync(
        HttpMethod.Post, "policies", Content(new JsonObject { ["document"] = document.DeepClone() }.ToJsonString()),
        request =>
        {
            if (ifMatch is not null)
            {
                request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
            }
        },
        service.TokenOf("lead"));

    private Task<Reply> MoveAsync(string handle, string body) =>
        service.SendAsync(HttpMethod.Post, $"disclosures/{handle}/policy", Content(body), token: service.TokenOf("lead"));

    private static StringContent Content(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static (string?, int, string?) Policy(Reply reply) => reply.Json.GetProperty("policy") is var policy
        ? (policy.GetProperty("name").GetString(), policy.GetProperty("version").GetInt32(), policy.TryGetProperty("reason", out var reason) ? reason.GetString() : null)
        : default;

    private static JsonObject Draft(string name, string title = "Two working days to acknowledge") => new()
    {
        ["name"] = name,
        ["title"] = title,
        ["calendar"] = new JsonObject { ["zone"] = "UTC", ["hours"] = "24x7" },
        ["clocks"] = new JsonArray(new JsonObject
        {
            ["name"] = "acknowledgement",
            ["title"] = "An answer",
            ["owedBy"] = "company",
            ["due"] = new JsonObject { ["after"] = "first-delivered", ["time"] = "PT16H", ["counted"] = "business" },
            ["stoppedBy"] = new JsonArray("acknowledged"),
        }),
        ["ladder"] = new JsonArray(),
        ["publication"] = new JsonObject
        {
            ["noticePeriod"] = "P14D",
            ["attempts"] = 1,
            ["channels"] = 1,
            ["days"] = 1,
            ["approvals"] = 1,
            ["stoppedBy"] = new JsonArray("company-word"),
            ["clause"] = "We will name you.",
        },
    };
}

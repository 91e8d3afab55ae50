using System.Net;
using System.Text;
using System.Text.Json;
using Ketman.Contracts;
using Npgsql;

namespace Ketman.Disclosures.Tests.Http;

/// <summary>Who may know of a case: attempts at every door of the service. Each fails when its guard is taken away.</summary>
public sealed class SecrecyTests(RunningDisclosures service) : IClassFixture<RunningDisclosures>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_restricted_case_is_not_there_for_others_by_whatever_endpoint_handle_or_id()
    {
        var (handle, id) = await RestrictedAsync("mira");
        var others = new[]
        {
            service.TokenFor("ines", Tlp.Red), service.TokenFor("root", Tlp.Red, "viewer", "analyst", "lead", "publisher", "admin"), service.TokenFor("viktor", Tlp.Amber, "viewer"),
        };
        var before = await service.CountEventsAsync($"disclosure-{id}");
        // An admin erases by id what he may not read; see below.
        var doors = (await DoorsAsync()).Where(door => !door.Route.EndsWith("/erase", StringComparison.Ordinal)).ToList();
        doors.Count.ShouldBeGreaterThan(45, "every door to a case is tried");
        foreach (var (method, route) in doors)
        {
            foreach (var reference in new[] { handle, id, handle.ToUpperInvariant() })
            {
                foreach (var token in others)
                {
                    var there = await AskAsync(method, route, reference, token);
                    var unknown = await AskAsync(method, route, "nothing-like-that", token);
                    there.Status.ShouldBe(unknown.Status, $"{method} {route}: {there.Body}");
                    Plain(there).ShouldBe(Plain(unknown), $"{method} {route}");
                    there.ETag.ShouldBeNull();
                }
            }
        }

        (await service.CountEventsAsync($"disclosure-{id}")).ShouldBe(before);
        (await service.GetAsync($"disclosures/{handle}")).Status.ShouldBe(HttpStatusCode.OK, "mira is among the people");
    }

    [Fact]
    public async Task an_admin_erases_a_restricted_case_by_its_id_and_learns_nothing_by_its_handle()
    {
        var (handle, id) = await RestrictedAsync("mira");
        (await service.PostAsync($"disclosures/{handle}/closing", """{"reason":"over"}""")).Status.ShouldBe(HttpStatusCode.OK);

        var admin = service.TokenFor("root", Tlp.Clear, "admin");
        (await SendAsync(HttpMethod.Post, $"disclosures/{handle}/erase", "{}", admin)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await SendAsync(HttpMethod.Post, $"disclosures/{id}/erase", "{}", admin)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_handle_of_a_restricted_case_is_taken_and_that_is_all_that_is_learnt()
    {
        var (handle, _) = await RestrictedAsync("mira");
        var opened = await SendAsync(
            HttpMethod.Post, "disclosures", $$"""{"company":"halcyon","handle":"{{handle}}","accounts":["github:fox"],"at":"2025-02-03"}""", service.TokenFor("ines", Tlp.Red));
        opened.Type.ShouldBe("urn:ketman:problem:rule:handle-taken");
        opened.Body.ShouldNotContain("version");
    }

    [Fact]
    public async Task a_restricted_case_is_in_no_list_of_others_and_not_in_their_batches()
    {
        var (handle, id) = await RestrictedAsync("mira");
        var ines = service.TokenFor("ines", Tlp.Red);
        foreach (var path in new[] { "disclosures?limit=200", "notices?limit=200", $"proofs/disclosures/verification?stream={handle}", $"proofs/disclosures/verification?stream=disclosure-{id}" })
        {
            var answer = await SendAsync(HttpMethod.Get, path, null, ines);
            answer.Body.ShouldNotContain(handle);
            answer.Body.ShouldNotContain(id);
        }

        (await SendAsync(HttpMethod.Get, $"proofs/disclosures/verification?stream={handle}", null, ines)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await service.GetAsync("disclosures?limit=200")).Body.ShouldContain(handle);

        var batch = await SendAsync(HttpMethod.Post, "disclosures/batch", $$"""
            {"items":[{"command":"add-note","target":"{{handle}}","body":{"text":"x"} },{"command":"add-note","target":"{{id}}","body":{"text":"x"} },
                      {"command":"unrestrict-disclosure","target":"{{handle}}","body":{} }]}
            """, ines);
        batch.Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("status").GetInt32()).ShouldBe([404, 404, 404]);
    }

    [Fact]
    public async Task that_the_log_was_tampered_with_is_told_to_everybody_who_may_verify_but_not_whose_case_it_is()
    {
        var (_, id) = await RestrictedAsync("mira");
        var ines = service.TokenFor("ines", Tlp.Red);
        await TamperAsync("update mt_events set user_name = 'somebody' where version = 1 and stream_id = 'disclosure-' || $1", id);
        try
        {
            var known = await service.GetAsync("proofs/disclosures/verification?limit=500000");
            known.Json.GetProperty("faults").EnumerateArray().ShouldContain(fault => fault.GetProperty("stream").GetString() == $"disclosure-{id}");
            var other = await SendAsync(HttpMethod.Get, "proofs/disclosures/verification?limit=500000", null, ines);
            other.Json.GetProperty("faults").GetArrayLength().ShouldBe(known.Json.GetProperty("faults").GetArrayLength());
            other.Body.ShouldNotContain(id);
        }
        finally
        {
            await TamperAsync("update mt_events set user_name = 'mira' where version = 1 and stream_id = 'disclosure-' || $1", id);
        }
    }

    [Fact]
    public async Task whoever_restricts_a_case_remains_in_it_and_only_a_lead_does()
    {
        var handle = await service.OpenAsync();
        (await service.PostAsync($"disclosures/{handle}/restriction", """{"people":["ines"]}""")).Type.ShouldBe("urn:ketman:problem:rule:restricter-not-named");
        (await service.PostAsAnalystAsync($"disclosures/{handle}/restriction", """{"people":["mira"]}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await service.PostAsync($"disclosures/{handle}/restriction", """{"people":["mira","ines"]}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await service.SendAsync(HttpMethod.Get, $"disclosures/{handle}", null, token: service.LeadToken)).Status.ShouldBe(HttpStatusCode.OK, "ines is named");
        (await service.PostAsLeadAsync($"disclosures/{handle}/restriction/lifted", """{"reason":"settled"}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Get, $"disclosures/{handle}", null, service.TokenFor("root", Tlp.Red))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_viewer_cleared_for_amber_does_not_know_of_a_case_marked_amber_strict()
    {
        var handle = await service.OpenAsync();
        var viktor = service.TokenFor("viktor", Tlp.Amber, "viewer");
        (await SendAsync(HttpMethod.Get, $"disclosures/{handle}", null, viktor)).Status.ShouldBe(HttpStatusCode.OK);

        (await service.PostAsAnalystAsync($"disclosures/{handle}/marking", """{"tlp":"amber-strict"}""")).Status.ShouldBe(HttpStatusCode.OK);

        foreach (var (method, route) in (await DoorsAsync()).Where(door => door.Method == HttpMethod.Get && !door.Route.Contains("dossier", StringComparison.Ordinal)))
        {
            (await AskAsync(method, route, handle, viktor)).Status.ShouldBe(HttpStatusCode.NotFound, route);
        }

        (await SendAsync(HttpMethod.Get, "disclosures?limit=200", null, viktor)).Body.ShouldNotContain(handle);
        (await service.PostAsAnalystAsync($"disclosures/{handle}/marking", """{"tlp":"amber"}""")).Status.ShouldBe(HttpStatusCode.Forbidden, "only a lead marks down");
        (await service.PostAsync($"disclosures/{handle}/marking", """{"tlp":"amber"}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(HttpMethod.Get, $"disclosures/{handle}", null, viktor)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("privacy", "{}")]
    [InlineData("embargo", """{"reason":"an investigation"}""")]
    public async Task privacy_and_an_embargo_make_a_case_red(string route, string body)
    {
        var handle = await service.OpenAsync(company: route == "privacy" ? "quietharbour" : "halcyon");
        (await service.PostAsync($"disclosures/{handle}/{route}", body)).Status.ShouldBe(HttpStatusCode.OK);

        (await SendAsync(HttpMethod.Get, $"disclosures/{handle}", null, service.TokenFor("viktor", Tlp.AmberStrict, "viewer"))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await service.GetAsync($"disclosures/{handle}")).Json.GetProperty("marking").GetString().ShouldBe("red");
        (await SendAsync(HttpMethod.Post, $"disclosures/{handle}/notes", """{"text":"x"}""", service.TokenFor("ada", Tlp.AmberStrict, "viewer", "analyst"))).Status
            .ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task a_marked_fact_is_left_out_and_what_rests_on_facts_is_withheld_as_a_whole()
    {
        var handle = await service.OpenAsync();
        await service.PostAsync($"disclosures/{handle}/outreach", """{"channel":"email","recipient":"the secret desk","outcome":"delivered","at":"2025-02-04T09:00:00Z"}""", key: "mail");
        await service.PostAsync($"disclosures/{handle}/answers", """{"outreach":"mail","from":"jane","summary":"a word of hers","at":"2025-02-05T09:00:00Z"}""", key: "answer");
        var viktor = service.TokenFor("viktor", Tlp.Amber, "viewer");

        var seen = (await SendAsync(HttpMethod.Get, $"disclosures/{handle}", null, viktor)).Json;
        seen.GetRawText().ShouldNotContain("the secret desk");
        seen.GetRawText().ShouldNotContain("jane");
        seen.GetRawText().ShouldNotContain("github:fox");
        Withheld(seen).ShouldBe(["accounts: amber-strict", "outreach.answers.from: amber-strict", "outreach.recipient: amber-strict"]);

        (await service.PostAsAnalystAsync($"disclosures/{handle}/marking/facts", """{"fact":"mail","tlp":"red"}""")).Status.ShouldBe(HttpStatusCode.OK);

        seen = (await SendAsync(HttpMethod.Get, $"disclosures/{handle}", null, viktor)).Json;
        seen.GetRawText().ShouldNotContain("a word of hers", customMessage: "what rests on a fact goes no farther than it");
        seen.TryGetProperty("acknowledgedAt", out _).ShouldBeFalse();
        Withheld(seen).ShouldContain("facts: red");
        Withheld(seen).ShouldContain("acknowledgedAt: red");
        foreach (var route in new[] { "clocks", "ladder", "publication", "clocks/acknowledgement/explanation" })
        {
            var answer = await SendAsync(HttpMethod.Get, $"disclosures/{handle}/{route}", null, viktor);
            answer.Type.ShouldBe("urn:ketman:problem:withheld", route);
        }

        (await service.PostAsAnalystAsync($"disclosures/{handle}/marking/facts", """{"fact":"mail","tlp":"clear"}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await service.GetAsync($"disclosures/{handle}")).Body.ShouldContain("a word of hers");
    }

    [Theory]
    [InlineData("clear", HttpStatusCode.UnprocessableEntity, 0, "")]
    [InlineData("green", HttpStatusCode.UnprocessableEntity, 0, "")]
    [InlineData("amber", HttpStatusCode.OK, 1, "TLP:AMBER")]
    [InlineData("amber-strict", HttpStatusCode.OK, 2, "TLP:AMBER+STRICT")]
    [InlineData("red", HttpStatusCode.OK, 3, "TLP:RED")]
    public async Task a_dossier_shows_what_its_readers_may_see_and_bears_the_marking_of_the_narrowest(string tlp, HttpStatusCode status, int shown, string marking)
    {
        var handle = await service.OpenAsync();
        await service.PostAsync($"disclosures/{handle}/reactions", """{"reaction":"engaged","at":"2025-02-04T09:00:00Z"}""");
        await service.PostAsync($"disclosures/{handle}/outreach", """{"channel":"email","recipient":"the desk","at":"2025-02-04T09:00:00Z"}""", key: "mail");
        await service.PostAsync($"disclosures/{handle}/reactions", """{"reaction":"silent","note":"a source says","at":"2025-02-06T09:00:00Z"}""", key: "source");
        await service.PostAsync($"disclosures/{handle}/marking/facts", """{"fact":"source","tlp":"red"}""");

        var answer = await service.GetAsync($"disclosures/{handle}/dossier?tlp={tlp}");

        answer.Status.ShouldBe(status, answer.Body);
        if (status == HttpStatusCode.OK)
        {
            answer.Body.ShouldContain(marking);
            answer.Json.GetProperty("events").EnumerateArray().Count(one => one.TryGetProperty("content", out _)).ShouldBe(shown);
        }
    }

    [Fact]
    public async Task nobody_makes_a_dossier_for_readers_who_are_cleared_for_more_than_he_is()
    {
        var handle = await service.OpenAsync();
        (await SendAsync(HttpMethod.Get, $"disclosures/{handle}/dossier?tlp=red", null, service.TokenFor("ada", Tlp.Amber, "viewer", "analyst"))).Fields.ShouldBe(["tlp"]);
    }

    [Fact]
    public async Task each_item_of_a_batch_needs_the_role_of_its_command()
    {
        var handle = await service.OpenAsync();
        var batch = await service.PostAsAnalystAsync("disclosures/batch", $$"""
            {"items":[{"command":"add-note","target":"{{handle}}","body":{"text":"mine to say"} },
                      {"command":"close","target":"{{handle}}","body":{"reason":"not mine"} },
                      {"command":"open-disclosure","body":{"company":"halcyon"} },
                      {"command":"publish","target":"{{handle}}","body":{"url":"https://ketman.example/x"} },
                      {"command":"mark-disclosure","target":"{{handle}}","body":{"tlp":"clear"} },
                      {"command":"erase-disclosure","target":"{{handle}}","body":{} }]}
            """);
        batch.Status.ShouldBe(HttpStatusCode.OK, batch.Body);
        var results = batch.Json.GetProperty("results").EnumerateArray().ToList();
        results.Select(result => result.GetProperty("status").GetInt32()).ShouldBe([200, 403, 403, 403, 403, 403]);
        results[1].GetProperty("problem").GetProperty("detail").GetString()!.ShouldContain("lead");
        (await service.GetAsync($"disclosures/{handle}")).Json.GetProperty("status").GetString().ShouldBe("open");
    }

    [Fact]
    public async Task lists_tell_how_much_is_withheld_only_from_three_cases_on()
    {
        var viktor = service.TokenFor("viktor-counts", Tlp.Amber, "viewer");
        var before = await CountAsync();
        for (var more = 1; more <= 3; more++)
        {
            var handle = await service.OpenAsync();
            (await service.PostAsync($"disclosures/{handle}/embargo", """{"reason":"an investigation"}""")).Status.ShouldBe(HttpStatusCode.OK);
            var count = await CountAsync();
            count.ShouldBe(before is { } known ? known + more : more < 3 && count is null ? null : count);
            (count is null or >= 3).ShouldBeTrue();
        }

        (await CountAsync()).ShouldNotBeNull();

        async Task<int?> CountAsync()
        {
            var list = (await SendAsync(HttpMethod.Get, "disclosures?company=halcyon", null, viktor)).Json.GetProperty("withheld");
            list.GetProperty("note").GetString().ShouldBe("Cases that are not for you may be left out.");
            return list.TryGetProperty("cases", out var cases) ? cases.GetInt32() : null;
        }
    }

    [Theory]
    [InlineData("marking", """{}""", "tlp")]
    [InlineData("marking", """{"tlp":"purple"}""", "tlp")]
    [InlineData("marking", """{"tlp":"red","reason":" "}""", "reason")]
    [InlineData("marking/facts", """{"tlp":"red"}""", "fact")]
    [InlineData("marking/facts", """{"fact":"","tlp":"red"}""", "fact")]
    [InlineData("restriction", """{}""", "people")]
    [InlineData("restriction", """{"people":[]}""", "people")]
    [InlineData("restriction", """{"people":["mira\nines"]}""", "people[0]")]
    [InlineData("restriction", """{"people":"mira"}""", "people")]
    [InlineData("restriction/lifted", """{"because":"x"}""", "because")]
    public async Task a_body_that_cannot_be_understood_is_refused(string route, string body, string field)
    {
        var handle = await service.OpenAsync();
        var answer = await service.PostAsync($"disclosures/{handle}/{route}", body);
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Body);
        answer.Fields.ShouldBe([field]);
    }

    // Every way in that names a case, out of the service's own description.
    private async Task<List<(HttpMethod Method, string Route)>> DoorsAsync() =>
    [
        .. (await service.GetAsync("openapi/v1.json")).Json.GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.Contains("{ref}", StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject().Where(one => one.Name is "get" or "post").Select(one => (new HttpMethod(one.Name.ToUpperInvariant()), path.Name[1..]))),
    ];

    private Task<Reply> AskAsync(HttpMethod method, string route, string reference, string token) => SendAsync(
        method, route.Replace("{ref}", reference, StringComparison.Ordinal).Replace("{clock}", "acknowledgement", StringComparison.Ordinal).Replace("{payment}", "november", StringComparison.Ordinal),
        method == HttpMethod.Post ? BodyOf(route) : null, token);

    // What each command takes, so that a refusal is never one of the body alone.
    private static string BodyOf(string route) => route["disclosures/{ref}/".Length..] switch
    {
        "findings" or "updates" => """{"summary":"x"}""",
        "merges" => """{"account":"github:fox","repository":"x/y","at":"2025-02-05"}""",
        "payments" => """{"account":"github:fox","asset":"USDC","amount":"5","at":"2025-02-05"}""",
        "payments/{payment}/correct" => """{"account":"github:fox","asset":"USDC","amount":"5","at":"2025-02-05","reason":"x"}""",
        "engagements" => """{"account":"github:fox","at":"2025-02-05"}""",
        "workers" => """{"account":"github:fox","basis":"with-company"}""",
        "outreach" => """{"channel":"email"}""",
        "deliveries" or "bounces" or "answers" => """{"outreach":"mail"}""",
        "reactions" => """{"reaction":"silent"}""",
        "commitments" => """{"what":"x","due":"2025-03-01"}""",
        "commitments/kept" => """{"commitment":"x"}""",
        "revocations" => """{"account":"github:fox"}""",
        "implants" => """{"found":false}""",
        "resolution" => """{"outcome":"kept"}""",
        "notes" or "publication/check" => """{"text":"x"}""",
        "retractions" => """{"fact":"x","reason":"x"}""",
        "severity" => """{"severity":"high","reason":"x"}""",
        "information-requests" => """{"what":"x"}""",
        "information" => """{"request":"x"}""",
        "policy" => """{"policy":"zdi-120","reason":"x"}""",
        "clocks/resumptions" => """{"pause":"x"}""",
        "clocks/extensions" => """{"clock":"acknowledgement","until":"2027-01-01","reason":"x"}""",
        "steps" => """{"step":"reminder","channel":"email"}""",
        "final-notices" => """{"publishFrom":"2035-01-01","channel":"email"}""",
        "publication/schedule" => """{"for":"2035-01-01"}""",
        "publication" => """{"url":"https://ketman.example/x"}""",
        "marking" => """{"tlp":"red"}""",
        "marking/facts" => """{"fact":"x","tlp":"red"}""",
        "restriction" => """{"people":["ines","root","viktor"]}""",
        "acknowledgements" or "update-requests" or "help" or "privacy" or "erase" or "restriction/lifted" or "publication/approvals" => "{}",
        _ => """{"reason":"x"}""",
    };

    private Task<Reply> SendAsync(HttpMethod method, string path, string? body, string token) =>
        service.SendAsync(method, path, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), token: token);

    private async Task<(string Handle, string Id)> RestrictedAsync(params string[] people)
    {
        var handle = await service.OpenAsync();
        await service.PostAsync($"disclosures/{handle}/outreach", """{"channel":"email","outcome":"delivered","at":"2025-02-04T09:00:00Z"}""", key: "mail");
        var restricted = await service.PostAsync($"disclosures/{handle}/restriction", JsonSerializer.Serialize(new { people }));
        restricted.Status.ShouldBe(HttpStatusCode.OK, restricted.Body);
        return (handle, restricted["stream"]["disclosure-".Length..]);
    }

    private async Task TamperAsync(string sql, string id)
    {
        await using var connection = await service.Database.Source.OpenConnectionAsync(Cancellation);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("alter table mt_events disable trigger ketman_immutable"),
                new(sql) { Parameters = { new NpgsqlParameter { Value = id } } },
                new("alter table mt_events enable trigger ketman_immutable"),
            },
        };
        await batch.ExecuteNonQueryAsync(Cancellation);
    }

    private static string Plain(Reply reply) => System.Text.RegularExpressions.Regex.Replace(reply.Body, "\"traceId\":\"[^\"]*\"", "");

    private static List<string> Withheld(JsonElement view) =>
        [.. view.GetProperty("withheld").EnumerateArray().Select(part => $"{part.GetProperty("member").GetString()}: {part.GetProperty("marking").GetString()}")];
}

using System.Net.Http.Json;
using Ketman.Contracts;

namespace Ketman.Intake.Tests.Service;

/// <summary>Assessments by the way a client goes.</summary>
public sealed class AssessmentTests(IntakeApp app) : IClassFixture<IntakeApp>
{
    private const string Secret = "a person in her thirties from nowhere in particular";

    [Fact]
    public async Task an_account_is_assessed_and_its_rating_does_not_move()
    {
        var account = await AccountAsync("assessed");
        await app.DoAsync("accounts/github:assessed/flag", new { reason = "odd hours" });
        var before = (await app.GetAsync("accounts/github:assessed")).Text;

        var opened = await app.PostAsync("assessments", new { account = "GitHub:Assessed" });
        opened.Status.ShouldBe(201, opened.Text);
        opened.Location!.ToString().ShouldBe("/api/v1/assessments/github%3Aassessed");
        await app.DoAsync("assessments/github:assessed/answers", new { question = "met-in-person", answer = "no", from = "their lead", evidence = "a calendar", note = "cancelled twice" });
        await app.DoAsync($"assessments/{account}/answers", new { question = "avoids-meetings", answer = "yes" });
        await app.DoAsync($"assessments/{((string)opened.Body!["stream"]!)["assessment-".Length..]}/answers", new { question = "video-syncs", answer = "rarely-or-without-video" });
        await AsAsync("mira", ["viewer", "analyst"], Tlp.Red, "assessments/github:assessed/answers", new { question = "english-against-claimed-country", answer = "no" });
        await app.DoAsync("assessments/github:assessed/answers", new { question = "english-against-claimed-country", answer = "yes" });
        await app.DoAsync("assessments/github:assessed/answers/withdrawals", new { question = "english-against-claimed-country", reason = "no such claim" });

        var shown = await app.GetAsync("assessments/github:assessed");
        shown.ETag.ShouldBe("\"7\"");
        var body = shown.Body!;
        ((string)body["ref"]!).ShouldBe("github:assessed");
        ((string)body["account"]!["confidence"]!).ShouldBe("flagged");
        ((string)body["explanation"]!["verdict"]!).ShouldBe("mixed");
        ((string)body["explanation"]!["words"]!).ShouldStartWith("3 answers raise the suspicion and 1 answer lowers it; what raises it weighs more.");
        var met = body["questions"]!.AsArray().Single(question => (string)question!["question"]! == "met-in-person")!["answers"]![0]!;
        ((string)met["by"]!).ShouldBe("ada");
        ((string)met["from"]!).ShouldBe("their lead");
        ((string)met["evidence"]!).ShouldBe("a calendar");
        var english = body["questions"]!.AsArray().Single(question => (string)question!["question"]! == "english-against-claimed-country")!["answers"]!.AsArray();
        english.Select(one => $"{one!["by"]} {one["answer"]} {one["standing"]}").ShouldBe(["mira no holds", "ada yes withdrawn"]);

        await app.DoAsync("assessments/github:assessed/conclusion", new { advice = "gather-evidence", role = "worker", goals = new[] { "revenue" } });
        ((string)(await app.GetAsync("assessments/github:assessed")).Body!["conclusion"]!["advice"]!).ShouldBe("gather-evidence");
        var line = (await app.GetAsync("assessments?status=concluded&limit=200")).Body!["items"]!.AsArray().Single(one => (string)one!["account"]! == "github:assessed")!;
        ((string)line["confidence"]!).ShouldBe("flagged");
        (await app.GetAsync("accounts/github:assessed")).Text.ShouldBe(before);
    }

    [Fact]
    public async Task an_account_and_its_assessment_can_come_in_one_batch()
    {
        var reply = await app.PostAsync("intake/batch", new
        {
            items = new object[]
            {
                new { command = "register-account", body = new { platform = "github", handle = "batched" } },
                new { command = "open-assessment", body = new { account = "github:batched" } },
                new { command = "answer-question", target = "github:batched", body = new { question = "name", answer = "unknown" } },
                new { command = "answer-question", target = "github:never", body = new { question = "name", answer = "unknown" } },
                new { command = "flag-account", target = "github:batched", body = new { reason = "odd hours" } },
            },
        });

        reply.Body!["results"]!.AsArray().Select(one => (int)one!["status"]!).ShouldBe([200, 200, 200, 404, 200], reply.Text);
        ((long)(await app.GetAsync("assessments/github:batched")).Body!["version"]!).ShouldBe(2);
        ((long)(await app.GetAsync("accounts/github:batched")).Body!["version"]!).ShouldBe(2);
    }

    [Fact]
    public async Task protected_answers_are_shown_to_those_alone_who_are_cleared_for_red_and_work_on_cases()
    {
        await AccountAsync("guarded");
        await app.DoAsync("assessments", new { account = "github:guarded" });
        await app.DoAsync("assessments/github:guarded/answers", new { question = "age-sex-origin", answer = "yes", note = Secret });

        var analyst = await AsAsync("ada", ["viewer", "analyst"], Tlp.Red);
        ((string)analyst.Body!["protected"]!["marking"]!).ShouldBe("red");
        ((string)analyst.Body["protected"]!["questions"]![0]!["answers"]![0]!["note"]!).ShouldBe(Secret);
        analyst.Body["questions"]!.AsArray().ShouldNotContain(question => (string)question!["kind"]! == "protected");

        foreach (var (roles, clearance) in new (string[], Tlp)[]
        {
            (["viewer"], Tlp.Amber), (["viewer"], Tlp.Red), (["viewer", "publisher"], Tlp.Red), (["viewer", "analyst"], Tlp.AmberStrict),
        })
        {
            var other = await AsAsync("otto", roles, clearance);
            other.Body!["protected"]!.ToJsonString().ShouldBe("""{"withheld":"red"}""", string.Join(' ', roles));
            other.Text.ShouldNotContain(Secret);
            other.Text.ShouldNotContain("age-sex-origin");
        }

        (await AsAsync("root", ["admin"], Tlp.Red)).Status.ShouldBe(403, "an admin keeps users and keys and reads no cases");

        Task<Reply> AsAsync(string name, string[] roles, Tlp clearance) => this.AsAsync(name, roles, clearance, "assessments/github:guarded");
    }

    [Fact]
    public async Task what_was_said_in_free_words_is_for_the_team_and_marked_as_withheld_from_others()
    {
        await AccountAsync("worded");
        await app.DoAsync("assessments", new { account = "github:worded" });
        await app.DoAsync("assessments/github:worded/answers", new { question = "met-in-person", answer = "no", note = Secret });

        var viewer = await AsAsync("otto", ["viewer"], Tlp.Amber, "assessments/github:worded");

        var answer = viewer.Body!["questions"]![0]!["answers"]![0]!;
        ((string)answer["answer"]!).ShouldBe("no");
        answer["note"]!.ToJsonString().ShouldBe("""{"withheld":"amber-strict"}""");
        answer["evidence"].ShouldBeNull("what was never said is not withheld");
        viewer.Text.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task only_who_works_on_cases_assesses_and_in_a_batch_too()
    {
        await AccountAsync("roles");
        (await AsAsync("otto", ["viewer"], Tlp.Red, "assessments", new { account = "github:roles" })).Status.ShouldBe(403);
        var batch = await AsAsync("otto", ["viewer"], Tlp.Red, "intake/batch", new { items = new[] { new { command = "open-assessment", body = new { account = "github:roles" } } } });
        batch.Status.ShouldBe(403);
        (await app.GetAsync("assessments/github:roles")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task nothing_of_an_assessment_leaves_the_service()
    {
        var account = await AccountAsync("silent");
        var opened = await app.DoAsync("assessments", new { account = "github:silent" });
        await app.DoAsync("assessments/github:silent/answers", new { question = "age-sex-origin", answer = "yes", note = Secret });
        await app.DoAsync("assessments/github:silent/conclusion", new { advice = "wait", summary = Secret });

        var published = (await app.PeerAsync(HttpMethod.Get, $"internal/streams/{(string)opened["stream"]!}/events")).Body!["events"]!.AsArray();
        published.Select(one => $"{one!["type"]} {one["data"]!.ToJsonString()}").ShouldBe(Enumerable.Repeat("ketman:withheld:v1 {}", 3));
        (await app.GetAsync("accounts/github:silent")).Text.ShouldNotContain("assess");
        (await app.PeerAsync(HttpMethod.Post, "internal/resolve", new { accounts = new[] { "github:silent" } })).Text.ShouldNotContain("assess");
        (await app.PeerAsync(HttpMethod.Get, $"internal/streams/account-{account}/events")).Body!["events"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task who_was_cleared_is_shown_as_wrongly_suspected_and_is_not_asked_about_any_more()
    {
        await AccountAsync("cleared");
        await app.DoAsync("accounts/github:cleared/flag", new { reason = "odd hours" });
        await app.DoAsync("assessments", new { account = "github:cleared" });
        await app.DoAsync("accounts/github:cleared/clear", new { reason = "met in Lisbon", at = "2025-02-10" });

        var shown = (await app.GetAsync("assessments/github:cleared")).Body!;
        ((string)shown["account"]!["confidence"]!).ShouldBe("cleared");
        ((string)shown["account"]!["cleared"]!["reason"]!).ShouldBe("met in Lisbon");
        ((string)shown["account"]!["cleared"]!["at"]!).ShouldBe("2025-02-10");
        (await app.PostAsync("assessments/github:cleared/answers", new { question = "name", answer = "yes" })).Problem.ShouldBe("rule:account-cleared");
        await app.DoAsync("assessments/github:cleared/conclusion", new { advice = "drop" });
        (await app.PostAsync("assessments", new { account = "github:cleared" })).Problem.ShouldBe("rule:account-cleared");

        await app.DoAsync("accounts/github:cleared/flag", new { reason = "odd hours again", evidence = "a new report" });
        (await app.GetAsync("assessments/github:cleared")).Body!["account"]!["cleared"].ShouldBeNull();
        await app.DoAsync("assessments", new { account = "github:cleared" });
    }

    [Fact]
    public async Task erasing_the_account_erases_what_was_answered_about_it()
    {
        var account = await AccountAsync("forgotten");
        await app.DoAsync("assessments", new { account = "github:forgotten" });
        await app.DoAsync("assessments/github:forgotten/answers", new { question = "met-in-person", answer = "no", note = Secret, from = "their lead", evidence = "a calendar" });
        await app.DoAsync("assessments/github:forgotten/answers", new { question = "name", answer = "yes", note = Secret });
        (await app.CountAsync($"mt_events where stream_id like 'assessment-%' and data::text like '%{Secret}%'")).ShouldBe(0);

        (await app.AdminAsync(HttpMethod.Post, "accounts/github:forgotten/erase", new { })).Status.ShouldBe(200);

        var shown = (await app.GetAsync($"assessments/{account}"));
        shown.Status.ShouldBe(200, shown.Text);
        foreach (var text in new[] { Secret, "their lead", "a calendar", "forgotten" })
        {
            shown.Text.ShouldNotContain(text);
        }

        ((string)shown.Body!["questions"]![0]!["answers"]![0]!["answer"]!).ShouldBe(PersonalMember.Erased);
        ((string)shown.Body["explanation"]!["verdict"]!).ShouldBe("not-enough-known");
        (await app.GetAsync("assessments?limit=200")).Text.ShouldNotContain("forgotten");
        (await app.PostAsync($"assessments/{account}/answers", new { question = "name", answer = "yes" })).Problem.ShouldBe("rule:account-erased");
        (await app.GetAsync($"proofs/intake/verification?stream={account}")).Text.ShouldContain("\"faults\":[]");
    }

    [Fact]
    public async Task the_catalogue_is_served_by_version()
    {
        var newest = (await app.GetAsync("assessments/catalogue")).Body!;
        newest["questions"]!.AsArray().Count.ShouldBe(8);
        ((string)newest["questions"]![1]!["kind"]!).ShouldBe("protected");
        ((string)newest["questions"]![1]!["weight"]!).ShouldBe("none");
        newest["roles"]!.AsArray().Select(one => (string)one!["role"]!).ShouldBe(["worker", "facilitator"]);
        newest["goals"]!.AsArray().Count.ShouldBe(8);
        (await app.GetAsync("assessments/catalogue?version=1")).Text.ShouldBe(newest.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        foreach (var version in new[] { "0", "9", "one", "%00", "" })
        {
            (await app.GetAsync($"assessments/catalogue?version={version}")).Problem.ShouldBe("catalogue-not-found", version);
        }
    }

    private async Task<string> AccountAsync(string handle) =>
        ((string)(await app.DoAsync("accounts", new { platform = "github", handle }))["stream"]!)["account-".Length..];

    private Task<Reply> AsAsync(string name, string[] roles, Tlp clearance, string path, object? body = null) => app.AsAsync(
        name, roles, clearance, body is null ? HttpMethod.Get : HttpMethod.Post, path, body is null ? null : JsonContent.Create(body));
}

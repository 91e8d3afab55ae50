using System.Text;

namespace Ketman.Intake.Tests.Service;

public sealed class BadInputTests(IntakeApp app) : IClassFixture<IntakeApp>
{
    private static readonly string Tomorrow = DateTimeOffset.UtcNow.AddDays(3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public static TheoryData<string, string, string> Malformed => new()
    {
        { "companies", """{"handle":"x1","name":"X","colour":"red"}""", "colour" },
        { "companies", """{"handle":"x1"}""", "name" },
        { "companies", """{"handle":"x1","name":7}""", "name" },
        { "companies", """{"handle":"x1","name":null}""", "name" },
        { "companies", """{"handle":"x1","name":"X","name":"Y"}""", "name" },
        { "companies", """{"handle":"x1","name":"X",""", "" },
        { "companies", """["x1"]""", "" },
        { "companies", "null", "" },
        { "companies", "", "" },
        { "companies", """{"handle":"X One","name":"X"}""", "handle" },
        { "companies", """{"handle":"x1","name":"   "}""", "name" },
        { "companies", """{"handle":"x1","name":"a\u0000b"}""", "name" },
        { "companies", """{"handle":"x1","name":"a\u202eb"}""", "name" },
        { "companies", """{"handle":"x1","name":"\ud800"}""", "name" },
        { "companies", $$"""{"handle":"x1","name":"{{new string('x', 201)}}"}""", "name" },
        { "companies", """{"handle":"x1","name":"X","tvlRank":-1}""", "tvlRank" },
        { "companies", """{"handle":"x1","name":"X","tvlRank":1e30}""", "tvlRank" },
        { "companies", """{"handle":"x1","name":"X","tvlRank":"12"}""", "tvlRank" },
        { "companies", """{"handle":"x1","name":"X","zone":"Europe/Atlantis"}""", "zone" },
        { "companies", """{"handle":"x1","name":"X","domain":"no domain"}""", "domain" },
        { "companies", """{"handle":"x1","name":"X","repositories":["owner"]}""", "repositories" },
        { "companies", """{"handle":"x1","name":"X","repositories":[null]}""", "repositories" },
        { "companies/known/profile", "{}", "name" },
        { "companies/known/contacts", """{"channel":"pigeon","address":"roof"}""", "channel" },
        { "companies/known/contacts", """{"channel":"email","address":"not an address"}""", "address" },
        { "companies/known/contacts/desk/verify", """{"contact":"desk"}""", "contact" },
        { "companies/known/privacy", """{"wish":"loud"}""", "wish" },
        { "accounts", """{"platform":"myspace","handle":"x"}""", "platform" },
        { "accounts", """{"platform":"wallet","handle":"0x12"}""", "handle" },
        { "accounts", """{"platform":"github","handle":"https://github.com/a/b"}""", "handle" },
        { "accounts", """{"platform":"github","handle":"x","firstActiveYear":1889}""", "firstActiveYear" },
        { "accounts/github:known/index", """{"evidence":"x"}""", "active" },
        { "accounts/github:known/index", """{"active":"yes","evidence":"x"}""", "active" },
        { "accounts/github:known/index", """{"active":true,"evidence":"x","employedAt":["a\nb"]}""", "employedAt" },
        { "accounts/github:known/index", """{"active":true,"evidence":"x","employedAt":[null]}""", "employedAt" },
        { "accounts/github:known/confirm", "{}", "evidence" },
        { "accounts/github:known/flag", """{"reason":"x","at":"2025-02-30"}""", "at" },
        { "accounts/github:known/flag", """{"reason":"x","at":"2025-02-03T10:00:00"}""", "at" },
        { "accounts/github:known/flag", """{"reason":"x","at":"1999-12-31"}""", "at" },
        { "accounts/github:known/flag", $$"""{"reason":"x","at":"{{Tomorrow}}"}""", "at" },
        { "accounts/github:known/links", """{"to":"github:other","kind":"cousin"}""", "kind" },
        { "assessments", "{}", "account" },
        { "assessments", """{"account":""}""", "account" },
        { "assessments", """{"account":"a\u0000b"}""", "account" },
        { "assessments", """{"account":"github:known","confidence":"confirmed"}""", "confidence" },
        { "assessments/github:known/answers", """{"question":"name"}""", "answer" },
        { "assessments/github:known/answers", """{"question":"name","answer":true}""", "answer" },
        { "assessments/github:known/answers", """{"question":"name","answer":"yes","by":"somebody else"}""", "by" },
        { "assessments/github:known/answers", """{"question":"name","answer":"yes","note":" "}""", "note" },
        { "assessments/github:known/answers", """{"question":"name","answer":"yes","from":"a\nb"}""", "from" },
        { "assessments/github:known/answers/withdrawals", "{}", "question" },
        { "assessments/github:known/conclusion", """{"advice":"confirm"}""", "advice" },
        { "assessments/github:known/conclusion", """{"advice":"wait","goals":["fun"]}""", "goals" },
        { "assessments/github:known/conclusion", """{"advice":"wait","role":"boss"}""", "role" },
        { "leads", """{"summary":"x","handle":"No Handle"}""", "handle" },
        { "leads", """{"summary":"x","accounts":"github:known"}""", "accounts" },
        { "leads", """{"summary":"x","accounts":[null]}""", "accounts" },
        { "leads/known-lead/evidence", """{"description":"x","url":"javascript:alert(1)"}""", "url" },
        { "leads/known-lead/evidence", """{"description":"x","sha256":"abc"}""", "sha256" },
    };

    public static TheoryData<string, string, string> Unknown => new()
    {
        { "companies/nobody/profile", """{"name":"X"}""", "company-not-found" },
        { "accounts/github:nobody/flag", """{"reason":"x"}""", "account-not-found" },
        { "accounts/no-platform/flag", """{"reason":"x"}""", "account-not-found" },
        { "accounts/01950000-0000-7000-8000-000000000001/flag", """{"reason":"x"}""", "account-not-found" },
        { "accounts/github:known/links", """{"to":"github:nobody","kind":"same-actor"}""", "account-not-found" },
        { "accounts/github:known/merge", """{"into":"github:nobody"}""", "account-not-found" },
        { "leads", """{"summary":"x","company":"nobody"}""", "company-not-found" },
        { "assessments", """{"account":"github:nobody"}""", "account-not-found" },
        { "assessments", """{"account":"01950000-0000-7000-8000-000000000001"}""", "account-not-found" },
        { "assessments/github:nobody/answers", """{"question":"name","answer":"yes"}""", "assessment-not-found" },
        { "assessments/github:known/conclusion", """{"advice":"wait"}""", "assessment-not-found" },
        { "leads/nobody/dismiss", """{"reason":"x"}""", "lead-not-found" },
        { "leads/known-lead/merge", """{"into":"nobody"}""", "lead-not-found" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task what_is_malformed_is_named_and_not_stored(string path, string body, string field)
    {
        await KnownAsync();
        var before = await app.CountAsync("mt_events");

        var reply = await app.PostAsync(path, body);

        reply.Status.ShouldBe(400, reply.Text);
        reply.Problem.ShouldBe("invalid-request");
        reply.Fields.Select(name => name.Split('[')[0]).Distinct().ShouldBe([field]);
        (await app.CountAsync("mt_events")).ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public async Task what_is_unknown_is_not_found_and_nothing_is_stored(string path, string body, string problem)
    {
        await KnownAsync();
        var before = await app.CountAsync("mt_events");

        var reply = await app.PostAsync(path, body);

        reply.Status.ShouldBe(404, reply.Text);
        reply.Problem.ShouldBe(problem);
        (await app.CountAsync("mt_events")).ShouldBe(before);
    }

    [Theory]
    [InlineData("companies?limit=0", "limit")]
    [InlineData("accounts?limit=many", "limit")]
    [InlineData("leads?limit=1000", "limit")]
    [InlineData("leads?after=yesterday", "after")]
    [InlineData("duplicates?after=x", "after")]
    [InlineData("companies?after=%00", "after")]
    [InlineData("accounts?after=", "after")]
    [InlineData("accounts?confidence=certain", "confidence")]
    [InlineData("accounts?platform=%00", "platform")]
    [InlineData("accounts?actor=%00", "actor")]
    [InlineData("leads?status=lost", "status")]
    [InlineData("companies?q=", "q")]
    [InlineData("accounts?q=%00", "q")]
    [InlineData("leads?q=a%0Ab", "q")]
    public async Task a_wrong_page_is_named(string path, string field)
    {
        var reply = await app.GetAsync(path);

        reply.Status.ShouldBe(400, reply.Text);
        reply.Fields.ShouldBe([field]);
    }

    [Theory]
    [InlineData("companies/nobody")]
    [InlineData("accounts/github:nobody")]
    [InlineData("accounts/%E2%80%AE")]
    [InlineData("leads/nobody")]
    [InlineData("leads/nobody/duplicates")]
    public async Task nothing_is_shown_of_what_does_not_exist(string path) => (await app.GetAsync(path)).Status.ShouldBe(404);

    [Fact]
    public async Task a_body_over_the_limit_is_refused()
    {
        var reply = await app.PostAsync("companies", $$"""{"handle":"x1","name":"{{new string('x', 17 * 1024 * 1024)}}"}""", ("Expect", "100-continue"));

        reply.Status.ShouldBe(413);
        reply.Problem.ShouldBe("body-too-large");
    }

    [Fact]
    public async Task a_problem_does_not_repeat_what_was_sent()
    {
        var secret = Convert.ToHexString(Encoding.UTF8.GetBytes("a person's address"));

        (await app.PostAsync("accounts", new { platform = "email", handle = secret })).Text.ShouldNotContain(secret);
        (await app.PostAsync("accounts", $$"""{"platform":"email","handle":["{{secret}}"]}""")).Text.ShouldNotContain(secret);
        (await app.PostAsync($"accounts/email:{secret}/flag", new { reason = "x" })).Text.ShouldNotContain(secret);
    }

    [Fact]
    public async Task a_bad_item_does_not_spoil_the_good_ones()
    {
        var reply = await app.PostAsync("intake/batch", new
        {
            items = new object[]
            {
                new { command = "register-company", key = "1", body = new { handle = "batched", name = "Batched" } },
                new { command = "register-company", key = "2", body = new { handle = "batched two", name = "Bad handle" } },
                new { command = "register-account", key = "3", body = new { platform = "github", handle = "batched" } },
                new { command = "register-account", key = "4", body = new { platform = "github", handle = "https://github.com/Batched" } },
                new { command = "flag-account", key = "5", target = "github:batched", body = new { reason = "odd hours" } },
                new { command = "index-account", key = "6", target = "github:batched", body = new { active = true } },
                new { command = "open-lead", key = "7", body = new { handle = "batch-lead", summary = "seen", company = "batched", accounts = new[] { "github:batched" } } },
                new { command = "open-lead", key = "8", body = new { handle = "batch-lead-2", summary = "seen", company = "nobody" } },
                new { command = "merge-lead", key = "9", target = "batch-lead", body = new { into = "batch-lead" } },
                new { command = "launch-rocket", key = "10", body = new { } },
                new { command = "add-contact", key = "11", target = "batched", body = new { channel = "email", address = "a@batched.example" } },
                new { command = "verify-contact", key = "12", target = "batched", body = new { contact = "11" } },
            },
        });

        reply.Status.ShouldBe(200, reply.Text);
        var results = reply.Body!["results"]!.AsArray();
        results.Select(result => (int)result!["status"]!).ShouldBe([200, 400, 200, 200, 200, 422, 200, 404, 422, 400, 200, 200]);
        results.Select(result => (bool)result!["changed"]!).ShouldBe([true, false, true, false, true, false, true, false, false, false, true, true]);
        ((string)results[5]!["problem"]!["type"]!).ShouldBe("urn:ketman:problem:rule:evidence-needed");
        (await app.CountAsync("mt_events where stream_id in (select 'account-' || id from accounts where ref = 'github:batched')")).ShouldBe(2);
        ((string)(await app.GetAsync("leads/batch-lead")).Body!["accounts"]![0]!["ref"]!).ShouldBe("github:batched");
    }

    [Fact]
    public async Task merging_two_new_accounts_into_each_other_leaves_one_standing()
    {
        var reply = await app.PostAsync("intake/batch", new
        {
            items = new object[]
            {
                new { command = "register-account", body = new { platform = "github", handle = "twin-a" } },
                new { command = "register-account", body = new { platform = "github", handle = "twin-b" } },
                new { command = "merge-account", target = "github:twin-a", body = new { into = "github:twin-b" } },
                new { command = "merge-account", target = "github:twin-b", body = new { into = "github:twin-a" } },
            },
        });

        reply.Body!["results"]!.AsArray().Select(result => (int)result!["status"]!).ShouldBe([200, 200, 200, 422], reply.Text);
        (await app.CountAsync("accounts one join accounts other on other.id = one.merged_into where one.ref = 'github:twin-a' and other.ref = 'github:twin-b'"))
            .ShouldBe(1);
    }

    [Fact]
    public async Task a_dry_run_says_what_would_fail_and_stores_nothing()
    {
        var before = await app.CountAsync("mt_events");

        var reply = await app.PostAsync("intake/batch", new
        {
            dryRun = true,
            assume = new { accounts = new[] { "github:assumed" } },
            items = new object[]
            {
                new { command = "register-company", body = new { handle = "dry", name = "Dry" } },
                new { command = "add-contact", target = "dry", body = new { channel = "email", address = "a@dry.example" } },
                new { command = "open-lead", body = new { summary = "seen", company = "dry", accounts = new[] { "GitHub:Assumed" } } },
                new { command = "open-lead", body = new { summary = "seen", company = "wet" } },
            },
        });

        reply.Body!["results"]!.AsArray().Select(result => (int)result!["status"]!).ShouldBe([200, 200, 200, 404], reply.Text);
        (await app.CountAsync("mt_events")).ShouldBe(before);
    }

    [Fact]
    public async Task the_internal_doors_are_for_services_and_the_others_for_the_gateway()
    {
        (await app.PostAsync("internal/resolve", new { })).Status.ShouldBe(403);
        (await app.PeerAsync(HttpMethod.Get, "companies")).Status.ShouldBe(403);
    }

    private async Task KnownAsync()
    {
        await app.DoAsync("companies", new { handle = "known", name = "Known" });
        await app.DoAsync("accounts", new { platform = "github", handle = "known" });
        await app.DoAsync("leads", new { handle = "known-lead", summary = "known" });
    }
}

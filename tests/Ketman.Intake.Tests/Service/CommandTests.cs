using Ketman.Contracts;

namespace Ketman.Intake.Tests.Service;

public sealed class CommandTests(IntakeApp app) : IClassFixture<IntakeApp>
{
    [Fact]
    public async Task a_company_is_registered_changed_and_shown()
    {
        var created = await app.PostAsync("companies", new { handle = "halcyon", name = "Halcyon", repositories = new[] { "https://github.com/Halcyon/Core" } });
        created.Status.ShouldBe(201);
        created.ETag.ShouldBe("\"1\"");
        created.Location!.ToString().ShouldBe("/api/v1/companies/halcyon");
        ((string)created.Body!["events"]![0]!["type"]!).ShouldBe("company-registered.v1");

        await app.DoAsync("companies/halcyon/profile", new { tvlRank = 120, zone = "Europe/Berlin" });
        var contact = await app.DoAsync("companies/halcyon/contacts", new { channel = "email", address = "Security@Halcyon.example", role = "security" }, ("Idempotency-Key", "desk"));
        await app.DoAsync("companies/halcyon/contacts/desk/verify", new { how = "security.txt" });
        await app.DoAsync("companies/halcyon/privacy", new { wish = "private" });

        var shown = await app.GetAsync($"companies/{(string)created.Body["stream"]!}"[..10] + ((string)created.Body["stream"]!)["company-".Length..]);
        shown.Status.ShouldBe(200, shown.Text);
        shown.ETag.ShouldBe("\"5\"");
        ((string)shown.Body!["ref"]!).ShouldBe("halcyon");
        ((string)shown.Body["repositories"]![0]!).ShouldBe("github.com/halcyon/core");
        ((int)shown.Body["tvlRank"]!).ShouldBe(120);
        ((string)shown.Body["privacy"]!).ShouldBe("private");
        ((string)shown.Body["contacts"]![0]!["id"]!).ShouldBe((string)contact["id"]!);
        ((bool)shown.Body["contacts"]![0]!["verified"]!).ShouldBeTrue();
        (await app.GetAsync("companies/halcyon", ("If-None-Match", "\"5\""))).Status.ShouldBe(304);

        await app.DoAsync("companies/halcyon/contacts/desk/remove", new { });
        (await app.GetAsync("companies/halcyon")).Body!["contacts"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task an_account_goes_its_way_and_the_list_shows_where_it_stands()
    {
        await app.DoAsync("accounts", new { platform = "github", handle = "https://github.com/QuietFox", firstActiveYear = 2019 });
        await app.DoAsync("accounts", new { platform = "telegram", handle = "@Quiet_Fox" });
        await app.DoAsync("accounts/github:quietfox/flag", new { reason = "odd hours", at = "2025-02-01" });
        await app.DoAsync("accounts/github:QuietFox/index", new { active = true, evidence = "https://evidence.example/1", at = "2025-02-03" });
        await app.DoAsync("accounts/github%3Aquietfox/employment", new { employedAt = new[] { "Orbit" }, at = "2025-02-10" });
        await app.DoAsync("accounts/github:quietfox/activity", new { active = false, at = "2025-01-15" });
        await app.DoAsync("accounts/github:quietfox/links", new { to = "telegram:quiet_fox", kind = "same-actor", evidence = "same avatar" });
        await app.DoAsync("accounts/github:quietfox/actor", new { actor = "fox" });

        var line = (await app.GetAsync("accounts?platform=github&confidence=high-confidence&actor=fox")).Body!["items"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)line["ref"]!).ShouldBe("github:quietfox");
        ((bool)line["active"]!).ShouldBeTrue("a sight that comes in late does not displace a newer one");
        ((string)line["employedAt"]![0]!).ShouldBe("Orbit");
        var shown = (await app.GetAsync("accounts/telegram:quiet_fox")).Body!;
        ((string)shown["links"]![0]!["account"]!["ref"]!).ShouldBe("github:quietfox");
        ((string)(await app.GetAsync("accounts/github:quietfox")).Body!["links"]![0]!["evidence"]!).ShouldBe("same avatar");

        (await app.PostAsync("accounts/github:quietfox/flag", new { reason = "a hunch" })).Problem.ShouldBe("rule:confidence-already-higher");
        await app.DoAsync("accounts/github:quietfox/clear", new { reason = "met in person" });
        (await app.PostAsync("accounts/github:quietfox/flag", new { reason = "again" })).Problem.ShouldBe("rule:new-evidence-needed");
    }

    [Fact]
    public async Task a_lead_is_opened_supported_and_dismissed()
    {
        await app.DoAsync("companies", new { handle = "borealis", name = "Borealis" });
        await app.DoAsync("accounts", new { platform = "npm", handle = "lead-account" });
        var opened = await app.DoAsync("leads", new { summary = "odd commits", company = "borealis", accounts = new[] { "npm:lead-account" } }, ("Idempotency-Key", "drawn"));
        var handle = (string)opened["ref"]!;
        handle.ShouldMatch("^lead-[a-z0-9]{6}$");
        var again = await app.DoAsync("leads", new { summary = "odd commits", company = "borealis", accounts = new[] { "npm:lead-account" } }, ("Idempotency-Key", "drawn"));
        ((string)again["ref"]!).ShouldBe(handle);
        ((bool)again["changed"]!).ShouldBeFalse();

        await app.DoAsync($"leads/{handle}/evidence", new { description = "commit times", url = "https://evidence.example/2" });
        await app.DoAsync($"leads/{handle}/dismiss", new { reason = "lives in Lisbon" });

        var shown = (await app.GetAsync($"leads/{handle}")).Body!;
        ((string)shown["status"]!).ShouldBe("dismissed");
        ((string)shown["company"]!["ref"]!).ShouldBe("borealis");
        ((string)shown["accounts"]![0]!["ref"]!).ShouldBe("npm:lead-account");
        ((string)shown["evidence"]![0]!["url"]!).ShouldBe("https://evidence.example/2");
        var line = (await app.GetAsync("leads?status=dismissed")).Body!["items"]!.AsArray().Single(item => (string)item!["ref"]! == handle)!;
        ((string)line["company"]!).ShouldBe("borealis");
        ((string)line["accounts"]![0]!).ShouldBe("npm:lead-account");
    }

    [Fact]
    public async Task the_same_request_again_is_answered_and_does_nothing()
    {
        var body = new { handle = "repeat", name = "Repeat" };
        var first = await app.PostAsync("companies", body, ("Idempotency-Key", "k1"));
        var second = await app.PostAsync("companies", body, ("Idempotency-Key", "k1"));

        second.Status.ShouldBe(200);
        ((string)second.Body!["id"]!).ShouldBe((string)first.Body!["id"]!);
        ((bool)second.Body["changed"]!).ShouldBeFalse();
        (await app.PostAsync("companies", new { handle = "repeat", name = "Other" }, ("Idempotency-Key", "k1"))).Problem.ShouldBe("idempotency-key-reused");
        (await app.PostAsync("companies", new { handle = "repeat", name = "Other" })).Problem.ShouldBe("rule:handle-taken");
        ((long)(await app.PostAsync("companies", body)).Body!["version"]!).ShouldBe(1);
    }

    [Fact]
    public async Task the_same_account_again_is_found_however_it_is_written()
    {
        var first = await app.DoAsync("accounts", new { platform = "email", handle = "Some.One+jobs@gmail.com" });
        var second = await app.DoAsync("accounts", new { platform = "email", handle = "someone@googlemail.com" });

        ((string)second["stream"]!).ShouldBe((string)first["stream"]!);
        ((bool)second["changed"]!).ShouldBeFalse();
        (await app.PostAsync("accounts", new { platform = "email", handle = "someone@gmail.com", note = "new" })).Problem.ShouldBe("rule:handle-taken");
    }

    [Fact]
    public async Task what_has_changed_since_it_was_read_is_not_overwritten()
    {
        await app.DoAsync("companies", new { handle = "matched", name = "Matched" });
        await app.DoAsync("companies/matched/profile", new { tvlRank = 5 }, ("If-Match", "\"1\""));

        var stale = await app.PostAsync("companies/matched/profile", new { tvlRank = 6 }, ("If-Match", "\"1\""));

        stale.Status.ShouldBe(412);
        stale.Problem.ShouldBe("stale-version");
        ((int)(await app.GetAsync("companies/matched")).Body!["tvlRank"]!).ShouldBe(5);
        (await app.PostAsync("companies/matched/profile", new { tvlRank = 6 }, ("If-Match", "\"2\""))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task of_many_registrations_of_one_account_at_once_there_is_one_account()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 24).Select(number =>
            app.PostAsync("accounts", new { platform = "github", handle = number % 2 == 0 ? "Crowded" : "https://github.com/crowded" })));

        replies.ShouldAllBe(reply => reply.Status == 200 || reply.Status == 201, string.Join("\n", replies.Select(reply => reply.Text)));
        replies.Count(reply => reply.Status == 201).ShouldBe(1);
        replies.Select(reply => (string)reply.Body!["stream"]!).Distinct().ShouldHaveSingleItem();
        (await app.CountAsync("accounts where ref = 'github:crowded'")).ShouldBe(1);
        (await app.CountAsync("mt_streams where id in (select 'account-' || id from accounts where ref = 'github:crowded')")).ShouldBe(1);
    }

    [Fact]
    public async Task merges_at_once_in_both_directions_leave_one_standing()
    {
        await app.DoAsync("accounts", new { platform = "gitlab", handle = "ring-a" });
        await app.DoAsync("accounts", new { platform = "gitlab", handle = "ring-b" });

        var replies = await Task.WhenAll(
            app.PostAsync("accounts/gitlab:ring-a/merge", new { into = "gitlab:ring-b" }), app.PostAsync("accounts/gitlab:ring-b/merge", new { into = "gitlab:ring-a" }));

        replies.Count(reply => reply.Status == 200).ShouldBe(1, string.Join("\n", replies.Select(reply => reply.Text)));
        replies.Single(reply => reply.Status != 200).Problem.ShouldBeOneOf("rule:merge-target-merged", "rule:account-merged");
        (await app.CountAsync("accounts where handle like 'ring-_' and merged_into is null")).ShouldBe(1);
    }

    [Fact]
    public async Task a_chain_of_merges_ends_at_the_account_that_stands()
    {
        foreach (var name in new[] { "chain-a", "chain-b", "chain-c" })
        {
            await app.DoAsync("accounts", new { platform = "gitlab", handle = name });
        }

        await app.DoAsync("accounts/gitlab:chain-a/merge", new { into = "gitlab:chain-b" });
        (await app.PostAsync("accounts/gitlab:chain-c/merge", new { into = "gitlab:chain-a" })).Problem.ShouldBe("rule:merge-target-merged");
        await app.DoAsync("accounts/gitlab:chain-b/merge", new { into = "gitlab:chain-c" });

        var items = (await app.GetAsync("accounts?platform=gitlab&limit=200")).Body!["items"]!.AsArray();
        items.Where(item => ((string)item!["handle"]!).StartsWith("chain-", StringComparison.Ordinal)).Select(item => (string?)item!["mergedInto"])
            .ShouldBe(["gitlab:chain-c", "gitlab:chain-c", null]);
    }

    [Fact]
    public async Task who_said_it_is_recorded()
    {
        var done = await app.DoAsync("companies", new { handle = "recorded", name = "Recorded" });

        (await app.CountAsync($"mt_events where id = '{done["id"]}' and user_name = 'ada' and type = 'company-registered.v1'")).ShouldBe(1);
        Moment.TryParse((string?)(await app.PeerAsync(HttpMethod.Get, $"internal/streams/{done["stream"]}/events")).Body!["events"]![0]!["occurredAt"], out _).ShouldBeTrue();
    }
}

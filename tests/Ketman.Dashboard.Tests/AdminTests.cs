using System.Net;
using System.Net.Http.Headers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ketman.Dashboard.Tests;

/// <summary>Administration, by those whose role it is.</summary>
public sealed class AdminTests(WholePlatform platform) : BrowserTests(platform)
{
    public static TheoryData<string, string> Kept => new(
        from name in new[] { "vera", "noor", "ines" }
        from path in new[] { "/admin", "/admin/users", "/admin/keys", "/admin/operations", "/admin/audit", "/admin/audit/proof", "/admin/users/otto", "/admin/keys/admin/revoke" }
        select (name, path));

    [Theory, MemberData(nameof(Kept))]
    public async Task who_keeps_nothing_sees_no_administration(string name, string path)
    {
        Foresee("403 (Forbidden)");
        var page = await PageOfAsync(name);
        var answer = await page.GotoAsync(path);
        answer!.Status.ShouldBe(403);
        await Expect(page.Locator("nav a[href='/admin']")).ToHaveCountAsync(0);
        await Expect(page.Locator("main table, main form")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task who_is_invited_accepts_and_is_signed_in()
    {
        var name = $"mira-{Guid.NewGuid():N}"[..14];
        var page = await OpenAsync("/admin/users", "otto");
        await page.Locator("#name").FillAsync(name);
        await page.GetByLabel("Analyst").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Invite somebody" }).ClickAsync();
        var token = await page.Locator("#secret").InputValueAsync();
        token.ShouldStartWith("kti_");
        await page.GotoAsync("/admin/users");
        (await page.ContentAsync()).ShouldNotContain(token);

        var mira = await PageOfAsync(null);
        await mira.GotoAsync("/invitation");
        await mira.Locator("#token").FillAsync(token);
        await mira.Locator("#password").FillAsync("an-entirely-new-phrase-3");
        await mira.GetByRole(AriaRole.Button, new() { Name = "Accept and sign in" }).ClickAsync();
        await Expect(mira.Locator("h1")).ToHaveTextAsync("My account");
        await Expect(mira.Locator("main")).ToContainTextAsync("records leads, accounts");

        await page.GotoAsync($"/admin/users/{name}");
        await Expect(page.Locator("#sessions-title ~ table tbody tr")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Lock", Exact = true }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("Locked");
        Foresee("401 (Unauthorized)");
        await mira.GotoAsync("/account");
        await Expect(mira.Locator("#user")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task a_user_is_removed_only_by_whoever_types_the_name()
    {
        Foresee("400 (Bad Request)");
        var name = $"gone-{Guid.NewGuid():N}"[..14];
        await Platform.JoinAsync(name, "viewer");
        var page = await OpenAsync($"/admin/users/{name}", "otto");
        await page.Locator("#remove-confirm").FillAsync("somebody-else");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove for good" }).ClickAsync();
        await Expect(page.Locator("#remove-confirm")).ToHaveAttributeAsync("aria-invalid", "true");
        (await Platform.GetAsync($"users/{name}")).GetProperty("status").GetString().ShouldBe("active");
        await page.Locator("#remove-confirm").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove for good" }).ClickAsync();
        await Expect(page.Locator("#notices")).ToContainTextAsync(name);
        (await Platform.GetAsync($"users/{name}")).GetProperty("status").GetString().ShouldBe("removed");
    }

    [Fact]
    public async Task a_key_is_made_with_a_scope_shown_once_and_revoked()
    {
        Foresee("400 (Bad Request)");
        var name = $"import-{Guid.NewGuid():N}"[..16];
        var page = await OpenAsync("/admin/keys", "otto");
        await page.Locator("#name").FillAsync("admin");
        await page.GetByLabel("write:intake").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        Foresee("409 (Conflict)");
        await Expect(page.Locator(".problem")).ToContainTextAsync("name");
        await Expect(page.GetByLabel("write:intake")).ToBeCheckedAsync();
        await page.Locator("#name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        var secret = await page.Locator("#secret").InputValueAsync();
        (await WhoAmIAsync(secret)).ShouldBe(HttpStatusCode.OK);

        await page.GetByRole(AriaRole.Link, new() { Name = "I have kept it" }).ClickAsync();
        (await page.ContentAsync()).ShouldNotContain(secret);
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = name })).ToContainTextAsync("write:intake");

        await page.GetByRole(AriaRole.Link, new() { Name = $"New secret {name}" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New secret" }).ClickAsync();
        var next = await page.Locator("#secret").InputValueAsync();
        next.ShouldNotBe(secret);

        await page.GotoAsync($"/admin/keys/{name}/revoke");
        await page.Locator("#revoke-confirm").FillAsync("another");
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(page.Locator("#revoke-confirm")).ToHaveAttributeAsync("aria-invalid", "true");
        (await WhoAmIAsync(next)).ShouldBe(HttpStatusCode.OK);
        await page.Locator("#revoke-confirm").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = name })).ToContainTextAsync("revoked");
        (await WhoAmIAsync(next)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task a_draft_is_checked_compared_replayed_and_applied_by_typing_its_name()
    {
        Foresee("400 (Bad Request)");
        var page = await OpenAsync("/admin/policies/project-zero-90-30/draft", "lena");
        var document = await page.Locator("#document").InputValueAsync();
        await page.Locator("#document").FillAsync(document + ",");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check and compare" }).ClickAsync();
        await Expect(page.Locator(".problem")).ToContainTextAsync("no JSON");

        await page.Locator("#document").FillAsync(document.Replace("\"P90D\"", "\"ninety days\"", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Check and compare" }).ClickAsync();
        await Expect(page.Locator("section.problem table")).ToContainTextAsync("time");

        await page.Locator("#document").FillAsync(document.Replace("\"P90D\"", "\"P60D\"", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Check and compare" }).ClickAsync();
        await Expect(page.Locator("#differences del").First).ToHaveTextAsync("P90D");
        await Expect(page.Locator("#differences ins").First).ToHaveTextAsync("P60D");

        await page.GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();
        await Expect(page.Locator("#replayed tbody tr").First).ToBeVisibleAsync();
        await Expect(page.Locator("#replay ~ p").First).ToContainTextAsync("would have gone differently");

        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(page.Locator("#apply-confirm")).ToHaveAttributeAsync("aria-invalid", "true");
        await page.Locator("#apply-confirm").FillAsync("project-zero-90-30");
        await page.Locator("#note").FillAsync("sixty days are enough");
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("version 2");
        await Expect(page.Locator("main")).ToContainTextAsync("sixty days are enough");
        await page.GetByRole(AriaRole.Link, new() { Name = "with version 1" }).ClickAsync();
        await Expect(page.Locator("#differences ins").First).ToHaveTextAsync("P60D");
    }

    [Fact]
    public async Task an_analyst_tries_a_draft_and_is_not_offered_to_apply_it()
    {
        var page = await OpenAsync("/admin/policies/zdi-120/draft", "noor");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check and compare" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("They say the same.");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Apply" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task what_follows_the_history_is_paused_and_goes_on_and_a_lead_only_looks()
    {
        var page = await OpenAsync("/admin/operations", "root");
        var row = page.GetByRole(AriaRole.Row, new() { Name = "disclosures/erased-subjects" });
        await row.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(row).ToContainTextAsync("by root");
        await row.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(row).ToContainTextAsync("Running");
        var lena = await OpenAsync("/admin/operations", "lena");
        await Expect(lena.GetByRole(AriaRole.Row, new() { Name = "metrics/read-models" })).ToBeVisibleAsync();
        await Expect(lena.Locator("main button")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task the_audit_log_is_filtered_paged_and_proven()
    {
        var name = $"seen-{Guid.NewGuid():N}"[..14];
        await Platform.JoinAsync(name, "viewer");
        var page = await OpenAsync("/admin/audit", "otto");
        await page.Locator("#subject").FillAsync(name);
        await page.Locator("#kind").SelectOptionAsync("user-invited");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator("#rows tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("#rows tr")).ToContainTextAsync(name);
        await page.GetByRole(AriaRole.Link, new() { Name = "Prove the log" }).ClickAsync();
        await Expect(page.Locator(".notice")).ToContainTextAsync("holds");
    }

    private async Task<HttpStatusCode> WhoAmIAsync(string key)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.GetAsync(new Uri(Platform.Url, "/api/v1/whoami"), Cancellation);
        return answer.StatusCode;
    }
}

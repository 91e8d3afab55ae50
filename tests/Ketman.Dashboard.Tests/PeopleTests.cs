using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ketman.Dashboard.Tests;

/// <summary>Companies, accounts, leads and assessments.</summary>
public sealed class PeopleTests(WholePlatform platform) : BrowserTests(platform)
{
    private const string Attack = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>{{7*7}}";

    [Fact]
    public async Task whatever_is_written_into_a_field_stands_there_as_text()
    {
        var own = $"own-{Guid.NewGuid():N}"[..16];
        await Platform.SendAsync("companies", new { handle = own, name = Attack });
        await Platform.SendAsync($"companies/{own}/contacts", new { name = Attack, role = Attack, channel = "other", address = Attack });
        await Platform.SendAsync("accounts", new { platform = "other", handle = own, actor = Attack, note = Attack });
        await Platform.SendAsync("accounts", new { platform = "other", handle = own + "-2", actor = Attack });
        await Platform.SendAsync($"accounts/other:{own}/flag", new { reason = Attack, evidence = Attack });
        await Platform.SendAsync($"accounts/other:{own}/index", new { active = true, employedAt = new[] { Attack }, evidence = Attack });
        await Platform.SendAsync($"accounts/other:{own}/links", new { to = $"other:{own}-2", kind = "other", evidence = Attack });
        await Platform.SendAsync("leads", new { handle = own, summary = Attack, company = own, accounts = new[] { $"other:{own}" } });
        await Platform.SendAsync($"leads/{own}/evidence", new { description = Attack, url = "https://example.org/?q=%3Cscript%3E%22onmouseover=alert(1)" });
        await Platform.SendAsync("leads", new { handle = own + "-2", summary = Attack, company = own });
        await Platform.SendAsync("assessments", new { account = $"other:{own}" });
        await Platform.SendAsync($"assessments/other:{own}/answers", new { question = "met-in-person", answer = "no", from = Attack, evidence = Attack, note = Attack });
        await Platform.SendAsync($"assessments/other:{own}/conclusion", new { advice = "wait", summary = Attack });
        await Platform.SendAsync($"leads/{own}-2/dismiss", new { reason = Attack });
        var page = await PageOfAsync("lena");
        var opened = 0;
        page.Dialog += async (_, dialog) =>
        {
            opened++;
            await dialog.DismissAsync();
        };
        foreach (var path in new[]
        {
            $"/companies/{own}", $"/companies?q={own}", $"/companies/{own}/do/remove-contact", $"/accounts/other:{own}", $"/accounts?q={own}", $"/accounts?actor={Uri.EscapeDataString(Attack)}",
            $"/leads?status=all&q={own}", $"/leads/{own}", $"/leads/{own}-2", $"/assessments/other:{own}", $"/companies?q={Uri.EscapeDataString(Attack)}",
            $"/accounts/other:{own}/do/flag-account?reason={Uri.EscapeDataString(Attack)}",
        })
        {
            await page.GotoAsync(path);
            (await page.Locator("[onerror], [onmouseover], main script, main img").CountAsync()).ShouldBe(0, path);
        }

        await page.GotoAsync($"/accounts/other:{own}");
        await Expect(page.Locator("main")).ToContainTextAsync(Attack);
        await page.GotoAsync($"/companies/{own}");
        await Expect(page.Locator("h1")).ToContainTextAsync(Attack);
        opened.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_company_is_made_known_and_keeps_what_was_typed_when_it_is_refused(bool scripts)
    {
        var own = $"own-{Guid.NewGuid():N}"[..16];
        Foresee("400 (Bad Request)");
        var page = await OpenAsync("/companies/new", "noor", new Look(Scripts: scripts));
        await page.GetByLabel("Handle").FillAsync("Not A Handle");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Own Company");
        await page.Locator("main button.primary").ClickAsync();
        await Expect(page.GetByLabel("Handle")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Own Company");
        await page.GetByLabel("Handle").FillAsync(own);
        await page.GetByLabel("Zone").FillAsync("Asia/Tokyo");
        await page.Locator("main button.primary").ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("Own Company");
        await Expect(page.Locator("main")).ToContainTextAsync("UTC+9");
        await page.GotoAsync($"/companies?q={own}");
        await Expect(page.Locator("#rows tr")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task a_contact_is_added_verified_and_removed_and_a_calendar_is_set()
    {
        var own = $"own-{Guid.NewGuid():N}"[..16];
        await Platform.SendAsync("companies", new { handle = own, name = "Own Company" });
        var page = await OpenAsync($"/companies/{own}", "noor");
        await page.GetByRole(AriaRole.Link, new() { Name = "Add a contact" }).ClickAsync();
        await page.GetByLabel("Channel").SelectOptionAsync("email");
        await page.GetByLabel("Address").FillAsync("desk@example.org");
        await page.Locator("main button.primary").ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("not verified");
        await page.GetByRole(AriaRole.Link, new() { Name = "Verify desk@example.org" }).ClickAsync();
        await page.Locator("main button.primary").ClickAsync();
        await Expect(page.Locator("main .badge.good", new() { HasText = "verified" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove desk@example.org" }).ClickAsync();
        await page.Locator("main button.primary").ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("Nobody can be reached here yet");

        await page.GetByRole(AriaRole.Link, new() { Name = "Set a calendar" }).ClickAsync();
        await page.Locator("#zone").FillAsync("Europe/Nowhere");
        Foresee("400 (Bad Request)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".problem")).ToContainTextAsync("zone");
        await page.Locator("#zone").FillAsync("Europe/Zurich");
        await page.Locator("#fri").FillAsync("09:00-12:00, 13:00-15:00");
        await page.Locator("#holidays").FillAsync("2026-12-25");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("09:00-12:00, 13:00-15:00");
        await Expect(page.Locator("main")).ToContainTextAsync("25 Dec 2026");
    }

    [Fact]
    public async Task a_companys_record_says_how_many_still_wait_and_what_each_figure_means()
    {
        var page = await OpenAsync("/companies/brackenswap", "lena");
        await Expect(page.Locator(".tiles")).ToContainTextAsync("of 1, 1 still waiting");
        await Expect(page.Locator(".tiles")).ToContainTextAsync("at least");
        await page.GetByText("What each figure means").ClickAsync();
        await Expect(page.Locator(".definitions")).ToContainTextAsync("censored");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Its incidents on the board" })).ToHaveAttributeAsync("href", "/?company=brackenswap&status=all");
        // Whoever may only look is offered nothing to record.
        await Expect(page.Locator("main a[href*='/do/']").First).ToBeVisibleAsync();
        var vera = await OpenAsync("/companies/brackenswap", "vera");
        await Expect(vera.Locator("main a[href*='/do/']")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task the_picture_of_an_accounts_links_says_what_its_table_says()
    {
        var own = $"own-{Guid.NewGuid():N}"[..16];
        for (var number = 0; number < 5; number++)
        {
            await Platform.SendAsync("accounts", new { platform = "github", handle = $"{own}-{number}", actor = number is 0 or 4 ? own : null });
        }

        foreach (var (number, kind) in new[] { (1, "same-wallet"), (2, "recommends"), (3, "same-email") })
        {
            await Platform.SendAsync($"accounts/github:{own}-0/links", new { to = $"github:{own}-{number}", kind, evidence = $"because {number}" });
        }

        var page = await OpenAsync($"/accounts/github:{own}-0", "vera");
        var drawn = await page.Locator("svg.graph a text:first-of-type").AllTextContentsAsync();
        var listed = await page.Locator("#link-table tbody th").AllTextContentsAsync();
        drawn.Order().ShouldBe(listed.Order());
        listed.Count.ShouldBe(4);
        await Expect(page.Locator("#link-table")).ToContainTextAsync("because 2");
        await Expect(page.Locator("svg.graph")).ToContainTextAsync("ascribed to the same actor");
        await page.Locator("svg.graph a").First.ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync($"{own}-1");
    }

    [Fact]
    public async Task every_command_of_an_account_has_a_page_and_one_of_them_is_carried_out()
    {
        var own = $"own-{Guid.NewGuid():N}"[..16];
        await Platform.SendAsync("accounts", new { platform = "github", handle = own });
        var page = await OpenAsync($"/accounts/github:{own}", "noor");
        var commands = await page.Locator(".acts a").EvaluateAllAsync<string[]>("all => all.map(a => a.getAttribute('href'))");
        commands.Length.ShouldBeGreaterThanOrEqualTo(9);
        foreach (var command in commands)
        {
            (await page.GotoAsync(command))!.Status.ShouldBe(200, command);
        }

        await page.GotoAsync($"/accounts/github:{own}/do/flag-account");
        await page.GetByLabel("Reason").FillAsync("rebases its whole history on hiring day");
        await page.Locator("main button.primary").ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("Flagged");
        await Expect(page.Locator("main")).ToContainTextAsync("rebases its whole history");
    }

    [Fact]
    public async Task a_lead_is_merged_into_its_duplicate_and_the_other_becomes_an_incident()
    {
        var own = $"own-{Guid.NewGuid():N}"[..16];
        await Platform.SendAsync("companies", new { handle = own, name = "Own Company" });
        await Platform.SendAsync("leads", new { handle = own, summary = "The first", company = own });
        await Platform.SendAsync("leads", new { handle = own + "-2", summary = "The second", company = own });
        var page = await OpenAsync($"/leads/{own}-2", "lena");
        await page.GetByRole(AriaRole.Link, new() { Name = $"Merge {own}-2 into {own}" }).ClickAsync();
        await Expect(page.Locator("[name=into]")).ToHaveValueAsync(own);
        await page.Locator("main button.primary").ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("Merged");
        await page.GotoAsync($"/leads/{own}");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Make an incident of it" })).ToHaveAttributeAsync("href", $"/incidents/new?lead={own}&company={own}");
        var noor = await OpenAsync($"/leads/{own}", "noor");
        await Expect(noor.GetByRole(AriaRole.Link, new() { Name = "Make an incident of it" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task an_assessment_is_answered_in_place_and_says_what_follows()
    {
        var own = $"own-{Guid.NewGuid():N}"[..16];
        await Platform.SendAsync("accounts", new { platform = "github", handle = own });
        Foresee("404 (Not Found)");
        var page = await OpenAsync($"/assessments/github:{own}", "noor");
        await page.GetByRole(AriaRole.Link, new() { Name = "New assessment" }).ClickAsync();
        await page.Locator("main button.primary").ClickAsync();
        await Expect(page.Locator(".verdict")).ToContainTextAsync("Not enough is known");
        foreach (var (question, answer) in new[] { ("met-in-person", "no"), ("avoids-meetings", "yes"), ("video-syncs", "rarely-or-without-video") })
        {
            await page.Locator($"#q-{question} input[value={answer}]").CheckAsync();
            await page.Locator($"#q-{question} button.primary").ClickAsync();
            await Expect(page.Locator($"#q-{question} tbody tr")).ToHaveCountAsync(1);
        }

        await Expect(page.Locator(".verdict")).ToContainTextAsync("3 answers raise the suspicion");
        page.Url.ShouldEndWith($"/assessments/github:{own}");
        // Protected questions stand apart, and nothing follows from them.
        await Expect(page.Locator(".protected")).ToContainTextAsync("unlawful");
        var vera = await OpenAsync($"/assessments/github:{own}", "vera");
        await Expect(vera.Locator(".protected")).ToContainTextAsync("withheld: TLP:RED");
        await Expect(vera.Locator("main form")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task an_assessment_is_answered_without_scripts()
    {
        var own = $"own-{Guid.NewGuid():N}"[..16];
        await Platform.SendAsync("accounts", new { platform = "github", handle = own });
        await Platform.SendAsync("assessments", new { account = $"github:{own}" });
        var page = await OpenAsync($"/assessments/github:{own}", "noor", new Look(Scripts: false));
        await page.Locator("#q-avoids-meetings input[value=yes]").CheckAsync();
        await page.Locator("#q-avoids-meetings button.primary").ClickAsync();
        await Expect(page.Locator("#q-avoids-meetings tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("#notices")).ToContainTextAsync("Answer a question");
    }

    [Fact]
    public async Task lists_go_on_where_they_stopped_with_and_without_scripts()
    {
        var own = $"many-{Guid.NewGuid():N}"[..12];
        foreach (var part in Enumerable.Range(0, 60).Chunk(10))
        {
            await Task.WhenAll(part.Select(number => Platform.SendAsync("accounts", new { platform = "other", handle = $"{own}-{number:00}" })));
        }

        var page = await OpenAsync($"/accounts?q={own}", "vera");
        await Expect(page.Locator("#rows tr")).ToHaveCountAsync(50);
        await page.GetByRole(AriaRole.Link, new() { Name = "More" }).ClickAsync();
        await Expect(page.Locator("#rows tr")).ToHaveCountAsync(60);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "More" })).ToHaveCountAsync(0);
        var plain = await OpenAsync($"/accounts?q={own}", "vera", new Look(Scripts: false));
        await plain.GetByRole(AriaRole.Link, new() { Name = "More" }).ClickAsync();
        await Expect(plain.Locator("#rows tr")).ToHaveCountAsync(10);
        await page.Locator("#q").FillAsync($"{own}-07");
        await Expect(page.Locator("#rows tr")).ToHaveCountAsync(1);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"{own}-07"));
    }

    [Fact]
    public async Task who_may_only_look_gets_no_form_to_fill_in_vain()
    {
        Foresee("403 (Forbidden)");
        foreach (var path in new[] { "/companies/new", "/leads/new", "/accounts/github:sample-quiet-otter/do/flag-account", "/companies/brackenswap/calendar" })
        {
            var page = await PageOfAsync("vera");
            (await page.GotoAsync(path))!.Status.ShouldBe(403, path);
            await Expect(page.Locator("main form")).ToHaveCountAsync(0);
        }
    }
}

using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ketman.Dashboard.Tests;

/// <summary>What is recorded on the page of a case: quickly, never lost, undone where it can be.</summary>
public sealed class IncidentRecording(WholePlatform platform) : BrowserTests(platform)
{
    [Fact]
    public async Task an_outreach_is_logged_with_three_keys_and_taken_back_with_one_click()
    {
        var handle = await Platform.OpenCaseAsync();
        var page = await OpenAsync($"/incidents/{handle}");

        await page.Keyboard.PressAsync("o");
        await page.Keyboard.PressAsync("t");
        await page.Keyboard.PressAsync("Enter");

        var undo = page.GetByRole(AriaRole.Button, new() { Name = "Undo: Log an outreach" });
        await Expect(undo).ToBeVisibleAsync();
        await Expect(page.Locator("#notices")).ToContainTextAsync("Log an outreach: recorded.");
        await Expect(page.Locator("#outreach-made tbody tr").First).ToContainTextAsync("Telegram");

        await undo.ClickAsync();

        await Expect(page.Locator("#history tr.retracted del")).ToHaveTextAsync("Outreach by telegram");
        await Expect(page.Locator("#outreach-made tbody tr")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task without_scripts_the_same_is_done_by_pages()
    {
        var handle = await Platform.OpenCaseAsync();
        var page = await OpenAsync($"/incidents/{handle}", look: new Look(Scripts: false));

        await page.GetByRole(AriaRole.Link, new() { Name = "Log an outreach o" }).ClickAsync();
        await page.GetByLabel("Channel").SelectOptionAsync("signal");
        await page.GetByLabel("Summary").FillAsync("Asked again");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log an outreach" }).ClickAsync();

        page.Url.ShouldEndWith($"/incidents/{handle}");
        await Expect(page.Locator("#outreach-made tbody tr").First).ToContainTextAsync("Asked again");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo: Log an outreach" }).ClickAsync();
        await Expect(page.Locator("#outreach-made tbody tr")).ToHaveCountAsync(1);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task a_conflict_shows_who_changed_what_beside_what_was_typed_and_sends_it_again(bool scripts)
    {
        Foresee("412");
        var handle = await Platform.OpenCaseAsync();
        var page = await OpenAsync($"/incidents/{handle}/do/log-outreach", look: new Look(Scripts: scripts));
        await page.GetByLabel("Channel").SelectOptionAsync("phone");
        await page.GetByLabel("Summary").FillAsync("Called the desk");

        await Platform.SendAsync($"disclosures/{handle}/notes", new { text = "Somebody else was faster" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Log an outreach" }).ClickAsync();

        await Expect(page.Locator(".missed li")).ToHaveCountAsync(1);
        await Expect(page.Locator(".missed li")).ToContainTextAsync("Note: Somebody else was faster");
        await Expect(page.Locator(".missed li strong")).ToHaveTextAsync("admin");
        await Expect(page.GetByLabel("Summary")).ToHaveValueAsync("Called the desk");
        await Expect(page.GetByLabel("Channel")).ToHaveValueAsync("phone");
        await SeenAsync(
            page, "document.querySelector('.conflict form').getBoundingClientRect().left >= document.querySelector('.conflict > section').getBoundingClientRect().right",
            "the two stand side by side");

        await page.GetByRole(AriaRole.Button, new() { Name = "Send it again on the new version" }).ClickAsync();

        await Expect(page.Locator("#outreach-made tbody tr").First).ToContainTextAsync("Called the desk");
    }

    [Fact]
    public async Task what_others_record_appears_by_itself_and_leaves_an_open_form_alone()
    {
        Foresee("412");
        var handle = await Platform.OpenCaseAsync();
        var page = await OpenAsync($"/incidents/{handle}", "noor");
        await page.Keyboard.PressAsync("o");
        await page.Locator("#outreach-summary").FillAsync("Half a sentence");

        await Platform.SendAsync($"disclosures/{handle}/tags", new { tag = "arrived-live" });

        await Expect(page.Locator(".badges")).ToContainTextAsync("#arrived-live");
        await Expect(page.Locator("#outreach")).ToBeVisibleAsync();
        await Expect(page.Locator("#outreach-summary")).ToHaveValueAsync("Half a sentence");
        // What was changed behind the form is shown before anything is recorded on top of it.
        await page.Locator("#outreach-recipient").PressAsync("Enter");
        await Expect(page.Locator("#outreach .missed")).ToContainTextAsync("arrived-live");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send it again on the new version" }).ClickAsync();
        await Expect(page.Locator("#outreach-made tbody tr").First).ToContainTextAsync("Half a sentence");
    }

    [Fact]
    public async Task what_is_typed_outlives_a_lost_connection()
    {
        Foresee("ERR_INTERNET_DISCONNECTED");
        Foresee("htmx:");
        var handle = await Platform.OpenCaseAsync();
        var page = await OpenAsync($"/incidents/{handle}");
        await page.Keyboard.PressAsync("o");
        await page.Locator("#outreach-summary").FillAsync("Typed in a tunnel");

        await page.Context.SetOfflineAsync(true);
        await page.Locator("#outreach-recipient").PressAsync("Enter");
        await Expect(page.Locator("#outreach-problem")).ToContainTextAsync("The connection is gone.");
        await page.Context.SetOfflineAsync(false);
        await page.Locator("#outreach-recipient").PressAsync("Enter");

        await Expect(page.Locator("#outreach-made tbody tr").First).ToContainTextAsync("Typed in a tunnel");
        await Expect(page.Locator("#outreach-made tbody tr")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task the_next_step_of_the_ladder_is_taken_with_its_text()
    {
        var handle = await Platform.OpenCaseAsync("Stepwise Labs");
        var page = await OpenAsync($"/incidents/{handle}");
        await Expect(page.Locator("#ladder blockquote")).ToContainTextAsync("We wrote to Stepwise Labs on");

        await page.Locator("#ladder").GetByRole(AriaRole.Link, new() { Name = "Take this step", Exact = true }).First.ClickAsync();
        await Expect(page.Locator("#do-step")).ToHaveValueAsync("reminder");
        var text = await page.Locator("#do-text").InputValueAsync();
        text.ShouldContain("We wrote to Stepwise Labs on");
        await page.Locator("#do-text").FillAsync(text + "\nYours, the team");
        await page.Locator("#do").GetByRole(AriaRole.Button, new() { Name = "Take a step of the ladder" }).ClickAsync();

        await Expect(page.Locator("#ladder li.taken")).ToContainTextAsync("Taken by lena");
        await Expect(page.Locator("#outreach-made tbody tr")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task what_cannot_be_taken_back_is_confirmed_by_typing_the_companys_handle()
    {
        Foresee("400");
        var handle = await Platform.OpenCaseAsync("Plain Labs");
        var page = await OpenAsync($"/incidents/{handle}/do/give-final-notice");
        var text = await page.GetByLabel("Text").InputValueAsync();
        text.ShouldContain("to reach Plain Labs");
        text.ShouldContain(await page.GetByLabel("May be named from", new() { Exact = true }).InputValueAsync());

        await page.Locator("#page-text").FillAsync(text + " Written by hand.");
        await page.Locator("#page-confirm").FillAsync("plain labs");
        await page.GetByRole(AriaRole.Button, new() { Name = "Give the final notice" }).ClickAsync();

        await Expect(page.Locator("#page-confirm")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.Locator("#page-text")).ToHaveValueAsync(text + " Written by hand.");
        (await Platform.GetAsync($"disclosures/{handle}/publication")).GetProperty("phase").GetString().ShouldBe("none");

        await page.Locator("#page-confirm").FillAsync(handle);
        await page.GetByRole(AriaRole.Button, new() { Name = "Give the final notice" }).ClickAsync();

        await Expect(page.Locator("#publication [aria-current=step]")).ToHaveTextAsync("Final notice");
        (await Platform.GetAsync($"disclosures/{handle}/publication")).GetProperty("phase").GetString().ShouldBe("noticed");
    }

    [Fact]
    public async Task an_incident_is_opened_by_a_lead_and_by_nobody_else()
    {
        Foresee("404");
        var handle = $"new-{Guid.NewGuid():N}"[..16];
        await Platform.SendAsync("companies", new { handle, name = "Newly Labs" });
        var page = await OpenAsync($"/incidents/new?company={handle}");
        await Expect(page.GetByLabel("Company", new() { Exact = true })).ToHaveValueAsync(handle);
        await page.GetByLabel("Title").FillAsync("One more insider");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the incident" }).ClickAsync();

        await Expect(page.Locator("h1")).ToHaveTextAsync("One more insider");
        var noor = await OpenAsync("/incidents/new", "noor");
        await Expect(noor.GetByRole(AriaRole.Button, new() { Name = "Open the incident" })).ToHaveCountAsync(0);
        await Expect(noor.Locator("main")).ToContainTextAsync("Leads open incidents.");
    }
}

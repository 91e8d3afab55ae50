using Ketman.Testing;
using Microsoft.Playwright;

namespace Ketman.Dashboard.Tests;

/// <summary>The statements in a browser. A month that a test freezes is its own.</summary>
public sealed class StatementTests(WholePlatform platform) : BrowserTests(platform)
{
    [Fact]
    public async Task a_month_is_looked_over_frozen_by_somebody_else_and_downloaded_byte_by_byte()
    {
        const string month = "2024-11";
        var lead = await OpenAsync($"/statements/{month}");
        await Assertions.Expect(lead.Locator("h1")).ToHaveTextAsync("Activity statement, November 2024");
        await Assertions.Expect(lead.Locator("#confirm")).ToHaveCountAsync(0);
        await lead.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "I looked it over as it stands" }).ClickAsync();
        await Assertions.Expect(lead.Locator("#notices")).ToContainTextAsync("You looked over November 2024.");
        await Assertions.Expect(lead.Locator("main .badge", new PageLocatorOptions { HasText = "looked over" }).First).ToBeVisibleAsync();
        await Assertions.Expect(lead.Locator("#confirm")).ToHaveCountAsync(0);

        // What cannot be taken back is confirmed by typing, with or without scripts.
        Foresee("422 (Unprocessable");
        var publisher = await OpenAsync($"/statements/{month}", "ines", new Look(Scripts: false));
        await publisher.Locator("#confirm").FillAsync("november");
        await publisher.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Freeze for ever" }).ClickAsync();
        await Assertions.Expect(publisher.Locator("#confirm-wrong")).ToHaveTextAsync("Type 2024-11 exactly.");
        await publisher.Locator("#confirm").FillAsync(month);
        await publisher.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Freeze for ever" }).ClickAsync();
        await Assertions.Expect(publisher.Locator("#notices")).ToContainTextAsync("November 2024 is frozen.");
        await Assertions.Expect(publisher.Locator("main")).ToContainTextAsync("This is version 1, byte by byte as it was frozen. Every step's signature and every digest was verified");
        await Assertions.Expect(publisher.Locator("ol.life > li")).ToHaveTextAsync([
            new System.Text.RegularExpressions.Regex("^Looked over by lena, version 1"), new System.Text.RegularExpressions.Regex("^Frozen by ines, version 1")]);

        var reader = await OpenAsync($"/statements/{month}", "ines");
        foreach (var (name, format, file) in new[]
        {
            ("Markdown", "markdown", "2024-11.md"), ("HTML, to print", "html", "2024-11.html"), ("JSON, with events", "json", "2024-11.json"), ("CSV, the figures", "csv", "2024-11.csv"),
            ("Sealed, with its proof", "sealed", "2024-11.sealed.json"),
        })
        {
            var download = await reader.RunAndWaitForDownloadAsync(() => reader.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = name, Exact = true }).ClickAsync());
            download.SuggestedFilename.ShouldBe(file);
            (await File.ReadAllBytesAsync((await download.PathAsync())!, Cancellation)).ShouldBe(await BytesAsync("ines", $"statements/{month}?format={format}"), format);
        }
    }

    [Fact]
    public async Task a_restatement_says_what_moved_and_why()
    {
        const string month = "2024-10";
        await StepAsync(month, "I looked it over as it stands", "lena");
        await StepAsync(month, "Freeze for ever", "ines");
        var own = $"late-{Guid.NewGuid():N}"[..20];
        await Platform.SendAsync("companies", new { handle = own, name = "Late Labs" });
        await Platform.SendAsync("accounts", new { platform = "github", handle = own });
        await Platform.SendAsync("disclosures", new { company = own, handle = own, accounts = new[] { $"github:{own}" } });
        await Platform.SendAsync($"disclosures/{own}/payments", new { account = $"github:{own}", asset = "USDC", amount = 1250, usd = 1250, priceSource = "at par", at = "2024-10-15" });
        await Eventually.TrueAsync("the payment moves the month", async () => (await Platform.GetAsync($"statements/{month}/versions")).GetProperty("moved").GetArrayLength() > 0, cancellation: Cancellation);

        var page = await OpenAsync($"/statements/{month}");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Facts that came later move");
        var moved = page.Locator("#moved tr", new PageLocatorOptions { HasText = "money-transferred" }).Filter(new LocatorFilterOptions { Has = page.Locator("code", new PageLocatorOptions { HasTextRegex = new("^value$") }) });
        await Assertions.Expect(moved.Locator("td").Nth(1)).ToHaveTextAsync("0");
        await Assertions.Expect(moved.Locator("td").Nth(2)).ToHaveTextAsync("1,250");
        await Assertions.Expect(moved).ToContainTextAsync("Payment recorded, recorded");

        await StepAsync(month, "I looked it over as it stands", "lena");
        await StepAsync(month, "Freeze the restatement for ever", "ines");
        await page.GotoAsync($"/statements/{month}");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("This is version 2");
        await Assertions.Expect(page.Locator("#introduction")).ToContainTextAsync("This is restatement 1");
        await Assertions.Expect(page.Locator("#introduction")).ToContainTextAsync("money-transferred, value: from 0 to 1,250");
        await Assertions.Expect(page.Locator("#moved")).ToHaveCountAsync(0);
        await page.Locator("#show").SelectOptionAsync("1");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("This is version 1");
    }

    [Fact]
    public async Task a_note_is_text_whatever_is_written_in_it()
    {
        const string path = "/statements/2024-09/notes/companies-affected";
        Foresee("400 (Bad Request)");
        Foresee("Status Error Code 400");
        var page = await OpenAsync(path, "noor");
        foreach (var hostile in new[] { "<script>window.harmed = 1</script>", "<img src=x onerror=\"window.harmed = 1\">", "[a](javascript:window.harmed=1)", "![a](https://example.org/a.png)" })
        {
            await page.Locator("#text").FillAsync(hostile);
            // The form of each answer bears a key of its own: only then is it the one that was answered.
            var key = await page.Locator("#note input[name=_key]").InputValueAsync();
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Save the note" }).ClickAsync();
            await Assertions.Expect(page.Locator("#note input[name=_key]")).Not.ToHaveValueAsync(key);
            await Assertions.Expect(page.Locator("#text-hint .wrong")).ToBeVisibleAsync();
            await Assertions.Expect(page.Locator("#text")).ToHaveValueAsync(hostile);
            page.Url.ShouldEndWith(path);
        }

        await page.Locator("#text").FillAsync("`<script>window.harmed = 1</script>` \"><b \n\n## Publications\n\n[more](https://example.org/?a=1&b=2)");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Save the note" }).ClickAsync();
        await page.WaitForURLAsync("**/statements/2024-09#companies-affected");
        var note = page.Locator("#companies-affected blockquote");
        await Assertions.Expect(note.Locator("code")).ToHaveTextAsync("<script>window.harmed = 1</script>");
        await Assertions.Expect(note.Locator("a")).ToHaveAttributeAsync("href", "https://example.org/?a=1&b=2");
        // A heading in a note begins no section.
        await Assertions.Expect(page.Locator("article h2", new PageLocatorOptions { HasText = "Publications" })).ToHaveCountAsync(1);
        (await page.EvaluateAsync<bool>("'harmed' in window")).ShouldBeFalse();
    }

    [Fact]
    public async Task two_who_write_to_one_note_see_each_others_words_side_by_side()
    {
        const string path = "/statements/2024-08/notes/publications";
        Foresee("412 (Precondition Failed)");
        Foresee("Status Error Code 412");
        var one = await OpenAsync(path, "noor");
        var other = await OpenAsync(path);
        await one.Locator("#text").FillAsync("We wait for one more answer.");
        await one.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Save the note" }).ClickAsync();
        await Assertions.Expect(one.Locator("#notices")).ToContainTextAsync("The note is saved.");

        await other.Locator("#text").FillAsync("Nothing was published.");
        await other.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Save the note" }).ClickAsync();
        await Assertions.Expect(other.Locator("#note [role=alert]")).ToContainTextAsync("Somebody changed this note while you wrote.");
        await Assertions.Expect(other.Locator("#text")).ToHaveValueAsync("Nothing was published.");
        await Assertions.Expect(other.Locator(".theirs")).ToContainTextAsync("We wait for one more answer.");
        await Assertions.Expect(other.Locator(".theirs")).ToContainTextAsync("noor");

        // Having seen it, he decides.
        await other.Locator("#text").FillAsync("Nothing was published; we wait for one more answer.");
        await other.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Save the note" }).ClickAsync();
        await Assertions.Expect(other.Locator("#publications blockquote")).ToContainTextAsync("Nothing was published; we wait for one more answer.");
    }

    [Fact]
    public async Task every_figure_of_a_month_leads_to_the_facts_that_it_was_counted_from()
    {
        var page = await OpenAsync("/statements/2025-02", "noor");
        await Assertions.Expect(page.Locator("#companies-affected")).ToContainTextAsync("seven companies/projects directly affected");
        var figures = await page.Locator(".section-links a[href*='/figures/']").EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))");
        figures.Length.ShouldBe(11);
        foreach (var figure in figures)
        {
            var answer = await page.GotoAsync(figure);
            answer!.Status.ShouldBe(200, figure);
        }

        await page.GotoAsync("/statements/2025-02/figures/money-transferred");
        await Assertions.Expect(page.Locator("tr", new PageLocatorOptions { HasText = "by-affected-companies" }).Locator("td").First).ToHaveTextAsync("50,000");
        await Assertions.Expect(page.Locator("a[href='/incidents/halcyon-2025-02']")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("No price is known, and none is guessed (1)");
    }

    [Fact]
    public async Task who_may_not_do_a_step_is_not_offered_it_and_is_refused_it()
    {
        var page = await OpenAsync("/statements/2025-02", "vera");
        await Assertions.Expect(page.Locator("main form[method=post]")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("a[href*='/notes/']")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("A lead looks it over next.");
    }

    private async Task StepAsync(string month, string button, string name)
    {
        var page = await OpenAsync($"/statements/{month}", name);
        if (await page.Locator("#confirm").CountAsync() > 0)
        {
            await page.Locator("#confirm").FillAsync(month);
        }

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = button }).ClickAsync();
        await Assertions.Expect(page.Locator("#notices .notice")).ToBeVisibleAsync();
    }

    private async Task<byte[]> BytesAsync(string name, string path)
    {
        var session = await Platform.SessionOfAsync(name);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Platform.Url, $"/api/v1/{path}"));
        request.Headers.Add("Cookie", $"{session.Name}={session.Value}");
        request.Headers.Accept.ParseAdd("*/*");
        using var answer = await client.SendAsync(request, Cancellation);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync(Cancellation);
    }
}

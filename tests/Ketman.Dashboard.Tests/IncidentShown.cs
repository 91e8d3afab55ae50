using Ketman.Vocabulary;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ketman.Dashboard.Tests;

/// <summary>What the page of a case shows, to whom, and that it is nothing but words.</summary>
public sealed class IncidentShown(WholePlatform platform) : BrowserTests(platform)
{
    private const string Attack = "<img src=x onerror=\"window.pwned=1\">\"'><script>window.pwned=1</script>{{7*7}}";

    public static TheoryData<string> Commands => new(LineTypes.All.Where(type => type is { Service: Service.Disclosures, Creates: false }).Select(type => type.Name));

    [Theory, MemberData(nameof(Commands))]
    public async Task every_command_of_a_case_has_a_form(string command)
    {
        var page = await OpenAsync($"/incidents/orchardpay-2025-02/do/{command}", look: new Look(Scripts: false));

        foreach (var field in LineTypes.Get(command).Fields)
        {
            await Expect(page.Locator($"main form[action$='/do/{command}'] [name='{field.Name}']")).ToHaveCountAsync(1);
        }

        await Expect(page.Locator("main form button")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task every_deadline_opens_its_explanation_with_every_counted_and_closed_stretch_in_both_zones()
    {
        var page = await OpenAsync("/incidents/orchardpay-2025-02");

        await page.Locator("#deadlines").GetByRole(AriaRole.Link, new() { Name = "How it came about: Triage decision" }).ClickAsync();

        var story = page.Locator("#do");
        await Expect(story.GetByRole(AriaRole.Heading, new() { Name = "How this deadline came about: Triage decision" })).ToBeVisibleAsync();
        await Expect(story.Locator("thead")).ToContainTextAsync("America/Sao_Paulo");
        await Expect(story.Locator("thead")).ToContainTextAsync("Europe/Berlin");
        await Expect(story.Locator("tbody tr.counted").First).ToHaveTextAsync("Mon 10 Feb 2025 13:30 – 17:00Mon 10 Feb 2025 17:30 – 21:003 h 30 minCounted");
        await Expect(story.Locator("tbody tr.counted")).ToHaveCountAsync(6);
        await Expect(story.Locator("tbody tr.skipped")).ToHaveCountAsync(5);
        await Expect(story.Locator("tfoot")).ToContainTextAsync("40 h");
        (await Axe.FindAsync(page)).ShouldBeEmpty();
        await page.Keyboard.PressAsync("Escape");
        await Expect(story).ToBeHiddenAsync();
    }

    [Fact]
    public async Task the_picture_is_looked_at_closer_by_keyboard_and_by_dragging()
    {
        var page = await OpenAsync("/incidents/orchardpay-2025-02");
        var picture = page.Locator("#picture");
        var whole = await picture.GetAttributeAsync("data-from");
        await Expect(picture.Locator("svg .bar.over")).Not.ToHaveCountAsync(0);

        await page.Locator("#zoom-in").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(picture).Not.ToHaveAttributeAsync("data-from", whole!);
        await Expect(page.Locator("#zoom-in")).ToBeFocusedAsync();
        await page.Locator("#zoom-case").ClickAsync();
        await Expect(picture).ToHaveAttributeAsync("data-from", whole!);

        var box = (await picture.Locator("svg[role=img]").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + 60);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width * 3 / 4, box.Y + 60);
        await page.Mouse.UpAsync();

        await Expect(picture).Not.ToHaveAttributeAsync("data-from", whole!);
        page.Url.ShouldContain("?from=2025-");
    }

    [Fact]
    public async Task whatever_is_written_in_a_case_is_shown_and_never_run()
    {
        var handle = await Platform.OpenCaseAsync($"Company {Attack}", $"Title {Attack}");
        var case_ = $"disclosures/{handle}";
        await Platform.SendAsync("accounts", new { platform = "website", handle = $"{handle}.example/%3Cimg%3E" });
        var account = $"website:{handle}.example/%3Cimg%3E";
        await Platform.SendAsync($"companies/{handle}/contacts", new { name = $"Name {Attack}", role = $"Role {Attack}", channel = "email", address = $"desk@{handle}.example" });
        var mail = (string)(await Platform.SendAsync($"{case_}/outreach", new { channel = "email", recipient = $"Recipient {Attack}", summary = $"Summary {Attack}", by = $"By {Attack}" }))["id"]!;
        await Platform.SendAsync($"{case_}/answers", new { outreach = mail, from = $"From {Attack}", summary = $"Answer {Attack}" });
        await Platform.SendAsync($"{case_}/reactions", new { reaction = "engaged", note = $"Reaction {Attack}" });
        await Platform.SendAsync($"{case_}/commitments", new { what = $"Promise {Attack}", due = "2099-01-01", from = $"Promiser {Attack}" });
        await Platform.SendAsync($"{case_}/findings", new { summary = $"Finding {Attack}", url = $"https://evidence.example/?a={Uri.EscapeDataString(Attack)}" });
        await Platform.SendAsync($"{case_}/merges", new { account, repository = $"Repository {Attack}", at = "2025-01-01" });
        await Platform.SendAsync($"{case_}/payments", new { account, asset = "USDC", amount = "12345678.123456", usdLow = "1", usdHigh = "3", priceSource = $"Price {Attack}", reference = $"Reference {Attack}", at = "2025-01-02" });
        await Platform.SendAsync($"{case_}/information-requests", new { what = $"Question {Attack}", from = $"Asker {Attack}" });
        await Platform.SendAsync($"{case_}/update-requests", new { about = $"Update {Attack}" });
        await Platform.SendAsync($"{case_}/help", new { helper = $"Helper {Attack}", summary = $"Help {Attack}" });
        await Platform.SendAsync($"{case_}/clocks/pauses", new { reason = $"Pause {Attack}" });
        var slip = (string)(await Platform.SendAsync($"{case_}/notes", new { text = $"Slip {Attack}" }))["id"]!;
        await Platform.SendAsync($"{case_}/retractions", new { fact = slip, reason = $"Retraction {Attack}" });
        await Platform.SendAsync($"{case_}/notes", new { text = $"Note {Attack}\nin two lines" });

        var page = await OpenAsync($"/incidents/{handle}");

        await Expect(page.Locator("#history")).ToContainTextAsync($"Note: Note {Attack}");
        var shown = await page.Locator("main").InnerTextAsync();
        foreach (var what in new[]
        {
            "Company", "Title", "Recipient", "Summary", "By", "From", "Answer", "Promise", "Promiser", "Finding", "Repository", "Price", "Reference", "Question", "Update", "Help",
            "Pause", "Slip", "Retraction", "Note",
        })
        {
            shown.ShouldContain($"{what} {Attack}", Case.Sensitive, $"{what} is shown as it was written");
        }

        // Exact to the last digit, and of a range its mean.
        shown.ShouldContain("12,345,678.123456 USDC");
        shown.ShouldContain("1 to 3; 2 counts");
        await page.Locator("#deadlines").GetByRole(AriaRole.Link, new() { Name = "How it came about" }).First.ClickAsync();
        await Expect(page.Locator("#do h2")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        foreach (var command in new[] { "retract-fact", "correct-payment", "record-answer", "keep-commitment", "provide-information", "resume-clock", "give-final-notice", "take-step", "extend-clock" })
        {
            await page.GotoAsync($"/incidents/{handle}/do/{command}");
            (await page.EvaluateAsync<bool>("'pwned' in window || !!document.querySelector('img')")).ShouldBeFalse(command);
        }

        await page.GotoAsync($"/incidents/{handle}/publication/check");
        await page.GetByLabel("The text").FillAsync($"desk@{handle}.example {Attack}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search it" }).ClickAsync();
        await Expect(page.Locator(".letter mark").First).ToHaveTextAsync($"desk@{handle}.example");
        (await page.EvaluateAsync<bool>("'pwned' in window || !!document.querySelector('img')")).ShouldBeFalse();
    }

    [Fact]
    public async Task whoever_is_cleared_for_less_is_told_what_is_withheld_and_offered_nothing_that_he_may_not_do()
    {
        var handle = await Platform.OpenCaseAsync();
        var note = (string)(await Platform.SendAsync($"disclosures/{handle}/notes", new { text = "For few eyes" }))["id"]!;

        var page = await OpenAsync($"/incidents/{handle}", "vera");
        await Expect(page.Locator("#outreach-made tbody")).ToContainTextAsync("withheld");
        await Expect(page.Locator("#outreach-made tbody")).Not.ToContainTextAsync("security@example.org");
        await Expect(page.Locator("main a[href*='/do/']")).ToHaveCountAsync(0);
        await Expect(page.Locator("main form")).ToHaveCountAsync(0);
        await Expect(page.Locator("#deadlines table")).ToBeVisibleAsync();

        await Platform.SendAsync($"disclosures/{handle}/marking/facts", new { fact = note, tlp = "red" });
        await page.ReloadAsync();
        await Expect(page.Locator("#deadlines")).ToContainTextAsync("marked above your clearance");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("For few eyes");
        await Expect(page.Locator("#history")).ToContainTextAsync("withheld from you (TLP:RED)");
    }

    [Fact]
    public async Task a_case_that_one_may_not_know_of_is_answered_like_one_that_never_was()
    {
        Foresee("404");
        var handle = await Platform.OpenCaseAsync();
        await Platform.SendAsync($"disclosures/{handle}/restriction", new { people = new[] { "admin", "lena" } });

        (await (await OpenAsync($"/incidents/{handle}", "lena")).Locator(".badges").InnerTextAsync()).ShouldContain("Restricted to admin, lena");
        foreach (var path in new[] { "", "/do/log-outreach", "/clocks/acknowledgement", "/publication/check" })
        {
            var hidden = await PageOfAsync("noor");
            var answer = await hidden.GotoAsync($"/incidents/{handle}{path}");
            var never = await PageOfAsync("noor");
            var nothing = await never.GotoAsync($"/incidents/never-was{path}");

            answer!.Status.ShouldBe(404, path);
            nothing!.Status.ShouldBe(404, path);
            (await hidden.Locator("main").InnerTextAsync()).ShouldBe(await never.Locator("main").InnerTextAsync(), path);
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task its_forms_keep_nobody_out(bool dark)
    {
        var page = await OpenAsync("/incidents/orchardpay-2025-02", look: new Look(dark));
        (await Axe.FindAsync(page)).ShouldBeEmpty();
        await page.Locator("#actions > summary").ClickAsync();
        (await Axe.FindAsync(page)).ShouldBeEmpty();
        await page.Locator("#actions").GetByRole(AriaRole.Link, new() { Name = "Record a payment" }).ClickAsync();
        await Expect(page.Locator("#do-amount")).ToBeVisibleAsync();
        (await Axe.FindAsync(page)).ShouldBeEmpty();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("o");
        await Expect(page.Locator("#outreach-channel")).ToBeFocusedAsync();
        (await Axe.FindAsync(page)).ShouldBeEmpty();
    }
}

using System.Diagnostics;
using Microsoft.Playwright;

namespace Ketman.Dashboard.Tests;

/// <summary>How a researcher's day begins, with a colleague who looks on.</summary>
public sealed class Morning(WholePlatform platform) : BrowserTests(platform)
{
    [Fact]
    public async Task from_the_board_to_the_incident_to_an_outreach_that_a_colleague_sees_within_a_second()
    {
        var handle = await Platform.OpenCaseAsync(title: "The morning");
        var board = $"/?disclosure={handle}";
        var colleague = await OpenAsync(board, "noor");
        await ListeningAsync(colleague);
        var page = await OpenAsync(board);

        // What may be slow is this machine, on which all tests run at once: the best of a few counts.
        var times = new List<double>();
        for (var tries = 2; tries < 6 && times.TrueForAll(time => time >= 1000); tries++)
        {
            await page.GotoAsync(board);
            await page.Locator($"#r-{handle} th a").First.ClickAsync();
            await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("The morning");
            await page.Keyboard.PressAsync("o");
            await page.Locator("dialog[open] [name=channel]").SelectOptionAsync("telegram");
            await page.Locator("dialog[open] button.primary").ClickAsync();
            var since = Stopwatch.GetTimestamp();
            await SeenAsync(colleague, $"document.querySelector('#r-{handle} .tried').textContent.startsWith('{tries} times')", "the colleague's row follows");
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            await Assertions.Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
        }

        times.Min().ShouldBeLessThan(1000, $"the colleague's row followed after {string.Join(", ", times)} ms");
    }

    [Fact]
    public async Task by_keyboard_alone_an_outreach_is_three_keys_and_a_choice_away()
    {
        var handle = await Platform.OpenCaseAsync("By keyboard");
        var page = await OpenAsync($"/?disclosure={handle}");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("o");
        await Assertions.Expect(page.Locator("main [name=channel]")).ToBeVisibleAsync();
        await page.Locator("main [name=channel]").FocusAsync();
        await page.Keyboard.TypeAsync("Telegram");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**/?disclosure={handle}");
        await Assertions.Expect(page.Locator($"#r-{handle}")).ToContainTextAsync("2 times");
    }

    [Fact]
    public async Task without_scripts_the_same_can_be_done()
    {
        var handle = await Platform.OpenCaseAsync("Without scripts");
        var page = await OpenAsync($"/?disclosure={handle}", look: new Look(Scripts: false));
        await page.Locator($"#r-{handle} [data-key=o]").ClickAsync();
        await page.Locator("main [name=channel]").SelectOptionAsync("telegram");
        await page.Locator("main button.primary").ClickAsync();
        await page.WaitForURLAsync($"**/?disclosure={handle}");
        await Ketman.Testing.Eventually.TrueAsync("the board knows of it", async () =>
        {
            await page.ReloadAsync();
            return (await page.Locator($"#r-{handle}").InnerTextAsync()).Contains("2 times", StringComparison.Ordinal);
        }, cancellation: Cancellation);
    }
}

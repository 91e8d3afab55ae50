using Microsoft.Playwright;

namespace Ketman.Dashboard.Tests;

/// <summary>What holds on every page there is: whoever adds a page adds its address here.</summary>
public sealed class EveryPage(WholePlatform platform) : BrowserTests(platform)
{
    /// <summary>Who looks at what.</summary>
    public static TheoryData<string, string?> Pages => new(new (string, string?)[]
    {
        ("/sign-in", null),
        ("/invitation", null),
        ("/", "lena"),
        ("/", "vera"),
        ("/incidents/orchardpay-2025-02", "lena"),
        ("/incidents/orchardpay-2025-02", "vera"),
        ("/incidents/halcyon-2025-02", "ines"),
        ("/incidents/new", "lena"),
        ("/incidents/orchardpay-2025-02/do/log-outreach", "noor"),
        ("/incidents/orchardpay-2025-02/do/give-final-notice", "lena"),
        ("/incidents/orchardpay-2025-02/clocks/triage-decision", "vera"),
        ("/incidents/orchardpay-2025-02/publication/check", "ines"),
        ("/?counts=shown&status=all&sort=-opened", "lena"),
        ("/?asOf=2025-02-20", "noor"),
        ("/?q=no-such-word-anywhere", "ines"),
        ("/no-such-page", "lena"),
    });

    [Theory, MemberData(nameof(Pages))]
    public async Task keeps_nobody_out_light_or_dark_fits_a_phone_and_obeys_the_policy(string path, string? name)
    {
        Foresee("404 (Not Found)");
        var page = await OpenAsync(path, name);
        page.Url.ShouldEndWith(path);
        (await Axe.FindAsync(page)).ShouldBeEmpty();
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        (await Axe.FindAsync(page)).ShouldBeEmpty("in the dark");
        (await page.EvaluateAsync<int>("[...document.querySelectorAll('[style], style, script:not([src])')].length")).ShouldBe(0);
        await page.SetViewportSizeAsync(390, 844);
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, $"{path} scrolls sideways on a phone");
        await Assertions.Expect(page.Locator("h1")).ToHaveCountAsync(1);
    }
}

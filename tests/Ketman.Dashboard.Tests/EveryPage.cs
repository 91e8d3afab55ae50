using Microsoft.Playwright;

namespace Ketman.Dashboard.Tests;

/// <summary>What holds on every page there is: whoever adds a page adds its address here.</summary>
public sealed class EveryPage(WholePlatform platform) : BrowserTests(platform)
{
    /// <summary>Who looks at what.</summary>
    private static readonly (string Path, string? Name)[] Pages =
    [
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
        ("/no-such-page", "lena"),
    ];

    public static TheoryData<string, string?, bool> Looks =>
        new(Pages.SelectMany(page => new[] { (page.Path, page.Name, false), (page.Path, page.Name, true) }));

    [Theory, MemberData(nameof(Looks))]
    public async Task keeps_nobody_out_fits_a_phone_and_obeys_the_policy(string path, string? name, bool dark)
    {
        Foresee("404 (Not Found)");
        var page = await OpenAsync(path, name, new Look(dark));
        page.Url.ShouldEndWith(path);
        (await Axe.FindAsync(page)).ShouldBeEmpty();
        (await page.EvaluateAsync<int>("[...document.querySelectorAll('[style], style, script:not([src])')].length")).ShouldBe(0);
        await page.SetViewportSizeAsync(390, 844);
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, $"{path} scrolls sideways on a phone");
        await Assertions.Expect(page.Locator("h1")).ToHaveCountAsync(1);
    }
}

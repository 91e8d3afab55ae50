using Microsoft.Playwright;

namespace Ketman.Dashboard.Tests;

/// <summary>What holds on every page there is: whoever adds a page adds its address here.</summary>
public sealed class EveryPage(WholePlatform platform) : BrowserTests(platform)
{
    /// <summary>Who looks at what.</summary>
    public static TheoryData<string, string?> Pages => new(
        By(null, "/sign-in", "/invitation")
            .Concat(By(
                "lena", "/", "/?counts=shown&status=all&sort=-opened", "/incidents/orchardpay-2025-02", "/incidents/new", "/incidents/orchardpay-2025-02/do/give-final-notice", "/no-such-page"))
            .Concat(By("vera", "/", "/incidents/orchardpay-2025-02", "/incidents/orchardpay-2025-02/clocks/triage-decision"))
            .Concat(By("noor", "/?asOf=2025-02-20", "/incidents/orchardpay-2025-02/do/log-outreach"))
            .Concat(By("ines", "/?q=no-such-word-anywhere", "/incidents/halcyon-2025-02", "/incidents/orchardpay-2025-02/publication/check"))
            .Concat(By(
                "lena", "/companies", "/companies/halcyon", "/companies/brackenswap", "/companies/new", "/companies/brackenswap/calendar", "/companies/brackenswap/do/add-contact",
                "/accounts", "/accounts/github:sample-quiet-otter", "/accounts/github:sample-quiet-otter/do/index-account",
                "/leads?status=all", "/leads/lead-vault-core", "/leads/lead-vault-core/do/add-evidence", "/leads/new", "/duplicates",
                "/assessments", "/assessments/catalogue", "/assessments/new", "/account", "/admin/policies", "/admin/policies/ketman-standard", "/admin/policies/ketman-standard/draft"))
            .Concat(By("root", "/admin", "/admin/users", "/admin/users/vera", "/admin/keys", "/admin/keys/admin/rotate", "/admin/operations", "/admin/audit", "/admin/audit/proof"))
            .Concat(By(
                "lena", "/figures", "/figures/reaction-times?group=month&cases=true", "/figures/sla?group=company&against=2025-06-01", "/figures/channels?group=segment",
                "/figures/promises?group=policy", "/figures/money?group=actor", "/figures/definitions", "/statements", "/statements/2025-02", "/statements/2025-02/notes/publications",
                "/statements/2025-02/figures/money-transferred", "/statements/2025-02/compare?against=2025-01")));

    [Theory, MemberData(nameof(Pages))]
    public async Task keeps_nobody_out_light_or_dark_fits_a_phone_and_obeys_the_policy(string path, string? name)
    {
        Foresee("404 (Not Found)");
        var page = await OpenAsync(path, name);
        page.Url.ShouldEndWith(path);
        (await Axe.FindAsync(page)).ShouldBeEmpty();
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        (await Axe.FindInTheDarkAsync(page)).ShouldBeEmpty("in the dark");
        // A picture is given its size by its library, element by element, as the policy allows; nothing else has a style of its own.
        (await page.EvaluateAsync<int>("[...document.querySelectorAll('[style]:not(.chart, .chart *), style, script:not([src])')].length")).ShouldBe(0);
        await page.SetViewportSizeAsync(390, 844);
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390, $"{path} scrolls sideways on a phone");
        await Assertions.Expect(page.Locator("h1")).ToHaveCountAsync(1);
    }

    private static IEnumerable<(string, string?)> By(string? name, params IEnumerable<string> paths) => paths.Select(path => (path, name));
}

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ketman.Dashboard.Tests;

/// <summary>What people do with their own account.</summary>
public sealed class AccountTests(WholePlatform platform) : BrowserTests(platform)
{
    [Fact]
    public async Task a_second_factor_is_set_up_and_asked_for_at_the_next_sign_in()
    {
        Foresee("401 (Unauthorized)");
        Foresee("400 (Bad Request)");
        var page = await SignedInAsync(await JoinAsync("viewer"));
        await page.GotoAsync("/account");
        await page.Locator("#enrol-password").FillAsync(WholePlatform.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up a second factor" }).ClickAsync();
        await Expect(page.Locator("svg.qr")).ToBeVisibleAsync();
        var secret = await page.Locator("code.secret").First.InnerTextAsync();
        (await page.Locator("code.secret").Last.TextContentAsync())!.ShouldContain("otpauth://totp/");

        await page.Locator("#code").FillAsync("000000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        await Expect(page.Locator("#code")).ToHaveAttributeAsync("aria-invalid", "true");
        // The key went with the form: the app need not be told again.
        await Expect(page.Locator("code.secret").First).ToHaveTextAsync(secret);
        await page.Locator("#code").FillAsync(Code(secret, 0));
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        await Expect(page.Locator("ul.codes code")).ToHaveCountAsync(10);
        var recovery = await page.Locator("ul.codes code").First.InnerTextAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "I have kept them" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("10 recovery codes are left");
        (await page.ContentAsync()).ShouldNotContain(recovery);

        var name = await page.Locator("details.me summary").InnerTextAsync();
        await SignOutAsync(page);
        await SignInAsync(page, name, null);
        await Expect(page.Locator(".problem")).ToContainTextAsync("second factor");
        // A code opens once: that of the step in which it was confirmed is spent.
        await SignInAsync(page, name, Code(secret, 1));
        await Expect(page.Locator("details.me")).ToBeVisibleAsync();
        await SignOutAsync(page);
        await SignInAsync(page, name, recovery);
        await page.GotoAsync("/account");
        await Expect(page.Locator("main")).ToContainTextAsync("9 recovery codes are left");

        await page.GetByText("Remove the second factor", new() { Exact = true }).First.ClickAsync();
        await page.Locator("#removal-password").FillAsync(WholePlatform.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the second factor" }).ClickAsync();
        await Expect(page.Locator("#enrol-password")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task a_password_that_is_not_ones_own_is_refused_beside_the_form_and_does_not_sign_anybody_out()
    {
        Foresee("422 (Unprocessable Entity)");
        var page = await SignedInAsync(await JoinAsync("viewer"));
        await page.GotoAsync("/account");
        await page.Locator("#enrol-password").FillAsync("not-the-password-at-all");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up a second factor" }).ClickAsync();
        await Expect(page.Locator(".problem")).ToContainTextAsync("wrong");
        await Expect(page.Locator("h1")).ToHaveTextAsync("My account");
    }

    [Fact]
    public async Task other_sessions_are_shown_and_ended()
    {
        var name = await JoinAsync("viewer");
        var here = await SignedInAsync(name);
        var there = await SignedInAsync(name);
        await ListeningAsync(there);
        await here.GotoAsync("/account");
        await Expect(here.Locator("#sessions ~ table tbody tr")).ToHaveCountAsync(2);
        await here.GetByRole(AriaRole.Button, new() { Name = "End all others" }).ClickAsync();
        await Expect(here.Locator("#notices")).ToContainTextAsync("ended");
        await Expect(here.Locator("#sessions ~ table tbody tr")).ToHaveCountAsync(1);

        // The gateway ends the other's stream with its session; that page says so instead of trying for ever.
        Foresee("401 (Unauthorized)");
        await Expect(there.Locator("#connection")).ToContainTextAsync("Your session has ended.");
        await there.GetByRole(AriaRole.Link, new() { Name = "Sign in again" }).ClickAsync();
        await Expect(there).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/sign-in"));
    }

    [Fact]
    public async Task a_password_is_changed_without_scripts_and_the_old_one_opens_nothing()
    {
        Foresee("401 (Unauthorized)");
        Foresee("400 (Bad Request)");
        var name = await JoinAsync("viewer");
        var page = await PageOfAsync(null, new Look(Scripts: false));
        await page.GotoAsync("/sign-in");
        await SignInAsync(page, name, null);
        await page.GotoAsync("/account");
        await page.Locator("#current").FillAsync(WholePlatform.Password);
        await page.Locator("#password").FillAsync("another-long-phrase-7");
        await page.Locator("#again").FillAsync("another-long-phrase-8");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
        await Expect(page.Locator(".problem")).ToContainTextAsync("not the same");
        await page.Locator("#current").FillAsync(WholePlatform.Password);
        await page.Locator("#password").FillAsync("another-long-phrase-7");
        await page.Locator("#again").FillAsync("another-long-phrase-7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
        await Expect(page.Locator("#notices")).ToContainTextAsync("changed");
        await page.GotoAsync("/account");
        await Expect(page.Locator("h1")).ToHaveTextAsync("My account");
        var other = await PageOfAsync(null, new Look(Scripts: false));
        await other.GotoAsync("/sign-in");
        await SignInAsync(other, name, null);
        await Expect(other.Locator(".problem")).ToBeVisibleAsync();
    }

    private async Task<string> JoinAsync(params string[] roles)
    {
        var name = $"own-{Guid.NewGuid():N}"[..16];
        await Platform.JoinAsync(name, roles);
        return name;
    }

    private async Task<IPage> SignedInAsync(string name)
    {
        var page = await PageOfAsync(null);
        await page.GotoAsync("/sign-in");
        await SignInAsync(page, name, null);
        return page;
    }

    private static async Task SignInAsync(IPage page, string name, string? code)
    {
        await page.Locator("#user").FillAsync(name);
        await page.Locator("#password").FillAsync(WholePlatform.Password);
        if (code is not null)
        {
            await page.Locator("#code").FillAsync(code);
        }
        else if (await page.Locator("#code[required]").CountAsync() == 0)
        {
            await page.Locator("#code").FillAsync("");
        }

        await page.Locator("main button.primary").ClickAsync();
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.Locator("details.me summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Locator("#user")).ToBeVisibleAsync();
    }

    /// <summary>The code of RFC 6238 that an app shows, so many steps from now.</summary>
    private static string Code(string secret, int steps)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(secret.Where(Alphabet.Contains).Select(letter => Convert.ToString(Alphabet.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var key = Enumerable.Range(0, bits.Length / 8).Select(place => Convert.ToByte(bits.Substring(place * 8, 8), 2)).ToArray();
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30) + steps);
#pragma warning disable CA5350 // What authenticator apps have.
        var hash = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & 0x7fffffff;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}

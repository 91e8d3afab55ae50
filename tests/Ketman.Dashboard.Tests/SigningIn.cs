using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Ketman.Dashboard.Tests;

/// <summary>Coming in through the page.</summary>
public sealed class SigningIn(WholePlatform platform) : BrowserTests(platform)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task a_wrong_password_is_told_and_the_right_one_leads_to_where_one_wanted_to_go(bool scripts)
    {
        Foresee("401 (Unauthorized)");
        var page = await OpenAsync("/?waitingOn=us", null, new Look(Scripts: scripts));
        page.Url.ShouldContain("/sign-in?back=");

        await SignInAsync(page, "noor", "not-the-password");
        await Assertions.Expect(page.Locator("[role=alert]")).ToBeVisibleAsync();
        (await page.Locator("#user").InputValueAsync()).ShouldBe("noor");
        (await page.Locator("#password").InputValueAsync()).ShouldBe("", "a password is never in a page");

        await SignInAsync(page, "noor", WholePlatform.Password);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Open incidents");
        new Uri(page.Url).Query.ShouldBe("?waitingOn=us");

        await page.Locator("details.me summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page.Locator("#notices")).ToContainTextAsync("signed out");
        await page.GotoAsync("/");
        page.Url.ShouldEndWith("/sign-in");
    }

    [Fact]
    public async Task whoever_is_on_his_way_in_is_no_refusal_in_the_audit_log()
    {
        // From an address of his own, by which the log is asked.
        const string address = "127.0.0.77";
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, ConnectCallback = ConnectAsync }) { BaseAddress = Platform.Url };
        await GoAsync("/", null);
        await GoAsync("/sign-in", null);
        await GoAsync("/leads", "ketman-zone=UTC");

        await GoAsync("/companies", "ketman=kts_nobody");

        await Ketman.Testing.Eventually.TrueAsync("the session that is none is in the log", async () => (await RefusalsAsync()).Length > 0, cancellation: Cancellation);
        (await RefusalsAsync()).ShouldHaveSingleItem().ShouldBe(1, "and nothing else");

        async Task GoAsync(string path, string? cookie)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            if (cookie is not null)
            {
                request.Headers.TryAddWithoutValidation("Cookie", cookie);
            }

            using var answer = await browser.SendAsync(request, Cancellation);
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Found);
        }

        async Task<int[]> RefusalsAsync() =>
            [.. (await Platform.GetAsync($"audit?address={address}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("times").GetInt32())];

        static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    [Fact]
    public async Task whoever_has_a_second_factor_is_asked_for_its_code()
    {
        Foresee("401 (Unauthorized)");
        var key = await EnrolAsync("mira");
        var page = await OpenAsync("/sign-in", null);
        await SignInAsync(page, "mira", WholePlatform.Password);
        await Assertions.Expect(page.Locator("#code")).ToHaveAttributeAsync("required", "");

        await page.FillAsync("#password", WholePlatform.Password);
        // The code of the enrolment is spent; the next one is taken already.
        await page.FillAsync("#code", CodeOf(key, DateTimeOffset.UtcNow.AddSeconds(30)));
        await page.ClickAsync("main button.primary");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Open incidents");
    }

    [Fact]
    public async Task an_address_of_another_site_is_no_way_back()
    {
        var page = await OpenAsync("/sign-in?back=//elsewhere.example/", null);
        await SignInAsync(page, "noor", WholePlatform.Password);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Open incidents");
        new Uri(page.Url).Host.ShouldBe("127.0.0.1");
    }

    private static async Task SignInAsync(IPage page, string name, string password)
    {
        await page.FillAsync("#user", name);
        await page.FillAsync("#password", password);
        await page.ClickAsync("main button.primary");
    }

    private async Task<byte[]> EnrolAsync(string name)
    {
        await Platform.JoinAsync(name, "analyst");
        using var browser = new HttpClient { BaseAddress = new Uri(Platform.Url, "/api/v1/") };
        using var signedIn = await browser.PostAsJsonAsync("sign-in", new { user = name, password = WholePlatform.Password }, Cancellation);
        browser.DefaultRequestHeaders.Add("X-Ketman-Csrf", (string)(await signedIn.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["csrfToken"]!);
        using var enrolled = await browser.PostAsJsonAsync("account/totp", new { password = WholePlatform.Password }, Cancellation);
        var key = FromBase32((string)(await enrolled.Content.ReadFromJsonAsync<JsonObject>(Cancellation))!["secret"]!);
        using var confirmed = await browser.PostAsJsonAsync("account/totp/confirmation", new { code = CodeOf(key, DateTimeOffset.UtcNow) }, Cancellation);
        confirmed.IsSuccessStatusCode.ShouldBeTrue(await confirmed.Content.ReadAsStringAsync(Cancellation));
        return key;
    }

    // RFC 6238, as an app does it.
    private static string CodeOf(byte[] key, DateTimeOffset at)
    {
        Span<byte> step = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, at.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // The apps know no other.
        var hash = HMACSHA1.HashData(key, step);
#pragma warning restore CA5350
        return ((BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue) % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(at => Convert.ToByte(bits.Substring(at * 8, 8), 2))];
    }
}

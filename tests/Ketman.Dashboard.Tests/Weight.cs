using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Ketman.Dashboard.Tests;

/// <summary>What the first view weighs as it goes over the wire: a number of bytes, not a time, so it holds on every machine.</summary>
public sealed partial class Weight(WholePlatform platform)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_board_of_fifty_incidents_and_all_that_it_needs_are_light()
    {
        await OpenFiftyAsync();
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false, AutomaticDecompression = System.Net.DecompressionMethods.None }) { BaseAddress = platform.Url };
        var cookie = await platform.SessionOfAsync("lena");
        var (html, weight) = await GetAsync("/");
        Row().Count(html).ShouldBe(50);
        weight.ShouldBeLessThan(40_000, "the board's HTML");

        var assets = Asset().Matches(html).Select(asset => asset.Groups[1].Value).Distinct(StringComparer.Ordinal).ToList();
        assets.ShouldContain(asset => asset.EndsWith(".js", StringComparison.Ordinal));
        assets.ShouldContain(asset => asset.EndsWith(".css", StringComparison.Ordinal));
        var sum = 0;
        foreach (var asset in assets)
        {
            sum += (await GetAsync(asset)).Weight;
        }

        sum.ShouldBeLessThan(150_000, "scripts and styles of the first view");
        TestContext.Current.SendDiagnosticMessage($"board {weight} bytes, scripts and styles {sum} bytes");

        async Task<(string Text, int Weight)> GetAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Cookie", $"{cookie.Name}={cookie.Value}");
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
            using var answer = await browser.SendAsync(request, Cancellation);
            answer.EnsureSuccessStatusCode();
            var bytes = await answer.Content.ReadAsByteArrayAsync(Cancellation);
            answer.Content.Headers.ContentEncoding.ShouldContain("br", path);
            using var plain = new StreamReader(new System.IO.Compression.BrotliStream(new MemoryStream(bytes), System.IO.Compression.CompressionMode.Decompress));
            return (await plain.ReadToEndAsync(Cancellation), bytes.Length);
        }
    }

    private async Task OpenFiftyAsync()
    {
        var names = Enumerable.Range(1, 50).Select(number => $"weighed-{number}").ToList();
        await platform.SendAsync("intake/batch", new { items = names.Select(name => new { command = "register-company", body = new { handle = name, name = $"Weighed company of {name}", zone = "Asia/Singapore" } }) });
        await platform.SendAsync("disclosures/batch", new { items = names.Select(name => new { command = "open-disclosure", body = new { company = name, handle = name, title = $"A worker with write access to what {name} signs with" } }) });
        await platform.SendAsync("disclosures/batch", new { items = names.Select(name => new { command = "log-outreach", target = name, body = new { channel = "email", recipient = "security@example.org", outcome = "delivered" } }) });
        await Testing.Eventually.TrueAsync(
            "there are fifty to show", async () => (await platform.GetAsync("board?limit=50")).GetProperty("items").GetArrayLength() == 50, cancellation: Cancellation);
    }

    [GeneratedRegex("<tr [^>]*data-row")]
    private static partial Regex Row();

    [GeneratedRegex("(?:src|href)=\"(/assets/[^\"]+\\.(?:js|css))\"")]
    private static partial Regex Asset();
}

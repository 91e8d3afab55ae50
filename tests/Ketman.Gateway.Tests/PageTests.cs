using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Doors;
using Ketman.Gateway.Users;
using Ketman.Hosting;
using Ketman.Testing;

namespace Ketman.Gateway.Tests;

/// <summary>The way to the dashboard: what goes there, what comes back, and that nobody chooses from where he comes.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private Platform _platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _platform = await Platform.StartWithPagesAsync();

    public async ValueTask DisposeAsync() => await _platform.DisposeAsync();

    [Theory]
    [InlineData("GET", "/", "/")]
    [InlineData("GET", "/incidents?waitingOn=company&q=a%20b", "/incidents?waitingOn=company&q=a%20b")]
    [InlineData("POST", "/incidents/halcyon-2025-02/outreach", "/incidents/halcyon-2025-02/outreach")]
    [InlineData("GET", "/accounts/email:j%C3%BCrgen+x@example.org", "/accounts/email:jürgen+x@example.org")]
    [InlineData("GET", "/apiary", "/apiary")]
    [InlineData("GET", "/healthy", "/healthy")]
    public async Task what_nothing_else_answers_goes_to_the_dashboard(string method, string path, string target)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var echo = await EchoAsync(request);
        (echo.Method, echo.Target).ShouldBe((method, target));
    }

    [Theory]
    [InlineData("GET", "/api", 404, "no-such-route")]
    [InlineData("GET", "/api/", 404, "no-such-route")]
    [InlineData("GET", "/API/v1/nowhere", 404, "no-such-route")]
    [InlineData("GET", "/api/v2/companies", 404, "no-such-route")]
    [InlineData("GET", "/health", 404, "no-such-route")]
    [InlineData("GET", "/api/v1/board", 401, "unauthenticated")]
    [InlineData("GET", "/api/v1/intake/batch", 405, "method-not-allowed")]
    [InlineData("PATCH", "/api/v1/board", 405, "method-not-allowed")]
    [InlineData("PUT", "/", 405, "method-not-allowed")]
    [InlineData("DELETE", "/incidents/halcyon", 405, "method-not-allowed")]
    [InlineData("OPTIONS", "/", 405, "method-not-allowed")]
    public async Task the_api_stays_what_it_is_and_pages_take_no_other_method(string method, string path, int status, string slug)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await (status == 401 ? _platform.Stranger : _platform.Admin).SendAsync(request, Cancellation);
        await answer.ShouldBeProblemAsync(status, slug);
        _platform.Pages!.Caller.ShouldBeNull("nothing of it reaches the dashboard");
    }

    [Fact]
    public async Task health_and_the_description_are_the_gateways_own()
    {
        (await _platform.Stranger.GetFromJsonAsync<JsonElement>("/health/live", Cancellation)).GetProperty("status").GetString().ShouldBe("ready");
        (await _platform.Admin.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancellation)).GetProperty("openapi").GetString()!.ShouldStartWith("3.");
    }

    [Fact]
    public async Task a_dashboard_that_answers_is_part_of_a_platform_that_is_ready()
    {
        var health = (await _platform.Admin.GetFromJsonAsync<Health.PlatformHealth>("/api/v1/health", Cancellation))!;
        health.Status.ShouldBe("ready");
        health.Services.Select(service => (service.Name, service.Ready)).ShouldBe(
            [("gateway", true), ("intake", true), ("disclosures", true), ("metrics", true), ("dashboard", true)]);
        health.Services[^1].Milliseconds.ShouldNotBeNull();
    }

    [Fact]
    public async Task without_a_dashboard_there_are_no_pages()
    {
        await using var platform = await Platform.StartAsync();
        using var answer = await platform.Admin.GetAsync("/", Cancellation);
        await answer.ShouldBeProblemAsync(404, "no-such-route");
    }

    [Fact]
    public async Task the_dashboard_is_told_what_the_browser_said_of_pages_and_what_the_gateway_says_of_the_browser()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/anything");
        string[] spoofed =
        [
            "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "X-Real-IP", "X-Ketman-User", "X-Ketman-Caller", "X-Ketman-Csrf",
            "Proxy-Authorization", "X-Request-Id", "Via", "Idempotency-Key", "Origin", "Referer",
        ];
        foreach (var name in spoofed)
        {
            request.Headers.TryAddWithoutValidation(name, "spoofed").ShouldBeTrue();
        }

        (string Name, string Value)[] passed =
        [
            ("Cookie", "ketman=abc; theme=dark"), ("Accept", "text/html"), ("Accept-Encoding", "br, gzip"), ("Accept-Language", "ne"), ("If-None-Match", "\"a\""),
            ("If-Modified-Since", "Sat, 01 Feb 2025 00:00:00 GMT"), ("HX-Request", "true"), ("HX-Target", "row-7"), ("HX-Current-URL", "http://127.0.0.1/board"),
            ("Last-Event-ID", "17"),
        ];
        foreach (var (name, value) in passed)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "spoofed");
        request.Headers.Host = "ketman.example:8443";
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        using var browser = BrowserAt("127.0.0.7");
        var echo = await EchoAsync(request, browser);

        echo.Headers.Values.ShouldNotContain(value => value.Contains("spoofed", StringComparison.Ordinal));
        echo.Headers.Keys.ShouldBe(
            [.. passed.Select(header => header.Name), "Host", "traceparent", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Ketman-Caller"], ignoreOrder: true);
        foreach (var (name, value) in passed)
        {
            echo.Headers[name].ShouldBe(value);
        }

        (echo.Headers["Host"], echo.Headers["X-Forwarded-Host"], echo.Headers["X-Forwarded-Proto"])
            .ShouldBe((_platform.Pages!.Url.Authority, "ketman.example:8443", "https"));
        var caller = echo.Headers["X-Ketman-Caller"].Split(';');
        caller[0].ShouldBe("127.0.0.7");
        (DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(long.Parse(caller[1], CultureInfo.InvariantCulture))).ShouldBeLessThan(TimeSpan.FromMinutes(1));
        caller[2].ShouldMatch("^[A-Za-z0-9_-]{43}$");
    }

    [Fact]
    public async Task what_the_dashboard_says_of_its_answer_comes_back_but_what_guards_it_is_the_gateways()
    {
        using var answer = await _platform.Stranger.GetAsync("/page", Cancellation);

        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe("<!doctype html><title>page</title>");
        answer.Headers.GetValues("Content-Security-Policy").ShouldBe([PagePolicy]);
        answer.Headers.GetValues("Cache-Control").ShouldBe(["max-age=60, private"]);
        answer.Headers.ETag!.Tag.ShouldBe("\"a\"");
        answer.Headers.Vary.ShouldBe(["Accept-Encoding", "HX-Request"]);
        answer.Headers.GetValues("Set-Cookie").ShouldBe(["theme=dark; path=/", "zone=Asia%2FKathmandu; path=/"]);
        answer.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        answer.Headers.GetValues("Cross-Origin-Opener-Policy").ShouldBe(["same-origin"]);
        answer.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["same-origin"]);
        answer.Headers.GetValues("X-Request-Id").Single().Length.ShouldBe(32);
        answer.Headers.Contains("Server").ShouldBeFalse();
        using var unsaid = await _platform.Stranger.GetAsync("/anything", Cancellation);
        unsaid.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task the_api_keeps_its_stricter_policy()
    {
        using var answer = await _platform.Admin.GetAsync("/api/v1/board", Cancellation);
        answer.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"]);
        using var nowhere = await _platform.Stranger.GetAsync("/api/nowhere", Cancellation);
        nowhere.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"]);
    }

    [Fact]
    public async Task a_large_file_comes_whole_and_as_it_was_encoded()
    {
        using var answer = await _platform.Stranger.GetAsync("/asset.js", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        answer.Content.Headers.ContentEncoding.ShouldBe(["br"]);
        answer.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        (await answer.Content.ReadAsByteArrayAsync(Cancellation)).AsSpan().SequenceEqual(PagesStandIn.Asset).ShouldBeTrue();
        using var head = new HttpRequestMessage(HttpMethod.Head, "/anything");
        using var headed = await _platform.Stranger.SendAsync(head, Cancellation);
        headed.StatusCode.ShouldBe(HttpStatusCode.OK);
        headed.Content.Headers.ContentType!.MediaType.ShouldBe("application/json", "it is the dashboard's answer");
    }

    [Fact]
    public async Task a_stream_arrives_while_it_lasts_and_ends_with_the_gateway()
    {
        using var answer = await _platform.Stranger.GetAsync("/stream", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        (await lines.ReadLineAsync(Cancellation)).ShouldBe("id: 0");

        var watch = System.Diagnostics.Stopwatch.StartNew();
        await _platform.StopGatewaysAsync();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(8), "it does not wait for what never ends");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", 200)]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8", 200)]
    [InlineData("multipart/form-data; boundary=x", 200)]
    [InlineData("application/json", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("text/html", 415)]
    [InlineData(null, 415)]
    public async Task a_page_takes_forms_and_nothing_else(string? type, int status)
    {
        using var content = new ByteArrayContent("user=mira&note=a%2Bb"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await _platform.Stranger.PostAsync("/form", content, Cancellation);
        if (status == 200)
        {
            var echo = (await answer.Content.ReadFromJsonAsync<PageEcho>(Cancellation))!;
            (echo.Body, echo.Headers["Content-Type"], echo.Headers["Content-Length"]).ShouldBe(("user=mira&note=a%2Bb", type, "20"));
        }
        else
        {
            await answer.ShouldBeProblemAsync(415, "not-a-form");
        }
    }

    [Fact]
    public async Task forms_are_for_pages_only_and_no_longer_than_a_megabyte()
    {
        using (var form = new FormUrlEncodedContent([new("user", "mira")]))
        using (var answer = await _platform.Admin.PostAsync("/api/v1/companies", form, Cancellation))
        {
            await answer.ShouldBeProblemAsync(415, "not-json");
        }

        using (var fits = Form(1024 * 1024))
        using (var answer = await _platform.Stranger.PostAsync("/form", fits, Cancellation))
        {
            (await answer.Content.ReadFromJsonAsync<PageEcho>(Cancellation))!.Body.Length.ShouldBe(1024 * 1024);
        }

        var head = "POST /form HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        var tooLong = await RawHttp.SendAsync(_platform.Stranger.BaseAddress!, $"{head}Content-Length: {(1024 * 1024) + 1}\r\n\r\n", Cancellation);
        tooLong.ShouldStartWith("HTTP/1.1 413 ");
        var chunk = "80000\r\n" + new string('a', 0x80000) + "\r\n";
        var endless = await RawHttp.SendAsync(_platform.Stranger.BaseAddress!, $"{head}Transfer-Encoding: chunked\r\n\r\n{chunk}{chunk}{chunk}", Cancellation);
        endless.ShouldStartWith("HTTP/1.1 413 ");

        static ByteArrayContent Form(int length)
        {
            var content = new ByteArrayContent(Encoding.ASCII.GetBytes(new string('a', length)));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
            return content;
        }
    }

    [Theory]
    [InlineData("cross-site", 403)]
    [InlineData("same-site", 403)]
    [InlineData("same-origin", 200)]
    [InlineData("none", 200)]
    [InlineData(null, 200)]
    public async Task a_form_that_another_sites_page_sends_is_refused(string? site, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/form") { Content = new FormUrlEncodedContent([new("user", "mira")]) };
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        using var answer = await _platform.Stranger.SendAsync(request, Cancellation);
        ((int)answer.StatusCode).ShouldBe(status);
        using var link = new HttpRequestMessage(HttpMethod.Get, "/anything");
        link.Headers.Add("Sec-Fetch-Site", "cross-site");
        (await EchoAsync(link)).Method.ShouldBe("GET", "a link to a page may stand anywhere");
    }

    [Theory]
    [InlineData("/a%2fb")]
    [InlineData("/a%5cb")]
    [InlineData("/a%0ab")]
    public async Task a_page_whose_path_two_servers_may_read_differently_is_refused(string path)
    {
        var answer = await RawHttp.SendAsync(_platform.Stranger.BaseAddress!, $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", Cancellation);
        answer.ShouldStartWith("HTTP/1.1 400 ");
        _platform.Pages!.Caller.ShouldBeNull();
    }

    [Fact]
    public async Task who_signs_in_by_a_page_comes_from_where_the_browser_is()
    {
        using var mira = await Person.JoinAsync(_platform, "mira", "viewer");
        using var browser = BrowserAt("127.0.0.7");

        using (var wrong = await SignInAsync(browser, "mira", "not the password"))
        {
            wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        using var right = await SignInAsync(browser, "mira", mira.Password);
        right.StatusCode.ShouldBe(HttpStatusCode.OK);
        var cookie = right.Headers.GetValues("Set-Cookie").Single(one => one.StartsWith("ketman=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly");
        using (var board = new HttpRequestMessage(HttpMethod.Get, "/board"))
        {
            board.Headers.Add("Cookie", cookie[..cookie.IndexOf(';', StringComparison.Ordinal)]);
            using var shown = await browser.SendAsync(board, Cancellation);
            shown.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await shown.Content.ReadAsStringAsync(Cancellation)).ShouldContain("\"name\":\"mira\"", Case.Insensitive);
        }

        using (var refused = await browser.GetAsync("/board", Cancellation))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        var entries = await Eventually.SomeAsync(
            "all three are in the audit log",
            async () => (await ListAsync("address=127.0.0.7")) is { Count: 3 } three ? three : null, cancellation: Cancellation);
        entries.OrderBy(entry => entry.Id).Select(entry => (entry.Kind, entry.Route)).ShouldBe(
            [("sign-in-failed", "/api/v1/sign-in"), ("signed-in", "/api/v1/sign-in"), ("refused", "/api/v1/board")]);
    }

    [Fact]
    public async Task behind_tls_the_cookie_of_a_sign_in_by_a_page_is_bound_to_the_host()
    {
        using var mira = await Person.JoinAsync(_platform, "mira", "viewer");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Content = new FormUrlEncodedContent([new("user", "mira"), new("password", mira.Password)]),
        };
        request.Headers.Host = "ketman.example";
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var answer = await _platform.Stranger.SendAsync(request, Cancellation);
        answer.Headers.GetValues("Set-Cookie").ShouldContain(cookie => cookie.StartsWith("__Host-ketman=", StringComparison.Ordinal) && cookie.Contains("; secure", StringComparison.Ordinal));
    }

    [Fact]
    public async Task failed_attempts_by_pages_lock_the_name_and_are_counted_for_each_browser()
    {
        using var mira = await Person.JoinAsync(_platform, "mira", "viewer");
        using var first = BrowserAt("127.0.0.7");
        using var second = BrowserAt("127.0.0.8");
        var statuses = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            using var answer = await SignInAsync(i % 2 == 0 ? first : second, "mira", "not the password");
            statuses.Add((int)answer.StatusCode);
        }

        statuses.ShouldBe([401, 401, 401, 401, 401, 429]);
        await _platform.StopGatewaysAsync();
        await using var command = _platform.Database.Source.CreateCommand(
            "select address || ' ' || kind || ' ' || sum(times) from audit_log where kind in ('sign-in-failed', 'locked-out') group by address, kind order by 1");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var counted = new List<string>();
        while (await reader.ReadAsync(Cancellation))
        {
            counted.Add(reader.GetString(0));
        }

        counted.ShouldBe(["127.0.0.7 sign-in-failed 3", "127.0.0.8 locked-out 1", "127.0.0.8 sign-in-failed 2"]);
    }

    [Fact]
    public async Task what_a_page_says_of_a_refusal_is_not_another_one()
    {
        using (var answer = await _platform.Stranger.GetAsync("/forbidden", Cancellation))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        using (var answer = await _platform.Stranger.GetAsync("/api/v1/board", Cancellation))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        var refused = await Eventually.SomeAsync(
            "the one is in the audit log", async () => (await ListAsync("kind=refused")) is { Count: > 0 } some ? some : null, cancellation: Cancellation);
        refused.ShouldHaveSingleItem().Route.ShouldBe("/api/v1/board");
    }

    [Fact]
    public async Task only_a_gateways_word_of_the_last_two_minutes_is_believed()
    {
        await _platform.Stranger.GetAsync("/anything", Cancellation);
        var good = _platform.Pages!.Caller!;
        var parts = good.Split(';');
        var old = VoucherAt(TimeSpan.FromSeconds(-125)).For(IPAddress.Parse("10.0.0.1"))!;
        var early = VoucherAt(TimeSpan.FromSeconds(125)).For(IPAddress.Parse("10.0.0.1"))!;
        (await AskAsync(good)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(VoucherAt(TimeSpan.FromSeconds(-110)).For(IPAddress.Parse("10.0.0.1"))!)).StatusCode.ShouldBe(HttpStatusCode.OK);
        string[] bad =
        [
            "", ";", ";;", "spoofed", old, early, $"127.0.0.9;{parts[1]};{parts[2]}", $"{parts[0]};{long.Parse(parts[1], CultureInfo.InvariantCulture) + 1};{parts[2]}",
            $"{parts[0]};{parts[1]};", $"{parts[0]};{parts[1]};{parts[2][..42]}", $"{parts[0]};{parts[1]};{parts[2]}A", good + ";", good + "=", "x;" + good,
            $"{parts[0]};{parts[1]};{new string('A', 43)}",
        ];
        foreach (var word in bad)
        {
            using var answer = await AskAsync(word);
            await answer.ShouldBeProblemAsync(400, "bad-caller");
        }

        using var twice = await AskAsync(good, good);
        await twice.ShouldBeProblemAsync(400, "bad-caller");
    }

    [Fact]
    public async Task another_gateway_believes_it_too_and_an_address_of_the_sixth_version_is_one()
    {
        var other = await _platform.StartGatewayAsync();
        var word = VoucherAt(TimeSpan.Zero).For(IPAddress.Parse("2001:db8:1:2::1"))!;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(other, "/api/v1/board"));
        request.Headers.Add("X-Ketman-Caller", word);
        using var answer = await _platform.Stranger.SendAsync(request, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var refused = await Eventually.SomeAsync(
            "it is in the audit log", async () => (await ListAsync("kind=refused")) is { Count: > 0 } some ? some : null, cancellation: Cancellation);
        refused.Single().Address.ShouldBe("2001:db8:1:2::1");
        VoucherAt(TimeSpan.Zero).For(IPAddress.Parse("::ffff:10.1.2.3"))!.ShouldStartWith("10.1.2.3;");
    }

    [Fact]
    public async Task limits_by_address_are_the_browsers_and_pages_have_their_own()
    {
        await using var platform = await Platform.StartWithPagesAsync(
            GatewayLimits.Default with { StrangerBurst = 10, StrangerPerSecond = 1, PageBurst = 60, PagePerSecond = 1 });
        using var first = BrowserAt("127.0.0.7", platform);
        using var second = BrowserAt("127.0.0.8", platform);
        async Task<int> UntilRefusedAsync(HttpClient browser, string path)
        {
            for (var answered = 0; ; answered++)
            {
                using var answer = await browser.GetAsync(path, Cancellation);
                if (answer.StatusCode is HttpStatusCode.TooManyRequests)
                {
                    return answered;
                }
            }
        }

        // Each such page asks the API once, whose count for strangers is the smaller one.
        (await UntilRefusedAsync(first, "/board")).ShouldBeInRange(10, 20);
        (await UntilRefusedAsync(second, "/board")).ShouldBeInRange(10, 20);
        (await UntilRefusedAsync(first, "/anything")).ShouldBeInRange(35, 60);
        using var elsewhere = BrowserAt("127.0.0.9", platform);
        (await elsewhere.GetAsync("/anything", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_page_with_ten_files_may_be_loaded_a_few_times_a_second()
    {
        await using var platform = await Platform.StartWithPagesAsync(GatewayLimits.Default);
        using var browser = BrowserAt("127.0.0.7", platform);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10 * 11).Select(_ => browser.GetAsync("/anything", Cancellation)));
        answers.Select(answer => answer.StatusCode).Distinct().ShouldBe([HttpStatusCode.OK]);
    }

    [Fact]
    public async Task a_dashboard_that_is_away_is_said_to_be_away_and_the_api_goes_on()
    {
        var port = _platform.Pages!.Url.Port;
        await _platform.Pages.DisposeAsync();

        using (var page = await AskForPageAsync("/board"))
        {
            page.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            page.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
            page.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
            page.Headers.GetValues("Content-Security-Policy").ShouldBe([PagePolicy]);
            var text = await page.Content.ReadAsStringAsync(Cancellation);
            text.ShouldContain("<h1>The dashboard does not answer; the API does</h1>");
            text.ShouldNotContain("<script");
            text.ShouldNotContain("style");
        }

        using (var part = await _platform.Stranger.GetAsync("/board", Cancellation))
        {
            (await part.ShouldBeProblemAsync(503, "unavailable")).GetProperty("title").GetString().ShouldBe("Dashboard does not answer.");
        }

        (await _platform.Admin.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var ready = await _platform.Stranger.GetAsync("/health/ready", Cancellation))
        {
            ready.StatusCode.ShouldBe(HttpStatusCode.OK);
            var health = await ready.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
            health.GetProperty("status").GetString().ShouldBe("alert");
            health.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetString()).ShouldBe(["dashboard: Dashboard does not answer"]);
        }

        var platform = (await _platform.Admin.GetFromJsonAsync<Health.PlatformHealth>("/api/v1/health", Cancellation))!;
        platform.Status.ShouldBe("alert");
        platform.Services.Select(service => (service.Name, service.Ready)).ShouldBe(
            [("gateway", true), ("intake", true), ("disclosures", true), ("metrics", true), ("dashboard", false)]);

        await using var again = await PagesStandIn.StartAsync(port);
        using var back = await _platform.Stranger.GetAsync("/page", Cancellation);
        back.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_dashboard_that_breaks_off_or_is_not_ready_is_no_outage_either()
    {
        using (var page = await AskForPageAsync("/breaks-off"))
        {
            page.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
            (await page.Content.ReadAsStringAsync(Cancellation)).ShouldContain("The dashboard does not answer; the API does");
        }

        using (var part = await _platform.Stranger.GetAsync("/breaks-off", Cancellation))
        {
            await part.ShouldBeProblemAsync(502, "broken-off");
        }

        _platform.Pages!.Ready = false;
        using var ready = await _platform.Stranger.GetAsync("/health/ready", Cancellation);
        ready.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ready.Content.ReadAsStringAsync(Cancellation)).ShouldContain("dashboard: Dashboard is not ready");
    }

    private async Task<PageEcho> EchoAsync(HttpRequestMessage request, HttpClient? browser = null)
    {
        using var answer = await (browser ?? _platform.Stranger).SendAsync(request, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Content.ReadFromJsonAsync<PageEcho>(Cancellation))!;
    }

    private async Task<HttpResponseMessage> AskForPageAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        return await _platform.Stranger.SendAsync(request, Cancellation);
    }

    private async Task<HttpResponseMessage> AskAsync(params IReadOnlyList<string> words)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/whoami");
        request.Headers.Authorization = _platform.Admin.DefaultRequestHeaders.Authorization;
        foreach (var word in words)
        {
            request.Headers.TryAddWithoutValidation("X-Ketman-Caller", word);
        }

        return await _platform.Stranger.SendAsync(request, Cancellation);
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string user, string password) =>
        browser.PostAsync("/sign-in", new FormUrlEncodedContent([new("user", user), new("password", password)]), Cancellation);

    /// <summary>A browser that comes from an address of its own; all of 127.0.0.0/8 is this machine.</summary>
    private HttpClient BrowserAt(string address, Platform? platform = null) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            var at = (platform ?? _platform).Stranger.BaseAddress!;
            await socket.ConnectAsync(at.Host, at.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = (platform ?? _platform).Stranger.BaseAddress };

    /// <summary>What a gateway on the same keys says when its clock is that much off.</summary>
    private CallerVoucher VoucherAt(TimeSpan off)
    {
        var secrets = new UserSecrets(new KetmanSettings(
            new Uri("http://127.0.0.1:0"), "", null, _platform.Keys, null, null, null, TimeZoneInfo.Utc, null));
        secrets.Open();
        return new CallerVoucher(secrets, new OffTime(off));
    }

    private async Task<IReadOnlyList<AuditItem>> ListAsync(string query) =>
        (await _platform.Admin.GetFromJsonAsync<AuditPage>($"/api/v1/audit?{query}", Cancellation))!.Items;

    private sealed class OffTime(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + off;
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Ketman.Gateway.Callers;
using Ketman.Gateway.Doors;
using Ketman.Testing;

namespace Ketman.Gateway.Tests;

/// <summary>Who may go where through the running gateway, and what of a request arrives.</summary>
public sealed class DoorTests(SharedPlatform shared) : IClassFixture<SharedPlatform>
{
    private readonly Platform _platform = shared.Platform;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Every door and every endpoint of the gateway, asked with every role: the table is what was agreed on.</summary>
    [Fact]
    public async Task the_table_of_endpoints_and_roles_is_the_approved_one()
    {
        var callers = new Dictionary<string, Func<HttpMethod, string, object?, Task<HttpResponseMessage>>> { ["nobody"] = With(_platform.Stranger) };
        foreach (var role in Roles.All)
        {
            callers[role] = With(_platform.Client((await _platform.MakeKeyAsync(role)).Key));
        }

        // The same roles by a sign-in; what is only for people shows here.
        using var person = await Person.JoinAsync(_platform, "somebody-signed-in", "viewer");
        callers["person"] = async (method, path, body) =>
        {
            // Signing out is one of the endpoints.
            person.Cookie ??= (await person.SignInAsync()).IsSuccessStatusCode ? person.Cookie : null;
            var answer = await person.SendAsync(method, path, body);
            person.Cookie = path.EndsWith("/sign-out", StringComparison.Ordinal) ? null : person.Cookie;
            return answer;
        };

        var table = new StringBuilder();
        foreach (var (method, path) in Endpoints)
        {
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"{method,-6} {path,-50}");
            foreach (var (role, ask) in callers)
            {
                using var response = await ask(new HttpMethod(method), path, method == "POST" ? new { } : null);
                // An empty body is a bad key to make, an unknown key is none to revoke: who is told so was let in.
                var admitted = response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent or HttpStatusCode.BadRequest or HttpStatusCode.NotFound;
                var word = admitted ? role : ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
                table.Append(System.Globalization.CultureInfo.InvariantCulture, $" {word,-9}");
            }

            table.Length = table.ToString().TrimEnd().Length;
            table.Append('\n');
        }

        table.ToString().ShouldBeApproved("endpoints-and-roles.txt");
    }

    private static Func<HttpMethod, string, object?, Task<HttpResponseMessage>> With(HttpClient client) => async (method, path, body) =>
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        return await client.SendAsync(request, Cancellation);
    };

    [Fact]
    public void the_approved_table_names_every_door() =>
        Door.All.Select(door => $"{door.Method} {door.Pattern}")
            .Except(Endpoints.Select(endpoint => $"{endpoint.Method} {PatternOf(endpoint.Method, endpoint.Path)}")).ShouldBeEmpty();

    /// <summary>An endpoint that nobody agreed on would otherwise be found by whoever looks for one.</summary>
    [Fact]
    public void the_approved_table_names_every_endpoint_of_the_gateway_itself()
    {
        var doors = Door.All.Select(door => $"{door.Method} /api/v1{door.Pattern}").ToHashSet();
        var named = Endpoints.Select(endpoint => $"{endpoint.Method} {endpoint.Path}").ToHashSet();
        var own = _platform.Endpoints.OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}"))
            .Where(endpoint => !doors.Contains(endpoint))
            .Select(endpoint => endpoint.Replace("{ref}", "none", StringComparison.Ordinal).Replace("{name}", "none", StringComparison.Ordinal)
                .Replace("{id:guid}", Guid.Empty.ToString(), StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal))
            .ToList();
        own.Count.ShouldBeGreaterThan(30);
        own.Except(named).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET", "/api/v1/companies", "intake", "/companies")]
    [InlineData("GET", "/api/v1/companies/halcyon?limit=5&after=a%20b", "intake", "/companies/halcyon?limit=5&after=a%20b")]
    [InlineData("GET", "/api/v1/companies/halcyon/record", "metrics", "/companies/halcyon/record")]
    [InlineData("POST", "/api/v1/companies/halcyon/contacts", "intake", "/companies/halcyon/contacts")]
    [InlineData("GET", "/api/v1/accounts/github:Octo.Cat", "intake", "/accounts/github:Octo.Cat")]
    [InlineData("GET", "/api/v1/accounts/email:j%C3%BCrgen+x@example.org", "intake", "/accounts/email:jürgen+x@example.org")]
    [InlineData("GET", "/api/v1/leads", "intake", "/leads")]
    [InlineData("GET", "/api/v1/duplicates", "intake", "/duplicates")]
    [InlineData("POST", "/api/v1/intake/batch", "intake", "/intake/batch")]
    [InlineData("POST", "/api/v1/disclosures", "disclosures", "/disclosures")]
    [InlineData("POST", "/api/v1/disclosures/batch", "disclosures", "/disclosures/batch")]
    [InlineData("GET", "/api/v1/disclosures/halcyon-2025-02", "disclosures", "/disclosures/halcyon-2025-02")]
    [InlineData("GET", "/api/v1/disclosures/halcyon-2025-02/timeline", "metrics", "/disclosures/halcyon-2025-02/timeline")]
    [InlineData("POST", "/api/v1/disclosures/halcyon-2025-02/payments/p1/correct", "disclosures", "/disclosures/halcyon-2025-02/payments/p1/correct")]
    [InlineData("GET", "/api/v1/disclosures/halcyon-2025-02/dossier", "disclosures", "/disclosures/halcyon-2025-02/dossier")]
    [InlineData("GET", "/api/v1/proofs/intake/verification?stream=halcyon", "intake", "/proofs/intake/verification?stream=halcyon")]
    [InlineData("GET", "/api/v1/proofs/disclosures/verification?after=abc", "disclosures", "/proofs/disclosures/verification?after=abc")]
    [InlineData("GET", "/api/v1/board?waitingOn=company", "metrics", "/board?waitingOn=company")]
    [InlineData("GET", "/api/v1/statements/2025-02", "metrics", "/statements/2025-02")]
    [InlineData("GET", "/api/v1/board/counts?tag=wallet&tag=nft", "metrics", "/board/counts?tag=wallet&tag=nft")]
    [InlineData("GET", "/api/v1/board/views/mine", "metrics", "/board/views/mine")]
    [InlineData("DELETE", "/api/v1/board/views/mine", "metrics", "/board/views/mine")]
    [InlineData("GET", "/api/v1/watch?kind=clock", "metrics", "/watch?kind=clock")]
    public async Task a_door_leads_to_its_service_without_the_prefix(string method, string path, string service, string target)
    {
        var lead = await LeadAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = method == "POST" ? JsonContent.Create(new { }) : null;
        var echo = await (await lead.SendAsync(request, Cancellation)).EchoAsync();
        (echo.Service, echo.Method, echo.Target).ShouldBe((service, method, target));
    }

    [Theory]
    [InlineData("/internal/resolve")]
    [InlineData("/api/v1/internal/resolve")]
    [InlineData("/api/v1/intake/internal/resolve")]
    [InlineData("/api/v1/companies/../internal/resolve")]
    [InlineData("/api/v1/companies/../../../internal/resolve")]
    [InlineData("/api/v1/companies/%2e%2e/internal/resolve")]
    [InlineData("/api/v1/companies/%2e%2e/%2e%2e/%2e%2e/internal/resolve")]
    [InlineData("//internal/resolve")]
    [InlineData("/api/v1//internal/resolve")]
    [InlineData("/companies")]
    [InlineData("/api/v2/companies")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/")]
    [InlineData("/api/v1/boards")]
    [InlineData("/openapi/v2.json")]
    public async Task what_is_not_listed_is_not_there(string path)
    {
        var answer = await RawAsync("GET", path);
        answer.ShouldStartWith("HTTP/1.1 404 ");
        answer.ShouldContain("urn:ketman:problem:no-such-route");
        answer.ShouldNotContain("\"service\"");
    }

    [Theory]
    [InlineData("/api/v1/companies/..%2finternal%2fresolve")]
    [InlineData("/api/v1/companies/%252e%252e/internal/resolve")]
    [InlineData("/api/v1/companies/..%5cinternal")]
    [InlineData("/api/v1/companies/a\\b")]
    [InlineData("/api/v1/companies/a%0ab")]
    [InlineData("/api/v1/companies/a%25")]
    public async Task a_path_that_two_servers_may_read_differently_is_refused(string path)
    {
        var answer = await RawAsync("GET", path);
        answer.ShouldStartWith("HTTP/1.1 400 ");
        answer.ShouldContain("urn:ketman:problem:bad-path");
    }

    [Theory]
    [InlineData("DELETE", "/api/v1/companies/halcyon")]
    [InlineData("PUT", "/api/v1/disclosures/x")]
    [InlineData("PATCH", "/api/v1/board")]
    [InlineData("TRACE", "/api/v1/board")]
    [InlineData("POST", "/api/v1/board")]
    [InlineData("GET", "/api/v1/intake/batch")]
    public async Task a_method_that_is_not_listed_is_refused(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _platform.Admin.SendAsync(request, Cancellation);
        await response.ShouldBeProblemAsync(405, "method-not-allowed");
    }

    [Fact]
    public async Task what_a_client_says_of_itself_does_not_get_inside()
    {
        var (key, id) = await _platform.MakeKeyAsync("analyst");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/companies");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        string[] spoofed =
        [
            "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "Forwarded", "X-Real-IP", "X-Original-URL",
            "X-HTTP-Method-Override", "X-Ketman-User", "X-Ketman-Roles", "Cookie", "Proxy-Authorization", "X-Request-Id", "Via",
        ];
        foreach (var name in spoofed)
        {
            request.Headers.TryAddWithoutValidation(name, "spoofed").ShouldBeTrue();
        }

        request.Headers.TryAddWithoutValidation("Idempotency-Key", "first-mail");
        request.Headers.TryAddWithoutValidation("If-Match", "\"6\"");
        request.Headers.TryAddWithoutValidation("Accept", "text/markdown");
        using var client = new HttpClient { BaseAddress = _platform.Stranger.BaseAddress };
        using var response = await client.SendAsync(request, Cancellation);
        var echo = await response.EchoAsync();

        echo.Headers.Values.ShouldNotContain(value => value.Contains("spoofed", StringComparison.Ordinal));
        echo.Headers.Values.ShouldNotContain(value => value.Contains(key, StringComparison.Ordinal));
        echo.Headers.Keys.ShouldBe(
            ["Accept", "Host", "If-Match", "traceparent", "Authorization", "Idempotency-Key"], ignoreOrder: true);
        echo.Headers["Idempotency-Key"].ShouldBe("first-mail");
        echo.Headers["If-Match"].ShouldBe("\"6\"");
        echo.Headers["Accept"].ShouldBe("text/markdown");
        echo.Roles.ShouldBe(["viewer", "analyst"]);
        echo.Name.ShouldStartWith("analyst-");
        response.Headers.ETag!.Tag.ShouldBe("\"7\"");
        id.ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task a_clients_trace_goes_on_inside_and_its_id_comes_back()
    {
        var lead = await LeadAsync();
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/board");
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        using var response = await lead.SendAsync(request, Cancellation);
        (await response.EchoAsync()).Headers["traceparent"].ShouldStartWith($"00-{trace}-");
        response.Headers.GetValues("X-Request-Id").ShouldBe([trace]);
    }

    [Theory]
    [InlineData("/api/v1/board", 200)]
    [InlineData("/api/v1/whoami", 200)]
    [InlineData("/no/such", 404)]
    [InlineData("/api/v1/companies/%2f", 400)]
    [InlineData("/health/live", 200)]
    public async Task every_answer_bears_the_security_headers(string path, int status)
    {
        var lead = await LeadAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        using var response = await lead.SendAsync(request, Cancellation);
        ((int)response.StatusCode).ShouldBe(status);
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        response.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"]);
        response.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        response.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000; includeSubDomains"]);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        response.Headers.GetValues("X-Request-Id").Single().Length.ShouldBe(32);
        response.Headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task a_header_that_is_no_ascii_is_no_failure_of_the_gateway()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/board");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "schlüssel");
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        using var client = new HttpClient(handler) { BaseAddress = _platform.Stranger.BaseAddress };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await _platform.MakeKeyAsync("viewer")).Key);
        (await (await client.SendAsync(request, Cancellation)).EchoAsync()).Headers["Idempotency-Key"].ShouldBe("schlüssel");
    }

    [Fact]
    public async Task an_answer_without_a_body_passes_as_it_is()
    {
        using var response = await (await LeadAsync()).GetAsync("/api/v1/companies/unchanged", Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    private static IEnumerable<(string Method, string Path)> Endpoints =>
    [
        .. Door.All.Select(door => (door.Method, "/api/v1" + Sample(door.Pattern))).OrderBy(one => one.Item2, StringComparer.Ordinal),
        ("GET", "/api/v1/keys"),
        ("POST", "/api/v1/keys"),
        ("DELETE", "/api/v1/keys/none"),
        ("POST", "/api/v1/keys/none/rotation"),
        ("GET", "/api/v1/audit"),
        ("GET", "/api/v1/audit/verification"),
        ("GET", "/api/v1/users"),
        ("GET", "/api/v1/users/none"),
        ("POST", "/api/v1/users/none/roles"),
        ("POST", "/api/v1/users/none/clearance"),
        ("GET", "/api/v1/users/none/sessions"),
        ("DELETE", "/api/v1/users/none/sessions"),
        ("DELETE", "/api/v1/users/none/sessions/00000000-0000-0000-0000-000000000000"),
        ("POST", "/api/v1/users/none/lock"),
        ("POST", "/api/v1/users/none/unlock"),
        ("DELETE", "/api/v1/users/none"),
        ("POST", "/api/v1/invitations"),
        ("POST", "/api/v1/invitations/accept"),
        ("POST", "/api/v1/sign-in"),
        ("POST", "/api/v1/sign-out"),
        ("GET", "/api/v1/session"),
        ("GET", "/api/v1/account"),
        ("GET", "/api/v1/account/sessions"),
        ("DELETE", "/api/v1/account/sessions/00000000-0000-0000-0000-000000000000"),
        ("POST", "/api/v1/account/password"),
        ("POST", "/api/v1/account/totp"),
        ("POST", "/api/v1/account/totp/confirmation"),
        ("POST", "/api/v1/account/totp/removal"),
        ("POST", "/api/v1/account/recovery-codes"),
        ("GET", "/api/v1/whoami"),
        ("GET", "/api/v1/health"),
        ("GET", "/openapi/v1.json"),
        ("GET", "/health/live"),
        ("GET", "/health/ready"),
    ];

    private static string Sample(string pattern) =>
        pattern.Replace("/{**rest}", pattern.Contains("{ref}", StringComparison.Ordinal) ? "/notes" : "", StringComparison.Ordinal)
            .Replace("{ref}", "x", StringComparison.Ordinal)
            .Replace("{contact}", "y", StringComparison.Ordinal)
            .Replace("{event}", "z", StringComparison.Ordinal)
            .Replace("{name}", "v", StringComparison.Ordinal);

    private static string PatternOf(string method, string path) =>
        Door.All.FirstOrDefault(door => door.Method == method && "/api/v1" + Sample(door.Pattern) == path)?.Pattern ?? path;

    private async Task<HttpClient> LeadAsync() => _platform.Client((await _platform.MakeKeyAsync("lead")).Key);

    private async Task<string> RawAsync(string method, string path)
    {
        var key = (await _platform.MakeKeyAsync("lead")).Key;
        return await RawHttp.SendAsync(
            _platform.Stranger.BaseAddress!,
            $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n",
            Cancellation);
    }
}

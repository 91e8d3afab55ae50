using System.Net.Http.Headers;

namespace Ketman.Gateway.Tests;

/// <summary>What is too much, and what a client is told then.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private static readonly GatewayLimits Small = GatewayLimits.Default with
    {
        Body = 100_000,
        BatchBody = 300_000,
        Headers = 4096,
        StrangerBurst = 100_000,
        StrangerPerSecond = 100_000,
    };

    private Platform _platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _platform = await Platform.StartAsync(Small);

    public async ValueTask DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task a_body_over_the_limit_is_refused_before_a_byte_of_it_is_sent()
    {
        var answer = await RawHttp.SendAsync(
            _platform.Stranger.BaseAddress!, await HeadAsync("/api/v1/companies", $"Content-Length: {Small.Body + 1}"), Cancellation);
        answer.ShouldStartWith("HTTP/1.1 413 ");
        answer.ShouldContain("urn:ketman:problem:body-too-large");
        answer.ShouldContain("At most 100000 bytes");
        answer.ShouldContain("Connection: close");
    }

    [Fact]
    public async Task a_batch_may_be_larger_but_not_without_end()
    {
        using var key = await LeadAsync();
        using var fits = await key.PostAsync("/api/v1/intake/batch", Json(Small.BatchBody), Cancellation);
        (await fits.EchoAsync()).Length.ShouldBe(Small.BatchBody);

        var answer = await RawHttp.SendAsync(
            _platform.Stranger.BaseAddress!, await HeadAsync("/api/v1/intake/batch", $"Content-Length: {Small.BatchBody + 1}"), Cancellation);
        answer.ShouldStartWith("HTTP/1.1 413 ");
    }

    [Fact]
    public async Task a_body_that_does_not_say_its_length_is_cut_at_the_limit()
    {
        var chunk = "8000\r\n" + new string(' ', 0x8000) + "\r\n";
        var answer = await RawHttp.SendAsync(
            _platform.Stranger.BaseAddress!,
            await HeadAsync("/api/v1/companies", "Transfer-Encoding: chunked") + chunk + chunk + chunk + chunk,
            Cancellation);
        answer.ShouldStartWith("HTTP/1.1 413 ");
        answer.ShouldContain("urn:ketman:problem:body-too-large");
    }

    [Fact]
    public async Task a_chunked_body_within_the_limit_passes()
    {
        using var key = await LeadAsync();
        // The server counts the chunks' frames, too.
        var length = Small.Body - 1000;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/companies") { Content = Json(length) };
        request.Headers.TransferEncodingChunked = true;
        (await (await key.SendAsync(request, Cancellation)).EchoAsync()).Length.ShouldBe(length);
    }

    [Fact]
    public async Task a_body_with_two_lengths_never_gets_inside()
    {
        var answer = await RawHttp.SendAsync(
            _platform.Stranger.BaseAddress!,
            await HeadAsync("/api/v1/companies", "Content-Length: 5\r\nTransfer-Encoding: chunked") + "0\r\n\r\nGET /internal HTTP/1.1\r\n\r\n",
            Cancellation);
        // One answer, and the connection is done with: what follows is not taken for a request.
        answer.Split("HTTP/1.1 ").Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("application/xml", null)]
    [InlineData(null, null)]
    [InlineData("application/json", "gzip")]
    public async Task a_body_that_is_not_plain_json_is_refused(string? type, string? encoding)
    {
        using var key = await LeadAsync();
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var response = await key.PostAsync("/api/v1/companies", content, Cancellation);
        await response.ShouldBeProblemAsync(415, "not-json");
    }

    [Fact]
    public async Task headers_over_the_limit_are_refused()
    {
        using var key = await LeadAsync();
        key.DefaultRequestHeaders.TryAddWithoutValidation("X-Long", new string('x', 5000));
        using var response = await key.GetAsync("/api/v1/board", Cancellation);
        await response.ShouldBeProblemAsync(431, "headers-too-large");
    }

    [Theory]
    [InlineData("GET /api/v1/board HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n")]
    [InlineData("GET /api/v1/board HTTP/1.1\r\n\r\n")]
    [InlineData("GET /api/v1/board HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    public async Task headers_that_are_none_are_refused(string request) =>
        (await RawHttp.SendAsync(_platform.Stranger.BaseAddress!, request, Cancellation)).ShouldStartWith("HTTP/1.1 400 ");

    private static StringContent Json(long length) => new(new string(' ', (int)length), new MediaTypeHeaderValue("application/json"));

    private async Task<HttpClient> LeadAsync() => _platform.Client((await _platform.MakeKeyAsync("lead")).Key);

    private async Task<string> HeadAsync(string path, string more) =>
        $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {(await _platform.MakeKeyAsync("lead")).Key}\r\n"
        + $"Content-Type: application/json\r\n{more}\r\n\r\n";
}

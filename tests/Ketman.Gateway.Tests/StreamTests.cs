using System.Net;

namespace Ketman.Gateway.Tests;

/// <summary>An answer that lasts for hours goes through as it comes, and ends when whoever asked for it may not have it any more.</summary>
public sealed class StreamTests : IAsyncLifetime
{
    private Platform _platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _platform = await Platform.StartAsync();

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task a_stream_comes_piece_by_piece_and_ends_within_seconds_when_the_key_is_revoked()
    {
        var (key, id) = await _platform.MakeKeyAsync("viewer");
        using var client = _platform.Client(key);
        using var answer = await WatchAsync(client, "abc");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        (await reader.ReadLineAsync(Cancellation)).ShouldBe("id: abc", "what it is resumed by goes inside, and nothing is held back");

        using (var revoked = await _platform.Admin.DeleteAsync(new Uri($"/api/v1/keys/{id}", UriKind.Relative), Cancellation))
        {
            revoked.IsSuccessStatusCode.ShouldBeTrue();
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        // To its end, as of an answer that is complete: a connection that is cut in the middle would fail here, and be an error in a browser.
        while (await reader.ReadLineAsync(patience.Token) is not null)
        {
        }

        using var again = await client.GetAsync(new Uri("/api/v1/board", UriKind.Relative), Cancellation);
        again.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task a_stream_that_its_service_breaks_off_does_not_look_finished()
    {
        using var answer = await WatchAsync(_platform.Admin, StandIn.BrokenOff);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        (await reader.ReadLineAsync(Cancellation)).ShouldBe($"id: {StandIn.BrokenOff}");
        await Should.ThrowAsync<IOException>(async () => await reader.ReadToEndAsync(Cancellation));
    }

    private static async Task<HttpResponseMessage> WatchAsync(HttpClient client, string resumedBy)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", resumedBy);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }
}

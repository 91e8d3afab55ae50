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
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", "abc");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        (await reader.ReadLineAsync(Cancellation)).ShouldBe("id: abc", "what it is resumed by goes inside, and nothing is held back");

        using (var revoked = await _platform.Admin.DeleteAsync(new Uri($"/api/v1/keys/{id}", UriKind.Relative), Cancellation))
        {
            revoked.IsSuccessStatusCode.ShouldBeTrue();
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        try
        {
            while (await reader.ReadLineAsync(patience.Token) is not null)
            {
            }
        }
        catch (IOException)
        {
            // The connection is closed in the middle; a client comes again, and is refused.
        }

        using var again = await client.GetAsync(new Uri("/api/v1/board", UriKind.Relative), Cancellation);
        again.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}

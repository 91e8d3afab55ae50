using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Ketman.Gateway.Tests;

/// <summary>Clients that send drop by drop, to hold connections (slowloris).</summary>
public sealed class SlowClientTests : IAsyncLifetime
{
    private static readonly GatewayLimits Impatient = GatewayLimits.Default with
    {
        HeadersWithin = TimeSpan.FromSeconds(2),
        BodyPatience = TimeSpan.FromSeconds(2),
        // More than the drops below, which the server by itself would bear.
        BodyPerSecond = 20_000,
        StrangerBurst = 100_000,
        StrangerPerSecond = 100_000,
    };

    private Platform _platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _platform = await Platform.StartAsync(Impatient);

    public async ValueTask DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task headers_that_never_end_are_not_waited_for()
    {
        var (answer, waited) = await DripAsync("GET /api/v1/board HTTP/1.1\r\nHost: a\r\nX-Slow: ", "x");

        answer.ShouldStartWith("HTTP/1.1 408 ");
        waited.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task a_body_that_never_ends_is_not_waited_for()
    {
        var key = (await _platform.MakeKeyAsync("lead")).Key.Trim();

        var (answer, waited) = await DripAsync(
            $"POST /api/v1/companies HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{{", new string(' ', 200));

        answer.ShouldStartWith("HTTP/1.1 408 ");
        answer.ShouldContain("urn:ketman:problem:too-slow");
        waited.ShouldBeLessThan(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void as_shipped_nobody_is_waited_for_longer_than_a_quarter_of_a_minute()
    {
        GatewayLimits.Default.HeadersWithin.ShouldBe(TimeSpan.FromSeconds(15));
        GatewayLimits.Default.BodyPerSecond.ShouldBe(240);
        GatewayLimits.Default.BodyPatience.ShouldBe(TimeSpan.FromSeconds(10));
    }

    // A drop every fifth of a second, so that the connection is never idle.
    private async Task<(string Answer, TimeSpan Waited)> DripAsync(string beginning, string drop)
    {
        using var socket = new TcpClient();
        var server = _platform.Stranger.BaseAddress!;
        await socket.ConnectAsync(server.Host, server.Port, Cancellation);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), Cancellation);
        var watch = Stopwatch.StartNew();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var dripping = DropsAsync(stream, Encoding.ASCII.GetBytes(drop), enough.Token);
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var answer = new StringBuilder();
        var buffer = new char[4096];
        try
        {
            while (await reader.ReadAsync(buffer, limit.Token) is > 0 and var read)
            {
                answer.Append(buffer, 0, read);
            }
        }
        catch (IOException)
        {
            // Closed with drops still on their way: what was said before has been read.
        }

        var waited = watch.Elapsed;
        await enough.CancelAsync();
        await dripping;
        return (answer.ToString(), waited);
    }

    private static async Task DropsAsync(NetworkStream stream, byte[] drop, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                await stream.WriteAsync(drop, cancellation);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The server has closed, or the answer is there.
        }
    }
}

using System.Net.Sockets;
using System.Text;

namespace Ketman.Gateway.Tests;

/// <summary>Sends bytes as they are, for requests that no HTTP client would write.</summary>
internal static class RawHttp
{
    /// <summary>The answer's text, up to the end of the connection or the first pause after something came.</summary>
    public static async Task<string> SendAsync(Uri server, string request, CancellationToken cancellation)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, cancellation);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellation);
        var answer = new StringBuilder();
        var buffer = new byte[8192];
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(TimeSpan.FromSeconds(10));
        while (!IsWhole(answer.ToString()))
        {
            var read = await stream.ReadAsync(buffer, limited.Token);
            if (read == 0)
            {
                break;
            }

            answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return answer.ToString();
    }

    private static bool IsWhole(string answer) =>
        answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) is > 0 and var end
        && (answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)
            || (answer.Contains("Content-Length: 0\r\n", StringComparison.Ordinal) && answer.Length == end + 4));
}

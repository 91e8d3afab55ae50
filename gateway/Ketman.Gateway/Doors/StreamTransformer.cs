using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace Ketman.Gateway.Doors;

/// <summary>
/// For an answer that lasts until somebody ends it. A copy of the forwarder's that is cancelled cuts the connection, which a browser reports as
/// an error; copied here, the answer ends as one that is complete.
/// </summary>
/// <param name="backend">Who answers.</param>
/// <param name="end">The end; an answer that is no stream is passed on as any other.</param>
internal sealed class StreamTransformer(Backend backend, CancellationToken end) : BackendTransformer(backend)
{
    private const int Piece = 4096;

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (!await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken))
        {
            return false;
        }

        if (proxyResponse!.Content.Headers.ContentType?.MediaType is not "text/event-stream")
        {
            return true;
        }

        try
        {
            httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await CopyAsync(proxyResponse.Content, httpContext.Response.Body);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // That is how streams end.
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // The service broke off, or is silent: the client shall not take that for the end.
            httpContext.Abort();
        }

        return false;
    }

    private async Task CopyAsync(HttpContent from, Stream to)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(end);
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            await using var stream = await from.ReadAsStreamAsync(end);
            while (true)
            {
                silence.CancelAfter(Forwarding.LongestSilence);
                var length = await stream.ReadAsync(piece, silence.Token);
                if (length == 0)
                {
                    return;
                }

                await to.WriteAsync(piece.AsMemory(0, length), silence.Token);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}

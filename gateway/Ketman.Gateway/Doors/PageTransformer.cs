using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace Ketman.Gateway.Doors;

/// <summary>
/// What of a request for a page goes to the dashboard: the headers that are listed here, and what the gateway itself says of the browser. Of
/// that the browser can say nothing: what it sends under those names stays behind.
/// </summary>
/// <param name="dashboard">Where it goes.</param>
/// <param name="caller">The gateway's word for the browser's address.</param>
/// <param name="onStream">Called when the answer is a stream, which lasts.</param>
internal sealed class PageTransformer(Backend dashboard, string caller, Action onStream) : HttpTransformer
{
    private static readonly object Answered = new();

    private static readonly string[] Passed =
    [
        HeaderNames.Cookie, HeaderNames.Accept, HeaderNames.AcceptEncoding, HeaderNames.AcceptLanguage, HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince,
        "Last-Event-ID",
    ];

    /// <summary>Whether the answer is the dashboard's own.</summary>
    public static bool HasAnswered(HttpContext context) => context.Items.ContainsKey(Answered);

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var request = httpContext.Request;
        proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, request.Path, request.QueryString);
        var to = proxyRequest.Headers;
        foreach (var name in Passed)
        {
            Pass(name, request.Headers[name]);
        }

        foreach (var (name, value) in request.Headers)
        {
            if (name.StartsWith("HX-", StringComparison.OrdinalIgnoreCase))
            {
                Pass(name, value);
            }
        }

        to.TryAddWithoutValidation("X-Forwarded-Host", request.Host.Value);
        to.TryAddWithoutValidation("X-Forwarded-Proto", AnswerHeaders.IsBehindTls(request) ? "https" : "http");
        to.TryAddWithoutValidation(CallerVoucher.Header, caller);
        if (proxyRequest.Content is { } content)
        {
            content.Headers.TryAddWithoutValidation(HeaderNames.ContentType, request.ContentType);
            if (request.ContentLength is { } length && request.Headers.TransferEncoding.Count == 0)
            {
                content.Headers.ContentLength = length;
            }
        }

        return ValueTask.CompletedTask;

        void Pass(string name, StringValues value)
        {
            if (value.Count > 0)
            {
                // Cookies are the one header whose parts a comma would not keep apart.
                to.TryAddWithoutValidation(name, name == HeaderNames.Cookie ? string.Join("; ", value.ToArray()) : value.ToString());
            }
        }
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return false;
        }

        dashboard.Answered(true);
        httpContext.Items[Answered] = true;
        var passed = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        httpContext.Response.Headers.Remove(HeaderNames.Server);
        if (proxyResponse.Content.Headers.ContentType?.MediaType is "text/event-stream")
        {
            onStream();
        }

        return passed;
    }
}

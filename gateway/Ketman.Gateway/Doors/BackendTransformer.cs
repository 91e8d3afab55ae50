using Ketman.Gateway.Callers;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace Ketman.Gateway.Doors;

/// <summary>
/// What of a request goes inside: the path below <c>/api/v1</c>, the headers that are listed here, and the gateway's token in
/// place of the client's key. A list of what passes cannot forget the header that somebody will trust next year.
/// </summary>
internal class BackendTransformer(Backend backend) : HttpTransformer
{
    public const string ApiPrefix = "/api/v1";

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var request = httpContext.Request;
        var from = request.Headers;
        proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(
            destinationPrefix, new PathString(request.Path.Value![ApiPrefix.Length..]), request.QueryString);

        var to = proxyRequest.Headers;
        to.TryAddWithoutValidation(HeaderNames.Authorization, backend.AuthorizationFor(Principal.Of(httpContext).Subject));
        Pass(HeaderNames.Accept, from.Accept);
        Pass(HeaderNames.AcceptLanguage, from.AcceptLanguage);
        Pass(HeaderNames.IfMatch, from.IfMatch);
        Pass(HeaderNames.IfNoneMatch, from.IfNoneMatch);
        Pass(HeaderNames.UserAgent, from.UserAgent);
        Pass("Idempotency-Key", from["Idempotency-Key"]);
        Pass("Last-Event-ID", from["Last-Event-ID"]);
        if (proxyRequest.Content is { } content)
        {
            content.Headers.TryAddWithoutValidation(HeaderNames.ContentType, from.ContentType.ToString());
            // A message with both is a message about whose end two servers may disagree.
            if (request.ContentLength is { } length && from.TransferEncoding.Count == 0)
            {
                content.Headers.ContentLength = length;
            }
        }

        return ValueTask.CompletedTask;

        void Pass(string name, StringValues value)
        {
            if (value.Count > 0)
            {
                to.TryAddWithoutValidation(name, value.ToString());
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

        backend.Answered(true);
        if (proxyResponse.StatusCode is System.Net.HttpStatusCode.Unauthorized)
        {
            // The client's key was good; it is the gateway whom the service does not believe (clocks or keys differ).
            await ForwardingErrors.RefusedInside(backend).ExecuteAsync(httpContext);
            return false;
        }

        var passed = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        httpContext.Response.Headers.Remove(HeaderNames.Server);
        return passed;
    }
}

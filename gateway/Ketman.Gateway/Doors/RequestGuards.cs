using System.Buffers;
using System.Globalization;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Http.Features;

namespace Ketman.Gateway.Doors;

/// <summary>Refuses what no service should have to look at, before any of a body is read.</summary>
internal static class RequestGuards
{
    // The server decodes a path once. What is still encoded then would be decoded by the next server, and might become a
    // separator or a dot segment there: two readings of one path are how doors are walked around.
    private static readonly SearchValues<char> Ambiguous = SearchValues.Create("%\\");

    // The name of the framework's endpoint; a test sees to it that it stays so.
    private const string OtherType = "415 HTTP Unsupported Media Type";

    /// <summary>What is wrong with the request line and the headers; before anything else.</summary>
    public static IApplicationBuilder UseHeaderGuard(this IApplicationBuilder app, GatewayLimits limits) => app.Use((context, next) =>
    {
        var path = context.Request.Path.Value;
        if (path.AsSpan().ContainsAny(Ambiguous) || HasControl(path))
        {
            return Problems.With(
                StatusCodes.Status400BadRequest, "bad-path", "This path cannot be passed on.",
                "A path must not contain encoded slashes, percent signs, backslashes or control characters; where a handle does, use the id.")
                .ToResult().ExecuteAsync(context);
        }

        return SizeOf(context.Request) > limits.Headers
            ? Problems.With(
                StatusCodes.Status431RequestHeaderFieldsTooLarge, "headers-too-large", "The headers are too large.",
                string.Create(CultureInfo.InvariantCulture, $"At most {limits.Headers} bytes in all.")).ToResult().ExecuteAsync(context)
            : next(context);
    });

    /// <summary>
    /// A body of another type than the gateway's own endpoint takes; before the caller is asked for. Routing has put an endpoint of its
    /// own in the place of the one that was meant, which would ask for credentials where none are needed, as at the sign-in.
    /// </summary>
    public static IApplicationBuilder UseTypeGuard(this IApplicationBuilder app) => app.Use((context, next) =>
        context.GetEndpoint() is { DisplayName: OtherType } ? NotJson().ExecuteAsync(context) : next(context));

    /// <summary>What is wrong with the body by what is said of it; after the caller is known.</summary>
    public static IApplicationBuilder UseBodyGuard(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        var chunked = request.Headers.TransferEncoding.Count > 0;
        if (!chunked && request.ContentLength is null or 0)
        {
            return next(context);
        }

        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        if (request.ContentLength > limit)
        {
            // The rest of the body is not worth waiting for.
            context.Response.Headers.Connection = "close";
            return TooLarge(limit).ExecuteAsync(context);
        }

        var isPage = PageDoor.IsMeant(context);
        return (isPage ? request.HasFormContentType : request.HasJsonContentType()) && request.Headers.ContentEncoding.Count == 0 ? next(context)
            : (isPage ? NotForm() : NotJson()).ExecuteAsync(context);
    });

    /// <summary>
    /// What another site makes a browser send to a page; the browser says so. The cookie would not come along (it is SameSite), but signing
    /// in needs none, and nobody shall be signed in as somebody else without knowing it.
    /// </summary>
    public static IApplicationBuilder UseSiteGuard(this IApplicationBuilder app) => app.Use((context, next) =>
        PageDoor.IsMeant(context) && HttpMethods.IsPost(context.Request.Method)
        && context.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
            ? Problems.With(StatusCodes.Status403Forbidden, "other-site", "This was sent by a page of another site.", "Open the page here and send it again.")
                .ToResult().ExecuteAsync(context)
            : next(context));

    private static IResult NotJson() => Problems.With(
        StatusCodes.Status415UnsupportedMediaType, "not-json", "The body must be JSON.",
        "Send Content-Type: application/json, without Content-Encoding.").ToResult();

    private static IResult NotForm() => Problems.With(
        StatusCodes.Status415UnsupportedMediaType, "not-a-form", "The body must be a form.",
        "Send application/x-www-form-urlencoded or multipart/form-data, without Content-Encoding; the API is below /api/v1.").ToResult();

    public static IResult TooLarge(long? limit) => Problems.With(
        StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body is too large.",
        limit is null
            ? "Send less in one request."
            : string.Create(CultureInfo.InvariantCulture, $"At most {limit} bytes here; send less in one request.")).ToResult();

    private static int SizeOf(HttpRequest request)
    {
        var size = 0;
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
            {
                size += name.Length + (value?.Length ?? 0) + 4;
            }
        }

        return size;
    }

    private static bool HasControl(string? path)
    {
        foreach (var character in path.AsSpan())
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}

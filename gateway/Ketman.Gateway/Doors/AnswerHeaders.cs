using System.Diagnostics;
using System.Text.RegularExpressions;
using Ketman.Gateway.Audit;
using Microsoft.AspNetCore.Http.Features;

namespace Ketman.Gateway.Doors;

/// <summary>
/// What every answer says, whoever wrote it: that of the API is data and never a page, a page is nothing but what the dashboard serves, and by
/// which id it can be found in the traces.
/// </summary>
internal static partial class AnswerHeaders
{
    private const string Policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // A page has its scripts, styles and pictures from where it came from itself, and nothing inline.
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly Func<object, Task> Write = static state =>
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // A page of a service may have the one style whose text it names by its hash, and nothing more.
        headers.ContentSecurityPolicy = PageDoor.IsMeant(context) ? PagePolicy
            : headers.ContentSecurityPolicy is [{ } own] && OwnStyle().IsMatch(own) ? own
            : Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["X-Permitted-Cross-Domain-Policies"] = "none";
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        // Whoever ends TLS in front says so; over plain HTTP browsers ignore the header, so nothing is lost when that is a lie.
        if (IsBehindTls(context.Request))
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }

        // What a page says of a refusal the API said to the dashboard before.
        if (!PageTransformer.HasAnswered(context)
            && context.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests)
        {
            // Here no refusal is missed, whoever pronounced it, and an answer that is none pays nothing.
            context.RequestServices.GetRequiredService<AuditLog>().Refused(context, context.Response.StatusCode);
        }

        headers["X-Request-Id"] = context.Features.Get<IHttpActivityFeature>()?.Activity is { IdFormat: ActivityIdFormat.W3C } activity
            ? activity.TraceId.ToHexString()
            : context.TraceIdentifier;
        return Task.CompletedTask;
    };

    /// <summary>Whether the browser came by TLS, which may have ended in a proxy before the gateway.</summary>
    public static bool IsBehindTls(HttpRequest request) => request.IsHttps || request.Headers["X-Forwarded-Proto"] == "https";

    [GeneratedRegex("^" + Policy + "; style-src 'sha256-[A-Za-z0-9+/]{43}='\\z")]
    private static partial Regex OwnStyle();

    public static IApplicationBuilder UseAnswerHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(Write, context);
        return next(context);
    });
}

using Ketman.Hosting.Web;
using Yarp.ReverseProxy.Forwarder;

namespace Ketman.Gateway.Doors;

/// <summary>Says it in a page to whoever wanted one, and as a problem to everybody else, when the dashboard does not answer.</summary>
internal static class PageErrors
{
    private const string Seconds = "5";

    // They must come without the dashboard, so they have neither style nor script.
    private static readonly string Away = Page(
        "The dashboard does not answer; the API does",
        "Nothing is lost. Reload this page in some seconds. Until then <code>ketman board</code> shows the board at the command line.");

    private static readonly string Starting = Page(
        "The platform is starting, or its database does not answer", "Nothing is lost. Reload this page in some seconds.");

    /// <summary>Answers for a request that failed with <paramref name="error"/>, unless the answer is on its way already.</summary>
    public static Task AnswerAsync(HttpContext context, Backend dashboard, ForwarderError error)
    {
        if (!WantsPage(context.Request) || context.Response.HasStarted)
        {
            return ForwardingErrors.AnswerAsync(context, dashboard, error);
        }

        dashboard.Answered(false);
        context.Response.Clear();
        return WriteAsync(context, Away, ForwardingErrors.WasNeverSent(context) ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status502BadGateway);
    }

    /// <summary>Answers while the gateway itself is not ready: it cannot say yet from where a browser comes.</summary>
    public static Task NotOpenYetAsync(HttpContext context) => WantsPage(context.Request)
        ? WriteAsync(context, Starting, StatusCodes.Status503ServiceUnavailable)
        : Problems.Unavailable("The gateway's database").ToResult().ExecuteAsync(context);

    private static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static Task WriteAsync(HttpContext context, string page, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.RetryAfter = Seconds;
        return context.Response.WriteAsync(page, context.RequestAborted);
    }

    private static string Page(string title, string text) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title} - Ketman</title>
        </head>
        <body>
        <main>
        <h1>{title}</h1>
        <p>{text}</p>
        <p>Whoever runs the platform sees why with <code>ketman health</code>, and with <code>./ketman logs</code> on its machine.</p>
        </main>
        </body>
        </html>

        """;
}

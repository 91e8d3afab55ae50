using Ketman.Dashboard.Connection;

namespace Ketman.Dashboard.Shell;

/// <summary>Who may come to a page at all, before any of its code runs.</summary>
internal static class Visits
{
    private static readonly string[] Open = ["/sign-in", "/invitation"];

    // The gateway's names for it, behind TLS and on one's own machine.
    private static readonly string[] Cookies = ["__Host-ketman", "ketman"];

    /// <summary>
    /// Requests that do not come from the gateway get nothing: it alone says from where a browser comes, which sign-ins are counted by.
    /// </summary>
    public static IApplicationBuilder UseGatewayOnly(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Headers["X-Ketman-Caller"].Count > 0 || context.Request.Path.StartsWithSegments("/health"))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    /// <summary>Finds out who it is; whoever is nobody signs in first and comes back.</summary>
    public static IApplicationBuilder UseVisitor(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var visitor = context.RequestServices.GetRequiredService<Visitor>();
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        visitor.See(context, null, now);
        if (await SessionOfAsync(context) is { } session)
        {
            visitor.See(context, session, now);
        }
        else if (!Open.Any(path => context.Request.Path.StartsWithSegments(path)))
        {
            SignInFirst(context);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        await next(context);
    });

    private static async Task<SessionView?> SessionOfAsync(HttpContext context)
    {
        // Whoever brings no session is refused none: asking would fill the audit log with everybody who is on his way in.
        if (!Cookies.Any(context.Request.Cookies.ContainsKey))
        {
            return null;
        }

        try
        {
            return await context.RequestServices.GetRequiredService<PlatformApi>().GetAsync<SessionView>("/session", context.RequestAborted);
        }
        catch (ApiProblemException e) when (e.Problem.Status is 401 or 403)
        {
            return null;
        }
    }

    /// <summary>Sends a browser to the sign-in and, when it asked for a page, back afterwards.</summary>
    public static void SignInFirst(HttpContext context)
    {
        var back = HttpMethods.IsGet(context.Request.Method) && !Page.IsPart(context) ? context.Request.Path + context.Request.QueryString : "/";
        var target = back == "/" ? "/sign-in" : $"/sign-in?back={Uri.EscapeDataString(back)}";
        if (Page.IsPart(context))
        {
            // A redirect would be followed by the script, and the sign-in page would land in the middle of this one.
            context.Response.Headers["HX-Redirect"] = "/sign-in";
            return;
        }

        context.Response.Redirect(target);
    }
}

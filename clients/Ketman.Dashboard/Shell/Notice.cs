namespace Ketman.Dashboard.Shell;

/// <summary>A sentence that the next page shows once: what has just been done. It goes by cookie, so that it needs no script.</summary>
internal static class Notice
{
    private const string Cookie = "ketman-notice";

    public static void Leave(HttpContext context, string text) =>
        context.Response.Cookies.Append(Cookie, Uri.EscapeDataString(text), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.Headers["X-Forwarded-Proto"] == "https",
            Path = "/",
            MaxAge = TimeSpan.FromMinutes(1),
        });

    /// <summary>The sentence, which is then gone.</summary>
    public static string? Take(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 and < 2000 } text)
        {
            return null;
        }

        context.Response.Cookies.Delete(Cookie, new CookieOptions { Path = "/" });
        return Uri.UnescapeDataString(text);
    }
}

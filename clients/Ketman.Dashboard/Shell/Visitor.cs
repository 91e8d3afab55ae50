using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Ketman.Dashboard.Shell;

/// <summary>Who looks at the page, and how: session, time zone, theme. Filled in before the page's own code runs.</summary>
public sealed class Visitor
{
    /// <summary>The session as the gateway tells it; null on the pages before signing in.</summary>
    public SessionView? Session { get; private set; }

    /// <summary>Where he reads the clock: told by his browser, UTC as long as it has not.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary><c>light</c>, <c>dark</c>, or null: as his system has it.</summary>
    public string? Theme { get; private set; }

    /// <summary>Where he is, for the way back after signing in.</summary>
    public string Path { get; private set; } = "/";

    public DateTimeOffset Now { get; private set; }

    public bool Is(string role) => Session?.Roles.Contains(role) == true;

    /// <summary>Whether a change may be recorded: what a form for it needs at least.</summary>
    public bool MayRecord => Is("analyst") || Is("lead");

    /// <summary>
    /// The anti-forgery token for a form, never twice in the same letters: a compressed page whose length tells how much of a guess
    /// is in it would give a constant one away (BREACH).
    /// </summary>
    public string Csrf()
    {
        var token = Encoding.UTF8.GetBytes(Session?.CsrfToken ?? "");
        var pad = RandomNumberGenerator.GetBytes(token.Length);
        return WebEncoders.Base64UrlEncode([.. pad, .. pad.Zip(token, (one, other) => (byte)(one ^ other))]);
    }

    /// <summary>The session's token out of what a form bore; the gateway judges it.</summary>
    public static string Unmask(string? field)
    {
        try
        {
            var bytes = WebEncoders.Base64UrlDecode(field ?? "");
            var half = bytes.Length / 2;
            return Encoding.UTF8.GetString([.. bytes[..half].Zip(bytes[half..], (one, other) => (byte)(one ^ other))]);
        }
        catch (FormatException)
        {
            return "";
        }
    }

    public void See(HttpContext context, SessionView? session, DateTimeOffset now)
    {
        Session = session;
        Now = now;
        Path = context.Request.Path + context.Request.QueryString;
        Theme = context.Request.Cookies["ketman-theme"] is "light" or "dark" ? context.Request.Cookies["ketman-theme"] : null;
        Zone = context.Request.Cookies["ketman-zone"] is { Length: > 0 and < 64 } name && TimeZoneInfo.TryFindSystemTimeZoneById(Uri.UnescapeDataString(name), out var zone)
            ? zone
            : TimeZoneInfo.Utc;
    }
}

/// <summary>A session as <c>GET /session</c> tells it.</summary>
public sealed record SessionView(string Name, IReadOnlyList<string> Roles, string CsrfToken, DateTimeOffset ExpiresAt);

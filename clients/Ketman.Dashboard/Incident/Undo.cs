using System.Text.Json.Nodes;

namespace Ketman.Dashboard.Incident;

/// <summary>
/// What has just been done and can be undone, for the next page of that case. It goes by cookie: in the address it could be put there by
/// somebody else, and would come again with each reload.
/// </summary>
/// <param name="Done">The command that was carried out.</param>
/// <param name="Command">The command that undoes it.</param>
/// <param name="Fields">Its fields.</param>
internal sealed record Undo(string Done, string Command, IReadOnlyList<(string Name, string Value)> Fields)
{
    private const string Cookie = "ketman-undo";

    private static readonly HashSet<string> Facts = new(StringComparer.Ordinal)
    {
        "log-outreach", "record-delivery", "record-bounce", "record-answer", "acknowledge", "classify-reaction", "make-commitment", "keep-commitment",
        "request-update", "receive-update", "revoke-access", "assess-implant", "engage-help", "request-information", "provide-information",
        "assess-severity", "set-embargo", "lift-embargo", "request-privacy", "add-finding", "record-merge", "record-payment", "establish-engagement",
        "confirm-worker", "add-note",
    };

    /// <summary>Notes what was done, for the next page.</summary>
    public static void Leave(HttpContext context, string reference, string command, JsonNode? answer, string? tag)
    {
        var subject = command is "tag" or "untag" ? tag : answer?["id"]?.ToString();
        if (subject is not null && Of(command, subject) is not null)
        {
            context.Response.Cookies.Append(Cookie, Uri.EscapeDataString($"{reference} {command} {subject}"), new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = context.Request.Headers["X-Forwarded-Proto"] == "https",
                Path = "/incidents",
                MaxAge = TimeSpan.FromMinutes(1),
            });
        }
    }

    /// <summary>What was just done on this case; null: nothing, or nothing that can be undone.</summary>
    public static Undo? Take(HttpContext context, string reference)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 and < 400 } text || Uri.UnescapeDataString(text).Split(' ') is not [var of, var command, var subject] || of != reference)
        {
            return null;
        }

        context.Response.Cookies.Delete(Cookie, new CookieOptions { Path = "/incidents" });
        return Of(command, subject);
    }

    private static Undo? Of(string command, string subject) => command switch
    {
        "tag" => new(command, "untag", [("tag", subject)]),
        "untag" => new(command, "tag", [("tag", subject)]),
        "pause-clock" => new(command, "resume-clock", [("pause", subject)]),
        _ when Facts.Contains(command) => new(command, "retract-fact", [("fact", subject), ("reason", Words.Incident_UndoReason)]),
        _ => null,
    };
}

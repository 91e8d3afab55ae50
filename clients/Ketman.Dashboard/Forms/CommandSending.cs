using System.Text.RegularExpressions;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Shell;
using Ketman.Vocabulary;

namespace Ketman.Dashboard.Forms;

/// <summary>Carries out what a form asks for.</summary>
internal static partial class CommandSending
{
    /// <summary>Sends the command that a form holds; a form that cannot be read is refused like the platform refuses, and not sent.</summary>
    /// <param name="api">The platform.</param>
    /// <param name="type">The command.</param>
    /// <param name="target">The handle or id of what it is decided on; empty for a command that creates.</param>
    /// <param name="form">The form.</param>
    /// <param name="visitor">Who sends it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<Outcome> SendAsync(this PlatformApi api, LineType type, string target, SentForm form, Visitor visitor, CancellationToken cancellation)
    {
        var (body, errors) = CommandBody.Read(type, form, visitor.Zone);
        if (errors.Count > 0)
        {
            return new Outcome(null, new Problem(StatusCodes.Status400BadRequest, "urn:ketman:problem:invalid-request", Ketman.Dashboard.Words.Form_Invalid, null, errors), null);
        }

        var path = "/" + Member().Replace(type.Route, member =>
        {
            if (member.Groups[1].Value == "ref")
            {
                return Uri.EscapeDataString(target);
            }

            var value = body[member.Groups[1].Value]?.ToString() ?? "";
            body.Remove(member.Groups[1].Value);
            return Uri.EscapeDataString(value);
        });
        return await api.ChangeAsync(HttpMethod.Post, path, body, form.Conditions, cancellation);
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Member();
}

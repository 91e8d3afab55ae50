using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ketman.Dashboard.Shell;

/// <summary>How an endpoint answers with a page or a part of one.</summary>
internal static class Page
{
    /// <summary>Whether a script asks for a part of a page, to put it in the place of another.</summary>
    public static bool IsPart(HttpContext context) => context.Request.Headers["HX-Request"] == "true";

    /// <summary>The component as the answer.</summary>
    /// <param name="parameters">Its parameters, as members of an anonymous object.</param>
    /// <param name="status">422 or 400 for a form that was refused.</param>
    public static RazorComponentResult<T> Of<T>(object? parameters = null, int status = StatusCodes.Status200OK)
        where T : IComponent => new(parameters ?? new { }) { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>After a change: to where it can be seen. A script goes there too, with the notice that it was done.</summary>
    public static IResult GoTo(HttpContext context, string path, string? notice = null)
    {
        if (notice is not null)
        {
            Notice.Leave(context, notice);
        }

        if (IsPart(context))
        {
            context.Response.Headers["HX-Redirect"] = path;
            return Results.NoContent();
        }

        return Results.Redirect(path);
    }

    /// <summary>A path on this very site, or the board: what stands in an address must not send anybody elsewhere.</summary>
    public static string Local(string? path) =>
        path is ['/', not ('/' or '\\'), ..] && !path.AsSpan().ContainsAny('\r', '\n', '\\') && Uri.TryCreate(path, UriKind.Relative, out _) ? path : "/";
}

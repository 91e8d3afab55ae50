using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Board;

/// <summary>The board of open incidents, where a researcher's morning begins.</summary>
internal static class BoardEndpoints
{
    public static void MapBoard(this IEndpointRouteBuilder app) => app.MapGet("/", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext context, PlatformApi api, CancellationToken cancellation) =>
        // The address of the page is the question to the API, so that it can be shared, and saved as a view.
        Page.Of<BoardPage>(new { Answer = await api.GetAsync<BoardAnswer>("/board" + context.Request.QueryString, cancellation) });
}

using Ketman.Dashboard.Connection;
using Microsoft.AspNetCore.Diagnostics;

namespace Ketman.Dashboard.Shell;

/// <summary>What is shown when a page cannot be: what is wrong and what to do, never how the code came there.</summary>
internal static partial class Errors
{
    public static Problem NoSuchPage => new(StatusCodes.Status404NotFound, "no-such-page", Words.Error_NoSuchPage, Words.Error_NoSuchPageDetail, []);

    public static void UseErrorPages(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Ketman.Dashboard.Errors");
        app.UseExceptionHandler(errors => errors.Run(context =>
        {
            var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
            if (error is ApiProblemException { Problem.Status: 401 })
            {
                // The session ended between two requests of one page.
                context.Response.StatusCode = StatusCodes.Status200OK;
                Visits.SignInFirst(context);
                return Task.CompletedTask;
            }

            if (error is not ApiProblemException && error is not BadHttpRequestException)
            {
                LogFailed(logger, error?.GetType().Name ?? "nothing", error?.StackTrace ?? "");
            }

            return Answer(context, error switch
            {
                ApiProblemException refused => refused.Problem,
                BadHttpRequestException bad => new Problem(bad.StatusCode, "bad-request", Words.Error_BadRequest, Words.Error_BadRequestDetail, []),
                _ => new Problem(StatusCodes.Status500InternalServerError, "failed", Words.Error_Failed, Words.Error_FailedDetail, []),
            });
        }));
    }

    private static Task Answer(HttpContext context, Problem problem)
    {
        if (Page.IsPart(context))
        {
            // The part that was asked for stays as it was; what went wrong is told above the page.
            context.Response.Headers["HX-Retarget"] = "#notices";
            context.Response.Headers["HX-Reswap"] = "innerHTML";
            return Page.Of<ProblemBox>(new { Problem = problem }, problem.Status).ExecuteAsync(context);
        }

        return Page.Of<ErrorPage>(new { Problem = problem }, problem.Status).ExecuteAsync(context);
    }

    // The message of an exception may hold what somebody typed.
    [LoggerMessage(LogLevel.Error, "A page failed: {ErrorType} {Trace}")]
    private static partial void LogFailed(ILogger logger, string errorType, string trace);
}

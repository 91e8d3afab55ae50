using Ketman.EventStore;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.Hosting.Web;

/// <summary>Turns what went wrong into a problem document, and never shows an exception to a client.</summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        var problem = ProblemOf(exception);
        if (problem.Status >= StatusCodes.Status500InternalServerError)
        {
            LogFailed(exception.GetType().Name, httpContext.Request.Method, httpContext.GetEndpoint()?.DisplayName, SafeTrace(exception));
        }

        await problem.ToResult().ExecuteAsync(httpContext);
        return true;
    }

    private static ProblemDetails ProblemOf(Exception exception) => exception switch
    {
        ProblemException known => known.Problem,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problems.With(
            StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body is too large.", "Send less in one request."),
        BadHttpRequestException bad => Problems.With(bad.StatusCode, "bad-request", "The request could not be read."),
        WrongExpectedVersionException => Problems.VersionConflict(),
        NpgsqlException { IsTransient: true } or TimeoutException => Problems.Unavailable("The database"),
        PostgresException { SqlState: "57P01" or "57P03" or "53300" } => Problems.Unavailable("The database"),
        _ => Problems.With(StatusCodes.Status500InternalServerError, "internal-error", "Something failed inside.",
            "It was logged. Nothing was stored unless the answer of a repetition with the same Idempotency-Key says so."),
    };

    // Messages of exceptions can carry what a client sent; the stack says where, and that is enough.
    private static string? SafeTrace(Exception exception) => exception.StackTrace;

    [LoggerMessage(LogLevel.Error, "{Exception} while answering {Method} {Endpoint}\n{Trace}")]
    private partial void LogFailed(string exception, string method, string? endpoint, string? trace);
}

using Ketman.Hosting.Web;
using Yarp.ReverseProxy.Forwarder;

namespace Ketman.Gateway.Doors;

/// <summary>Says what a client can do when its request did not get through to a service and back.</summary>
internal static class ForwardingErrors
{
    /// <summary>Answers for a request that failed with <paramref name="error"/>, unless the answer is on its way already.</summary>
    public static Task AnswerAsync(HttpContext context, Backend backend, ForwarderError error)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return Task.CompletedTask;
        }

        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (InnermostBadRequest(exception) is { } bad)
        {
            return BadRequest(bad).ExecuteAsync(context);
        }

        backend.Answered(false);
        if (WasNeverSent(context))
        {
            return Problems.Unavailable(backend.Title).ToResult().ExecuteAsync(context);
        }

        context.Response.Headers.RetryAfter = "2";
        var (status, slug, title) = error is ForwarderError.RequestTimedOut
            ? (StatusCodes.Status504GatewayTimeout, "too-slow", $"{backend.Title} took too long.")
            : (StatusCodes.Status502BadGateway, "broken-off", $"{backend.Title} broke off in the middle.");
        return Problems.With(
            status, slug, title,
            "Whether it was done is not known. Repeat it with the same Idempotency-Key: nothing happens twice.").ToResult().ExecuteAsync(context);
    }

    /// <summary>Whether nobody was reached, so that nothing can have been done.</summary>
    public static bool WasNeverSent(HttpContext context) => context.Features.Get<IForwarderErrorFeature>()?.Exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
    };

    /// <summary>The service did not accept the gateway's own credentials.</summary>
    public static IResult RefusedInside(Backend backend) => Problems.With(
        StatusCodes.Status502BadGateway, "refused-inside", $"{backend.Title} does not accept the gateway.",
        "Their signing keys or clocks differ; nothing was done. The operator can see it in the health of the services.").ToResult();

    // What the server refused while a body was on its way comes wrapped by everybody who handed the body on.
    private static BadHttpRequestException? InnermostBadRequest(Exception? exception) => exception switch
    {
        BadHttpRequestException bad => bad,
        AggregateException several => several.InnerExceptions.Select(InnermostBadRequest).FirstOrDefault(bad => bad is not null),
        _ => exception?.InnerException is { } inner ? InnermostBadRequest(inner) : null,
    };

    private static IResult BadRequest(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => RequestGuards.TooLarge(null),
        StatusCodes.Status408RequestTimeout => Problems.With(
            StatusCodes.Status408RequestTimeout, "too-slow", "The body came too slowly.", "Send it again.").ToResult(),
        var status => Problems.With(status, "bad-request", "The request could not be read.").ToResult(),
    };
}

using System.Globalization;
using System.Threading.RateLimiting;
using Ketman.Gateway.Callers;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Authorization;

namespace Ketman.Gateway.Doors;

/// <summary>
/// Counts requests by key, and those without a key that is known already by address. It comes before the look-up of the key, so
/// that guessing keys costs the database nothing.
/// </summary>
internal static class RateLimits
{
    /// <summary>Marks an endpoint by which strangers come in: it counts by address, whoever asks.</summary>
    public sealed record WayIn;

    public static IServiceCollection AddRateLimits(this IServiceCollection services, GatewayLimits limits) => services.AddRateLimiter(limiter =>
    {
        var ofKey = Bucket(limits.KeyBurst, limits.KeyPerSecond);
        var ofStranger = Bucket(limits.StrangerBurst, limits.StrangerPerSecond);
        var ofPages = Bucket(limits.PageBurst, limits.PagePerSecond);
        Func<string, TokenBucketRateLimiterOptions> keyBucket = _ => ofKey;
        Func<string, TokenBucketRateLimiterOptions> strangerBucket = _ => ofStranger;
        Func<string, TokenBucketRateLimiterOptions> pageBucket = _ => ofPages;
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            // A page is many files; guessing needs the API, whose count it leaves alone.
            PageDoor.IsMeant(context) && CallerAuthentication.Recall(context) is null
            ? RateLimitPartition.GetTokenBucketLimiter($"pages {context.Connection.RemoteIpAddress}", pageBucket)
            : context.GetEndpoint()?.Metadata is { } metadata && metadata.GetMetadata<IAllowAnonymous>() is not null && metadata.GetMetadata<WayIn>() is null
              && !PageDoor.IsMeant(context)
            ? RateLimitPartition.GetNoLimiter("open")
            : CallerAuthentication.Recall(context) is { } caller && context.GetEndpoint()?.Metadata.GetMetadata<WayIn>() is null
            ? RateLimitPartition.GetTokenBucketLimiter(caller.Subject.Id, keyBucket)
            : RateLimitPartition.GetTokenBucketLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "", strangerBucket));
        limiter.OnRejected = static (rejected, _) =>
        {
            var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
            rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return new ValueTask(Problems.With(
                StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many requests.",
                string.Create(CultureInfo.InvariantCulture, $"Come again in {seconds} s.")).ToResult().ExecuteAsync(rejected.HttpContext));
        };
    });

    private static TokenBucketRateLimiterOptions Bucket(int burst, int perSecond) => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = Math.Max(1, perSecond / 10),
        ReplenishmentPeriod = perSecond >= 10 ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(1.0 / perSecond),
        AutoReplenishment = true,
        QueueLimit = 0,
    };
}

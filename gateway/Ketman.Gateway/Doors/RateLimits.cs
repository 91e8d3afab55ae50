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
        {
            var metadata = context.GetEndpoint()?.Metadata;
            var (isPage, isWayIn) = (PageDoor.IsMeant(context), metadata?.GetMetadata<WayIn>() is not null);
            if (metadata?.GetMetadata<IAllowAnonymous>() is not null && !isPage && !isWayIn)
            {
                return RateLimitPartition.GetNoLimiter("open");
            }

            if (!isWayIn && CallerAuthentication.Recall(context) is { } caller)
            {
                return RateLimitPartition.GetTokenBucketLimiter(caller.Subject.Id, keyBucket);
            }

            // A page is many files, and guessing needs the API: so pages may be asked for more often, and count for themselves.
            var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
            return isPage ? RateLimitPartition.GetTokenBucketLimiter("pages " + address, pageBucket) : RateLimitPartition.GetTokenBucketLimiter(address, strangerBucket);
        });
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

using System.Globalization;
using Ketman.EventStore;
using Ketman.EventStore.Chain;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Commands;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ketman.Hosting.Proofs;

/// <summary>Proves a service's log to whoever asks through the gateway.</summary>
public static class VerificationEndpoint
{
    private const int DefaultLimit = 50_000;
    private const int LargestLimit = 500_000;

    /// <summary>
    /// Maps <c>GET /proofs/SERVICE/verification</c>: a page of the verification of the whole log (<c>?after=</c> the <c>next</c> of the
    /// page before, <c>&amp;limit=</c> about how many events), or with <c>?stream=</c> one stream, by its name or by an id or handle; and
    /// <c>GET /proofs/SERVICE/seals/NUMBER</c>: one seal.
    /// </summary>
    /// <param name="routes">The service's.</param>
    /// <param name="service">Its name.</param>
    /// <param name="kinds">The kinds of streams it owns, whose ids and handles it resolves.</param>
    public static void MapVerification(this IEndpointRouteBuilder routes, string service, params string[] kinds)
    {
        MapLog(routes, service, kinds);
        routes.MapGet($"proofs/{service}/seals/{{number}}", async (string number, LogVerifier verifier, CancellationToken cancellation) =>
            long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted)
            && await verifier.FindSealAsync(wanted, cancellation) is { } seal ? TypedResults.Ok(seal) : Problems.NotFound("seal", "number").ToResult())
            .ForRole(CallerRoles.Analyst).WithName($"show-seal-{service}").WithTags("proof")
            .Produces<SealView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapLog(IEndpointRouteBuilder routes, string service, string[] kinds) => routes
        .MapGet($"proofs/{service}/verification", async (
            string? stream, string? after, int? limit, Caller caller, LogVerifier verifier, IRefResolver references, IServiceProvider services,
            CancellationToken cancellation) =>
        {
            if (stream is not null)
            {
                var names = await StreamsAsync(stream, kinds, references, cancellation);
                return await VerifyStreamAsync(await KnownToAsync(caller, names, services, cancellation), verifier, cancellation);
            }

            try
            {
                var page = await verifier.VerifyAsync(after, Math.Clamp(limit ?? DefaultLimit, 1, LargestLimit), cancellation);
                return TypedResults.Ok(page with { Faults = await WithoutHiddenAsync(caller, page.Faults, services, cancellation) });
            }
            catch (UnknownPositionException)
            {
                return Problems.InvalidRequest(new FieldError("after", "must be the next of an earlier page")).ToResult();
            }
        })
        .ForRole(CallerRoles.Analyst).WithName($"verify-{service}").WithTags("proof")
        .Produces<LogVerification>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IEnumerable<string>> KnownToAsync(
        Caller caller, IEnumerable<string> streams, IServiceProvider services, CancellationToken cancellation)
    {
        if (services.GetService<IStreamAccess>() is not { } access)
        {
            return streams;
        }

        // What bears no id is nobody's: whoever forges a row can call its stream anything.
        var ids = streams.Select(stream => (stream, Id: Guid.TryParseExact(stream.AsSpan(stream.IndexOf('-', StringComparison.Ordinal) + 1), "D", out var id) ? id : (Guid?)null))
            .Where(named => named.Id is not null).ToDictionary(named => named.stream, named => named.Id!.Value);
        var hidden = await access.HiddenAsync(ids.Values, caller.Reader, services.GetRequiredService<TimeProvider>().GetUtcNow(), cancellation);
        return ids.Where(stream => !hidden.Contains(stream.Value)).Select(stream => stream.Key);
    }

    // That the log does not hold is told to whoever may verify it; of whose stream it is, only who may know of that.
    private static async Task<IReadOnlyList<LogFault>> WithoutHiddenAsync(
        Caller caller, IReadOnlyList<LogFault> faults, IServiceProvider services, CancellationToken cancellation)
    {
        var named = faults.Select(fault => fault.Stream).OfType<string>().Distinct().ToList();
        if (named.Count == 0)
        {
            return faults;
        }

        var known = (await KnownToAsync(caller, named, services, cancellation)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. faults.Select(fault => fault.Stream is not { Length: > 0 } stream || known.Contains(stream) ? fault
                : fault with { Stream = null, Version = null, Message = "Something does not hold in a stream that is not for you; who may read everything sees which." }),
        ];
    }

    private static async Task<IResult> VerifyStreamAsync(IEnumerable<string> streams, LogVerifier verifier, CancellationToken cancellation)
    {
        foreach (var name in streams)
        {
            if (await verifier.VerifyStreamAsync(name, cancellation) is { } verified && (verified.Streams, verified.Seals, verified.Faults.Count) is not (0, 0, 0))
            {
                return TypedResults.Ok(verified);
            }
        }

        return Problems.NotFound("stream", "stream").ToResult();
    }

    /// <summary>A stream's own name works even where its lookup tables are damaged; that is when it matters most.</summary>
    private static async Task<IEnumerable<string>> StreamsAsync(string text, string[] kinds, IRefResolver references, CancellationToken cancellation)
    {
        if (text.Length is 0 or > 300 || text.Any(char.IsControl))
        {
            return [];
        }

        if (kinds.Any(kind => text.StartsWith(kind + "-", StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(kind.Length + 1), "D", out _)))
        {
            return [text];
        }

        var known = await references.FindManyAsync([.. kinds.Select(kind => new Reference(kind, text))], cancellation);
        return kinds.Where(kind => known.ContainsKey(new Reference(kind, text))).Select(kind => $"{kind}-{known[new Reference(kind, text)].Id:D}");
    }
}

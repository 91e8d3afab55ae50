using System.Globalization;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Reading;

namespace Ketman.Metrics.Figures;

/// <summary>GET /metrics/definitions and /metrics/definitions/{name}: what the figures mean.</summary>
internal static class MetricEndpoints
{
    public static void MapMetricDefinitions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("metrics/definitions", static (HttpContext context) => Tagged.Json(context, MetricList.Current))
            .ForRole(CallerRoles.Viewer).WithName("metric-definitions").WithSummary("What every figure means, with the segments and clocks that they go by.")
            .Produces<MetricList>();
        routes.MapGet("metrics/definitions/{name}", Get)
            .ForRole(CallerRoles.Viewer).WithName("metric-definition").WithSummary("What one figure means, in its latest version or the one that is asked for.")
            .Produces<Metric>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static IResult Get(string name, string? version, HttpContext context)
    {
        var number = 0;
        if (version is not null && (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number == 0))
        {
            return Problems.InvalidRequest(new FieldError("version", "must be a number from 1 on")).ToResult();
        }

        var catalogue = MetricCatalogue.Current;
        return catalogue.Latest(name) is not { } latest ? Problems.NotFound("metric", "name").ToResult()
            : (version is null ? latest : catalogue.Find(name, number)) is { } metric ? Tagged.Json(context, metric)
            : Problems.NotFound("metric", "version").ToResult();
    }
}

/// <summary>The catalogue of metrics.</summary>
/// <param name="Items">Every version of every metric.</param>
/// <param name="Milestones">What times are counted from and to.</param>
/// <param name="Segments">The bands of rank that companies are put into.</param>
/// <param name="Clocks">What is known of the clocks of policies.</param>
public sealed record MetricList(
    IReadOnlyList<Metric> Items, IReadOnlyDictionary<string, string> Milestones, IReadOnlyList<Segment> Segments, IReadOnlyList<PolicyClock> Clocks)
{
    internal static MetricList Current { get; } =
        new(MetricCatalogue.Current.Metrics, MetricCatalogue.Current.Milestones, MetricCatalogue.Current.Segments, MetricCatalogue.Current.Clocks);
}

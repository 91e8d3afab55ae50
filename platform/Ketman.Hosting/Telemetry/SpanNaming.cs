using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Ketman.Hosting.Telemetry;

/// <summary>Names server spans by method and route, e.g. <c>POST disclosures/{ref}/outreach</c>; the framework names them all alike.</summary>
internal sealed class SpanNaming : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, rest) =>
        {
            await rest(context);
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } span && context.GetEndpoint() is RouteEndpoint endpoint)
            {
                span.DisplayName = $"{context.Request.Method} {endpoint.RoutePattern.RawText}";
            }
        });
        next(app);
    };
}

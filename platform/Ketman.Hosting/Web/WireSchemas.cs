using Ketman.Contracts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Ketman.Hosting.Web;

/// <summary>Describes types whose JSON is not what their members suggest.</summary>
internal sealed class WireSchemas : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Type == typeof(Moment) || context.JsonTypeInfo.Type == typeof(Moment?))
        {
            schema.Type = JsonSchemaType.String;
            schema.Properties?.Clear();
            schema.Description = "A day (2025-02-03) where no hour is known, or an instant with its offset (2025-02-03T14:05:00Z).";
            schema.Pattern = "^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,7})?)?(Z|[+-]\\d{2}:\\d{2}))?$";
        }

        return Task.CompletedTask;
    }
}

using System.Globalization;
using Ketman.Contracts;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Ketman.Hosting.Commands;

/// <summary>Serves every command of a catalogue at its route.</summary>
public static class CommandEndpoints
{
    private const int LongestKey = 200;

    /// <summary>Registers what running commands needs; the event store and an <see cref="IRefResolver"/> must be registered too.</summary>
    public static IServiceCollection AddCommands(this IServiceCollection services)
    {
        services.AddScoped<CommandRunner>();
        return services;
    }

    /// <summary>Maps one POST endpoint for each command.</summary>
    public static void MapCommands(this IEndpointRouteBuilder app, ICommandCatalogue catalogue)
    {
        foreach (var definition in catalogue.Commands)
        {
            var endpoint = app.MapPost(definition.Route, (HttpContext context, CancellationToken cancellation) =>
                    HandleAsync(context, definition, cancellation))
                .WithName(definition.Name)
                .WithTags(definition.Category)
                .ForRole(definition.Role)
                .Accepts(definition.CommandType, "application/json")
                .Produces<CommandAnswer>()
                .ProducesProblem(StatusCodes.Status400BadRequest)
                .ProducesProblem(StatusCodes.Status403Forbidden)
                .ProducesProblem(StatusCodes.Status404NotFound)
                .ProducesProblem(StatusCodes.Status409Conflict)
                .ProducesProblem(StatusCodes.Status412PreconditionFailed)
                .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
                .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
            if (definition.Creates)
            {
                endpoint.Produces<CommandAnswer>(StatusCodes.Status201Created);
            }
        }
    }

    private static async Task<IResult> HandleAsync(HttpContext context, CommandDefinition definition, CancellationToken cancellation)
    {
        var now = Moment.At(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()).Start;
        if (ReadHeaders(context.Request, out var key, out var ifMatch) is { } header)
        {
            return header.ToResult();
        }

        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        foreach (var (name, value) in context.Request.RouteValues.Where(pair => pair.Key != "ref" && pair.Value is string))
        {
            body = StrictJson.WithMember(body, name, (string)value!);
        }

        if (definition.Read(body.Span, now, out var command) is { } malformed)
        {
            return malformed.ToResult();
        }

        var item = new CommandItem(definition, command!, context.GetRouteValue("ref") as string, key, ifMatch);
        var runner = context.RequestServices.GetRequiredService<CommandRunner>();
        var outcome = (await runner.RunAsync([item], Caller.Of(context), null, cancellation))[0];
        if (outcome.Problem is { } problem)
        {
            return problem.ToResult();
        }

        var answer = outcome.Answer!;
        context.Response.Headers.ETag = $"\"{answer.Version.ToString(CultureInfo.InvariantCulture)}\"";
        return definition.Creates && answer.Changed
            ? TypedResults.Created($"/api/v1/{definition.Route}/{Uri.EscapeDataString(answer.Ref)}", answer)
            : TypedResults.Ok(answer);
    }

    private static ProblemDetails? ReadHeaders(HttpRequest request, out string? key, out long? ifMatch)
    {
        key = request.Headers["Idempotency-Key"] is { Count: > 0 } keys ? keys.ToString() : null;
        ifMatch = null;
        if (key is not null && KeyError(key) is { } error)
        {
            return Problems.InvalidRequest(new FieldError("Idempotency-Key", error));
        }

        var match = request.Headers.IfMatch;
        if (match.Count == 0 || match == "*")
        {
            return null;
        }

        if (match.Count == 1 && EntityTagHeaderValue.TryParse(match.ToString(), out var tag) && !tag.IsWeak
            && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            ifMatch = version;
            return null;
        }

        return Problems.InvalidRequest(new FieldError("If-Match", "must be one ETag of this resource, e.g. \"7\""));
    }

    /// <summary>What is wrong with an idempotency key, or null.</summary>
    internal static string? KeyError(string key) =>
        key.Length is 0 or > LongestKey ? $"must have 1 to {LongestKey} characters"
        : key.Any(character => character is < '!' or > '~') ? "must be visible ASCII characters without spaces"
        : null;
}

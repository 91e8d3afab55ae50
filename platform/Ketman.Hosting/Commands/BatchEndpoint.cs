using System.Collections.Frozen;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ketman.Hosting.Commands;

/// <summary>Up to a thousand commands in one request; each has its own result, and a bad one never spoils the good ones.</summary>
/// <param name="Items">The commands, in order.</param>
/// <param name="DryRun">True: decide, store nothing.</param>
/// <param name="Assume">In a dry run: things that earlier lines would create.</param>
public sealed record BatchRequest(IReadOnlyList<BatchItem> Items, bool DryRun = false, BatchAssumptions? Assume = null);

/// <summary>One command of a batch.</summary>
/// <param name="Command">Its name, e.g. <c>log-outreach</c>.</param>
/// <param name="Body">What its own endpoint takes as body.</param>
/// <param name="Target">What it acts on: an id or a handle; left out when it creates something.</param>
/// <param name="Key">Its idempotency key.</param>
public sealed record BatchItem(string Command, JsonElement Body, string? Target = null, string? Key = null);

/// <summary>Handles that a dry run takes as existing.</summary>
public sealed record BatchAssumptions(
    IReadOnlyList<string>? Companies = null,
    IReadOnlyList<string>? Accounts = null,
    IReadOnlyList<string>? Leads = null,
    IReadOnlyList<string>? Disclosures = null);

/// <summary>The results, in the items' order.</summary>
public sealed record BatchResponse(IReadOnlyList<BatchResult> Results);

/// <summary>What came of one item: an answer (status 200) or a problem (its status).</summary>
public sealed record BatchResult(
    int Status, bool Changed, Guid? Id = null, string? Ref = null, long? Version = null, ProblemDetails? Problem = null);

/// <summary>Serves the batch endpoint of a service.</summary>
public static class BatchEndpoint
{
    private const int MostItems = 1000;

    /// <summary>Maps the batch endpoint for the commands of <paramref name="catalogues"/>.</summary>
    public static void MapBatch(this IEndpointRouteBuilder app, string route, params IReadOnlyList<ICommandCatalogue> catalogues)
    {
        var commands = catalogues.SelectMany(catalogue => catalogue.Commands).ToFrozenDictionary(definition => definition.Name);
        app.MapPost(route, (HttpContext context, CancellationToken cancellation) => HandleAsync(context, commands, cancellation))
            .WithName(route.Replace('/', '-'))
            .WithTags("batch")
            .ForRole(CallerRoles.Analyst)
            .Accepts<BatchRequest>("application/json")
            .Produces<BatchResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task<IResult> HandleAsync(
        HttpContext context, FrozenDictionary<string, CommandDefinition> commands, CancellationToken cancellation)
    {
        var now = Moment.At(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()).Start;
        var json = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<BatchRequest>(json.Span, out var batch, out var error))
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        if (batch!.Items.Count is 0 or > MostItems)
        {
            return Problems.InvalidRequest(new FieldError("items", $"1 to {MostItems} items in one request")).ToResult();
        }

        var results = new BatchResult[batch.Items.Count];
        var good = new List<(int Index, CommandItem Item)>(batch.Items.Count);
        for (var index = 0; index < batch.Items.Count; index++)
        {
            if (Read(batch.Items[index], commands, context, now, out var item) is { } problem)
            {
                results[index] = new BatchResult(problem.Status!.Value, false, Problem: problem);
            }
            else
            {
                good.Add((index, item!));
            }
        }

        var runner = context.RequestServices.GetRequiredService<CommandRunner>();
        var dryRun = batch.DryRun ? new DryRun(AssumedBy(batch.Assume, context.RequestServices.GetRequiredService<IRefResolver>())) : null;
        var outcomes = await runner.RunAsync([.. good.Select(one => one.Item)], Caller.Of(context), dryRun, cancellation);
        foreach (var ((index, _), outcome) in good.Zip(outcomes))
        {
            results[index] = outcome.Answer is { } answer
                ? new BatchResult(StatusCodes.Status200OK, answer.Changed, answer.Id, answer.Ref, answer.Version)
                : new BatchResult(outcome.Problem!.Status!.Value, false, Problem: outcome.Problem);
        }

        return TypedResults.Ok(new BatchResponse(results));
    }

    private static ProblemDetails? Read(
        BatchItem wanted, FrozenDictionary<string, CommandDefinition> commands, HttpContext context, DateTimeOffset now, out CommandItem? item)
    {
        item = null;
        if (!commands.TryGetValue(wanted.Command, out var definition))
        {
            return Problems.InvalidRequest(new FieldError("command", "unknown command; the OpenAPI document lists them by operation id"));
        }

        if (!Caller.Of(context).Is(definition.Role))
        {
            return Problems.RoleNeeded(definition.Role);
        }

        if (definition.Creates != wanted.Target is null)
        {
            return Problems.InvalidRequest(new FieldError(
                "target", definition.Creates ? "must be left out: this command creates something" : $"must name a {definition.Category}"));
        }

        if (wanted.Key is { } key && CommandEndpoints.KeyError(key) is { } keyError)
        {
            return Problems.InvalidRequest(new FieldError("key", keyError));
        }

        var problem = definition.Read(JsonSerializer.SerializeToUtf8Bytes(wanted.Body), now, out var command);
        item = problem is null ? new CommandItem(definition, command!, wanted.Target, wanted.Key, null) : null;
        return problem;
    }

    private static HashSet<Reference> AssumedBy(BatchAssumptions? assume, IRefResolver resolver)
    {
        var assumed = new HashSet<Reference>();
        Add("company", assume?.Companies);
        Add("account", assume?.Accounts);
        Add("lead", assume?.Leads);
        Add("disclosure", assume?.Disclosures);
        return assumed;

        void Add(string kind, IReadOnlyList<string>? handles) =>
            assumed.UnionWith((handles ?? []).Select(handle => resolver.Normalise(new Reference(kind, handle))));
    }
}

using System.Globalization;
using Ketman.EventStore;
using Ketman.EventStore.Rebuilding;
using Ketman.Hosting.Bus;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Ketman.Hosting.Operations;

/// <summary>
/// Everything in a service that follows a history, of whatever kind, as an operator sees it. What he wants is done in effect
/// once, however often he asks.
/// </summary>
internal sealed class Projections(
    Rebuilds rebuilds, IEnumerable<IProjection> projections, SubscriptionControl? subscriptions = null, Journal? journal = null,
    IJournalConsumer? consumer = null)
{
    private const string Inline = "inline";

    private readonly HashSet<string> _projections = [.. projections.Select(each => each.Name)];

    public async Task<IReadOnlyList<ProjectionView>> ListAsync(CancellationToken cancellation)
    {
        var views = new List<ProjectionView>();
        var head = 0L;
        foreach (var status in subscriptions is null ? [] : await subscriptions.StatusAsync(cancellation))
        {
            head = status.Head;
            views.Add(new ProjectionView(
                status.Name,
                _projections.Contains(status.Name) ? "projection" : "publisher",
                "", status.Checkpoint, status.Head, status.Lag, false,
                status.PausedAt, status.PausedBy,
                status.FailedEvent is { } failed
                    ? new FailedEvent(failed.ToString(CultureInfo.InvariantCulture), status.FailedType, status.LastErrorType, status.Attempts)
                    : null,
                null));
        }

        if (journal is not null)
        {
            views.Add(await ConsumerAsync(journal, cancellation));
        }

        foreach (var rebuild in rebuilds.All)
        {
            if (!views.Exists(view => view.Name == rebuild.Name))
            {
                // It commits with the append, so there is nothing that it could lack.
                views.Add(new ProjectionView(rebuild.Name, Inline, "", head, head, 0, false, null, null, null, null));
            }

            var at = views.FindIndex(view => view.Name == rebuild.Name);
            views[at] = views[at] with { Rebuildable = true, Rebuild = await rebuilds.StatusAsync(rebuild, cancellation) };
        }

        return [.. views.Select(view => view with { State = StateOf(view) }).OrderBy(view => view.Name, StringComparer.Ordinal)];
    }

    public async Task<IResult> PauseAsync(string name, string by, CancellationToken cancellation)
    {
        if (await FindAsync(name, cancellation) is not { } view)
        {
            return await UnknownAsync(name, cancellation);
        }

        return view.Kind == Inline
            ? Refusal("not-pausable", "It cannot stand still.", $"{name} is written with each append and never apart from it.").ToResult()
            : await DoneAsync(name, view.Kind == "consumer"
                ? await journal!.PauseAsync(by, cancellation)
                : await subscriptions!.PauseAsync(name, by, cancellation), cancellation);
    }

    public async Task<IResult> ResumeAsync(string name, string by, CancellationToken cancellation) =>
        await FindAsync(name, cancellation) is not { } view
            ? await UnknownAsync(name, cancellation)
            : await DoneAsync(name, view.Kind switch
            {
                Inline => false,
                "consumer" => await journal!.ResumeAsync(by, cancellation),
                _ => await subscriptions!.ResumeAsync(name, cancellation),
            }, cancellation);

    public async Task<IResult> SkipAsync(string name, string which, string by, CancellationToken cancellation)
    {
        if (await FindAsync(name, cancellation) is not { } view)
        {
            return await UnknownAsync(name, cancellation);
        }

        var skipped = await SkipEventAsync(view, which, by, cancellation);
        if (!skipped && !await WasSkippedAsync(view, which, cancellation))
        {
            var now = await FindAsync(name, cancellation);
            return Problems.With(
                StatusCodes.Status409Conflict, "not-in-the-way", "This event does not stand in its way.",
                now?.Failed is { } failed ? $"{name} stands at {failed.Event}; that one can be skipped." : $"No event stands in the way of {name}; nothing was skipped.")
                .ToResult();
        }

        return await DoneAsync(name, skipped, cancellation);
    }

    public async Task<IResult> RebuildAsync(string name, string by, CancellationToken cancellation)
    {
        if (await FindAsync(name, cancellation) is not { } view)
        {
            return await UnknownAsync(name, cancellation);
        }

        return view.Rebuildable
            ? TypedResults.Accepted((string?)null, new ProjectionChange(await rebuilds.WantAsync(name, by, cancellation), (await FindAsync(name, cancellation))!))
            : Refusal(
                "not-rebuildable", "It cannot be rebuilt.",
                view.Kind == "publisher" ? $"{name} publishes the log; a rebuild never publishes. Consumers ask for what they lack."
                : $"What {name} does is recorded in this service's own log and is no read model.").ToResult();
    }

    private async Task<bool> SkipEventAsync(ProjectionView view, string which, string by, CancellationToken cancellation) => view.Kind switch
    {
        Inline => false,
        "consumer" => JournalPlace.TryParse(which, out var place) && await journal!.SkipAsync(place.Stream, place.Version, by, cancellation),
        _ => IsSequence(which, out var sequence) && await subscriptions!.SkipAsync(view.Name, sequence, by, cancellation),
    };

    private async Task<bool> WasSkippedAsync(ProjectionView view, string which, CancellationToken cancellation) => view.Kind switch
    {
        Inline => false,
        "consumer" => JournalPlace.TryParse(which, out var place) && await journal!.WasSkippedAsync(place.Stream, place.Version, cancellation),
        _ => IsSequence(which, out var sequence) && await subscriptions!.WasSkippedAsync(view.Name, sequence, cancellation),
    };

    private static bool IsSequence(string text, out long sequence) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);

    private async Task<ProjectionView> ConsumerAsync(Journal of, CancellationToken cancellation)
    {
        var status = await of.StatusAsync(cancellation);
        var (folded, head) = await of.CountAsync(cancellation);
        return new ProjectionView(
            consumer!.Name, "consumer", "", folded, head, head - folded, false, status.PausedAt,
            status.PausedAt is not null && status.Poison is null && status.PausedBecause is ['b', 'y', ' ', .. var who] ? who : null,
            status.Poison is { } poison ? new FailedEvent(poison.Place.ToString(), poison.Type, poison.Reason, null) : null,
            null);
    }

    private async Task<ProjectionView?> FindAsync(string name, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).FirstOrDefault(view => view.Name == name);

    private async Task<IResult> DoneAsync(string name, bool changed, CancellationToken cancellation) =>
        TypedResults.Ok(new ProjectionChange(changed, (await FindAsync(name, cancellation))!));

    private async Task<IResult> UnknownAsync(string name, CancellationToken cancellation)
    {
        var known = string.Join(", ", (await ListAsync(cancellation)).Select(view => view.Name));
        return Problems.With(
            StatusCodes.Status404NotFound, "projection-not-found", "There is no such projection.",
            known.Length == 0 ? "This service has none." : $"This service has: {known}.",
            [new FieldError("name", "there is no such projection")]).ToResult();
    }

    private static string StateOf(ProjectionView view) => view switch
    {
        { PausedAt: not null } => "paused",
        { Rebuild.Running: true } => "rebuilding",
        _ => "running",
    };

    private static ProblemDetails Refusal(string slug, string title, string detail) =>
        Problems.With(StatusCodes.Status422UnprocessableEntity, slug, title, detail);
}

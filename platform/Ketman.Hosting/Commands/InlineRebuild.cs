using System.Globalization;
using Ketman.EventStore;
using Ketman.EventStore.Rebuilding;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ketman.Hosting.Commands;

/// <summary>
/// Rebuilds the tables that are written with the append. They are never behind, so for the last stretch appends wait: for what
/// is left to fold by then, which is little.
/// </summary>
internal sealed class InlineRebuild(ReadModelTables tables, IEnumerable<IInlineReadModel> models, LogReader log, EventTypes types)
    : ReadModelRebuild(ModelName, tables, "ketman_rebuilds")
{
    /// <summary>What the inline read models of a service are called together: they are one, as an append writes them together.</summary>
    public const string ModelName = "read-models";

    private readonly IReadOnlyList<IInlineReadModel> _models = [.. models];

    public override async Task<long> BeginAsync(NpgsqlTransaction transaction, CancellationToken cancellation) =>
        await LogHistory.CountAsync(transaction, long.MaxValue, cancellation);

    public override async Task<Stretch> FoldAsync(NpgsqlTransaction transaction, long position, int limit, bool held, CancellationToken cancellation)
    {
        var page = held ? await LogHistory.ReadAsync(
            transaction, types, position, await LogHistory.HeadAsync(transaction, cancellation), Name, limit, cancellation)
            : await ReadAsync(position, limit, cancellation);
        try
        {
            await WriteAsync(page.Events, transaction, cancellation);
        }
        catch (Exception e) when (limit == 1)
        {
            throw new UnfoldableEventException(page.Events[0].Sequence.ToString(CultureInfo.InvariantCulture), e);
        }

        return new Stretch(page.Through, page.Events.Count, page.Waiting || page.Events.Count == limit);
    }

    // Nobody may append while this is waited for, so it is not waited for long. Who has written has committed then.
    public override Task HoldAsync(NpgsqlTransaction transaction, CancellationToken cancellation) =>
        LockAsync(transaction, "lock table mt_events in share row exclusive mode", 100, cancellation);

    private async Task<LogPage> ReadAsync(long position, int limit, CancellationToken cancellation)
    {
        try
        {
            return await log.ReadAsync(position, limit, cancellation);
        }
        catch (UnreadableEventException e)
        {
            throw new UnfoldableEventException(e.Sequence.ToString(CultureInfo.InvariantCulture), e.InnerException!);
        }
    }

    private async Task WriteAsync(IReadOnlyList<RecordedEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction);
        for (int from = 0, to; from < events.Count; from = to)
        {
            var stream = events[from].Stream;
            for (to = from + 1; to < events.Count && events[to].Stream == stream; to++)
            {
            }

            var id = Guid.ParseExact(stream.AsSpan(stream.IndexOf('-', StringComparison.Ordinal) + 1), "D");
            var written = new List<VersionedEvent>(to - from);
            for (var at = from; at < to; at++)
            {
                written.Add(new VersionedEvent(new NewEvent(events[at].Id, events[at].Data), events[at].Version));
            }

            foreach (var command in _models.SelectMany(model => model.Write(stream, id, written)))
            {
                batch.BatchCommands.Add(command);
            }
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
    }
}

/// <summary>Puts inline read models into a service.</summary>
public static class InlineReadModels
{
    /// <summary>Lets the tables of all registered <see cref="IInlineReadModel"/> be rebuilt from the log, as <c>read-models</c>.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="tables">All of their tables.</param>
    public static IServiceCollection AddInlineRebuild(this IServiceCollection services, ReadModelTables tables) =>
        services.AddRebuilds(provider =>
        [
            new InlineRebuild(
                tables, provider.GetServices<IInlineReadModel>(), provider.GetRequiredService<LogReader>(), provider.GetRequiredService<EventTypes>()),
        ]);
}

using Npgsql;

namespace Ketman.EventStore.Rebuilding;

/// <summary>
/// The read models of a service that can be rebuilt, and what an operator sees and wants of them. Everything stands in the
/// database, so any instance can be asked, and any instance does it.
/// </summary>
public sealed class Rebuilds
{
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private TaskCompletionSource _wanted = NewSignal();

    /// <summary>What the registered sources have.</summary>
    public Rebuilds(NpgsqlDataSource database, IEnumerable<RebuildSource> sources, IServiceProvider services, TimeProvider time)
    {
        _database = database;
        _time = time;
        All = [.. sources.SelectMany(source => source.Rebuilds(services))];
    }

    /// <summary>What can be rebuilt.</summary>
    public IReadOnlyList<ReadModelRebuild> All { get; }

    /// <summary>Completes at the next request of this process.</summary>
    internal Task Wanted => Volatile.Read(ref _wanted).Task;

    /// <summary>Asks for a rebuild; the one under way, if there is one, goes on.</summary>
    /// <param name="name">The read model.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False: it is being rebuilt already.</returns>
    public async Task<bool> WantAsync(string name, string by, CancellationToken cancellation)
    {
        var rebuild = All.Single(each => each.Name == name);
        await using var command = _database.CreateCommand(
            $"""
            insert into {rebuild.States} as r (name, phase, wanted_by, wanted_at) values ($1, 'wanted', $2, $3)
            on conflict (name) do update set phase = 'wanted', wanted_by = $2, wanted_at = $3, build = null, position = 0, done = 0, total = 0,
              started_at = null, finished_at = null, failed_event = null, error_type = null
            where r.phase in ('done', 'failed')
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        command.Parameters.Add(new NpgsqlParameter { Value = by });
        command.Parameters.Add(new NpgsqlParameter { Value = _time.GetUtcNow().UtcDateTime });
        var changed = await command.ExecuteNonQueryAsync(cancellation) > 0;
        Interlocked.Exchange(ref _wanted, NewSignal()).SetResult();
        return changed;
    }

    /// <summary>How far the rebuild of a read model is, or how its last one ended; null: there was none.</summary>
    public async Task<RebuildStatus?> StatusAsync(ReadModelRebuild rebuild, CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand(
            $"select phase, wanted_by, wanted_at, done, total, started_at, finished_at, failed_event, error_type from {rebuild.States} where name = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = rebuild.Name });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new RebuildStatus(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetInt64(3),
                reader.GetInt64(4),
                reader.GetFieldValue<DateTimeOffset?>(5),
                reader.GetFieldValue<DateTimeOffset?>(6),
                reader.IsDBNull(7) ? null : reader.GetString(7),
                reader.IsDBNull(8) ? null : reader.GetString(8))
            : null;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Where read models that can be rebuilt come from.</summary>
/// <param name="Rebuilds">One for each, given the service's provider.</param>
public sealed record RebuildSource(Func<IServiceProvider, IEnumerable<ReadModelRebuild>> Rebuilds);

/// <summary>How far a rebuild is.</summary>
/// <param name="Phase"><c>wanted</c>, <c>folding</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="WantedBy">Who asked for it.</param>
/// <param name="WantedAt">When.</param>
/// <param name="Done">Events that are folded.</param>
/// <param name="Total">Of so many; it grows with what is recorded meanwhile.</param>
/// <param name="StartedAt">When the first was.</param>
/// <param name="FinishedAt">When the new tables took over, or it failed.</param>
/// <param name="FailedEvent">The event that could not be folded.</param>
/// <param name="ErrorType">The type of the error, never its message, which may hold personal data.</param>
public sealed record RebuildStatus(
    string Phase,
    string WantedBy,
    DateTimeOffset WantedAt,
    long Done,
    long Total,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    string? FailedEvent,
    string? ErrorType)
{
    /// <summary>Whether it is under way.</summary>
    public bool Running => Phase is "wanted" or "folding";
}

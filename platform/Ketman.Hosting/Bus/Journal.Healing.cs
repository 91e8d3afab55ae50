using Npgsql;

namespace Ketman.Hosting.Bus;

/// <summary>What the healing asks of the journal.</summary>
internal sealed partial class Journal
{
    private const int StreamsAtOnce = 200;

    /// <summary>Folds what waits and can be folded, unless the consumer is paused.</summary>
    public async Task FoldWaitingAsync(CancellationToken cancellation)
    {
        while (await FoldableAsync(cancellation) is { Count: > 0 } streams)
        {
            if ((await TakeAsync([], streams, cancellation)).Folded == 0)
            {
                return;
            }
        }
    }

    /// <summary>Streams that wait since before <paramref name="before"/> for a version that is not in the journal.</summary>
    public async Task<IReadOnlyList<Gap>> GapsAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            select s.stream, s.folded_version, (select min(version) from journal j where j.stream = s.stream and j.version > s.folded_version)
            from journal_streams s
            where s.waiting_since < $1
              and not exists (select from journal j where j.stream = s.stream and j.version = s.folded_version + 1)
            order by s.waiting_since
            limit {StreamsAtOnce}
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = before });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var gaps = new List<Gap>();
        while (await reader.ReadAsync(cancellation))
        {
            if (StreamOwners.Of(reader.GetString(0)) is { } owner)
            {
                gaps.Add(new Gap(owner, reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
            }
        }

        return gaps;
    }

    /// <summary>Those of <paramref name="heads"/> whose version is not in the journal, nor any later one, each with the version it ends at here.</summary>
    public Task<IReadOnlyList<StreamHead>> BehindAsync(IReadOnlyList<StreamHead> heads, CancellationToken cancellation) => CompareAsync(
        heads, "coalesce(s.head_version, 0)", cancellation);

    /// <summary>Those of <paramref name="heads"/> that are not folded yet, each with the version that is.</summary>
    public Task<IReadOnlyList<StreamHead>> UnfoldedAsync(IReadOnlyList<StreamHead> heads, CancellationToken cancellation) => CompareAsync(
        heads, "coalesce(s.folded_version, 0)", cancellation);

    /// <summary>
    /// Takes the right to compare the log of <paramref name="owner"/> and says how far it has been compared; null: another
    /// instance is at it.
    /// </summary>
    public async Task<long?> LeaseAsync(string owner, TimeSpan duration, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            update journal_owners set leased_until = $3, leased_by = $4
            where owner = $1 and (leased_until is null or leased_until < $2 or leased_by = $4)
            returning checkpoint
            """);
        var now = clock.GetUtcNow();
        AddAll(command, [owner, now, now + duration, _instance]);
        return (long?)await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>Notes that the log of <paramref name="owner"/> has arrived up to <paramref name="checkpoint"/>, and lets others look.</summary>
    public async Task ReachAsync(string owner, long checkpoint, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "update journal_owners set checkpoint = greatest(checkpoint, $2), leased_until = null where owner = $1 and leased_by = $3");
        AddAll(command, [owner, checkpoint, _instance]);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>How far the log of <paramref name="owner"/> is known to have arrived.</summary>
    public async Task<long> CheckpointAsync(string owner, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select checkpoint from journal_owners where owner = $1");
        AddAll(command, [owner]);
        return (long?)await command.ExecuteScalarAsync(cancellation) ?? 0;
    }

    private async Task<IReadOnlyList<string>> FoldableAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            select s.stream
            from journal_streams s
            where s.waiting_since is not null
              and exists (select from journal j where j.stream = s.stream and j.version = s.folded_version + 1)
              and not exists (select from journal_consumers c where c.name = $1 and c.paused_at is not null)
            limit {StreamsAtOnce}
            """);
        AddAll(command, [consumer.Name]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var streams = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            streams.Add(reader.GetString(0));
        }

        return streams;
    }

    private async Task<IReadOnlyList<StreamHead>> CompareAsync(
        IReadOnlyList<StreamHead> heads, string reached, CancellationToken cancellation)
    {
        if (heads.Count == 0)
        {
            return [];
        }

        await using var command = database.CreateCommand(
            $"""
            select h.stream, {reached}
            from unnest($1, $2) h (stream, version)
            left join journal_streams s on s.stream = h.stream
            where h.version > {reached}
            """);
        AddAll(command, [heads.Select(head => head.Stream).ToArray(), heads.Select(head => head.Version).ToArray()]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var behind = new List<StreamHead>();
        while (await reader.ReadAsync(cancellation))
        {
            behind.Add(new StreamHead(reader.GetString(0), reader.GetInt64(1)));
        }

        return behind;
    }

    private static void AddAll(NpgsqlCommand command, IReadOnlyList<object> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }
    }
}

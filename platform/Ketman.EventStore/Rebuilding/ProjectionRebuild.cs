using System.Globalization;
using Npgsql;

namespace Ketman.EventStore.Rebuilding;

/// <summary>
/// Rebuilds a projection from the log, as far as the live one is: up to its checkpoint everything is decided, and where the new
/// tables take over the live one goes on.
/// </summary>
internal sealed class ProjectionRebuild(IProjection projection, EventTypes types)
    : ReadModelRebuild(projection.Name, projection.Tables!, "ketman_rebuilds")
{
    private const string CheckpointSql = "select coalesce((select last_seq_id from mt_event_progression where name = $1), 0)";

    // The row must be there to be held: a projection that has never run would otherwise begin beside us.
    private const string HoldSql = """
        insert into mt_event_progression (name, last_seq_id) values ($1, 0) on conflict (name) do update set last_seq_id = mt_event_progression.last_seq_id
        """;

    public override async Task<long> BeginAsync(NpgsqlTransaction transaction, CancellationToken cancellation) =>
        await LogHistory.CountAsync(transaction, await CheckpointAsync(transaction, cancellation), cancellation);

    public override async Task<Stretch> FoldAsync(NpgsqlTransaction transaction, long position, int limit, bool held, CancellationToken cancellation)
    {
        var until = await CheckpointAsync(transaction, cancellation);
        var page = await LogHistory.ReadAsync(transaction, types, position, until, Name, limit, cancellation);
        try
        {
            if (page.Events.Count > 0)
            {
                await projection.ProjectAsync(page.Events, transaction, cancellation);
            }
        }
        catch (Exception e) when (limit == 1)
        {
            throw new UnfoldableEventException(page.Events[0].Sequence.ToString(CultureInfo.InvariantCulture), e);
        }

        return new Stretch(page.Through, page.Events.Count, page.Waiting);
    }

    public override async Task HoldAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        // Nobody but the live projection waits for this row, so a batch of it may be waited for.
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction)
        {
            BatchCommands = { new("set local lock_timeout = '10s'"), new(HoldSql) { Parameters = { new() { Value = Name } } } },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<long> CheckpointAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(CheckpointSql, transaction.Connection, transaction) { Parameters = { new() { Value = Name } } };
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}

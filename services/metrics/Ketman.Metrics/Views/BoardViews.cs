using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Npgsql;

namespace Ketman.Metrics.Views;

/// <summary>A saved view of the board: <c>/board?view=NAME</c> shows it.</summary>
/// <param name="Name">Its name in addresses.</param>
/// <param name="Title">What it shows, in a line.</param>
/// <param name="Query">What is asked of the board, as in its address.</param>
/// <param name="Shared">Whether the team has it; otherwise whoever saved it alone.</param>
/// <param name="Tlp">Of a shared one: up to whom it goes.</param>
/// <param name="SavedBy">Who saved it last.</param>
/// <param name="SavedAt">When.</param>
/// <param name="Version">Also its ETag.</param>
public sealed record BoardView(string Name, string? Title, string Query, bool Shared, Tlp Tlp, string SavedBy, DateTimeOffset SavedAt, long Version);

/// <summary>The views that somebody has.</summary>
/// <param name="Items">His own and the shared ones that he is cleared for, by their names.</param>
public sealed record BoardViewList(IReadOnlyList<BoardView> Items);

/// <summary>What is to be saved as a view.</summary>
/// <param name="Query">What is asked of the board, as in its address, e.g. <c>waitingOn=us&amp;tag=wallet</c>.</param>
/// <param name="Title">What it shows, in a line.</param>
/// <param name="Shared">Whether the team has it.</param>
/// <param name="Tlp">Of a shared one: up to whom it goes; absent: TLP:AMBER.</param>
public sealed record SaveView(string Query, string? Title = null, bool Shared = false, Tlp? Tlp = null);

/// <summary>The table of saved views. They follow from no event and are rebuilt from nothing.</summary>
internal static class BoardViews
{
    private const string Columns = "name, title, query, owner = '', marking, saved_by, saved_at, version";

    // His own, and shared ones as far as he is cleared.
    private const string Known = "(owner = $1 or (owner = '' and marking <= $2))";

    /// <summary>The view of that name: his own before a shared one; null: he has none.</summary>
    public static async Task<BoardView?> FindViewAsync(this NpgsqlDataSource database, string name, Reader reader, CancellationToken cancellation)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        await using var command = database.CreateCommand($"select {Columns} from board_views where name = $3 and {Known} order by owner = '' limit 1");
        return await ReadAsync(command, [reader.Name, (short)reader.Clearance, name], cancellation) is [var view, ..] ? view : null;
    }

    /// <summary>The views that a reader has.</summary>
    public static async Task<IReadOnlyList<BoardView>> ListViewsAsync(this NpgsqlDataSource database, Reader reader, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from board_views where {Known} order by name, owner = '' limit 1000");
        return await ReadAsync(command, [reader.Name, (short)reader.Clearance], cancellation);
    }

    /// <summary>The view that a name stands for, for whoever will change it: locked until the transaction ends.</summary>
    public static async Task<BoardView?> LockAsync(NpgsqlTransaction transaction, string owner, string name, CancellationToken cancellation)
    {
        // Two who save the same new name take turns, too.
        await using (var turn = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 20))", transaction.Connection, transaction))
        {
            turn.Parameters.Add(new NpgsqlParameter { Value = $"{owner}\n{name}" });
            await turn.ExecuteNonQueryAsync(cancellation);
        }

        await using var command = new NpgsqlCommand($"select {Columns} from board_views where owner = $1 and name = $2 for update", transaction.Connection, transaction);
        return await ReadAsync(command, [owner, name], cancellation) is [var view, ..] ? view : null;
    }

    /// <summary>Writes it.</summary>
    public static async Task WriteAsync(NpgsqlTransaction transaction, string owner, BoardView view, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into board_views (owner, name, title, query, marking, saved_by, saved_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (owner, name) do update set
              title = excluded.title, query = excluded.query, marking = excluded.marking, saved_by = excluded.saved_by, saved_at = excluded.saved_at, version = excluded.version
            """, transaction.Connection, transaction);
        foreach (var value in new object?[] { owner, view.Name, view.Title, view.Query, (short)view.Tlp, view.SavedBy, view.SavedAt, view.Version })
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Removes it.</summary>
    public static async Task RemoveAsync(NpgsqlTransaction transaction, string owner, string name, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("delete from board_views where owner = $1 and name = $2", transaction.Connection, transaction)
        {
            Parameters = { new NpgsqlParameter { Value = owner }, new NpgsqlParameter { Value = name } },
        };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<IReadOnlyList<BoardView>> ReadAsync(NpgsqlCommand command, object[] values, CancellationToken cancellation)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var row = await command.ExecuteReaderAsync(cancellation);
        List<BoardView> views = [];
        while (await row.ReadAsync(cancellation))
        {
            views.Add(new BoardView(
                row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2), row.GetBoolean(3), (Tlp)row.GetInt16(4), row.GetString(5),
                row.GetFieldValue<DateTimeOffset>(6), row.GetInt64(7)));
        }

        return views;
    }
}

using System.Diagnostics;
using Npgsql;

namespace Ketman.EventStore.Rebuilding;

/// <summary>
/// Lets new tables take the place of live ones under their names, within one transaction. Only names move, so it takes
/// milliseconds however much they hold. Statements of others that came before wait and then see the new ones: the server plans
/// a prepared statement again when its tables have gone, and as the scripts are the same, so are the columns.
/// </summary>
internal sealed class TableSwap(ReadModelRebuild from)
{
    // Far below the second after which the server looks for deadlocks: of two that wait for one another we give up first, and no
    // reader ever gets an error. For the first lock this is no matter: who holds none is in nobody's way but by queueing.
    private static readonly TimeSpan WhileHolding = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(5);

    private readonly string _from = from.Schema;
    private readonly ReadModelTables _tables = from.Tables;
    private string? _blocked;
    private TimeSpan _patience = LeastPatience;

    /// <summary>Holds migrations off, and makes sure that the new tables have the form of the live ones.</summary>
    /// <exception cref="RebuildOutdatedException">A newer build has changed the tables.</exception>
    public async Task RequireSameShapeAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction)
        {
            BatchCommands =
            {
                new("select pg_advisory_xact_lock($1)") { Parameters = { new() { Value = Migrations.Lock } } },
                new("select script from ketman_migrations where component = $1 order by script collate \"C\"") { Parameters = { new() { Value = _tables.Component } } },
            },
        };
        var applied = new List<string>();
        await using (var reader = await batch.ExecuteReaderAsync(cancellation))
        {
            await reader.NextResultAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                applied.Add(reader.GetString(0));
            }
        }

        var own = await Migrations.ReadScriptsAsync(_tables.Scripts, cancellation);
        if (!applied.SequenceEqual(own.Select(each => each.Script)))
        {
            throw new RebuildOutdatedException();
        }
    }

    /// <summary>Moves them.</summary>
    /// <exception cref="PostgresException">55P03: somebody uses the live ones just now.</exception>
    public async Task RunAsync(NpgsqlTransaction transaction, string to, CancellationToken cancellation)
    {
        // The search path finds the new ones first; whatever is said of the live ones is said with their schema.
        var views = await NamesAsync(transaction, "select c.relname from pg_class c where c.relnamespace = $1::regnamespace and c.relkind = 'v' order by 1", cancellation);
        var functions = await NamesAsync(
            transaction, "select p.oid::regprocedure::text from pg_proc p where p.pronamespace = $1::regnamespace order by 1", cancellation);
        // Views before tables, as whoever reads a view takes them.
        await LockAsync(transaction, [.. views.Concat(_tables.Names).Select(Live)], cancellation);
        if (views.Count > 0)
        {
            await ExecuteAsync(transaction, $"drop view {string.Join(", ", views.Select(Live))}", cancellation);
        }

        // In one statement, for tables that refer to one another; what else depends on them is none of ours and stops it.
        await ExecuteAsync(transaction, $"drop table {string.Join(", ", _tables.Names.Select(Live))}", cancellation);
        foreach (var table in _tables.Names)
        {
            await ExecuteAsync(transaction, $"alter table {Quote(_from)}.{Quote(table)} set schema {Quote(to)}", cancellation);
        }

        foreach (var view in views)
        {
            await ExecuteAsync(transaction, $"alter view {Quote(_from)}.{Quote(view)} set schema {Quote(to)}", cancellation);
        }

        // Functions hold nothing and are the same: the live ones stay.
        foreach (var function in functions)
        {
            await ExecuteAsync(transaction, $"drop function {function}", cancellation);
        }

        foreach (var scratch in await NamesAsync(
            transaction, "select c.relname from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') order by 1", cancellation))
        {
            await ExecuteAsync(transaction, $"drop table {Quote(_from)}.{Quote(scratch)}", cancellation);
        }

        await ExecuteAsync(transaction, $"drop schema {Quote(_from)}", cancellation);
        (_blocked, _patience) = (null, LeastPatience);

        string Live(string name) => $"{Quote(to)}.{Quote(name)}";
    }

    // Where it failed last time it begins the next time, and with more patience: whoever reads there for long is waited for, and
    // whoever comes later waits before he holds anything.
    private async Task LockAsync(NpgsqlTransaction transaction, IReadOnlyList<string> relations, CancellationToken cancellation)
    {
        var holding = 0L;
        foreach (var relation in relations.OrderBy(each => each != _blocked))
        {
            var patience = holding == 0 ? _patience : WhileHolding - Stopwatch.GetElapsedTime(holding);
            try
            {
                await ExecuteAsync(
                    transaction,
                    $"set local lock_timeout = {Math.Max(1, (int)patience.TotalMilliseconds)}; lock table {relation} in access exclusive mode", cancellation);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                _blocked = relation;
                _patience = _patience * 2 < MostPatience ? _patience * 2 : MostPatience;
                throw;
            }

            holding = holding == 0 ? Stopwatch.GetTimestamp() : holding;
        }
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private async Task<List<string>> NamesAsync(NpgsqlTransaction transaction, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction) { Parameters = { new() { Value = _from } } };
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private static async Task ExecuteAsync(NpgsqlTransaction transaction, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>The live tables were changed by a build that this one does not know; it may rebuild them, this one may not.</summary>
internal sealed class RebuildOutdatedException() : Exception("A newer build has changed the tables.");

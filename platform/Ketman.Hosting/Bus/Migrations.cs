using System.Reflection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.Hosting.Bus;

// Stands in until the store's own lands; same signature.
internal static class Migrations
{
    public static async Task ApplyAsync(NpgsqlDataSource database, Assembly assembly, string name, ILogger log, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var check = new NpgsqlCommand("select pg_advisory_xact_lock(75); select to_regclass('journal') is not null", connection, transaction);
        await check.ExecuteNonQueryAsync(cancellation);
        await using var exists = new NpgsqlCommand("select to_regclass('journal') is not null", connection, transaction);
        if ((bool)(await exists.ExecuteScalarAsync(cancellation))!)
        {
            return;
        }

        foreach (var resource in assembly.GetManifestResourceNames().Where(r => r.Contains(".Bus.Sql.", StringComparison.Ordinal)).Order())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            await using var script = new NpgsqlCommand(await reader.ReadToEndAsync(cancellation), connection, transaction);
            await script.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        _ = (name, log);
    }
}

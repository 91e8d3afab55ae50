using Npgsql;

namespace Ketman.Gateway.Keys;

/// <summary>Brings the gateway's database to the newest numbered script. Several instances may do so at once.</summary>
internal static class KeySchema
{
    private const long Lock = 0x6b65746d616e0001;

    public static async Task ApplyAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await RunAsync($"select pg_advisory_xact_lock({Lock})");
        await RunAsync("create table if not exists schema_scripts (name text primary key, applied_at timestamptz not null default now())");
        var assembly = typeof(KeySchema).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            await using var known = new NpgsqlCommand("insert into schema_scripts (name) values ($1) on conflict do nothing", connection, transaction)
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = resource } },
            };
            if (await known.ExecuteNonQueryAsync(cancellation) == 1)
            {
                using var script = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                await RunAsync(await script.ReadToEndAsync(cancellation));
            }
        }

        await transaction.CommitAsync(cancellation);

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}

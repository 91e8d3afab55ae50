using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>
/// Applies the numbered scripts <c>Sql/0001_name.sql</c> that an assembly embeds, each once, in their order. Any number of
/// instances may start at once: an advisory lock lets one of them work while the others wait and then find it done.
/// </summary>
public static partial class Migrations
{
    // A fixed number, the same in every build, as all instances must meet at the same lock.
    internal const long Lock = 0x6b65746d616e01;

    private const string CreateTable = """
        create table if not exists ketman_migrations (
          component  text        not null,
          script     text        not null,
          checksum   text        not null,
          applied_at timestamptz not null default now(),
          primary key (component, script)
        )
        """;

    /// <summary>Applies what is missing, all of it in one transaction.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="assembly">The assembly that embeds <c>Sql/*.sql</c>.</param>
    /// <param name="name">Whose scripts they are, e.g. <c>event-store</c>: each component counts for itself.</param>
    /// <param name="logger">Told what was applied.</param>
    /// <param name="cancellation">Gives up; nothing is then applied.</param>
    /// <exception cref="MigrationException">A script that was applied before has been changed since.</exception>
    public static async Task ApplyAsync(
        NpgsqlDataSource database, Assembly assembly, string name, ILogger logger, CancellationToken cancellation)
    {
        var scripts = await ReadScriptsAsync(assembly, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var take = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection) { Parameters = { new() { Value = Lock } } })
        {
            // The one that came first may take longer than an ordinary command.
            take.CommandTimeout = 300;
            await take.ExecuteNonQueryAsync(cancellation);
        }

        var applied = await ReadAppliedAsync(connection, name, cancellation);
        foreach (var (script, sql) in scripts)
        {
            var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            if (applied.TryGetValue(script, out var before))
            {
                if (before != checksum)
                {
                    throw new MigrationException(name, script);
                }

                continue;
            }

            await ApplyAsync(connection, name, script, sql, checksum, cancellation);
            LogApplied(logger, name, script);
        }

        await transaction.CommitAsync(cancellation);
    }

    private static async Task<Dictionary<string, string>> ReadAppliedAsync(NpgsqlConnection connection, string name, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(CreateTable),
                new("select script, checksum from ketman_migrations where component = $1") { Parameters = { new() { Value = name } } },
            },
        };
        var applied = new Dictionary<string, string>();
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            applied.Add(reader.GetString(0), reader.GetString(1));
        }

        return applied;
    }

    private static async Task ApplyAsync(
        NpgsqlConnection connection, string name, string script, string sql, string checksum, CancellationToken cancellation)
    {
        await using (var run = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 })
        {
            await run.ExecuteNonQueryAsync(cancellation);
        }

        await using var record = new NpgsqlCommand("insert into ketman_migrations (component, script, checksum) values ($1, $2, $3)", connection)
        {
            Parameters = { new() { Value = name }, new() { Value = script }, new() { Value = checksum } },
        };
        await record.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The scripts that an assembly embeds, in their order.</summary>
    internal static async Task<List<(string Script, string Sql)>> ReadScriptsAsync(Assembly assembly, CancellationToken cancellation)
    {
        const string folder = ".Sql.";
        var scripts = new List<(string, string)>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(each => each.EndsWith(".sql", StringComparison.Ordinal)))
        {
            var at = resource.IndexOf(folder, StringComparison.Ordinal);
            if (at < 0)
            {
                continue;
            }

            await using var stream = assembly.GetManifestResourceStream(resource)!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            // The checksum must not depend on how a checkout writes line ends.
            var sql = (await reader.ReadToEndAsync(cancellation)).ReplaceLineEndings("\n");
            scripts.Add((resource[(at + folder.Length)..^".sql".Length], sql));
        }

        scripts.Sort((left, right) => string.CompareOrdinal(left.Item1, right.Item1));
        return scripts;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Script} of {Component}")]
    private static partial void LogApplied(ILogger logger, string component, string script);
}

/// <summary>An applied script was changed afterwards: write a new one instead, since databases differ otherwise.</summary>
public sealed class MigrationException(string component, string script)
    : Exception($"Migration {script} of {component} was applied in another form than this build has. Scripts are never changed once applied.");

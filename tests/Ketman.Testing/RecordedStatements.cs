using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Ketman.Testing;

/// <summary>
/// The statements that code under test sends, whoever sends them, and the plans that PostgreSQL makes for them: a statement
/// that is not there cannot be forgotten.
/// </summary>
public sealed partial class RecordedStatements : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, NpgsqlParameter[]> _statements = new(StringComparer.Ordinal);
    private readonly ActivityListener _listener;

    /// <summary>Records what goes through <see cref="Source"/>, which leads to <paramref name="database"/>.</summary>
    public RecordedStatements(TestDatabase database)
    {
        // The driver calls back only for an activity that somebody listens to.
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(_listener);
        var builder = new NpgsqlDataSourceBuilder(Hosting.KetmanSettings.ConnectionString(database.Url.ToString()));
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandEnrichmentCallback((_, command) => Record(command.CommandText, command.Parameters))
            .ConfigureBatchEnrichmentCallback((_, batch) =>
            {
                foreach (NpgsqlBatchCommand command in batch.BatchCommands)
                {
                    Record(command.CommandText, command.Parameters);
                }
            }));
        Source = builder.Build();
    }

    /// <summary>What the code under test is to use.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>
    /// The plans of all statements on tables, without costs, in the order of their texts. Scans are discouraged, as a table of three rows
    /// is scanned whatever its indexes are: a scan that is left has no index that it could use.
    /// </summary>
    public async Task<string> ExplainAsync(CancellationToken cancellation)
    {
        var recorded = _statements.OrderBy(statement => statement.Key, StringComparer.Ordinal).ToList();
        var text = new StringBuilder();
        await using var connection = await Source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync("set local enable_seqscan = off", []);
        foreach (var (sql, parameters) in recorded)
        {
            var plan = await ExecuteAsync($"explain (costs off) {sql}", parameters);
            if (plan.Exists(line => line.Contains(" on ", StringComparison.Ordinal)))
            {
                text.Append(CultureInfo.InvariantCulture, $"-- {string.Join("\n-- ", sql.Trim().Split('\n').Select(line => line.TrimEnd()))}\n");
                // The values of this run say nothing.
                text.AppendJoin('\n', plan.Select(line => Values().Replace(line, "?::"))).Append("\n\n");
            }
        }

        return text.ToString();

        async Task<List<string>> ExecuteAsync(string sql, NpgsqlParameter[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            command.Parameters.AddRange(parameters);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var lines = new List<string>();
            while (await reader.ReadAsync(cancellation))
            {
                lines.Add(reader.GetString(0));
            }

            return lines;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await Source.DisposeAsync();
    }

    [GeneratedRegex("'[^']*'::")]
    private static partial Regex Values();

    private void Record(string sql, NpgsqlParameterCollection parameters)
    {
        var first = sql.AsSpan().TrimStart();
        foreach (var verb in (ReadOnlySpan<string>)["select", "insert", "update", "delete", "with"])
        {
            if (first.StartsWith(verb, StringComparison.OrdinalIgnoreCase) && !sql.StartsWith("explain", StringComparison.Ordinal))
            {
                _statements.TryAdd(sql, [.. parameters.Select(parameter => parameter.Clone())]);
                return;
            }
        }
    }
}

using System.Text.Json;
using Ketman.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Hosting.Bus;

/// <summary>How events stand in the table <c>journal</c>.</summary>
internal static class JournalRows
{
    /// <summary>What <see cref="ReadEvent"/> reads, of the journal as <c>j</c>.</summary>
    public const string EventColumns =
        "j.event_id, j.type, j.stream, j.version, j.occurred_at, j.occurred_precision, j.recorded_at, j.recorded_by, j.data, j.trace_parent";

    /// <summary>The event of the current row.</summary>
    public static IntegrationEvent ReadEvent(NpgsqlDataReader row)
    {
        var occurred = row.GetFieldValue<DateTimeOffset>(4);
        return new IntegrationEvent(
            row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetInt64(3),
            row.GetString(5) == "day" ? Moment.On(DateOnly.FromDateTime(occurred.UtcDateTime)) : Moment.At(occurred),
            row.GetFieldValue<DateTimeOffset>(6), row.GetString(7), JsonElement.Parse(row.GetFieldValue<byte[]>(8)),
            row.IsDBNull(9) ? null : row.GetString(9));
    }

    /// <summary>One column of many events, for <c>unnest</c>.</summary>
    public static T[] Column<T>(IReadOnlyList<Arrival> arrivals, Func<IntegrationEvent, T> value)
    {
        var column = new T[arrivals.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(arrivals[i].Message);
        }

        return column;
    }

    /// <summary>Their payloads.</summary>
    public static NpgsqlParameter JsonColumn(IReadOnlyList<Arrival> arrivals) =>
        new() { Value = Column(arrivals, message => message.Data.GetRawText()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };

    /// <summary>Adds a command with its values in their order.</summary>
    // Not params: a single array would be taken for the list of values.
    public static void Add(NpgsqlBatch batch, string sql, IReadOnlyList<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        batch.BatchCommands.Add(command);
    }
}

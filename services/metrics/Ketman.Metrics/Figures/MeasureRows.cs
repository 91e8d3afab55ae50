using Ketman.Contracts;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Figures;

/// <summary>What of the rows a figure needs besides the opening and the end of a case.</summary>
[Flags]
internal enum MeasureParts
{
    Attempts = 1,
    Promises = 2,
    Payments = 4,
    Clocks = 8,
    Reactions = 16,
    Milestones = 32,

    /// <summary>Its company, its handle and where it stands.</summary>
    Case = 64,
    All = Case | Milestones | Attempts | Promises | Payments | Clocks | Reactions,
}

/// <summary>The table of measures.</summary>
internal static class MeasureRows
{
    private static readonly string[] Times = [.. Enum.GetValues<CaseMilestone>().Select(milestone => $"{milestone.Wire().Replace('-', '_')}_at")];

    // The table has no more columns than are written, but for what is made of others.
    private static readonly string[] Written =
    [
        "id", .. Times, "exact", "first_channel", "tries_to_answer", "policy_name", "policy_version", "attempts", "attempted_from", "attempted_until",
        "promises", "promised_from", "promised_until", "payments", "paid_from", "paid_until", "clocks", "reactions", "workers",
    ];

    // Arrays of arrays cannot be taken apart by rows, so the workers of a case come as one text.
    private static readonly string Upsert =
        $"""
        insert into measures ({string.Join(", ", Written)})
        select {string.Join(", ", Written[..^1])}, coalesce(string_to_array(workers, ',')::uuid[], '{"{}"}')
        from unnest({string.Join(", ", Enumerable.Range(1, Written.Length).Select(index => $"${index}"))}) as new({string.Join(", ", Written)})
        on conflict (id) do update set {string.Join(", ", Written[1..].Select(column => $"{column} = excluded.{column}"))}
        """;

    /// <summary>Writes rows, all at once.</summary>
    public static NpgsqlBatchCommand Write(IReadOnlyList<Measure> measures)
    {
        var command = new NpgsqlBatchCommand(Upsert);
        Add(NpgsqlDbType.Uuid, one => one.Id);
        foreach (var milestone in Enum.GetValues<CaseMilestone>())
        {
            Add(NpgsqlDbType.TimestampTz, one => one.At(milestone)?.Start);
        }

        Add(NpgsqlDbType.Integer, Exact);
        Add(NpgsqlDbType.Text, one => one.FirstChannel?.Wire());
        Add(NpgsqlDbType.Integer, one => one.TriesToAnswer);
        Add(NpgsqlDbType.Text, one => one.Policy?.Name);
        Add(NpgsqlDbType.Integer, one => one.Policy?.Version);
        Add(NpgsqlDbType.Json, one => PackedMeasure.Write(one.Attempts));
        AddSpan(one => one.Attempts.Select(attempt => attempt.At.Start));
        Add(NpgsqlDbType.Json, one => PackedMeasure.Write(one.Promises));
        AddSpan(one => one.Promises.Select(promise => promise.Made.Start));
        Add(NpgsqlDbType.Json, one => PackedMeasure.Write(one.Payments));
        AddSpan(one => one.Payments.Select(payment => payment.At.Start));
        Add(NpgsqlDbType.Json, one => PackedMeasure.Write(one.Clocks));
        Add(NpgsqlDbType.Json, one => PackedMeasure.Write(one.Reactions));
        Add(NpgsqlDbType.Text, one => string.Join(',', one.Workers));
        return command;

        void Add<T>(NpgsqlDbType type, Func<Measure, T> value) => command.Parameters.Add(Facts.Array(type, measures.Select(value)));

        void AddSpan(Func<Measure, IEnumerable<DateTimeOffset>> times)
        {
            Add(NpgsqlDbType.TimestampTz, one => times(one).Select(time => (DateTimeOffset?)time).Min());
            Add(NpgsqlDbType.TimestampTz, one => times(one).Select(time => (DateTimeOffset?)time).Max());
        }
    }

    /// <summary>The columns that <see cref="Read"/> reads, of <c>measures m join cases c</c>; what is not needed is not sent.</summary>
    public static string Columns(MeasureParts parts) =>
        $"m.id, {(parts.HasFlag(MeasureParts.Case) ? "c.company_id, c.handle, c.status" : "null::uuid, null::text, null::text")}, {string.Join(", ", Times.Select((column, index) => parts.HasFlag(MeasureParts.Milestones) || (CaseMilestone)index is CaseMilestone.Opened or CaseMilestone.Ended ? $"m.{column}" : "null::timestamptz"))}, m.exact, m.first_channel, m.tries_to_answer, m.policy_name, m.policy_version, "
        + string.Join(", ", parts.Part(MeasureParts.Attempts, "attempts"), parts.Part(MeasureParts.Promises, "promises"), parts.Part(MeasureParts.Payments, "payments"),
            parts.Part(MeasureParts.Clocks, "clocks"), parts.Part(MeasureParts.Reactions, "reactions"), parts.HasFlag(MeasureParts.Reactions) ? "m.workers, c.title" : "null::uuid[], null::text");

    /// <summary>Reads a row.</summary>
    public static Measure Read(NpgsqlDataReader row)
    {
        const int First = 4;
        var exact = row.GetInt32(First + Measure.Milestones);
        var times = new Moment?[Measure.Milestones];
        for (var index = 0; index < times.Length; index++)
        {
            times[index] = row.IsDBNull(First + index) ? null : Facts.Moment(row.GetFieldValue<DateTimeOffset>(First + index), (exact & (1 << index)) != 0);
        }

        var next = First + Measure.Milestones + 1;
        return new Measure
        {
            Id = row.GetGuid(0),
            CompanyId = row.IsDBNull(1) ? default : row.GetGuid(1),
            Handle = row.IsDBNull(2) ? "" : row.GetString(2),
            Status = row.IsDBNull(3) ? default : WireNames<CaseStatus>.Parse(row.GetString(3)),
            Times = times,
            FirstChannel = row.IsDBNull(next) ? null : WireNames<Channel>.Parse(row.GetString(next)),
            TriesToAnswer = row.IsDBNull(next + 1) ? null : row.GetInt32(next + 1),
            Policy = row.IsDBNull(next + 2) ? null : new MeasuredPolicy(row.GetString(next + 2), row.GetInt32(next + 3)),
            Attempts = Packed(4, PackedMeasure.Attempts),
            Promises = Packed(5, PackedMeasure.Promises),
            Payments = Packed(6, PackedMeasure.Payments),
            Clocks = Packed(7, PackedMeasure.Clocks),
            Reactions = Packed(8, PackedMeasure.Reactions),
            Workers = row.IsDBNull(next + 9) ? [] : row.GetFieldValue<Guid[]>(next + 9),
            Title = row.IsDBNull(next + 10) ? null : row.GetString(next + 10),
        };

        IReadOnlyList<T> Packed<T>(int column, Func<byte[], IReadOnlyList<T>> read) => row.IsDBNull(next + column) ? [] : read(row.GetFieldValue<byte[]>(next + column));
    }

    private static string Part(this MeasureParts asked, MeasureParts part, string column) => asked.HasFlag(part) ? $"m.{column}" : "null::json";

    private static int Exact(Measure one)
    {
        var bits = 0;
        for (var index = 0; index < Measure.Milestones; index++)
        {
            bits |= one.Times[index] is { Precision: Precision.Instant } ? 1 << index : 0;
        }

        return bits;
    }
}

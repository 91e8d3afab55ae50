using System.Data;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.Hosting.Bus;
using Ketman.Metrics.Cases;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Reading;

/// <summary>The table of facts: how they are written, and which of them a question needs.</summary>
internal static class Facts
{
    /// <summary>What <see cref="ReadAsync"/> reads, of <c>facts f</c>.</summary>
    public const string Columns = "f.id, f.subject, f.version, f.type, f.happened_at, f.exact, f.recorded_at, f.recorded_by, f.data";

    /// <summary>An event as a fact; null: this build does not know it, or nothing here is told by it (leads).</summary>
    public static Fact? Of(JournaledEvent journaled)
    {
        var message = journaled.Message;
        var dash = message.Stream.IndexOf('-', StringComparison.Ordinal);
        return journaled.Contract is null || dash < 0 || message.Stream.StartsWith("lead-", StringComparison.Ordinal)
            || !Guid.TryParseExact(message.Stream.AsSpan(dash + 1), "D", out var subject)
            ? null
            : new Fact(message.Id, subject, message.Version, message.OccurredAt, message.RecordedAt, message.RecordedBy, journaled.Contract);
    }

    /// <summary>Writes facts, all at once, and that they came for whoever watches; a rebuild tells nobody.</summary>
    public static NpgsqlBatchCommand Insert(IReadOnlyCollection<Fact> facts) => new(
        """
        with told as (
          insert into facts (id, subject, version, type, happened_at, exact, recorded_at, recorded_by, account_id, data)
          select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
          returning id, subject, version, type)
        insert into changes (subject, version, event, type, noted_at)
        select subject, version, id, type, now() from told where current_setting('ketman.rebuild', true) is distinct from 'on'
        """)
    {
        Parameters =
        {
            Array(NpgsqlDbType.Uuid, facts.Select(fact => fact.Id)),
            Array(NpgsqlDbType.Uuid, facts.Select(fact => fact.Subject)),
            Array(NpgsqlDbType.Bigint, facts.Select(fact => fact.Version)),
            Array(NpgsqlDbType.Text, facts.Select(fact => ContractJson.UrnOf(fact.Said.GetType()))),
            Array(NpgsqlDbType.TimestampTz, facts.Select(fact => fact.At.Start)),
            Array(NpgsqlDbType.Boolean, facts.Select(fact => fact.At.Precision is Precision.Instant)),
            Array(NpgsqlDbType.TimestampTz, facts.Select(fact => fact.RecordedAt)),
            Array(NpgsqlDbType.Text, facts.Select(fact => fact.RecordedBy)),
            Array(NpgsqlDbType.Uuid, facts.Select(fact => AccountOf(fact.Said))),
            Array(NpgsqlDbType.Jsonb, facts.Select(fact => JsonSerializer.Serialize(fact.Said, fact.Said.GetType(), ContractJson.Options))),
        },
    };

    /// <summary>All facts of these kinds on these subjects.</summary>
    public static NpgsqlBatchCommand Select(IEnumerable<Guid> subjects, IEnumerable<string> types) => new(
        $"select {Columns} from facts f where f.subject = any($1) and f.type = any($2)")
    {
        Parameters = { Array(NpgsqlDbType.Uuid, subjects), Array(NpgsqlDbType.Text, types) },
    };

    /// <summary>Everything that is known of one case.</summary>
    public static Task<IReadOnlyList<Fact>> OfCaseAsync(this NpgsqlDataSource database, Guid id, CancellationToken cancellation) =>
        QueryAsync(database, $"select {Columns} from facts f where f.subject = $1", [new() { Value = id }], cancellation);

    /// <summary>Reads the rows of one result.</summary>
    public static async Task<IReadOnlyList<Fact>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        List<Fact> facts = [];
        while (await reader.ReadAsync(cancellation))
        {
            var at = reader.GetFieldValue<DateTimeOffset>(4);
            facts.Add(new Fact(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2),
                Moment(at, reader.GetBoolean(5)),
                reader.GetFieldValue<DateTimeOffset>(6), reader.GetString(7),
                JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(8), ContractJson.All[reader.GetString(3)], ContractJson.Options)
                    ?? throw new DataException("A fact without content")));
        }

        return facts;
    }

    /// <summary>A moment from its two columns.</summary>
    public static Moment Moment(DateTimeOffset at, bool exact) =>
        exact ? Contracts.Moment.At(at) : Contracts.Moment.On(DateOnly.FromDateTime(at.UtcDateTime));

    /// <summary>Reads what a query answers.</summary>
    public static async Task<IReadOnlyList<Fact>> QueryAsync(
        NpgsqlDataSource database, string sql, NpgsqlParameter[] parameters, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await ReadAsync(reader, cancellation);
    }

    internal static NpgsqlParameter Array<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };

    /// <summary>The account that a fact tells of, where it tells of one.</summary>
    public static Guid? AccountOf(object said) => said switch
    {
        CodeMerged it => it.AccountId,
        PaymentRecorded it => it.AccountId,
        PaymentCorrected it => it.AccountId,
        EngagementEstablished it => it.AccountId,
        WorkerConfirmed it => it.AccountId,
        FindingAdded it => it.AccountId,
        AccessRevoked it => it.AccountId,
        AccountRegistered it => it.AccountId,
        AccountFlagged it => it.AccountId,
        AccountIndexed it => it.AccountId,
        AccountConfirmed it => it.AccountId,
        AccountCleared it => it.AccountId,
        AccountActivityObserved it => it.AccountId,
        AccountEmploymentObserved it => it.AccountId,
        AccountAttributed it => it.AccountId,
        AccountMerged it => it.AccountId,
        AccountErased it => it.AccountId,
        _ => null,
    };
}

using System.Security.Cryptography;
using System.Text;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Proof;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Statements.Kept;

/// <summary>
/// What people decided about a month: append-only tables, each step signed and chained to the one before. They are no events of a store of
/// their own, because a month has a handful of steps and what a step carries is some hundred kilobytes that must be answered byte by byte;
/// what makes an event log trustworthy (order, immutability, hash chain, signature) is here in two tables.
/// </summary>
internal sealed class StatementLedger(NpgsqlDataSource database, SealKeys keys)
{
    private const int SaltLength = 32;

    /// <summary>The steps of a month, the first one first.</summary>
    public async Task<IReadOnlyList<KeptStep>> ReadAsync(string month, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ReadAsync(connection, month, cancellation);
    }

    /// <summary>What was frozen.</summary>
    /// <param name="month">The month.</param>
    /// <param name="step">The step that froze it.</param>
    /// <param name="names">Which of it, e.g. <c>clear.json</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TamperedException">It is not what was signed.</exception>
    public async Task<IReadOnlyList<KeptContent>> ContentsAsync(string month, KeptStep step, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select name, salt, content, cases from statement_contents where month = $1 and version = $2 and name = any($3) order by array_position($3, name)");
        command.Parameters.Add(new() { Value = month });
        command.Parameters.Add(new() { Value = step.Step.Version });
        command.Parameters.Add(new() { Value = names.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<KeptContent> contents = [];
        while (await reader.ReadAsync(cancellation))
        {
            var content = new KeptContent(reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<Guid[]>(3));
            if (!step.Step.Contents.Contains((content.Name, StatementStep.Digest(content.Salt, content.Content))))
            {
                throw new TamperedException($"{content.Name} of version {step.Step.Version}");
            }

            contents.Add(content);
        }

        return contents.Count == names.Count ? contents : throw new TamperedException($"version {step.Step.Version}");
    }

    /// <summary>The ids of the facts that a version was counted from.</summary>
    public async Task<IReadOnlySet<Guid>> FactsAsync(string month, KeptStep step, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select facts from statement_steps where month = $1 and number = $2");
        command.Parameters.Add(new() { Value = month });
        command.Parameters.Add(new() { Value = step.Step.Number });
        var bytes = (byte[])(await command.ExecuteScalarAsync(cancellation))!;
        return bytes.Chunk(16).Select(id => new Guid(id)).ToHashSet();
    }

    /// <summary>Adds a step, unless somebody else was quicker or the request was answered before.</summary>
    /// <param name="wanted">What is to be added.</param>
    /// <param name="after">How many steps there were when it was decided.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The step; null: there are other steps by now.</returns>
    public async Task<KeptStep?> AddAsync(NewStep wanted, int after, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var turn = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('statement ' || $1, 0))", connection) { Parameters = { new() { Value = wanted.Month } } })
        {
            await turn.ExecuteNonQueryAsync(cancellation);
        }

        var steps = await ReadAsync(connection, wanted.Month, cancellation);
        if (steps.Count != after)
        {
            return null;
        }

        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var contents = wanted.Contents.Select(content => content with { Salt = RandomNumberGenerator.GetBytes(SaltLength) }).ToList();
        var step = new StatementStep(
            wanted.Month, wanted.Zone, after + 1, wanted.Kind, wanted.Version, StatementStep.Digest(salt, Encoding.UTF8.GetBytes(wanted.By)), Moment.At(wanted.At).Start,
            // The same salt for a review and for what was frozen after it, so that who verifies sees that it is the same.
            StatementStep.Digest(BasisSalt(steps, wanted) ?? salt, wanted.Basis),
            [.. contents.Select(content => (content.Name, StatementStep.Digest(content.Salt, content.Content)))],
            steps.Count == 0 ? Seal.NoPrevious : StatementStep.HashOf(steps[^1].Text), keys.Signing.Public.Id);
        var text = step.Text();
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            insert into statement_steps (month, number, kind, version, by_name, salt, at, basis, statement, signature, key_pem, request_key, facts)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """)
        {
            Parameters =
            {
                new() { Value = wanted.Month }, new() { Value = step.Number }, new() { Value = step.Kind }, new() { Value = step.Version }, new() { Value = wanted.By },
                new() { Value = salt }, new() { Value = step.At.UtcDateTime }, new() { Value = wanted.Basis }, new() { Value = text },
                new() { Value = keys.Signing.Sign(Encoding.UTF8.GetBytes(text)) }, new() { Value = keys.Signing.Public.ToPem() },
                new() { Value = (object?)wanted.RequestKey ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = (object?)wanted.Facts?.SelectMany(id => id.ToByteArray()).ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea },
            },
        });
        foreach (var content in contents)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into statement_contents (month, version, name, salt, content, cases) values ($1, $2, $3, $4, $5, $6)")
            {
                Parameters =
                {
                    new() { Value = wanted.Month }, new() { Value = wanted.Version }, new() { Value = content.Name }, new() { Value = content.Salt }, new() { Value = content.Content },
                    new() { Value = content.Cases.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                },
            });
        }

        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return (await ReadAsync(wanted.Month, cancellation)).First(kept => kept.Step.Number == step.Number);
    }

    private static byte[]? BasisSalt(IReadOnlyList<KeptStep> steps, NewStep wanted) =>
        steps.LastOrDefault(step => wanted.Kind == StatementStep.Frozen && step.Step.Kind == StatementStep.Reviewed && step.Basis.AsSpan().SequenceEqual(wanted.Basis))?.Salt;

    private async Task<IReadOnlyList<KeptStep>> ReadAsync(NpgsqlConnection connection, string month, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select number, by_name, salt, basis, statement, signature, key_pem, request_key, kind, version from statement_steps where month = $1 order by number", connection)
        {
            Parameters = { new() { Value = month } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<KeptStep> steps = [];
        var previous = Seal.NoPrevious;
        while (await reader.ReadAsync(cancellation))
        {
            var text = reader.GetString(4);
            // The row's own columns are only for finding it: what counts is what was signed.
            if (StatementStep.Read(text) is not { } step || step.Month != month || step.Number != reader.GetInt32(0) || step.Number != steps.Count + 1 || step.Previous != previous
                || step.Kind != reader.GetString(8) || step.Version != reader.GetInt32(9)
                || step.By != StatementStep.Digest(reader.GetFieldValue<byte[]>(2), Encoding.UTF8.GetBytes(reader.GetString(1)))
                || keys.Find(step.KeyId) is not { } key || !key.Verify(Encoding.UTF8.GetBytes(text), reader.GetFieldValue<byte[]>(5)))
            {
                throw new TamperedException($"step {steps.Count + 1}");
            }

            steps.Add(new KeptStep(
                step, text, reader.GetFieldValue<byte[]>(5), reader.GetString(6), reader.GetString(1), reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<byte[]>(3),
                reader.IsDBNull(7) ? null : reader.GetString(7)));
            previous = StatementStep.HashOf(text);
        }

        return steps;
    }
}

/// <summary>A step as it stands in the table, verified.</summary>
internal sealed record KeptStep(StatementStep Step, string Text, byte[] Signature, string Key, string By, byte[] Salt, byte[] Basis, string? RequestKey);

/// <summary>What was, or is to be, frozen in one form for one clearance.</summary>
/// <param name="Name">E.g. <c>clear.json</c>.</param>
/// <param name="Salt">Makes its digest unguessable.</param>
/// <param name="Content">The bytes.</param>
/// <param name="Cases">The cases of which something can be recognised in it.</param>
internal sealed record KeptContent(string Name, byte[] Salt, byte[] Content, IReadOnlyList<Guid> Cases);

/// <summary>A step that is to be added.</summary>
internal sealed record NewStep(
    string Month, string Zone, string Kind, int Version, string By, DateTimeOffset At, byte[] Basis, IReadOnlyList<KeptContent> Contents, IReadOnlyList<Guid>? Facts, string? RequestKey);

/// <summary>What was kept is not what was signed.</summary>
internal sealed class TamperedException(string what) : Exception($"What was kept of this statement is not what was signed: {what}.");

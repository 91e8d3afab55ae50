using System.Security.Cryptography;
using Ketman.Proof;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore.Personal;

/// <summary>
/// The keys of subjects. They are read anew for every page of events and never kept: what another instance erased is
/// unreadable here with the next question.
/// </summary>
public sealed class SubjectKeys
{
    private const string Load = "select subject, key from ketman_subject_keys where subject = any($1) and key is not null";

    // Of two that come at once the second waits and then changes nothing, so both read the same key: the select takes a
    // snapshot of its own, after the insert.
    private const string Create = """
        insert into ketman_subject_keys (subject, key) select * from unnest($1, $2) on conflict (subject) do nothing
        """;

    private const string EraseOne = """
        insert into ketman_subject_keys (subject, erased_at, erased_by) values ($1, $2, $3)
        on conflict (subject) do update set key = null, erased_at = excluded.erased_at, erased_by = excluded.erased_by
        where ketman_subject_keys.key is not null
        """;

    private readonly NpgsqlDataSource _database;

    internal SubjectKeys(NpgsqlDataSource database) => _database = database;

    /// <summary>
    /// The statement that erases a subject, to commit with whatever says so. A subject that was never met is barred as well;
    /// one that is erased already stays as it is.
    /// </summary>
    /// <param name="subject">E.g. <c>account-0198...</c>.</param>
    /// <param name="by">The event that says so.</param>
    /// <param name="at">When it was recorded.</param>
    public static NpgsqlBatchCommand Erase(string subject, Guid by, DateTimeOffset at) => new(EraseOne)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = subject, NpgsqlDbType = NpgsqlDbType.Text },
            new NpgsqlParameter<DateTime> { TypedValue = at.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            new NpgsqlParameter<Guid> { TypedValue = by, NpgsqlDbType = NpgsqlDbType.Uuid },
        },
    };

    /// <summary>The keys of those that have one; whoever is absent is erased.</summary>
    internal async Task<IReadOnlyDictionary<string, byte[]>> LoadAsync(IReadOnlyCollection<string> subjects, CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand(Load);
        return await LoadAsync(command, subjects, cancellation);
    }

    /// <summary>The same within a transaction.</summary>
    internal static async Task<IReadOnlyDictionary<string, byte[]>> LoadAsync(
        NpgsqlTransaction transaction, IReadOnlyCollection<string> subjects, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Load, transaction.Connection, transaction);
        return await LoadAsync(command, subjects, cancellation);
    }

    /// <summary>The same; whoever has never been met is given a key first.</summary>
    internal async Task<IReadOnlyDictionary<string, byte[]>> LoadOrCreateAsync(IReadOnlyCollection<string> subjects, CancellationToken cancellation)
    {
        // In one order everywhere, so that two that create the same keys wait for one another instead of deadlocking.
        string[] names = [.. subjects.Order(StringComparer.Ordinal)];
        byte[][] keys = [.. names.Select(_ => RandomNumberGenerator.GetBytes(PersonalText.KeyLength))];
        await using var batch = _database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Create)
        {
            Parameters =
            {
                Names(names),
                new NpgsqlParameter<byte[][]> { TypedValue = keys, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Load) { Parameters = { Names(names) } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        return await ReadAsync(reader, cancellation);
    }

    private static async Task<IReadOnlyDictionary<string, byte[]>> LoadAsync(
        NpgsqlCommand command, IReadOnlyCollection<string> subjects, CancellationToken cancellation)
    {
        command.Parameters.Add(Names([.. subjects]));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await ReadAsync(reader, cancellation);
    }

    private static async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(reader.GetString(0), reader.GetFieldValue<byte[]>(1));
        }

        return found;
    }

    private static NpgsqlParameter<string[]> Names(string[] names) =>
        new() { TypedValue = names, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}

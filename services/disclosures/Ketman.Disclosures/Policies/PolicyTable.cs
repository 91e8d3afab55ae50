using System.Text.Json;
using Ketman.Contracts;
using Ketman.Hosting.Commands;
using Npgsql;

namespace Ketman.Disclosures.Policies;

/// <summary>A version of a policy as it is looked up.</summary>
/// <param name="Name">The policy.</param>
/// <param name="Version">Which version.</param>
/// <param name="Title">What it is, in one line.</param>
/// <param name="Digest">The digest of the document.</param>
/// <param name="Text">The document as canonical JSON.</param>
/// <param name="Note">Why it was applied.</param>
/// <param name="AppliedAt">From when it held.</param>
/// <param name="AppliedBy">Who applied it.</param>
public sealed record PolicyVersion(
    string Name, int Version, string Title, string Digest, string Text, string? Note, DateTimeOffset AppliedAt, string AppliedBy)
{
    /// <summary>What it says.</summary>
    public PolicyDocument Document => JsonSerializer.Deserialize<PolicyDocument>(Text, ContractJson.Options)!;
}

/// <summary>Keeps and reads the table <c>policies</c>: one row for each version of each policy.</summary>
internal sealed class PolicyTable(NpgsqlDataSource database) : IInlineReadModel
{
    private const string Insert = """
        insert into policies (name, version, title, digest, document, note, applied_at, applied_by) values ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    private const string Columns = "select name, version, title, digest, document, note, applied_at, applied_by from policies";

    /// <inheritdoc />
    public IEnumerable<NpgsqlBatchCommand> Write(string stream, Guid id, IReadOnlyList<VersionedEvent> events)
    {
        foreach (var applied in events.Select(happened => happened.Event.Data).OfType<PolicyApplied>())
        {
            using var document = JsonDocument.Parse(applied.Document);
            yield return new NpgsqlBatchCommand(Insert)
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = applied.Name },
                    new NpgsqlParameter<int> { TypedValue = applied.Version },
                    new NpgsqlParameter<string> { TypedValue = document.RootElement.GetProperty("title").GetString()! },
                    new NpgsqlParameter<string> { TypedValue = applied.Digest },
                    new NpgsqlParameter<string> { TypedValue = applied.Document },
                    new NpgsqlParameter<string?> { TypedValue = applied.Note },
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = applied.OccurredAt.Start },
                    new NpgsqlParameter<string> { TypedValue = applied.By },
                },
            };
        }
    }

    /// <summary>The latest version of every policy, by name.</summary>
    public Task<IReadOnlyList<PolicyVersion>> LatestAsync(CancellationToken cancellation) => ReadAsync(
        $"{Columns} p where version = (select max(version) from policies where name = p.name) order by name", [], cancellation);

    /// <summary>All versions of a policy, the latest first; empty: there is no such policy.</summary>
    public Task<IReadOnlyList<PolicyVersion>> VersionsAsync(string name, CancellationToken cancellation) => ReadAsync(
        $"{Columns} where name = $1 order by version desc", [new NpgsqlParameter<string> { TypedValue = name }], cancellation);

    /// <summary>What each of these names, the latest version where none is said; unknown ones are absent.</summary>
    public async Task<IReadOnlyDictionary<PolicyRef, PolicyVersion>> FindAsync(IReadOnlyCollection<PolicyRef> wanted, CancellationToken cancellation)
    {
        var found = new Dictionary<PolicyRef, PolicyVersion>();
        if (wanted.Count == 0)
        {
            return found;
        }

        var names = wanted.Select(one => one.Name).ToArray();
        var versions = wanted.Select(one => one.Version ?? 0).ToArray();
        var rows = await ReadAsync(
            $"""
            {Columns} p
            where (name, version) in (
              select asked.name, case asked.version when 0 then (select max(version) from policies where name = asked.name) else asked.version end
              from unnest($1, $2) asked(name, version))
            """,
            [new NpgsqlParameter<string[]> { TypedValue = names }, new NpgsqlParameter<int[]> { TypedValue = versions }],
            cancellation);
        foreach (var one in wanted)
        {
            var row = rows.Where(row => row.Name == one.Name && (one.Version is null || row.Version == one.Version)).MaxBy(row => row.Version);
            if (row is not null)
            {
                found[one] = row;
            }
        }

        return found;
    }

    private async Task<IReadOnlyList<PolicyVersion>> ReadAsync(string sql, IReadOnlyList<NpgsqlParameter> parameters, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddRange(parameters.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<PolicyVersion>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new PolicyVersion(
                reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetFieldValue<DateTimeOffset>(6), reader.GetString(7)));
        }

        return rows;
    }
}

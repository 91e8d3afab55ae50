using Npgsql;

namespace Ketman.Metrics.Reading;

/// <summary>Finds what a reference names: an id or a handle.</summary>
internal static class References
{
    /// <summary>The case of that id or handle, or null.</summary>
    public static Task<Guid?> FindCaseAsync(this NpgsqlDataSource database, string reference, CancellationToken cancellation) =>
        FindAsync(database, "cases", reference, cancellation);

    /// <summary>The company of that id or handle, or null.</summary>
    public static Task<Guid?> FindCompanyAsync(this NpgsqlDataSource database, string reference, CancellationToken cancellation) =>
        FindAsync(database, "companies", reference, cancellation);

    private static async Task<Guid?> FindAsync(NpgsqlDataSource database, string table, string reference, CancellationToken cancellation)
    {
        // PostgreSQL cannot even be asked for text with a zero character.
        if (reference.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var id = Guid.TryParseExact(reference, "D", out var parsed) ? parsed : (Guid?)null;
        await using var command = database.CreateCommand(
            id is null ? $"select id from {table} where handle = $1" : $"select id from {table} where id = $1");
        command.Parameters.Add(id is { } known ? new NpgsqlParameter { Value = known } : new NpgsqlParameter { Value = reference });
        return await command.ExecuteScalarAsync(cancellation) as Guid?;
    }
}

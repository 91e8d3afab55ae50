using Ketman.EventStore.Deciding;
using Ketman.Metrics.Confidential;
using Npgsql;

namespace Ketman.Metrics.Reading;

/// <summary>Finds what a reference names: an id or a handle.</summary>
internal static class References
{
    /// <summary>The case of that id or handle; null: there is none, or the reader may not know of it.</summary>
    public static Task<Guid?> FindCaseAsync(
        this NpgsqlDataSource database, string reference, Reader reader, DateTimeOffset now, CancellationToken cancellation) =>
        FindAsync(database, "cases", reference, command => " and " + CaseAccess.Condition(command.Parameters, reader, now), cancellation);

    /// <summary>The company of that id or handle; null: there is none, or the reader may not know of it.</summary>
    public static async Task<Guid?> FindCompanyAsync(
        this NpgsqlDataSource database, string reference, Reader reader, DateTimeOffset now, CancellationToken cancellation) =>
        await FindAsync(database, "companies", reference, static _ => "", cancellation) is { } id && await database.MayNameAsync(id, reader, now, cancellation) ? id : null;

    private static async Task<Guid?> FindAsync(
        NpgsqlDataSource database, string table, string reference, Func<NpgsqlCommand, string> condition, CancellationToken cancellation)
    {
        // PostgreSQL cannot even be asked for text with a zero character.
        if (reference.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var id = Guid.TryParseExact(reference, "D", out var parsed) ? parsed : (Guid?)null;
        await using var command = database.CreateCommand();
        command.Parameters.Add(id is { } known ? new NpgsqlParameter { Value = known } : new NpgsqlParameter { Value = reference });
        command.CommandText = $"select c.id from {table} c where c.{(id is null ? "handle" : "id")} = $1{condition(command)}";
        return await command.ExecuteScalarAsync(cancellation) as Guid?;
    }
}

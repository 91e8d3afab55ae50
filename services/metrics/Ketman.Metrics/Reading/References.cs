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
    public static Task<Guid?> FindCompanyAsync(
        this NpgsqlDataSource database, string reference, Reader reader, DateTimeOffset now, CancellationToken cancellation) =>
        CompanyAsked.Of(reference) is { } asked ? database.FindCompanyAsync(asked, reader, now, cancellation) : Task.FromResult<Guid?>(null);

    /// <summary>The company that is asked for; null: there is none, or the reader may not know of it.</summary>
    public static async Task<Guid?> FindCompanyAsync(
        this NpgsqlDataSource database, CompanyAsked asked, Reader reader, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.Parameters.Add(new NpgsqlParameter { Value = asked.Value });
        command.CommandText = $"select o.id from companies o where o.{(asked.Id is null ? "handle" : "id")} = $1 and {CaseAccess.Naming(command.Parameters, "o.id", "o.private", reader, now)} limit 1";
        return await command.ExecuteScalarAsync(cancellation) as Guid?;
    }

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

/// <summary>A company that is asked for by its id or its handle.</summary>
/// <param name="Id">Its id; null: it is asked for by its handle.</param>
/// <param name="Handle">Its handle.</param>
internal sealed record CompanyAsked(Guid? Id, string? Handle)
{
    /// <summary>The id of a company, of which the first parameter that is put in is the handle.</summary>
    public const string ByHandle = "(select id from companies where handle = {0} limit 1)";

    /// <summary>What stands for it in a statement.</summary>
    public object Value => Id is { } id ? id : Handle!;

    /// <summary>The company of that id or handle; null: there can be none.</summary>
    public static CompanyAsked? Of(string reference) =>
        Guid.TryParseExact(reference, "D", out var id) ? new CompanyAsked(id, null)
        // PostgreSQL cannot even be asked for text with a zero character.
        : reference.Contains('\0', StringComparison.Ordinal) ? null
        : new CompanyAsked(null, reference);

    /// <summary>The company of that id; null: none is asked for.</summary>
    public static CompanyAsked? Of(Guid? id) => id is null ? null : new CompanyAsked(id, null);
}

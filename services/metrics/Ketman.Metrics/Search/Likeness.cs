using Npgsql;

namespace Ketman.Metrics.Search;

/// <summary>Whether names can be found by likeness: by trigrams, which the server may not have.</summary>
internal sealed class Likeness(NpgsqlDataSource database)
{
    private bool? _isThere;

    /// <summary>Asked of the database once.</summary>
    public async ValueTask<bool> IsThereAsync(CancellationToken cancellation)
    {
        if (_isThere is { } known)
        {
            return known;
        }

        await using var command = database.CreateCommand("select exists (select from pg_extension where extname = 'pg_trgm')");
        _isThere = await command.ExecuteScalarAsync(cancellation) is true;
        return _isThere.Value;
    }
}

using Npgsql;

namespace Ketman.Metrics.Search;

/// <summary>Whether names can be found by likeness: by trigrams, which the server may not have.</summary>
internal sealed class Likeness(NpgsqlDataSource database)
{
    // One wrong letter in six spoils three of seven trigrams, which the server's own 0.6 calls another word.
    private const double Least = 0.45;

    private bool? _isThere;

    /// <summary>
    /// How much of a question's trigrams must be in a name, one after the other until something is found: first so much as one wrong letter leaves,
    /// or of several words those that happen to have one of them right would stand beside what was meant; then the least that is a likeness.
    /// </summary>
    /// <param name="words">The question.</param>
    /// <returns>Shares, the higher first.</returns>
    public static IEnumerable<double> Shares(string words)
    {
        // A word of n letters has n + 1 trigrams, with the blanks around it.
        var trigrams = words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Sum(word => word.Length + 1);
        var afterOneMistake = Math.Round((trigrams - 3) / (double)trigrams, 2, MidpointRounding.ToZero);
        return afterOneMistake > Least ? [afterOneMistake, Least] : [Least];
    }

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

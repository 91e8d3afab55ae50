namespace Ketman.Vocabulary;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Spelling
{
    /// <summary>The candidate that differs by the fewest letters, if that is about a third of the word at most; else null.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        if (word.Length > 64)
            return null;

        var (nearest, distance) = candidates
            .Select(candidate => (Candidate: candidate, Distance: Distance(word, candidate)))
            .DefaultIfEmpty((Candidate: string.Empty, Distance: int.MaxValue))
            .MinBy(pair => pair.Distance);
        return distance <= Math.Max(1, (word.Length + 1) / 3) ? nearest : null;
    }

    // Levenshtein with one row.
    private static int Distance(string from, string to)
    {
        var row = new int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
            row[j] = j;

        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                var change = char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + change);
                diagonal = above;
            }
        }

        return row[to.Length];
    }
}

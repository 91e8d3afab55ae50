using System.Diagnostics;
using Npgsql;

namespace Ketman.Chaos.Road;

/// <summary>Measures how long it takes until the whole road works again: a new command of each service is folded by another.</summary>
internal sealed class Healing(Load load, Books books)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    private readonly List<(string Kind, double Seconds)> _times = [];

    /// <summary>Waits until everything works; false: it does not within a minute and a half.</summary>
    /// <param name="kind">What was killed.</param>
    /// <param name="since">When it was started again.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> WaitAsync(string kind, Stopwatch since, CancellationToken cancellation)
    {
        var healed = await Task.WhenAll(FoldedAsync(load.NoteAsync, since, cancellation), FoldedAsync(load.AccountAsync, since, cancellation));
        _times.Add((kind, since.Elapsed.TotalSeconds));
        return healed.All(each => each);
    }

    /// <summary>The times so far.</summary>
    public IEnumerable<Figure> Figures => _times.GroupBy(time => time.Kind).OrderBy(group => group.Key, StringComparer.Ordinal)
        .SelectMany(group => Figure.Spread($"heals after {group.Key} ({group.Count()})", [.. group.Select(time => time.Seconds)], "s"));

    private async Task<bool> FoldedAsync(
        Func<CancellationToken, Task<Acknowledged?>> send, Stopwatch since, CancellationToken cancellation)
    {
        if (await send(cancellation) is not { } sent)
        {
            return false;
        }

        while (since.Elapsed < Longest)
        {
            try
            {
                if (await books.HasFoldedAsync(sent, cancellation))
                {
                    return true;
                }
            }
            catch (NpgsqlException)
            {
                // The database that holds the answer may be the one that was killed.
            }

            await Task.Delay(20, cancellation);
        }

        return false;
    }
}

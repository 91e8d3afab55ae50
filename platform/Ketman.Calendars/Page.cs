namespace Ketman.Calendars;

/// <summary>The openings of somewhat more than a year, laid out to be searched. Immutable.</summary>
internal sealed class Page
{
    private readonly long[] _opens;
    private readonly long[] _closes;

    // What has been counted in the page before each opening.
    private readonly long[] _before;

    public Page(ReadOnlySpan<Stretch> openings)
    {
        _opens = new long[openings.Length];
        _closes = new long[openings.Length];
        _before = new long[openings.Length];
        for (var index = 0; index < openings.Length; index++)
        {
            (_opens[index], _closes[index]) = openings[index];
            _before[index] = Total;
            Total += openings[index].To - openings[index].From;
        }
    }

    /// <summary>All the time that is open in it.</summary>
    public long Total { get; }

    public int Count => _opens.Length;

    public Stretch this[int index] => new(_opens[index], _closes[index]);

    /// <summary>The open time between the beginning of the page and <paramref name="at"/>.</summary>
    public long CountedBefore(long at)
    {
        var index = Last(_opens, at);
        return index < 0 ? 0 : _before[index] + Math.Min(at, _closes[index]) - _opens[index];
    }

    /// <summary>The first instant by which <paramref name="counted"/> (from 1 to <see cref="Total"/>) has been counted since the beginning of the page.</summary>
    public long Reach(long counted)
    {
        // The opening in which it is reached, not the one after it: due at closing.
        var index = Last(_before, counted - 1);
        return _opens[index] + counted - _before[index];
    }

    public bool IsOpen(long at)
    {
        var index = Last(_opens, at);
        return index >= 0 && at < _closes[index];
    }

    /// <summary>The first opening that ends after <paramref name="at"/>; <see cref="Count"/> when there is none.</summary>
    public int FirstEndingAfter(long at)
    {
        var index = Last(_opens, at);
        return index >= 0 && at < _closes[index] ? index : index + 1;
    }

    // The last of ascending numbers that is not above a value, or -1. Without a branch that has to be guessed.
    private static int Last(long[] numbers, long value)
    {
        var first = 0;
        var length = numbers.Length;
        while (length > 0)
        {
            var half = (length + 1) >> 1;
            first = numbers[first + half - 1] <= value ? first + half : first;
            length -= half;
        }

        return first - 1;
    }
}

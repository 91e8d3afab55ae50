using System.Net.Http.Headers;

namespace Ketman.Cli.Connection;

/// <summary>How long a command keeps trying when the platform is busy or away.</summary>
/// <param name="Total">All waiting together, counted from the first failure in a row.</param>
/// <param name="WaitsForAbsent">Whether a platform that does not answer at all is waited for, too.</param>
internal sealed record Patience(TimeSpan Total, bool WaitsForAbsent)
{
    /// <summary>Somebody sits in front of it: wait out a busy moment, but say at once when nobody is there.</summary>
    public static Patience OfPerson { get; } = new(TimeSpan.FromSeconds(20), false);
}

/// <summary>The waits between tries: doubling, jittered so that many clients do not come back as one, and never shorter than asked.</summary>
internal sealed class Backoff(Patience patience)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private TimeSpan _waited;
    private int _tries;

    /// <summary>The next wait, or null when patience is used up.</summary>
    public TimeSpan? Next(TimeSpan? asked)
    {
        var doubled = First * Math.Pow(2, Math.Min(_tries++, 10));
        var own = (doubled < Longest ? doubled : Longest) * (0.5 + (Random.Shared.NextDouble() / 2));
        var wait = asked > own ? asked.Value + (own / 10) : own;
        if (_waited + wait > patience.Total)
            return null;

        _waited += wait;
        return wait;
    }

    /// <summary>What a Retry-After header asks for.</summary>
    public static TimeSpan? Asked(RetryConditionHeaderValue? header, DateTimeOffset now) => header switch
    {
        { Delta: { } delta } when delta > TimeSpan.Zero => delta,
        { Date: { } date } when date > now => date - now,
        _ => null,
    };
}

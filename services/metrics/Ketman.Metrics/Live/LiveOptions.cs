namespace Ketman.Metrics.Live;

/// <summary>How changes are followed and for how many.</summary>
/// <param name="PerCaller">Streams of one caller at once, on one instance.</param>
/// <param name="InAll">Streams at once, on one instance.</param>
/// <param name="Waiting">Messages that may wait for a reader; one more, and he is sent away to resume.</param>
/// <param name="Look">How often it is looked for changes while somebody watches.</param>
/// <param name="Heartbeat">How often a stream is shown to be alive.</param>
/// <param name="KeptRows">So many changes are kept to resume from,</param>
/// <param name="KeptFor">for so long at most.</param>
internal sealed record LiveOptions(int PerCaller, int InAll, int Waiting, TimeSpan Look, TimeSpan Heartbeat, int KeptRows, TimeSpan KeptFor)
{
    public static LiveOptions Default { get; } = new(10, 5_000, 256, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(15), 100_000, TimeSpan.FromDays(2));
}

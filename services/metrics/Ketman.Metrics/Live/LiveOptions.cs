namespace Ketman.Metrics.Live;

/// <summary>How changes are followed and for how many.</summary>
/// <param name="PerCaller">Streams of one caller at once, on one instance.</param>
/// <param name="InAll">Streams at once, on one instance.</param>
/// <param name="Waiting">Messages that may wait for a reader; one more, and he is sent away to resume.</param>
/// <param name="Look">How often it is looked for changes while a few watch, see <see cref="PauseFor"/>.</param>
/// <param name="Heartbeat">How often a stream is shown to be alive.</param>
/// <param name="KeptRows">So many changes are kept to resume from,</param>
/// <param name="KeptFor">for so long at most.</param>
internal sealed record LiveOptions(int PerCaller, int InAll, int Waiting, TimeSpan Look, TimeSpan Heartbeat, int KeptRows, TimeSpan KeptFor)
{
    // Sending to so many takes a few milliseconds of a core, through service and gateway.
    private const int Few = 150;
    private const int MostPauses = 10;

    /// <summary>
    /// How long is waited until it is looked again: the more watch, the longer, so that what is sent together costs one packet for each reader and
    /// those who write keep the processor. With a thousand readers that is 700 ms, and never more than a second.
    /// </summary>
    public TimeSpan PauseFor(int readers) => Look * Math.Clamp((readers + Few - 1) / Few, 1, MostPauses);

    public static LiveOptions Default { get; } = new(10, 5_000, 256, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(15), 100_000, TimeSpan.FromDays(2));
}

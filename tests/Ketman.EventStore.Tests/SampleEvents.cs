using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.EventStore.Tests;

/// <summary>Events with every kind of member that ours have: amounts, texts, lists, moments, absent members.</summary>
public sealed record MoneySent(string To, decimal Amount, IReadOnlyList<string> Tags, string? Reference, Moment OccurredAt) : IDomainEvent;

public sealed record NoteTaken(string Text, Moment OccurredAt) : IDomainEvent;

public static class Samples
{
    public static readonly EventTypes Types = new EventTypes.Builder()
        .Add<MoneySent>("money-sent.v1")
        .Add<NoteTaken>("note-taken.v1")
        .Build();

    public static readonly DateTimeOffset Now = new(2025, 2, 3, 14, 5, 6, 789, 123, TimeSpan.Zero);

    public static string NewStream() => $"sample-{Guid.CreateVersion7():D}";

    public static MoneySent Money(decimal amount = 1.10m) => new("0xAb", amount, ["stable", "coin"], null, Moment.On(new DateOnly(2025, 2, 1)));

    public static NoteTaken Note(string text = "said \"maybe next week\"\n") => new(text, Moment.At(Now));

    public static EventMetadata Metadata(string by = "alice", Guid? command = null) => new(
        Now, by, command ?? Guid.CreateVersion7(), "trace-1", "fingerprint-1", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    public static StreamAppend First(string stream, params IDomainEvent[] events) => Append(new StreamHistory(stream, []), events);

    public static StreamAppend Append(StreamHistory after, params IDomainEvent[] events) => Append(after.Stream, after.Version, after.LastHash, events);

    public static StreamAppend Append(StreamSoFar after, params IDomainEvent[] events) => Append(after.Stream, after.Version, after.LastHash, events);

    private static StreamAppend Append(string stream, long version, string? lastHash, IDomainEvent[] events) => new(
        stream, version, lastHash, [.. events.Select(data => new NewEvent(Guid.CreateVersion7(), data))], Metadata());
}

using System.Diagnostics;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Npgsql;

namespace Ketman.Hosting.Commands;

/// <summary>A stream while a batch decides on it: what was read, and what is to be added.</summary>
internal sealed class WorkingStream(Guid id, string name, StreamSoFar past)
{
    private readonly List<(int From, EventMetadata Metadata)> _commands = [];

    public Guid Id { get; } = id;

    public string Name { get; } = name;

    public List<int> Items { get; } = [];

    public List<NewEvent> New { get; } = [];

    /// <summary>The state with what is to be added; null before anything is decided.</summary>
    public object? State { get; set; }

    public long ReadVersion => past.Version;

    public long Version => past.Version + New.Count;

    public IReadOnlyList<PastEvent> Past => past.Events;

    private CommandDefinition? Definition { get; set; }

    private object? Before { get; set; }

    /// <summary>The state that was read, folded once.</summary>
    /// <param name="definition">Any command of the aggregate.</param>
    public object Fold(CommandDefinition definition)
    {
        Definition = definition;
        return Before = Past.Aggregate(definition.Initial, (folded, one) => definition.Fold(folded, one.Id, one.Data));
    }

    /// <summary>What follows from the change of state beside the events.</summary>
    public IEnumerable<NpgsqlBatchCommand> StateRows(IServiceProvider services, DateTimeOffset now) =>
        Definition!.WriteState(services, Id, Before!, State!, now);

    public void Add(IReadOnlyList<NewEvent> events, EventMetadata metadata)
    {
        _commands.Add((New.Count, metadata));
        New.AddRange(events);
    }

    /// <summary>The command with this id if it was carried out before, here or in the log: its fingerprint and its events.</summary>
    public (string? Fingerprint, IReadOnlyList<(Guid Id, object Data, long Version)> Events)? FindCommand(Guid command)
    {
        if (past.Fingerprints.TryGetValue(command, out var fingerprint))
        {
            return (fingerprint, [.. EventsOf(command)]);
        }

        var index = _commands.FindIndex(added => added.Metadata.CommandId == command);
        if (index < 0)
        {
            return null;
        }

        var (from, metadata) = _commands[index];
        var to = index + 1 < _commands.Count ? _commands[index + 1].From : New.Count;
        return (metadata.Fingerprint,
            [.. Enumerable.Range(from, to - from).Select(at => (New[at].Id, (object)New[at].Data, past.Version + at + 1))]);
    }

    // They were appended together, and their ids follow from the command's.
    private IEnumerable<(Guid Id, object Data, long Version)> EventsOf(Guid command)
    {
        var at = 0;
        while (past.Events[at].Id != command)
        {
            at++;
        }

        for (var ordinal = 0; at < past.Events.Count && past.Events[at].Id == DeterministicId.OfEvent(command, ordinal); at++, ordinal++)
        {
            yield return (past.Events[at].Id, past.Events[at].Data, at + 1);
        }
    }

    /// <summary>One append for each command, because each has its own metadata; the store links them into one chain.</summary>
    public IEnumerable<StreamAppend> Appends()
    {
        for (var index = 0; index < _commands.Count; index++)
        {
            var (from, metadata) = _commands[index];
            var to = index + 1 < _commands.Count ? _commands[index + 1].From : New.Count;
            Debug.Assert(to > from, "a command without events is not added");
            yield return new StreamAppend(
                Name, past.Version + from, from == 0 ? past.LastHash : null, New.GetRange(from, to - from), metadata);
        }
    }
}

using System.Diagnostics;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Ketman.Hosting.Commands;

/// <summary>One try at a batch: everything is looked up first, so that deciding waits for nothing.</summary>
internal sealed class CommandBatch(
    IReadOnlyList<CommandItem> items,
    IReadOnlyList<int> open,
    Caller caller,
    IEventStore store,
    EventTypes types,
    IRefResolver resolver,
    IServiceProvider services,
    DateTimeOffset now,
    DryRun? dryRun)
{
    private readonly Dictionary<int, Located> _located = [];
    private readonly Dictionary<Reference, Guid> _created = [];
    private readonly Dictionary<string, WorkingStream> _streams = [];
    private readonly Dictionary<Guid, WorkingStream> _streamsById = [];
    private readonly HashSet<Guid> _hidden = [];
    private readonly HashSet<Reference> _shut = [];
    private bool _streamsRead;
    private IReadOnlyDictionary<Reference, Found> _found = new Dictionary<Reference, Found>();

    /// <summary>The items whose place was taken by others since it was found free: they are to be located again.</summary>
    public List<int> Displaced { get; } = [];

    /// <summary>The time of its decisions.</summary>
    public DateTimeOffset Now => now;

    /// <summary>The streams that something is to be appended to, in the order in which the batch first touched them.</summary>
    public IEnumerable<WorkingStream> Changed => _streams.Values.Where(stream => stream.New.Count > 0);

    public async Task PrepareAsync(CancellationToken cancellation)
    {
        foreach (var index in open)
        {
            var item = items[index];
            if (item.Definition.Creates)
            {
                // Within a batch the same new thing may come twice; the second must meet the first.
                var located = await item.Definition.LocateAsync(item.Body, new LocateContext(services, item.Key, now), cancellation);
                var reference = new Reference(item.Definition.Category, located.Ref);
                located = _created.TryGetValue(reference, out var same) ? located with { Id = same } : located;
                _created[reference] = located.Id;
                _located[index] = located;
            }
        }

        await ShutAsync(cancellation);
        var wanted = open.SelectMany(ReferencesOf).Select(resolver.Normalise).Where(reference => !_created.ContainsKey(reference)).ToHashSet();
        if (wanted.Count > 0)
        {
            _found = await resolver.FindManyAsync(wanted, cancellation);
        }

        var names = new Dictionary<string, Guid>();
        var repeated = new HashSet<Guid>();
        foreach (var index in open)
        {
            if (TargetOf(index) is { } id)
            {
                var name = items[index].Definition.StreamOf(id);
                names.TryAdd(name, id);
                if (items[index].Key is { } key)
                {
                    repeated.Add(DeterministicId.From(name, key));
                }
            }
        }

        var pasts = names.Count == 0
            ? new Dictionary<string, StreamSoFar>()
            : await store.ReadToDecideAsync(names.Keys, repeated, cancellation);
        foreach (var (name, id) in names)
        {
            _streams[name] = _streamsById[id] = new WorkingStream(id, name, pasts[name]);
        }

        _streamsRead = true;
        // Whoever is cleared for everything is kept out by name only, which concerns what is acted on.
        await HideAsync(caller.Clearance is Tlp.Red ? [.. names.Values] : [.. names.Values.Concat(_found.Values.Select(found => found.Id)).Distinct()], cancellation);
    }

    // What is asked elsewhere about the thing that a command acts on is not asked for who may not know of it: how long that takes, and
    // whether it is answered, would tell that there is such a thing.
    private async Task ShutAsync(CancellationToken cancellation)
    {
        var targets = open.Select(index => items[index]).Where(item => item is { Body: ITargetReferring, Target: not null })
            .Select(item => resolver.Normalise(new Reference(item.Definition.Category, item.Target!))).ToHashSet();
        if (targets.Count == 0 || services.GetService<IStreamAccess>() is not { } access)
        {
            return;
        }

        var found = await resolver.FindManyAsync(targets, cancellation);
        var hidden = await access.HiddenAsync([.. found.Values.Select(one => one.Id)], caller.Reader, now, cancellation);
        _shut.UnionWith(found.Where(one => hidden.Contains(one.Value.Id)).Select(one => one.Key));
    }

    // What a stream's own state does not tell of who may know of it.
    private async Task HideAsync(Guid[] ids, CancellationToken cancellation)
    {
        if (ids.Length > 0 && services.GetService<IStreamAccess>() is { } access)
        {
            _hidden.UnionWith(await access.HiddenAsync(ids, caller.Reader, now, cancellation));
        }
    }

    private bool MayKnow(CommandDefinition definition, WorkingStream stream, string? target) => definition.Blind
        ? definition.Admits(
            stream.State!, new Reader(caller.Name, Tlp.Red), now) || Guid.TryParseExact(target, "D", out _)
        : !_hidden.Contains(stream.Id) && definition.Admits(stream.State!, caller.Reader, now);

    public void Decide(CommandOutcome[] outcomes)
    {
        foreach (var index in open)
        {
            outcomes[index] = DecideOne(index);
        }
    }

    private CommandOutcome DecideOne(int index)
    {
        var item = items[index];
        var definition = item.Definition;
        if (TargetOf(index) is not { } id)
        {
            return Problems.NotFound(definition.Category, definition.Category);
        }

        var stream = _streams[definition.StreamOf(id)];
        var reference = definition.Creates ? _located[index].Ref : item.Target!;
        if (!definition.Creates && stream.Version == 0)
        {
            return dryRun?.Assumed.Contains(resolver.Normalise(new Reference(definition.Category, reference))) == true
                ? Presumed(stream, reference)
                : Problems.NotFound(definition.Category, definition.Category);
        }

        if (definition.Creates && _located[index].Free && stream.Version > 0)
        {
            Displaced.Add(index);
            return dryRun is null ? Problems.VersionConflict() : Presumed(stream, reference);
        }

        var state = stream.State ??= stream.Fold(definition);
        if (stream.Version > 0 && !MayKnow(definition, stream, item.Target))
        {
            // Of a handle that is taken nobody can be kept from learning that it is; but of nothing else.
            return definition.Creates ? Problems.HandleTaken(definition.Category) : Problems.NotFound(definition.Category, definition.Category);
        }

        stream.Items.Add(index);
        var commandId = item.Key is { } key ? DeterministicId.From(stream.Name, key) : Guid.CreateVersion7(now);
        var fingerprint = CommandRunner.Fingerprint(item);
        if (item.Key is not null && stream.FindCommand(commandId) is { } before)
        {
            // What an erased request said cannot be compared any more; a repetition of it changes nothing in any case.
            return before.Fingerprint == fingerprint || before.Fingerprint == PersonalMember.Erased
                ? new CommandOutcome(Answer(stream, commandId, reference, changed: false, before.Events), null)
                : Problems.KeyReused();
        }

        if (item.IfMatch is { } seen && seen != stream.Version)
        {
            return Problems.StaleVersion(stream.Version);
        }

        var resolved = new Dictionary<Reference, Guid>();
        var details = new Dictionary<Reference, object>();
        foreach (var used in ReferencesIn(item))
        {
            if (Find(used) is not { } found || _hidden.Contains(found))
            {
                return Problems.NotFound(used.Kind, used.Kind);
            }

            resolved[used] = found;
            if (_found.TryGetValue(resolver.Normalise(used), out var known) && known.Detail is { } detail)
            {
                details[used] = detail;
            }
        }

        if (definition.RoleIn(state, item.Body, stream.Name) is { } role && !caller.Is(role))
        {
            return Problems.RoleNeeded(role);
        }

        var context = new CommandContext(now, commandId, caller.Name, stream.Name, resolved, reference) { Details = details };
        var decision = definition.Decide(state, item.Body, context);
        if (decision.Rule is { } rule)
        {
            return Problems.RuleBroken(rule);
        }

        if (decision.Events.Count == 0)
        {
            return new CommandOutcome(Answer(stream, commandId, reference, changed: false, []), null);
        }

        var from = stream.Version;
        var added = decision.Events.Select((data, ordinal) => new NewEvent(context.EventId(ordinal), data)).ToList();
        stream.Add(added, new EventMetadata(
            now, caller.Name, commandId, Activity.Current?.TraceId.ToString(), fingerprint, CommandRunner.TraceParent()));
        stream.State = added.Aggregate(state, (folded, one) => definition.Fold(folded, one.Id, one.Data));
        return new CommandOutcome(
            Answer(stream, commandId, reference, changed: true, [.. added.Select((one, at) => (one.Id, (object)one.Data, from + at + 1))]), null);
    }

    // What would stand there by then is not known in a dry run; that the command is well-formed is all that it can say.
    private static CommandOutcome Presumed(WorkingStream stream, string reference) =>
        new(new CommandAnswer(Guid.Empty, stream.Name, reference, stream.Version, Changed: true, []), null);

    private CommandAnswer Answer(
        WorkingStream stream, Guid command, string reference, bool changed, IReadOnlyList<(Guid Id, object Data, long Version)> events) =>
        new(command, stream.Name, reference, stream.Version, changed,
            [.. events.Select(one => new AnsweredEvent(one.Id, types.NameOf(one.Data.GetType()), one.Version))]);

    private Guid? TargetOf(int index) => items[index] is { Definition.Creates: false } item
        ? Find(new Reference(item.Definition.Category, item.Target!))
        : _located[index].Id;

    private Guid? Find(Reference written)
    {
        var reference = resolver.Normalise(written);
        if (_found.TryGetValue(reference, out var found))
        {
            return found.Id;
        }

        // A thing that an earlier item was to create counts only when its creation was accepted.
        if (_created.TryGetValue(reference, out var id)
            && (!_streamsRead || (_streamsById.TryGetValue(id, out var stream) && stream.Version > 0)))
        {
            return id;
        }

        return dryRun?.Assumed.Contains(reference) == true ? DeterministicId.From("assumed", $"{reference.Kind}:{reference.Text}") : null;
    }

    private IEnumerable<Reference> ReferencesOf(int index)
    {
        var item = items[index];
        if (item.Target is { } target)
        {
            yield return new Reference(item.Definition.Category, target);
            if (_shut.Contains(resolver.Normalise(new Reference(item.Definition.Category, target))))
            {
                yield break;
            }
        }

        foreach (var reference in ReferencesIn(item))
        {
            yield return reference;
        }
    }

    private static IEnumerable<Reference> ReferencesIn(CommandItem item) => item switch
    {
        { Body: IReferring referring } => referring.References,
        { Body: ITargetReferring referring, Target: { } target } => referring.ReferencesOf(target),
        _ => [],
    };
}

using Ketman.Contracts;

namespace Ketman.EventStore.Deciding;

/// <summary>A rule of the domain that a command would break. The name is stable; clients and tests rely on it.</summary>
/// <param name="Name">Kebab-case, e.g. <c>outreach-unknown</c>.</param>
/// <param name="Explanation">One sentence for a person: what is wrong, and what would be right. No personal data.</param>
public sealed record BrokenRule(string Name, string Explanation)
{
    /// <summary>Where a rule asks for several things at once: each that is not fulfilled, so that nobody learns them one by one.</summary>
    public IReadOnlyList<UnmetCondition> Conditions { get; init; } = [];
}

/// <summary>One of the things that a rule asks for, and that is not fulfilled.</summary>
/// <param name="Name">Kebab-case and stable, e.g. <c>attempts-too-few</c>.</param>
/// <param name="Explanation">One sentence for a person, with the figures. No personal data.</param>
public sealed record UnmetCondition(string Name, string Explanation);

/// <summary>What a decision came to: events to append (none: nothing is to be done), or the rule that forbids it.</summary>
public readonly struct Decision
{
    private readonly IReadOnlyList<IDomainEvent>? _events;

    private Decision(IReadOnlyList<IDomainEvent> events, BrokenRule? rule)
    {
        _events = events;
        Rule = rule;
    }

    /// <summary>The events to append, in order; empty when refused or when there is nothing to do.</summary>
    public IReadOnlyList<IDomainEvent> Events => _events ?? [];

    /// <summary>The broken rule, or null.</summary>
    public BrokenRule? Rule { get; }

    /// <summary>The command was carried out before, or changes nothing.</summary>
    public static Decision Nothing => default;

    /// <summary>These events follow.</summary>
    public static Decision Accept(params IReadOnlyList<IDomainEvent> events) => new(events, null);

    /// <summary>The command would break a rule.</summary>
    public static Decision Refuse(string rule, string explanation) => new([], new BrokenRule(rule, explanation));

    /// <summary>Lets a decision end in <c>return new OutreachAttempted(...)</c>-like style through <see cref="Accept"/>.</summary>
    public static implicit operator Decision(BrokenRule rule) => new([], rule);
}

/// <summary>An event of an aggregate. Immutable; its name on disk is given where its service registers it.</summary>
public interface IDomainEvent
{
    /// <summary>When it happened, as the reporter said.</summary>
    Moment OccurredAt { get; }
}

/// <summary>
/// An event that erases a subject: the store deletes the subject's key in the transaction that appends it, and from then on
/// its personal texts read as <see cref="PersonalMember.Erased"/>, in whatever stream they stand.
/// </summary>
public interface IErasure : IDomainEvent
{
    /// <summary>Who is erased, e.g. <c>account-0198...</c>.</summary>
    /// <param name="stream">The stream that the event is appended to.</param>
    string SubjectIn(string stream);
}

/// <summary>What a decision may know besides state and command; nothing in a decision reads a clock, draws an id or looks things up.</summary>
/// <param name="Now">The time of the decision, UTC, cut to the microsecond.</param>
/// <param name="CommandId">The command's id; its first event will bear it, so a fact is referred to by it.</param>
/// <param name="By">Who gives the command: the name of the API key or user.</param>
/// <param name="Stream">The stream that is decided on.</param>
/// <param name="Resolved">The ids behind the references of the command, looked up before the decision.</param>
/// <param name="Ref">What people call the stream; for a command that creates one, the handle that it was located at.</param>
public sealed record CommandContext(
    DateTimeOffset Now, Guid CommandId, string By, string Stream, IReadOnlyDictionary<Reference, Guid> Resolved, string Ref)
{
    private static readonly Dictionary<Reference, object> Nothing = [];

    /// <summary>What is known of the things behind the references besides their ids, as it was when they were looked up.</summary>
    public IReadOnlyDictionary<Reference, object> Details { get; init; } = Nothing;

    /// <summary>The time a fact happened: as said, or now.</summary>
    public Moment At(Moment? said) => said ?? Moment.At(Now);

    /// <summary>The id of the command's event number <paramref name="ordinal"/> (0: the command's own id).</summary>
    public Guid EventId(int ordinal) => DeterministicId.OfEvent(CommandId, ordinal);

    /// <summary>The id of something in another stream, e.g. <c>IdOf("account", "github:octocat")</c>.</summary>
    /// <exception cref="KeyNotFoundException">The command does not declare the reference: a mistake in its <see cref="IReferring"/>.</exception>
    public Guid IdOf(string kind, string reference) => Resolved[new Reference(kind, reference)];

    /// <summary>What is known of something in another stream besides its id; null: nothing, or it is only assumed to exist.</summary>
    public TDetail? DetailOf<TDetail>(string kind, string reference)
        where TDetail : class => Details.GetValueOrDefault(new Reference(kind, reference)) as TDetail;

    /// <summary>The id of a fact of this stream: an event id as such, or the key it was recorded with.</summary>
    public Guid FactId(string reference) => DeterministicId.OfFact(Stream, reference);
}

/// <summary>Somebody who wants to know of an instance or to change it.</summary>
/// <param name="Name">The name of the API key or user.</param>
/// <param name="Clearance">Up to which marking he may read.</param>
public sealed record Reader(string Name, Tlp Clearance);

/// <summary>A reference to something in another stream: its id, its handle, or <c>platform:handle</c>.</summary>
/// <param name="Kind"><c>company</c>, <c>account</c>, <c>lead</c> or <c>disclosure</c>.</param>
/// <param name="Text">As the client wrote it.</param>
public readonly record struct Reference(string Kind, string Text);

/// <summary>What a reference names.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Detail">What else a decision may know of it; null: nothing.</param>
public readonly record struct Found(Guid Id, object? Detail = null);

/// <summary>A command that refers to other streams. An unknown one is a 404 before anything is decided.</summary>
public interface IReferring
{
    /// <summary>Every reference the decision will ask for; those that are absent are left out.</summary>
    IEnumerable<Reference> References { get; }
}

/// <summary>A command that asks for what depends on the thing it acts on.</summary>
public interface ITargetReferring
{
    /// <summary>Every reference the decision will ask for.</summary>
    /// <param name="target">What the command acts on, as the client wrote it; the decision finds it as <see cref="CommandContext.Ref"/>.</param>
    IEnumerable<Reference> ReferencesOf(string target);
}

/// <summary>An aggregate: how its streams are named, where its state begins and how events fold into it.</summary>
/// <typeparam name="TState">An immutable record.</typeparam>
/// <param name="Category">The prefix of its streams, e.g. <c>disclosure</c>.</param>
/// <param name="Initial">The state before the first event.</param>
/// <param name="Evolve">Folds one event (with its id) into the state; never validates, never throws.</param>
public sealed record Aggregate<TState>(string Category, TState Initial, Func<TState, Guid, IDomainEvent, TState> Evolve)
    where TState : class
{
    /// <summary>
    /// Whether somebody may know of an instance at all. To whom it does not admit, it does not exist: commands and questions are
    /// answered as those about an unknown one. Left out: whoever gets to it may.
    /// </summary>
    public Func<TState, Reader, DateTimeOffset, bool> Admits { get; init; } = static (_, _, _) => true;

    /// <summary>The stream of one instance, e.g. <c>disclosure-0198...</c>.</summary>
    public string StreamOf(Guid id) => $"{Category}-{id:D}";

    /// <summary>The instance's id from its handle: the same handle is always the same stream, so it can exist only once.</summary>
    public Guid IdOf(string handle) => DeterministicId.From(Category, handle);
}

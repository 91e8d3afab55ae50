using Ketman.EventStore.Deciding;
using Shouldly;

namespace Ketman.Testing;

/// <summary>
/// Given these events, when this command is decided on, then exactly these events follow:
/// <c>Scenario.Given(aggregate, opened).When(LogOutreach.Decide, command).Then(attempted)</c>.
/// </summary>
public static class Scenario
{
    /// <summary>The time of every decision in a scenario unless said otherwise.</summary>
    public static readonly DateTimeOffset Now = new(2025, 2, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The stream's id in a scenario.</summary>
    public static readonly Guid Id = new("01950000-0000-7000-8000-000000000001");

    /// <summary>The id of the command under test.</summary>
    public static readonly Guid CommandId = new("01950000-0000-7000-8000-00000000c0de");

    /// <summary>What people call the stream in a scenario; the handle that a creating command is located at.</summary>
    public const string Ref = "scenario";

    /// <summary>The id of the given event number <paramref name="number"/>, from 1.</summary>
    public static Guid EventId(int number) => new($"01950000-0000-7000-8000-{number:D12}");

    /// <summary>What a reference means in a scenario: the same text always means the same id.</summary>
    public static Guid IdOf(string kind, string text) => Guid.TryParse(text, out var id) ? id : DeterministicId.From($"scenario-{kind}", text);

    /// <summary>Begins with the events that are recorded already.</summary>
    public static Given<TState> Given<TState>(Aggregate<TState> aggregate, params IReadOnlyList<IDomainEvent> events)
        where TState : class => new(aggregate, events, Now, new Dictionary<Reference, object>());
}

/// <summary>The recorded events of a scenario.</summary>
public sealed record Given<TState>(
    Aggregate<TState> Aggregate, IReadOnlyList<IDomainEvent> Events, DateTimeOffset Now, IReadOnlyDictionary<Reference, object> Details)
    where TState : class
{
    /// <summary>The state after the given events.</summary>
    public TState State => Events.Select((data, index) => (Data: data, Id: Scenario.EventId(index + 1)))
        .Aggregate(Aggregate.Initial, (state, one) => Aggregate.Evolve(state, one.Id, one.Data));

    /// <summary>Decides at another time.</summary>
    public Given<TState> At(DateTimeOffset now) => this with { Now = now };

    /// <summary>Something behind a reference of the command is known by more than its id.</summary>
    public Given<TState> Knowing(string kind, string text, object detail) =>
        this with { Details = new Dictionary<Reference, object>(Details) { [new Reference(kind, text)] = detail } };

    /// <summary>Decides on a command.</summary>
    public Outcome When<TCommand>(Func<TState, TCommand, CommandContext, Decision> decide, TCommand command)
    {
        ArgumentNullException.ThrowIfNull(decide);
        var resolved = ((command as IReferring)?.References ?? (command as ITargetReferring)?.ReferencesOf(Scenario.Ref))?
            .Distinct().ToDictionary(used => used, used => Scenario.IdOf(used.Kind, used.Text)) ?? [];
        var context = new CommandContext(Now, Scenario.CommandId, "analyst", Aggregate.StreamOf(Scenario.Id), resolved, Scenario.Ref) { Details = Details };
        return new Outcome(decide(State, command, context));
    }
}

/// <summary>What a decision came to, to be asserted on.</summary>
public sealed record Outcome(Decision Decision)
{
    /// <summary>Exactly these events follow.</summary>
    public void Then(params IReadOnlyList<IDomainEvent> events)
    {
        Decision.Rule.ShouldBeNull();
        // Records compare their lists by reference, so the JSON is what is compared: it is also what is stored.
        Decision.Events.Select(Describe).ShouldBe(events.Select(Describe));
    }

    /// <summary>There is nothing to do.</summary>
    public void ThenNothing() => Then();

    /// <summary>The command breaks exactly this rule.</summary>
    public void ThenRefused(string rule)
    {
        Decision.Events.ShouldBeEmpty();
        Decision.Rule.ShouldNotBeNull().Name.ShouldBe(rule);
    }

    private static string Describe(IDomainEvent data) =>
        $"{data.GetType().Name} {System.Text.Encoding.UTF8.GetString(EventStore.EventTypes.Write(data))}";
}

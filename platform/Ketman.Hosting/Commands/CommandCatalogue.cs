using FluentValidation;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;

namespace Ketman.Hosting.Commands;

/// <summary>The commands of a service by name.</summary>
public interface ICommandCatalogue
{
    /// <summary>All commands, in the order in which they were added.</summary>
    IReadOnlyList<CommandDefinition> Commands { get; }
}

/// <summary>The commands of one aggregate: each is one slice, registered once for its route, the batch endpoint and the import.</summary>
/// <param name="aggregate">The aggregate.</param>
/// <param name="following">
/// What follows from the events of whatever command at once, by nobody's decision: given the state with those events, the events
/// with their ids, and the time of the decision. It is appended with them, as the command's last events.
/// </param>
public sealed class CommandCatalogue<TState>(
    Aggregate<TState> aggregate,
    Func<TState, IReadOnlyList<(Guid Id, IDomainEvent Event)>, DateTimeOffset, IEnumerable<IDomainEvent>>? following = null) : ICommandCatalogue
    where TState : class
{
    private readonly List<CommandDefinition> _commands = [];

    /// <inheritdoc />
    public IReadOnlyList<CommandDefinition> Commands => _commands;

    /// <summary>
    /// Adds a command that acts on an existing stream; the route names it as <c>{ref}</c>. Only callers who hold <paramref name="role"/>
    /// may give it (an analyst, where nothing is said), and where <paramref name="roleIn"/> asks for more as things
    /// stand (given the state, the command and the stream), who holds that.
    /// A <paramref name="blind"/> one may be given by who may not read what it acts on.
    /// </summary>
    public CommandCatalogue<TState> On<TCommand>(
        string name, string route, Func<TState, TCommand, CommandContext, Decision> decide, IValidator<TCommand> rules, string role = CallerRoles.Analyst,
        Func<TState, TCommand, string, string?>? roleIn = null, bool blind = false)
        where TCommand : class =>
        Add(name, route, decide, rules, null, role, roleIn, blind);

    /// <summary>Adds a command that makes a stream; <paramref name="locate"/> says which. <paramref name="role"/> as with <see cref="On"/>.</summary>
    public CommandCatalogue<TState> Create<TCommand>(
        string name,
        string route,
        Func<TState, TCommand, CommandContext, Decision> decide,
        IValidator<TCommand> rules,
        Func<TCommand, LocateContext, CancellationToken, ValueTask<Located>> locate,
        string role = CallerRoles.Analyst)
        where TCommand : class =>
        Add(name, route, decide, rules, locate, role);

    private CommandCatalogue<TState> Add<TCommand>(
        string name,
        string route,
        Func<TState, TCommand, CommandContext, Decision> decide,
        IValidator<TCommand> rules,
        Func<TCommand, LocateContext, CancellationToken, ValueTask<Located>>? locate,
        string role,
        Func<TState, TCommand, string, string?>? roleIn = null,
        bool blind = false)
        where TCommand : class
    {
        _commands.Add(new CommandDefinition<TState, TCommand>(aggregate, decide, rules, locate, following, roleIn)
        {
            Name = name,
            Route = route,
            Category = aggregate.Category,
            Role = role,
            Blind = blind,
        });
        return this;
    }
}

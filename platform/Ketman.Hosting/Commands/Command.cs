using FluentValidation;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ketman.Hosting.Commands;

/// <summary>A command about something that happened at a time, which can be neither in the future nor before the platform's world.</summary>
public interface ITimedCommand
{
    /// <summary>When it happened; null: now.</summary>
    Contracts.Moment? At { get; }
}

/// <summary>Finds what references mean. One per service; its answers may be looked up or asked of another service.</summary>
public interface IRefResolver
{
    /// <summary>What those references name that name something; unknown ones are absent.</summary>
    /// <exception cref="Web.ProblemException">503 when the owner of the answer cannot be asked.</exception>
    ValueTask<IReadOnlyDictionary<Reference, Found>> FindManyAsync(IReadOnlyCollection<Reference> references, CancellationToken cancellation);

    /// <summary>The form in which two spellings of one reference are equal.</summary>
    Reference Normalise(Reference reference);
}

/// <summary>A read model that is written in the transaction of the append: it is never behind, and its constraints guard the append.</summary>
public interface IInlineReadModel
{
    /// <summary>The statements that follow from new events of one stream.</summary>
    IEnumerable<NpgsqlBatchCommand> Write(string stream, Guid id, IReadOnlyList<VersionedEvent> events);
}

/// <summary>An event about to be appended, with the version it will have.</summary>
public readonly record struct VersionedEvent(NewEvent Event, long Version);

/// <summary>Where a command that creates something is to create it.</summary>
/// <param name="Id">The id of the stream; that of an existing one when the same thing is created again.</param>
/// <param name="Ref">The handle that people use for it.</param>
/// <param name="Free">
/// The place was chosen because it was free: when it no longer is (another request, or an earlier item of the batch, came
/// first), the command is located again.
/// </param>
public readonly record struct Located(Guid Id, string Ref, bool Free = false);

/// <summary>What locating may use.</summary>
/// <param name="Services">The request's services.</param>
/// <param name="Key">The idempotency key, or null.</param>
/// <param name="Now">The time of the decision.</param>
public sealed record LocateContext(IServiceProvider Services, string? Key, DateTimeOffset Now);

/// <summary>A command as the catalogue knows it.</summary>
public abstract class CommandDefinition
{
    /// <summary>The stable name, e.g. <c>log-outreach</c>: also an item's <c>command</c> and an import line's <c>type</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The route below the service, e.g. <c>disclosures/{ref}/outreach</c>.</summary>
    public required string Route { get; init; }

    /// <summary>The kind of stream it acts on, e.g. <c>disclosure</c>.</summary>
    public required string Category { get; init; }

    /// <summary>The role that the caller must hold, whichever way the command comes: a batch, too, which is let in by a role of its own.</summary>
    public required string Role { get; init; }

    /// <summary>
    /// Whether it may be given by who may not read what it acts on, because it shows nothing of it (an erasure, by an admin). What is
    /// restricted to people is then acted on by id only: whoever tries handles learns nothing.
    /// </summary>
    public bool Blind { get; init; }

    /// <summary>The record that is read from the body.</summary>
    public abstract Type CommandType { get; }

    /// <summary>Whether it makes a new stream.</summary>
    public abstract bool Creates { get; }

    /// <summary>Reads and validates a body.</summary>
    internal abstract ProblemDetails? Read(ReadOnlySpan<byte> json, DateTimeOffset now, out object? command);

    internal abstract ValueTask<Located> LocateAsync(object command, LocateContext context, CancellationToken cancellation);

    internal abstract string StreamOf(Guid id);

    internal abstract object Fold(object? state, Guid eventId, IDomainEvent data);

    internal abstract object Initial { get; }

    internal abstract Decision Decide(object state, object command, CommandContext context);

    /// <summary>Whether the caller may know of what the command acts on.</summary>
    internal abstract bool Admits(object state, Reader reader, DateTimeOffset now);

    /// <summary>The role that the command needs as things stand, where that is more than <see cref="Role"/>; null: it is not.</summary>
    internal abstract string? RoleIn(object state, object command, string stream);

    /// <summary>What follows from a change of state beside the events.</summary>
    internal abstract IEnumerable<NpgsqlBatchCommand> WriteState(IServiceProvider services, Guid id, object before, object after, DateTimeOffset now);
}

internal sealed class CommandDefinition<TState, TCommand>(
    Aggregate<TState> aggregate,
    Func<TState, TCommand, CommandContext, Decision> decide,
    IValidator<TCommand> rules,
    Func<TCommand, LocateContext, CancellationToken, ValueTask<Located>>? locate,
    Func<TState, IReadOnlyList<(Guid Id, IDomainEvent Event)>, DateTimeOffset, IEnumerable<IDomainEvent>>? following,
    Func<TState, TCommand, string, string?>? roleIn) : CommandDefinition
    where TState : class
    where TCommand : class
{
    // Nothing the platform is about happened earlier; an earlier time is a slip of the year.
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override Type CommandType => typeof(TCommand);

    public override bool Creates => locate is not null;

    internal override object Initial => aggregate.Initial;

    internal override ProblemDetails? Read(ReadOnlySpan<byte> json, DateTimeOffset now, out object? command)
    {
        command = null;
        if (!Web.StrictJson.TryRead<TCommand>(json, out var read, out var error))
        {
            return Web.Problems.InvalidRequest(error!);
        }

        var errors = rules.Validate(read!).Errors
            .Select(failure => new Web.FieldError(FieldRules.JsonName(failure.PropertyName), failure.ErrorMessage)).ToList();
        if (read is ITimedCommand { At: { } at })
        {
            if (at.IsAfter(now))
            {
                errors.Add(new Web.FieldError("at", "lies in the future; a fact has happened"));
            }
            else if (at.Start < Earliest)
            {
                errors.Add(new Web.FieldError("at", "lies before the year 2000; check the year"));
            }
        }

        if (errors.Count > 0)
        {
            return Web.Problems.InvalidRequest(errors);
        }

        command = read;
        return null;
    }

    internal override ValueTask<Located> LocateAsync(object command, LocateContext context, CancellationToken cancellation) =>
        locate!((TCommand)command, context, cancellation);

    internal override string StreamOf(Guid id) => aggregate.StreamOf(id);

    internal override object Fold(object? state, Guid eventId, IDomainEvent data) =>
        aggregate.Evolve((TState?)state ?? aggregate.Initial, eventId, data);

    internal override IEnumerable<NpgsqlBatchCommand> WriteState(
        IServiceProvider services, Guid id, object before, object after, DateTimeOffset now) =>
        services.GetServices<IInlineState<TState>>().SelectMany(rows => rows.Write(id, (TState)before, (TState)after, now));

    internal override bool Admits(object state, Reader reader, DateTimeOffset now) => aggregate.Admits((TState)state, reader, now);

    internal override string? RoleIn(object state, object command, string stream) => roleIn?.Invoke((TState)state, (TCommand)command, stream);

    internal override Decision Decide(object state, object command, CommandContext context)
    {
        var decided = decide((TState)state, (TCommand)command, context);
        if (following is null || decided.Events.Count == 0)
        {
            return decided;
        }

        var added = decided.Events.Select((data, ordinal) => (Id: context.EventId(ordinal), Event: data)).ToList();
        var after = added.Aggregate((TState)state, (folded, one) => aggregate.Evolve(folded, one.Id, one.Event));
        return Decision.Accept([.. decided.Events, .. following(after, added, context.Now)]);
    }
}

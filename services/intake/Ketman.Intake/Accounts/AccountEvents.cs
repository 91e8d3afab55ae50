using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Intake.Accounts;

/// <summary>An account on a platform is known to the team.</summary>
public sealed record AccountRegistered(
    Platform Platform,
    [property: PersonalData] string Handle,
    int? FirstActiveYear,
    [property: PersonalData] string? Actor,
    [property: PersonalData] string? Note,
    Moment OccurredAt) : IDomainEvent;

/// <summary>The account is suspected.</summary>
public sealed record AccountFlagged(
    [property: PersonalData] string Reason, [property: PersonalData] string? Evidence, Moment OccurredAt) : IDomainEvent;

/// <summary>The account is rated high-confidence, with what is known of its activity and employment at that time.</summary>
public sealed record AccountIndexed(
    bool Active, IReadOnlyList<string> EmployedAt, [property: PersonalData] string? Evidence, Moment OccurredAt) : IDomainEvent;

/// <summary>The account is confirmed on evidence.</summary>
public sealed record AccountConfirmed([property: PersonalData] string Evidence, Moment OccurredAt) : IDomainEvent;

/// <summary>The account was wrongly suspected.</summary>
public sealed record AccountCleared([property: PersonalData] string Reason, Moment OccurredAt) : IDomainEvent;

/// <summary>Whether the account is active, as seen at that time.</summary>
public sealed record ActivityObserved(bool Active, Moment OccurredAt) : IDomainEvent;

/// <summary>Where the account is employed, as seen at that time; empty: nowhere.</summary>
public sealed record EmploymentObserved(IReadOnlyList<string> EmployedAt, Moment OccurredAt) : IDomainEvent;

/// <summary>The account is bound to another.</summary>
public sealed record AccountLinked(
    Guid OtherAccountId, LinkKind Kind, [property: PersonalData] string? Evidence, Moment OccurredAt) : IDomainEvent;

/// <summary>The account is ascribed to an actor.</summary>
public sealed record AccountAttributed([property: PersonalData] string Actor, Moment OccurredAt) : IDomainEvent;

/// <summary>The account was a duplicate; everything said of it holds for the other.</summary>
public sealed record AccountMerged(Guid IntoAccountId, [property: PersonalData] string? Reason, Moment OccurredAt) : IDomainEvent;

/// <summary>Who has the account is erased; what happened stays.</summary>
/// <param name="SameWorkerAs">Another account that was ascribed to the same actor: the two go on counting as one worker.</param>
/// <param name="OccurredAt">When.</param>
public sealed record AccountErased(Guid? SameWorkerAs, Moment OccurredAt) : IErasure
{
    /// <inheritdoc />
    public string SubjectIn(string stream) => stream;
}

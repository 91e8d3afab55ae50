namespace Ketman.Contracts.Intake;

/// <summary>An account on a platform is known to the team.</summary>
/// <param name="AccountId">Random, so that it says nothing of an erased person.</param>
/// <param name="Platform">E.g. <c>github</c>.</param>
/// <param name="Handle">The normalised handle.</param>
/// <param name="FirstActiveYear">The year of its first activity, when known.</param>
/// <param name="Actor">The team's name for who is behind it; null: the account stands for itself.</param>
[Contract("account-registered", 1)]
public sealed record AccountRegistered(
    Guid AccountId, string Platform, [property: PersonalData] string Handle, int? FirstActiveYear, [property: PersonalData] string? Actor);

/// <summary>The account is suspected; flagged accounts are not counted.</summary>
[Contract("account-flagged", 1)]
public sealed record AccountFlagged(Guid AccountId);

/// <summary>The account is rated high-confidence, with what is known of its activity and employment at that time.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Active">Whether it is active now.</param>
/// <param name="EmployedAt">Where it is employed now; empty: nowhere.</param>
[Contract("account-indexed", 1)]
public sealed record AccountIndexed(Guid AccountId, bool Active, IReadOnlyList<string> EmployedAt);

/// <summary>The account is confirmed on evidence.</summary>
[Contract("account-confirmed", 1)]
public sealed record AccountConfirmed(Guid AccountId);

/// <summary>The account was wrongly suspected.</summary>
[Contract("account-cleared", 1)]
public sealed record AccountCleared(Guid AccountId);

/// <summary>Whether the account is active, as seen at that time.</summary>
[Contract("account-activity-observed", 1)]
public sealed record AccountActivityObserved(Guid AccountId, bool Active);

/// <summary>Where the account is employed, as seen at that time; empty: nowhere.</summary>
[Contract("account-employment-observed", 1)]
public sealed record AccountEmploymentObserved(Guid AccountId, IReadOnlyList<string> EmployedAt);

/// <summary>Two accounts are bound together.</summary>
[Contract("account-linked", 1)]
public sealed record AccountLinked(Guid AccountId, Guid OtherAccountId, LinkKind Kind);

/// <summary>The account is ascribed to an actor.</summary>
[Contract("account-attributed", 1)]
public sealed record AccountAttributed(Guid AccountId, [property: PersonalData] string Actor);

/// <summary>The account was a duplicate; everything said of it holds for the other.</summary>
[Contract("account-merged", 1)]
public sealed record AccountMerged(Guid AccountId, Guid IntoAccountId);

/// <summary>Who has the account was erased. What happened stays, and counts as before; to whom is nowhere any more.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="SameWorkerAs">
/// Another account that was ascribed to the same actor, so that the two go on counting as one worker; null: there was none.
/// </param>
[Contract("account-erased", 1)]
public sealed record AccountErased(Guid AccountId, Guid? SameWorkerAs) : IErasesSubject
{
    /// <inheritdoc />
    public string ErasedSubject() => $"account-{AccountId:D}";
}

using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures;

// How the team parts its work. They are no facts of the case: nothing rests on them, and what is right is said after them.

/// <summary>Somebody of the team is in charge from now on.</summary>
/// <param name="OccurredAt">When that was said.</param>
/// <param name="To">Who, by the name of the key or user.</param>
/// <param name="By">Who said so.</param>
public sealed record DisclosureAssigned(Moment OccurredAt, string To, string By) : IDomainEvent;

/// <summary>Nobody is in charge any more.</summary>
public sealed record DisclosureUnassigned(Moment OccurredAt, string By) : IDomainEvent;

/// <summary>The case bears this word from now on.</summary>
public sealed record DisclosureTagged(Moment OccurredAt, string Tag, string By) : IDomainEvent;

/// <summary>The case does not bear this word any more.</summary>
public sealed record DisclosureUntagged(Moment OccurredAt, string Tag, string By) : IDomainEvent;

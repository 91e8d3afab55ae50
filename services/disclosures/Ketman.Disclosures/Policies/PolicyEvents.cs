using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Policies;

/// <summary>A version of a policy holds for cases that are opened from now on; cases that are open keep theirs.</summary>
/// <param name="OccurredAt">From when.</param>
/// <param name="Name">The policy.</param>
/// <param name="Version">Its version, from 1.</param>
/// <param name="Document">The <see cref="PolicyDocument"/> as canonical JSON.</param>
/// <param name="Digest">SHA-256 of the document, lower-case hex.</param>
/// <param name="By">Who; <see cref="ShippedPolicies.By"/> for those that come with the platform.</param>
/// <param name="Note">Why, or what changed.</param>
public sealed record PolicyApplied(
    Moment OccurredAt, string Name, int Version, string Document, string Digest, string By, string? Note) : IDomainEvent;

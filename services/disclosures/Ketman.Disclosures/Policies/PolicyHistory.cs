using System.Collections.Immutable;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Policies;

/// <summary>All versions of one policy.</summary>
public sealed record PolicyHistory
{
    /// <summary>How its streams are named and folded: one for each name.</summary>
    public static Aggregate<PolicyHistory> Aggregate { get; } = new("policy", new PolicyHistory(), Evolve);

    /// <summary>The versions, the first first; empty: no such policy.</summary>
    public ImmutableList<PolicyApplied> Versions { get; init; } = [];

    /// <summary>What holds for cases that are opened now.</summary>
    public PolicyApplied? Latest => Versions.Count == 0 ? null : Versions[^1];

    private static PolicyHistory Evolve(PolicyHistory state, Guid id, IDomainEvent data) =>
        data is PolicyApplied applied ? state with { Versions = state.Versions.Add(applied) } : state;
}

using System.Diagnostics.CodeAnalysis;
using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Clocks;

/// <summary>What the commands about clocks have in common: finding the clock that is meant.</summary>
internal static class ClockRules
{
    /// <summary>The case runs under no policy, so it has no clocks.</summary>
    public static readonly BrokenRule NoPolicy = new("policy-missing", "The case runs under no policy, so it has no clocks; a lead can put it under one.");

    /// <summary>The terms of a clock, by its name.</summary>
    public static bool TryGetTerms(
        CaseFacts facts, string name, [NotNullWhen(true)] out ClockTerms? terms, [NotNullWhen(false)] out BrokenRule? broken)
    {
        terms = facts.Policy?.Document.Clocks.FirstOrDefault(known => known.Name == name);
        broken = terms is not null ? null
            : facts.Policy is not { } policy ? NoPolicy
            : new BrokenRule("clock-unknown", $"The policy has no such clock; it has {string.Join(", ", policy.Document.Clocks.Select(known => known.Name))}.");
        return terms is not null;
    }

    /// <summary>The subject that is meant, where the clock is kept once for each; or what is wrong with it.</summary>
    public static BrokenRule? WrongSubject(CaseFacts facts, ClockTerms terms, Guid? subject) => (terms.Per, subject) switch
    {
        (ClockScope.Case, null) => null,
        (ClockScope.Case, _) => new BrokenRule("clock-without-subject", "This clock is kept once in a case; leave the subject out."),
        (ClockScope.Commitment, { } id) when facts.Commitments.Exists(made => made.Id == id) => null,
        (ClockScope.UpdateRequest, { } id) when facts.UpdateRequests.Exists(asked => asked.Id == id) => null,
        (_, null) => new BrokenRule("clock-subject-missing", $"This clock is kept once for each {Word(terms.Per)}; say for which, by its id or key."),
        _ => new BrokenRule("clock-subject-unknown", $"The case has no such {Word(terms.Per)}; name it by its id, or by the key that it was recorded with."),
    };

    /// <summary>A time as people read it in an explanation.</summary>
    public static string Told(DateTimeOffset at) => Moment.At(at).ToString();

    private static string Word(ClockScope scope) => scope is ClockScope.Commitment ? "promise" : "question of the team";
}

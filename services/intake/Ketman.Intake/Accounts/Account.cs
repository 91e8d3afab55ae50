using System.Collections.Immutable;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Intake.Accounts;

/// <summary>What the team knows of an account, and how sure it is.</summary>
public sealed record Account
{
    /// <summary>How its streams are named and folded.</summary>
    public static Aggregate<Account> Aggregate { get; } = new("account", new Account(), Evolve);

    /// <summary>What it was registered with; null: not registered.</summary>
    public AccountRegistered? Registered { get; init; }

    /// <summary>The team's name for who is behind it.</summary>
    public string? Actor { get; init; }

    /// <summary>How sure the team is.</summary>
    public Confidence Confidence { get; init; }

    /// <summary>Why it was suspected; emptied when it is cleared.</summary>
    public ImmutableHashSet<string> Reasons { get; init; } = Wording.None;

    /// <summary>The evidence that its confidence stands on; emptied when it is cleared.</summary>
    public ImmutableHashSet<string> Evidence { get; init; } = Wording.None;

    /// <summary>Evidence that did not hold: what was given before the account was cleared.</summary>
    public ImmutableHashSet<string> RefutedEvidence { get; init; } = Wording.None;

    /// <summary>That it was wrongly suspected; null: not said, or suspected again since.</summary>
    public AccountCleared? Cleared { get; init; }

    /// <summary>The last indexing, to know a repeated one; null when not indexed since it was last cleared.</summary>
    public AccountIndexed? Indexed { get; init; }

    /// <summary>What was seen of its activity, in the order in which it was recorded.</summary>
    public ImmutableList<ActivityObserved> Activity { get; init; } = [];

    /// <summary>What was seen of its employment, in the order in which it was recorded.</summary>
    public ImmutableList<EmploymentObserved> Employment { get; init; } = [];

    /// <summary>Its links to others.</summary>
    public ImmutableList<AccountLinked> Links { get; init; } = [];

    /// <summary>Of which account it is a duplicate.</summary>
    public Guid? MergedInto { get; init; }

    /// <summary>Whether it is erased who has it.</summary>
    public bool Erased { get; init; }

    /// <summary>Whether it is active, as last seen; null: never looked at. Of two sights at one time the later recorded one holds.</summary>
    public bool? ActiveNow => Latest(Activity)?.Active;

    /// <summary>Where it is employed, as last seen; null: never looked at.</summary>
    public IReadOnlyList<string>? EmployedNow => Latest(Employment)?.EmployedAt;

    private static Account Evolve(Account state, Guid id, IDomainEvent data) => data switch
    {
        AccountRegistered e => state with { Registered = e, Actor = e.Actor },
        AccountFlagged e => state.With(e.Evidence) with { Confidence = Confidence.Flagged, Cleared = null, Reasons = state.Reasons.Add(e.Reason) },
        AccountIndexed e => state.With(e.Evidence) with
        {
            Confidence = Confidence.HighConfidence,
            Indexed = e,
            Activity = state.Activity.Add(new ActivityObserved(e.Active, e.OccurredAt)),
            Employment = state.Employment.Add(new EmploymentObserved(e.EmployedAt, e.OccurredAt)),
        },
        AccountConfirmed e => state.With(e.Evidence) with { Confidence = Confidence.Confirmed },
        AccountCleared e => state with
        {
            Confidence = Confidence.Cleared,
            Cleared = e,
            RefutedEvidence = state.RefutedEvidence.Union(state.Evidence),
            Evidence = Wording.None,
            Reasons = Wording.None,
            Indexed = null,
        },
        ActivityObserved e => state with { Activity = state.Activity.Add(e) },
        EmploymentObserved e => state with { Employment = state.Employment.Add(e) },
        AccountLinked e => state with { Links = state.Links.Add(e) },
        AccountAttributed e => state with { Actor = e.Actor },
        AccountMerged e => state with { MergedInto = e.IntoAccountId },
        AccountErased => state with { Erased = true },
        _ => state,
    };

    private Account With(string? evidence) => evidence is null ? this : this with { Evidence = Evidence.Add(evidence) };

    // MaxBy takes the first of equals, hence the reversal.
    private static T? Latest<T>(ImmutableList<T> seen)
        where T : class, IDomainEvent => seen.Reverse().MaxBy(one => one.OccurredAt);
}

/// <summary>What more than one command on an account asks.</summary>
internal static class AccountRules
{
    /// <summary>Said of a duplicate, a fact would be lost: it belongs to the account that stays.</summary>
    public static Decision Merged { get; } = Decision.Refuse(
        "account-merged", "The account was merged into another; say it of that one.");

    /// <summary>From wrongly suspected there is one way back, and it takes evidence that did not fail before.</summary>
    public static Decision Cleared { get; } = Decision.Refuse(
        "account-cleared", "The account was cleared; new evidence must flag it first.");

    /// <summary>It could not even be read again.</summary>
    public static Decision Erased { get; } = Decision.Refuse(
        "account-erased", "The account is erased; if its handle is to be known again, register it anew.");

    /// <summary>Whatever would be said of an erased account would be said of nobody.</summary>
    public static Func<Account, TCommand, CommandContext, Decision> UnlessErased<TCommand>(
        Func<Account, TCommand, CommandContext, Decision> decide) =>
        (state, command, context) => state.Erased ? Erased : decide(state, command, context);
}

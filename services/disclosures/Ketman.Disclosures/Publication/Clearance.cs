using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Publication;

/// <summary>
/// What Intake knows that decides about a publication: looked up at the moment of the decision, never kept. A decision finds it
/// behind the reference <see cref="Kind"/> to its own case.
/// </summary>
/// <param name="Wish">What the company asked of the team's silence in all its cases.</param>
/// <param name="Company">The company's name, which is what is published.</param>
/// <param name="CompanyWords">Its other names (handle, domain), which may leave with it.</param>
/// <param name="Guarded">What must not leave: accounts, contacts, other companies.</param>
public sealed record Clearance(
    PrivacyWish Wish, string Company, IReadOnlyList<string> CompanyWords, IReadOnlyList<Guarded> Guarded)
{
    /// <summary>The kind of reference.</summary>
    public const string Kind = "clearance";

    /// <summary>The reference that a command on the case declares to be told.</summary>
    internal static IEnumerable<Reference> Of(string target) => [new Reference(Kind, target)];

    /// <summary>A step of publication is not decided without it.</summary>
    internal static BrokenRule Missing { get; } = new("clearance-missing", "It is not known what the company wished and what must not leave; nothing is decided without that.");

    /// <summary>What was looked up for the command.</summary>
    internal static Clearance? In(CommandContext context) => context.DetailOf<Clearance>(Kind, context.Ref);
}

/// <summary>A datum that must not leave.</summary>
/// <param name="What">What it is.</param>
/// <param name="Text">The datum.</param>
public sealed record Guarded(GuardedKind What, string Text);

/// <summary>What sort of datum must not leave.</summary>
public enum GuardedKind
{
    /// <summary>The handle of an account, or the name of its actor.</summary>
    Account,

    /// <summary>The name or the address of somebody at the company.</summary>
    Contact,

    /// <summary>The name of a person: who sent, who received, who answered.</summary>
    Person,

    /// <summary>The address of a wallet.</summary>
    Wallet,

    /// <summary>What a payment can be found by.</summary>
    Transaction,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>Where evidence stands, or the digest of a kept copy.</summary>
    Evidence,

    /// <summary>An exact amount.</summary>
    Amount,

    /// <summary>Another company that the case knows of.</summary>
    OtherCompany,
}

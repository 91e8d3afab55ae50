namespace Ketman.Contracts;

/// <summary>How sure the team is that an account belongs to an insider.</summary>
public enum Confidence
{
    /// <summary>Registered, nothing said yet.</summary>
    Unrated,

    /// <summary>Suspected; not counted anywhere.</summary>
    Flagged,

    /// <summary>Indexed: strong evidence, counts as a new account when also active and employed nowhere.</summary>
    HighConfidence,

    /// <summary>Confirmed by a named person on evidence.</summary>
    Confirmed,

    /// <summary>Wrongly suspected, and said so.</summary>
    Cleared,
}

/// <summary>On what a worker's confirmation rests.</summary>
public enum ConfirmationBasis
{
    /// <summary>Together with the affected company.</summary>
    WithCompany,

    /// <summary>Reported to the company with high certainty, whatever the company then does.</summary>
    HighCertainty,
}

/// <summary>By which way somebody was approached, or answered.</summary>
public enum Channel
{
    /// <summary>E-mail.</summary>
    Email,

    /// <summary>Telegram.</summary>
    Telegram,

    /// <summary>Discord.</summary>
    Discord,

    /// <summary>Slack or a similar shared workspace.</summary>
    Slack,

    /// <summary>Signal.</summary>
    Signal,

    /// <summary>X (Twitter) direct message.</summary>
    X,

    /// <summary>LinkedIn message.</summary>
    Linkedin,

    /// <summary>GitHub: a private advisory, an issue, a mention.</summary>
    Github,

    /// <summary>A bug bounty platform.</summary>
    BugBounty,

    /// <summary>Telephone or a call.</summary>
    Phone,

    /// <summary>A contact form of the company's.</summary>
    WebForm,

    /// <summary>Through somebody else: an investor, an ecosystem's security contact.</summary>
    Intermediary,

    /// <summary>In person.</summary>
    InPerson,

    /// <summary>None of these.</summary>
    Other,
}

/// <summary>What came of one outreach attempt.</summary>
public enum OutreachOutcome
{
    /// <summary>Sent; nothing known yet.</summary>
    NoAnswer,

    /// <summary>Known to have arrived.</summary>
    Delivered,

    /// <summary>Known not to have arrived.</summary>
    Bounced,

    /// <summary>Answered, by a person or by a machine.</summary>
    Answered,
}

/// <summary>How the company takes it.</summary>
public enum Reaction
{
    /// <summary>Immediate internal escalation with a war room.</summary>
    WarRoom,

    /// <summary>Escalated internally.</summary>
    EscalatedInternally,

    /// <summary>In conversation.</summary>
    Engaged,

    /// <summary>Graded as informational.</summary>
    Informational,

    /// <summary>Put off: "maybe next week".</summary>
    Deferred,

    /// <summary>Waved away.</summary>
    Dismissed,

    /// <summary>No communication.</summary>
    Silent,
}

/// <summary>The part an actor plays.</summary>
public enum ActorRole
{
    /// <summary>Does the work.</summary>
    Worker,

    /// <summary>Lends identity, devices or accounts ("mule").</summary>
    Facilitator,
}

/// <summary>What binds two accounts together.</summary>
public enum LinkKind
{
    /// <summary>Both belong to one actor.</summary>
    SameActor,

    /// <summary>They use the same wallet.</summary>
    SameWallet,

    /// <summary>They use the same e-mail address.</summary>
    SameEmail,

    /// <summary>One recommends the other for work.</summary>
    Recommends,

    /// <summary>One facilitates the other.</summary>
    Facilitates,

    /// <summary>Money went between them.</summary>
    Payment,

    /// <summary>They share code, commits or devices.</summary>
    SharedCode,

    /// <summary>None of these; the evidence says what.</summary>
    Other,
}

/// <summary>What sort of money an asset is.</summary>
public enum AssetKind
{
    /// <summary>A token that follows a currency, e.g. USDC.</summary>
    Stablecoin,

    /// <summary>A token that gives its holder a vote, e.g. UNI.</summary>
    Governance,

    /// <summary>The own coin of a chain, plain or wrapped, e.g. ETH.</summary>
    Native,

    /// <summary>A state's currency, e.g. EUR.</summary>
    Fiat,
}

/// <summary>What a company wants of the team's silence.</summary>
public enum PrivacyWish
{
    /// <summary>Nothing was asked.</summary>
    None,

    /// <summary>The company asked not to be named.</summary>
    Private,
}

/// <summary>How a case ended.</summary>
public enum ResolutionOutcome
{
    /// <summary>The insider is out and access is revoked.</summary>
    Removed,

    /// <summary>The company decided to keep the worker.</summary>
    Kept,

    /// <summary>The suspicion was wrong.</summary>
    Unfounded,

    /// <summary>Ended in another way; the summary says which.</summary>
    Other,
}

/// <summary>Who owes what a clock measures.</summary>
public enum Party
{
    /// <summary>The company that was told.</summary>
    Company,

    /// <summary>We.</summary>
    Team,
}

/// <summary>How urgent a case is. A policy may shorten its terms for the higher ones.</summary>
public enum Severity
{
    /// <summary>What a case is until somebody says otherwise.</summary>
    Standard,

    /// <summary>The insider holds keys, funds or access to people that make waiting dangerous.</summary>
    High,

    /// <summary>Harm is being done now: theft, extortion, malicious code that runs.</summary>
    ActiveHarm,
}

/// <summary>A value in US dollars: exact decimals, a single price (both ends equal) or a range whose mean counts.</summary>
/// <param name="Low">The lower end, in USD.</param>
/// <param name="High">The upper end, in USD.</param>
public sealed record UsdValue(decimal Low, decimal High)
{
    /// <summary>What counts in sums: the middle of the range.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public decimal Mean => (Low + High) / 2;
}

/// <summary>FIRST's Traffic Light Protocol 2.0: how far something may go, from the widest to the narrowest. What is marked is for readers cleared at least so far.</summary>
public enum Tlp
{
    /// <summary>TLP:CLEAR: the world.</summary>
    Clear,

    /// <summary>TLP:GREEN: the community.</summary>
    Green,

    /// <summary>TLP:AMBER: the reader's organisation and its clients, who need to know.</summary>
    Amber,

    /// <summary>TLP:AMBER+STRICT: the reader's organisation only.</summary>
    AmberStrict,

    /// <summary>TLP:RED: the named recipients only, here the researchers who work on cases.</summary>
    Red,
}

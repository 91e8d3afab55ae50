namespace Ketman.Metrics.Statements;

/// <summary>What a figure means. The words go wherever the figure goes; a change of meaning is a new version.</summary>
/// <param name="Name">Its name, kebab-case.</param>
/// <param name="Version">From 1.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Words">What counts, exactly.</param>
/// <param name="Apart">What does not count, or is told apart.</param>
public sealed record MetricDefinition(string Name, int Version, string Unit, string Words, string Apart)
{
    /// <summary>Companies that a worker had code merged at and was paid by.</summary>
    public static MetricDefinition AffectedCompanies { get; } = new(
        "affected-companies", 1, "companies",
        "Companies with a disclosure opened in the month in which, by the end of the month, one same worker both had code merged and was paid. Each company counts once.",
        "The relaxed count asks for the merge only. Retracted facts count nowhere.");

    /// <summary>Workers confirmed for the first time.</summary>
    public static MetricDefinition ConfirmedWorkers { get; } = new(
        "confirmed-workers", 1, "workers",
        "Workers confirmed together with the affected company, or reported to it with high certainty whatever the company then does. Each worker counts once, in the month of the first confirmation over all cases.",
        "Accounts that are only flagged or rated high-confidence are not confirmed. Several accounts of one actor are one worker.");

    /// <summary>What workers were paid.</summary>
    public static MetricDefinition MoneyTransferred { get; } = new(
        "money-transferred", 1, "USD",
        "Payments to workers made in the month that we know of, as last corrected, priced in USD at the payment's date. Of a price range its mean counts; the range is kept beside it.",
        "Payments in an asset without a price are listed and never guessed. Retracted payments count nowhere.");

    /// <summary>How long the workers confirmed in the month worked at a company.</summary>
    public static MetricDefinition TimeOfActivity { get; } = new(
        "time-of-activity", 1, "calendar months and days",
        "For each worker confirmed in the month and each company: from the first merge, payment or start of engagement to the revocation of access, or to the end of the month (to now while it lasts). Months are whole calendar months.",
        "With several accounts at one company the last revocation ends it, once all are revoked. First years are those of all known accounts of these workers.");

    /// <summary>Accounts new in the database.</summary>
    public static MetricDefinition IndexedAccounts { get; } = new(
        "indexed-accounts", 1, "accounts",
        "Accounts that in this month for the first time were rated high-confidence (or confirmed), active, and employed nowhere, all at once.",
        "A later change of state does not take an account out of its month. Accounts whose activity or employment is not known do not count. A merged duplicate counts with the account that stays.");

    /// <summary>How affected companies take it.</summary>
    public static MetricDefinition Reactions { get; } = new(
        "reactions", 1, "companies",
        "Each affected company once, by the latest reaction classified by the end of the month; without one it is silent when outreach was tried and nobody acknowledged, in contact when somebody did, and not contacted when nothing was tried.",
        "An automatic reply acknowledges nothing. A deadline is missed when its time ran out in or before the month and by its end it was neither kept nor the case resolved.");

    /// <summary>How long companies took to acknowledge.</summary>
    public static MetricDefinition ReactionTime { get; } = new(
        "reaction-time", 1, "days",
        "For the cases of affected companies opened in the month: from the first delivered outreach to the first acknowledgement by a human. Kaplan-Meier median: the first time by which at most half are still without one, those still running taken as longer than they have run so far.",
        "Cases still running are counted beside it, never as zero and never left out; cases in which nothing is known to have been delivered have no time and are counted apart.");

    /// <summary>Cases with malicious code.</summary>
    public static MetricDefinition ImplantsFound { get; } = new(
        "implants-found", 1, "cases", "Cases in which malicious code was found in the month.",
        "Cases that were assessed in the month without finding any are counted apart.");

    /// <summary>Cases with outside help.</summary>
    public static MetricDefinition PostExploitationHelp { get; } = new(
        "post-exploitation-help", 1, "cases", "Cases in which outside help was engaged in the month after the exploitation.",
        "Each case counts once.");

    /// <summary>What the team did because nothing came.</summary>
    public static MetricDefinition Escalations { get; } = new(
        "escalations", 1, "steps, breaches and notices",
        "Over all cases: steps of the ladder that became due, were taken or were cancelled in the month, clocks whose time ran out in the month, and final notices given in it. A breach counts in the month in which the time ran out, however late it was noticed.",
        "Breaches that turned out to be none are annulled and counted apart. Retracted facts count nowhere.");

    /// <summary>How far naming companies went.</summary>
    public static MetricDefinition Publications { get; } = new(
        "publications", 1, "publications",
        "Over all cases: publications proposed, approved, carried out (the company named in public), stopped by themselves because something came, and withdrawn, each in the month in which it happened.",
        "A publication that was withdrawn counts as named in its month and as withdrawn in the month of the withdrawal; it is listed as public no more. Retracted facts count nowhere.");
}

using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>
/// The monthly activity statement: figures, each with its definition and the ids of the events it was counted from. A pure
/// function of the facts: late, corrected and retracted ones move the figures of the month in which things happened.
/// </summary>
/// <param name="Month">E.g. <c>2025-02</c>.</param>
/// <param name="Zone">The team's zone, in which the month begins and ends.</param>
/// <param name="From">Its first instant, UTC.</param>
/// <param name="Until">The first instant after it, UTC.</param>
/// <param name="LastDay">The last day that it tells of: earlier than the month's last while the month lasts.</param>
/// <param name="Complete">Whether the month is over.</param>
/// <param name="AffectedCompanies">Companies affected.</param>
/// <param name="ConfirmedWorkers">Workers confirmed.</param>
/// <param name="MoneyTransferred">Money transferred to workers.</param>
/// <param name="TimeOfActivity">How long the workers were active.</param>
/// <param name="IndexedAccounts">New accounts in the database.</param>
/// <param name="Reactions">How the affected companies take it.</param>
/// <param name="ReactionTime">How long they took to acknowledge.</param>
/// <param name="ImplantsFound">Cases with malicious code.</param>
/// <param name="PostExploitationHelp">Cases with outside help.</param>
/// <param name="Escalations">What was done because nothing came.</param>
/// <param name="Publications">How far naming companies in public went.</param>
public sealed record Statement(
    string Month,
    string Zone,
    DateTimeOffset From,
    DateTimeOffset Until,
    DateOnly LastDay,
    bool Complete,
    AffectedCompanies AffectedCompanies,
    ConfirmedWorkers ConfirmedWorkers,
    MoneyTransferred MoneyTransferred,
    TimeOfActivity TimeOfActivity,
    IndexedAccounts IndexedAccounts,
    Reactions Reactions,
    ReactionTime ReactionTime,
    ImplantsFound ImplantsFound,
    PostExploitationHelp PostExploitationHelp,
    Escalations Escalations,
    Publications Publications)
{
    /// <summary>Counts the month.</summary>
    /// <param name="facts">In any order; more than the month needs does no harm.</param>
    /// <param name="month">The month.</param>
    public static Statement Compute(IEnumerable<Fact> facts, StatementMonth month) => Compute(Casebook.From(facts, month.Calendar), month);

    /// <summary>Counts the month.</summary>
    /// <param name="whole">All that is known; more than the month needs does no harm.</param>
    /// <param name="month">The month.</param>
    public static Statement Compute(Casebook whole, StatementMonth month) => Compute(whole, whole.Until(month.Last), month);

    /// <summary>Counts the month.</summary>
    /// <param name="whole">All that is known; more than the month needs does no harm.</param>
    /// <param name="book">The same as of the month's last day.</param>
    /// <param name="month">The month.</param>
    internal static Statement Compute(Casebook whole, Casebook book, StatementMonth month)
    {
        var naming = new Naming(whole);
        var affected = AffectedCompanies.Count(book, month, naming);
        var confirmed = ConfirmedWorkers.Count(book, month);
        return new Statement(
            month.ToString(),
            month.Calendar.ZoneName,
            month.From,
            month.Until,
            month.LastDayTold,
            month.Complete,
            affected,
            confirmed,
            MoneyTransferred.Count(book, month, affected),
            TimeOfActivity.Count(book, month, confirmed),
            IndexedAccounts.Count(book, month),
            Reactions.Count(book, month, affected, naming),
            ReactionTime.Count(book, month, affected),
            ImplantsFound.Count(book, month),
            PostExploitationHelp.Count(book, month),
            Escalations.Count(book, whole, month),
            Publications.Count(book, whole, month, naming));
    }
}

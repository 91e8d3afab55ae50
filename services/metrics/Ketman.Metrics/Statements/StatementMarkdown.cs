using System.Globalization;
using System.Text;
using Ketman.Contracts;
using static Ketman.Metrics.Statements.Prose;

namespace Ketman.Metrics.Statements;

/// <summary>
/// The statement as it is published: Markdown with front matter, in the sections of the team's first one. It names no company
/// but those that were named in public and still are, because to name one takes more than a statement (see publication).
/// </summary>
public static class StatementMarkdown
{
    /// <summary>Writes it as a draft.</summary>
    public static string Write(StatementView view) => Write(view, StatementEdition.Draft);

    /// <summary>Writes it.</summary>
    internal static string Write(StatementView view, StatementEdition edition)
    {
        var (statement, numbers) = (view.Statement, view.Numbers);
        var text = new StringBuilder();
        var month = DateOnly.ParseExact(statement.Month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var name = month.ToString("MMMM", CultureInfo.InvariantCulture);
        var notes = view.Notes.ToLookup(note => note.Section);
        FrontMatter(text, view, month, edition);
        Introduction(text, statement, $"{name} {month.Year}");
        Restated(text, edition);
        Note("introduction");
        Affected(text, statement.AffectedCompanies, name, numbers);
        Note("companies-affected");
        Confirmed(text, statement.ConfirmedWorkers, name, numbers);
        Note("confirmed-threats");
        Money(text, statement.MoneyTransferred, name, numbers);
        Note("money-transferred");
        Activity(text, statement, name, numbers);
        Note("time-of-activity");
        Accounts(text, statement.IndexedAccounts, name);
        Note("new-accounts");
        Reaction(text, view, name);
        Note("reaction-time");
        Escalated(text, statement.Escalations, name, numbers);
        Note("escalations");
        Published(text, statement.Publications, name, numbers);
        Note("publications");
        return text.ToString();

        // A quotation, so that it cannot be taken for what the figures say.
        void Note(string section)
        {
            foreach (var note in notes[section])
            {
                Paragraph(text, $"> **A note of the team** ({Marking.Label(note.Marking)}):\n>\n> {note.Text.ReplaceLineEndings("\n").Replace("\n", "\n> ", StringComparison.Ordinal)}");
            }
        }
    }

    // What stands where a figure, or a part of it, would give a case away.
    private static string Withheld => Marking.Withheld(Tlp.Red);

    private static void FrontMatter(StringBuilder text, StatementView view, DateOnly month, StatementEdition edition)
    {
        var statement = view.Statement;
        var date = statement.Complete ? month.AddMonths(1) : statement.LastDay;
        var soFar = (statement.Complete ? "" : " (so far)") + (edition.Restatement == 0 ? "" : $" (restatement {edition.Restatement})");
        var version = edition.Version is { } number ? string.Create(CultureInfo.InvariantCulture, $"\nversion: {number}")
            : edition.AsOf is { } past ? string.Create(CultureInfo.InvariantCulture, $"\nasOf: {past.At.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} ({past.By})") : "";
        text.Append(CultureInfo.InvariantCulture, $"""
            ---
            title: Ketman Activity Statement - {month.ToString("MMMM yyyy", CultureInfo.InvariantCulture)}{soFar}
            date: {date:yyyy-MM-dd}
            categories:
              - Activity Summary
            authors: [ketman]
            marking: {Marking.Label(view.Level)}{version}
            excerpt: {Excerpt(statement, view.Numbers)}
            ---

            """).Append('\n');
    }

    private static void Restated(StringBuilder text, StatementEdition edition)
    {
        if (edition.Restatement == 0)
        {
            return;
        }

        Paragraph(text, $"This is restatement {edition.Restatement}: facts that came after version {edition.Restatement} was frozen moved {edition.Moved.Count switch
        {
            0 => "no number that may be told here",
            1 => "one number",
            var many => $"{Words(many)} numbers",
        }}.");
        foreach (var moved in edition.Moved)
        {
            text.Append("- ").Append(moved.Figure).Append(", ").Append(SafeMarkdown.Escape(moved.Member)).Append(": from ").Append(Number(moved.From)).Append(" to ").Append(Number(moved.To));
            text.Append(moved.Because.Count == 0 ? "" : $" ({string.Join(", ", moved.Because.GroupBy(fact => fact.Kind, StringComparer.Ordinal)
                .Select(kind => $"{kind.Key} recorded {kind.Min(fact => fact.RecordedAt).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"))})").Append('\n');
        }

        text.Append(edition.Moved.Count == 0 ? "" : "\n");

        static string Number(decimal? value) => value is { } known ? Digits(known) : "what is not told";
    }

    private static string Excerpt(Statement statement, SmallNumbers numbers) =>
        (numbers.Touches("affectedCompanies") ? $"{Withheld} affected companies, "
            : $"{Sentence(statement.AffectedCompanies.Value)} affected {Plural(statement.AffectedCompanies.Value, "company", "companies")}, ")
        + (numbers.Touches("confirmedWorkers") ? $"{Withheld} confirmed DPRK IT Workers, "
            : $"{Count(statement.ConfirmedWorkers.Value, "confirmed DPRK IT Worker", "confirmed DPRK IT Workers")}, ")
        + (numbers.Touches("moneyTransferred") ? $"{Withheld} USD transferred that we know of, "
            : $"{Digits(statement.MoneyTransferred.Value)} USD transferred that we know of, ")
        + $"{Count(statement.IndexedAccounts.Value, "new account", "new accounts")} in the database.";

    private static void Introduction(StringBuilder text, Statement statement, string month)
    {
        Paragraph(text, "We can't publish the full data collection. Sometimes it's the privacy that the affected company requires or asks us to grant. "
            + "Other times, entities involved are still part of ongoing investigative work. No company is named here that was not named in public before.");
        Paragraph(text, (statement.Complete
                ? $"The figures tell what had happened by the end of {month}, as far as we know it."
                : $"{month} is not over: the figures tell what had happened by {statement.LastDay:yyyy-MM-dd}, as far as we know it.")
            + $" The month begins and ends at midnight, {statement.Zone}. What we learn later, and what turns out to be a mistake, moves them.");
    }

    private static void Affected(StringBuilder text, AffectedCompanies affected, string name, SmallNumbers numbers)
    {
        Heading(text, "Companies Affected");
        text.Append("""
            We count a project as affected if we reported to it in this month, and:

            1. A DPRK IT Worker successfully merged code.
            2. The same DPRK IT Worker got paid for the contribution.


            """);
        if (numbers.Touches("affectedCompanies"))
        {
            Paragraph(text, Withheld);
            return;
        }

        Paragraph(text, affected.Relaxed.Further == 0
            ? "If we were to relax the metric to only the successful merge, the count would be the same."
            : $"If we were to relax the metric to only the successful merge, there would be {Words(affected.Relaxed.Further)} more, {Words(affected.Relaxed.Value)} in all.");
        Paragraph(text, affected.Value switch
        {
            0 => $"In {name}, there were **no companies/projects directly affected** by DPRK IT Workers that we reported to.",
            1 => $"In {name}, there was **one company/project directly affected** by DPRK IT Workers.",
            var many => $"In {name}, there were **{Words(many)} companies/projects directly affected** by DPRK IT Workers.",
        });
    }

    private static void Confirmed(StringBuilder text, ConfirmedWorkers confirmed, string name, SmallNumbers numbers)
    {
        Heading(text, "Confirmed Threats");
        text.Append("""
            We track many "flagged" DPRK IT Workers, and it's not worth counting every single flagged account. We count only workers that we:

            1. Confirmed with the participation of the affected company
            2. Reported to the affected company with high certainty (whatever the company then does)


            """);
        if (numbers.Touches("confirmedWorkers"))
        {
            Paragraph(text, Withheld);
            return;
        }

        Paragraph(text, confirmed.Value == 0
            ? $"In {name} we **confirmed no DPRK IT Worker** for the first time."
            : $"In {name} we **confirmed {Count(confirmed.Value, "DPRK IT Worker", "DPRK IT Workers")}** for the first time: "
              + $"{List([.. Bases(confirmed)])}.");
    }

    private static IEnumerable<string> Bases(ConfirmedWorkers confirmed)
    {
        if (confirmed.WithCompany > 0)
        {
            yield return $"{Words(confirmed.WithCompany)} with the participation of the company";
        }

        if (confirmed.HighCertainty > 0)
        {
            yield return $"{Words(confirmed.HighCertainty)} reported with high certainty";
        }
    }

    private static void Money(StringBuilder text, MoneyTransferred money, string name, SmallNumbers numbers)
    {
        Heading(text, "Money Transferred to North Korea");
        if (numbers.Touches("moneyTransferred"))
        {
            Paragraph(text, Withheld);
            return;
        }

        if (money.Payments.Count == 0)
        {
            Paragraph(text, $"In {name} we know of **no payment with a price** to DPRK IT Workers.");
        }
        else
        {
            var whose = money.ByAffectedCompanies == money.Value ? "affected projects transferred" : "projects transferred";
            Paragraph(text, $"In {name}, **{whose} {Digits(money.Value)} USD total** (that we know of) to DPRK IT Workers."
                + (money.ByAffectedCompanies == money.Value ? "" : $" Of it, {Digits(money.ByAffectedCompanies)} USD came from the projects counted as affected this month.")
                + $" {Kinds(money)}");
            Paragraph(text, money.Low == money.High
                ? "Every payment is priced in USD at its date."
                : $"Every payment is priced in USD at its date; where the price is a range its mean counts, so the total lies between {Digits(money.Low)} and {Digits(money.High)} USD.");
        }

        if (money.Unpriced.Count > 0)
        {
            var assets = money.Unpriced.GroupBy(payment => payment.Asset, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{Digits(group.Sum(payment => payment.Amount))} {group.Key}").ToList();
            Paragraph(text, $"Not in the total, because {Plural(money.Unpriced.Count, "it has", "they have")} no known price: {List(assets)}.");
        }
    }

    private static string Kinds(MoneyTransferred money)
    {
        var kinds = money.ByKind.Select(total => $"{total.Kind switch
        {
            AssetKind.Stablecoin => "stablecoins",
            AssetKind.Governance => "governance tokens",
            AssetKind.Native => "coins",
            AssetKind.Fiat => "bank money",
            _ => "other assets",
        }} {Digits(total.Usd)} USD").ToList();
        return money.ByKind.All(total => total.Kind is AssetKind.Stablecoin or AssetKind.Governance or AssetKind.Native)
            ? $"All funds were transferred using cryptocurrencies ({List(kinds)})."
            : $"It went as {List(kinds)}.";
    }

    private static void Activity(StringBuilder text, Statement statement, string name, SmallNumbers numbers)
    {
        Heading(text, "Average Time of Activity in the Company");
        var activity = statement.TimeOfActivity;
        if (numbers.Touches("timeOfActivity"))
        {
            Paragraph(text, Withheld);
        }
        else if (activity is { Shortest: { } shortest, Longest: { } longest, Median: { } median })
        {
            Paragraph(text, activity.Engagements.Count == 1
                ? $"The actor confirmed in {name} worked within the organization for **{Months(longest.Months)}** ({Plain(longest.Days)} days)."
                : $"The actors confirmed in {name} worked within the organization for **at least {Months(shortest.Months)}, with the longest engagement spanning {Months(longest.Months)}** "
                  + $"({Plain(shortest.Days)} to {Plain(longest.Days)} days, median {Plain(median.Days)}; {Words(activity.Engagements.Count(engagement => engagement.Running))} of {Words(activity.Engagements.Count)} still running).");
            if (activity.FirstActiveYears is { } years)
            {
                Paragraph(text, years.Oldest == years.Youngest
                    ? $"Their accounts were first active in {years.Oldest}."
                    : $"However, their activity was spanning years: the oldest account was active from {years.Oldest}, the youngest from {years.Youngest}.");
            }
        }
        else
        {
            Paragraph(text, $"No engagement of an actor confirmed in {name} is known.");
        }

        Paragraph(text, $"{(numbers.Touches("implantsFound") ? Withheld : Implants(statement.ImplantsFound))} "
            + (numbers.Touches("postExploitationHelp") ? Withheld : Help(statement.PostExploitationHelp)));
    }

    private static string Implants(ImplantsFound implants) => implants switch
    {
        { Value: > 0 } => $"Malicious code was found in **{Count(implants.Value, "case", "cases")}**.",
        { AssessedWithoutFinding: > 0 } => $"No malicious code implant was detected ({Count(implants.AssessedWithoutFinding, "case", "cases")} assessed).",
        _ => "No case was assessed for malicious code.",
    };

    private static string Help(PostExploitationHelp help) => help.Value == 0
        ? "No post-exploitation services were used that we know of."
        : $"Post-exploitation services were used in {Count(help.Value, "case", "cases")}.";

    private static void Accounts(StringBuilder text, IndexedAccounts accounts, string name)
    {
        Heading(text, "New Accounts in the Database");
        Paragraph(text, "We only count actors' profiles that **are marked as high-confidence DPRK IT Workers and are currently active**, although not employed anywhere at the time, each in the month in which that is first so.");
        Paragraph(text, accounts.Value switch
        {
            0 => $"In {name}, we indexed no new account.",
            1 => $"In {name}, **we indexed one new account** into Ketman's internal database.",
            var many => $"In {name}, **we indexed an additional {Words(many)} new accounts** into Ketman's internal database.",
        });
    }

    private static void Reaction(StringBuilder text, StatementView view, string name)
    {
        var (reactions, time, numbers) = (view.Statement.Reactions, view.Statement.ReactionTime, view.Numbers);
        Heading(text, "Company Reaction Time");
        if (numbers.Touches("reactions") || numbers.Touches("reactionTime"))
        {
            Paragraph(text, Withheld);
            return;
        }

        if (reactions.Of == 0)
        {
            Paragraph(text, $"No company counts as affected in {name}, so there is no reaction to tell of.");
            return;
        }

        Paragraph(text, WarRooms(reactions, IsToldOf));
        foreach (var group in reactions.Companies.GroupBy(company => company.Attitude).OrderBy(group => group.Key))
        {
            if (Told(group.Key, [.. group], IsToldOf) is { } told)
            {
                Paragraph(text, told);
            }
        }

        if (reactions.MissedDeadlines > 0)
        {
            Paragraph(text, $"In {Count(reactions.MissedDeadlines, "instance", "instances")} the issue is still not resolved, despite the company's own deadline"
                + (reactions.UpdateRequestsAfterDeadline == 0 ? "." : $" and {Count(reactions.UpdateRequestsAfterDeadline, "request", "requests")} for updates after it."));
        }

        Paragraph(text, Time(time));

        // A company with a case that must not be noticed is counted, but nothing is said of it alone.
        bool IsToldOf(CompanyReaction company) => !view.Statement.AffectedCompanies.Companies.Any(
            affected => affected.Company.Id == company.Company.Id && affected.Disclosures.Any(view.Reader.Sensitive.Contains));
    }

    private static void Escalated(StringBuilder text, Escalations escalations, string name, SmallNumbers numbers)
    {
        Heading(text, "Escalations");
        if (numbers.Touches("escalations"))
        {
            Paragraph(text, Withheld);
            return;
        }

        Paragraph(text, escalations.Breaches switch
        {
            0 => $"In {name}, **no deadline passed**.",
            1 => $"In {name}, **one deadline passed**, owed by {(escalations.BreachesByCompanies == 1 ? "a company" : "us")}.",
            var many => $"In {name}, **{Words(many)} deadlines passed**: {List([.. Owed(escalations)])}.",
        } + (escalations.Annulled == 0 ? "" : $" {Sentence(escalations.Annulled)} more {Plural(escalations.Annulled, "was", "were")} noted and turned out to be none."));
        Paragraph(text, (escalations.StepsDue, escalations.StepsTaken, escalations.StepsCancelled) switch
        {
            (0, 0, 0) => "No step of escalation was due.",
            _ => $"{Sentence(escalations.StepsDue)} {Plural(escalations.StepsDue, "step", "steps")} of escalation became due, "
                + $"{Words(escalations.StepsTaken)} {Plural(escalations.StepsTaken, "was", "were")} taken, {Words(escalations.StepsCancelled)} became needless because something came.",
        });
        Paragraph(text, escalations.FinalNotices switch
        {
            0 => "No company got a final notice.",
            1 => "**One final notice** was given: in case of no communication whatsoever, the project will be named.",
            var many => $"**{Sentence(many)} final notices** were given: in case of no communication whatsoever, the projects will be named.",
        });
    }

    private static IEnumerable<string> Owed(Escalations escalations)
    {
        if (escalations.BreachesByCompanies > 0)
        {
            yield return $"{Words(escalations.BreachesByCompanies)} owed by companies";
        }

        if (escalations.BreachesByTeam > 0)
        {
            yield return $"{Words(escalations.BreachesByTeam)} owed by us";
        }
    }

    private static void Published(StringBuilder text, Publications publications, string name, SmallNumbers numbers)
    {
        Heading(text, "Publications");
        if (numbers.Touches("publications"))
        {
            Paragraph(text, Withheld);
        }
        else if (publications is { Proposed: 0, Approved: 0, Named: 0, Stopped: 0, Withdrawn: 0 })
        {
            Paragraph(text, $"In {name}, no company was named in public, and nobody proposed to.");
        }
        else
        {
            Paragraph(text, publications.Named switch
            {
                0 => $"In {name}, **no company was named** in public.",
                1 => $"In {name}, **one company was named** in public.",
                var many => $"In {name}, **{Words(many)} companies were named** in public.",
            });
            Paragraph(text, $"{Sentence(publications.Proposed)} {Plural(publications.Proposed, "publication was", "publications were")} proposed, {Words(publications.Approved)} approved, "
                + $"{Words(publications.Stopped)} stopped because something came, {Words(publications.Withdrawn)} withdrawn.");
        }

        // What is out may be said, but only where it still is.
        foreach (var named in publications.Public)
        {
            Paragraph(text, $"- {SafeMarkdown.Escape(named.Company.Name ?? "A company")}: {SafeMarkdown.Link(named.Url)}");
        }
    }

    private static string WarRooms(Reactions reactions, Func<CompanyReaction, bool> isToldOf)
    {
        var bands = reactions.Companies.Where(company => company.Attitude is Attitude.WarRoom && isToldOf(company)).Select(company => company.Company.TvlBand).OfType<string>().Distinct().ToList();
        var who = bands.Count == 1 && reactions.WarRooms == 1 ? $" We can't share which company it was, only that it's one of the {bands[0]} (by TVL) companies in Web3." : "";
        return reactions switch
        {
            { WarRooms: 0, Of: 1 } => "The one affected project did **not** react with an immediate internal escalation and a \"war room\".",
            { WarRooms: 0 } => $"Out of the {Words(reactions.Of)} affected projects, **not a single one** reacted with an immediate internal escalation and a \"war room\".",
            { WarRooms: 1, Of: 1 } => $"The one affected project reacted with an immediate internal escalation and set up a \"war room\".{who}",
            { WarRooms: 1 } => $"Out of the {Words(reactions.Of)} affected projects, **only a single one** reacted with an immediate internal escalation and setting up a \"war room\" (1 of {reactions.Of}).{who}",
            _ => $"Out of the {Words(reactions.Of)} affected projects, **{Words(reactions.WarRooms)}** reacted with an immediate internal escalation and set up a \"war room\".",
        };
    }

    private static string? Told(Attitude attitude, IReadOnlyList<CompanyReaction> companies, Func<CompanyReaction, bool> isToldOf)
    {
        var (count, projects) = (Sentence(companies.Count), Plural(companies.Count, "project", "projects"));
        return attitude switch
        {
            Attitude.Silent => $"{count} {projects} gave no sign at all{(companies.All(isToldOf) ? $": {string.Join("; ", companies.Select(Silence))}" : "")}.",
            Attitude.Informational => $"{count} {projects} graded the issue as \"Informational\" at best.",
            Attitude.Deferred => $"{count} {projects} relegated the issue to be dealt with \"maybe next week\".",
            Attitude.Dismissed => $"{count} {projects} waved the issue away.",
            Attitude.EscalatedInternally => $"{count} {projects} escalated the issue internally.",
            Attitude.Engaged => $"{count} {projects} {Plural(companies.Count, "is", "are")} in conversation with us.",
            Attitude.InContact => $"{count} {projects} acknowledged the report and said no more so far.",
            Attitude.NotContacted => $"{count} {projects} {Plural(companies.Count, "has", "have")} not been contacted yet.",
            _ => null,
        };
    }

    private static string Silence(CompanyReaction company)
    {
        var tries = $"{Count(company.Attempts, "attempt", "attempts")} over {Count(company.Channels.Count, "channel", "channels")}";
        return company.DaysToAcknowledge is { } days && company.Running
            ? $"{tries} and at least {Plain(decimal.Floor(days))} {Plural((int)decimal.Floor(days), "day", "days")} of silence"
            : tries;
    }

    private static string Time(ReactionTime time)
    {
        var running = time.Running == 0 ? "" : $", the {Words(time.Running)} still without one counted as longer than {Plural(time.Running, "it has", "they have")} run so far";
        var apart = time.NothingDelivered == 0 ? "" : $" In {Count(time.NothingDelivered, "case", "cases")} nothing is known to have been delivered.";
        return time switch
        {
            { Cases: 0 } => $"There is no reaction time to tell.{apart}",
            { Cases: 1, MedianDays: { } only } => $"From the first delivered report to the first human acknowledgement it took {Days(only)}.{apart}",
            { MedianDays: { } median } =>
                $"From the first delivered report to the first human acknowledgement, half of the {Words(time.Cases)} cases took {Days(median)} or less{running}.{apart}",
            { Cases: 1 } => $"There is no human acknowledgement after at least {Days(time.AtLeastDays ?? 0)}.{apart}",
            _ => $"More than half of the {Words(time.Cases)} cases have no human acknowledgement; the longest has run for at least {Days(time.AtLeastDays ?? 0)}.{apart}",
        };
    }

    private static string Days(decimal days) => days switch { < 1 => "less than a day", 1 => "one day", _ => $"{Plain(days)} days" };

    private static string Months(decimal months) => months == decimal.Truncate(months)
        ? months switch { 0 => "less than a month", var whole => Count((int)whole, "month", "months") }
        : $"{Plain(months)} months";

    private static void Heading(StringBuilder text, string heading) => text.Append("## ").Append(heading).Append("\n\n");

    private static void Paragraph(StringBuilder text, string paragraph) => text.Append(paragraph).Append("\n\n");
}

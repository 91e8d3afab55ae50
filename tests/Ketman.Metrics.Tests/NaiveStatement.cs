using System.Globalization;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Tests;

/// <summary>
/// The definitions once more, read straight off the facts with nothing shared and no care for speed. Each figure is written as
/// text, so that a difference can be read.
/// </summary>
internal sealed class NaiveStatement(IReadOnlyCollection<Fact> all, StatementMonth month)
{
    private readonly HashSet<Guid> _mistakes = [.. all.Select(fact => fact.Said).OfType<FactRetracted>().Select(said => said.FactId)];
    private readonly Dictionary<Guid, string> _workers = [];
    private readonly Dictionary<Guid, Guid> _roots = [];
    private readonly HashSet<Guid> _opened = [.. all.Where(fact => fact.Said is DisclosureOpened).Select(fact => fact.Subject)];

    /// <summary>Every figure by name.</summary>
    public static Dictionary<string, string> Figures(IReadOnlyCollection<Fact> facts, StatementMonth month)
    {
        var naive = new NaiveStatement(facts, month);
        return new()
        {
            ["affected"] = Lines(naive.Companies(strict: true)),
            ["relaxed"] = Lines(naive.Companies(strict: false)),
            ["confirmed"] = Lines(naive.Confirmed().Select(one => $"{one.Account} {one.Basis}")),
            ["money"] = naive.Money(),
            ["activity"] = Lines(naive.Engagements()),
            ["years"] = naive.Years(),
            ["indexed"] = Lines(naive.Indexed()),
            ["reactions"] = Lines(naive.Reactions()),
            ["implants"] = naive.Cases<ImplantAssessed>(said => said.Found),
            ["help"] = naive.Cases<PostExploitationHelpEngaged>(_ => true),
            ["escalations"] = naive.Escalations(),
            ["publications"] = naive.Publications(),
        };
    }

    /// <summary>The same of the real one.</summary>
    public static Dictionary<string, string> Figures(Statement real) => new()
    {
        ["affected"] = Lines(real.AffectedCompanies.Companies.Select(company => company.Company.Id.ToString())),
        ["relaxed"] = real.AffectedCompanies.Relaxed.Value.ToString(CultureInfo.InvariantCulture),
        ["confirmed"] = Lines(real.ConfirmedWorkers.Workers.Select(worker => $"{worker.AccountId} {worker.Basis}")),
        ["money"] = Invariant($"{real.MoneyTransferred.Value:0.##} {real.MoneyTransferred.Low:0.##} {real.MoneyTransferred.High:0.##} {real.MoneyTransferred.ByAffectedCompanies:0.##} unpriced {real.MoneyTransferred.Unpriced.Count}"),
        ["activity"] = Lines(real.TimeOfActivity.Engagements.Select(one => Invariant($"{one.CompanyId} {one.From:yyyy-MM-dd} {one.Until:yyyy-MM-dd} {one.Months}"))),
        ["years"] = Invariant($"{real.TimeOfActivity.FirstActiveYears?.Oldest}-{real.TimeOfActivity.FirstActiveYears?.Youngest}"),
        ["indexed"] = Lines(real.IndexedAccounts.Accounts.Select(account => $"{account.AccountId} {account.On:yyyy-MM-dd}")),
        ["reactions"] = Lines(real.Reactions.Companies.Select(one => Invariant($"{one.Company.Id} {one.Attitude} {one.Attempts} {one.MissedDeadlines.Count} {one.MissedDeadlines.Sum(missed => missed.UpdateRequestsAfter)}"))),
        ["implants"] = real.ImplantsFound.Value.ToString(CultureInfo.InvariantCulture),
        ["help"] = real.PostExploitationHelp.Value.ToString(CultureInfo.InvariantCulture),
        ["escalations"] = Invariant($"{real.Escalations.StepsDue} {real.Escalations.StepsTaken} {real.Escalations.StepsCancelled} breaches {real.Escalations.BreachesByCompanies} {real.Escalations.BreachesByTeam} notices {real.Escalations.FinalNotices}"),
        ["publications"] = Invariant($"{real.Publications.Proposed} {real.Publications.Approved} {real.Publications.Named} {real.Publications.Stopped} {real.Publications.Withdrawn} out {real.Publications.Public.Count}"),
    };

    private IEnumerable<(Fact Fact, T Said)> Standing<T>(Guid? disclosure = null) =>
        from fact in all
        where fact.Said is T && !_mistakes.Contains(fact.Id) && Day(fact.At) <= month.Last
            && (disclosure is null ? _opened.Contains(fact.Subject) : fact.Subject == disclosure)
        select (fact, (T)fact.Said);

    private IEnumerable<(Guid Case, Guid Account, Moment At, UsdValue? Usd)> Payments() =>
        from recorded in all
        where recorded.Said is PaymentRecorded && !_mistakes.Contains(recorded.Id) && _opened.Contains(recorded.Subject)
        let correction = all.Where(fact => fact.Said is PaymentCorrected said && said.PaymentId == recorded.Id && !_mistakes.Contains(fact.Id))
            .OrderBy(fact => fact.Version).LastOrDefault()
        let paid = correction?.Said is PaymentCorrected now ? (now.AccountId, correction.At, now.Usd)
            : (((PaymentRecorded)recorded.Said).AccountId, recorded.At, ((PaymentRecorded)recorded.Said).Usd)
        where Day(paid.At) <= month.Last
        select (recorded.Subject, paid.AccountId, paid.At, paid.Usd);

    private IEnumerable<(Guid Case, Guid Company)> OpenedInMonth() =>
        from fact in all where fact.Said is DisclosureOpened && InMonth(fact.At) select (fact.Subject, ((DisclosureOpened)fact.Said).CompanyId);

    private Guid CompanyOf(Guid disclosure) =>
        all.Select(fact => fact.Said).OfType<DisclosureOpened>().First(said => said.DisclosureId == disclosure).CompanyId;

    private List<string> Companies(bool strict)
    {
        var companies = OpenedInMonth().Where(opened => Standing<CodeMerged>(opened.Case).Any(merge => !strict
            || Payments().Any(payment => payment.Case == opened.Case && Worker(payment.Account) == Worker(merge.Said.AccountId))))
            .Select(opened => opened.Company.ToString()).Distinct().ToList();
        return strict ? companies : [companies.Count.ToString(CultureInfo.InvariantCulture)];
    }

    private IEnumerable<(Guid Account, ConfirmationBasis Basis, string Worker)> Confirmed() =>
        from confirmed in Standing<WorkerConfirmed>()
        group confirmed by Worker(confirmed.Said.AccountId) into worker
        let first = worker.OrderBy(one => Order(one.Fact.At)).ThenBy(one => one.Said.Basis).ThenBy(one => one.Fact.Id).First()
        where InMonth(first.Fact.At)
        select (first.Said.AccountId, first.Said.Basis, worker.Key);

    private string Money()
    {
        var paid = Payments().Where(payment => InMonth(payment.At)).ToList();
        var affected = Companies(strict: true).ToHashSet();
        var ofAffected = paid.Where(one => affected.Contains(CompanyOf(one.Case).ToString())).ToList();
        return Invariant($"{paid.Sum(Mean):0.##} {paid.Sum(one => one.Usd?.Low ?? 0):0.##} {paid.Sum(one => one.Usd?.High ?? 0):0.##} {ofAffected.Sum(Mean):0.##} unpriced {paid.Count(one => one.Usd is null)}");

        static decimal Mean((Guid, Guid, Moment, UsdValue? Usd) one) => (one.Usd?.Low + one.Usd?.High) / 2 ?? 0;
    }

    private IEnumerable<string> Engagements()
    {
        var workers = Confirmed().Select(one => one.Worker).ToHashSet();
        var began = Standing<CodeMerged>().Select(one => (Case: one.Fact.Subject, Account: one.Said.AccountId, one.Fact.At))
            .Concat(Standing<EngagementEstablished>().Select(one => (Case: one.Fact.Subject, Account: one.Said.AccountId, one.Fact.At)))
            .Concat(Payments().Select(one => (one.Case, one.Account, one.At)))
            .Where(one => workers.Contains(Worker(one.Account)))
            .GroupBy(one => (Company: CompanyOf(one.Case), Worker: Worker(one.Account)));
        foreach (var engagement in began)
        {
            var from = engagement.Min(one => Day(one.At));
            var ends = engagement.Select(one => Root(one.Account)).Distinct().Select(account => Standing<AccessRevoked>()
                .Where(one => Root(one.Said.AccountId) == account && CompanyOf(one.Fact.Subject) == engagement.Key.Company)
                .Select(one => (DateOnly?)Day(one.Fact.At)).Max()).ToList();
            var until = ends.Contains(null) ? month.Last : ends.Max()!.Value;
            until = until < from ? from : until;
            var months = 0;
            while (from.AddMonths(months + 1) <= until)
            {
                months++;
            }

            yield return Invariant($"{engagement.Key.Company} {from:yyyy-MM-dd} {until:yyyy-MM-dd} {months}");
        }
    }

    private string Years()
    {
        var workers = Confirmed().Select(one => one.Worker).ToHashSet();
        var years = all.Select(fact => fact.Said).OfType<AccountRegistered>()
            .Where(said => said.FirstActiveYear is not null && workers.Contains(Worker(said.AccountId))).Select(said => said.FirstActiveYear).ToList();
        return Invariant($"{years.Min()}-{years.Max()}");
    }

    private IEnumerable<string> Indexed()
    {
        var accounts = all.Where(fact => fact.Said.GetType().Name.StartsWith("Account", StringComparison.Ordinal)).Select(fact => Root(fact.Subject)).Distinct();
        foreach (var account in accounts)
        {
            var facts = all.Where(fact => fact.Said is not CompanyRegistered && Root(fact.Subject) == account)
                .OrderBy(fact => Order(fact.At)).ThenBy(fact => fact.RecordedAt).ThenBy(fact => fact.Version).ToList();
            for (var seen = 1; seen <= facts.Count; seen++)
            {
                var so = facts.Take(seen).Select(fact => fact.Said).ToList();
                var rated = so.LastOrDefault(said => said is AccountIndexed or AccountConfirmed or AccountFlagged or AccountCleared) is AccountIndexed or AccountConfirmed;
                var active = so.LastOrDefault(said => said is AccountIndexed or AccountActivityObserved) is AccountIndexed { Active: true } or AccountActivityObserved { Active: true };
                var free = so.LastOrDefault(said => said is AccountIndexed or AccountEmploymentObserved) is AccountIndexed { EmployedAt.Count: 0 } or AccountEmploymentObserved { EmployedAt.Count: 0 };
                if (rated && active && free)
                {
                    if (InMonth(facts[seen - 1].At))
                    {
                        yield return $"{account} {Day(facts[seen - 1].At):yyyy-MM-dd}";
                    }

                    break;
                }
            }
        }
    }

    private IEnumerable<string> Reactions()
    {
        foreach (var company in Companies(strict: true))
        {
            var cases = OpenedInMonth().Where(opened => opened.Company.ToString() == company).Select(opened => opened.Case).ToList();
            var reaction = cases.SelectMany(id => Standing<ReactionClassified>(id)).OrderBy(one => Order(one.Fact.At))
                .ThenBy(one => one.Fact.RecordedAt).ThenBy(one => one.Fact.Version).Select(one => one.Said.Reaction.ToString()).LastOrDefault();
            var acknowledged = cases.Any(id => Standing<DisclosureAcknowledged>(id).Any());
            var attempts = cases.Sum(id => Standing<OutreachAttempted>(id).Count());
            var missed = cases.SelectMany(Missed).ToList();
            yield return Invariant($"{company} {reaction ?? (acknowledged ? "InContact" : attempts > 0 ? "Silent" : "NotContacted")} {attempts} {missed.Count} {missed.Sum()}");
        }
    }

    // For each promise missed by the end of the month, how many requests came after it.
    private IEnumerable<int> Missed(Guid id)
    {
        var steps = all.Where(fact => fact.Subject == id && Day(fact.At) <= month.Last && !_mistakes.Contains(fact.Id))
            .Where(fact => fact.Said is DisclosureOpened or DisclosureResolved or DisclosureClosed or DisclosureReopened).OrderBy(fact => fact.Version).ToList();
        if (steps[^1].Said is DisclosureResolved or DisclosureClosed)
        {
            return [];
        }

        return Standing<CommitmentMade>(id)
            .Where(made => Day(made.Said.Due) <= month.Last && !Standing<CommitmentKept>(id).Any(kept => kept.Said.CommitmentId == made.Fact.Id))
            .Select(made => Standing<UpdateRequested>(id).Count(request =>
                made.Said.Due.Precision is Precision.Instant && request.Fact.At.Precision is Precision.Instant
                    ? request.Fact.At.Start >= made.Said.Due.Start
                    : Day(request.Fact.At) > Day(made.Said.Due)));
    }

    private string Cases<T>(Func<T, bool> counts) =>
        Standing<T>().Where(one => InMonth(one.Fact.At) && counts(one.Said)).Select(one => one.Fact.Subject).Distinct().Count().ToString(CultureInfo.InvariantCulture);

    private string Escalations()
    {
        var disproved = all.Where(fact => !_mistakes.Contains(fact.Id)).Select(fact => fact.Said).OfType<BreachAnnulled>().Select(said => said.BreachId).ToHashSet();
        var breaches = Standing<SlaBreached>().Where(one => InMonth(one.Fact.At) && !disproved.Contains(one.Fact.Id)).ToList();
        return Invariant($"{Facts<EscalationStepDue>()} {Facts<EscalationStepTaken>()} {Facts<EscalationStepCancelled>()} breaches {breaches.Count(one => one.Said.OwedBy is Party.Company)} {breaches.Count(one => one.Said.OwedBy is Party.Team)} notices {Facts<FinalNoticeGiven>()}");
    }

    private string Publications()
    {
        var withdrawn = all.Where(fact => !_mistakes.Contains(fact.Id)).Select(fact => fact.Said).OfType<PublicationWithdrawn>().Select(said => said.ProposalId).ToHashSet();
        var left = Standing<CompanyNamed>().Count(one => InMonth(one.Fact.At) && !withdrawn.Contains(one.Said.ProposalId));
        return Invariant($"{Facts<PublicationProposed>()} {Facts<PublicationApproved>()} {Facts<CompanyNamed>()} {Facts<PublicationStopped>()} {Facts<PublicationWithdrawn>()} out {left}");
    }

    private int Facts<T>() => Standing<T>().Count(one => InMonth(one.Fact.At));

    // Remembered, because asking anew for each fact of the sample takes a quarter of a minute.
    private string Worker(Guid account) => _workers.TryGetValue(account, out var worker) ? worker : _workers[account] = FindWorker(account);

    private string FindWorker(Guid account)
    {
        var root = Root(account);
        var group = all.Where(fact => fact.Said is AccountRegistered or AccountAttributed or AccountMerged).Select(fact => fact.Subject)
            .Distinct().Where(id => Root(id) == root).Order();
        return Actor(root) ?? group.Select(Actor).FirstOrDefault(actor => actor is not null) ?? root.ToString();
    }

    private string? Actor(Guid account) => all.Where(fact => fact.Subject == account)
        .Where(fact => fact.Said is AccountRegistered { Actor: not null } or AccountAttributed).OrderBy(fact => fact.Version)
        .Select(fact => fact.Said is AccountAttributed said ? said.Actor : ((AccountRegistered)fact.Said).Actor).LastOrDefault();

    private Guid Root(Guid account) => _roots.TryGetValue(account, out var root) ? root : _roots[account] = FindRoot(account);

    private Guid FindRoot(Guid account)
    {
        var seen = new HashSet<Guid> { account };
        while (all.Where(fact => fact.Subject == account && fact.Said is AccountMerged).OrderBy(fact => fact.Version).LastOrDefault() is { Said: AccountMerged merged }
            && seen.Add(merged.IntoAccountId))
        {
            account = merged.IntoAccountId;
        }

        return account;
    }

    private DateOnly Day(Moment at) => month.Calendar.DateOf(at);

    private bool InMonth(Moment at) => Day(at) is var day && day.Year == month.First.Year && day.Month == month.First.Month;

    private (DateOnly, int, DateTimeOffset) Order(Moment at) => (Day(at), at.Precision is Precision.Day ? 0 : 1, at.Start);

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using FsCheck;
using FsCheck.Fluent;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Tests;

/// <summary>
/// Random histories of a small world: few companies, cases and accounts, so that facts meet each other; days and instants around
/// three months, retractions and corrections of whatever was recorded before, late facts, workers with several accounts.
/// </summary>
internal static class Histories
{
    private static readonly Channel[] Channels = [Channel.Email, Channel.Telegram, Channel.X];

    /// <summary>Histories that shrink by leaving out steps.</summary>
    public static Arbitrary<int[]> Steps(int most) => Arb.From(
        Gen.Choose(0, int.MaxValue - 1).ArrayOf().Resize(most),
        steps => steps.Select((_, left) => steps.Where((_, index) => index != left).ToArray()));

    /// <summary>The facts that these steps are.</summary>
    /// <param name="steps">What happens, one number for each.</param>
    /// <param name="secrecy">Whether cases are marked, embargoed and restricted, too.</param>
    public static List<Fact> From(IEnumerable<int> steps, bool secrecy = false)
    {
        List<Fact> facts = [];
        Dictionary<Guid, long> versions = [];
        foreach (var step in steps)
        {
            var dice = new Dice(step);
            var (subject, at, said) = Next(dice, facts, secrecy);
            var version = versions[subject] = versions.GetValueOrDefault(subject) + 1;
            facts.Add(new Fact(Guid(subject, $"fact {version}"), subject, version, at, DateTimeOffset.UnixEpoch.AddDays(20_500).AddSeconds(facts.Count), "test", said));
        }

        return facts;
    }

    private static (Guid Subject, Moment At, object Said) Next(Dice dice, List<Fact> facts, bool secrecy)
    {
        var at = dice.Moment();
        var kind = dice.Next(secrecy ? 37 : 36);
        var account = dice.Account();
        var disclosure = dice.Disclosure();
        // A stream begins with what makes it.
        if (kind < 7)
        {
            return facts.Any(fact => fact.Subject == account)
                ? (account, at, OfAccount(kind, dice, account))
                : (account, at, new AccountRegistered(account, "github", account.ToString("N"), dice.Flip() ? 2015 + dice.Next(10) : null, dice.Flip() ? $"actor {dice.Next(2)}" : null));
        }

        if (kind < 9)
        {
            var company = dice.Company();
            return facts.Any(fact => fact.Subject == company)
                ? (company, at, kind == 7 ? new CompanyPrivacyWished(company, dice.Flip() ? PrivacyWish.Private : PrivacyWish.None)
                    : new CompanyChanged(company, "Changed", null, [], 1 + dice.Next(1500), null))
                : (company, at, new CompanyRegistered(company, $"company-{company.ToString("N")[..6]}", "Company", null, [], dice.Flip() ? 1 + dice.Next(1500) : null, null));
        }

        return facts.Any(fact => fact.Subject == disclosure)
            ? (disclosure, at, OfCase(kind, dice, disclosure, account, facts))
            : (disclosure, at, new DisclosureOpened(disclosure, $"case-{disclosure.ToString("N")[..6]}", dice.Company(), null, null, []));
    }

    private static object OfAccount(int kind, Dice dice, Guid account) => kind switch
    {
        0 => new AccountIndexed(account, dice.Flip(), dice.Flip() ? [] : ["somewhere"]),
        1 => dice.Flip() ? new AccountConfirmed(account) : new AccountFlagged(account),
        2 => new AccountActivityObserved(account, dice.Flip()),
        3 => new AccountEmploymentObserved(account, dice.Flip() ? [] : ["somewhere"]),
        4 => new AccountAttributed(account, $"actor {dice.Next(2)}"),
        5 => new AccountCleared(account),
        _ when dice.Below(account) is { } other => new AccountMerged(account, other),
        _ => new AccountFlagged(account),
    };

    private static object OfCase(int kind, Dice dice, Guid id, Guid account, List<Fact> facts)
    {
        Guid? Earlier<T>() => facts.Where(fact => fact.Subject == id && fact.Said is T).Select(fact => (Guid?)fact.Id).ElementAtOrDefault(dice.Next(3));
        object Note() => new NoteAdded(id, "note");
        object On<T>(Func<Guid, object> said) => Earlier<T>() is { } fact ? said(fact) : Note();
        return kind switch
        {
            9 or 10 => new CodeMerged(id, account, "a/b", null),
            11 or 12 => new PaymentRecorded(id, account, "USDC", dice.Next(9000), dice.Usd(), null, null, AssetKind.Stablecoin),
            13 => On<PaymentRecorded>(payment => new PaymentCorrected(id, payment, account, "UNI", dice.Next(900), dice.Usd(), null, null, "typo", AssetKind.Governance)),
            14 => new EngagementEstablished(id, account, ActorRole.Worker),
            15 => new WorkerConfirmed(id, account, dice.Flip() ? ConfirmationBasis.WithCompany : ConfirmationBasis.HighCertainty),
            16 => new AccessRevoked(id, account, null),
            17 or 18 => new OutreachAttempted(id, Channels[dice.Next(3)], null, null, "test", null),
            19 => On<OutreachAttempted>(outreach => new OutreachDelivered(id, outreach)),
            20 => On<OutreachAttempted>(outreach => dice.Flip() ? new OutreachAnswered(id, outreach, dice.Flip(), null, null) : new OutreachBounced(id, outreach, null)),
            21 => new DisclosureAcknowledged(id, dice.Flip() ? Earlier<OutreachAttempted>() : null, null, null),
            22 => new ReactionClassified(id, (Reaction)dice.Next(7), null),
            23 => new CommitmentMade(id, "look", dice.Moment(), null),
            24 => On<CommitmentMade>(commitment => new CommitmentKept(id, commitment)),
            25 => dice.Flip() ? new UpdateRequested(id, null, null) : new UpdateReceived(id, "so so"),
            26 => dice.Next(4) switch
            {
                0 => new DisclosureResolved(id, ResolutionOutcome.Removed, null),
                1 => new DisclosureClosed(id, "done"),
                2 => new PrivacyRequested(id, null),
                _ => new DisclosureReopened(id, "again"),
            },
            27 => new ImplantAssessed(id, dice.Flip(), null),
            28 => new PostExploitationHelpEngaged(id, null, null),
            30 => dice.Next(3) switch
            {
                0 => new EscalationStepDue(id, "reminder", false),
                1 => new EscalationStepTaken(id, "reminder", null, "test", null),
                _ => new EscalationStepCancelled(id, "reminder", id),
            },
            31 => new SlaBreached(id, "acknowledgement", null, Earlier<OutreachDelivered>() ?? id, dice.Flip() ? Party.Company : Party.Team, false),
            32 => On<SlaBreached>(breach => new BreachAnnulled(id, breach, id)),
            33 => On<OutreachAttempted>(outreach => new FinalNoticeGiven(id, outreach, DateTimeOffset.UnixEpoch.AddYears(55), "clause")),
            34 => On<PublicationProposed>(proposal => dice.Next(3) switch
            {
                0 => new PublicationApproved(id, proposal, "test"),
                1 => new CompanyNamed(id, proposal, "test", "https://ketman.example/named", "00"),
                _ => new PublicationStopped(id, proposal, id),
            }) is NoteAdded ? new PublicationProposed(id, "test", "silence") : On<PublicationProposed>(proposal => new CompanyNamed(id, proposal, "test", "https://ketman.example/named", "00")),
            35 => On<PublicationProposed>(proposal => new PublicationWithdrawn(id, proposal, "test", "answered")),
            36 => dice.Next(6) switch
            {
                0 => new DisclosureMarked(id, (Tlp)dice.Next(5), "test", null),
                1 => On<OutreachAttempted>(outreach => new FactMarked(id, outreach, Tlp.Red, "test", null)),
                2 => new EmbargoSet(id, null, "test"),
                3 => new EmbargoLifted(id, "test"),
                4 => new DisclosureRestricted(id, ["mira"], "mira", null),
                _ => new DisclosureUnrestricted(id, "mira", null),
            },
            _ => facts.Where(fact => fact.Subject == id && fact.Said is not (DisclosureOpened or FactRetracted)).Select(fact => (Guid?)fact.Id).ElementAtOrDefault(dice.Next(6)) is { } mistaken
                ? new FactRetracted(id, mistaken, "mistake")
                : Note(),
        };
    }

    private static Guid Guid(Guid subject, string name) => DeterministicId.From(subject.ToString("D"), name);

    /// <summary>A random number read piece by piece, so that one step is one number and shrinks as one.</summary>
    private sealed class Dice(int seed)
    {
        private static readonly Guid[] Accounts = [.. Enumerable.Range(0, 5).Select(index => DeterministicId.From("account", $"a{index}"))];

        private readonly Random _random = new(seed);

        public int Next(int below) => _random.Next(below);

        public bool Flip() => Next(2) == 0;

        public Guid Account() => Accounts[Next(Accounts.Length)];

        // Merges go downwards only: Intake lets nobody merge in a circle.
        public Guid? Below(Guid account) => Array.IndexOf(Accounts, account) is var index and > 0 ? Accounts[Next(index)] : null;

        public Guid Company() => DeterministicId.From("company", $"c{Next(3)}");

        public Guid Disclosure() => DeterministicId.From("disclosure", $"d{Next(4)}");

        public UsdValue? Usd() => Next(4) switch { 0 => null, 1 => new UsdValue(Next(100), 100 + Next(1000)), _ => new UsdValue(500, 500) };

        public Moment Moment()
        {
            var start = new DateTimeOffset(2025, 1, 20, 0, 0, 0, TimeSpan.Zero).AddHours(Next(24 * 55));
            return Flip() ? Contracts.Moment.At(start) : Contracts.Moment.On(DateOnly.FromDateTime(start.UtcDateTime));
        }
    }
}

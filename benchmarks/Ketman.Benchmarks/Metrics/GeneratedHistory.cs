using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Deciding;

namespace Ketman.Benchmarks.Metrics;

/// <summary>One event of the history, as Metrics journals it.</summary>
internal readonly record struct GeneratedEvent(string Stream, long Version, Guid Id, object Said, Moment At, DateTimeOffset RecordedAt);

/// <summary>
/// The years of a busy team, from a seed: companies, accounts, and cases of fifty events each as the platform records them, late and
/// corrected facts among them. Nine of ten cases are over; most that were told never answered. The same seed gives the same history.
/// </summary>
/// <param name="cases">How many disclosures; one of ten is open.</param>
/// <param name="seed">What everything follows from.</param>
/// <param name="until">Up to when it tells, e.g. the beginning of today.</param>
internal sealed class GeneratedHistory(int cases, int seed, DateTimeOffset until)
{
    /// <summary>How many events a case has.</summary>
    public const int EventsPerCase = 50;

    /// <summary>What the history follows from that pages are measured with.</summary>
    public const int Seed = 20250228;

    private const int Months = 60;
    private const int OpenShare = 10;

    private static readonly Channel[] Channels = [Channel.Email, Channel.Telegram, Channel.Discord, Channel.Slack];
    private static readonly Reaction[] Reactions = Enum.GetValues<Reaction>();
    private static readonly (string Asset, AssetKind Kind)[] Assets =
        [("USDC", AssetKind.Stablecoin), ("USDT", AssetKind.Stablecoin), ("ARB", AssetKind.Governance), ("ETH", AssetKind.Native)];

    private static readonly string[] Tags = ["defi", "bridge", "wallet", "dao"];
    private static readonly string[] People = ["mira", "ines", "grace", "viktor", "ada", "kay"];
    private static readonly string[] Words =
        ["north", "lantern", "harbor", "quiet", "juniper", "orbit", "copper", "signal", "meadow", "vault", "river", "prism", "anchor", "cinder", "willow", "falcon"];

    /// <summary>How many companies there are.</summary>
    public int Companies { get; } = Math.Max(10, cases / 33);

    /// <summary>How many accounts there are.</summary>
    public int Accounts { get; } = Math.Max(10, cases / 3);

    /// <summary>How many disclosures there are.</summary>
    public int Cases { get; } = cases;

    /// <summary>The history that pages are measured with.</summary>
    public static GeneratedHistory UpToToday(int cases) => new(cases, Seed, new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero));

    /// <summary>The first instant of the month that lies so many months before the present one.</summary>
    public DateTime MonthBefore(int months) => new DateTime(until.Year, until.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(-months);

    /// <summary>A company's handle.</summary>
    public static string CompanyHandle(int index) => $"{Words[index % Words.Length]}-{Words[index / Words.Length % Words.Length]}-{index}";

    /// <summary>The handle of a company that everybody may know of.</summary>
    public string OpenCompany(int number) => CompanyHandle(WishesPrivacy(number % Companies) ? (number % Companies) - 1 : number % Companies);

    /// <summary>Everything, stream by stream.</summary>
    public IEnumerable<GeneratedEvent> Events() =>
        Enumerable.Range(0, Companies).SelectMany(Company).Concat(Enumerable.Range(0, Accounts).SelectMany(Account)).Concat(Enumerable.Range(0, Cases).SelectMany(Case));

    private IEnumerable<GeneratedEvent> Company(int index)
    {
        var dice = new Random(HashCode(1, index));
        var id = IdOf("company", index);
        var at = until.AddDays(-31 * (Months + 1)).AddMinutes(index);
        var stream = new Stream($"company-{id:D}");
        yield return stream.Next(at, new CompanyRegistered(
            id, CompanyHandle(index), $"{Title(Words[index % Words.Length])} {Title(Words[index / Words.Length % Words.Length])} {index}", $"c{index}.example", [$"github.com/c{index}/core"],
            dice.Next(5) == 0 ? null : 1 + dice.Next(1500), null));
        if (WishesPrivacy(index))
        {
            yield return stream.Next(at.AddDays(1), new CompanyPrivacyWished(id, PrivacyWish.Private));
        }
    }

    private IEnumerable<GeneratedEvent> Account(int index)
    {
        var dice = new Random(HashCode(2, index));
        var id = IdOf("account", index);
        var at = until.AddMinutes(-dice.Next(60 * 24 * 30 * Months));
        var stream = new Stream($"account-{id:D}");
        yield return stream.Next(at, new AccountRegistered(id, "github", $"user-{index}", 2012 + dice.Next(13), index % 4 == 0 ? $"actor {index / 8}" : null));
        if (dice.Next(3) == 0)
        {
            yield return stream.Next(at.AddHours(1), new AccountIndexed(id, dice.Next(2) == 0, []));
        }
    }

    private IEnumerable<GeneratedEvent> Case(int index)
    {
        var dice = new Random(HashCode(3, index));
        var id = IdOf("disclosure", index);
        var company = IdOf("company", dice.Next(Companies));
        var account = IdOf("account", dice.Next(Accounts));
        var open = index % OpenShare == 0;
        // Spread evenly; what is open was opened in the last months.
        var opened = until.AddMinutes(-(open ? dice.Next(60 * 24 * 150) : (60 * 24 * 30) + dice.Next(60 * 24 * 30 * (Months - 1))));
        var days = Math.Max(0.5, Math.Min(60, (until - opened).TotalDays - 0.5));
        var stream = new Stream($"disclosure-{id:D}");

        yield return stream.Next(opened, new DisclosureOpened(
            id, $"case-{index}", company, $"{Title(Words[dice.Next(Words.Length)])} contributor of the {Words[dice.Next(Words.Length)]} repository", null, [account]));
        yield return stream.Next(opened, new PolicyPinned(id, index % 3 == 0 ? "cert-cc-45" : "ketman-standard", 1, null));
        if (index % 50 == 3)
        {
            yield return stream.Next(opened, new DisclosureMarked(id, index % 100 == 3 ? Tlp.AmberStrict : Tlp.Green, People[0], null));
        }

        if (index % 500 == 11)
        {
            yield return stream.Next(opened, new DisclosureRestricted(id, [People[0], People[1]], People[0], null));
        }

        if (dice.Next(5) != 0)
        {
            yield return stream.Next(opened, new DisclosureAssigned(id, People[dice.Next(People.Length)], People[0]));
        }

        for (var tag = dice.Next(3); tag > 0; tag--)
        {
            yield return stream.Next(opened, new DisclosureTagged(id, Tags[(index + tag) % Tags.Length], People[0]));
        }

        for (var finding = 0; finding < 2; finding++)
        {
            yield return stream.Next(opened, new FindingAdded(
                id, $"Commit times of {Words[dice.Next(Words.Length)]} contradict the claimed zone, wallet {Words[dice.Next(Words.Length)]} is shared", account, "https://example.org/evidence", null));
        }

        for (var merge = 0; merge < 3; merge++)
        {
            yield return stream.Next(opened, new CodeMerged(id, account, "github.com/c/core", null), Moment.On(DateOf(opened.AddDays(-30 - (merge * 20)))));
        }

        if (dice.Next(4) != 0)
        {
            for (var payment = 0; payment < 3; payment++)
            {
                var (asset, kind) = Assets[dice.Next(Assets.Length)];
                var usd = 500m + dice.Next(6000);
                yield return stream.Next(
                    opened, new PaymentRecorded(id, account, asset, usd, dice.Next(8) == 0 ? null : new UsdValue(usd, dice.Next(4) == 0 ? usd * 1.1m : usd), "exchange", $"tx-{index}-{payment}", kind),
                    Moment.On(DateOf(opened.AddDays(-20 - (payment * 25)))));
            }
        }

        yield return stream.Next(opened.AddMinutes(30), new WorkerConfirmed(id, account, dice.Next(3) == 0 ? ConfirmationBasis.WithCompany : ConfirmationBasis.HighCertainty));
        foreach (var told in Conversation(dice, stream, id, opened, days))
        {
            yield return told;
        }

        if (!open)
        {
            yield return stream.Next(opened.AddDays(days), new AccessRevoked(id, account, null));
            yield return stream.Next(opened.AddDays(days), new DisclosureResolved(id, ResolutionOutcome.Removed, null));
            yield return stream.Next(opened.AddDays(days).AddMinutes(5), new DisclosureClosed(id, "done"));
        }

        // The rest of its fifty is what people write down while they wait.
        while (stream.Version < EventsPerCase)
        {
            yield return stream.Next(opened.AddDays(days * dice.NextDouble()), new NoteAdded(id, $"Called again about the {Words[dice.Next(Words.Length)]} account, no news"));
        }
    }

    private static IEnumerable<GeneratedEvent> Conversation(Random dice, Stream stream, Guid id, DateTimeOffset opened, double days)
    {
        Guid delivered = default;
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var at = opened.AddDays(days * (attempt + dice.NextDouble()) / 6);
            var tried = stream.Next(at, new OutreachAttempted(id, Channels[dice.Next(Channels.Length)], "security@example.org", null, People[dice.Next(People.Length)], "Signals report"));
            yield return tried;
            if (dice.Next(5) == 0)
            {
                yield return stream.Next(at.AddMinutes(1), new OutreachBounced(id, tried.Id, "no such user"));
                continue;
            }

            delivered = tried.Id;
            yield return stream.Next(at.AddMinutes(2), new OutreachDelivered(id, tried.Id));
            if (dice.Next(6) == 0)
            {
                yield return stream.Next(at.AddMinutes(3), new OutreachAnswered(id, tried.Id, true, null, null));
            }
        }

        // Few of those who are told ever answer; the longer it takes the fewer.
        var answered = opened.AddDays(days * (0.2 + (dice.NextDouble() * 0.6)));
        if (delivered != default && dice.Next(3) == 0)
        {
            yield return stream.Next(answered, new DisclosureAcknowledged(id, delivered, Channel.Email, "head of security"));
            yield return stream.Next(answered.AddHours(5), new ReactionClassified(id, Reactions[dice.Next(Reactions.Length)], null));
            var made = stream.Next(answered.AddHours(6), new CommitmentMade(id, "revoke the access", Moment.On(DateOf(answered.AddDays(5))), null));
            yield return made;
            if (dice.Next(2) == 0)
            {
                yield return stream.Next(answered.AddDays(days * 0.05), new CommitmentKept(id, made.Id));
            }
        }
        else
        {
            var breach = stream.Next(opened.AddDays(days * 0.3), new SlaBreached(id, "acknowledgement", null, delivered, Party.Company, false));
            yield return breach;
            yield return stream.Next(opened.AddDays(days * 0.3), new EscalationStepDue(id, "reminder", false));
            yield return stream.Next(opened.AddDays(days * 0.35), new EscalationStepTaken(id, "reminder", null, People[0], null));
            if (dice.Next(10) == 0)
            {
                yield return stream.Next(opened.AddDays(days * 0.4), new BreachAnnulled(id, breach.Id, delivered));
            }
        }

        for (var asked = 0; asked < 3; asked++)
        {
            yield return stream.Next(opened.AddDays(days * (0.4 + (asked * 0.15))), new UpdateRequested(id, Channel.Email, null));
        }

        if (dice.Next(20) == 0)
        {
            yield return stream.Next(opened.AddDays(days * 0.9), new FactRetracted(id, delivered, "another case"));
        }
    }

    private static bool WishesPrivacy(int index) => index % 100 == 7;

    private int HashCode(int kind, int index) => unchecked((((seed * 31) + kind) * 1_000_003) + index);

    private static Guid IdOf(string kind, int index) => DeterministicId.From("bench " + kind, index.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static DateOnly DateOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private static string Title(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private sealed class Stream(string name)
    {
        private DateTimeOffset _recorded = DateTimeOffset.MinValue;

        public long Version { get; private set; }

        /// <summary>The next event: recorded when it happened, unless it is told later.</summary>
        public GeneratedEvent Next(DateTimeOffset recorded, object said, Moment? at = null)
        {
            Version++;
            // A stream is recorded in its order.
            _recorded = recorded > _recorded ? recorded : _recorded.AddTicks(TimeSpan.TicksPerMillisecond);
            return new GeneratedEvent(name, Version, DeterministicId.From(name, Version.ToString(System.Globalization.CultureInfo.InvariantCulture)), said, at ?? Moment.At(recorded), Moment.At(_recorded).Start);
        }
    }
}

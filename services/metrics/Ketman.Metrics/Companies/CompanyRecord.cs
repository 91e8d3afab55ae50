using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Companies;

/// <summary>A company's record over all its cases: how it took them, and whether it kept its word.</summary>
/// <param name="Company">The company.</param>
/// <param name="Cases">Each case, the latest first.</param>
/// <param name="Promises">What became of its promises, in all cases.</param>
/// <param name="Money">What it paid to workers, in all cases.</param>
/// <param name="MedianDaysToAcknowledge">The Kaplan-Meier median over its cases; null: not reached, or nothing was delivered.</param>
/// <param name="Running">How many cases still wait for an acknowledgement.</param>
/// <param name="Withheld">That cases may be left out, here and in every figure.</param>
public sealed record CompanyRecord(
    RecordedCompany Company,
    IReadOnlyList<RecordedCase> Cases,
    PromiseCounts Promises,
    MoneyPaid Money,
    decimal? MedianDaysToAcknowledge,
    int Running,
    WithheldCases Withheld)
{
    /// <summary>
    /// Reads the facts of a company, its cases and the accounts in them; null without its profile. Cases of which the reader may not know
    /// all count nowhere in it: its figures would tell of them.
    /// </summary>
    public static CompanyRecord? From(IEnumerable<Fact> facts, Guid id, TeamCalendar calendar, DateTimeOffset now, Reader reader, WithheldCases withheld)
    {
        var book = Casebook.From(facts, calendar);
        if (book.Company(id) is not { } profile)
        {
            return null;
        }

        var all = book.Cases.Where(known => known.CompanyId == id).Reverse().ToList();
        var isPrivate = profile.WishesPrivacy || all.Any(known => known.PrivacyRequested);
        var cases = all.Where(known => known.Confidentiality.Admits(reader, isPrivate, now) && known.Confidentiality.NarrowestFact <= reader.Clearance).ToList();
        var times = cases.Select(known => Measured.Of(known, now)).OfType<Measured>().ToList();
        var median = KaplanMeier.Median([.. times.Select(one => (one.Time, one.Ended))]);
        return new CompanyRecord(
            new RecordedCompany(id, profile.Handle, profile.Name, profile.TvlRank, isPrivate),
            [.. cases.Select(known => RecordedCase.Of(known, book.Workforce, now))],
            PromiseCounts.Of(cases.SelectMany(known => Promise.Of(known, now))),
            MoneyPaid.Of(cases.SelectMany(known => known.Payments)),
            median is { } reached ? ReactionTime.InDays(reached) : null,
            times.Count(one => !one.Ended),
            withheld);
    }
}

/// <summary>The company.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Handle">Its handle.</param>
/// <param name="Name">Its name.</param>
/// <param name="TvlRank">Its rank by total value locked.</param>
/// <param name="Private">Whether it asked to be kept private.</param>
public sealed record RecordedCompany(Guid Id, string Handle, string Name, int? TvlRank, bool Private);

/// <summary>One case of a company.</summary>
/// <param name="Disclosure">Its handle.</param>
/// <param name="Id">Its id.</param>
/// <param name="Title">What it is about.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reactions">How the company took it, in order.</param>
/// <param name="Attempts">How often the team tried to reach it.</param>
/// <param name="Channels">By which ways.</param>
/// <param name="AcknowledgedAt">When it acknowledged the report.</param>
/// <param name="DaysToAcknowledge">Days from the first delivered outreach, or so far; null: nothing is known to have been delivered.</param>
/// <param name="Running">Whether nobody has acknowledged yet, so that the days are "at least".</param>
/// <param name="Workers">How many workers are confirmed in it.</param>
/// <param name="Promises">What became of its promises.</param>
/// <param name="Money">What was paid to workers.</param>
public sealed record RecordedCase(
    string Disclosure,
    Guid Id,
    string? Title,
    Moment OpenedAt,
    CaseStatus Status,
    IReadOnlyList<RecordedReaction> Reactions,
    int Attempts,
    IReadOnlyList<Channel> Channels,
    Moment? AcknowledgedAt,
    decimal? DaysToAcknowledge,
    bool Running,
    int Workers,
    PromiseCounts Promises,
    MoneyPaid Money)
{
    internal static RecordedCase Of(Case known, Workforce workforce, DateTimeOffset now)
    {
        var contact = Contact.Of(known);
        var time = Measured.Of(known, now);
        return new RecordedCase(
            known.Opening.Said.Handle, known.Id, known.Opening.Said.Title, known.Opening.At, known.Status,
            [.. known.Of<ReactionClassified>().Select(said => new RecordedReaction(said.Said.Reaction, said.At))],
            contact.Attempts.Count, contact.Channels, contact.Acknowledged?.At,
            time is null ? null : ReactionTime.InDays(time.Time),
            time is { Ended: false },
            known.Of<WorkerConfirmed>().Select(said => workforce.WorkerOf(said.Said.AccountId)).Distinct(StringComparer.Ordinal).Count(),
            PromiseCounts.Of(Promise.Of(known, now)),
            MoneyPaid.Of(known.Payments));
    }
}

/// <summary>A reaction that was classified.</summary>
/// <param name="Reaction">How.</param>
/// <param name="At">When.</param>
public sealed record RecordedReaction(Reaction Reaction, Moment At);

/// <summary>What became of promises.</summary>
/// <param name="Kept">Kept in time.</param>
/// <param name="KeptLate">Kept after their time.</param>
/// <param name="Missed">Not kept, and their time ran out.</param>
/// <param name="Open">Their time has not run out.</param>
/// <param name="Settled">Not owed any more, because the case was resolved before.</param>
public sealed record PromiseCounts(int Kept, int KeptLate, int Missed, int Open, int Settled)
{
    internal static PromiseCounts Of(IEnumerable<Promise> promises)
    {
        var counts = promises.CountBy(promise => promise.State).ToDictionary();
        return new PromiseCounts(
            counts.GetValueOrDefault(PromiseState.Kept), counts.GetValueOrDefault(PromiseState.KeptLate), counts.GetValueOrDefault(PromiseState.Missed),
            counts.GetValueOrDefault(PromiseState.Open), counts.GetValueOrDefault(PromiseState.Settled));
    }
}

/// <summary>What was paid to workers.</summary>
/// <param name="Usd">The priced payments in USD; of ranges their means.</param>
/// <param name="Low">With every range at its lower end.</param>
/// <param name="High">With every range at its upper end.</param>
/// <param name="Payments">How many payments there were.</param>
/// <param name="Unpriced">How many of them have no price.</param>
public sealed record MoneyPaid(decimal Usd, decimal Low, decimal High, int Payments, int Unpriced)
{
    internal static MoneyPaid Of(IEnumerable<Payment> payments)
    {
        var all = payments.ToList();
        var priced = all.Select(payment => payment.Usd).OfType<UsdValue>().ToList();
        return new MoneyPaid(priced.Sum(usd => usd.Mean), priced.Sum(usd => usd.Low), priced.Sum(usd => usd.High), all.Count, all.Count - priced.Count);
    }
}

using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>How a company takes it, as a statement groups it.</summary>
public enum Attitude
{
    /// <summary>An immediate internal escalation with a war room.</summary>
    WarRoom,

    /// <summary>Escalated internally.</summary>
    EscalatedInternally,

    /// <summary>In conversation.</summary>
    Engaged,

    /// <summary>Acknowledged, and not classified yet.</summary>
    InContact,

    /// <summary>Graded as informational.</summary>
    Informational,

    /// <summary>Put off.</summary>
    Deferred,

    /// <summary>Waved away.</summary>
    Dismissed,

    /// <summary>No communication.</summary>
    Silent,

    /// <summary>Nothing was tried yet.</summary>
    NotContacted,
}

/// <summary>How the affected companies take it.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="WarRooms">How many set up a war room.</param>
/// <param name="Of">How many affected companies there are.</param>
/// <param name="ByAttitude">Every company in one group; groups without any are left out.</param>
/// <param name="MissedDeadlines">How many let a date pass that they had promised.</param>
/// <param name="UpdateRequestsAfterDeadline">How often they were asked for an update after such a date.</param>
/// <param name="Companies">Each company.</param>
/// <param name="Events">What it was counted from.</param>
public sealed record Reactions(
    MetricDefinition Definition,
    int WarRooms,
    int Of,
    IReadOnlyList<AttitudeCount> ByAttitude,
    int MissedDeadlines,
    int UpdateRequestsAfterDeadline,
    IReadOnlyList<CompanyReaction> Companies,
    IReadOnlyList<Guid> Events)
{
    internal static Reactions Count(Casebook book, StatementMonth month, AffectedCompanies affected, Naming naming)
    {
        var cases = book.Cases.ToDictionary(known => known.Id);
        List<CompanyReaction> companies =
        [
            .. affected.Companies.Select(company => CompanyReaction.Of(
                naming.Show(company.Company.Id), [.. company.Disclosures.Select(id => cases[id])], month)),
        ];
        return new Reactions(
            MetricDefinition.Reactions,
            companies.Count(company => company.Attitude is Attitude.WarRoom),
            companies.Count,
            [.. companies.GroupBy(company => company.Attitude).OrderBy(group => group.Key).Select(group => new AttitudeCount(group.Key, group.Count()))],
            companies.Count(company => company.MissedDeadlines.Count > 0),
            companies.Sum(company => company.MissedDeadlines.Sum(missed => missed.UpdateRequestsAfter)),
            companies,
            [.. companies.SelectMany(company => company.Events)]);
    }
}

/// <summary>How many companies of one attitude.</summary>
/// <param name="Attitude">The attitude.</param>
/// <param name="Companies">How many.</param>
public sealed record AttitudeCount(Attitude Attitude, int Companies);

/// <summary>How one company takes it.</summary>
/// <param name="Company">Which, as far as it may be shown.</param>
/// <param name="Attitude">How.</param>
/// <param name="DaysToAcknowledge">Days from the first delivered outreach to the acknowledgement, or so far: see <paramref name="Running"/>. Null: nothing is known to have been delivered.</param>
/// <param name="Running">Whether nobody has acknowledged yet, so that the days are "at least".</param>
/// <param name="Attempts">How often the team tried to reach somebody.</param>
/// <param name="Channels">By which ways.</param>
/// <param name="MissedDeadlines">Promised dates that passed.</param>
/// <param name="Events">What it was counted from.</param>
public sealed record CompanyReaction(
    ShownCompany Company,
    Attitude Attitude,
    decimal? DaysToAcknowledge,
    bool Running,
    int Attempts,
    IReadOnlyList<Channel> Channels,
    IReadOnlyList<MissedDeadline> MissedDeadlines,
    IReadOnlyList<Guid> Events)
{
    internal static CompanyReaction Of(ShownCompany company, IReadOnlyList<Case> cases, StatementMonth month)
    {
        var contacts = cases.Select(Contact.Of).ToList();
        var measured = cases.Select(known => Measured.Of(known, month.AsOf)).OfType<Measured>().ToList();
        // A company with several cases has answered only when it has answered every one.
        var slowest = measured.OrderBy(one => one.Ended).ThenByDescending(one => one.Time).FirstOrDefault();
        var attempts = contacts.SelectMany(contact => contact.Attempts).OrderBy(attempt => attempt.At, month.Calendar).ThenBy(attempt => attempt.Id).ToList();
        var missed = cases.SelectMany(known => MissedDeadline.Of(known, month)).ToList();
        var (attitude, reaction) = Judge(cases, contacts, month);
        return new CompanyReaction(
            company,
            attitude,
            slowest is null ? null : ReactionTime.InDays(slowest.Time),
            measured.Any(one => !one.Ended),
            attempts.Count,
            [.. attempts.Select(attempt => attempt.Said.Channel).Distinct()],
            missed,
            [
                .. new[] { reaction }.OfType<Guid>()
                    .Concat(attempts.Select(attempt => attempt.Id))
                    .Concat(measured.SelectMany(one => one.Events))
                    .Concat(contacts.Select(contact => contact.Acknowledged?.Id).OfType<Guid>())
                    .Concat(missed.SelectMany(one => one.Events)).Distinct(),
            ]);
    }

    private static (Attitude Attitude, Guid? Event) Judge(IReadOnlyList<Case> cases, List<Contact> contacts, StatementMonth month)
    {
        var classified = cases.SelectMany(known => known.Of<ReactionClassified>())
            .OrderBy(said => said.At, month.Calendar).ThenBy(said => said.Fact.RecordedAt).ThenBy(said => said.Fact.Version)
            .Select(said => (Known<ReactionClassified>?)said).LastOrDefault();
        return classified is { } latest ? (Named(latest.Said.Reaction), latest.Id)
            : contacts.Any(contact => contact.Acknowledged is not null) ? (Attitude.InContact, null)
            : contacts.Any(contact => contact.Attempts.Count > 0) ? (Attitude.Silent, null)
            : (Attitude.NotContacted, null);
    }

    private static Attitude Named(Reaction reaction) => reaction switch
    {
        Reaction.WarRoom => Attitude.WarRoom,
        Reaction.EscalatedInternally => Attitude.EscalatedInternally,
        Reaction.Engaged => Attitude.Engaged,
        Reaction.Informational => Attitude.Informational,
        Reaction.Deferred => Attitude.Deferred,
        Reaction.Dismissed => Attitude.Dismissed,
        _ => Attitude.Silent,
    };
}

/// <summary>A promised date that passed, the promise neither kept nor the case resolved by the end of the month.</summary>
/// <param name="Due">The date.</param>
/// <param name="UpdateRequestsAfter">How often the team asked for an update after it.</param>
/// <param name="Events">The promise and the requests.</param>
public sealed record MissedDeadline(Moment Due, int UpdateRequestsAfter, IReadOnlyList<Guid> Events)
{
    internal static IEnumerable<MissedDeadline> Of(Case known, StatementMonth month) =>
        known.Status is not CaseStatus.Open ? [] : Promise.Of(known, month.AsOf).Where(promise => promise.State is PromiseState.Missed)
            .Select(promise => (promise, Requests: known.Of<UpdateRequested>()
                .Where(request => IsAfter(request.At, promise, known.Calendar)).ToList()))
            .Select(one => new MissedDeadline(
                one.promise.Made.Said.Due, one.Requests.Count, [one.promise.Made.Id, .. one.Requests.Select(request => request.Id)]));

    private static bool IsAfter(Moment request, Promise promise, TeamCalendar calendar) => request.Precision is Precision.Day
        ? calendar.DateOf(request) > calendar.DateOf(promise.Made.Said.Due)
        : request.Start >= promise.OverdueAt;
}

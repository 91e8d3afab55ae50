using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Board;

/// <summary>Whose turn it is.</summary>
public enum WaitingOn
{
    /// <summary>The team's.</summary>
    Us,

    /// <summary>The company's.</summary>
    Company,

    /// <summary>Nobody's: the case is closed.</summary>
    Nobody,
}

/// <summary>What is owed next.</summary>
public enum Owed
{
    /// <summary>Nothing: the case is closed.</summary>
    Nothing,

    /// <summary>By us: a first outreach.</summary>
    FirstOutreach,

    /// <summary>By us: another way to reach them, because nothing is known to have arrived.</summary>
    AnotherWay,

    /// <summary>By us: an answer, because the company spoke last.</summary>
    Answer,

    /// <summary>By us: to close the case, which came to a result.</summary>
    Closing,

    /// <summary>By the company: what it promised.</summary>
    Promise,

    /// <summary>By the company: a first sign that it received the report.</summary>
    Acknowledgement,

    /// <summary>By the company: a word on how things stand.</summary>
    Update,
}

/// <summary>What the board shows of a case; nothing in it depends on the time at which it is looked at.</summary>
internal sealed record BoardRow(
    Case Case, Reaction? Reaction, Contact Contact, WaitingOn WaitingOn, Owed Owed, Known<CommitmentMade>? Promise)
{
    /// <summary>Who is in charge; null: nobody.</summary>
    public string? Assignee => (Case.Facts.Where(fact => fact.Said is DisclosureAssigned or DisclosureUnassigned).MaxBy(fact => fact.Version)?.Said as DisclosureAssigned)?.To;

    /// <summary>The words by which it is found, in their order.</summary>
    public IReadOnlyList<string> Tags =>
    [
        .. Case.Facts.Where(fact => fact.Said is DisclosureTagged or DisclosureUntagged).GroupBy(fact => TagOf(fact.Said))
            .Where(said => said.MaxBy(fact => fact.Version)!.Said is DisclosureTagged).Select(said => said.Key).Order(StringComparer.Ordinal),
    ];

    /// <summary>How urgent it was last assessed to be; null: nobody did.</summary>
    public Severity? Severity => Case.Of<SeverityAssessed>().Select(known => (Severity?)known.Said.Severity).LastOrDefault();

    /// <summary>The policy that it runs under; null: none.</summary>
    public string? Policy => (Case.Facts.Where(fact => fact.Said is PolicyPinned).MaxBy(fact => fact.Version)?.Said as PolicyPinned)?.Name;

    /// <summary>When what is owed is overdue.</summary>
    public DateTimeOffset? OverdueAt => Promise is { } promise ? Case.Calendar.EndOf(promise.Said.Due) : null;

    /// <summary>Reads the facts of a case.</summary>
    public static BoardRow Of(Case known)
    {
        var contact = Contact.Of(known);
        // Before the beginning of time no promise has run out, so what is open then is all that is not kept: a missed one stays owed.
        var promise = Cases.Promise.Of(known, DateTimeOffset.MinValue).Where(one => one.State is PromiseState.Open)
            .OrderBy(one => one.OverdueAt).Select(one => (Known<CommitmentMade>?)one.Made).FirstOrDefault();
        var (waitingOn, owed) = Judge(known, contact, promise is not null);
        return new BoardRow(
            known,
            known.Of<ReactionClassified>().Select(said => (Reaction?)said.Said.Reaction).LastOrDefault(),
            contact, waitingOn, owed, owed is Owed.Promise ? promise : null);
    }

    private static string TagOf(object said) => said is DisclosureTagged tagged ? tagged.Tag : ((DisclosureUntagged)said).Tag;

    private static (WaitingOn WaitingOn, Owed Owed) Judge(Case known, Contact contact, bool promised) => known.Status switch
    {
        CaseStatus.Closed => (WaitingOn.Nobody, Owed.Nothing),
        CaseStatus.Resolved => (WaitingOn.Us, Owed.Closing),
        _ when promised => (WaitingOn.Company, Owed.Promise),
        _ when contact.Attempts.Count == 0 && contact.Acknowledged is null => (WaitingOn.Us, Owed.FirstOutreach),
        _ when contact.Delivered is null && contact.Acknowledged is null => (WaitingOn.Us, Owed.AnotherWay),
        _ when CompanySpokeLast(known) => (WaitingOn.Us, Owed.Answer),
        _ when contact.Acknowledged is null => (WaitingOn.Company, Owed.Acknowledgement),
        _ => (WaitingOn.Company, Owed.Update),
    };

    // Of two at the same time the company's is the later: it answers what was said.
    private static bool CompanySpokeLast(Case known)
    {
        var ours = known.Facts.LastOrDefault(IsOurs);
        var theirs = known.Facts.LastOrDefault(IsTheirs);
        return theirs is not null && (ours is null || known.Calendar.Compare(theirs.At, ours.At) >= 0);
    }

    private static bool IsOurs(Fact fact) => fact.Said is OutreachAttempted or UpdateRequested;

    private static bool IsTheirs(Fact fact) => fact.Said is OutreachAnswered { Automatic: false }
        or DisclosureAcknowledged or CommitmentMade or CommitmentKept or UpdateReceived;
}

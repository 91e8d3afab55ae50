using Ketman.Dashboard.Shell;
using Ketman.Vocabulary;

namespace Ketman.Dashboard.Incident;

/// <summary>
/// Everything that can be recorded on a case, by what it is for. What a person may not do, and what makes no sense as the case stands, is not
/// offered; the platform decides all the same.
/// </summary>
internal static class Deeds
{
    private static readonly Func<IncidentView, bool> Always = _ => true;
    private static readonly Func<IncidentView, bool> NotClosed = view => !view.IsClosed;
    private static readonly Func<IncidentView, bool> Open = view => view.IsOpen;
    private static readonly Func<IncidentView, bool> Attempted = view => !view.IsClosed && view.Case.Outreach.Count > 0;

    /// <summary>In the order in which they are offered.</summary>
    public static IReadOnlyList<Deed> All { get; } =
    [
        new("log-outreach", DeedGroup.Outreach, NotClosed),
        new("record-delivery", DeedGroup.Outreach, view => !view.IsClosed && view.Case.Outreach.Any(attempt => attempt is { DeliveredAt: null, BouncedAt: null })),
        new("record-bounce", DeedGroup.Outreach, view => !view.IsClosed && view.Case.Outreach.Any(attempt => attempt is { DeliveredAt: null, BouncedAt: null })),
        new("record-answer", DeedGroup.Outreach, Attempted),
        new("request-update", DeedGroup.Outreach, NotClosed),
        new("provide-information", DeedGroup.Outreach, view => !view.IsClosed && view.Case.Facts.Any(fact => fact.Kind == "information-requested")),

        new("acknowledge", DeedGroup.Company, NotClosed),
        new("classify-reaction", DeedGroup.Company, NotClosed),
        new("make-commitment", DeedGroup.Company, NotClosed),
        new("keep-commitment", DeedGroup.Company, view => !view.IsClosed && view.OpenPromise is not null),
        new("receive-update", DeedGroup.Company, NotClosed),
        new("request-information", DeedGroup.Company, NotClosed),
        new("revoke-access", DeedGroup.Company, Always),
        new("request-privacy", DeedGroup.Company, view => !view.Case.PrivacyRequested),

        new("add-finding", DeedGroup.Evidence, Always),
        new("establish-engagement", DeedGroup.Evidence, Always),
        new("record-merge", DeedGroup.Evidence, Always),
        new("record-payment", DeedGroup.Evidence, Always),
        new("correct-payment", DeedGroup.Evidence, view => view.Case.Payments.Count > 0),
        new("confirm-worker", DeedGroup.Evidence, NotClosed),
        new("assess-implant", DeedGroup.Evidence, Always),
        new("engage-help", DeedGroup.Evidence, Always),

        new("assess-severity", DeedGroup.Deadlines, NotClosed),
        new("pause-clock", DeedGroup.Deadlines, Open, "lead"),
        new("resume-clock", DeedGroup.Deadlines, view => Pauses(view).Any(), "lead"),
        new("extend-clock", DeedGroup.Deadlines, view => view.IsOpen && view.Clocks?.Items.Any(clock => clock.Status == "running") != false, "lead"),
        new("migrate-policy", DeedGroup.Deadlines, Open, "lead"),

        new("take-step", DeedGroup.Escalation, view => view.Ladder?.Steps.Any(step => step.CanBeTaken && step.Kind != "final-notice" && step.TakenBy == "person") == true),
        new("give-final-notice", DeedGroup.Escalation, view => !view.IsClosed && view.Publication?.Phase is null or "none" or "noticed" or "stopped" or "withdrawn", "lead"),
        new("propose-publication", DeedGroup.Escalation, view => view.Publication is { Phase: "noticed" or "withdrawn", NoticeSent: not null }, "lead"),
        new("approve-publication", DeedGroup.Escalation, view => view.Publication?.Phase is "proposed", "publisher"),
        new("schedule-publication", DeedGroup.Escalation, view => view.Publication?.Phase is "approved" or "scheduled", "lead"),
        new("hold-publication", DeedGroup.Escalation, view => view.Publication?.Phase is "proposed" or "approved" or "scheduled"),
        new("release-publication", DeedGroup.Escalation, view => view.Publication?.Phase is "held", "lead"),
        new("publish", DeedGroup.Escalation, view => view.Publication?.Phase is "scheduled", "publisher"),
        new("withdraw-publication", DeedGroup.Escalation, view => view.Publication?.Phase is "proposed" or "approved" or "scheduled" or "held" or "published", "lead"),

        new("mark-disclosure", DeedGroup.Confidentiality, Always),
        new("mark-fact", DeedGroup.Confidentiality, Always),
        new("set-embargo", DeedGroup.Confidentiality, NotClosed),
        new("lift-embargo", DeedGroup.Confidentiality, view => view.Case.Embargo is not null),
        new("restrict-disclosure", DeedGroup.Confidentiality, Always, "lead"),
        new("unrestrict-disclosure", DeedGroup.Confidentiality, view => view.Case.RestrictedTo is not null, "lead"),

        new("add-note", DeedGroup.Case, Always),
        new("assign", DeedGroup.Case, Always),
        new("unassign", DeedGroup.Case, view => view.Case.Assignee is not null),
        new("tag", DeedGroup.Case, Always),
        new("untag", DeedGroup.Case, view => view.Case.Tags.Count > 0),
        new("retract-fact", DeedGroup.Case, Always),
        new("resolve", DeedGroup.Case, Open),
        new("close", DeedGroup.Case, NotClosed, "lead"),
        new("reopen", DeedGroup.Case, view => !view.IsOpen, "lead"),
    ];

    /// <summary>Every command of a case has a form, also one that the menu does not know (yet).</summary>
    public static LineType? Find(string command) =>
        LineTypes.Find(command) is { Service: Service.Disclosures, Creates: false } type ? type : null;

    public static bool May(Visitor visitor, string command) =>
        All.FirstOrDefault(deed => deed.Command == command)?.Role is { } role ? visitor.Is(role) : visitor.MayRecord;

    /// <summary>What this person can do with the case as it stands, in groups.</summary>
    public static IEnumerable<IGrouping<DeedGroup, Deed>> For(Visitor visitor, IncidentView view) =>
        All.Where(deed => May(visitor, deed.Command) && deed.MakesSense(view)).GroupBy(deed => deed.Group);

    /// <summary>
    /// What nothing takes back: a notice that a company has received, its name in public. It is confirmed by typing the company's handle.
    /// </summary>
    public static bool IsFinal(string command) => command is "give-final-notice" or "publish";

    /// <summary>The pauses that leads made and that last.</summary>
    public static IEnumerable<ClockPause> Pauses(IncidentView view) =>
        view.Clocks?.Items.SelectMany(clock => clock.Pauses).Where(pause => pause.To is null && pause.By is not null).DistinctBy(pause => pause.Event) ?? [];
}

internal enum DeedGroup
{
    Outreach,
    Company,
    Evidence,
    Deadlines,
    Escalation,
    Confidentiality,
    Case,
}

/// <summary>A command as it is offered.</summary>
/// <param name="Command">Its name.</param>
/// <param name="Group">What it is for.</param>
/// <param name="MakesSense">Whether it can do anything as the case stands.</param>
/// <param name="Role">Who may; null: whoever records.</param>
internal sealed record Deed(string Command, DeedGroup Group, Func<IncidentView, bool> MakesSense, string? Role = null);

using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;
using Ketman.Vocabulary;

namespace Ketman.Dashboard.Incident;

/// <summary>From what a form lets one choose: the case's own facts, clocks, steps, accounts and the company's contacts, in words.</summary>
/// <param name="Options">By field, the only values that can be right.</param>
/// <param name="Suggestions">By field, values that are likely; others can be typed.</param>
internal sealed record DeedChoices(
    IReadOnlyDictionary<string, IReadOnlyList<(string Value, string Text)>> Options, IReadOnlyDictionary<string, IReadOnlyList<string>> Suggestions)
{
    // What happened by itself, or is a step of a procedure: what undoes it is a step of its own.
    private static readonly HashSet<string> Steps = new(StringComparer.Ordinal)
    {
        "disclosure-opened", "disclosure-resolved", "disclosure-closed", "disclosure-reopened", "payment-corrected", "fact-retracted", "policy-pinned",
        "clock-paused", "clock-resumed", "clock-extended", "deadline-near", "sla-breached", "breach-annulled", "escalation-step-due",
        "escalation-step-taken", "escalation-step-cancelled", "final-notice-given", "publication-proposed", "publication-approved",
        "publication-scheduled", "publication-held", "publication-released", "publication-stopped", "company-named", "publication-withdrawn",
        "disclosure-marked", "fact-marked", "disclosure-restricted", "disclosure-unrestricted", "disclosure-assigned", "disclosure-unassigned",
        "disclosure-tagged", "disclosure-untagged", "disclosure-erased",
    };

    /// <summary>Whether an entry of the history can be taken back.</summary>
    public static bool IsRetractable(Entry entry) => entry.Retracted is null && !Steps.Contains(entry.Type);

    /// <summary>The choices for a command on a case.</summary>
    public static async Task<DeedChoices> ForAsync(PlatformApi api, LineType type, IncidentView view, Visitor visitor, CancellationToken cancellation)
    {
        var options = new Dictionary<string, IReadOnlyList<(string, string)>>(StringComparer.Ordinal);
        var suggestions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var field in type.Fields)
        {
            if (Closed(type.Name, field.Name, view, visitor.Zone) is { Count: > 0 } choices)
            {
                options[field.Name] = choices;
            }
            else if (Likely(field, view, visitor) is { Count: > 0 } likely)
            {
                suggestions[field.Name] = likely;
            }
        }

        if (type.FieldNamed("policy") is not null && await api.FindAsync<Listed<PolicyName>>("/policies", cancellation) is { } policies)
        {
            options["policy"] = [.. policies.Items.Select(policy => (policy.Name, policy.Title is { } title ? $"{policy.Name}: {title}" : policy.Name))];
        }

        return new DeedChoices(options, suggestions);
    }

    private static List<(string Value, string Text)>? Closed(string command, string field, IncidentView view, TimeZoneInfo zone) => field switch
    {
        "outreach" => [.. view.Case.Outreach.Where(attempt => Fits(command, attempt)).Reverse().Select(attempt => (attempt.Id.ToString(), Said(attempt, zone)))],
        "commitment" => [.. view.Case.Commitments.Where(promise => promise.KeptAt is null).Select(promise => (promise.Id.ToString(), Said(promise, zone)))],
        "payment" => [.. view.Case.Payments.Select(payment => (payment.Id.ToString(), $"{Clocks.Show(payment.At, zone)}: {Amounts.Show(payment.Amount)} {payment.Asset}, {payment.Account ?? Words.Incident_SomeAccount}"))],
        "pause" => [.. Deeds.Pauses(view).Select(pause => (pause.Event.ToString(), $"{Clocks.Show(pause.From, zone)}, {pause.By}: {pause.Reason}"))],
        "request" => [.. Questions(view).Select(fact => (fact.Id.ToString(), $"{Clocks.Show(fact.At, zone)}: {Short(fact.Text)}"))],
        "fact" => [.. view.Entries.Where(IsRetractable).Reverse().Select(entry => (entry.Id.ToString(), $"{Clocks.Show(entry.At, zone)}: {Short(entry.What)}"))],
        "clock" => [.. view.Clocks?.Items.DistinctBy(clock => clock.Clock).Select(clock => (clock.Clock, $"{Labels.Of(clock.Clock)}: {clock.Title}")) ?? []],
        "subject" => [.. Subjects(view, zone)],
        "step" => [.. view.Ladder?.Steps.Where(step => step.CanBeTaken && step.Kind != "final-notice").Select(step => (step.Step, step.Title)) ?? []],
        "contact" => [.. view.Company?.Contacts?.Select(contact => (contact.Id.ToString(), $"{Labels.Of(contact.Channel)}: {contact.Role ?? contact.Name ?? Words.Incident_SomeContact}")) ?? []],
        "tag" when command == "untag" => [.. view.Case.Tags.Select(tag => (tag, tag))],
        _ => null,
    };

    private static List<string>? Likely(Field field, IncidentView view, Visitor visitor) => field switch
    {
        { Refers: Refers.ToAccount } => [.. view.KnownAccounts],
        { Name: "recipient" } => [.. view.Case.Outreach.Select(attempt => attempt.Recipient).OfType<string>().Distinct()],
        { Name: "from" } => [.. view.Case.Outreach.SelectMany(attempt => attempt.Answers).Select(answer => answer.From)
            .Concat(view.Case.Commitments.Select(promise => promise.From)).OfType<string>().Distinct()],
        { Name: "to" } => [.. new[] { visitor.Session?.Name, view.Case.Assignee }.Concat(view.Entries.Select(entry => entry.RecordedBy)).OfType<string>().Where(name => name != "platform").Distinct()],
        { Name: "repository" } => [.. view.Standing("code-merged").Select(entry => entry.Said("repository")).OfType<string>().Distinct()],
        { Name: "asset" } => [.. view.Case.Payments.Select(payment => payment.Asset).Concat(["USDC", "USDT", "DAI", "ETH", "BTC"]).Distinct()],
        _ => null,
    };

    private static bool Fits(string command, Attempt attempt) => command switch
    {
        "record-delivery" or "record-bounce" => attempt is { DeliveredAt: null, BouncedAt: null },
        "record-answer" or "acknowledge" => attempt.BouncedAt is null,
        _ => true,
    };

    private static IEnumerable<CaseFact> Questions(IncidentView view)
    {
        var answered = view.Standing("information-provided").Select(entry => entry.Said("requestId")).ToHashSet();
        return view.Case.Facts.Where(fact => fact.Kind == "information-requested" && !answered.Contains(fact.Id.ToString()));
    }

    // Clocks that are kept for each promise or each question.
    private static IEnumerable<(string, string)> Subjects(IncidentView view, TimeZoneInfo zone) =>
        view.Case.Commitments.Select(promise => (promise.Id.ToString(), Said(promise, zone)))
            .Concat(view.Case.Facts.Where(fact => fact.Kind == "update-requested")
                .Select(fact => (fact.Id.ToString(), $"{Words.Incident_UpdateAsked} {Clocks.Show(fact.At, zone)}{(fact.Text is null ? "" : ": " + Short(fact.Text))}")));

    private static string Said(Attempt attempt, TimeZoneInfo zone) =>
        $"{Clocks.Show(attempt.At, zone)}: {Labels.Of(attempt.Channel)}{(attempt.Recipient is null ? "" : ", " + Short(attempt.Recipient))}";

    private static string Said(Promise promise, TimeZoneInfo zone) => $"{Short(promise.What)} ({Words.Incident_Due} {Clocks.Show(promise.Due, zone)})";

    private static string Short(string? text) => text is null ? "" : text.Length > 90 ? text[..90] + "…" : text;
}

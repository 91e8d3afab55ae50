using System.Globalization;
using System.Xml;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Shell;
using Ketman.Vocabulary;

namespace Ketman.Dashboard.Incident;

/// <summary>What a fresh form holds already: what its address names, and what most likely is right.</summary>
internal static class DeedGiven
{
    public static async Task<IReadOnlyDictionary<string, string>> ForAsync(
        PlatformApi api, LineType type, IncidentView view, IQueryCollection query, Visitor visitor, CancellationToken cancellation)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        switch (type.Name)
        {
            case "log-outreach":
                given["channel"] = view.Case.Outreach.Count > 0 ? view.Case.Outreach[^1].Channel : "email";
                break;
            case "take-step":
                Step(given, view, query["step"].ToString() is { Length: > 0 } named ? named : view.Ladder?.Next);
                break;
            case "give-final-notice":
                await NoticeAsync(given, api, view, visitor, cancellation);
                break;
            case "publish":
                given["text"] = view.Publication?.Text.TrimEnd() ?? "";
                break;
            case "schedule-publication":
                var first = view.Publication?.PublishFrom is { } from && from > visitor.Now ? from : visitor.Now;
                given["for"] = TimeZoneInfo.ConvertTime(first, ZoneOf(view)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                break;
            case "restrict-disclosure":
                given["people"] = string.Join('\n', (view.Case.RestrictedTo ?? []).Append(visitor.Session!.Name).Distinct());
                break;
            case "assign":
                given["to"] = visitor.Session!.Name;
                break;
            case "assess-severity" when view.Case.Severity is { } severity:
                given["severity"] = severity;
                break;
            case "correct-payment":
                Corrected(given, view, query["payment"].ToString());
                break;
            default:
                break;
        }

        // What can only be one thing need not be chosen; two accounts are two different people's ruin, so there it must be.
        if (type.FieldNamed("account") is { Required: true } && !given.ContainsKey("account") && view.KnownAccounts.ToList() is [var only])
        {
            given["account"] = only;
        }

        foreach (var field in type.Fields)
        {
            if (query[field.Name].ToString() is { Length: > 0 and < 4000 } value)
            {
                given[field.Name] = value;
            }
        }

        return given;
    }

    private static void Step(Dictionary<string, string> given, IncidentView view, string? name)
    {
        if (view.Ladder?.Steps.FirstOrDefault(step => step.Step == name && step.Kind != "final-notice") is not { } step)
        {
            return;
        }

        given["step"] = step.Step;
        if (step.Text is { } text)
        {
            given["text"] = text;
            given["summary"] = step.Title;
        }

        // A step that asks for another way must not offer the same again.
        if (step.Kind is not ("other-channel" or "review" or "publishable") && view.Case.Outreach.Count > 0)
        {
            given["channel"] = step.Kind == "intermediary" ? "intermediary" : view.Case.Outreach[^1].Channel;
        }
    }

    private static async Task NoticeAsync(Dictionary<string, string> given, PlatformApi api, IncidentView view, Visitor visitor, CancellationToken cancellation)
    {
        if (view.Case.Policy is { } pinned
            && await api.FindAsync<PolicyTerms>($"/policies/{Uri.EscapeDataString(pinned.Name)}?version={pinned.Version}", cancellation) is { Document.Publication: { } terms })
        {
            var period = terms.Accelerated is { NoticePeriod: { } shorter, From: var from } && (from == "high" ? view.Case.Severity is "high" or "active-harm" : view.Case.Severity == from)
                ? shorter
                : terms.NoticePeriod;
            // A day begins in the policy's zone, so the first that leaves the whole period is the one after.
            var earliest = TimeZoneInfo.ConvertTime(visitor.Now + XmlConvert.ToTimeSpan(period), ZoneOf(view)).Date.AddDays(1);
            given["publishFrom"] = earliest.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        if (view.Ladder?.Steps.Where(step => step.Kind == "final-notice").OrderByDescending(step => step.CanBeTaken).FirstOrDefault()?.Text is { } text)
        {
            // What is not known yet stands as dots in the platform's texts; here that is the date.
            given["text"] = given.TryGetValue("publishFrom", out var date) ? text.Replace("...", date, StringComparison.Ordinal) : text;
        }

        given["channel"] = view.Case.Outreach.Count > 0 ? view.Case.Outreach[^1].Channel : "email";
    }

    // Days without an hour are read in the policy's zone.
    private static TimeZoneInfo ZoneOf(IncidentView view) =>
        view.Clocks?.Policy is { } policy && TimeZoneInfo.TryFindSystemTimeZoneById(policy.Zone, out var found) ? found : TimeZoneInfo.Utc;

    private static void Corrected(Dictionary<string, string> given, IncidentView view, string id)
    {
        if (view.Case.Payments.FirstOrDefault(payment => payment.Id.ToString() == id) is not { } payment)
        {
            return;
        }

        given["asset"] = payment.Asset;
        given["amount"] = payment.Amount.ToString(CultureInfo.InvariantCulture);
        given["at"] = payment.At.Length > 10 ? payment.At[..10] : payment.At;
        foreach (var (name, value) in new[] { ("account", payment.Account), ("priceSource", payment.PriceSource), ("reference", payment.Reference) })
        {
            if (value is not null)
            {
                given[name] = value;
            }
        }

        if (payment.Usd is { } usd)
        {
            given[usd.Low == usd.High ? "usd" : "usdLow"] = usd.Low.ToString(CultureInfo.InvariantCulture);
            if (usd.Low != usd.High)
            {
                given["usdHigh"] = usd.High.ToString(CultureInfo.InvariantCulture);
            }
        }
    }
}

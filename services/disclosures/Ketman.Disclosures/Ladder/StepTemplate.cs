using System.Globalization;
using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using NodaTime;

namespace Ketman.Disclosures.Ladder;

/// <summary>What can stand in the texts of a policy.</summary>
/// <param name="Company">The company's name.</param>
/// <param name="FirstOutreach">The day of the first attempt.</param>
/// <param name="Attempts">How many attempts there were that did not bounce.</param>
/// <param name="Due">By when: of a step that follows a breach, what ran out was due; of another, the step itself.</param>
/// <param name="PublishFrom">From when the company may be named.</param>
/// <param name="Clause">The clause of the policy, filled in.</param>
internal sealed record TemplateFacts(string Company, string FirstOutreach, int Attempts, string Due, string PublishFrom, string Clause)
{
    /// <summary>The facts of a case; what is not known yet stands as dots, so that a person sees that it is missing.</summary>
    public static TemplateFacts Of(Disclosure state, string company, Policy policy, DateTimeOffset? publishFrom, Moment? due)
    {
        var zone = policy.Calendar.Zone;
        var bounced = state.Standing<OutreachBounced>().Select(known => known.Said.OutreachId).ToHashSet();
        var attempts = state.Standing<OutreachAttempted>().Where(known => !bounced.Contains(known.Id)).Select(known => known.Said.OccurredAt).ToList();
        var facts = new TemplateFacts(
            company, attempts.Count == 0 ? "..." : Day(attempts.Min(), zone), attempts.Count, due is { } known ? Day(known, zone) : "...", Day(publishFrom, zone), "");
        return facts with { Clause = StepTemplate.Fill(policy.Document.Publication.Clause, facts) };
    }

    private static string Day(DateTimeOffset? at, DateTimeZone zone) => at is { } known ? Day(Moment.At(known), zone) : "...";

    private static string Day(Moment at, DateTimeZone zone) => StepTemplate.Iso(at.DayIn(zone));
}

/// <summary>Fills in the texts of a policy, and reads whether a text bears them.</summary>
internal static class StepTemplate
{
    private static readonly string[] DateForms = ["yyyy'-'MM'-'dd", "d MMMM yyyy", "d MMM yyyy", "MMMM d, yyyy", "dd'.'MM'.'yyyy", "d'.'M'.'yyyy"];

    /// <summary>A text with the facts in their places; an unknown place stays as it is.</summary>
    public static string Fill(string template, TemplateFacts facts) => template
        .Replace("{clause}", facts.Clause, StringComparison.Ordinal)
        .Replace("{company}", facts.Company, StringComparison.Ordinal)
        .Replace("{first-outreach}", facts.FirstOutreach, StringComparison.Ordinal)
        .Replace("{attempts}", facts.Attempts.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{due}", facts.Due, StringComparison.Ordinal)
        .Replace("{publish-from}", facts.PublishFrom, StringComparison.Ordinal);

    /// <summary>Whether two texts are the same but for white space.</summary>
    public static bool IsSame(string one, string other) => string.Equals(Plain(one), Plain(other), StringComparison.Ordinal);

    /// <summary>Whether a notice bears the clause and the date, in one of the usual ways to write one.</summary>
    public static bool Bears(string text, string clause, DateTimeOffset date, DateTimeZone zone)
    {
        var plain = Plain(text);
        var day = Moment.At(date).DayIn(zone).ToDateOnly();
        return plain.Contains(Plain(clause), StringComparison.Ordinal)
            && DateForms.Any(form => plain.Contains(day.ToString(form, CultureInfo.InvariantCulture), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A day as 2025-03-15.</summary>
    public static string Iso(LocalDate day) => day.ToDateOnly().ToString("O", CultureInfo.InvariantCulture);

    private static string Plain(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

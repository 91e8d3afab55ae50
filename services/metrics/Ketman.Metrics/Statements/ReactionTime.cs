using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>How long the affected companies took to acknowledge.</summary>
/// <param name="Definition">What counts.</param>
/// <param name="MedianDays">The Kaplan-Meier median; null: not reached, because too many still run (or there are none).</param>
/// <param name="AtLeastDays">With no median: the longest that any of them has run so far, which the median exceeds.</param>
/// <param name="Cases">How many cases it was estimated from.</param>
/// <param name="Acknowledged">How many of them were acknowledged.</param>
/// <param name="Running">How many still run.</param>
/// <param name="NothingDelivered">Cases in which nothing is known to have been delivered; not among <paramref name="Cases"/>.</param>
/// <param name="Events">What it was counted from.</param>
public sealed record ReactionTime(
    MetricDefinition Definition,
    decimal? MedianDays,
    decimal? AtLeastDays,
    int Cases,
    int Acknowledged,
    int Running,
    int NothingDelivered,
    IReadOnlyList<Guid> Events)
{
    internal static ReactionTime Count(Casebook book, StatementMonth month, AffectedCompanies affected)
    {
        var cases = affected.Companies.SelectMany(company => company.Disclosures).ToHashSet();
        var measured = book.Cases.Where(known => cases.Contains(known.Id))
            .Select(known => Measured.Of(known, month.AsOf)).ToList();
        var times = measured.OfType<Measured>().ToList();
        var median = KaplanMeier.Median([.. times.Select(one => (one.Time, one.Ended))]);
        return new ReactionTime(
            MetricDefinition.ReactionTime,
            median is { } reached ? InDays(reached) : null,
            median is null && times.Count > 0 ? InDays(times.Max(one => one.Time)) : null,
            times.Count,
            times.Count(one => one.Ended),
            times.Count(one => !one.Ended),
            measured.Count - times.Count,
            [.. times.SelectMany(one => one.Events)]);
    }

    /// <summary>Days with one decimal, which is as exact as it is worth telling.</summary>
    internal static decimal InDays(TimeSpan time) => Math.Round((decimal)time.TotalDays, 1, MidpointRounding.AwayFromZero);
}

/// <summary>The reaction time of one case.</summary>
/// <param name="Time">How long it took, or has run so far.</param>
/// <param name="Ended">Whether it was acknowledged.</param>
/// <param name="Events">The delivery and the acknowledgement.</param>
public sealed record Measured(TimeSpan Time, bool Ended, IReadOnlyList<Guid> Events)
{
    /// <summary>Measures a case; null when nothing is known to have been delivered.</summary>
    public static Measured? Of(Case known, DateTimeOffset now)
    {
        var contact = Contact.Of(known);
        return contact switch
        {
            { Delivered: null } => null,
            { Acknowledged: { } acknowledged } =>
                new Measured(known.Calendar.Elapsed(contact.Delivered.At, acknowledged.At), true, [.. new[] { contact.Delivered.Event, acknowledged.Id }.Distinct()]),
            _ => new Measured(known.Calendar.Elapsed(contact.Delivered.At, Contracts.Moment.At(now)), false, [contact.Delivered.Event]),
        };
    }
}

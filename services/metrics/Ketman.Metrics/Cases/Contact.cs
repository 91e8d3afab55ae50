using Ketman.Contracts;
using Ketman.Contracts.Disclosures;

namespace Ketman.Metrics.Cases;

/// <summary>How team and company have been in touch in one case.</summary>
public sealed class Contact
{
    private Contact(
        IReadOnlyList<Known<OutreachAttempted>> attempts, Arrival? delivered, Known<DisclosureAcknowledged>? acknowledged)
    {
        Attempts = attempts;
        Delivered = delivered;
        Acknowledged = acknowledged;
    }

    /// <summary>Every try to reach somebody, in order.</summary>
    public IReadOnlyList<Known<OutreachAttempted>> Attempts { get; }

    /// <summary>The last of them.</summary>
    public Known<OutreachAttempted>? Latest => Attempts.Count == 0 ? null : Attempts[^1];

    /// <summary>The first outreach that arrived: what reaction times are counted from.</summary>
    public Arrival? Delivered { get; }

    /// <summary>The first answer of a human that shows the report was received.</summary>
    public Known<DisclosureAcknowledged>? Acknowledged { get; }

    /// <summary>The channels tried, in the order in which they were first tried.</summary>
    public IReadOnlyList<Channel> Channels => [.. Attempts.Select(attempt => attempt.Said.Channel).Distinct()];

    /// <summary>Reads the facts of a case, once.</summary>
    public static Contact Of(Case known) => known.Contact ??= Read(known);

    private static Contact Read(Case known)
    {
        List<Known<OutreachAttempted>> attempts = [.. known.Of<OutreachAttempted>()];
        var acknowledgements = known.Of<DisclosureAcknowledged>().ToList();
        return new Contact(attempts, FirstArrival(known, attempts, acknowledgements),
            acknowledgements.Count == 0 ? null : acknowledgements[0]);
    }

    // An answer, be it a machine's, and an acknowledgement prove that the attempt arrived, though nobody recorded it: then the
    // attempt's own time is the best that is known.
    private static Arrival? FirstArrival(
        Case known, List<Known<OutreachAttempted>> attempts, List<Known<DisclosureAcknowledged>> acknowledgements)
    {
        var byId = attempts.ToDictionary(attempt => attempt.Id);
        var arrivals = known.Of<OutreachDelivered>().Select(delivered => new Arrival(delivered.At, delivered.Id, delivered.Said.OutreachId))
            .Concat(known.Of<OutreachAnswered>().Where(answer => byId.ContainsKey(answer.Said.OutreachId))
                .Select(answer => new Arrival(byId[answer.Said.OutreachId].At, answer.Id, answer.Said.OutreachId)))
            .Concat(acknowledgements.Where(said => said.Said.OutreachId is { } id && byId.ContainsKey(id))
                .Select(said => new Arrival(byId[said.Said.OutreachId!.Value].At, said.Id, said.Said.OutreachId.Value)))
            .OrderBy(arrival => arrival.At, known.Calendar).ToList();
        if (arrivals.Count > 0)
        {
            return arrivals[0];
        }

        var bounced = known.Of<OutreachBounced>().Select(bounce => bounce.Said.OutreachId).ToHashSet();
        return acknowledgements.Count == 0 ? null
            : attempts.Where(attempt => !bounced.Contains(attempt.Id)).Select(attempt => new Arrival(attempt.At, acknowledgements[0].Id, attempt.Id)).FirstOrDefault();
    }

    /// <summary>That an outreach arrived.</summary>
    /// <param name="At">When, as far as is known.</param>
    /// <param name="Event">The event that shows it.</param>
    /// <param name="Outreach">The attempt that arrived.</param>
    public sealed record Arrival(Moment At, Guid Event, Guid Outreach);
}

using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Bus;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Leads;

/// <summary>
/// Records with a lead that it was opened as a disclosure. The log is written in a transaction of its own, so after a crash the
/// same disclosure can come again; the event's id follows from it, and the decision finds it recorded.
/// </summary>
internal sealed partial class DisclosedLeads(
    IEventStore store, IEnumerable<IInlineReadModel> inline, TimeProvider time, ILogger<DisclosedLeads> logger)
{
    // Somebody adding evidence in the same moment wins at most a few times.
    private const int Tries = 10;

    /// <summary>Records it with the lead that it was opened from, when it is the opening of a disclosure that names one.</summary>
    public async Task RecordAsync(JournaledEvent journaled, CancellationToken cancellation)
    {
        if (journaled.Contract is DisclosureOpened { LeadId: { } lead } opened)
        {
            await RecordAsync(lead, opened.DisclosureId, journaled.Message, cancellation);
        }
    }

    private async Task RecordAsync(Guid lead, Guid disclosure, IntegrationEvent message, CancellationToken cancellation)
    {
        var stream = Lead.Aggregate.StreamOf(lead);
        for (var attempt = 1; ; attempt++)
        {
            var history = await store.ReadToDecideAsync(stream, cancellation);
            if (history.Version == 0)
            {
                LogUnknown(lead, disclosure);
                return;
            }

            var state = history.Events.Aggregate(Lead.Aggregate.Initial, (folded, one) => Lead.Aggregate.Evolve(folded, one.Id, one.Data));
            var now = Moment.At(time.GetUtcNow()).Start;
            var id = DeterministicId.From("lead-disclosed", message.Id.ToString("D"));
            var context = new CommandContext(now, id, message.RecordedBy, stream, new Dictionary<Reference, Guid>(), state.Opened!.Handle);
            var decision = DiscloseLead.Decide(state, new DiscloseLead(disclosure, message.OccurredAt), context);
            if (decision.Events.Count == 0)
            {
                return;
            }

            var added = decision.Events.Select((data, ordinal) => new NewEvent(context.EventId(ordinal), data)).ToList();
            var versioned = added.Select((one, index) => new VersionedEvent(one, history.Version + index + 1)).ToList();
            var metadata = new EventMetadata(now, message.RecordedBy, id, null, null, message.TraceParent);
            try
            {
                await store.AppendAsync(
                    [new StreamAppend(stream, history.Version, history.LastHash, added, metadata)],
                    [.. inline.SelectMany(model => model.Write(stream, lead, versioned))], cancellation);
                return;
            }
            catch (WrongExpectedVersionException) when (attempt < Tries)
            {
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Disclosure {Disclosure} names the lead {Lead}, which is not in this log")]
    private partial void LogUnknown(Guid lead, Guid disclosure);
}

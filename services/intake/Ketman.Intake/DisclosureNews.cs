using Ketman.Contracts;
using Ketman.Hosting.Bus;
using Ketman.Intake.Companies;
using Ketman.Intake.Leads;
using Npgsql;

namespace Ketman.Intake;

/// <summary>What Disclosures tells Intake: which leads became disclosures, and in which cases a company asked for privacy.</summary>
internal sealed class DisclosureNews(DisclosedLeads leads) : IJournalConsumer
{
    // The name that its progress is kept under; it once knew of leads only.
    public string Name => "disclosed-leads";

    public IReadOnlyCollection<string> Types { get; } = [.. CasePrivacy.Types.Select(ContractJson.UrnOf)];

    public async Task ApplyAsync(IReadOnlyList<JournaledEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction);
        foreach (var journaled in events)
        {
            await leads.RecordAsync(journaled, cancellation);
            foreach (var command in CasePrivacy.Write(journaled))
            {
                batch.BatchCommands.Add(command);
            }
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }
}

using Ketman.Contracts;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Personal;
using Ketman.Hosting.Bus;
using Npgsql;

namespace Ketman.Disclosures;

/// <summary>
/// Erases here whom Intake erased: what cases say of an account, and to whom at a company outreach went, is encrypted for that
/// account or contact, under keys of this service. They go in the transaction that journals the erasure.
/// </summary>
internal sealed class ErasedSubjects : IJournalConsumer
{
    public string Name => "erased-subjects";

    public IReadOnlyCollection<string> Types { get; } =
        [.. new[] { typeof(AccountErased), typeof(CompanyContactErased) }.Select(ContractJson.UrnOf)];

    public async Task ApplyAsync(IReadOnlyList<JournaledEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction);
        foreach (var (message, contract) in events)
        {
            if (contract is IErasesSubject erasure)
            {
                batch.BatchCommands.Add(SubjectKeys.Erase(erasure.ErasedSubject(), message.Id, message.RecordedAt));
            }
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }
}

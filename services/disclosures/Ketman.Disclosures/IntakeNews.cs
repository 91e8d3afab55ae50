using Ketman.Contracts;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Personal;
using Ketman.Hosting.Bus;
using Npgsql;

namespace Ketman.Disclosures;

/// <summary>
/// Erases here whom Intake erased: what cases say of an account, and to whom at a company outreach went, is encrypted for that
/// account or contact, under keys of this service. They go in the transaction that journals the erasure. And keeps which companies
/// wish privacy, which makes all their cases TLP:RED.
/// </summary>
internal sealed class IntakeNews : IJournalConsumer
{
    // The name that its progress is kept under; it once did erasures only.
    public string Name => "erased-subjects";

    public IReadOnlyCollection<string> Types { get; } =
        [.. new[] { typeof(AccountErased), typeof(CompanyContactErased), typeof(CompanyPrivacyWished) }.Select(ContractJson.UrnOf)];

    public async Task ApplyAsync(IReadOnlyList<JournaledEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction);
        foreach (var (message, contract) in events)
        {
            switch (contract)
            {
                case IErasesSubject erasure:
                    batch.BatchCommands.Add(SubjectKeys.Erase(erasure.ErasedSubject(), message.Id, message.RecordedAt));
                    break;
                case CompanyPrivacyWished wished:
                    batch.BatchCommands.Add(new NpgsqlBatchCommand(wished.Wish is PrivacyWish.Private
                        ? "insert into private_companies (company_id) values ($1) on conflict do nothing"
                        : "delete from private_companies where company_id = $1")
                    { Parameters = { new NpgsqlParameter<Guid> { TypedValue = wished.CompanyId } } });
                    break;
            }
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }
}

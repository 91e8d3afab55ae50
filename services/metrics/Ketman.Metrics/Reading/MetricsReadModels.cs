using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Rebuilding;
using Ketman.Hosting.Bus;
using Ketman.Metrics.Cases;
using Npgsql;

namespace Ketman.Metrics.Reading;

/// <summary>
/// Folds what Intake and Disclosures publish. Facts are only ever added; every other row is derived anew from all facts of its
/// subject, so the same facts give the same rows, in whatever batches and order of streams they come.
/// </summary>
internal sealed class MetricsReadModels(TeamCalendar calendar) : IJournalConsumer
{
    // What the derived rows are made of: what only the timeline or a statement tells is not read again with every event.
    private static readonly string[] Derived =
    [
        .. new[]
        {
            typeof(DisclosureOpened), typeof(DisclosureResolved), typeof(DisclosureClosed), typeof(DisclosureReopened), typeof(PrivacyRequested),
            typeof(OutreachAttempted), typeof(OutreachDelivered), typeof(OutreachBounced), typeof(OutreachAnswered), typeof(DisclosureAcknowledged),
            typeof(ReactionClassified), typeof(CommitmentMade), typeof(CommitmentKept), typeof(UpdateRequested), typeof(UpdateReceived), typeof(FactRetracted),
            typeof(CompanyRegistered), typeof(CompanyChanged), typeof(CompanyPrivacyWished),
            typeof(AccountRegistered), typeof(AccountAttributed), typeof(AccountMerged),
        }.Select(ContractJson.UrnOf),
    ];

    public string Name => "read-models";

    // All of them: what is journaled with its data can be folded by a later build.
    public IReadOnlyCollection<string> Types { get; } = ["*"];

    public ReadModelTables? Tables { get; } = new(typeof(MetricsReadModels).Assembly, "metrics", ["facts", "companies", "accounts", "cases"]);

    public async Task ApplyAsync(IReadOnlyList<JournaledEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        List<Fact> facts = [.. events.Select(Facts.Of).OfType<Fact>()];
        if (facts.Count == 0)
        {
            return;
        }

        var known = await StoreAsync(facts, transaction, cancellation);
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction);
        foreach (var command in DerivedRows.Write(known, calendar))
        {
            batch.BatchCommands.Add(command);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task<IReadOnlyList<Fact>> StoreAsync(List<Fact> facts, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction)
        {
            BatchCommands = { Facts.Insert(facts), Facts.Select(facts.Select(fact => fact.Subject).Distinct(), Derived) },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        return await Facts.ReadAsync(reader, cancellation);
    }
}

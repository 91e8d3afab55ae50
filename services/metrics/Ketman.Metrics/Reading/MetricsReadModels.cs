using System.Collections.Frozen;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Rebuilding;
using Ketman.Hosting.Bus;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Search;
using Npgsql;

namespace Ketman.Metrics.Reading;

/// <summary>
/// Folds what Intake and Disclosures publish. Facts are only ever added; every other row is derived anew from all facts of its
/// subject, so the same facts give the same rows, in whatever batches and order of streams they come.
/// </summary>
internal sealed class MetricsReadModels(TeamCalendar calendar) : IJournalConsumer
{
    // What the derived rows are made of: what only the timeline or a statement tells is not read again with every event.
    internal static readonly string[] Derived =
    [
        .. new[]
        {
            typeof(DisclosureOpened), typeof(DisclosureResolved), typeof(DisclosureClosed), typeof(DisclosureReopened), typeof(PrivacyRequested),
            typeof(OutreachAttempted), typeof(OutreachDelivered), typeof(OutreachBounced), typeof(OutreachAnswered), typeof(DisclosureAcknowledged),
            typeof(ReactionClassified), typeof(CommitmentMade), typeof(CommitmentKept), typeof(UpdateRequested), typeof(UpdateReceived), typeof(FactRetracted),
            typeof(EmbargoSet), typeof(EmbargoLifted), typeof(DisclosureMarked), typeof(FactMarked), typeof(DisclosureRestricted), typeof(DisclosureUnrestricted),
            typeof(DisclosureAssigned), typeof(DisclosureUnassigned), typeof(DisclosureTagged), typeof(DisclosureUntagged), typeof(SeverityAssessed),
            typeof(PaymentRecorded), typeof(PaymentCorrected), typeof(WorkerConfirmed), typeof(EngagementEstablished), typeof(AccessRevoked), typeof(InformationRequested),
            typeof(PolicyPinned), typeof(SlaBreached), typeof(BreachAnnulled), typeof(DeadlineNear), typeof(ClockExtended),
            typeof(CompanyRegistered), typeof(CompanyChanged), typeof(CompanyPrivacyWished),
            typeof(AccountRegistered), typeof(AccountAttributed), typeof(AccountMerged), typeof(AccountErased),
        }.Select(ContractJson.UrnOf),
    ];

    /// <summary>By these the rows on the board and in the figures change.</summary>
    internal static readonly FrozenSet<Type> DerivedTypes = Derived.Select(urn => ContractJson.All[urn]).ToFrozenSet();

    // With what only statements are told by.
    private static readonly FrozenSet<Type> ReadTypes = DerivedTypes.Union(PackedFacts.All).ToFrozenSet();
    private static readonly string[] Read = [.. ReadTypes.Select(ContractJson.UrnOf)];

    public string Name => "read-models";

    // All of them: what is journaled with its data can be folded by a later build.
    public IReadOnlyCollection<string> Types { get; } = ["*"];

    public ReadModelTables? Tables { get; } = new(typeof(MetricsReadModels).Assembly, "metrics", ["facts", "companies", "accounts", "cases", "measures", "case_facts"]);

    public async Task ApplyAsync(IReadOnlyList<JournaledEvent> events, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        List<Fact> facts = [.. events.Select(Facts.Of).OfType<Fact>()];
        if (facts.Count == 0)
        {
            return;
        }

        var rows = new DerivedRows(calendar);
        var erased = await StoreAsync(
            facts, [.. events.Select(journaled => journaled.Contract).OfType<IErasesSubject>().Select(erasure => erasure.ErasedSubject())], rows, transaction, cancellation);
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction);
        // Of a stream that is read in part only, its last version may be of a kind that is not read.
        var heads = facts.GroupBy(fact => fact.Subject).ToDictionary(subject => subject.Key, subject => subject.Max(fact => fact.Version));
        foreach (var command in rows.Write(heads))
        {
            batch.BatchCommands.Add(command);
        }

        foreach (var command in WantedWords.Of(facts, erased))
        {
            batch.BatchCommands.Add(command);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
    }

    // Writes the facts, and works out the rows of their subjects.
    private static async Task<IReadOnlyCollection<Guid>> StoreAsync(
        List<Fact> facts, IReadOnlyCollection<string> erased, DerivedRows rows, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var subjects = facts.Select(fact => fact.Subject).ToHashSet();
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction) { BatchCommands = { Facts.Insert(facts) } };
        HashSet<Guid> touched = [];
        if (erased.Count > 0)
        {
            // Cases that speak of an erased account, too: their rows are made anew of what is left.
            await batch.ExecuteNonQueryAsync(cancellation);
            batch.BatchCommands.Clear();
            touched = await EraseAsync(erased, transaction, cancellation);
            subjects.UnionWith(touched);
        }

        // A stream that begins in this batch is all in it: reading it back would take a third of a rebuild, which folds stream after stream.
        HashSet<Guid> whole = erased.Count > 0 ? [] : [.. facts.Where(fact => fact.Version == 1).Select(fact => fact.Subject)];
        subjects.ExceptWith(whole);
        if (subjects.Count > 0)
        {
            batch.BatchCommands.Add(Facts.Select(subjects, Read));
        }

        var storing = batch.ExecuteReaderAsync(cancellation);
        try
        {
            // While the server writes.
            rows.Add(facts.Where(fact => whole.Contains(fact.Subject) && ReadTypes.Contains(fact.Said.GetType())));
        }
        finally
        {
            await using var reader = await storing;
            rows.Add(await Facts.ReadAsync(reader, cancellation));
        }

        return touched;
    }

    private static async Task<HashSet<Guid>> EraseAsync(
        IReadOnlyCollection<string> erased, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection!, transaction);
        foreach (var command in PersonalRows.Erase(
            "facts", "t.subject in (select right(name, 36)::uuid from unnest($1) name)", "t.subject", erased))
        {
            batch.BatchCommands.Add(command);
        }

        var touched = new HashSet<Guid>();
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        do
        {
            while (await reader.ReadAsync(cancellation))
            {
                touched.Add(reader.GetGuid(0));
            }
        }
        while (await reader.NextResultAsync(cancellation));

        return touched;
    }
}

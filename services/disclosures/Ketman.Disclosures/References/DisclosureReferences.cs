using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Publication;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;
using Npgsql;

namespace Ketman.Disclosures.References;

/// <summary>What references in commands on cases mean: cases and policies are known here, everything else by Intake.</summary>
internal sealed class DisclosureReferences(IntakeDirectory intake, PolicyTable policies, ClearanceDesk desk, NpgsqlDataSource database) : IRefResolver
{
    private const string Own = "disclosure";

    /// <inheritdoc />
    /// <remarks>
    /// A case's id follows from its handle, so it costs no question; that there is no such case shows when it is read. With a company
    /// comes when it works, which is asked afresh: a calendar that was set a moment ago is the one that a case is opened by.
    /// </remarks>
    public async ValueTask<IReadOnlyDictionary<Reference, Found>> FindManyAsync(
        IReadOnlyCollection<Reference> references, CancellationToken cancellation)
    {
        var found = new Dictionary<Reference, Found>();
        foreach (var reference in references.Where(reference => reference.Kind == Own))
        {
            found[reference] = new Found(IdOf(reference.Text));
        }

        await AddPoliciesAsync([.. references.Where(reference => reference.Kind == PolicyRef.Kind)], found, cancellation);
        await AddCompaniesAsync([.. references.Where(reference => reference.Kind == MigratePolicy.CompanyOfCase)], found, cancellation);
        foreach (var reference in references.Where(reference => reference.Kind == Clearance.Kind))
        {
            found[reference] = new Found(IdOf(reference.Text), await desk.AskAsync(IdOf(reference.Text), cancellation));
        }

        var foreign = references.Where(reference => reference.Kind is not (Own or PolicyRef.Kind or MigratePolicy.CompanyOfCase or Clearance.Kind)).ToList();
        if (foreign.Count > 0)
        {
            foreach (var (reference, known) in await intake.FindAsync(foreign, cancellation, afresh: "company"))
            {
                found[reference] = new Found(known.Id, reference.Kind == "company" ? new CompanyTime(known.Zone, known.Calendar) : null);
            }
        }

        return found;
    }

    /// <inheritdoc />
    /// <remarks>How Intake tells handles apart is its own affair: their texts are passed on as they are.</remarks>
    public Reference Normalise(Reference reference) =>
        Guid.TryParseExact(reference.Text, "D", out var id) ? reference with { Text = id.ToString("D") }
        : reference.Kind is Own or PolicyRef.Kind or MigratePolicy.CompanyOfCase or Clearance.Kind ? reference with { Text = reference.Text.ToLowerInvariant() }
        : reference;

    /// <summary>The id of the case that <paramref name="reference"/>, an id or a handle, means if there is one.</summary>
    public static Guid IdOf(string reference) => Guid.TryParseExact(reference, "D", out var id)
        ? id
        : DisclosureStream.Aggregate.IdOf(reference.ToLowerInvariant());

    private async Task AddPoliciesAsync(List<Reference> references, Dictionary<Reference, Found> found, CancellationToken cancellation)
    {
        var wanted = references.Select(reference => (Reference: reference, Policy: PolicyRef.Read(reference.Text)))
            .Where(one => one.Policy is not null).ToDictionary(one => one.Policy!.Value, one => one.Reference);
        foreach (var (policy, version) in await policies.FindAsync(wanted.Keys, cancellation))
        {
            found[wanted[policy]] = new Found(PolicyHistory.Aggregate.IdOf(policy.Name), version);
        }
    }

    // A case that is not there yet (an earlier item of the batch opens it) has its company found when it is opened.
    private async Task AddCompaniesAsync(List<Reference> cases, Dictionary<Reference, Found> found, CancellationToken cancellation)
    {
        if (cases.Count == 0)
        {
            return;
        }

        var companies = new Dictionary<Guid, Guid>();
        await using (var command = database.CreateCommand("select id, company_id from disclosures where id = any($1)"))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. cases.Select(one => IdOf(one.Text))] });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                companies[reader.GetGuid(0)] = reader.GetGuid(1);
            }
        }

        var known = companies.Count == 0 ? new Dictionary<Reference, Known>() : await intake.FindAsync(
            companies.Values.Distinct().Select(company => new Reference("company", company.ToString("D"))), cancellation, afresh: "company");
        foreach (var one in cases)
        {
            found[one] = companies.TryGetValue(IdOf(one.Text), out var company)
                && known.TryGetValue(new Reference("company", company.ToString("D")), out var time)
                    ? new Found(company, new CompanyTime(time.Zone, time.Calendar))
                    : new Found(Guid.Empty);
        }
    }
}

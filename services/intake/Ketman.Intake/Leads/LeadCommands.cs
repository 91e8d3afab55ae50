using System.Security.Cryptography;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Commands;
using Npgsql;
using static Ketman.Intake.Leads.LeadRules;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Leads;

/// <summary>The commands on leads.</summary>
internal static class LeadCommands
{
    // Without 0, 1, l and o, which are mistaken for one another when read out.
    private const string Letters = "23456789abcdefghijkmnpqrstuvwxyz";

    public static CommandCatalogue<Lead> Create() => new CommandCatalogue<Lead>(Lead.Aggregate)
        .Create("open-lead", "leads", UnlessErased<OpenLead>(OpenLead.Decide), new OpenLead.Rules(), LocateAsync)
        .On("add-evidence", "leads/{ref}/evidence", UnlessErased<AddEvidence>(AddEvidence.Decide), new AddEvidence.Rules())
        .On("dismiss-lead", "leads/{ref}/dismiss", UnlessErased<DismissLead>(DismissLead.Decide), new DismissLead.Rules())
        .On("merge-lead", "leads/{ref}/merge", UnlessErased<MergeLead>(MergeLead.Decide), new MergeLead.Rules())
        .On<EraseLead>("erase-lead", "leads/{ref}/erase", EraseLead.Decide, new EraseLead.Rules(), role: CallerRoles.Admin, blind: true);

    private static async ValueTask<Located> LocateAsync(OpenLead command, LocateContext context, CancellationToken cancellation)
    {
        if (command.Handle is { } chosen)
        {
            return new Located(Lead.Aggregate.IdOf(chosen), chosen);
        }

        // With a key the drawing is repeatable, so that the same request finds its lead again; what another lead has is passed over.
        var database = context.Services.GetRequiredService<NpgsqlDataSource>();
        for (var draw = 0; ; draw++)
        {
            var handle = Draw(context.Key is { } key ? DeterministicId.From("lead-handle", $"{draw} {key}") : Guid.NewGuid());
            var id = Lead.Aggregate.IdOf(handle);
            var taken = await database.QueryAsync("select opened_by from leads where id = $1", [Uuid(id)], row => row.GetGuid(0), cancellation);
            if (taken.Count == 0 || (context.Key is not null && taken[0] == DeterministicId.From(Lead.Aggregate.StreamOf(id), context.Key)))
            {
                return new Located(id, handle);
            }
        }
    }

    private static string Draw(Guid seed)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(seed.ToByteArray(), hash);
        Span<char> drawn = stackalloc char[6];
        for (var index = 0; index < drawn.Length; index++)
        {
            drawn[index] = Letters[hash[index] % Letters.Length];
        }

        return $"lead-{drawn}";
    }
}

using System.Globalization;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;
using Ketman.Hosting.Web;
using Npgsql;

namespace Ketman.Disclosures.References;

/// <summary>Where a case is opened: at the handle that was said, or at <c>company-yyyy-mm</c>, with <c>-2</c> and so on when taken.</summary>
internal static class OpeningHandle
{
    // A handle has at most 63 characters: the company's part leaves room for "-yyyy-mm" and a number.
    private const int LongestCompany = 63 - 8 - 4;
    private const int MostInAMonth = 999;

    private const string Taken = "select handle, opening_id from disclosures where handle = any($1)";

    /// <summary>Finds the place; a repetition (the same idempotency key) finds the one that it was opened at.</summary>
    public static async ValueTask<Located> LocateAsync(OpenDisclosure command, LocateContext context, CancellationToken cancellation)
    {
        if (command.Handle is { } said)
        {
            return At(said);
        }

        var company = await CompanyHandleAsync(command.Company, context.Services, cancellation);
        var month = (command.At ?? Moment.At(context.Now)).Start.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var first = $"{(company.Length > LongestCompany ? company[..LongestCompany] : company)}-{month}";
        string[] candidates = [first, .. Enumerable.Range(2, MostInAMonth - 1).Select(number => $"{first}-{number}")];
        var taken = await TakenAsync(candidates, context.Services, cancellation);

        if (taken.FirstOrDefault(pair => context.Key is { } key && pair.Value == CommandId(pair.Key, key)) is { Key: { } repeated })
        {
            return At(repeated);
        }

        return candidates.FirstOrDefault(candidate => !taken.ContainsKey(candidate)) is { } free
            ? At(free) with { Free = true }
            : throw new ProblemException(Problems.InvalidRequest(
                new FieldError("handle", "missing: all that could be made from the company and the month are taken")));
    }

    private static Located At(string handle) => new(DisclosureStream.Aggregate.IdOf(handle), handle);

    private static Guid CommandId(string handle, string key) =>
        DeterministicId.From(DisclosureStream.Aggregate.StreamOf(DisclosureStream.Aggregate.IdOf(handle)), key);

    // An unknown company is refused with the command's other references; until then its handle is what was written.
    private static async Task<string> CompanyHandleAsync(string company, IServiceProvider services, CancellationToken cancellation)
    {
        var reference = services.GetRequiredService<IRefResolver>().Normalise(new Reference("company", company));
        var found = await services.GetRequiredService<IntakeDirectory>().FindAsync([reference], cancellation);
        return found.TryGetValue(reference, out var known) ? known.Ref
            : FieldRules.IsHandle(company) ? company
            : "unknown";
    }

    private static async Task<Dictionary<string, Guid>> TakenAsync(string[] candidates, IServiceProvider services, CancellationToken cancellation)
    {
        await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand(Taken);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = candidates });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var taken = new Dictionary<string, Guid>();
        while (await reader.ReadAsync(cancellation))
        {
            taken.Add(reader.GetString(0), reader.GetGuid(1));
        }

        return taken;
    }
}

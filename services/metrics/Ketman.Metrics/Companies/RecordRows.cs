using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Figures;
using Npgsql;

namespace Ketman.Metrics.Companies;

/// <summary>What a record as it is now is made of, read at once.</summary>
internal sealed record RecordRows(FigureCompany Company, List<Measure> Cases, Workforce Workforce, WithheldCases Withheld)
{
    private static readonly MeasureWish Everything = new(MeasureParts.All, FigureWindow.Always);

    /// <summary>Reads them; null: there is no such company, or the reader may not know of it.</summary>
    public static async Task<RecordRows?> ReadAsync(
        NpgsqlDataSource database, string reference, Reader reader, DateTimeOffset now, CancellationToken cancellation)
    {
        // PostgreSQL cannot even be asked for text with a zero character.
        if (reference.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        await using var batch = database.CreateBatch();
        var named = Guid.TryParseExact(reference, "D", out var id) ? "$1" : "(select id from companies where handle = $1 limit 1)";
        object value = named == "$1" ? id : reference;
        batch.BatchCommands.Add(Command(value, _ => MeasureSource.CompanyOf(named)));
        batch.BatchCommands.Add(Command(value, values => MeasureSource.Select(values, reader, now, Everything, $"c.company_id = {named}")));
        batch.BatchCommands.Add(Command(value, values =>
            $"""
            with workers as materialized (
              select array(
                select distinct unnest(m.workers) from measures m join cases c on c.id = m.id where c.company_id = {named} and {MeasureSource.Access(values, reader, now)}) as ids)
            select {MeasureSource.AccountColumns} from accounts a where a.id = any(array(select unnest(ids) from workers))
            union all select {MeasureSource.AccountColumns} from accounts a where a.merged_into = any(array(select unnest(ids) from workers))
            """));
        batch.BatchCommands.Add(CaseAccess.Hidden(reader, now));
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var company = await row.ReadAsync(cancellation) ? MeasureSource.ReadCompany(row) : null;
        List<Measure> cases = [];
        await row.NextResultAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            cases.Add(MeasureRows.Read(row));
        }

        await row.NextResultAsync(cancellation);
        var accounts = await MeasureSource.ReadAccountsAsync(row, cancellation);
        await row.NextResultAsync(cancellation);
        await row.ReadAsync(cancellation);
        var withheld = WithheldCases.Of(row.GetInt32(0));
        await row.DisposeAsync();
        if (company is null || !await MayNameAsync(database, company, cases, reader, now, cancellation))
        {
            return null;
        }

        // Mostly nobody was merged with anybody, and everything is there.
        var workforce = accounts.Any(account => account.SameAs is not null || account.MergedInto is not null)
            ? (await database.WorkforceAsync(cases.SelectMany(known => known.Workers), cancellation)).Workforce
            : Workforce.FromRows(accounts);
        return new RecordRows(company, cases, workforce, withheld);
    }

    // As it is asked of the tables everywhere else, mostly answered by what is read already.
    private static async Task<bool> MayNameAsync(
        NpgsqlDataSource database, FigureCompany company, List<Measure> cases, Reader reader, DateTimeOffset now, CancellationToken cancellation) =>
        reader.Clearance is Tlp.Red || cases.Count > 0 || (reader.Clearance >= Marking.Usual && !company.Private)
        || await database.MayNameAsync(company.Id, reader, now, cancellation);

    private static NpgsqlBatchCommand Command(object value, Func<NpgsqlParameterCollection, string> text)
    {
        var command = new NpgsqlBatchCommand { Parameters = { new NpgsqlParameter { Value = value } } };
        command.CommandText = text(command.Parameters);
        return command;
    }
}

using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Disclosures.Confidential;

/// <summary>Which cases a reader may know of, asked of the tables: for lists, and for what a case's own history does not tell.</summary>
internal sealed class CaseAccess(NpgsqlDataSource database) : IStreamAccess
{
    /// <inheritdoc />
    public async ValueTask<IReadOnlySet<Guid>> HiddenAsync(
        IReadOnlyCollection<Guid> ids, Reader reader, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. ids] });
        command.CommandText = $"select d.id from disclosures d {Join} where d.id = any($1) and not ({Condition(command, reader, now)})"
            + (reader.Clearance is Tlp.Red ? "" : " union all select company_id from private_companies where company_id = any($1)");
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var hidden = new HashSet<Guid>();
        while (await rows.ReadAsync(cancellation))
        {
            hidden.Add(rows.GetGuid(0));
        }

        return hidden;
    }

    /// <summary>What a list says of the cases that it leaves out.</summary>
    public async Task<WithheldCases> CountHiddenAsync(Reader reader, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        // In the words of the indexes; who is cleared for less than most cases meets enough hidden ones soon.
        var candidates = reader.Clearance switch
        {
            Tlp.Red => "select disclosure_id as id from confidentiality where people is not null",
            >= Tlp.Amber => """
                select disclosure_id as id from confidentiality where marking > 2 or red_until is not null or people is not null
                union select d.id from private_companies p join disclosures d on d.company_id = p.company_id
                union select d.id from confidentiality t join disclosures o on o.id = t.disclosure_id join disclosures d on d.company_id = o.company_id
                where t.private and t.red_until is not null
                """,
            _ => "select id from disclosures",
        };
        command.CommandText = $"""
            select count(*)::int from (
              select from ({candidates}) near join disclosures d on d.id = near.id {Join} where not ({Condition(command, reader, now)}) limit {WithheldCases.MostTold}) hidden
            """;
        return WithheldCases.Of((int)(await command.ExecuteScalarAsync(cancellation))!);
    }

    /// <summary>Whether a company wishes privacy, in all its cases or in one: then nobody below TLP:RED is to know of any.</summary>
    public async Task<bool> IsPrivateAsync(Guid company, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select exists (select from private_companies where company_id = $1)
                or exists (select from disclosures o join confidentiality t on t.disclosure_id = o.id where o.company_id = $1 and t.private)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = company });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Joins a case <c>d</c> with what is known of its confidentiality.</summary>
    /// <remarks>The offset keeps it a look-up for each row that is shown, in the order of the list: a page does not read all cases.</remarks>
    public const string Join = "left join lateral (select * from confidentiality where disclosure_id = d.id offset 0) k on true";

    /// <summary>The condition under which the reader may know of the case <c>d</c>, for a query with <see cref="Join"/>; adds its parameters.</summary>
    public static string Condition(NpgsqlCommand command, Reader reader, DateTimeOffset now)
    {
        var named = $"(k.people is null or {Add(command, new NpgsqlParameter<string> { TypedValue = reader.Name })} = any(k.people))";
        return reader.Clearance is Tlp.Red ? named
            : $"""
               {named} and coalesce(k.marking, {(int)Marking.Usual}) <= {(int)reader.Clearance}
               and coalesce(k.red_until, '-infinity') <= {Add(command, new NpgsqlParameter { Value = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz })}
               and not exists (select from private_companies p where p.company_id = d.company_id)
               and not exists (select from disclosures o join confidentiality t on t.disclosure_id = o.id where o.company_id = d.company_id and t.private)
               """;
    }

    private static string Add(NpgsqlCommand command, NpgsqlParameter parameter)
    {
        command.Parameters.Add(parameter);
        return $"${command.Parameters.Count}";
    }
}

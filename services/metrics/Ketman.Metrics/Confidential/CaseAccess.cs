using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Confidential;

/// <summary>Which cases and companies a reader may know of, asked of the tables.</summary>
internal static class CaseAccess
{
    /// <summary>The condition under which the reader may know of the case <c>c</c>; adds its parameters to these.</summary>
    public static string Condition(NpgsqlParameterCollection parameters, Reader reader, DateTimeOffset now)
    {
        var named = $"(c.people is null or {Add(parameters, new NpgsqlParameter<string> { TypedValue = reader.Name })} = any(c.people))";
        return reader.Clearance is Tlp.Red ? named
            : $"{named} and c.marking <= {(int)reader.Clearance} and coalesce(c.red_until, '-infinity') <= "
              + Add(parameters, new NpgsqlParameter { Value = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
    }

    /// <summary>Whether the reader may know of every one of these cases.</summary>
    public static async Task<bool> MayKnowAllAsync(
        this NpgsqlDataSource database, IReadOnlyList<Guid> cases, Reader reader, DateTimeOffset now, CancellationToken cancellation)
    {
        if (cases.Count == 0)
        {
            return true;
        }

        await using var command = database.CreateCommand();
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. cases] });
        command.CommandText = $"select count(*)::int from cases c where c.id = any($1) and {Condition(command.Parameters, reader, now)}";
        return (int)(await command.ExecuteScalarAsync(cancellation))! == cases.Count;
    }

    /// <summary>What a list says of the cases that it leaves out.</summary>
    public static async Task<WithheldCases> CountHiddenAsync(
        this NpgsqlDataSource database, Reader reader, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Hidden(reader, now));
        return WithheldCases.Of((int)(await batch.ExecuteScalarAsync(cancellation))!);
    }

    /// <summary>The statement that counts them, one row with one number: to go with the list in one round trip.</summary>
    public static NpgsqlBatchCommand Hidden(Reader reader, DateTimeOffset now)
    {
        var command = new NpgsqlBatchCommand();
        var few = FewHidden(reader);
        command.CommandText = $"select count(*)::int from (select from cases c where {few} not ({Condition(command.Parameters, reader, now)}) limit {WithheldCases.MostTold}) hidden";
        return command;
    }

    /// <summary>The ids of the cases of which the reader may not know everything, as a statement; adds its parameters to these. For readers of TLP:AMBER on they are few.</summary>
    public static string NotWholly(NpgsqlParameterCollection parameters, Reader reader, DateTimeOffset now) =>
        $"""
        select c.id from cases c where {FewHidden(reader)} not ({Condition(parameters, reader, now)})
        union all select c.id from cases c where c.narrowest_fact > 0 and c.narrowest_fact > {(int)reader.Clearance}
        """;

    /// <summary>
    /// Whether the reader may know that the team has to do with a company: below TLP:RED not where it wishes privacy, and below TLP:AMBER
    /// only where he may know of a case of it.
    /// </summary>
    public static async Task<bool> MayNameAsync(
        this NpgsqlDataSource database, Guid company, Reader reader, DateTimeOffset now, CancellationToken cancellation)
    {
        if (reader.Clearance is Tlp.Red)
        {
            return true;
        }

        await using var command = database.CreateCommand();
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = company });
        command.CommandText = $"select {Naming(command.Parameters, "$1", "exists (select from companies where id = $1 and private)", reader, now)}";
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The same as a condition; adds its parameters to these.</summary>
    /// <param name="parameters">Of the statement.</param>
    /// <param name="company">The company's id, in the words of the statement.</param>
    /// <param name="isPrivate">Whether it wishes privacy by its profile, in the words of the statement.</param>
    /// <param name="reader">Who reads.</param>
    /// <param name="now">When.</param>
    public static string Naming(NpgsqlParameterCollection parameters, string company, string isPrivate, Reader reader, DateTimeOffset now) =>
        reader.Clearance is Tlp.Red ? "true"
        : $"""
          (exists (select from cases c where c.company_id = {company} and {Condition(parameters, reader, now)})
              or ({(int)reader.Clearance} >= {(int)Marking.Usual} and not {isPrivate} and not exists (select from cases where company_id = {company} and private)))
          """;

    // In the words of the indexes; who is cleared for less than most cases meets enough hidden ones soon.
    private static string FewHidden(Reader reader) => reader.Clearance switch
    {
        Tlp.Red => "c.people is not null and",
        >= Tlp.Amber => "(c.marking > 2 or c.red_until is not null or c.people is not null) and",
        _ => "",
    };

    private static string Add(NpgsqlParameterCollection parameters, NpgsqlParameter parameter)
    {
        parameters.Add(parameter);
        return $"${parameters.Count}";
    }
}

using Ketman.Contracts;
using Npgsql;

namespace Ketman.Hosting.Bus;

/// <summary>Makes the personal texts of erased subjects unreadable in tables that keep the payloads of contracts.</summary>
public static class PersonalRows
{
    /// <summary>
    /// The statements for one table with columns <c>type</c> (the contract's URN) and <c>data</c> (its payload). They may run
    /// again at any time.
    /// </summary>
    /// <param name="table">The table; the statements call it <c>t</c>.</param>
    /// <param name="own">Whether a row is of the stream of one of the subjects, whose names are <c>$1</c>, a <c>text[]</c>.</param>
    /// <param name="returning">What to give back of each row that was touched.</param>
    /// <param name="subjects">E.g. <c>account-0198...</c>.</param>
    public static IEnumerable<NpgsqlBatchCommand> Erase(string table, string own, string returning, IReadOnlyCollection<string> subjects)
    {
        string[] names = [.. subjects];
        foreach (var group in PersonalPayload.Groups)
        {
            var (kind, id) = group.Key;
            if (kind is not null && id is null)
            {
                throw new InvalidOperationException($"A contract names {kind} as the subject of a text, but has no member with its id.");
            }

            // In a table without an index on the id this reads every row: an erasure is rare, and an index would cost every event.
            var concerned = kind is null ? own : $"case when t.data ->> $4 is null then {own} else $5 || (t.data ->> $4) = any($1) end";
            var command = new NpgsqlBatchCommand(
                $"""
                update {table} t
                set data = t.data || (
                  select coalesce(jsonb_object_agg(name, '{PersonalMember.Erased}'), '{"{}"}') from unnest(string_to_array(p.names, ',')) name where t.data ? name)
                from unnest($2, $3) p (type, names)
                where t.type = p.type and {concerned}
                returning {returning}
                """);
            command.Parameters.Add(new NpgsqlParameter { Value = names });
            command.Parameters.Add(new NpgsqlParameter { Value = group.Select(known => known.Urn).ToArray() });
            command.Parameters.Add(new NpgsqlParameter { Value = group.Select(known => string.Join(',', known.Names)).ToArray() });
            if (kind is not null)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = id });
                command.Parameters.Add(new NpgsqlParameter { Value = kind + "-" });
            }

            yield return command;
        }
    }
}

using Ketman.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Statements.Kept;

/// <summary>What the team wrote to the sections of statements. Every version is kept, with who and when.</summary>
internal sealed class NoteBook(NpgsqlDataSource database)
{
    private const string UniqueViolation = PostgresErrorCodes.UniqueViolation;

    /// <summary>The notes of a month as they stand, in the order of the sections.</summary>
    public async Task<IReadOnlyList<StatementNote>> ReadAsync(string month, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select distinct on (section) section, version, text, marking, by_name, at from statement_notes where month = $1 order by section, version desc");
        command.Parameters.Add(new() { Value = month });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<StatementNote> notes = [];
        while (await reader.ReadAsync(cancellation))
        {
            notes.Add(new StatementNote(
                reader.GetString(0), reader.GetInt32(1), reader.GetString(2), (Tlp)reader.GetInt16(3), reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5)));
        }

        return [.. notes.OrderBy(note => StatementNote.Sections.ToList().IndexOf(note.Section))];
    }

    /// <summary>Writes the next version of a note; false: somebody else was quicker.</summary>
    public async Task<bool> AddAsync(string month, StatementNote note, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("insert into statement_notes (month, section, version, text, marking, by_name, at) values ($1, $2, $3, $4, $5, $6, $7)");
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            new() { Value = month }, new() { Value = note.Section }, new() { Value = note.Version }, new() { Value = note.Text },
            new() { Value = (short)note.Marking, NpgsqlDbType = NpgsqlDbType.Smallint }, new() { Value = note.By }, new() { Value = note.At.UtcDateTime },
        ]);
        try
        {
            return await command.ExecuteNonQueryAsync(cancellation) == 1;
        }
        catch (PostgresException e) when (e.SqlState == UniqueViolation)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a text names an account or an actor that is known here. What is frozen stays for ever, so a person who is erased later must
    /// not stand in it.
    /// </summary>
    public async Task<bool> NamesSomebodyAsync(string text, CancellationToken cancellation)
    {
        if (text.Length == 0)
        {
            return false;
        }

        await using var command = database.CreateCommand(
            """
            select name from (
              select split_part(ref, ':', 2) as name from accounts where ref is not null
              union all select actor from accounts where actor is not null) known
            where length(name) >= 3 and position(lower(name) in $1) > 0
            """);
        command.Parameters.Add(new() { Value = text.ToLowerInvariant() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (IsWord(text, reader.GetString(0)))
            {
                return true;
            }
        }

        return false;
    }

    // A handle may be a piece of an innocent word.
    private static bool IsWord(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + name.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;
    }
}

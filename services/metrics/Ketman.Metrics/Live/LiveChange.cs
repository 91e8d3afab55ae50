using System.Text;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Npgsql;

namespace Ketman.Metrics.Live;

/// <summary>What those who watch are told: enough to know what to read anew.</summary>
/// <param name="Kind"><c>case</c> or <c>company</c>.</param>
/// <param name="Ref">Its handle.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">The version of its stream.</param>
/// <param name="Type">What happened, e.g. <c>outreach-attempted</c>; null: withheld.</param>
/// <param name="Event">The event's id; null: withheld.</param>
/// <param name="At">When it became visible here.</param>
public sealed record ChangeTold(string Kind, string Ref, Guid Id, long Version, string? Type, Guid? Event, DateTimeOffset At);

/// <summary>A change with who may know of it, as that stood when it was read; written out once for all readers.</summary>
internal sealed class LiveChange
{
    private readonly bool _isCase;
    private readonly Tlp _marking;
    private readonly Tlp _narrowestFact;
    private readonly DateTimeOffset? _redUntil;
    private readonly string[]? _people;
    private readonly byte[] _full;
    private readonly byte[] _bare;

    /// <summary>In this order of columns.</summary>
    public const string Select = """
        select ch.id, ch.subject, ch.version, ch.event, ch.type, ch.noted_at, c.handle, c.marking, c.red_until, c.people, c.narrowest_fact,
               o.handle, o.private or exists (select from cases p where p.company_id = o.id and p.private)
        from changes ch left join cases c on c.id = ch.subject left join companies o on o.id = ch.subject
        """;

    private LiveChange(NpgsqlDataReader row, long position, ChangePosition positions)
    {
        Position = position;
        _isCase = !row.IsDBNull(6);
        if (_isCase)
        {
            (_marking, _narrowestFact) = ((Tlp)row.GetInt16(7), (Tlp)row.GetInt16(10));
            _redUntil = row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8);
            _people = row.IsDBNull(9) ? null : row.GetFieldValue<string[]>(9);
        }
        else
        {
            _marking = row.GetBoolean(12) ? Tlp.Red : Marking.Usual;
        }

        var told = new ChangeTold(
            _isCase ? "case" : "company", row.GetString(_isCase ? 6 : 11), row.GetGuid(1), row.GetInt64(2), row.GetString(4).Split(':')[1], row.GetGuid(3),
            row.GetFieldValue<DateTimeOffset>(5));
        var id = positions.Write(position);
        _full = Frame(id, told);
        _bare = Frame(id, told with { Type = null, Event = null });
    }

    /// <summary>Its place; what is sent is <see cref="ChangePosition"/>.</summary>
    public long Position { get; }

    /// <summary>Reads a row; null: it tells of nothing that can be watched.</summary>
    public static LiveChange? Read(NpgsqlDataReader row, long position, ChangePosition positions) =>
        row.IsDBNull(6) && row.IsDBNull(11) ? null : new LiveChange(row, position, positions);

    /// <summary>As it goes to this reader; null: not at all.</summary>
    public byte[]? For(Reader reader, DateTimeOffset now) =>
        _people is not null && !_people.Contains(reader.Name, StringComparer.Ordinal) ? null
        : reader.Clearance is Tlp.Red ? _full
        : _marking > reader.Clearance || _redUntil > now ? null
        // That something was marked higher is said where it is asked for; which fact it was is not.
        : _narrowestFact > reader.Clearance ? _bare
        : _full;

    private static byte[] Frame(string id, ChangeTold told) =>
        Encoding.UTF8.GetBytes($"id: {id}\nevent: change\ndata: {JsonSerializer.Serialize(told, ContractJson.Options)}\n\n");
}

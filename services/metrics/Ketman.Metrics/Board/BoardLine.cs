using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Npgsql;

namespace Ketman.Metrics.Board;

/// <summary>A row of the table of cases as the board reads it: all of it, before anything is withheld.</summary>
internal sealed record BoardLine
{
    /// <summary>What is read of the case <c>c</c>, in the order of <see cref="Read"/>.</summary>
    public const string Columns = """
        c.handle, c.id, c.company_id, c.company_handle, c.company_name, c.company_private, c.title, c.status, c.opened_at, c.opened_exact,
        c.last_outreach_at, c.last_outreach_exact, c.last_outreach_channel, c.attempts, c.channels, c.waiting_on, c.reaction,
        c.owed, c.owed_what, c.owed_due, c.owed_due_exact, c.overdue_at, c.owed_since, c.owed_since_exact, c.narrowest_fact, c.marking, c.red_until,
        c.assignee, c.tags, c.severity, c.policy,
        c.due_at, c.due_kind, c.due_name, c.due_title, c.due_owed_by, c.due_since, c.due_since_exact, c.due_paused, c.due_paused_until,
        c.then_at, c.then_kind, c.then_title, c.then_owed_by, c.breach_at, c.company_key, c.company_zone, c.timetable_version
        """;

    // It would be wrong without facts that are marked above the reader's clearance, and tell of them with them.
    private static readonly string[] WorkedOut =
        ["lastOutreach", "attempts", "channels", "waitingOn", "reaction", "nextOwed", "overdue", "breachedSince", "severity"];

    public required string Handle { get; init; }

    public required Guid Id { get; init; }

    public required BoardCompany Company { get; init; }

    public string? Title { get; init; }

    public required string Status { get; init; }

    public required Moment OpenedAt { get; init; }

    public LastOutreach? LastOutreach { get; init; }

    public required int Attempts { get; init; }

    public required IReadOnlyList<string> Channels { get; init; }

    public required string WaitingOn { get; init; }

    public string? Reaction { get; init; }

    public required string Owed { get; init; }

    public string? OwedWhat { get; init; }

    public Moment? OwedDue { get; init; }

    public Moment? OwedSince { get; init; }

    public DateTimeOffset? OverdueAt { get; init; }

    public required Tlp NarrowestFact { get; init; }

    public required Tlp Marking { get; init; }

    public string? Assignee { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public string? Severity { get; init; }

    public string? Policy { get; init; }

    public DueLine? Due { get; init; }

    public DueNext? Then { get; init; }

    public DateTimeOffset? BreachAt { get; init; }

    public string CompanyKey { get; init; } = "";

    public long DueVersion { get; init; }

    /// <summary>What ran out or runs out first; null: nothing does.</summary>
    public DateTimeOffset? Urgency => OverdueAt is { } promise && Due?.At is { } due ? promise < due ? promise : due : OverdueAt ?? Due?.At;

    /// <summary>Reads one.</summary>
    public static BoardLine Read(NpgsqlDataReader row, DateTimeOffset now) => new()
    {
        Handle = row.GetString(0),
        Id = row.GetGuid(1),
        Company = new BoardCompany(row.GetGuid(2), Text(row, 3), Text(row, 4), row.GetBoolean(5), Text(row, 46)),
        Title = Text(row, 6),
        Status = row.GetString(7),
        OpenedAt = When(row, 8)!.Value,
        LastOutreach = When(row, 10) is { } last ? new LastOutreach(last, row.GetString(12)) : null,
        Attempts = row.GetInt32(13),
        Channels = row.GetFieldValue<string[]>(14),
        WaitingOn = row.GetString(15),
        Reaction = Text(row, 16),
        Owed = row.GetString(17),
        OwedWhat = Text(row, 18),
        OwedDue = When(row, 19),
        OverdueAt = Time(row, 21),
        OwedSince = When(row, 22),
        NarrowestFact = (Tlp)row.GetInt16(24),
        Marking = Time(row, 26) is { } embargo && embargo > now ? Tlp.Red : (Tlp)row.GetInt16(25),
        Assignee = Text(row, 27),
        Tags = row.GetFieldValue<string[]>(28),
        Severity = Text(row, 29),
        Policy = Text(row, 30),
        Due = row.IsDBNull(32) ? null : new DueLine(
            row.GetString(32), row.GetString(33), row.GetString(34), row.GetString(35), Time(row, 31), When(row, 36)!.Value,
            row.GetBoolean(38) && !(Time(row, 39) <= now), Time(row, 39)),
        Then = row.IsDBNull(41) ? null : new DueNext(row.GetString(41), row.GetString(42), row.GetString(43), Time(row, 40)!.Value),
        BreachAt = Time(row, 44),
        CompanyKey = row.GetString(45),
        DueVersion = row.GetInt64(47),
    };

    /// <summary>A case as the facts that are given tell it, without what only its policy tells.</summary>
    public static BoardLine Of(BoardRow row, BoardCompany company, DateTimeOffset now) => new()
    {
        Handle = row.Case.Opening.Said.Handle,
        Id = row.Case.Id,
        Company = company,
        Title = row.Case.Opening.Said.Title,
        Status = row.Case.Status.Wire(),
        OpenedAt = row.Case.Opening.At,
        LastOutreach = row.Contact.Latest is { } last ? new LastOutreach(last.At, last.Said.Channel.Wire()) : null,
        Attempts = row.Contact.Attempts.Count,
        Channels = [.. row.Contact.Channels.Select(channel => channel.Wire())],
        WaitingOn = row.WaitingOn.Wire(),
        Reaction = row.Reaction?.Wire(),
        Owed = row.Owed.Wire(),
        OwedWhat = row.Promise?.Said.What,
        OwedDue = row.Promise?.Said.Due,
        OwedSince = row.Promise?.At,
        OverdueAt = row.OverdueAt,
        NarrowestFact = row.Case.Confidentiality.NarrowestFact,
        Marking = Contracts.Marking.OfCase(row.Case.Confidentiality.Mark, company.Private, row.Case.Confidentiality.IsEmbargoedAt(now)),
        Assignee = row.Assignee,
        Tags = row.Tags,
        Severity = row.Severity?.Wire(),
        Policy = row.Policy,
        CompanyKey = (company.Name ?? "").ToLowerInvariant(),
    };

    /// <summary>The place of this row in an order.</summary>
    public BoardCursor PlaceIn(BoardOrder order, bool last, float rank) => new(order, last, last ? [Sortable(OpenedAt.Start)] : order.Key switch
    {
        BoardKey.Urgency => [Urgency is { } urgency ? Sortable(urgency) : DateTime.MaxValue, Sortable(OpenedAt.Start)],
        BoardKey.Opened => [Sortable(OpenedAt.Start)],
        BoardKey.LastOutreach => [LastOutreach is { } outreach ? Sortable(outreach.At.Start) : DateTime.MinValue],
        BoardKey.Company => [CompanyKey],
        BoardKey.Handle => [Handle],
        _ => [rank],
    }, Id);

    /// <summary>What a reader may see of it.</summary>
    public BoardItem For(Reader reader, TeamCalendar calendar, DateTimeOffset now)
    {
        var item = new BoardItem(
            Handle, Id, Company, Title, Status, OpenedAt, Math.Max(0, calendar.DateOf(now).DayNumber - calendar.DateOf(OpenedAt).DayNumber),
            LastOutreach, Attempts, Channels, WaitingOn, Reaction, Next(), Urgency <= now, BreachAt <= now ? BreachAt : null,
            Assignee, Tags, Severity, Policy, Marking, DueVersion > 0 ? DueVersion : null, null);
        return NarrowestFact <= reader.Clearance ? item : item with
        {
            LastOutreach = null,
            Attempts = null,
            Channels = null,
            WaitingOn = null,
            Reaction = null,
            NextOwed = null,
            Overdue = null,
            BreachedSince = null,
            Severity = null,
            Withheld = [.. WorkedOut.Select(member => new WithheldPart(member, NarrowestFact))],
        };
    }

    // What runs out first of promise, clock and step; where none of them runs out, who has to move and with what.
    private NextOwed Next()
    {
        if (Due is { } due && (due.At is { } at ? !(OverdueAt <= at) : OverdueAt is null))
        {
            return new NextOwed(due.Kind, null, null, due.At, due.Name, due.Title, due.OwedBy, due.Since, due.Paused, due.Paused ? due.PausedUntil : null, Then);
        }

        var then = Due is { At: { } next } after ? new DueNext(after.Kind, after.Title, after.OwedBy, next) : Then;
        return new NextOwed(Owed, OwedWhat, OwedDue, OverdueAt, null, null, WaitingOn is "nobody" ? null : WaitingOn, OwedSince, false, null, then);
    }

    private static DateTime Sortable(DateTimeOffset time) => time.UtcDateTime;

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    // A time and, in the column after it, whether more than its day is known.
    private static Moment? When(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : Facts.Moment(row.GetFieldValue<DateTimeOffset>(column), row.GetBoolean(column + 1));
}

/// <summary>The clock or step that runs out first.</summary>
internal sealed record DueLine(
    string Kind, string Name, string Title, string OwedBy, DateTimeOffset? At, Moment Since, bool Paused, DateTimeOffset? PausedUntil);

using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Board;

/// <summary>GET /board: the open incidents, what is most urgent first.</summary>
internal static class BoardEndpoint
{
    private const string Select = """
        select c.handle, c.id, c.company_id, o.handle, o.name,
               c.company_private,
               c.title, c.status, c.opened_at, c.opened_exact, c.last_outreach_at, c.last_outreach_exact, c.last_outreach_channel,
               c.attempts, c.channels, c.waiting_on, c.reaction, c.owed, c.owed_what, c.owed_due, c.owed_due_exact, c.overdue_at, c.narrowest_fact,
               c.marking, c.red_until
        from cases c left join companies o on o.id = c.company_id
        """;

    // It would be wrong without facts that are marked above the reader's clearance, and tell of them with them.
    private static readonly string[] WorkedOut = ["lastOutreach", "attempts", "channels", "waitingOn", "reaction", "nextOwed", "overdue"];

    public static void MapBoard(this IEndpointRouteBuilder routes) => routes
        .MapGet("board", GetAsync).ForRole(CallerRoles.Viewer).WithName("board").WithSummary("The open incidents, what is most urgent first.")
        .Produces<BoardPage>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> GetAsync(
        [AsParameters] BoardRequest request, Caller caller, HttpContext context, NpgsqlDataSource database, TeamCalendar calendar, TimeProvider clock,
        CancellationToken cancellation)
    {
        var (query, problem) = BoardQuery.Read(request);
        if (query is null)
        {
            return problem!.ToResult();
        }

        var now = clock.GetUtcNow();
        Guid? company = null;
        if (query.Company is { } reference && (company = await database.FindCompanyAsync(reference, caller.Reader, now, cancellation)) is null)
        {
            return Problems.NotFound("company", "company").ToResult();
        }

        var page = await ReadAsync(database, query, company, calendar, now, caller.Reader, cancellation);
        return Tagged.Json(context, page);
    }

    internal static async Task<BoardPage> ReadAsync(
        NpgsqlDataSource database, BoardQuery query, Guid? company, TeamCalendar calendar, DateTimeOffset now, Reader reader, CancellationToken cancellation)
    {
        var withheld = await database.CountHiddenAsync(reader, now, cancellation);
        await using var command = Command(database, query, company, now, reader);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        List<BoardItem> items = [];
        BoardCursor? last = null;
        while (await row.ReadAsync(cancellation))
        {
            // One more than asked for, to know whether there is a next page.
            if (items.Count == query.Limit)
            {
                return new BoardPage(items, last!.ToString(), withheld);
            }

            items.Add(Read(row, calendar, now, reader.Clearance));
            last = new BoardCursor(row.IsDBNull(21) ? null : row.GetFieldValue<DateTimeOffset>(21), row.GetFieldValue<DateTimeOffset>(8), items[^1].Id);
        }

        return new BoardPage(items, null, withheld);
    }

    private static NpgsqlCommand Command(NpgsqlDataSource database, BoardQuery query, Guid? company, DateTimeOffset now, Reader reader)
    {
        var command = database.CreateCommand();
        List<string> conditions = [CaseAccess.Condition(command, reader, now)];
        Where("c.status = {0}", query.Status);
        Where("c.company_id = {0}", company);
        Where("c.waiting_on = {0}", query.WaitingOn);
        if (query.Unclassified)
        {
            conditions.Add("c.reaction is null");
        }
        else
        {
            Where("c.reaction = {0}", query.Reaction);
        }

        Where(query.Overdue is true ? "c.urgency <= {0}" : "c.urgency > {0}", query.Overdue is null ? null : now);
        if (query.WaitingOn is not null || query.Reaction is not null || query.Overdue is not null)
        {
            // What is withheld cannot be asked for either.
            conditions.Add($"c.narrowest_fact <= {(int)reader.Clearance}");
        }

        if (query.After is { } after)
        {
            var (urgency, opened, id) = (Add(after.Urgency), Add(after.OpenedAt), Add(after.Id));
            conditions.Add($"(c.urgency, c.opened_at, c.id) > (coalesce({urgency}::timestamptz, 'infinity'), {opened}, {id})");
        }

        command.CommandText = $"{Select} where {string.Join(" and ", conditions)} order by c.urgency, c.opened_at, c.id limit {Add(query.Limit + 1)}";
        return command;

        void Where(string condition, object? value)
        {
            if (value is not null)
            {
                conditions.Add(string.Format(System.Globalization.CultureInfo.InvariantCulture, condition, Add(value)));
            }
        }

        string Add(object? value)
        {
            command.Parameters.Add(value is null
                ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz }
                : new NpgsqlParameter { Value = value });
            return $"${command.Parameters.Count}";
        }
    }

    private static BoardItem Read(NpgsqlDataReader reader, TeamCalendar calendar, DateTimeOffset now, Tlp clearance)
    {
        var narrowest = (Tlp)reader.GetInt16(22);
        var marking = reader.IsDBNull(24) || reader.GetFieldValue<DateTimeOffset>(24) <= now ? (Tlp)reader.GetInt16(23) : Tlp.Red;
        var opened = Moment(reader, 8, 9)!.Value;
        var overdueAt = reader.IsDBNull(21) ? (DateTimeOffset?)null : reader.GetFieldValue<DateTimeOffset>(21);
        var item = new BoardItem(
            reader.GetString(0), reader.GetGuid(1),
            new BoardCompany(reader.GetGuid(2), Text(reader, 3), Text(reader, 4), reader.GetBoolean(5)),
            Text(reader, 6), reader.GetString(7), opened,
            Math.Max(0, calendar.DateOf(now).DayNumber - calendar.DateOf(opened).DayNumber),
            Moment(reader, 10, 11) is { } last ? new LastOutreach(last, reader.GetString(12)) : null,
            reader.GetInt32(13), reader.GetFieldValue<string[]>(14), reader.GetString(15), Text(reader, 16),
            new NextOwed(reader.GetString(17), Text(reader, 18), Moment(reader, 19, 20), overdueAt),
            overdueAt <= now, marking, null);
        return narrowest <= clearance ? item : item with
        {
            LastOutreach = null,
            Attempts = null,
            Channels = null,
            WaitingOn = null,
            Reaction = null,
            NextOwed = null,
            Overdue = null,
            Withheld = [.. WorkedOut.Select(member => new WithheldPart(member, narrowest))],
        };
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static Moment? Moment(NpgsqlDataReader reader, int at, int exact) => reader.IsDBNull(at) ? null
        : Facts.Moment(reader.GetFieldValue<DateTimeOffset>(at), reader.GetBoolean(exact));
}

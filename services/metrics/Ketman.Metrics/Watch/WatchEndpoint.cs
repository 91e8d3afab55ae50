using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Board;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Ketman.Metrics.Watch;

/// <summary>What is due next across all open cases.</summary>
/// <param name="Items">One for each thing that is due, what ran out longest ago first.</param>
/// <param name="Next">What to send as <c>after</c> for the next page; null: this was the last.</param>
/// <param name="Withheld">What is left out. Cases with facts above the reader's clearance are left out too: what is due in them would tell of those.</param>
public sealed record WatchPage(
    IReadOnlyList<WatchItem> Items,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? Next,
    WithheldCases Withheld);

/// <summary>One thing that is due.</summary>
/// <param name="DueAt">When its time runs out, or ran out.</param>
/// <param name="Overdue">Whether it has.</param>
/// <param name="Kind"><c>promise</c>, <c>clock</c>, <c>step</c> or <c>publication</c>.</param>
/// <param name="Name">Its name in the case.</param>
/// <param name="Title">In words; of a promise, what was promised.</param>
/// <param name="OwedBy">Whose turn it is: <c>us</c> or <c>company</c>.</param>
/// <param name="Since">Since when.</param>
/// <param name="Paused">Whether it stands still.</param>
/// <param name="PausedUntil">Until when, where that is known.</param>
/// <param name="Disclosure">The case's handle.</param>
/// <param name="Id">The case.</param>
/// <param name="Company">Whose case it is.</param>
/// <param name="Assignee">Who is in charge; absent: nobody.</param>
public sealed record WatchItem(
    DateTimeOffset DueAt, bool Overdue, string Kind, string Name, string Title, string OwedBy, Moment Since, bool Paused, DateTimeOffset? PausedUntil,
    string Disclosure, Guid Id, BoardCompany Company, string? Assignee);

/// <summary>What is asked of the watch list.</summary>
/// <param name="Limit">How many rows at most: 1 to 200, 50 when left out.</param>
/// <param name="After">Where to go on: what an earlier page gave as <c>next</c>.</param>
/// <param name="DueWithin">Only what runs out within this time, or has: an ISO 8601 duration such as <c>PT48H</c> or <c>P7D</c>.</param>
/// <param name="Overdue"><c>true</c>: only what has run out; <c>false</c>: only what has not.</param>
/// <param name="OwedBy">Only what <c>us</c> or the <c>company</c> has to do.</param>
/// <param name="Assignee">Only where this one is in charge; <c>me</c>: whoever asks, <c>none</c>: nobody.</param>
/// <param name="Kind">Only of this kind.</param>
internal sealed record WatchRequest(
    [FromQuery] string? Limit, [FromQuery] string? After, [FromQuery] string? DueWithin, [FromQuery] string? OwedBy, [FromQuery] string? Assignee, [FromQuery] string? Kind,
    [FromQuery] string? Overdue = null);

/// <summary>GET /watch: what is due next across all open cases, one line for each thing that is due.</summary>
internal static class WatchEndpoint
{
    private static readonly string[] Names = ["limit", "after", "dueWithin", "owedBy", "assignee", "kind", "overdue"];

    public static void MapWatch(this IEndpointRouteBuilder routes) => routes
        .MapGet("watch", GetAsync).ForRole(CallerRoles.Viewer).WithName("watch").WithSummary("What is due next across all open cases, one line for each thing.")
        .Produces<WatchPage>().ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<IResult> GetAsync(
        [AsParameters] WatchRequest request, Caller caller, HttpContext context, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
    {
        List<FieldError> errors = [.. context.Request.Query.Keys.Except(Names, StringComparer.Ordinal).Select(name => new FieldError(name.Length > 64 ? "" : name, $"is no filter; there are {string.Join(", ", Names)}"))];
        var limit = BoardQuery.ReadLimit(errors, request.Limit);
        var within = BoardQuery.ReadDuration(errors, "dueWithin", request.DueWithin);
        BoardQuery.OneOf(errors, "owedBy", request.OwedBy, ["us", "company"]);
        BoardQuery.OneOf(errors, "kind", request.Kind, ["promise", "clock", "step", "publication"]);
        BoardQuery.OneOf(errors, "overdue", request.Overdue, ["true", "false"]);
        BoardQuery.Line(errors, "assignee", request.Assignee);
        var after = request.After is null ? null : WatchCursor.Read(request.After);
        if (request.After is not null && after is null)
        {
            errors.Add(new FieldError("after", "must be what an earlier page gave as next"));
        }

        return errors.Count > 0
            ? Problems.InvalidRequest(errors).ToResult()
            : Tagged.Json(context, await ReadAsync(
                database, request with { Assignee = request.Assignee is "me" ? caller.Name : request.Assignee }, limit, within, after, clock.GetUtcNow(), caller.Reader, cancellation));
    }

    internal static async Task<WatchPage> ReadAsync(
        NpgsqlDataSource database, WatchRequest request, int limit, TimeSpan? within, WatchCursor? after, DateTimeOffset now, Reader reader, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(CaseAccess.Hidden(reader, now));
        batch.BatchCommands.Add(Page(request, limit, within, after, now, reader));
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        return await ReadPageAsync(row, limit, now, await ReadWithheldAsync(row, cancellation), cancellation);
    }

    /// <summary>What ran out longest ago and what runs out first, at most so many of each, in one round trip.</summary>
    internal static async Task<BoardDue> ReadNearestAsync(NpgsqlDataSource database, int limit, DateTimeOffset now, Reader reader, CancellationToken cancellation)
    {
        var all = new WatchRequest(null, null, null, null, null, null);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(CaseAccess.Hidden(reader, now));
        batch.BatchCommands.Add(Page(all with { Overdue = "true" }, limit, null, null, now, reader));
        batch.BatchCommands.Add(Page(all with { Overdue = "false" }, limit, null, null, now, reader));
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        var withheld = await ReadWithheldAsync(row, cancellation);
        var overdue = await ReadPageAsync(row, limit, now, withheld, cancellation);
        await row.NextResultAsync(cancellation);
        return new BoardDue(overdue, await ReadPageAsync(row, limit, now, withheld, cancellation));
    }

    private static async Task<WithheldCases> ReadWithheldAsync(NpgsqlDataReader row, CancellationToken cancellation)
    {
        await row.ReadAsync(cancellation);
        var withheld = WithheldCases.Of(row.GetInt32(0));
        await row.NextResultAsync(cancellation);
        return withheld;
    }

    private static async Task<WatchPage> ReadPageAsync(NpgsqlDataReader row, int limit, DateTimeOffset now, WithheldCases withheld, CancellationToken cancellation)
    {
        List<WatchItem> items = [];
        while (await row.ReadAsync(cancellation))
        {
            // One more than asked for, to know whether there is a next page.
            if (items.Count == limit)
            {
                return new WatchPage(items, new WatchCursor(items[^1].DueAt, items[^1].Id, items[^1].Kind, items[^1].Name).ToString(), withheld);
            }

            items.Add(Read(row, now));
        }

        return new WatchPage(items, null, withheld);
    }

    // Two stretches of indexes in one order. A promise that has a clock of its own is told by that. "offset 0" keeps the planner from reading
    // all open cases for the few lines that are asked for.
    private static NpgsqlBatchCommand Page(WatchRequest request, int limit, TimeSpan? within, WatchCursor? after, DateTimeOffset now, Reader reader)
    {
        var command = new NpgsqlBatchCommand();
        const string shown = "c.handle, c.id, c.company_id, c.company_handle, c.company_name, c.company_private, c.company_zone, c.assignee";
        const string order = "order by due_at, case_id, kind, name";
        List<string> conditions = ["c.status = 'open'", $"c.narrowest_fact <= {(int)reader.Clearance}", CaseAccess.Condition(command.Parameters, reader, now)];
        if (request.Assignee is { } assignee)
        {
            conditions.Add(assignee is BoardQuery.None ? "c.assignee is null" : $"c.assignee = {Add(assignee)}");
        }

        List<string> promises = [.. conditions, "c.overdue_at is not null"];
        List<string> dues = ["d.due_at is not null"];
        Both("{0} <= {1}", within is { } time ? now.UtcDateTime + time : null);
        Both(request.Overdue is "true" ? "{0} <= {1}" : "{0} > {1}", request.Overdue is null ? null : now.UtcDateTime);
        if (after is not null)
        {
            var (due, id, kind, name) = (Add(after.DueAt.UtcDateTime), Add(after.Id), Add(after.Kind), Add(after.Name));
            // The first alone lets the index begin there.
            dues.Add($"d.due_at >= {due} and (d.due_at, d.case_id, d.kind, d.name) > ({due}, {id}, {kind}, {name})");
            promises.Add($"c.overdue_at >= {due} and (c.overdue_at, c.id, 'promise', '') > ({due}, {id}, {kind}, {name})");
        }

        if (request.Kind is { } wanted)
        {
            dues.Add($"d.kind = {Add(wanted)}");
        }

        if (request.OwedBy is { } side)
        {
            dues.Add($"d.owed_by = {Add(side)}");
        }

        var most = Add(limit + 1);
        List<string> parts = [];
        if (request.Kind is not "promise")
        {
            parts.Add($"""
                (select d.due_at, d.case_id, d.kind, d.name, d.title, d.owed_by, d.since, d.since_exact, d.paused, d.paused_until, {shown}
                 from dues d cross join lateral (select * from cases c where c.id = d.case_id and {string.Join(" and ", conditions)} offset 0) c where {string.Join(" and ", dues)}
                 order by d.due_at, d.case_id, d.kind, d.name limit {most})
                """);
        }

        if (request.Kind is null or "promise" && request.OwedBy is null or "company")
        {
            parts.Add($"""
                (select c.overdue_at, c.id, 'promise', '', c.owed_what, 'company', c.owed_since, c.owed_since_exact, false, null::timestamptz, {shown}
                 from cases c where {string.Join(" and ", promises)} and not exists (select from dues d where d.case_id = c.id and d.subject_id = c.owed_id offset 0)
                 order by c.overdue_at, c.id limit {most})
                """);
        }

        command.CommandText = parts.Count == 0 ? "select 1 where false"
            : $"select * from ({string.Join("\nunion all\n", parts)}) w (due_at, case_id, kind, name, title, owed_by, since, since_exact, paused, paused_until, {shown.Replace("c.", "", StringComparison.Ordinal)}) {order} limit {most}";
        return command;

        void Both(string condition, object? value)
        {
            if (value is not null)
            {
                var parameter = Add(value);
                dues.Add(string.Format(CultureInfo.InvariantCulture, condition, "d.due_at", parameter));
                promises.Add(string.Format(CultureInfo.InvariantCulture, condition, "c.overdue_at", parameter));
            }
        }

        string Add(object value)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
            return $"${command.Parameters.Count}";
        }
    }

    private static WatchItem Read(NpgsqlDataReader row, DateTimeOffset now)
    {
        var due = row.GetFieldValue<DateTimeOffset>(0);
        var until = row.IsDBNull(9) ? (DateTimeOffset?)null : row.GetFieldValue<DateTimeOffset>(9);
        var paused = row.GetBoolean(8) && !(until <= now);
        return new WatchItem(
            due, due <= now, row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5),
            Facts.Moment(row.GetFieldValue<DateTimeOffset>(6), row.GetBoolean(7)), paused, paused ? until : null,
            row.GetString(10), row.GetGuid(11),
            new BoardCompany(row.GetGuid(12), row.IsDBNull(13) ? null : row.GetString(13), row.IsDBNull(14) ? null : row.GetString(14), row.GetBoolean(15), row.IsDBNull(16) ? null : row.GetString(16)),
            row.IsDBNull(17) ? null : row.GetString(17));
    }
}

/// <summary>The place of a line in the watch list.</summary>
internal sealed record WatchCursor(DateTimeOffset DueAt, Guid Id, string Kind, string Name)
{
    private const char Between = '\u001f';

    /// <summary>As a client sends it back.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{DueAt.UtcTicks}{Between}{Id:D}{Between}{Kind}{Between}{Name}")));

    /// <summary>Reads it; null: it is none.</summary>
    public static WatchCursor? Read(string text)
    {
        if (text.Length > 1000 || !Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(Between);
        return parts.Length == 4 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks
            && Guid.TryParseExact(parts[1], "D", out var id) && !(parts[2] + parts[3]).Contains('\0', StringComparison.Ordinal)
                ? new WatchCursor(new DateTimeOffset(ticks, TimeSpan.Zero), id, parts[2], parts[3])
                : null;
    }
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Ketman.Contracts;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Microsoft.AspNetCore.Mvc;

namespace Ketman.Metrics.Board;

/// <summary>What a client asks of the board, as it came in the address.</summary>
/// <param name="Limit">How many rows at most: 1 to 200, 50 when left out.</param>
/// <param name="After">Where to go on: what an earlier page gave as <c>next</c>.</param>
/// <param name="Company">Only cases of this company: an id or a handle.</param>
/// <param name="WaitingOn">Only where it is the turn of <c>us</c>, <c>company</c> or <c>nobody</c>.</param>
/// <param name="Status">Only <c>open</c> (when left out), <c>resolved</c>, <c>closed</c>, or <c>all</c>.</param>
/// <param name="Reaction">Only where this reaction was classified last; <c>none</c>: none was.</param>
/// <param name="Overdue"><c>true</c>: only where something ran out; <c>false</c>: only where nothing did.</param>
internal sealed record BoardRequest(
    [FromQuery] string? Limit, [FromQuery] string? After, [FromQuery] string? Company, [FromQuery] string? WaitingOn,
    [FromQuery] string? Status, [FromQuery] string? Reaction, [FromQuery] string? Overdue);

/// <summary>The same, understood.</summary>
internal sealed record BoardQuery(
    int Limit, BoardCursor? After, string? Company, string? WaitingOn, string? Status, string? Reaction, bool? Overdue)
{
    private const int Usual = 50;
    private const int Most = 200;
    private const string Any = "all";
    private const string None = "none";

    /// <summary>Whether only cases without a classified reaction are asked for.</summary>
    public bool Unclassified => Reaction == None;

    /// <summary>Reads a request, or says what is wrong with it.</summary>
    public static (BoardQuery? Query, ProblemDetails? Problem) Read(BoardRequest request)
    {
        List<FieldError> errors = [];
        var limit = Usual;
        if (request.Limit is { } size && (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is 0 or > Most))
        {
            errors.Add(new FieldError("limit", $"must be a number from 1 to {Most}"));
        }

        var after = request.After is null ? null : BoardCursor.Read(request.After);
        if (request.After is not null && after is null)
        {
            errors.Add(new FieldError("after", "must be what an earlier page gave as next"));
        }

        OneOf(errors, "waitingOn", request.WaitingOn, Names<WaitingOn>());
        OneOf(errors, "status", request.Status, [.. Names<CaseStatus>(), Any]);
        OneOf(errors, "reaction", request.Reaction, [.. Names<Reaction>(), None]);
        OneOf(errors, "overdue", request.Overdue, ["true", "false"]);
        return errors.Count > 0
            ? (null, Problems.InvalidRequest(errors))
            : (new BoardQuery(
                limit, after, request.Company, request.WaitingOn, request.Status switch { null => CaseStatus.Open.Wire(), Any => null, var one => one },
                request.Reaction, request.Overdue is null ? null : request.Overdue == "true"), null);
    }

    private static string[] Names<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(value => value.Wire())];

    private static void OneOf(List<FieldError> errors, string field, string? value, IReadOnlyList<string> allowed)
    {
        if (value is not null && !allowed.Contains(value, StringComparer.Ordinal))
        {
            errors.Add(new FieldError(field, $"must be one of {string.Join(", ", allowed)}"));
        }
    }
}

/// <summary>The place of a row in the board's order. It names values, not a count: rows that come and go meanwhile shift nothing.</summary>
/// <param name="Urgency">When what is owed runs out; null: never.</param>
/// <param name="OpenedAt">When the case was opened.</param>
/// <param name="Id">The case.</param>
internal sealed record BoardCursor(DateTimeOffset? Urgency, DateTimeOffset OpenedAt, Guid Id)
{
    private const string Never = "-";
    private const int Longest = 300;

    /// <summary>As a client sends it back.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Urgency?.ToString("O", CultureInfo.InvariantCulture) ?? Never}|{OpenedAt:O}|{Id:D}")));

    /// <summary>Reads it; null: it is none.</summary>
    public static BoardCursor? Read(string text)
    {
        if (text.Length > Longest || !Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('|');
        return parts.Length == 3 && TryTime(parts[1], out var opened) && Guid.TryParseExact(parts[2], "D", out var id)
            ? parts[0] == Never ? new BoardCursor(null, opened, id)
                : TryTime(parts[0], out var urgency) ? new BoardCursor(urgency, opened, id) : null
            : null;
    }

    private static bool TryTime(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time);
}

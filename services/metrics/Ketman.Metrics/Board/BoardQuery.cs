using System.Globalization;
using Ketman.Contracts;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Microsoft.AspNetCore.Mvc;
using NodaTime.Text;

namespace Ketman.Metrics.Board;

/// <summary>What is asked of the board, understood.</summary>
internal sealed record BoardQuery
{
    public const string None = "none";

    /// <summary>How many rows a page has at most.</summary>
    public const int Most = 200;

    private const int Usual = 50;
    private const int LongestText = 200;
    private const int MostTags = 30;
    private const int MostCases = 50;
    private const string Any = "all";
    private const string Me = "me";

    public int Limit { get; private init; } = Usual;

    public BoardCursor? After { get; private init; }

    public BoardOrder Order { get; private init; } = BoardOrder.Urgency;

    public string? Company { get; private init; }

    /// <summary>Ids or handles; null: whichever.</summary>
    public IReadOnlyList<string>? Cases { get; private init; }

    /// <summary>Null: in whatever state.</summary>
    public string? Status { get; private init; }

    public string? WaitingOn { get; private init; }

    public string? Reaction { get; private init; }

    public string? Assignee { get; private init; }

    public bool? Overdue { get; private init; }

    public TimeSpan? DueWithin { get; private init; }

    public Tlp? Marking { get; private init; }

    public IReadOnlyList<string> Tags { get; private init; } = [];

    public string? Severity { get; private init; }

    public string? Policy { get; private init; }

    public string? Words { get; private init; }

    /// <summary>Null: now.</summary>
    public AsOf? AsOf { get; private init; }

    /// <summary>Whether something is asked for that is worked out from facts, and so cannot be asked for where some are withheld.</summary>
    public bool AsksForWorkedOut => WaitingOn is not null || Reaction is not null || Overdue is not null || DueWithin is not null || Severity is not null;

    /// <summary>Reads a request, or says what is wrong with it.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="reader">Who <c>me</c> is.</param>
    /// <param name="calendar">The team's zone.</param>
    /// <param name="now">The time of the question.</param>
    public static (BoardQuery? Query, ProblemDetails? Problem) Read(BoardRequest request, string reader, TeamCalendar calendar, DateTimeOffset now)
    {
        List<FieldError> errors = [.. AsOf.Read(request.AsOf, request.By, calendar, now, out var asOf)];
        var limit = ReadLimit(errors, request.Limit);
        var order = ReadOrder(errors, request.Sort, request.Q is not null);
        var after = request.After is null ? null : BoardCursor.Read(request.After, order);
        if (request.After is not null && after is null)
        {
            errors.Add(new FieldError("after", "must be what an earlier page in the same order gave as next"));
        }

        OneOf(errors, "waitingOn", request.WaitingOn, Names<WaitingOn>());
        OneOf(errors, "status", request.Status, [.. Names<CaseStatus>(), Any]);
        OneOf(errors, "reaction", request.Reaction, [.. Names<Reaction>(), None]);
        OneOf(errors, "overdue", request.Overdue, ["true", "false"]);
        OneOf(errors, "tlp", request.Tlp, Names<Tlp>());
        OneOf(errors, "severity", request.Severity, [.. Names<Severity>(), None]);
        Line(errors, "assignee", request.Assignee);
        Line(errors, "policy", request.Policy);
        Line(errors, "q", request.Q);
        if (request.Q is { } words && !words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(word => word[0] != '-' && word.Any(char.IsLetterOrDigit)))
        {
            errors.Add(new FieldError("q", "needs a word that is to be found; a - before a word says that it must not be there"));
        }
        else if (request.Q is not null && asOf is not null)
        {
            errors.Add(new FieldError("q", "cannot be asked of the past: leave asOf out"));
        }

        if (request.Tag is { Length: > MostTags } || request.Tag?.Any(tag => tag.Length is 0 or > LongestText || tag.Any(char.IsControl)) is true)
        {
            errors.Add(new FieldError("tag", $"must be tags such as wallet-drainer, at most {MostTags}"));
        }

        var cases = request.Disclosure is { Length: > 0 } named ? named.SelectMany(some => some.Split(',')).Distinct(StringComparer.Ordinal).ToList() : null;
        if (cases is { Count: > MostCases } || cases?.Exists(one => one.Length is 0 or > LongestText || one.Any(char.IsControl)) is true)
        {
            errors.Add(new FieldError("disclosure", $"must be handles or ids of cases, at most {MostCases}"));
        }

        var within = ReadDuration(errors, "dueWithin", request.DueWithin);
        return errors.Count > 0
            ? (null, Problems.InvalidRequest(errors))
            : (new BoardQuery
            {
                Limit = limit,
                After = after,
                Order = order,
                Company = request.Company,
                Cases = cases,
                Status = request.Status switch { null => CaseStatus.Open.Wire(), Any => null, var one => one },
                WaitingOn = request.WaitingOn,
                Reaction = request.Reaction,
                Assignee = request.Assignee is Me ? reader : request.Assignee,
                Overdue = request.Overdue is null ? null : request.Overdue == "true",
                DueWithin = within,
                Marking = request.Tlp is null ? null : Enum.GetValues<Tlp>().Single(one => one.Wire() == request.Tlp),
                Tags = [.. (request.Tag ?? []).Distinct(StringComparer.Ordinal)],
                Severity = request.Severity,
                Policy = request.Policy,
                Words = request.Q,
                AsOf = asOf,
            }, null);
    }

    /// <summary>How many rows are asked for.</summary>
    internal static int ReadLimit(List<FieldError> errors, string? text)
    {
        var limit = Usual;
        if (text is not null && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is 0 or > Most))
        {
            errors.Add(new FieldError("limit", $"must be a number from 1 to {Most}"));
        }

        return limit;
    }

    /// <summary>A duration that is not negative and not longer than a century.</summary>
    internal static TimeSpan? ReadDuration(List<FieldError> errors, string field, string? text)
    {
        if (text is null)
        {
            return null;
        }

        var read = PeriodPattern.NormalizingIso.Parse(text);
        if (read.Success && read.Value is { Years: 0, Months: 0 } period && period.ToDuration() is var length && length >= NodaTime.Duration.Zero && length <= NodaTime.Duration.FromDays(36_500))
        {
            return length.ToTimeSpan();
        }

        errors.Add(new FieldError(field, "must be an ISO 8601 duration in weeks, days, hours or minutes, such as PT48H or P7D"));
        return null;
    }

    /// <summary>One of some words.</summary>
    internal static void OneOf(List<FieldError> errors, string field, string? value, IReadOnlyList<string> allowed)
    {
        if (value is not null && !allowed.Contains(value, StringComparer.Ordinal))
        {
            errors.Add(new FieldError(field, $"must be one of {string.Join(", ", allowed)}"));
        }
    }

    /// <summary>One line of text.</summary>
    internal static void Line(List<FieldError> errors, string field, string? value)
    {
        if (value is not null && (string.IsNullOrWhiteSpace(value) || value.Length > LongestText || value.Any(char.IsControl)))
        {
            errors.Add(new FieldError(field, $"must be one line of at most {LongestText} characters"));
        }
    }

    private static BoardOrder ReadOrder(List<FieldError> errors, string? text, bool searches)
    {
        var order = text is null ? searches ? BoardOrder.Relevance : BoardOrder.Urgency : BoardOrder.Of(text);
        if (order is null || (order.Key is BoardKey.Relevance && !searches))
        {
            errors.Add(new FieldError("sort", $"must be one of {string.Join(", ", BoardOrder.Names)}, reversed with a - before it, or relevance where words are searched"));
        }

        return order ?? BoardOrder.Urgency;
    }

    private static string[] Names<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(value => value.Wire())];
}

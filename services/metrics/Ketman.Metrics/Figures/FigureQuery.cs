using System.Globalization;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Microsoft.AspNetCore.Mvc;

namespace Ketman.Metrics.Figures;

/// <summary>By what a figure is taken apart.</summary>
internal enum Grouping
{
    None,
    Company,
    Segment,
    Channel,
    Month,
    Policy,
    Asset,
    Actor,
}

/// <summary>Which of two ways to count.</summary>
internal enum Variant
{
    Strict,
    Relaxed,
}

/// <summary>What a client asks of the figures, as it came in the address.</summary>
/// <param name="Group">By what the figure is taken apart: see each figure; left out: not at all.</param>
/// <param name="From">The window's beginning: a day or an instant; left out: from the beginning.</param>
/// <param name="Until">The window's end: an instant, or a day to its end; left out: to the moment of <paramref name="AsOf"/>.</param>
/// <param name="Last">Instead of both: how long the window is that ends now (or at <paramref name="AsOf"/>), e.g. <c>P90D</c>.</param>
/// <param name="AsOf">A day or an instant of the past from which to look.</param>
/// <param name="By">How that is meant: by when facts were <c>known</c> (when left out) or when they <c>happened</c>.</param>
/// <param name="Against">A day or an instant: the same figure as it was known then beside it, and what moved it.</param>
/// <param name="Variant">Only <c>strict</c> or <c>relaxed</c>; left out: both where there are both.</param>
/// <param name="Metric">Of the reaction times only this one.</param>
/// <param name="Curve"><c>true</c>: with the steps of the curves.</param>
/// <param name="Cases"><c>true</c>: with the cases that were counted.</param>
/// <param name="Limit">How many groups (the largest first) and cases at most: 1 to 1000, 100 when left out.</param>
internal sealed record FigureRequest(
    [FromQuery] string? Group, [FromQuery] string? From, [FromQuery] string? Until, [FromQuery] string? Last, [FromQuery] string? AsOf, [FromQuery] string? By,
    [FromQuery] string? Against, [FromQuery] string? Variant, [FromQuery] string? Metric, [FromQuery] string? Curve, [FromQuery] string? Cases, [FromQuery] string? Limit);

/// <summary>The time that is asked about.</summary>
/// <param name="From">Its first instant; null: no beginning.</param>
/// <param name="Until">The first instant after it; null: no end.</param>
internal sealed record FigureWindow(DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary>All time.</summary>
    public static FigureWindow Always { get; } = new(null, null);

    /// <summary>Whether something lies in it: a day lies where it begins in the team's zone.</summary>
    public bool Contains(Moment at, TeamCalendar calendar)
    {
        if (From is null && Until is null)
        {
            return true;
        }

        var start = at.Precision is Precision.Day ? calendar.StartOf(calendar.DateOf(at)) : at.Start;
        return (From is not { } from || start >= from) && (Until is not { } until || start < until);
    }
}

/// <summary>The same, understood.</summary>
internal sealed record FigureQuery(
    Grouping Grouping, FigureWindow Window, AsOf? AsOf, AsOf? Against, Variant? Variant, string? Metric, bool Curve, bool Cases, int Limit)
{
    private const int Usual = 100;
    private const int Most = 1000;

    /// <summary>Nothing in particular.</summary>
    public static FigureQuery Plain { get; } = new(Grouping.None, FigureWindow.Always, null, null, null, null, false, false, Usual);

    /// <summary>Whether cases, or the companies that they are of, are told in the answer.</summary>
    public bool NamesCases => Cases || Against is not null || Grouping is Grouping.Company or Grouping.Segment;

    /// <summary>Whether a variant is asked for.</summary>
    public bool Wants(Variant variant) => Variant is null || Variant == variant;

    /// <summary>
    /// The moment from which figures of now are looked at. What still waits would change them with every question; so, asked again within a
    /// minute, nothing has changed.
    /// </summary>
    public static DateTimeOffset LastMinute(DateTimeOffset now) => now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));

    /// <summary>Reads a request, or says what is wrong with it.</summary>
    public static (FigureQuery? Query, ProblemDetails? Problem) Read(
        FigureRequest request, IReadOnlyList<Grouping> groupings, IReadOnlyList<string> metrics, TeamCalendar calendar, DateTimeOffset now)
    {
        List<FieldError> errors = [];
        OneOf(errors, "group", request.Group, [.. groupings.Select(group => group.Wire())]);
        OneOf(errors, "variant", request.Variant, WireNames<Variant>.All);
        OneOf(errors, "curve", request.Curve, ["true", "false"]);
        OneOf(errors, "cases", request.Cases, ["true", "false"]);
        if (request.Metric is not null && !metrics.Contains(request.Metric, StringComparer.Ordinal))
        {
            errors.Add(new FieldError("metric", metrics.Count == 0 ? "is only for reaction-times" : $"must be one of {string.Join(", ", metrics)}"));
        }

        var limit = Usual;
        if (request.Limit is { } size && (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is 0 or > Most))
        {
            errors.Add(new FieldError("limit", $"must be a number from 1 to {Most}"));
        }

        errors.AddRange(AsOf.Read(request.AsOf, request.By, calendar, now, out var asOf));
        errors.AddRange(AsOf.Read(request.Against, null, calendar, now, out var against).Select(error => error with { Field = "against" }));
        var window = ReadWindow(request, calendar, asOf?.At, LastMinute(now), errors);
        return errors.Count > 0
            ? (null, Problems.InvalidRequest(errors))
            : (new FigureQuery(
                request.Group is null ? Grouping.None : WireNames<Grouping>.Parse(request.Group), window, asOf, against,
                request.Variant is null ? null : WireNames<Variant>.Parse(request.Variant), request.Metric, request.Curve == "true", request.Cases == "true", limit), null);
    }

    private static FigureWindow ReadWindow(FigureRequest request, TeamCalendar calendar, DateTimeOffset? asOf, DateTimeOffset now, List<FieldError> errors)
    {
        if (request.Last is { } last)
        {
            if (request.From is not null || request.Until is not null)
            {
                errors.Add(new FieldError("last", "stands for from and until; leave it out or them"));
            }
            else if (!IsoDuration.TryParse(last, out var length, out _) || length.ToTimeSpan() is var span && (span <= TimeSpan.Zero || span > (asOf ?? now) - DateTimeOffset.UnixEpoch))
            {
                errors.Add(new FieldError("last", "must be a duration such as P90D (90 days) or PT36H, longer than nothing"));
            }
            else
            {
                return new FigureWindow((asOf ?? now) - span, asOf);
            }

            return FigureWindow.Always;
        }

        var from = Read(request.From, "from");
        var until = Read(request.Until, "until");
        var window = new FigureWindow(from is { } first ? first.Precision is Precision.Day ? calendar.StartOf(calendar.DateOf(first)) : first.Start : null, until is { } end ? calendar.EndOf(end) : null);
        if (window.From >= window.Until)
        {
            errors.Add(new FieldError("until", "must be later than from"));
        }

        return window;

        Moment? Read(string? text, string field)
        {
            if (text is null)
            {
                return null;
            }

            if (Moment.TryParse(text, out var moment) && calendar.DateOf(moment).Year is >= 2000 and < 9999)
            {
                return moment;
            }

            errors.Add(new FieldError(field, "must be a day such as 2025-02-01 or an instant such as 2025-02-01T14:00:00Z, from 2000-01-01 on"));
            return null;
        }
    }

    private static void OneOf(List<FieldError> errors, string field, string? value, IReadOnlyList<string> allowed)
    {
        if (value is not null && !allowed.Contains(value, StringComparer.Ordinal))
        {
            errors.Add(new FieldError(field, $"must be one of {string.Join(", ", allowed)}"));
        }
    }
}

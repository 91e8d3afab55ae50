using System.Globalization;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Incident;

/// <summary>
/// The case on one time axis: who did what, which clocks ran, stood still and ran out. Worked out on the server for a stretch of time, so
/// that it can be zoomed by links, and every size of it has legible words.
/// </summary>
public sealed class TimePicture
{
    public const int Width = 1200;
    public const int LabelWidth = 190;
    public const int LaneHeight = 30;
    public const int AxisHeight = 34;
    private const int MostClocks = 14;
    private const int Near = 13;
    private const int TickRoom = 80;

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromDays(1),
        TimeSpan.FromDays(2), TimeSpan.FromDays(4), TimeSpan.FromDays(7), TimeSpan.FromDays(14), TimeSpan.FromDays(30), TimeSpan.FromDays(91), TimeSpan.FromDays(182),
        TimeSpan.FromDays(365), TimeSpan.FromDays(1826),
    ];

    private static readonly Dictionary<string, (string Lane, string Shape)> Marked = new(StringComparer.Ordinal)
    {
        ["engagement-established"] = ("workers", "triangle"),
        ["code-merged"] = ("workers", "square"),
        ["payment-recorded"] = ("workers", "diamond"),
        ["worker-confirmed"] = ("workers", "circle"),
        ["access-revoked"] = ("workers", "cross"),
        ["outreach-attempted"] = ("us", "circle"),
        ["update-requested"] = ("us", "square"),
        ["information-provided"] = ("us", "triangle"),
        ["outreach-bounced"] = ("us", "cross"),
        ["outreach-answered"] = ("company", "circle"),
        ["disclosure-acknowledged"] = ("company", "tick"),
        ["reaction-classified"] = ("company", "diamond"),
        ["update-received"] = ("company", "square"),
        ["information-requested"] = ("company", "triangle"),
        ["privacy-requested"] = ("company", "cross"),
        ["escalation-step-due"] = ("ladder", "square"),
        ["escalation-step-taken"] = ("ladder", "tick"),
        ["escalation-step-cancelled"] = ("ladder", "cross"),
        ["final-notice-given"] = ("publication", "triangle"),
        ["publication-proposed"] = ("publication", "square"),
        ["publication-approved"] = ("publication", "tick"),
        ["publication-scheduled"] = ("publication", "diamond"),
        ["publication-held"] = ("publication", "cross"),
        ["publication-released"] = ("publication", "circle"),
        ["publication-stopped"] = ("publication", "cross"),
        ["company-named"] = ("publication", "circle"),
        ["publication-withdrawn"] = ("publication", "cross"),
    };

    private readonly IncidentView _view;
    private readonly TimeZoneInfo _zone;
    private readonly DateTimeOffset _now;
    private readonly List<PictureLane> _lanes = [];

    private TimePicture(IncidentView view, DateTimeOffset? from, DateTimeOffset? until, DateTimeOffset now, TimeZoneInfo zone)
    {
        _view = view;
        _zone = zone;
        _now = now;
        (WholeFrom, WholeUntil) = Whole();
        (CaseFrom, CaseUntil) = Opened();
        (From, Until) = from is { } first && until is { } last && last - first >= TimeSpan.FromMinutes(30) ? (first, last) : (CaseFrom, CaseUntil);
        AddLanes();
    }

    /// <summary>The picture of a stretch of time; without one, from the opening to the last that happened or is due.</summary>
    public static TimePicture Of(IncidentView view, DateTimeOffset? from, DateTimeOffset? until, DateTimeOffset now, TimeZoneInfo zone) =>
        new(view, from, until, now, zone);

    public DateTimeOffset From { get; }

    public DateTimeOffset Until { get; }

    public DateTimeOffset CaseFrom { get; }

    public DateTimeOffset CaseUntil { get; }

    public DateTimeOffset WholeFrom { get; }

    public DateTimeOffset WholeUntil { get; }

    public IReadOnlyList<PictureLane> Lanes => _lanes;

    public int Height => AxisHeight + Math.Max(1, _lanes.Count) * LaneHeight + 8;

    /// <summary>Where now is; null when it is not on the picture.</summary>
    public double? NowAt => _now >= From && _now <= Until ? X(_now) : null;

    public TimeSpan Shown => Until - From;

    /// <summary>The days or hours that stand on the axis.</summary>
    public IReadOnlyList<PictureTick> Ticks()
    {
        var step = Steps.FirstOrDefault(step => Shown / step <= 9, Steps[^1]);
        var local = TimeZoneInfo.ConvertTime(From, _zone);
        var at = step >= TimeSpan.FromDays(1)
            ? new DateTimeOffset(local.Date, local.Offset)
            : new DateTimeOffset(local.Date + TimeSpan.FromTicks(local.TimeOfDay.Ticks / step.Ticks * step.Ticks), local.Offset);
        var ticks = new List<PictureTick>();
        for (int? year = null; at < Until; at += step)
        {
            // Words need room to the right of their line.
            if (at < From || X(at) > Width - TickRoom)
            {
                continue;
            }

            var shown = TimeZoneInfo.ConvertTime(at, _zone);
            var form = step >= TimeSpan.FromDays(1) ? "d MMM" : "d MMM HH:mm";
            ticks.Add(new PictureTick(X(at), shown.ToString(year == shown.Year ? form : form.Replace("d MMM", "d MMM yyyy", StringComparison.Ordinal), CultureInfo.InvariantCulture)));
            year = shown.Year;
        }

        return ticks;
    }

    /// <summary>Where a moment lies on the picture, beyond its edges too.</summary>
    public double X(DateTimeOffset at) => LabelWidth + (at - From) / (Until - From) * (Width - LabelWidth - 8);

    /// <summary>A moment as the API writes it, a day at its noon in the reader's zone; null when it cannot be read.</summary>
    public static DateTimeOffset? Instant(string? at, TimeZoneInfo zone)
    {
        if (at is { Length: 10 } && DateOnly.TryParseExact(at, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            var noon = day.ToDateTime(new TimeOnly(12, 0));
            return new DateTimeOffset(noon, zone.GetUtcOffset(noon));
        }

        return DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
    }

    private DateTimeOffset? Instant(string? at) => Instant(at, _zone);

    // What was due or happened, without what lies so far ahead that everything else would be pressed together.
    private IEnumerable<DateTimeOffset> Moments() => _view.Entries.Select(entry => Instant(entry.At))
        .Concat(_view.Clocks?.Items.Select(clock => clock.DueAt) ?? [])
        .Concat(_view.Case.Commitments.Select(promise => Instant(promise.Due)))
        .Append(_view.Publication?.PublishFrom).Append(_view.Publication?.ScheduledFor)
        .OfType<DateTimeOffset>().Where(at => at <= _now.AddDays(60));

    private (DateTimeOffset From, DateTimeOffset Until) Whole()
    {
        var first = Moments().Append(Instant(_view.Case.OpenedAt) ?? _now).Min();
        var last = Moments().Append(_now).Max();
        return Padded(first, last);
    }

    private (DateTimeOffset From, DateTimeOffset Until) Opened()
    {
        var opened = Instant(_view.Case.OpenedAt) ?? _now;
        var last = Moments().Append(opened).Max();
        // A case that has slept for long is shown as far as something happened; how far away now is stands beside it.
        return Padded(opened, _now > last && _now - last <= (last - opened) / 2 + TimeSpan.FromDays(2) ? _now : last);
    }

    private static (DateTimeOffset From, DateTimeOffset Until) Padded(DateTimeOffset first, DateTimeOffset last)
    {
        var pad = TimeSpan.FromTicks(Math.Max((last - first).Ticks / 25, TimeSpan.FromHours(2).Ticks));
        return (first - pad, last + pad);
    }

    private void AddLanes()
    {
        foreach (var (lane, name) in new[] { ("workers", Words.Incident_LaneWorkers), ("us", Words.Incident_LaneUs), ("company", Words.Incident_LaneCompany) })
        {
            Add(name, [], Marks(lane));
        }

        foreach (var clock in _view.Clocks?.Items.Where(clock => clock.Clock != "commitment").OrderBy(clock => Instant(clock.Anchor.At)).Take(MostClocks) ?? [])
        {
            Add(Labels.Of(clock.Clock), Bars(clock), []);
        }

        Add(Words.Incident_LanePromises, [.. _view.Case.Commitments.Select(PromiseBar).OfType<PictureBar>()], [.. _view.Case.Commitments.Select(PromiseMark).OfType<PictureMark>()]);
        Add(Words.Incident_LaneLadder, [], Marks("ladder"));
        Add(Words.Incident_LanePublication, [.. NoticeBar()], Marks("publication"));
    }

    private void Add(string name, List<PictureBar> bars, List<PictureMark> marks)
    {
        if (bars.Count + marks.Count > 0)
        {
            _lanes.Add(new PictureLane(name, AxisHeight + _lanes.Count * LaneHeight, bars, Spread(marks)));
        }
    }

    private List<PictureMark> Marks(string lane) =>
    [
        .. _view.Entries.Where(entry => entry.Retracted is null && Marked.TryGetValue(entry.Type, out var place) && place.Lane == lane)
            .Select(entry => Mark(Instant(entry.At), Marked[entry.Type].Shape, KindOf(entry), entry.What, entry.At)).OfType<PictureMark>(),
    ];

    // An automatic reply, and an attempt of which nothing is known to have arrived, are hollow.
    private string KindOf(Entry entry) => entry.Type switch
    {
        "outreach-answered" when entry.Said("automatic") is "True" or "true" => "hollow",
        "outreach-attempted" when _view.Case.Outreach.FirstOrDefault(attempt => attempt.Id == entry.Id) is { DeliveredAt: null } => "hollow",
        "outreach-bounced" or "escalation-step-cancelled" or "publication-withdrawn" => "soft",
        "escalation-step-due" => "hollow",
        "company-named" or "publication-stopped" or "publication-held" => "bad",
        "disclosure-acknowledged" or "access-revoked" or "escalation-step-taken" => "good",
        _ => "plain",
    };

    private PictureMark? Mark(DateTimeOffset? at, string shape, string kind, string what, string when) =>
        at is { } instant && instant >= From && instant <= Until
            ? new PictureMark(X(instant), 0, shape, kind, $"{Clocks.Show(when, _zone)}: {what}")
            : null;

    private List<PictureBar> Bars(ClockView clock)
    {
        var bars = new List<PictureBar>();
        if (Instant(clock.Anchor.At) is not { } start)
        {
            return bars;
        }

        var ended = clock.Status is "ended" ? Instant(_view.Case.StatusSince) : null;
        var end = Instant(clock.Stop?.At) ?? ended ?? (_now > start ? _now : start);
        var due = clock.DueAt ?? DateTimeOffset.MaxValue;
        var inTime = end < due ? end : due;
        Bar(bars, start, inTime, "running", Labels.Fill(Words.Incident_BarRunning, Labels.Of(clock.Clock)));
        foreach (var pause in clock.Pauses)
        {
            Bar(bars, pause.From, pause.To ?? end, "paused", Labels.Fill(Words.Incident_BarPaused, Labels.Of(clock.Clock), Labels.Of(pause.Cause)));
        }

        // What a breach of long ago goes on to: until it is answered, or to the edge.
        Bar(bars, due, end, "over", Labels.Fill(Words.Incident_BarOver, Labels.Of(clock.Clock), Clocks.Show(due == DateTimeOffset.MaxValue ? end : due, _zone)));
        if (end < due && due < DateTimeOffset.MaxValue && clock.Stop is null && ended is null)
        {
            Bar(bars, end, due, "ahead", Labels.Fill(Words.Incident_BarAhead, Labels.Of(clock.Clock), Clocks.Show(due, _zone)));
        }

        return bars;
    }

    private PictureBar? PromiseBar(Promise promise)
    {
        var bars = new List<PictureBar>();
        if (Instant(promise.At) is { } made && Instant(promise.Due) is { } due)
        {
            Bar(bars, made, due, promise.KeptAt is null && due > _now ? "ahead" : "running", Labels.Fill(Words.Incident_BarPromise, promise.What, Clocks.Show(promise.Due, _zone)));
        }

        return bars.FirstOrDefault();
    }

    private PictureMark? PromiseMark(Promise promise) => promise.KeptAt is { } kept
        ? Mark(Instant(kept), "tick", "good", Words.Incident_PromiseKept + ": " + promise.What, kept)
        : Instant(promise.Due) is { } due && due < _now ? Mark(due, "cross", "bad", Words.Incident_PromiseMissed + ": " + promise.What, promise.Due) : null;

    private List<PictureBar> NoticeBar()
    {
        var bars = new List<PictureBar>();
        if (_view.Publication is { PublishFrom: { } from, NoticeSent: { } sent } && Instant(sent) is { } began)
        {
            Bar(bars, began, from, "ahead", Labels.Fill(Words.Incident_BarNotice, Clocks.Show(from, _zone)));
        }

        return bars;
    }

    private void Bar(List<PictureBar> bars, DateTimeOffset from, DateTimeOffset until, string kind, string title)
    {
        var (left, right) = (from < From ? From : from, until > Until ? Until : until);
        if (left < right)
        {
            bars.Add(new PictureBar(X(left), Math.Max(2, X(right) - X(left)), kind, title));
        }
    }

    // Marks that would lie on one another are moved up and down.
    private static List<PictureMark> Spread(List<PictureMark> marks)
    {
        var spread = new List<PictureMark>();
        foreach (var mark in marks.OrderBy(mark => mark.X))
        {
            var level = spread.Count > 0 && mark.X - spread[^1].X < Near ? (spread[^1].Level + 1) % 3 : 0;
            spread.Add(mark with { Level = level });
        }

        return spread;
    }
}

public sealed record PictureLane(string Name, int Y, IReadOnlyList<PictureBar> Bars, IReadOnlyList<PictureMark> Marks);

public sealed record PictureBar(double X, double Width, string Kind, string Title);

/// <param name="X">Where, from the left.</param>
/// <param name="Level">0 in the middle of the lane, 1 above, 2 below.</param>
/// <param name="Shape">circle, square, diamond, triangle, tick or cross.</param>
/// <param name="Kind">How it is filled.</param>
/// <param name="Title">When and what.</param>
public sealed record PictureMark(double X, int Level, string Shape, string Kind, string Title);

public sealed record PictureTick(double X, string Text);

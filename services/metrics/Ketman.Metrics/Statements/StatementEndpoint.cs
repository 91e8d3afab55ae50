using System.Globalization;
using System.Net.Mime;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Ketman.Metrics.Statements.Kept;
using Ketman.Proof;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Ketman.Metrics.Statements;

/// <summary>
/// GET /statements/{month}: the activity statement of a month in four forms, for the caller or with <c>?tlp=</c> for readers who are
/// cleared for less: <c>?tlp=clear</c> is what may be published. Where a version is frozen, the last one is answered, byte by byte as it
/// was frozen, and a header says what moved since.
/// </summary>
internal static class StatementEndpoint
{
    private const string Sealed = "sealed";

    public static void MapStatement(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("statements/{month}", GetAsync).ForRole(CallerRoles.Viewer).WithName("statement")
            .WithSummary("The activity statement of a month, as JSON, Markdown, HTML or CSV.")
            .Produces<Statement>(
                contentType: MediaTypeNames.Application.Json, additionalContentTypes: [MediaTypeNames.Text.Markdown, MediaTypeNames.Text.Html, StatementCsv.MediaType])
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status406NotAcceptable).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapExplanation();
        routes.MapLifeCycle();
        routes.MapNotes();
    }

    private static async Task<IResult> GetAsync(
        [AsParameters] StatementRequest request, Caller caller, HttpContext context, StatementDesk desk, StatementShelf shelf, StatementLedger ledger, NpgsqlDataSource database,
        TeamCalendar calendar, TimeProvider clock, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var errors = AsOf.Read(request.AsOf, request.By, calendar, now, out var past).Concat(request.Errors()).ToList();
        if (errors.Count > 0)
        {
            return Problems.InvalidRequest(errors).ToResult();
        }

        if (ReadMonth(request.Month, "month", calendar, past?.At ?? now, out var month) is { } wrong)
        {
            return wrong.ToResult();
        }

        if (ReaderLevel.Read(request.Tlp, caller, out var level) is { } problem)
        {
            return problem.ToResult();
        }

        context.Response.Headers.Vary = HeaderNames.Accept;
        var reader = caller.Reader with { Clearance = level };
        var form = request.Format == Sealed ? StatementForm.Json : StatementForm.Asked(request.Format, context.Request);
        if (form is null || (request.Against is not null && form != StatementForm.Json && form != StatementForm.Csv))
        {
            return Problems.With(
                StatusCodes.Status406NotAcceptable, "not-acceptable", "There is no such form of a statement.",
                request.Against is null ? "Send Accept: application/json, text/markdown, text/html or text/csv, or ?format=." : "Two months beside each other are answered as application/json or text/csv.").ToResult();
        }

        if (request.Against is not null)
        {
            return await CompareAsync(month, request.Against, form, past, reader, context, desk, calendar, now, cancellation);
        }

        try
        {
            var steps = past is null && request.State != "draft" ? await ledger.ReadAsync(month.ToString(), cancellation) : [];
            var frozen = steps.LastOrDefault(step => step.Step.Kind == StatementStep.Frozen && (request.VersionAsked is null || step.Step.Version == request.VersionAsked));
            if (frozen is not null)
            {
                return await FrozenAsync(month, form, request.Format == Sealed, frozen, steps, reader, context, desk, ledger, database, now, cancellation);
            }
        }
        catch (TamperedException e)
        {
            return Tampered(e).ToResult();
        }

        if (request.VersionAsked is not null || request.State == "frozen" || request.Format == Sealed)
        {
            return Problems.With(
                StatusCodes.Status404NotFound, "statement-version-not-found", "There is no such version.",
                "No such version of this month is frozen; without version and state, the draft is answered.", [new FieldError("version", "there is no such version")]).ToResult();
        }

        if (past is null)
        {
            return Answer(context, form, await shelf.AnswerAsync(month, form, reader, now, cancellation));
        }

        var view = (await desk.DraftAsync(month, past, cancellation)).For(reader, now);
        return Answer(context, form, TaggedContent.Of(form.Write(view, StatementJson.Cut(view), StatementEdition.Draft with { AsOf = past })));
    }

    private static async Task<IResult> CompareAsync(
        StatementMonth month, string against, StatementForm form, AsOf? past, Reader reader, HttpContext context, StatementDesk desk, TeamCalendar calendar, DateTimeOffset now,
        CancellationToken cancellation)
    {
        if (ReadMonth(against, "against", calendar, past?.At ?? now, out var other) is { } wrong)
        {
            return wrong.ToResult();
        }

        var here = StatementJson.Cut((await desk.DraftAsync(month, past, cancellation)).For(reader, now));
        var there = StatementJson.Cut((await desk.DraftAsync(other, past, cancellation)).For(reader, now));
        var cells = StatementComparison.Of(here, there);
        return form == StatementForm.Csv
            ? Answer(context, form, TaggedContent.Of(StatementCsv.Write(month.ToString(), other.ToString(), cells)))
            : Tagged.Json(context, new ComparedMonths(month.ToString(), other.ToString(), calendar.ZoneName, reader.Clearance, cells));
    }

    private static async Task<IResult> FrozenAsync(
        StatementMonth month, StatementForm form, bool whole, KeptStep frozen, IReadOnlyList<KeptStep> steps, Reader reader, HttpContext context, StatementDesk desk,
        StatementLedger ledger, NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellation)
    {
        var names = (whole ? StatementForm.All : [form]).Select(one => StatementDesk.NameOf(reader.Clearance, one)).ToList();
        var contents = await ledger.ContentsAsync(month.ToString(), frozen, names, cancellation);
        // It cannot be changed, and the team may have promised silence since.
        if (!await database.MayKnowAllAsync([.. contents.SelectMany(content => content.Cases).Distinct()], reader, now, cancellation))
        {
            return Problems.With(
                StatusCodes.Status403Forbidden, "withheld", "This is withheld.",
                "Since it was frozen, a case that it names was kept closer. The other forms name none, and ?state=draft tells what may be told.").ToResult();
        }

        if (whole)
        {
            return Tagged.Bytes(context, Seal(frozen, steps, contents, reader.Clearance).Write(), MediaTypeNames.Application.Json);
        }

        var moved = (await desk.MovedAsync(await desk.DraftAsync(month, null, cancellation), frozen, reader, now, cancellation)).Count;
        context.Response.Headers["Ketman-Statement"] = string.Create(CultureInfo.InvariantCulture, $"version={frozen.Step.Version}; moved={moved}");
        return Answer(context, form, TaggedContent.Of(contents[0].Content));
    }

    // Who did it is for the team.
    private static SealedStatement Seal(KeptStep frozen, IReadOnlyList<KeptStep> steps, IReadOnlyList<KeptContent> contents, Tlp level) => new(
        SealedStatement.FormName,
        [
            .. steps.Where(step => step.Step.Number <= frozen.Step.Number).Select(step => new SignedStep(
                step.Text, Convert.ToBase64String(step.Signature), level >= Marking.Usual ? step.By : null, level >= Marking.Usual ? Convert.ToBase64String(step.Salt) : null)),
        ],
        [.. steps.Where(step => step.Step.Number <= frozen.Step.Number).Select(step => step.Key).Distinct()],
        [.. contents.Select(content => new SealedContent(content.Name, Convert.ToBase64String(content.Salt), System.Text.Encoding.UTF8.GetString(content.Content)))]);

    private static IResult Answer(HttpContext context, StatementForm form, TaggedContent content)
    {
        if (form == StatementForm.Html)
        {
            context.Response.Headers.ContentSecurityPolicy = StatementHtml.Policy;
        }

        return Tagged.Bytes(context, content, form.ContentType);
    }

    /// <summary>Reads a month that has begun, or says what is wrong with it.</summary>
    internal static ProblemDetails? ReadMonth(string? text, string member, TeamCalendar calendar, DateTimeOffset now, out StatementMonth month)
    {
        if (!StatementMonth.TryParse(text, calendar, now, out var asked))
        {
            month = null!;
            return Problems.InvalidRequest(new FieldError(member, "must be a month such as 2025-02, from 2000-01 on"));
        }

        month = asked;
        if (!asked.IsFuture)
        {
            return null;
        }

        var current = new StatementMonth(calendar.DateOf(now), calendar, now);
        return Problems.With(
            StatusCodes.Status422UnprocessableEntity, "month-not-begun", "This month has not begun.",
            $"The latest month of which there is a statement is {current} ({calendar.ZoneName}).",
            [new FieldError(member, $"must be {current} or earlier")]);
    }

    /// <summary>409: what is kept is not what was signed.</summary>
    internal static ProblemDetails Tampered(TamperedException e) => Problems.With(
        StatusCodes.Status409Conflict, "statement-tampered", "It is not what was signed.", $"{e.Message} Nothing is answered; ?state=draft counts the month anew.");
}

/// <summary>What can be asked of a month.</summary>
internal sealed record StatementRequest(
    string Month, string? Tlp, string? Format, string? Version, string? State, string? Against, [property: FromQuery(Name = "asOf")] string? AsOf, string? By)
{
    private static readonly string[] Formats = [.. StatementForm.All.Select(form => form.Name), "sealed"];

    /// <summary>The version, once <see cref="Errors"/> has none.</summary>
    public int? VersionAsked => Version is null ? null : int.Parse(Version, CultureInfo.InvariantCulture);

    public IEnumerable<FieldError> Errors()
    {
        if (Format is not null && !Formats.Contains(Format, StringComparer.Ordinal))
        {
            yield return new FieldError("format", $"must be one of {string.Join(", ", Formats)}");
        }

        if (Version is not null && !(int.TryParse(Version, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0))
        {
            yield return new FieldError("version", "must be a number from 1 on");
        }

        if (State is not (null or "draft" or "frozen"))
        {
            yield return new FieldError("state", "must be draft (what is known now) or frozen");
        }

        if (State == "draft" && (Version is not null || Format == "sealed"))
        {
            yield return new FieldError("state", "a draft has no version and no seal");
        }

        if (AsOf is not null && (Version is not null || State == "frozen" || Format == "sealed"))
        {
            yield return new FieldError("asOf", "is asked of what is known, not of a version, which never changes");
        }

        if (Against is not null && (Version is not null || State is not null || Format == "sealed"))
        {
            yield return new FieldError("against", "compares what is known of two months, not versions");
        }
    }
}

/// <summary>Two months beside each other.</summary>
/// <param name="Month">The month.</param>
/// <param name="Against">The other.</param>
/// <param name="Zone">The team's zone, in which both begin and end.</param>
/// <param name="Marking">Up to which marking it tells anything.</param>
/// <param name="Figures">Number by number.</param>
public sealed record ComparedMonths(string Month, string Against, string Zone, Tlp Marking, IReadOnlyList<ComparedCell> Figures);

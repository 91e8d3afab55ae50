using System.Globalization;
using Ketman.Contracts;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Microsoft.Net.Http.Headers;

namespace Ketman.Metrics.Statements.Kept;

/// <summary>The team's notes to the sections of a month's statement.</summary>
internal static class NoteEndpoints
{
    private const int LongestText = 10_000;

    public static void MapNotes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("statements/{month}/notes", async (
            string month, Caller caller, HttpContext context, NoteBook notes, TeamCalendar calendar, TimeProvider clock, CancellationToken cancellation) =>
            StatementEndpoint.ReadMonth(month, "month", calendar, clock.GetUtcNow(), out var asked) is { } wrong ? wrong.ToResult()
                : Tagged.Json(context, new NoteList(asked.ToString(), [.. (await notes.ReadAsync(asked.ToString(), cancellation)).Where(note => note.Text.Length > 0 && note.Marking <= caller.Clearance)])))
            .ForRole(CallerRoles.Viewer).WithName("statement-notes").WithSummary("The team's notes to a month's statement.")
            .Produces<NoteList>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("statements/{month}/notes/{section}", GetAsync)
            .ForRole(CallerRoles.Viewer).WithName("statement-note").WithSummary("The team's note to a section, with the ETag by which it can be changed.")
            .Produces<StatementNote>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapPut("statements/{month}/notes/{section}", PutAsync)
            .ForRole(CallerRoles.Analyst).WithName("write-statement-note").WithSummary("Writes the team's note to a section; an empty text takes it back.")
            .Accepts<NoteText>("application/json").Produces<StatementNote>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> GetAsync(
        string month, string section, Caller caller, HttpContext context, NoteBook notes, TeamCalendar calendar, TimeProvider clock, CancellationToken cancellation)
    {
        if (StatementEndpoint.ReadMonth(month, "month", calendar, clock.GetUtcNow(), out var asked) is { } wrong)
        {
            return wrong.ToResult();
        }

        var note = (await notes.ReadAsync(asked.ToString(), cancellation)).FirstOrDefault(one => one.Section == section);
        if (note is null or { Text.Length: 0 } || note.Marking > caller.Clearance)
        {
            return Problems.NotFound("note", "section").ToResult();
        }

        context.Response.Headers.ETag = TagOf(note.Version);
        return TypedResults.Ok(note);
    }

    private static async Task<IResult> PutAsync(
        string month, string section, Caller caller, HttpContext context, NoteBook notes, TeamCalendar calendar, TimeProvider clock, CancellationToken cancellation)
    {
        var now = Moment.At(clock.GetUtcNow()).Start;
        if (StatementEndpoint.ReadMonth(month, "month", calendar, now, out var asked) is { } wrong)
        {
            return wrong.ToResult();
        }

        if (!StatementNote.Sections.Contains(section, StringComparer.Ordinal))
        {
            return Problems.With(
                StatusCodes.Status404NotFound, "section-not-found", "There is no such section.", $"section must be one of {string.Join(", ", StatementNote.Sections)}.",
                [new FieldError("section", "there is no such section")]).ToResult();
        }

        var body = await StrictJson.ReadBodyAsync(context.Request, cancellation);
        if (!StrictJson.TryRead<NoteText>(body.Span, out var wanted, out var error) || (error = Fault(wanted!, caller)) is not null)
        {
            return Problems.InvalidRequest(error!).ToResult();
        }

        var before = (await notes.ReadAsync(asked.ToString(), cancellation)).FirstOrDefault(note => note.Section == section);
        // Who may not read what stands there would overwrite it unseen, and learn of it by the refusal; by its version, neither.
        var match = context.Request.Headers.IfMatch;
        if (match.Count > 0 && match != "*" && match != TagOf(before?.Version ?? 0))
        {
            return Problems.StaleVersion(before?.Version ?? 0).ToResult();
        }

        if (await notes.NamesSomebodyAsync(wanted!.Text, cancellation))
        {
            return Problems.RuleBroken(StatementDesk.NoteNamesSomebody).ToResult();
        }

        var marking = wanted.Marking ?? Marking.Usual;
        if (before is not null && before.Text == wanted.Text && before.Marking == marking)
        {
            context.Response.Headers.ETag = TagOf(before.Version);
            return TypedResults.Ok(before);
        }

        var note = new StatementNote(section, (before?.Version ?? 0) + 1, wanted.Text, marking, caller.Name, now);
        if (!await notes.AddAsync(asked.ToString(), note, cancellation))
        {
            return Problems.VersionConflict().ToResult();
        }

        context.Response.Headers.ETag = TagOf(note.Version);
        return TypedResults.Ok(note);
    }

    private static FieldError? Fault(NoteText wanted, Caller caller) =>
        wanted.Text.Length > LongestText ? new FieldError("text", $"must have at most {LongestText} characters")
        : wanted.Text.Any(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t')) ? new FieldError("text", "must not contain control characters")
        : wanted.Marking > caller.Clearance ? new FieldError("marking", "must not be above what you are cleared for")
        : SafeMarkdown.Fault(wanted.Text) is { } fault ? new FieldError("text", fault)
        : null;

    private static string TagOf(int version) => new EntityTagHeaderValue($"\"{version.ToString(CultureInfo.InvariantCulture)}\"").ToString();
}

/// <summary>A note as it is written.</summary>
/// <param name="Text">Markdown without HTML and images; empty: taken back.</param>
/// <param name="Marking">How far it goes; TLP:AMBER where nothing is said.</param>
public sealed record NoteText(string Text, Tlp? Marking);

/// <summary>The notes of a month.</summary>
/// <param name="Month">The month.</param>
/// <param name="Items">In the order of the sections.</param>
public sealed record NoteList(string Month, IReadOnlyList<StatementNote> Items);

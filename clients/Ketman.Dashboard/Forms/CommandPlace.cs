using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Shell;
using Ketman.Vocabulary;

namespace Ketman.Dashboard.Forms;

/// <summary>Where the things of one kind stand, and with it a page for each of their commands: whatever the vocabulary has can be done here.</summary>
/// <param name="Aggregate">The vocabulary's word: <c>company</c>, <c>account</c>, <c>lead</c>, <c>assessment</c>.</param>
/// <param name="List">The path of their list, and their place in the navigation.</param>
/// <param name="Creates">The command that makes a new one.</param>
/// <param name="OptionsAsync">What a field of a command is chosen among, where that is known; null: fields are typed.</param>
internal sealed record CommandPlace(
    string Aggregate, string List, string Creates,
    Func<PlatformApi, string, LineType, CancellationToken, Task<IReadOnlyDictionary<string, IReadOnlyList<(string Value, string Text)>>>>? OptionsAsync = null)
{
    /// <summary>Maps <c>LIST/new</c> and <c>LIST/{ref}/do/{command}</c>.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(List + "/new", (HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation) =>
            ShowAsync(context, api, visitor, null, LineTypes.Get(Creates), cancellation));
        app.MapPost(List + "/new", (HttpContext context, PlatformApi api, Visitor visitor, CancellationToken cancellation) =>
            DoAsync(context, api, visitor, null, LineTypes.Get(Creates), cancellation));
        app.MapGet(List + "/{reference}/do/{command}", (HttpContext context, string reference, string command, PlatformApi api, Visitor visitor, CancellationToken cancellation) =>
            Find(command) is { } type ? ShowAsync(context, api, visitor, To.Meant(reference), type, cancellation) : NoSuchPageAsync());
        app.MapPost(List + "/{reference}/do/{command}", (HttpContext context, string reference, string command, PlatformApi api, Visitor visitor, CancellationToken cancellation) =>
            Find(command) is { } type ? DoAsync(context, api, visitor, To.Meant(reference), type, cancellation) : NoSuchPageAsync());
    }

    private LineType? Find(string command) => LineTypes.Find(command) is { Creates: false } type && type.Aggregate == Aggregate ? type : null;

    private static Task<IResult> NoSuchPageAsync() =>
        Task.FromResult<IResult>(Page.Of<ErrorPage>(new { Problem = Errors.NoSuchPage }, StatusCodes.Status404NotFound));

    private async Task<IResult> ShowAsync(HttpContext context, PlatformApi api, Visitor visitor, string? reference, LineType type, CancellationToken cancellation)
    {
        Refusals.UnlessMayRecord(visitor);
        var given = type.Fields.Select(field => (field.Name, Value: context.Request.Query[field.Name].ToString()))
            .Where(pair => pair.Value.Length > 0).ToDictionary(pair => pair.Name, pair => pair.Value);
        return Page.Of<CommandPage>(new
        {
            Type = type.Name,
            Section = List,
            Target = reference,
            Back = BackOf(reference),
            Given = given,
            Options = await FindOptionsAsync(api, reference, type, cancellation),
        });
    }

    private async Task<IResult> DoAsync(HttpContext context, PlatformApi api, Visitor visitor, string? reference, LineType type, CancellationToken cancellation)
    {
        var form = await SentForm.ReadAsync(context, cancellation);
        var outcome = await api.SendAsync(type, reference ?? "", form, visitor, cancellation);
        if (outcome.Problem is { } problem)
        {
            return Page.Of<CommandPage>(new
            {
                Type = type.Name,
                Section = List,
                Target = reference,
                Back = BackOf(reference),
                Sent = form,
                Problem = problem,
                Options = await FindOptionsAsync(api, reference, type, cancellation),
            }, problem.Status);
        }

        var changed = outcome.Body?["changed"]?.GetValue<bool>() ?? true;
        var made = reference ?? outcome.Body?["ref"]?.GetValue<string>();
        var notice = Labels.Fill(changed ? Ketman.Dashboard.Words.Form_Done : Ketman.Dashboard.Words.Form_Unchanged, Labels.Of(type.Name));
        return Page.GoTo(context, BackOf(made), notice);
    }

    private string BackOf(string? reference) => reference is null ? List : $"{List}/{To.Segment(reference)}";

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<(string Value, string Text)>>?> FindOptionsAsync(
        PlatformApi api, string? reference, LineType type, CancellationToken cancellation) =>
        OptionsAsync is null || reference is null ? null : await OptionsAsync(api, reference, type, cancellation);
}

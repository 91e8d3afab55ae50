using System.CommandLine;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Saved views of the board: one's own, and those that the team shares.</summary>
internal static class ViewsVerb
{
    public static Command Create() => new Verb("views", "Saved views of the board: `ketman board --view NAME` shows one.").With(List(), Save(), Show(), Remove());

    private static Verb List() => new Verb("list", "Lists your own views and the shared ones.", "ketman views list").Does((session, cancellation) => session.ShowAsync(
        "board/views",
        answer => session.Screen.Table(
            [new("View"), new("Title"), new("Shared"), new("Asks for"), new("Saved by")],
            [.. answer.Items().Select(item => new[] { item.Text("name"), item.Text("title"), item.Text("shared"), item.Text("query"), item.Text("savedBy") })],
            "No view is saved: `ketman views save NAME` saves one."),
        cancellation));

    private static Verb Save()
    {
        var name = Name();
        var title = new Option<string?>("--title") { Description = "what it shows, e.g. \"What we owe\"", HelpName = "title" };
        var sort = new Option<string?>("--sort") { Description = "the order, as of ketman board, e.g. -opened", HelpName = "order" };
        var shared = new Option<bool>("--shared") { Description = "share it with the team, e.g. ketman views save ours --shared" };
        var upTo = new Option<string?>("--up-to") { Description = $"up to whom a shared one goes; one of {AdminRequest.Clearances} (default: amber)", HelpName = "marking" };
        IReadOnlyList<(string Parameter, Option Option)> filters = [.. BoardVerb.Filters(), ("sort", sort)];
        var verb = new Verb("save", "Saves what is asked of the board under a name; the same name again changes it.",
            "ketman views save mine --assignee me --sort opened", "ketman views save we-owe --waiting-on us --overdue true --title \"What we owe\" --shared").With(name, title, shared, upTo);
        foreach (var (_, option) in filters)
            verb.Add(option);
        return verb.Does(async (session, cancellation) =>
        {
            var wanted = session.Parsed.GetRequiredValue(name);
            var body = AdminRequest.Body(json =>
            {
                json.WriteString("query", string.Join('&', ListVerb.Query(session, filters)));
                if (session.Parsed.GetValue(title) is { } words)
                    json.WriteString("title", words);
                if (session.Parsed.GetValue(shared))
                    json.WriteBoolean("shared", true);
                if (session.Parsed.GetValue(upTo) is { } marking)
                    json.WriteString("tlp", marking);
            });
            var answer = (await session.Platform.PutAsync($"board/views/{Uri.EscapeDataString(wanted)}", body, cancellation)).OrRefuse();
            return AdminRequest.Done(session, answer, $"{wanted} is saved; see it with ketman board --view {wanted}.");
        });
    }

    private static Verb Show()
    {
        var name = Name();
        return new Verb("show", "Shows what a view asks for.", "ketman views show mine").With(name).Does((session, cancellation) =>
        {
            var wanted = session.Parsed.GetRequiredValue(name);
            return session.ShowAsync($"board/views/{Uri.EscapeDataString(wanted)}", answer => ObjectView.Show(session, answer, wanted), cancellation);
        });
    }

    private static Verb Remove()
    {
        var name = Name();
        return new Verb("remove", "Removes a view: your own, or else a shared one that you saved.", "ketman views remove mine").With(name).Does(async (session, cancellation) =>
        {
            var wanted = session.Parsed.GetRequiredValue(name);
            var answer = (await session.Platform.DeleteAsync($"board/views/{Uri.EscapeDataString(wanted)}", cancellation)).OrRefuse();
            return AdminRequest.Done(session, answer, $"{wanted} is removed.");
        });
    }

    private static Argument<string> Name() => new("name") { Description = "its name, e.g. mine", HelpName = "NAME" };
}

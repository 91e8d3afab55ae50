using System.CommandLine;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>What the figures mean.</summary>
internal static class MetricsVerb
{
    public static Verb Create()
    {
        var list = new Verb("list", "Lists the definitions of all figures, old versions too.", "ketman metrics list").Does((session, cancellation) =>
            session.ShowAsync("metrics/definitions", answer => session.Screen.Table(
                [new("Name"), new("Version", true), new("Title"), new("Unit"), new("Shown in")],
                [.. answer.Items().Select(item => new[] { item.Text("name"), item.Text("version"), item.Text("title"), item.Text("unit"), item.Text("shown") })],
                "There are none."), cancellation));

        var name = new Argument<string>("name") { Description = "the figure's name, e.g. reaction-time", HelpName = "NAME" };
        var version = new Option<string?>("--version-number") { Description = "this version instead of the latest, e.g. 1", HelpName = "version" };
        var show = new Verb("show", "Shows exactly what a figure counts, what it leaves out, and how it is estimated.",
                "ketman metrics show reaction-time", "ketman metrics show reaction-time --version-number 1")
            .With(name, version).Does((session, cancellation) =>
            {
                var wanted = session.Parsed.GetRequiredValue(name);
                var query = session.Parsed.GetValue(version) is { } number ? $"?version={Uri.EscapeDataString(number)}" : "";
                return session.ShowAsync($"metrics/definitions/{Uri.EscapeDataString(wanted)}{query}", answer =>
                {
                    session.Screen.Heading($"{answer.Text("title")} ({answer.Text("name")}, version {answer.Text("version")})");
                    session.Screen.Facts(
                    [
                        ("unit", answer.Text("unit")), ("counts", answer.Text("words")), ("apart", answer.Text("apart")),
                        ("strict", answer.At("strict")?.Text("words")), ("  from", answer.At("strict")?.Text("anchor")), ("  to", answer.At("strict")?.Text("stop")),
                        ("relaxed", answer.At("relaxed")?.Text("words")), ("  from", answer.At("relaxed")?.Text("anchor")), ("  to", answer.At("relaxed")?.Text("stop")),
                        ("estimator", answer.Text("estimator")), ("quantiles", answer.Text("quantiles")), ("responders only", answer.Text("respondersOnly")),
                        ("window by", answer.Text("window")), ("shown in", answer.Text("shown")),
                    ]);
                }, cancellation);
            });
        return new Verb("metrics", "What the figures mean, exactly.", "ketman metrics list", "ketman metrics show reaction-time").With(list, show);
    }
}

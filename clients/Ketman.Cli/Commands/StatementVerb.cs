using System.CommandLine;
using System.Globalization;
using System.Text;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>The activity statement of a month.</summary>
internal static class StatementVerb
{
    public static Verb Create()
    {
        var month = new Argument<string>("month") { Description = "the month, e.g. 2025-02", HelpName = "YYYY-MM" };
        var markdown = new Option<bool>("--markdown") { Description = "the Markdown as it is, front matter included, e.g. ketman statement 2025-02 --markdown > 2025-02.md" };
        var tlp = new Option<string?>("--tlp") { Description = "for readers who are cleared for less than you; clear is what may be published; one of clear, green, amber, amber-strict, red", HelpName = "marking" };
        return new Verb("statement", "Shows the activity statement of a month; with --json each figure names the events it was counted from.",
                "ketman statement 2025-02", "ketman statement 2025-02 --tlp clear --markdown > 2025-02.md", "ketman statement 2025-02 --json | jq .")
            .With(month, markdown, tlp)
            .Does(async (session, cancellation) =>
            {
                var wanted = session.Parsed.GetRequiredValue(month);
                if (!DateOnly.TryParseExact(wanted, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                    throw new CliException(ExitCode.Usage, "YYYY-MM: expected a year and a month such as 2025-02.");

                var answer = (await session.Platform.GetAsync(
                    $"statements/{wanted}{(session.Parsed.GetValue(tlp) is { } level ? $"?tlp={Uri.EscapeDataString(level)}" : "")}", cancellation, session.Json ? "application/json" : "text/markdown")).OrRefuse();

                // Into a file or a pipe goes what can be published; rendering is for eyes.
                if (session.Json || session.Parsed.GetValue(markdown) || !session.Surroundings.OutIsTerminal)
                    session.Screen.Raw(answer.Body);
                else
                    MarkdownView.Show(Encoding.UTF8.GetString(answer.Body), session.Screen);
                return ExitCode.Ok;
            });
    }
}

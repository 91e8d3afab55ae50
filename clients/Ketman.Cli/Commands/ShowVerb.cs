using System.CommandLine;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Shows one thing.</summary>
internal static class ShowVerb
{
    public static Verb Create(string name, string description, string kind, string path, params IReadOnlyList<string> examples)
    {
        var reference = new Argument<string>(kind)
        {
            Description = kind is "account" ? "platform:handle or id, e.g. github:quietfox" : $"its handle or id, e.g. {(kind is "company" ? "halcyon" : kind is "lead" ? "lead-quietfox" : "halcyon-2025-02")}",
            HelpName = kind.ToUpperInvariant(),
        };
        return new Verb(name, description, examples).With(reference).Does((session, cancellation) =>
        {
            var wanted = session.Parsed.GetRequiredValue(reference);
            return session.ShowAsync(
                path.Replace("{ref}", Uri.EscapeDataString(wanted), StringComparison.Ordinal),
                answer =>
                {
                    if (answer.Items().Any() || answer.At("items") is not null)
                        ObjectView.ShowList(session, [.. answer.Items()]);
                    else
                        ObjectView.Show(session, answer, answer.Text("ref", "handle") ?? wanted);
                },
                cancellation);
        });
    }
}

using System.CommandLine;

namespace Ketman.Cli.Commands;

/// <summary>Exports a disclosure's outreach and reactions as a file that anybody can verify.</summary>
internal static class DossierVerb
{
    public static Verb Create()
    {
        var reference = new Argument<string>("disclosure") { Description = "its handle or id, e.g. halcyon-2025-02", HelpName = "DISCLOSURE" };
        var output = new Option<string?>("--output", "-o") { Description = "write it to a file, e.g. -o halcyon.dossier.json (default: standard output)", HelpName = "file" };
        var tlp = new Option<string?>("--tlp") { Description = "for readers who are cleared for less than you, e.g. amber; one of clear, green, amber, amber-strict, red", HelpName = "marking" };
        return new Verb("dossier", "Exports a disclosure's outreach and reactions as a file that anybody can verify offline (`ketman verify --file`).",
                "ketman dossier halcyon-2025-02 -o halcyon.dossier.json", "ketman dossier halcyon-2025-02 | jq -r '.summary[]'")
            .With(reference, output, tlp)
            .Does(async (session, cancellation) =>
            {
                var wanted = session.Parsed.GetRequiredValue(reference);
                var answer = (await session.Platform.GetAsync(
                    $"disclosures/{Uri.EscapeDataString(wanted)}/dossier{(session.Parsed.GetValue(tlp) is { } level ? $"?tlp={Uri.EscapeDataString(level)}" : "")}", cancellation)).OrRefuse();
                if (session.Parsed.GetValue(output) is not { } path)
                {
                    session.Screen.Raw(answer.Body);
                    return ExitCode.Ok;
                }

                try
                {
                    await File.WriteAllBytesAsync(Path.Combine(session.Surroundings.Directory, path), answer.Body, cancellation);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    throw new CliException(ExitCode.Usage, $"--output: {path} cannot be written.");
                }

                using var document = Session.Read(answer);
                foreach (var line in document.RootElement.GetProperty("summary").EnumerateArray().Take(2))
                    session.Screen.Remark(line.GetString()!);
                return ExitCode.Ok;
            });
    }
}

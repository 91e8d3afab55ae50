using System.CommandLine;
using Ketman.Cli.Commands;
using Ketman.Cli.Connection;

namespace Ketman.Cli.Sbom;

/// <summary>Lists what a checkout is built from.</summary>
internal static class SbomVerb
{
    public static Verb Create()
    {
        var output = new Option<string?>("--output") { Description = "the file to write, e.g. ketman.cdx.json (default: the screen)", HelpName = "file" };
        return new Verb("sbom", "Lists what this checkout is built from: every package of its lock files, as CycloneDX JSON. No platform is needed.",
            "ketman sbom --output ketman.cdx.json", "ketman sbom | jq -r '.components[].purl // empty'")
            .With(output)
            .Does(async (session, cancellation) =>
            {
                var root = RootAbove(session.Surroundings.Directory)
                    ?? throw new CliException(ExitCode.Usage, "There is no checkout of the platform here or above: Ketman.Platform.sln is missing.");
                var bill = BillOfMaterials.Write(PlatformClient.Version, LockFiles.ReadAll(root));
                if (session.Parsed.GetValue(output) is not { } file)
                {
                    session.Screen.Raw(bill);
                    return ExitCode.Ok;
                }

                await File.WriteAllBytesAsync(Path.Combine(session.Surroundings.Directory, file), bill, cancellation);
                session.Screen.Line($"Written to {file}.");
                return ExitCode.Ok;
            });
    }

    private static string? RootAbove(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ketman.Platform.sln")))
                return folder.FullName;
        }

        return null;
    }
}

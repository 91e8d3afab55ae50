using System.Runtime.CompilerServices;
using System.Runtime.Versioning;

// The runner is for Linux, and so are its tests.
[assembly: SupportedOSPlatform("linux")]

namespace Ketman.Runner.Tests;

/// <summary>The checkout these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ketman.Platform.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No Ketman.Platform.sln above {here}.");
    }
}

using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Sbom;

/// <summary>A package that something is built from, as a lock file pins it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Exactly this version.</param>
/// <param name="Sha512">The digest of its content, in hexadecimal digits.</param>
internal sealed record LockedPackage(string Name, string Version, string Sha512)
{
    /// <summary>How package URLs name it.</summary>
    public string Url => $"pkg:nuget/{Uri.EscapeDataString(Name)}@{Uri.EscapeDataString(Version)}";
}

/// <summary>A project with everything that its lock file pins.</summary>
/// <param name="Name">The project's name.</param>
/// <param name="Shipped">Whether it is part of what runs, and not of what tries it out.</param>
/// <param name="Direct">The packages that it asks for itself.</param>
/// <param name="Packages">All packages, those that others ask for among them, with the names of what each depends on.</param>
internal sealed record LockedProject(
    string Name, bool Shipped, IReadOnlyList<LockedPackage> Direct, IReadOnlyList<(LockedPackage Package, IReadOnlyList<string> DependsOn)> Packages);

/// <summary>Reads the lock files of a checkout: what was restored, not what was asked for.</summary>
internal static class LockFiles
{
    private static readonly string[] Folders = ["gateway", "services", "clients", "platform", "tests", "benchmarks"];

    /// <summary>Every project with a lock file, in the order of their paths.</summary>
    public static IReadOnlyList<LockedProject> ReadAll(string root) =>
    [
        .. Folders.Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "packages.lock.json", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => Read(root, file)),
    ];

    private static LockedProject Read(string root, string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var packages = new List<(LockedPackage, IReadOnlyList<string>)>();
        var direct = new List<LockedPackage>();
        foreach (var framework in document.RootElement.GetProperty("dependencies").EnumerateObject())
        {
            foreach (var entry in framework.Value.EnumerateObject().Where(entry => entry.Value.Text("type") is not "Project"))
            {
                var package = new LockedPackage(
                    entry.Name, entry.Value.Text("resolved")!, Convert.ToHexStringLower(Convert.FromBase64String(entry.Value.Text("contentHash")!)));
                var dependsOn = entry.Value.At("dependencies") is { } needed ? needed.EnumerateObject().Select(one => one.Name).ToList() : [];
                packages.Add((package, dependsOn));
                if (entry.Value.Text("type") is "Direct")
                    direct.Add(package);
            }
        }

        var folder = Path.GetDirectoryName(file)!;
        var part = Path.GetRelativePath(root, folder).Split(Path.DirectorySeparatorChar)[0];
        return new LockedProject(Path.GetFileName(folder), part is not ("tests" or "benchmarks"), direct, packages);
    }
}

using System.Text.Json;
using Ketman.Contracts;

namespace Ketman.Intake.Tests;

/// <summary>
/// The forms that were stored or published once and must be understood for ever, one file each. A new form is approved by
/// running the tests with KETMAN_APPROVE=1 and looking at what it wrote; a file that exists is never rewritten.
/// </summary>
internal static class Approved
{
    private static readonly JsonSerializerOptions Indented = new(ContractJson.Options) { WriteIndented = true };

    public static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Approved", folder), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!);

    public static byte[] Read(string folder, string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Approved", folder, $"{name}.json"));

    public static void ShouldBeApproved(string folder, string name, object example)
    {
        var json = JsonSerializer.Serialize(example, example.GetType(), Indented) + "\n";
        var source = Path.Combine(Source(), folder, $"{name}.json");
        if (!File.Exists(source) && Environment.GetEnvironmentVariable("KETMAN_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(source)!);
            File.WriteAllText(source, json);
        }

        File.Exists(source).ShouldBeTrue($"{folder}/{name}.json is not approved yet");
        File.ReadAllText(source).ShouldBe(json);
    }

    private static string Source()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ketman.Platform.sln")))
            {
                return Path.Combine(folder.FullName, "tests", "Ketman.Intake.Tests", "Approved");
            }
        }

        throw new InvalidOperationException("The tests run outside of the repository.");
    }
}

using System.Text.Json;

namespace Ketman.Cli.Tests.Commands;

/// <summary>The bill of materials.</summary>
public sealed class Listing
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:1");

    [Fact]
    public async Task every_package_of_every_lock_file_is_in_the_bill_of_materials_with_its_digest()
    {
        using var researcher = new Researcher(Nowhere, key: null);
        File.WriteAllText(Path.Combine(researcher.Folder, "Ketman.Platform.sln"), "");
        var locks = Directory.EnumerateFiles(Repository.Root, "packages.lock.json", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/.ketman/", StringComparison.Ordinal)).ToList();
        locks.Count.ShouldBeGreaterThan(20);
        foreach (var file in locks)
        {
            var copy = Path.Combine(researcher.Folder, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var run = await researcher.TypesAsync("sbom");
        var again = await researcher.TypesAsync("sbom", "--output", "bill.json");

        run.Code.ShouldBe(ExitCode.Ok, run.Errors);
        again.Code.ShouldBe(ExitCode.Ok, again.Errors);
        File.ReadAllText(Path.Combine(researcher.Folder, "bill.json")).Trim().ShouldBe(run.Output.Trim(), "the same lock files give the same bill");
        using var bill = JsonDocument.Parse(run.Output);
        bill.RootElement.GetProperty("bomFormat").GetString().ShouldBe("CycloneDX");
        bill.RootElement.GetProperty("specVersion").GetString().ShouldBe("1.6");
        var listed = bill.RootElement.GetProperty("components").EnumerateArray()
            .Where(component => component.GetProperty("type").GetString() == "library")
            .ToDictionary(
                component => $"{component.GetProperty("name").GetString()} {component.GetProperty("version").GetString()}",
                component => component.GetProperty("hashes")[0].GetProperty("content").GetString());
        var pinned = locks.SelectMany(Pinned).ToHashSet();
        pinned.Count.ShouldBeGreaterThan(40);
        listed.Select(pair => (pair.Key, pair.Value!)).Order().ShouldBe(pinned.Order());

        var references = bill.RootElement.GetProperty("components").EnumerateArray().Select(component => component.GetProperty("bom-ref").GetString()!).Append("ketman-platform").ToHashSet();
        references.Count.ShouldBe(listed.Count + locks.Count + 1, "nothing is named twice");
        bill.RootElement.GetProperty("dependencies").EnumerateArray()
            .SelectMany(one => one.GetProperty("dependsOn").EnumerateArray().Select(other => other.GetString()!).Append(one.GetProperty("ref").GetString()!))
            .Except(references).ShouldBeEmpty();
        bill.RootElement.GetProperty("components").EnumerateArray()
            .Single(component => component.GetProperty("name").GetString() == "Npgsql").GetProperty("scope").GetString().ShouldBe("required");
        bill.RootElement.GetProperty("components").EnumerateArray()
            .Single(component => component.GetProperty("name").GetString() == "Shouldly").GetProperty("scope").GetString().ShouldBe("excluded", "it tries the platform out and is no part of it");
    }

    [Fact]
    public async Task outside_of_a_checkout_there_is_nothing_to_list()
    {
        using var researcher = new Researcher(Nowhere, key: null);

        var run = await researcher.TypesAsync("sbom");

        run.Code.ShouldBe(ExitCode.Usage);
        run.Errors.ShouldContain("Ketman.Platform.sln");
    }

    private static IEnumerable<(string, string)> Pinned(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return
        [
            .. document.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject())
                .Where(entry => entry.Value.TryGetProperty("contentHash", out _))
                .Select(entry => (
                    $"{entry.Name} {entry.Value.GetProperty("resolved").GetString()}",
                    Convert.ToHexStringLower(Convert.FromBase64String(entry.Value.GetProperty("contentHash").GetString()!)))),
        ];
    }
}

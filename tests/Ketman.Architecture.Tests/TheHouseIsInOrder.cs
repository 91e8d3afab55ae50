using System.Xml.Linq;

namespace Ketman.Architecture.Tests;

public sealed class TheHouseIsInOrder
{
    [Fact]
    public void every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(House.Root, "Ketman.Platform.sln"));

        AllProjects().Select(Path.GetFileName).Where(project => !solution.Contains(project!, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void every_project_has_a_lock_file() =>
        AllProjects().Where(project => !File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"))).ShouldBeEmpty();

    [Fact]
    public void versions_stand_in_one_place() =>
        AllProjects().Where(project => XDocument.Load(project).Descendants("PackageReference").Any(reference => reference.Attribute("Version") is not null))
            .ShouldBeEmpty();

    [Fact]
    public void every_program_is_short() =>
        House.Projects().Select(project => Path.Combine(Path.GetDirectoryName(project)!, "Program.cs")).Where(File.Exists)
            .Where(program => File.ReadLines(program).Count() > 80).ShouldBeEmpty();

    [Fact]
    public void there_is_no_folder_for_leftovers()
    {
        string[] leftovers = ["Common", "Utils", "Utilities", "Helpers", "Managers", "Misc"];

        Folders().Where(folder => leftovers.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    /// <summary>The command line client is built without reflection-based JSON, so such a call, which any test passes, would end the program.</summary>
    [Fact]
    public void the_client_writes_json_without_reflection() =>
        House.Types(House.Assemblies.Single(assembly => assembly.Name.Name == "Ketman.Cli")).SelectMany(type => type.Methods).Where(method => method.HasBody)
            .Where(method => method.Body.Instructions.Select(instruction => instruction.Operand).OfType<Mono.Cecil.MethodReference>().Any(called =>
                called.DeclaringType.FullName == "System.Text.Json.JsonSerializer"
                && !called.Parameters.Any(parameter => parameter.ParameterType.FullName.Contains("JsonTypeInfo", StringComparison.Ordinal)
                    || parameter.ParameterType.FullName.Contains("JsonSerializerContext", StringComparison.Ordinal))))
            .Select(method => method.FullName).ShouldBeEmpty();

    private static IEnumerable<string> AllProjects() => House.Projects("platform", "services", "gateway", "clients", "tests", "benchmarks");

    private static IEnumerable<string> Folders() => new[] { "platform", "services", "gateway", "clients", "tests", "benchmarks", "infra" }
        .Select(folder => Path.Combine(House.Root, folder)).Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
        .Where(folder => !folder.Contains("/obj/", StringComparison.Ordinal) && !folder.Contains("/bin/", StringComparison.Ordinal));
}

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Ketman.Cli.Commands;
using Ketman.Vocabulary;

namespace Ketman.Cli.Tests.Commands;

public sealed class Helping
{
    private static readonly RootCommand Root = CommandTree.Create();

    [Fact]
    public void every_command_says_what_it_does_and_shows_an_example_of_itself()
    {
        foreach (var (path, command) in Leaves(Root, "ketman"))
        {
            command.Description.ShouldNotBeNullOrWhiteSpace(path);
            var examples = command.ShouldBeOfType<Verb>().Examples;
            examples.ShouldNotBeEmpty(path);
            examples.ShouldAllBe(example => example.StartsWith(path, StringComparison.Ordinal), path);
        }
    }

    [Fact]
    public void every_example_is_a_command_line_that_is_understood()
    {
        foreach (var example in Leaves(Root, "ketman").SelectMany(leaf => ((Verb)leaf.Command).Examples))
        {
            var words = CommandLineParser.SplitCommandLine(example).Skip(1).TakeWhile(word => word is not ("|" or ">")).ToArray();
            Root.Parse(words).Errors.Select(error => error.Message).ShouldBeEmpty(example);
        }
    }

    [Theory]
    [InlineData("docs/calendars.md")]
    [InlineData("docs/identity.md")]
    [InlineData("docs/import.md")]
    [InlineData("docs/operations.md")]
    [InlineData("README.md")]
    public void every_command_in_the_documentation_is_understood(string file)
    {
        string[] runner = ["up", "down", "status", "logs", "demo", "test", "bench", "chaos", "help"];
        var text = File.ReadAllText(Path.Combine(Repository.Root, file)).Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (var line in text.Split('\n').Where(line => line.StartsWith("./ketman ", StringComparison.Ordinal)))
        {
            var words = CommandLineParser.SplitCommandLine(line.Split(" #")[0]).Skip(1).TakeWhile(word => word is not ("|" or ">")).ToArray();
            if (!runner.Contains(words[0]))
            {
                Root.Parse(words).Errors.Select(error => error.Message).ShouldBeEmpty(line);
            }
        }
    }

    [Fact]
    public void every_option_and_argument_is_explained_with_an_example_or_its_choices()
    {
        foreach (var (path, command) in Leaves(Root, "ketman"))
        {
            foreach (var option in command.Options.Where(option => option is not HelpOption))
            {
                Explained(option.Description).ShouldBeTrue($"{path} {option.Name}: {option.Description}");
            }

            foreach (var argument in command.Arguments)
            {
                Explained(argument.Description).ShouldBeTrue($"{path} {argument.Name}: {argument.Description}");
            }
        }

        static bool Explained(string? text) =>
            text is not null && (text.Contains("e.g. ", StringComparison.Ordinal) || text.Contains("one of ", StringComparison.Ordinal));
    }

    [Fact]
    public void everything_that_can_be_imported_can_also_be_typed()
    {
        var typed = Leaves(Root, "ketman").Select(leaf => leaf.Command.Description).ToHashSet();

        LineTypes.All.Where(type => !typed.Contains(type.Meaning)).Select(type => type.Name).ShouldBeEmpty();
    }

    [Fact]
    public void the_overview_lists_every_command_once()
    {
        var listed = CommandTree.Groups.SelectMany(group => group.Names).ToList();

        listed.Order().ShouldBe(Root.Subcommands.Select(command => command.Name).Order());
    }

    [Fact]
    public async Task help_stays_within_the_width_and_needs_neither_key_nor_platform()
    {
        using var researcher = new Researcher(key: null) { Width = 80 };

        var run = await researcher.TypesAsync("outreach", "log", "--help");

        run.Code.ShouldBe(ExitCode.Ok);
        run.Errors.ShouldBeEmpty();
        run.Output.ShouldStartWith("Logs one try to reach one contact by one channel.\n\nUsage:\n  ketman outreach log DISCLOSURE --channel <channel> [options]\n");
        run.Output.Split("\nExamples:")[0].Split('\n').ShouldAllBe(line => line.Length <= 80);
    }

    [Fact]
    public async Task a_group_alone_shows_what_there_is()
    {
        using var researcher = new Researcher(key: null);

        var run = await researcher.TypesAsync("commitment");

        run.Code.ShouldBe(ExitCode.Usage);
        run.Errors.ShouldContain("made DISCLOSURE WHAT");
    }

    [Fact]
    public async Task the_version_is_told_both_ways()
    {
        using var researcher = new Researcher(key: null);

        (await researcher.TypesAsync("version")).Output.ShouldMatch(@"^ketman \d+\.\d+\.\d+\n$");
        (await researcher.TypesAsync("--version")).ShouldBe(await researcher.TypesAsync("version"));
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [(path, command)]
        : command.Subcommands.SelectMany(sub => Leaves(sub, $"{path} {sub.Name}"));
}

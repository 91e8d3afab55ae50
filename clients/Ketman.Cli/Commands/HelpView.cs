using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;

namespace Ketman.Cli.Commands;

/// <summary>
/// The help: the library's own shows one long list, ours groups the root's commands, wraps to the terminal, and ends with
/// examples that can be copied.
/// </summary>
internal sealed class HelpView : SynchronousCommandLineAction
{
    private const int WidestName = 32;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var configuration = (RunConfiguration)parseResult.InvocationConfiguration;
        Write(parseResult.CommandResult.Command, configuration.Output, Math.Clamp(configuration.Surroundings.Width, 60, 140));
        return 0;
    }

    public static void Write(Command command, TextWriter output, int width)
    {
        output.WriteLine(Wrap(command.Description ?? "", 0, width));
        output.WriteLine();
        output.WriteLine("Usage:");
        output.WriteLine($"  {Usage(command)}");

        if (command is RootCommand)
            WriteGroups(command, output, width);
        else if (command.Subcommands.Count > 0)
            WriteRows("Commands:", command.Subcommands.Select(sub => (NameOf(sub), sub.Description ?? "")), output, width);

        if (command.Arguments.Count > 0)
            WriteRows("Arguments:", command.Arguments.Select(argument => (argument.HelpName ?? argument.Name, argument.Description ?? "")), output, width);
        var own = command is RootCommand ? [] : command.Options.Where(option => !option.Recursive && option is not HelpOption).ToList();
        WriteRows("Options, required:", own.Where(option => option.Required).Select(Row), output, width);
        WriteRows("Options:", own.Where(option => !option.Required).Select(Row), output, width);
        WriteRows("Everywhere:", Everywhere(command).Select(Row), output, width);
        WriteExamples(command, output);
        if (command is RootCommand)
            WriteExitCodes(output);
        else if (command.Subcommands.Count > 0)
            output.WriteLine($"\n`{PathOf(command)} COMMAND --help` explains one.");
    }

    private static void WriteGroups(Command root, TextWriter output, int width)
    {
        foreach (var (title, names) in CommandTree.Groups)
        {
            WriteRows($"{title}:", names.Select(name => root.Subcommands.First(sub => sub.Name == name))
                .Select(sub => (sub.Subcommands.Count == 0 ? sub.Name : $"{sub.Name} ...", sub.Description ?? "")), output, width);
        }
    }

    private static void WriteExamples(Command command, TextWriter output)
    {
        var examples = command is Verb { Examples.Count: > 0 } verb ? verb.Examples
            : command is RootCommand ? ["ketman board", "ketman outreach log halcyon-2025-02 --channel email --recipient \"security contact\"", "ketman statement 2025-02", "ketman import samples/2025-02 --dry-run"]
            : [.. command.Subcommands.OfType<Verb>().Where(sub => sub.Examples.Count > 0).Select(sub => sub.Examples[0]).Take(4)];
        if (examples.Count == 0)
            return;
        output.WriteLine("\nExamples:");
        foreach (var example in examples)
            output.WriteLine($"  {example}");
    }

    private static void WriteExitCodes(TextWriter output) => output.WriteLine("""

        Exit status:
          0  done
          1  refused: a rule forbids it, or there is no such thing
          2  the command line or a value in it is wrong
          3  the platform cannot be reached, or cannot answer
          4  not allowed: no key, a wrong one, or one without the right
          5  an import went through, but some lines failed
          6  what was to be verified does not hold

        Wherever a thing is to be named, its handle or its id will do. Times: 2025-02-03 (a day), 2025-02-03T14:05:00Z,
        "2025-02-03 14:05" (local), today, yesterday. `ketman COMMAND --help` explains a command.
        """);

    private static IEnumerable<Option> Everywhere(Command command)
    {
        var root = command;
        while (root.Parents.OfType<Command>().FirstOrDefault() is { } parent)
            root = parent;
        return root.Options.Where(option => option.Recursive && option is not VersionOption);
    }

    private static (string, string) Row(Option option)
    {
        var names = string.Join(", ", option.Aliases.Where(alias => alias is ['-', not '?' and not '-']).Append(option.Name));
        return (option.HelpName is null ? names : $"{names} <{option.HelpName}>", option is HelpOption ? "explain a command, e.g. ketman outreach log --help" : option.Description ?? "");
    }

    private static string NameOf(Command command) =>
        command.Subcommands.Count > 0 ? $"{command.Name} ..." : string.Join(' ', command.Arguments.Select(Placeholder).Prepend(command.Name));

    private static string Placeholder(Argument argument)
    {
        var name = argument.HelpName ?? argument.Name.ToUpperInvariant();
        name = argument.Arity.MaximumNumberOfValues > 1 ? $"{name}..." : name;
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string Usage(Command command)
    {
        var usage = new StringBuilder(PathOf(command));
        if (command.Subcommands.Count > 0)
            usage.Append(" COMMAND");
        foreach (var argument in command.Arguments)
            usage.Append(' ').Append(Placeholder(argument));
        foreach (var option in command.Options.Where(option => option.Required))
            usage.Append(' ').Append(option.Name).Append(" <").Append(option.HelpName).Append('>');
        return usage.Append(" [options]").ToString();
    }

    private static string PathOf(Command command)
    {
        var names = new List<string>();
        for (var at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
            names.Insert(0, at.Name);
        return string.Join(' ', names.Prepend("ketman"));
    }

    private static void WriteRows(string title, IEnumerable<(string Name, string Text)> rows, TextWriter output, int width)
    {
        var list = rows.ToList();
        if (list.Count == 0)
            return;

        output.WriteLine();
        output.WriteLine(title);
        var column = Math.Min(list.Max(row => row.Name.Length), WidestName) + 4;
        foreach (var (name, text) in list)
        {
            var wrapped = Wrap(text, column, width);
            if (name.Length + 4 <= column)
                output.WriteLine("  " + name.PadRight(column - 2) + wrapped);
            else
                output.WriteLine($"  {name}\n{new string(' ', column)}{wrapped}");
        }
    }

    private static string Wrap(string text, int indent, int width)
    {
        var result = new StringBuilder();
        var line = 0;
        foreach (var word in text.Split(' '))
        {
            if (line > 0 && indent + line + 1 + word.Length > width)
            {
                result.Append('\n').Append(' ', indent);
                line = 0;
            }
            else if (line > 0)
            {
                result.Append(' ');
                line++;
            }

            result.Append(word);
            line += word.Length;
        }

        return result.ToString();
    }
}

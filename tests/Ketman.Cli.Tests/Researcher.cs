using Ketman.Cli.Commands;

namespace Ketman.Cli.Tests;

/// <summary>What a run of the CLI gave.</summary>
internal sealed record Run(ExitCode Code, string Output, string Errors);

/// <summary>Somebody who types commands, in a folder of their own, at a terminal or into a pipe.</summary>
internal sealed class Researcher : IDisposable
{
    public static readonly DateTimeOffset Now = new(2025, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, string> _variables = [];

    public Researcher(Uri? platform = null, string? key = "kt_test")
    {
        if (platform is not null)
        {
            _variables["KETMAN_URL"] = platform.ToString();
        }

        if (key is not null)
        {
            _variables["KETMAN_KEY"] = key;
        }

        _variables["XDG_STATE_HOME"] = Path.Combine(Folder, "state");
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("ketman-cli-").FullName;

    public HastyTime Time { get; } = new(Now);

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public bool AtTerminal { get; init; }

    public int Width { get; init; } = 100;

    /// <summary>What is typed when asked; null: nobody can be asked.</summary>
    public string? Replies { get; init; }

    public Researcher With(string variable, string? value)
    {
        _variables.Remove(variable);
        if (value is not null)
        {
            _variables[variable] = value;
        }

        return this;
    }

    public string Write(string name, params string[] lines)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, string.Concat(lines.Select(line => line + "\n")));
        return path;
    }

    public Task<Run> TypesAsync(params string[] arguments) => TypesAsync(TestContext.Current.CancellationToken, arguments);

    public async Task<Run> TypesAsync(CancellationToken cancellation, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var replies = Replies is null ? null : new StringReader(Replies);
        var code = await CommandTree.RunAsync(
            arguments,
            new Surroundings(_variables.GetValueOrDefault, Folder, output, errors, AtTerminal, AtTerminal, Width, Time, Zone)
            {
                In = replies,
                Hidden = replies is null ? null : replies.ReadLine,
            },
            cancellation);
        return new Run(code, output.ToString(), errors.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

using System.Text;

namespace Ketman.Cli;

/// <summary>Everything outside the process that the CLI touches besides files and the network, so that a test can give its own.</summary>
/// <param name="Variable">An environment variable, or null.</param>
/// <param name="Directory">The current directory.</param>
/// <param name="Out">Standard output: the answer, and nothing else.</param>
/// <param name="Error">Standard error: progress, remarks, failures.</param>
/// <param name="OutIsTerminal">Whether a person reads <paramref name="Out"/>.</param>
/// <param name="ErrorIsTerminal">Whether a person reads <paramref name="Error"/>.</param>
/// <param name="Width">Columns of the terminal.</param>
/// <param name="Time">Clock and timers.</param>
/// <param name="Zone">The zone in which times are shown and read.</param>
internal sealed record Surroundings(
    Func<string, string?> Variable,
    string Directory,
    TextWriter Out,
    TextWriter Error,
    bool OutIsTerminal,
    bool ErrorIsTerminal,
    int Width,
    TimeProvider Time,
    TimeZoneInfo Zone)
{
    private const int WidthWithoutTerminal = 120;

    /// <summary>Standard input when a person types there; else null, and nothing can be asked.</summary>
    public TextReader? In { get; init; }

    /// <summary>Reads a line that is not shown while it is typed; null where nobody types.</summary>
    public Func<string?>? Hidden { get; init; }

    /// <summary>Those of this process.</summary>
    public static Surroundings OfProcess()
    {
        var outIsTerminal = !Console.IsOutputRedirected;
        return new Surroundings(
            Environment.GetEnvironmentVariable,
            Environment.CurrentDirectory,
            Console.Out,
            Console.Error,
            outIsTerminal,
            !Console.IsErrorRedirected,
            outIsTerminal && Console.WindowWidth > 20 ? Console.WindowWidth : WidthWithoutTerminal,
            TimeProvider.System,
            TimeZoneInfo.Local)
        {
            In = Console.IsInputRedirected ? null : Console.In,
            Hidden = Console.IsInputRedirected ? null : ReadHidden,
        };
    }

    private static string? ReadHidden()
    {
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key is ConsoleKey.Enter)
                return typed.ToString();
            if (key.Key is ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }
    }

    /// <summary>Where what is to be remembered from run to run stands: <c>$XDG_STATE_HOME/ketman</c>.</summary>
    public string StateFolder => Path.Combine(
        Variable("XDG_STATE_HOME") is { Length: > 0 } given && Path.IsPathRooted(given)
            ? given
            : Path.Combine(Variable("HOME") ?? Path.GetTempPath(), ".local", "state"),
        "ketman");

    /// <summary>Whether answers may carry colours; see no-color.org.</summary>
    public bool Colours => OutIsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";
}

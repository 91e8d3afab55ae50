using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Connection;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Carries the surroundings of a run through the parser to the command.</summary>
internal sealed class RunConfiguration(Surroundings surroundings) : InvocationConfiguration
{
    public Surroundings Surroundings { get; } = surroundings;
}

/// <summary>One run of a command: what was typed, where it writes, and the platform it speaks to.</summary>
internal sealed class Session : IDisposable
{
    private PlatformClient? _platform;

    private Session(ParseResult parsed, Surroundings surroundings)
    {
        Parsed = parsed;
        Surroundings = surroundings;
        Screen = new Screen(surroundings);
        Json = parsed.GetValue(GlobalOptions.Json);
        Verbose = parsed.GetValue(GlobalOptions.Verbose);
    }

    public ParseResult Parsed { get; }

    public Surroundings Surroundings { get; }

    public Screen Screen { get; }

    public bool Json { get; }

    public bool Verbose { get; }

    public PlatformClient Platform => _platform ??= new PlatformClient(
        Address.Find(Surroundings, Parsed.GetValue(GlobalOptions.Url), Parsed.GetValue(GlobalOptions.KeyFile)), Surroundings, Verbose);

    public static Session Of(ParseResult parsed) => new(parsed, ((RunConfiguration)parsed.InvocationConfiguration).Surroundings);

    /// <summary>Gets a path and either prints the answer as it is or hands it over to be shown.</summary>
    public async Task<ExitCode> ShowAsync(string path, Action<JsonElement> show, CancellationToken cancellation)
    {
        var answer = (await Platform.GetAsync(path, cancellation)).OrRefuse();
        if (Json)
        {
            Screen.Raw(answer.Body);
            return ExitCode.Ok;
        }

        using var document = Read(answer);
        show(document.RootElement);
        return ExitCode.Ok;
    }

    /// <exception cref="CliException">The answer is no JSON: somebody else listens there.</exception>
    public static JsonDocument Read(Answer answer)
    {
        try
        {
            return JsonDocument.Parse(answer.Body);
        }
        catch (JsonException)
        {
            throw new CliException(ExitCode.Unreachable, "What listens there is not the platform's gateway: its answer is no JSON. Check KETMAN_URL.");
        }
    }

    /// <summary>A time as people read it.</summary>
    public string? Time(string? text) => text is null ? null : Times.Show(text, Surroundings.Zone);

    public void RemarkTrace()
    {
        if (Verbose && _platform is not null)
            Screen.Remark($"ketman: trace {_platform.Trace}");
    }

    public void Dispose() => _platform?.Dispose();
}

using System.Diagnostics;

namespace Ketman.Runner.Tests;

/// <summary>What a command said and how it ended.</summary>
internal sealed record Said(int Status, string Output, string Errors, TimeSpan Took)
{
    public override string ToString() => $"status {Status} after {Took.TotalSeconds:0.0} s\n--- output\n{Output}\n--- errors\n{Errors}";
}

/// <summary>Runs commands as a person would, with nothing of this test run's own settings in their environment.</summary>
internal static class Shell
{
    // A first `up` builds, if these tests were not started by `./ketman test`.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<Said> Run(
        string folder,
        IReadOnlyDictionary<string, string> variables,
        string program,
        string[] arguments,
        TimeSpan? killAfter = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("KETMAN_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(killAfter ?? Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (killAfter is not null)
        {
            // The shell alone, as an impatient person or the kernel would: what it started is left as it is.
            process.Kill(entireProcessTree: false);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        return new Said(process.ExitCode, await output, await errors, clock.Elapsed);
    }
}

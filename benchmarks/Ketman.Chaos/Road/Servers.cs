using System.Diagnostics;

namespace Ketman.Chaos.Road;

/// <summary>PostgreSQL and RabbitMQ, which the runner started for this program alone.</summary>
internal sealed class Servers
{
    private readonly string _script = Read("KETMAN_CHAOS_SERVER");
    private readonly string _run = Read("KETMAN_CHAOS_RUN");

    /// <summary>kill -9 of all its processes.</summary>
    public Task KillAsync(string server, CancellationToken cancellation) => RunAsync("kill", server, cancellation);

    /// <summary>Returns when it answers.</summary>
    public Task StartAsync(string server, CancellationToken cancellation) => RunAsync("start", server, cancellation);

    private async Task RunAsync(string what, string server, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [_script, _run, what, server]) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{what} {server}: {await said}");
        }
    }

    private static string Read(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{variable} is not set: use ./ketman chaos.");
}

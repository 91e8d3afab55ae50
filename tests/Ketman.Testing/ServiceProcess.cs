using System.Diagnostics;
using System.Text;

namespace Ketman.Testing;

/// <summary>One service as a process.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private const int KeptCharacters = 4_000_000;

    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private ServiceProcess(Process process) => _process = process;

    public static ServiceProcess Start(string service, IReadOnlyDictionary<string, string> environment)
    {
        var name = $"Ketman.{char.ToUpperInvariant(service[0])}{service[1..]}";
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"));
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        var started = new ServiceProcess(new Process { StartInfo = start });
        started._process.OutputDataReceived += (_, line) => started.Keep(line.Data);
        started._process.ErrorDataReceived += (_, line) => started.Keep(line.Data);
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    public int Id => _process.Id;

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public long ResidentMemory()
    {
        _process.Refresh();
        return _process.HasExited ? 0 : _process.WorkingSet64;
    }

    public string Log()
    {
        lock (_log)
        {
            return _log.ToString();
        }
    }

    public string LogTail() => Log() is { Length: > 3000 } log ? log[^3000..] : Log();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_log)
        {
            if (line is not null && _log.Length < KeptCharacters)
            {
                _log.AppendLine(line);
            }
        }
    }
}

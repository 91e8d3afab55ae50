using System.Net;
using System.Net.Sockets;

namespace Ketman.Runner.Tests;

/// <summary>
/// A copy of this checkout with what is built, its own state and its own ports, so that a person's platform is left alone.
/// </summary>
public sealed class Checkout : IAsyncLifetime
{
    private static readonly string[] s_parts =
    [
        "ketman", "infra", "gateway", "services", "clients", "platform",
        "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig", "Ketman.Platform.sln",
    ];

    internal string Folder { get; private set; } = "";

    internal int Port { get; } = FreeBasePort();

    internal string State => Path.Combine(Folder, ".ketman");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Folder = Directory.CreateTempSubdirectory("ketman-runner-").FullName;
        // The servers' own users must be able to pass through.
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        // `cp -a` keeps times and sizes, from which the runner sees that the build is up to date.
        (await Shell.Run(Repository.Root, new Dictionary<string, string>(), "cp", ["-a", .. s_parts, Folder])).Status.ShouldBe(0);
        Directory.CreateDirectory(Path.Combine(State, "build"));
        foreach (var stamp in Directory.EnumerateFiles(Repository.PathOf(".ketman", "build")).Where(file => Path.GetFileName(file) != "running"))
        {
            File.Copy(stamp, Path.Combine(State, "build", Path.GetFileName(stamp)));
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        var down = await Ketman("down");
        var home = await Record("server-home");
        Directory.Delete(Folder, recursive: true);
        if (home.StartsWith("/var/lib/ketman/", StringComparison.Ordinal))
        {
            Directory.Delete(home, recursive: true);
        }

        down.Status.ShouldBe(0, down.ToString());
    }

    internal Task<Said> Ketman(params string[] arguments) => Ketman(killAfter: null, arguments);

    internal Task<Said> Ketman(TimeSpan? killAfter, params string[] arguments) =>
        Shell.Run(Folder, new Dictionary<string, string> { ["KETMAN_PORT"] = $"{Port}" }, Path.Combine(Folder, "ketman"), arguments, killAfter);

    internal async Task Up(params string[] arguments)
    {
        var up = await Ketman(["up", .. arguments]);
        up.Status.ShouldBe(0, up.ToString());
    }

    internal async Task<string> Record(string name)
    {
        var file = Path.Combine(State, name);
        return File.Exists(file) ? (await File.ReadAllTextAsync(file)).Trim() : "";
    }

    internal async Task<int> PidOf(string process) => int.Parse((await Record($"run/{process}")).Split(' ')[0], null);

    /// <summary>The pid of every process the checkout has on record.</summary>
    internal async Task<SortedDictionary<string, int>> Pids()
    {
        var pids = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var record in Directory.EnumerateFiles(Path.Combine(State, "run")).Select(Path.GetFileName))
        {
            pids[record!] = await PidOf(record!);
        }

        return pids;
    }

    /// <summary>A base port with all its followers free, away from those of a person's platform and of the throwaway servers.</summary>
    internal static int FreeBasePort()
    {
        for (var tries = 0; tries < 200; tries++)
        {
            var port = 8000 + (Random.Shared.Next(60) * 100);
            if (new[] { 0, 1, 2, 3, 4, 32, 72, 73, 74, 75 }.All(offset => IsFree(port + offset)))
            {
                return port;
            }
        }

        throw new InvalidOperationException("No free base port between 8000 and 14000.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

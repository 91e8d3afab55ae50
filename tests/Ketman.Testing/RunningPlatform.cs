using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Ketman.Testing;

/// <summary>
/// The whole platform as real processes on a database for each service and a virtual host of their own, to be killed and
/// started again one by one. With several instances, the second of <c>metrics</c> is <c>metrics-2</c>.
/// </summary>
public sealed class RunningPlatform : IAsyncDisposable
{
    private const string Dashboard = "dashboard";
    private static readonly string[] Order = ["intake", "disclosures", "metrics", "gateway"];

    private readonly Dictionary<string, TestDatabase> _databases = [];
    private readonly Dictionary<string, int> _ports = [];
    private readonly Dictionary<string, ServiceProcess> _processes = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("ketman-platform-").FullName;
    private TestBroker? _broker;
    private bool _withDashboard;

    private RunningPlatform()
    {
    }

    /// <summary>The API with the admin key.</summary>
    public HttpClient Api { get; private set; } = null!;

    /// <summary>The gateway's address.</summary>
    public Uri Url => new($"http://127.0.0.1:{_ports["gateway"]}");

    /// <summary>The file with the admin key.</summary>
    public string KeyFile => Path.Combine(_folder, "admin.key");

    /// <summary>A folder that goes with the platform.</summary>
    public string Folder => _folder;

    /// <summary>The virtual host.</summary>
    public TestBroker Broker => _broker!;

    /// <summary>A service's database.</summary>
    public TestDatabase Database(string service) => _databases[service];

    /// <summary>A service's own address, behind the gateway's back.</summary>
    public Uri AddressOf(string service) => new($"http://127.0.0.1:{_ports[service]}");

    /// <summary>Starts everything and waits until it is ready.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="instances">How many processes of each service; those of one number know one another.</param>
    /// <param name="dashboard">Whether the pages are there too, behind the first gateway.</param>
    public static async Task<RunningPlatform> StartAsync(CancellationToken cancellation, int instances = 1, bool dashboard = false)
    {
        var platform = new RunningPlatform { _withDashboard = dashboard };
        try
        {
            platform._broker = await TestBroker.CreateAsync(cancellation);
            foreach (var service in Order)
            {
                platform._databases[service] = await TestDatabase.CreateAsync(cancellation);
            }

            if (dashboard)
            {
                platform._ports[Dashboard] = FreePort();
            }

            for (var number = 1; number <= instances; number++)
            {
                await platform.StartInstancesAsync([.. Order.Select(service => Instance(service, number))], cancellation);
            }

            if (dashboard)
            {
                platform.Start(Dashboard);
                await platform.ReadyAsync(Dashboard, cancellation);
            }

            platform.Api = new HttpClient { BaseAddress = new Uri(platform.Url, "/api/v1/") };
            platform.Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer", (await File.ReadAllTextAsync(platform.KeyFile, cancellation)).Trim());
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    /// <summary>The name of an instance of a service, counted from 1.</summary>
    public static string Instance(string service, int number) => number == 1 ? service : $"{service}-{number}";

    /// <summary>The process of an instance.</summary>
    public int ProcessOf(string instance) => _processes[instance].Id;

    /// <summary>kill -9: nothing is flushed, nothing is said.</summary>
    public void Kill(string service) => _processes[service].Kill();

    /// <summary>Starts a service (again).</summary>
    public void Start(string service)
    {
        if (_processes.TryGetValue(service, out var before))
        {
            before.Dispose();
        }

        var (name, number) = Parts(service);
        _processes[service] = ServiceProcess.Start(name, Environment(name, number));
    }

    /// <summary>Waits until a service says that it is ready.</summary>
    public async Task ReadyAsync(string service, CancellationToken cancellation)
    {
        using var client = new HttpClient();
        await Eventually.TrueAsync($"{service} is ready; its log ends:\n{_processes[service].LogTail()}", async () =>
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(AddressOf(service), "/health/ready"), cancellation);
                return answer.StatusCode is HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(60), cancellation);
    }

    /// <summary>Runs the CLI as a process of its own.</summary>
    public async Task<CliRun> CliAsync(CancellationToken cancellation, params string[] arguments)
    {
        using var process = StartCli(arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new CliRun(process.ExitCode, await output, await errors);
    }

    /// <summary>What all processes have written to their logs.</summary>
    public string Logs(string service) => _processes[service].Log();

    /// <summary>Resident memory of all processes together, in bytes.</summary>
    public long ResidentMemory() => _processes.Values.Sum(process => process.ResidentMemory());

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        foreach (var process in _processes.Values)
        {
            process.Dispose();
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        foreach (var database in _databases.Values)
        {
            await database.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private Process StartCli(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Ketman.Cli.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["KETMAN_URL"] = Url.ToString();
        start.Environment["KETMAN_KEY_FILE"] = KeyFile;
        start.Environment["XDG_STATE_HOME"] = _folder;
        return Process.Start(start)!;
    }

    private async Task StartInstancesAsync(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        foreach (var name in names)
        {
            _ports[name] = FreePort();
        }

        foreach (var name in names)
        {
            Start(name);
        }

        foreach (var name in names)
        {
            await ReadyAsync(name, cancellation);
        }
    }

    private static (string Service, int Number) Parts(string instance) => instance.Split('-') is [var service, var number]
        ? (service, int.Parse(number, CultureInfo.InvariantCulture))
        : (instance, 1);

    private Dictionary<string, string> Environment(string service, int number)
    {
        if (service == Dashboard)
        {
            return new() { ["KETMAN_LISTEN"] = AddressOf(Dashboard).ToString(), ["KETMAN_GATEWAY"] = Url.ToString() };
        }

        var environment = new Dictionary<string, string>
        {
            ["KETMAN_LISTEN"] = AddressOf(Instance(service, number)).ToString(),
            ["KETMAN_DATABASE"] = _databases[service].Url.ToString(),
            ["KETMAN_KEYS"] = Path.Combine(_folder, "keys"),
            ["KETMAN_INTAKE"] = AddressOf(Instance("intake", number)).ToString(),
            ["KETMAN_DISCLOSURES"] = AddressOf(Instance("disclosures", number)).ToString(),
            ["KETMAN_METRICS"] = AddressOf(Instance("metrics", number)).ToString(),
            ["KETMAN_ZONE"] = "UTC",
            ["KETMAN_ADMIN_KEY_FILE"] = KeyFile,
        };
        if (service != "gateway")
        {
            environment["KETMAN_BUS"] = _broker!.Url.ToString();
        }
        else if (_withDashboard && number == 1)
        {
            environment["KETMAN_DASHBOARD"] = AddressOf(Dashboard).ToString();
        }

        return environment;
    }

    /// <summary>A port that nobody listens on at the moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>What a run of the CLI gave.</summary>
public sealed record CliRun(int ExitCode, string Output, string Errors);

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ketman.Dashboard;
using Ketman.Hosting;

namespace Ketman.Embedded;

/// <summary>
/// The settings of each process of a platform in one process. They are the usual ones, but for the databases, of which there are
/// four (<c>KETMAN_DATABASE_GATEWAY</c>, <c>..._INTAKE</c>, ...), and the addresses of what is behind the gateway, which may be left out.
/// </summary>
internal sealed class EmbeddedSettings
{
    private readonly IReadOnlyDictionary<string, KetmanSettings> _services;

    private EmbeddedSettings(IReadOnlyDictionary<string, KetmanSettings> services)
    {
        _services = services;
        var gateway = services["gateway"];
        Dashboard = new DashboardSettings(gateway.Dashboard!, Reachable(gateway.Listen));
    }

    /// <summary>The services behind the gateway, in the order of their ports.</summary>
    public static IReadOnlyList<string> Services { get; } = ["intake", "disclosures", "metrics"];

    /// <summary>Those of the gateway or of a service.</summary>
    public KetmanSettings this[string service] => _services[service];

    /// <summary>Those of the dashboard.</summary>
    public DashboardSettings Dashboard { get; }

    /// <summary>Reads them, and finds an address for everything behind the gateway that has none.</summary>
    /// <exception cref="SettingException">One is missing or unreadable.</exception>
    public static EmbeddedSettings Read(IConfiguration configuration)
    {
        var addresses = Services.Append("dashboard").ToDictionary(service => service, service => configuration[AddressVariable(service)]);
        if (Uri.TryCreate(configuration["KETMAN_LISTEN"], UriKind.Absolute, out var listen) && listen.Port == 0)
        {
            // The dashboard has to know before the gateway listens.
            var chosen = new UriBuilder(listen) { Port = TryTake(0)!.Value }.Uri.ToString();
            configuration = new ConfigurationBuilder().AddConfiguration(configuration)
                .AddInMemoryCollection(new Dictionary<string, string?> { ["KETMAN_LISTEN"] = chosen }).Build();
        }

        var port = listen?.Port ?? 0;
        foreach (var (service, given) in addresses.ToList())
        {
            // Beside a gateway on any port that is free nobody looks for the others anywhere.
            port += listen is { Port: > 0 } ? 1 : 0;
            addresses[service] = given is { Length: > 0 } ? given : FindAddress(port);
        }

        return new EmbeddedSettings(Services.Prepend("gateway").ToDictionary(name => name, name => ReadOne(configuration, name, addresses)));
    }

    // Where one listens on every address, one is found on this machine's own.
    private static Uri Reachable(Uri listen) =>
        IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(listen) { Host = "127.0.0.1" }.Uri
            : listen;

    private static KetmanSettings ReadOne(IConfiguration configuration, string name, Dictionary<string, string?> addresses)
    {
        var overlay = addresses.ToDictionary(address => AddressVariable(address.Key), address => address.Value);
        if (addresses.TryGetValue(name, out var own))
        {
            overlay["KETMAN_LISTEN"] = own;
        }

        var database = "KETMAN_DATABASE_" + name.ToUpperInvariant();
        overlay["KETMAN_DATABASE"] = configuration[database];
        overlay["KETMAN_DATABASE_FILE"] = configuration[database + "_FILE"];
        try
        {
            return KetmanSettings.Read(new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(overlay).Build());
        }
        catch (SettingException e) when (e.Name.StartsWith("KETMAN_DATABASE", StringComparison.Ordinal))
        {
            throw new SettingException(
                e.Name.Replace("KETMAN_DATABASE", database, StringComparison.Ordinal), "a URL such as postgres://role:password@host:5432/database");
        }
    }

    private static string AddressVariable(string service) => "KETMAN_" + service.ToUpperInvariant();

    /// <summary>The port that it would have as a process of its own, so that it is found where one looks; else any.</summary>
    private static string FindAddress(int preferred)
    {
        var port = TryTake(preferred) ?? TryTake(0)!.Value;
        return string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
    }

    private static int? TryTake(int port)
    {
        if (port is < 0 or > IPEndPoint.MaxPort)
        {
            return null;
        }

        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}

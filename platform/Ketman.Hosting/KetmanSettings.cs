using System.Globalization;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Ketman.Hosting;

/// <summary>
/// Everything a process of the platform reads from its surroundings; nothing else is read anywhere. Secrets may come from a
/// file (<c>..._FILE</c>), as container secrets do.
/// </summary>
/// <param name="Listen">Where the process listens, e.g. <c>http://127.0.0.1:7401</c>.</param>
/// <param name="Database">Connection string of its own database.</param>
/// <param name="Bus">URL of the broker's virtual host; null where no bus is needed or it is given in code.</param>
/// <param name="KeysDirectory">Where the internal signing keys live.</param>
/// <param name="Intake">Base URL of Intake.</param>
/// <param name="Disclosures">Base URL of Disclosures.</param>
/// <param name="Metrics">Base URL of Metrics.</param>
/// <param name="Zone">The team's time zone, which bounds the months.</param>
/// <param name="AdminKeyFile">Where the gateway leaves the first admin key.</param>
/// <param name="SealKeyFile">The key that signs the log's seals; null: the service makes its own in the keys' directory.</param>
/// <param name="Oidc">The identity provider whose tokens the gateway takes; null: none.</param>
/// <param name="Dashboard">Base URL of the dashboard, which the gateway sends browsers to; null: there are no pages.</param>
public sealed record KetmanSettings(
    Uri Listen,
    string Database,
    Uri? Bus,
    string KeysDirectory,
    Uri? Intake,
    Uri? Disclosures,
    Uri? Metrics,
    TimeZoneInfo Zone,
    string? AdminKeyFile,
    string? SealKeyFile = null,
    OidcSettings? Oidc = null,
    Uri? Dashboard = null)
{
    /// <summary>
    /// The variables that are read, and by which processes: documentation and compose file are tested against this. The dashboard, which
    /// references nothing of the platform, reads its own by itself.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Variables { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["KETMAN_LISTEN"] = ["gateway", "intake", "disclosures", "metrics", "dashboard"],
        ["KETMAN_DATABASE"] = ["gateway", "intake", "disclosures", "metrics"],
        ["KETMAN_BUS"] = ["intake", "disclosures", "metrics"],
        ["KETMAN_KEYS"] = ["gateway", "intake", "disclosures", "metrics"],
        ["KETMAN_INTAKE"] = ["gateway", "disclosures", "metrics"],
        ["KETMAN_DISCLOSURES"] = ["gateway", "intake", "metrics"],
        ["KETMAN_METRICS"] = ["gateway"],
        ["KETMAN_DASHBOARD"] = ["gateway"],
        ["KETMAN_GATEWAY"] = ["dashboard"],
        ["KETMAN_ZONE"] = ["metrics"],
        ["KETMAN_ADMIN_KEY_FILE"] = ["gateway"],
        ["KETMAN_OIDC_AUTHORITY"] = ["gateway"],
        ["KETMAN_OIDC_AUDIENCE"] = ["gateway"],
        ["KETMAN_OIDC_ROLE_CLAIM"] = ["gateway"],
        ["KETMAN_OIDC_NAME_CLAIM"] = ["gateway"],
        ["KETMAN_OIDC_ROLES"] = ["gateway"],
        ["KETMAN_SEAL_KEY_FILE"] = ["intake", "disclosures"],
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = ["gateway", "intake", "disclosures", "metrics"],
    };

    /// <summary>Reads the settings of one process.</summary>
    /// <exception cref="SettingException">One is missing or unreadable; the message names it and what would be right, never its value.</exception>
    public static KetmanSettings Read(IConfiguration configuration) => new(
        Url(configuration, "KETMAN_LISTEN") ?? throw new SettingException("KETMAN_LISTEN", "a URL such as http://127.0.0.1:7401"),
        ConnectionString(Secret(configuration, "KETMAN_DATABASE")
            ?? throw new SettingException("KETMAN_DATABASE", "a URL such as postgres://role:password@host:5432/database")),
        Secret(configuration, "KETMAN_BUS") is { } bus ? ParseUrl("KETMAN_BUS", bus, "amqp", "amqps") : null,
        configuration["KETMAN_KEYS"] ?? throw new SettingException("KETMAN_KEYS", "a directory for the internal signing keys"),
        Url(configuration, "KETMAN_INTAKE"),
        Url(configuration, "KETMAN_DISCLOSURES"),
        Url(configuration, "KETMAN_METRICS"),
        ReadZone(configuration["KETMAN_ZONE"]),
        configuration["KETMAN_ADMIN_KEY_FILE"],
        configuration["KETMAN_SEAL_KEY_FILE"] is { Length: > 0 } sealKey ? sealKey : null,
        OidcSettings.Read(configuration),
        Url(configuration, "KETMAN_DASHBOARD"));

    /// <summary>Turns <c>postgres://role:password@host:port/database</c> into what Npgsql takes.</summary>
    /// <exception cref="SettingException">It is no such URL.</exception>
    public static string ConnectionString(string url)
    {
        var parsed = ParseUrl("KETMAN_DATABASE", url, "postgres", "postgresql");
        var user = parsed.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = parsed.Host,
            Port = parsed.Port > 0 ? parsed.Port : 5432,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(parsed.AbsolutePath.TrimStart('/')),
            // The hot statements are few; preparing them halves their cost on the server.
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 2,
            // A reset before every use of a pooled connection costs a tenth of an append. So whoever takes a session's lock,
            // listens or sets something for the session must undo that before the connection goes back.
            NoResetOnClose = true,
            MaxPoolSize = 32,
            // Appends share transactions; the one that spoils it for the others is then known, and need not be found by trying each.
            IncludeFailedBatchedCommand = true,
            // What a request asks for takes milliseconds. The server would still start processes of its own for some of it, for each of those who
            // ask at once, and they would take the processors from one another: a search was ten times slower for it.
            // And it would plan what it has prepared anew for each set of values, which took three times as long as the reading: a statement
            // has to be written so that one plan serves all its values.
            Options = "-c max_parallel_workers_per_gather=0 -c plan_cache_mode=force_generic_plan",
        };
        return builder.ConnectionString;
    }

    private static string? Secret(IConfiguration configuration, string name)
    {
        if (configuration[name] is { Length: > 0 } value)
        {
            return value;
        }

        if (configuration[name + "_FILE"] is not { Length: > 0 } file)
        {
            return null;
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException(name + "_FILE", "a file that this process may read");
        }
    }

    private static Uri? Url(IConfiguration configuration, string name) =>
        configuration[name] is { Length: > 0 } text ? ParseUrl(name, text, "http", "https") : null;

    private static Uri ParseUrl(string name, string text, params string[] schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme)
            ? url
            : throw new SettingException(name, string.Create(CultureInfo.InvariantCulture, $"a URL that begins with {schemes[0]}://"));

    private static TimeZoneInfo ReadZone(string? name) =>
        string.IsNullOrEmpty(name) ? TimeZoneInfo.Utc
        : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone
        : throw new SettingException("KETMAN_ZONE", "the name of a time zone such as Europe/Berlin");
}

/// <summary>A setting is missing or unreadable.</summary>
public sealed class SettingException(string name, string expected) : Exception($"{name} must be {expected}.")
{
    /// <summary>The variable.</summary>
    public string Name { get; } = name;
}

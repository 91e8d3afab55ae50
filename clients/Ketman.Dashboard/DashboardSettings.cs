namespace Ketman.Dashboard;

/// <summary>Everything the dashboard reads from its surroundings. It keeps nothing, so there is little.</summary>
/// <param name="Listen">Where it listens (<c>KETMAN_LISTEN</c>), e.g. <c>http://127.0.0.1:7404</c>; the gateway sends browsers here.</param>
/// <param name="Gateway">Base URL of the gateway (<c>KETMAN_GATEWAY</c>), whose API it asks with the rights of whoever looks.</param>
public sealed record DashboardSettings(Uri Listen, Uri Gateway)
{
    /// <summary>Reads the settings.</summary>
    /// <exception cref="DashboardSettingException">One is missing or no URL.</exception>
    public static DashboardSettings Read(IConfiguration configuration) =>
        new(Url(configuration, "KETMAN_LISTEN", "http://127.0.0.1:7404"), Url(configuration, "KETMAN_GATEWAY", "http://127.0.0.1:7400"));

    private static Uri Url(IConfiguration configuration, string name, string example) =>
        Uri.TryCreate(configuration[name], UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new DashboardSettingException(name, $"a URL such as {example}");
}

/// <summary>A setting is missing or unreadable; the message names it, never its value.</summary>
public sealed class DashboardSettingException(string name, string expected) : Exception($"{name} must be {expected}.")
{
    /// <summary>The variable.</summary>
    public string Setting { get; } = name;
}

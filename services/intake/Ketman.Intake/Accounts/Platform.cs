namespace Ketman.Intake.Accounts;

/// <summary>Where an account lives.</summary>
public enum Platform
{
    /// <summary>GitHub.</summary>
    Github,

    /// <summary>gitlab.com; a GitLab of its own is a website.</summary>
    Gitlab,

    /// <summary>The npm registry.</summary>
    Npm,

    /// <summary>The Python package index.</summary>
    Pypi,

    /// <summary>Telegram.</summary>
    Telegram,

    /// <summary>Discord.</summary>
    Discord,

    /// <summary>X (Twitter).</summary>
    X,

    /// <summary>LinkedIn.</summary>
    Linkedin,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>An address on a blockchain.</summary>
    Wallet,

    /// <summary>Upwork.</summary>
    Upwork,

    /// <summary>Freelancer.</summary>
    Freelancer,

    /// <summary>A web site, portfolio or the like, by its URL.</summary>
    Website,

    /// <summary>None of these; the handle is kept as written.</summary>
    Other,
}

/// <summary>The names of platforms in references and contracts.</summary>
internal static class PlatformName
{
    private static readonly Dictionary<string, Platform> ByName =
        Enum.GetValues<Platform>().ToDictionary(platform => platform.Name(), StringComparer.OrdinalIgnoreCase);

    /// <summary>E.g. <c>github</c>.</summary>
    public static string Name(this Platform platform) => platform.WireName();

    public static bool TryParse(string name, out Platform platform) => ByName.TryGetValue(name, out platform);
}

using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Ketman.Intake.Accounts;

/// <summary>
/// Brings the ways of writing one account's handle (capitals, a leading @, the URL of its profile) to one, because an account
/// that is in the database twice is counted twice. What no platform rule makes equal stays different.
/// </summary>
internal static partial class AccountHandle
{
    private const int Longest = 200;

    private static readonly FrozenDictionary<Platform, Profile> Profiles = new Dictionary<Platform, Profile>
    {
        [Platform.Github] = new(["github.com"], "", GithubName(), "a GitHub name or profile URL"),
        [Platform.Gitlab] = new(["gitlab.com"], "", GitlabName(), "a name on gitlab.com or its profile URL"),
        [Platform.Npm] = new(["npmjs.com"], "~", NpmName(), "an npm user name or its profile URL"),
        [Platform.Pypi] = new(["pypi.org"], "user/", PypiName(), "a PyPI user name or its profile URL"),
        [Platform.Telegram] = new(["t.me", "telegram.me"], "", TelegramName(), "a Telegram name, its t.me URL or a numeric id"),
        [Platform.Discord] = new(["discord.com", "discordapp.com"], "users/", DiscordName(), "a Discord name (name or name#1234) or a user id"),
        [Platform.X] = new(["x.com", "twitter.com", "mobile.twitter.com"], "", XName(), "a name on X (1 to 15 letters, digits, underscores) or its profile URL"),
        [Platform.Linkedin] = new(["linkedin.com"], "in/", LinkedinName(), "the last part of a LinkedIn profile URL, or the URL (linkedin.com/in/...)"),
        [Platform.Upwork] = new(["upwork.com"], "freelancers/", FreelancerName(), "an Upwork profile id or URL"),
        [Platform.Freelancer] = new(["freelancer.com"], "u/", FreelancerName(), "a Freelancer name or its profile URL"),
    }.ToFrozenDictionary();

    /// <summary>What a handle of this platform looks like.</summary>
    public static string Expected(Platform platform) => platform switch
    {
        Platform.Email => EmailAddress.Expected,
        Platform.Wallet => WalletAddress.Expected,
        Platform.Website => "must be the URL of a web site",
        Platform.Other => $"must be one line of at most {Longest} characters",
        _ => $"must be {Profiles[platform].Expected}",
    };

    public static bool TryNormalise(Platform platform, string? text, [NotNullWhen(true)] out string? handle)
    {
        handle = null;
        var plain = text?.Trim() ?? "";
        if (plain.Length is 0 or > 2000)
        {
            return false;
        }

        var found = platform switch
        {
            Platform.Email => EmailAddress.TryIdentify(plain, out handle),
            Platform.Wallet => WalletAddress.TryNormalise(plain, out handle),
            Platform.Website => TryWebsite(plain, out handle),
            Platform.Other => (handle = Blanks().Replace(plain, " ")) is not null,
            _ => TryProfile(Profiles[platform], plain, out handle),
        };
        return found && handle!.Length <= Longest && !handle.Any(char.IsControl);
    }

    /// <summary>What is left of a handle when everything is taken away that people vary from platform to platform: offers duplicates only.</summary>
    /// <returns>Null when too little is left to mean anything, and for wallets, whose handles are no names.</returns>
    public static string? Loosely(Platform platform, string handle)
    {
        var name = platform switch
        {
            Platform.Wallet or Platform.Website or Platform.Other => "",
            Platform.Email => EmailAddress.Loosely(handle).Split('@')[0],
            Platform.Discord => handle.Split('#')[0],
            _ => handle,
        };
        var loose = Separators().Replace(name, "");
        return loose.Length >= 4 && !loose.All(char.IsAsciiDigit) ? loose : null;
    }

    private static bool TryProfile(Profile profile, string text, [NotNullWhen(true)] out string? handle)
    {
        handle = null;
        var name = text;
        if (TryReadUrl(text, profile.Hosts, out var path))
        {
            if (!path.StartsWith(profile.PathPrefix, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            // Below a profile lie repositories and posts; their URL is no account.
            name = path[profile.PathPrefix.Length..].TrimEnd('/');
        }

        name = name.TrimStart('@', '~').ToLowerInvariant();
        if (!profile.Pattern.IsMatch(name))
        {
            return false;
        }

        handle = name;
        return true;
    }

    private static bool TryReadUrl(string text, IReadOnlyList<string> hosts, out string path)
    {
        path = "";
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var rest = (scheme >= 0 ? text[(scheme + 3)..] : text).Split('?', '#')[0];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return false;
        }

        // www.linkedin.com, de.linkedin.com and linkedin.com are one place.
        var host = rest[..slash].ToLowerInvariant();
        if (!hosts.Any(known => host == known || host.EndsWith("." + known, StringComparison.Ordinal)))
        {
            return false;
        }

        path = Uri.UnescapeDataString(rest[(slash + 1)..]);
        return true;
    }

    private static bool TryWebsite(string text, [NotNullWhen(true)] out string? handle)
    {
        handle = null;
        var absolute = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (!Uri.TryCreate(absolute, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")
            || !DomainName.TryNormalise(url.Host, out var domain))
        {
            return false;
        }

        handle = domain + (url.IsDefaultPort ? "" : $":{url.Port}") + url.PathAndQuery.TrimEnd('/');
        return true;
    }

    private sealed record Profile(IReadOnlyList<string> Hosts, string PathPrefix, Regex Pattern, string Expected);

    // Names of enterprise users end in _company, of apps in [bot]; old ones may end in a hyphen.
    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]{0,38}(\[bot\])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex GithubName();

    [GeneratedRegex(@"^[a-z0-9_][a-z0-9_.-]{0,199}\z", RegexOptions.CultureInvariant)]
    private static partial Regex GitlabName();

    [GeneratedRegex(@"^[a-z0-9._-]{1,200}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NpmName();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PypiName();

    [GeneratedRegex(@"^([a-z][a-z0-9_]{3,31}|[0-9]{5,15})\z", RegexOptions.CultureInvariant)]
    private static partial Regex TelegramName();

    [GeneratedRegex(@"^([a-z0-9_.]{2,32}|[^@#:\s\p{C}]([^@#:\p{C}]{0,30}[^@#:\s\p{C}])?#[0-9]{4})\z", RegexOptions.CultureInvariant)]
    private static partial Regex DiscordName();

    [GeneratedRegex(@"^[a-z0-9_]{1,15}\z", RegexOptions.CultureInvariant)]
    private static partial Regex XName();

    [GeneratedRegex(@"^[\p{L}\p{N}_-]{3,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LinkedinName();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_.-]{1,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FreelancerName();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();

    [GeneratedRegex(@"[-_.]|\[bot\]", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();
}

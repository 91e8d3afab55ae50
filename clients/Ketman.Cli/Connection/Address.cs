namespace Ketman.Cli.Connection;

/// <summary>Where the platform is and what opens its door.</summary>
/// <param name="Url">The gateway.</param>
/// <param name="Key">The API key, looked for when it is needed: health needs none. Throws <see cref="CliException"/>, never naming a key.</param>
internal sealed record Address(Uri Url, Lazy<string> Key)
{
    public const string DefaultUrl = "http://127.0.0.1:7400";

    private const string KeyFile = ".ketman/admin.key";

    // A token of an identity provider is a key too, and those are long.
    private const int LongestKey = 8 * 1024;

    /// <summary>Finds both: an option wins over a variable, a variable over what lies about.</summary>
    /// <exception cref="CliException">A setting is unusable; the message names it, never a key.</exception>
    public static Address Find(Surroundings surroundings, string? urlOption, string? keyFileOption)
    {
        var url = ReadUrl(urlOption ?? NullIfEmpty(surroundings.Variable("KETMAN_URL")) ?? DefaultUrl, urlOption is null ? "KETMAN_URL" : "--url");
        return new Address(url, new Lazy<string>(() => FindKey(surroundings, url, keyFileOption) ?? throw new CliException(ExitCode.NotAllowed,
            "No API key: set KETMAN_KEY or KETMAN_KEY_FILE, or run this inside the checkout whose `./ketman up` made .ketman/admin.key.")));
    }

    private static Uri ReadUrl(string text, string setting) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? url.AbsolutePath.EndsWith('/') ? url : new UriBuilder(url) { Path = url.AbsolutePath + "/" }.Uri
            : throw new CliException(ExitCode.Usage, $"{setting} must be the gateway's URL, e.g. {DefaultUrl}.");

    private static string? FindKey(Surroundings surroundings, Uri url, string? keyFileOption)
    {
        if (keyFileOption is not null)
            return ReadKeyFile(keyFileOption, "--key-file");
        if (NullIfEmpty(surroundings.Variable("KETMAN_KEY")) is { } key)
            return Checked(key, "KETMAN_KEY");
        if (NullIfEmpty(surroundings.Variable("KETMAN_KEY_FILE")) is { } file)
            return ReadKeyFile(file, "KETMAN_KEY_FILE");

        // The key that lies in a checkout opens the platform of that checkout. It is not for any other host that a URL may name.
        if (!url.IsLoopback)
            return null;

        for (var directory = new DirectoryInfo(surroundings.Directory); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, KeyFile);
            if (File.Exists(candidate))
                return ReadKeyFile(candidate, candidate);
        }

        return null;
    }

    private static string ReadKeyFile(string path, string setting)
    {
        try
        {
            return Checked(File.ReadAllText(path), setting);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.NotAllowed, e is UnauthorizedAccessException
                ? $"The API key cannot be read: {setting} names a file that only its owner may read."
                : $"The API key cannot be read: there is no file {path} ({setting}). `./ketman up` makes .ketman/admin.key.");
        }
    }

    private static string Checked(string text, string setting)
    {
        var key = text.Trim();
        return key.Length is > 0 and <= LongestKey && key.All(c => c is > ' ' and < (char)127)
            ? key
            : throw new CliException(ExitCode.NotAllowed, $"{setting} holds no API key: expected one line as `ketman keys create` prints it, or a token of the identity provider.");
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

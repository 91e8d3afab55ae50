using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Ketman.Intake.Companies;

/// <summary>Brings the ways of naming a repository (URL, SSH address, <c>owner/name</c> on GitHub) to <c>host/owner/name</c>.</summary>
internal static partial class Repository
{
    public const string Expected = "must be a repository such as github.com/owner/name";

    // These do not tell capitals apart, and below owner/name come pages, no groups.
    private static readonly FrozenSet<string> FlatHosts = new[] { "github.com", "bitbucket.org", "codeberg.org" }.ToFrozenSet();

    public static bool TryNormalise(string? text, [NotNullWhen(true)] out string? repository)
    {
        repository = null;
        var plain = text?.Trim() ?? "";
        if (plain.Length is 0 or > 300)
        {
            return false;
        }

        var ssh = SshAddress().Match(plain);
        plain = ssh.Success ? $"{ssh.Groups[1].Value}/{ssh.Groups[2].Value}" : plain;
        var scheme = plain.IndexOf("://", StringComparison.Ordinal);
        var parts = (scheme >= 0 ? plain[(scheme + 3)..] : plain).Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (scheme < 0 && parts.Length == 2)
        {
            parts = ["github.com", .. parts];
        }

        if (parts.Length < 3 || !DomainName.TryNormalise(parts[0][(parts[0].IndexOf('@', StringComparison.Ordinal) + 1)..], out var host))
        {
            return false;
        }

        var flat = FlatHosts.Contains(host);
        var path = (flat ? parts[1..3] : parts[1..]).TakeWhile(part => part != "-").ToArray();
        if (path.Length < 2 || path.Length > 20)
        {
            return false;
        }

        path[^1] = path[^1].EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? path[^1][..^4] : path[^1];
        if (!path.All(part => Segment().IsMatch(part)))
        {
            return false;
        }

        var joined = string.Join('/', path);
        repository = $"{host}/{(flat || host == "gitlab.com" ? joined.ToLowerInvariant() : joined)}";
        return true;
    }

    /// <summary>The normal forms of <paramref name="texts"/>, which were validated, each once.</summary>
    public static IReadOnlyList<string> NormaliseAll(IEnumerable<string>? texts) =>
        [.. (texts ?? []).Select(text => TryNormalise(text, out var repository) ? repository : text).Distinct()];

    /// <summary>Who owns a normalised repository, e.g. <c>github.com/owner</c>.</summary>
    public static string OwnerOf(string repository) => string.Join('/', repository.Split('/')[..2]);

    [GeneratedRegex(@"^[A-Za-z0-9_-]+@([A-Za-z0-9.-]+):(?!/)(.+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex SshAddress();

    [GeneratedRegex(@"^(?!\.{1,2}\z)[A-Za-z0-9._~-]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Segment();
}

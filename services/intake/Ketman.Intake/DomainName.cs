using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Ketman.Intake;

/// <summary>Brings the ways of writing an internet domain to one: lower-case, punycode, without scheme, <c>www.</c>, path and port.</summary>
internal static partial class DomainName
{
    public const string Expected = "must be a domain such as example.org";

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    public static bool TryNormalise(string? text, [NotNullWhen(true)] out string? domain)
    {
        domain = null;
        var host = text?.Trim() ?? "";
        var scheme = host.IndexOf("://", StringComparison.Ordinal);
        host = (scheme >= 0 ? host[(scheme + 3)..] : host).Split('/', '?', '#', ':')[0].TrimEnd('.').ToLowerInvariant();
        host = host.StartsWith("www.", StringComparison.Ordinal) ? host[4..] : host;
        if (host.Length is 0 or > 253)
        {
            return false;
        }

        try
        {
            host = Idn.GetAscii(host).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return false;
        }

        domain = DomainPattern().IsMatch(host) ? host : null;
        return domain is not null;
    }

    // The last label holds a letter, which keeps IP addresses out.
    [GeneratedRegex(@"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])\z", RegexOptions.CultureInvariant)]
    private static partial Regex DomainPattern();
}

using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Ketman.Intake;

/// <summary>
/// E-mail addresses in three forms, because three questions are asked of them. Where to write to: only the domain is brought to
/// one form. Whether it is the same account: lower-case throughout (no provider tells capitals apart), and for Gmail also
/// without dots and <c>+tag</c>, which Google documents to be one mailbox. Whether it may be the same person: without
/// <c>+tag</c> at any provider; there it is a habit and no rule, so that form only offers duplicates and never joins anything.
/// </summary>
internal static partial class EmailAddress
{
    public const string Expected = "must be an e-mail address such as name@example.org";

    /// <summary>The form to write to.</summary>
    public static bool TryNormalise(string? text, [NotNullWhen(true)] out string? address)
    {
        address = null;
        var plain = text?.Trim() ?? "";
        plain = plain.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? plain[7..] : plain;
        var at = plain.LastIndexOf('@');
        if (at < 1 || at > 64 || !LocalPart().IsMatch(plain[..at]) || plain.AsSpan(at + 1).ContainsAny("/:?#") || !DomainName.TryNormalise(plain[(at + 1)..], out var domain))
        {
            return false;
        }

        // DomainName takes www. away, which is right for a web site and wrong for a mail domain.
        var prefix = plain.AsSpan(at + 1).StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? "www." : "";
        address = $"{plain[..at]}@{prefix}{domain}";
        return true;
    }

    /// <summary>The form that says whether two addresses are one account.</summary>
    public static bool TryIdentify(string? text, [NotNullWhen(true)] out string? identity)
    {
        identity = null;
        if (!TryNormalise(text, out var address))
        {
            return false;
        }

        var (local, domain) = Split(address.ToLowerInvariant());
        if (domain is "gmail.com" or "googlemail.com")
        {
            domain = "gmail.com";
            local = WithoutTag(local).Replace(".", "", StringComparison.Ordinal);
        }

        identity = local.Length == 0 ? null : $"{local}@{domain}";
        return identity is not null;
    }

    /// <summary>The form in which two accounts may be one person's; <paramref name="identity"/> is what <see cref="TryIdentify"/> made.</summary>
    public static string Loosely(string identity)
    {
        var (local, domain) = Split(identity);
        return $"{WithoutTag(local)}@{domain}";
    }

    private static (string Local, string Domain) Split(string address)
    {
        var at = address.LastIndexOf('@');
        return (address[..at], address[(at + 1)..]);
    }

    private static string WithoutTag(string local) => local.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus ? local[..plus] : local;

    [GeneratedRegex(@"^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LocalPart();
}

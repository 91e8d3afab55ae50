using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Ketman.Contracts;
using Ketman.Intake.Accounts;

namespace Ketman.Intake.Companies;

/// <summary>Where a contact is reached, checked as far as its channel has rules: an address that cannot work is a report that never arrives.</summary>
internal static partial class ContactAddress
{
    public static bool TryNormalise(Channel channel, string text, [NotNullWhen(true)] out string? address)
    {
        var plain = text.Trim();
        address = null;
        return channel switch
        {
            Channel.Email => EmailAddress.TryNormalise(plain, out address),
            Channel.Telegram => Phone().IsMatch(plain) ? Take(Digits(plain), out address) : Handle(Platform.Telegram, plain, out address),
            Channel.Discord => IsWebAddress(plain) ? Take(plain, out address) : Handle(Platform.Discord, plain, out address),
            Channel.X => Handle(Platform.X, plain, out address),
            Channel.Linkedin => Handle(Platform.Linkedin, plain, out address),
            Channel.Github => IsWebAddress(plain) ? Take(plain, out address) : Handle(Platform.Github, plain, out address),
            Channel.Signal => Phone().IsMatch(plain) ? Take(Digits(plain), out address)
                : SignalName().IsMatch(plain) && Take(plain.ToLowerInvariant(), out address),
            Channel.Phone => Phone().IsMatch(plain) && Take(Digits(plain), out address),
            Channel.BugBounty or Channel.WebForm => IsWebAddress(plain) && Take(plain, out address),
            _ => Take(plain, out address),
        };
    }

    /// <summary>What an address of this channel looks like.</summary>
    public static string Expected(Channel channel) => channel switch
    {
        Channel.Email => EmailAddress.Expected,
        Channel.Telegram => "must be a Telegram name or a telephone number with its country code, e.g. +4930123456",
        Channel.Discord => "must be a Discord name, a user id or an invitation's URL",
        Channel.X => "must be a name on X or its profile URL",
        Channel.Linkedin => "must be a LinkedIn profile URL or its last part",
        Channel.Github => "must be a GitHub name or a URL such as that of the security advisories",
        Channel.Signal => "must be a telephone number with its country code or a Signal name such as name.01",
        Channel.Phone => "must be a telephone number with its country code, e.g. +4930123456",
        Channel.BugBounty or Channel.WebForm => "must be an http or https URL",
        _ => "must not be blank",
    };

    private static bool Handle(Platform platform, string text, [NotNullWhen(true)] out string? address) =>
        AccountHandle.TryNormalise(platform, text, out address);

    private static bool Take(string text, [NotNullWhen(true)] out string? address)
    {
        address = text;
        return text.Length > 0;
    }

    private static string Digits(string phone) => "+" + string.Concat(phone.Where(char.IsAsciiDigit));

    private static bool IsWebAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";

    [GeneratedRegex(@"^\+(?:[ ()./-]*[0-9]){7,15}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Phone();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{2,31}\.[0-9]{2,20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SignalName();
}

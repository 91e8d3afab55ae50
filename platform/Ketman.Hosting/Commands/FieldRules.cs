using System.Text.Json;
using System.Text.RegularExpressions;
using FluentValidation;
using NodaTime;

namespace Ketman.Hosting.Commands;

/// <summary>The shapes that members of commands have. Messages say what would be right and never repeat the value.</summary>
public static partial class FieldRules
{
    /// <summary>One line of text, not blank when present, without control characters.</summary>
    public static IRuleBuilderOptions<T, string?> Text<T>(this IRuleBuilder<T, string?> rule, int longest) => rule
        .Must(text => text is null || !string.IsNullOrWhiteSpace(text)).WithMessage("must not be blank; leave it out instead")
        .Must(text => text is null || text.Length <= longest).WithMessage($"at most {longest} characters")
        .Must(text => text is null || !text.Any(IsForbidden)).WithMessage("must be one line without control characters");

    /// <summary>Text of several lines, not blank when present, without other control characters.</summary>
    public static IRuleBuilderOptions<T, string?> Multiline<T>(this IRuleBuilder<T, string?> rule, int longest) => rule
        .Must(text => text is null || !string.IsNullOrWhiteSpace(text)).WithMessage("must not be blank; leave it out instead")
        .Must(text => text is null || text.Length <= longest).WithMessage($"at most {longest} characters")
        .Must(text => text is null || IsPlain(text))
        .WithMessage("must not contain control characters");

    /// <summary>An absolute http(s) URL of at most 2,000 characters.</summary>
    public static IRuleBuilderOptions<T, string?> Url<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || (text.Length <= 2000 && !text.Any(IsForbidden)
            && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        .WithMessage("must be an http or https URL of at most 2000 characters");

    /// <summary>A SHA-256 in 64 hexadecimal digits.</summary>
    public static IRuleBuilderOptions<T, string?> Sha256<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || Sha256Pattern().IsMatch(text)).WithMessage("must be a SHA-256 in 64 hexadecimal digits");

    /// <summary>A handle: 2 to 63 lower-case letters, digits and hyphens.</summary>
    public static IRuleBuilderOptions<T, string?> Handle<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || IsHandle(text))
        .WithMessage("must be 2 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit");

    /// <summary>A reference: an id, a handle or <c>platform:handle</c>.</summary>
    public static IRuleBuilderOptions<T, string?> Ref<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || (text.Length is > 0 and <= 300 && !text.Any(IsForbidden) && !string.IsNullOrWhiteSpace(text)))
        .WithMessage("must be an id or a handle");

    /// <summary>The name of a time zone in the IANA database.</summary>
    public static IRuleBuilderOptions<T, string?> Zone<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || DateTimeZoneProviders.Tzdb.GetZoneOrNull(text) is not null)
        .WithMessage("must be the name of a time zone such as Europe/Berlin");

    /// <summary>A year in which an account can have begun.</summary>
    public static IRuleBuilderOptions<T, int?> Year<T>(this IRuleBuilder<T, int?> rule) => rule
        .Must(year => year is null or (>= 1990 and <= 2100)).WithMessage("must be a year from 1990 on");

    /// <summary>Whether <paramref name="text"/> can be a handle.</summary>
    public static bool IsHandle(string text) => HandlePattern().IsMatch(text);

    /// <summary>Whether text of several lines has no other control characters, and none that make it look like something that it is not.</summary>
    public static bool IsPlain(string text) => !text.Any(character => IsForbidden(character) && character is not ('\n' or '\t' or '\r'));

    /// <summary>The JSON path of a property, e.g. <c>Usd.Low</c> as <c>usd.low</c>.</summary>
    internal static string JsonName(string property) =>
        string.Join('.', property.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));

    // Bidirectional overrides and other format characters make text look like something that it is not.
    private static bool IsForbidden(char character) =>
        char.IsControl(character) || character is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\uFEFF' or '\uFFFE' or '\uFFFF';

    [GeneratedRegex("^[0-9a-fA-F]{64}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sha256Pattern();

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,62}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex HandlePattern();
}

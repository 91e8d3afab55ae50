using System.Text.RegularExpressions;
using FluentValidation;

namespace Ketman.Disclosures.Assignment;

/// <summary>The shape of tags.</summary>
internal static partial class TagRules
{
    /// <summary>1 to 32 lower-case letters, digits and hyphens, beginning with a letter or digit.</summary>
    public static IRuleBuilderOptions<T, string> Tag<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(tag => Pattern().IsMatch(tag)).WithMessage("must be 1 to 32 lower-case letters, digits and hyphens, beginning with a letter or digit");

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,31}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

using System.Text.RegularExpressions;

namespace Ketman.Gateway.Callers;

/// <summary>How keys and users are named. They share the names, and each is given once, because events say by it who recorded them.</summary>
internal static partial class ActorNames
{
    public const string Expected = "must be 2 to 63 lower-case letters, digits, dots and hyphens, beginning with a letter or digit";

    public static bool IsOne(string name) => Names().IsMatch(name);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}

using System.Text.Json;

namespace Ketman.Intake;

/// <summary>How enumerations are written in tables and answers: as in JSON.</summary>
internal static class Wire
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> NamesOf<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(value => value.WireName())];

    /// <summary>What <see cref="WireName"/> wrote.</summary>
    public static TEnum Read<TEnum>(string name)
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().Single(value => value.WireName() == name);

    /// <summary>E.g. <c>same-wallet</c>.</summary>
    public static string WireName<TEnum>(this TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}

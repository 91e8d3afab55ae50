using System.Text.Json;
using Ketman.Contracts;

namespace Ketman.Gateway.Callers;

/// <summary>How far a key or a user may read where that is less than what its roles give; never more.</summary>
internal static class Clearance
{
    private static readonly Dictionary<string, Tlp> ByText = Enum.GetValues<Tlp>().ToDictionary(one => TextOf(one)!);

    /// <summary>As it stands in the database and on the wire.</summary>
    public static string? TextOf(Tlp? clearance) => clearance is { } one ? JsonNamingPolicy.KebabCaseLower.ConvertName(one.ToString()) : null;

    /// <summary>The clearance of a text that the database keeps.</summary>
    public static Tlp? Read(string? text) => text is null ? null : ByText[text];

    /// <summary>What holders of these roles may read who are held to a clearance.</summary>
    public static Tlp Of(IReadOnlyList<string> roles, Tlp? heldTo) => Roles.ClearanceOf(roles) is var given && heldTo < given ? heldTo.Value : given;

    /// <summary>What is wrong with holding these roles to a clearance; null: nothing.</summary>
    public static string? Complaint(Tlp? wanted, IReadOnlyCollection<string> roles) =>
        wanted is { } one && Roles.ClearanceOf(Roles.WithImplied(roles)) is var given && one > given
            ? $"must be at most {TextOf(given)}, which is what these roles read; it is there to read less"
            : null;
}

using System.Globalization;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Policies;

/// <summary>A policy, or one version of it, as commands name it: <c>ketman-standard</c> or <c>ketman-standard@3</c>.</summary>
/// <param name="Name">The policy.</param>
/// <param name="Version">Which version; null: the latest.</param>
public readonly record struct PolicyRef(string Name, int? Version)
{
    /// <summary>The policy that a case is opened under when nobody says otherwise.</summary>
    public const string Usual = "ketman-standard";

    /// <summary>What kind of reference it is.</summary>
    public const string Kind = "policy";

    /// <summary>The reference of a decision.</summary>
    public Reference Reference => new(Kind, ToString());

    /// <summary>Reads what <see cref="ToString"/> writes; null when it can name no policy.</summary>
    public static PolicyRef? Read(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? text : text[..at];
        return !FieldRules.IsHandle(name) ? null
            : at < 0 ? new PolicyRef(name, null)
            : int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 ? new PolicyRef(name, version)
            : null;
    }

    /// <inheritdoc />
    public override string ToString() => Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{Name}@{version}") : Name;
}

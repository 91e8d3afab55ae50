using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;

namespace Ketman.Dashboard.Incident;

/// <summary>The form of one command on one case.</summary>
/// <param name="View">The case.</param>
/// <param name="Command">The command.</param>
/// <param name="Prefix">Where it stands: <c>page</c>, <c>do</c> (the dialog) or <c>outreach</c> (the dialog that is there from the beginning).</param>
public sealed record DeedModel(IncidentView View, string Command, string Prefix)
{
    internal DeedChoices? Choices { get; init; }

    public IReadOnlyDictionary<string, string>? Given { get; init; }

    /// <summary>What was sent and refused.</summary>
    public SentForm? Sent { get; init; }

    public Problem? Problem { get; init; }

    /// <summary>What others recorded since the form's reader saw the case; null: that is not why it was refused.</summary>
    public IReadOnlyList<Entry>? Missed { get; init; }

    /// <summary>The version that is sent along; null: whatever it is then.</summary>
    public string? Version { get; init; }

    /// <summary>Where to go afterwards, on this site; null: to the case.</summary>
    public string? Back { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<(string Value, string Text)>>? Options => Choices?.Options;

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Suggestions => Choices?.Suggestions;
}

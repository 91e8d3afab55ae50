using System.Text.Json;

namespace Ketman.Proof;

/// <summary>A dossier in sentences, for whoever opens the file; the proof is in the rest.</summary>
internal static class DossierSummary
{
    public static IEnumerable<string> Of(Dossier dossier)
    {
        var shown = dossier.Events.Where(each => each.Content is not null).ToList();
        var retracted = shown.Select(each => Member(each.Content!, "factId")).OfType<string>().ToHashSet();
        yield return $"{dossier.Reference ?? dossier.Stream}: {dossier.Events.Count} events, {shown.Count} shown here, {dossier.Events.Count - shown.Count} withheld (their digests stand in the chain).";
        yield return $"Sealed up to version {dossier.SealedThrough}, of {dossier.Events.Count} at export.";
        foreach (var each in shown)
        {
            var content = each.Content!;
            yield return $"{each.Version}. {Member(content, "occurredAt") ?? DossierFile.Time(content.RecordedAt)}: {Words(content.Type)}"
                + (retracted.Contains(content.Id.ToString("D")) ? " (retracted later)" : "");
        }
    }

    /// <summary><c>outreach-attempted.v1</c> as <c>outreach attempted</c>.</summary>
    internal static string Words(string type) => type.Split('.')[0].Replace('-', ' ');

    internal static string? Member(DossierContent content, string name)
    {
        using var data = JsonDocument.Parse(content.Data);
        return data.RootElement.ValueKind is JsonValueKind.Object && data.RootElement.TryGetProperty(name, out var value)
            && value.ValueKind is JsonValueKind.String
                ? value.GetString()
                : null;
    }
}

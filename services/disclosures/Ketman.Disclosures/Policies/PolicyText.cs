using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Hosting.Web;
using Ketman.Proof;

namespace Ketman.Disclosures.Policies;

/// <summary>A valid policy document in the one form that it is kept in.</summary>
/// <param name="Document">What it says.</param>
/// <param name="Text">Its canonical JSON.</param>
/// <param name="Digest">SHA-256 of <paramref name="Text"/> in UTF-8, lower-case hex: the same document always has the same.</param>
public sealed record PolicyText(PolicyDocument Document, string Text, string Digest)
{
    /// <summary>Reads a document as people wrote it: spelling, order and left-out defaults make no other document.</summary>
    /// <param name="json">What was written.</param>
    /// <param name="policy">The policy; null when there are problems.</param>
    /// <returns>Everything that is wrong, each with its JSON path: first the form, and when that is right, the content.</returns>
    internal static IReadOnlyList<FieldError> Read(JsonElement json, out PolicyText? policy)
    {
        policy = null;
        var problems = PolicyShape.ProblemsOf(json);
        if (problems.Count > 0)
        {
            return problems;
        }

        var document = json.Deserialize<PolicyDocument>(StrictJson.Options)!;
        problems = PolicyRules.ProblemsOf(document);
        if (problems.Count == 0)
        {
            policy = Of(document);
        }

        return problems;
    }

    /// <summary>The form of a document that is valid.</summary>
    internal static PolicyText Of(PolicyDocument document)
    {
        if (BusinessCalendar.TryCreate(document.Calendar, out var calendar, out _))
        {
            document = document with { Calendar = calendar.Document };
        }

        var text = CanonicalText.Of(JsonSerializer.SerializeToUtf8Bytes(document, ContractJson.Options));
        return new PolicyText(document, text.Json, text.Digest);
    }
}

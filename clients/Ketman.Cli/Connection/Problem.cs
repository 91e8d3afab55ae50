using System.Text.Json;

namespace Ketman.Cli.Connection;

/// <summary>One member that the platform found wrong.</summary>
/// <param name="Name">As in the body, e.g. <c>amount</c>.</param>
/// <param name="Message">What would be right.</param>
internal sealed record ProblemField(string Name, string Message);

/// <summary>A refusal of the platform (RFC 9457), read so that a half-broken or missing document still says something.</summary>
internal sealed record Problem(int Status, string? Type, string? Title, string? Detail, IReadOnlyList<ProblemField> Fields)
{
    private const string TypePrefix = "urn:ketman:problem:";

    /// <summary>The document as it came, when it was JSON.</summary>
    public string? Raw { get; private init; }

    /// <summary>The stable name without its prefix, e.g. <c>rule:outreach-unknown</c>; null when none came.</summary>
    public string? Slug => Type?.StartsWith(TypePrefix, StringComparison.Ordinal) == true ? Type[TypePrefix.Length..] : null;

    public ExitCode ExitCode => Status switch
    {
        400 or 413 or 415 => ExitCode.Usage,
        401 or 403 => ExitCode.NotAllowed,
        429 or >= 500 => ExitCode.Unreachable,
        _ => ExitCode.Refused,
    };

    /// <summary>What went wrong in one sentence, or two.</summary>
    public string Sentence => (Slug, Title, Detail) switch
    {
        // The title of a broken rule says only that there is one.
        ({ } slug, _, { } detail) when slug.StartsWith("rule:", StringComparison.Ordinal) => $"{detail} ({slug.Replace(':', ' ')})",
        (_, { } title, _) when Fields.Count > 0 => title,
        (_, { } title, { } detail) when title != detail => $"{title} {detail}",
        (_, { } title, _) => title,
        (_, _, { } detail) => detail,
        _ => $"The platform answered {Status} without saying why.",
    };

    /// <summary>Everything that is known, in one line: for reports of import lines.</summary>
    public string OneLine => Fields.Count == 0
        ? Sentence
        : string.Join("; ", Fields.Select(wrong => wrong.Name.Length == 0 ? wrong.Message : $"{wrong.Name}: {wrong.Message}"));

    public static Problem Read(int status, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement, status);
        }
        catch (JsonException)
        {
            // A proxy's page, or nothing at all.
            return new Problem(status, null, null, null, []);
        }
    }

    public static Problem Read(JsonElement root, int status)
    {
        if (root.ValueKind is not JsonValueKind.Object)
            return new Problem(status, null, null, null, []);

        var fields = new List<ProblemField>();
        if (root.TryGetProperty("errors", out var errors) && errors.ValueKind is JsonValueKind.Array)
        {
            foreach (var error in errors.EnumerateArray())
            {
                if (Text(error, "message") is { } message)
                    fields.Add(new ProblemField(Text(error, "field") ?? string.Empty, message));
            }
        }

        // A rule that asks for several things says of each why it is not fulfilled.
        if (root.TryGetProperty("conditions", out var conditions) && conditions.ValueKind is JsonValueKind.Array)
        {
            foreach (var condition in conditions.EnumerateArray())
            {
                if (Text(condition, "explanation") is { } explanation)
                    fields.Add(new ProblemField(Text(condition, "name") ?? string.Empty, explanation));
            }
        }

        return new Problem(status, Text(root, "type"), Text(root, "title"), Text(root, "detail"), fields) { Raw = root.GetRawText() };
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Ketman.Cli.Tests;

/// <summary>
/// What the batch endpoints promise, as far as an import relies on it: a key is recorded once, a thing must be there before it is
/// spoken of, one bad item does not spoil the others, and a dry run stores nothing.
/// </summary>
internal sealed class Book
{
    private readonly HashSet<string> _things = [];
    private readonly HashSet<string> _keys = [];

    /// <summary>The keys of what was recorded, in order; a key that came twice would stand here twice.</summary>
    public List<string> Recorded { get; } = [];

    public Task AnswerAsync(HttpContext context, Received received)
    {
        var body = received.Json;
        var dryRun = body["dryRun"]?.GetValue<bool>() ?? false;
        var (things, keys, recorded) = dryRun ? ([.. _things], [.. _keys], []) : (_things, _keys, Recorded);
        foreach (var (kind, member) in new[] { ("company", "companies"), ("account", "accounts"), ("lead", "leads"), ("disclosure", "disclosures") })
        {
            var assumed = body["assume"]?[member]?.AsArray() ?? [];
            things.UnionWith(assumed.Select(handle => $"assumed-{kind}:{handle}"));
        }

        var results = body["items"]!.AsArray().Select(item => Record(item!.AsObject(), things, keys, recorded)).ToArray();
        return Gateway.JsonAsync(context, 200, new JsonObject { ["results"] = new JsonArray(results) }.ToJsonString());
    }

    private static JsonObject Record(JsonObject item, HashSet<string> things, HashSet<string> keys, List<string> recorded)
    {
        var (command, members) = (item["command"]!.GetValue<string>(), item["body"]!.AsObject());
        var creates = command switch
        {
            "register-company" => $"company:{members["handle"]}",
            "register-account" => $"account:{members["platform"]}:{members["handle"]}",
            "open-lead" => $"lead:{members["handle"]}",
            "open-disclosure" => $"disclosure:{members["handle"]}",
            _ => null,
        };
        var target = creates ?? $"{KindOf(command)}:{item["target"]}";
        if (creates is null && !things.Contains(target))
        {
            return Failed(404, $"{KindOf(command)}-not-found", "There is no such thing.", KindOf(command));
        }

        if (members["company"] is { } company && !things.Contains($"company:{company}") && !things.Contains($"assumed-company:{company}"))
        {
            return Failed(404, "company-not-found", "There is no such company.", "company");
        }

        if (members["outreach"] is { } outreach && !keys.Contains($"{target}/{outreach}"))
        {
            return new JsonObject
            {
                ["status"] = 422,
                ["problem"] = Gateway.Problem(422, "rule:outreach-unknown", "A rule forbids this.", "No such attempt is known."),
            };
        }

        if (members["name"]?.GetValue<string>() == "refused" || members["text"]?.GetValue<string>() == "refused")
        {
            return Failed(400, "invalid-request", "The request is not well-formed.", "text", "is refused");
        }

        var changed = keys.Add($"{target}/{item["key"]}");
        if (changed)
        {
            recorded.Add($"{target}/{item["key"]}");
        }

        things.Add(target);
        return new JsonObject { ["status"] = 200, ["changed"] = changed, ["id"] = Guid.NewGuid().ToString(), ["version"] = 1 };
    }

    private static string KindOf(string command) =>
        command.EndsWith("company", StringComparison.Ordinal) || command.EndsWith("contact", StringComparison.Ordinal) || command == "wish-privacy" ? "company"
        : command.EndsWith("account", StringComparison.Ordinal) ? "account"
        : command.EndsWith("lead", StringComparison.Ordinal) ? "lead"
        : "disclosure";

    private static JsonObject Failed(int status, string slug, string title, string field, string message = "there is no such thing") => new()
    {
        ["status"] = status,
        ["changed"] = false,
        ["problem"] = Gateway.Problem(status, slug, title, null, (field, message)),
    };
}

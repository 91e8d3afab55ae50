using System.Text.Json.Nodes;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Board;

/// <summary>What is done to several incidents at once: each has its own result, and each change can be taken back.</summary>
internal static class Marked
{
    /// <summary>What can be chosen, in this order.</summary>
    public static readonly IReadOnlyList<string> Choices = ["assign", "unassign", "tag", "untag"];

    private const int AtOnce = 50;
    private const int Most = 200;

    /// <summary>Carries out what the form asks for.</summary>
    public static async Task<MarkedResult> ChangeAsync(PlatformApi api, SentForm form, Visitor visitor, CancellationToken cancellation)
    {
        var refs = form.All("row").Distinct(StringComparer.Ordinal).Take(Most).ToList();
        var takenBack = form.All("undo").Take(Most).Select(Step.Read).OfType<Step>().ToList();
        var value = form["value"] == "me" ? visitor.Session!.Name : form["value"];
        if (takenBack.Count == 0 && Refused(form["do"], value, refs) is { } message)
        {
            return new MarkedResult([], [], new Problem(StatusCodes.Status400BadRequest, "", message, null, []));
        }

        var steps = takenBack.Count > 0 ? takenBack : [.. refs.Select(one => new Step(one, form["do"]!, value))];
        var before = await BeforeAsync(api, [.. steps.Select(step => step.Incident)], cancellation);
        var body = new JsonObject
        {
            ["items"] = new JsonArray([.. steps.Select(step => (JsonNode)new JsonObject
            {
                ["command"] = step.Command,
                ["target"] = step.Incident,
                ["key"] = $"{form["_key"]}-{step.Command}",
                ["body"] = step.Command switch { "assign" => new JsonObject { ["to"] = step.Value }, "unassign" => new JsonObject(), _ => new JsonObject { ["tag"] = step.Value } },
            })]),
        };
        var outcome = await api.ChangeAsync(HttpMethod.Post, "/disclosures/batch", body, form.Conditions with { IdempotencyKey = null }, cancellation);
        if (outcome.Problem is { } problem)
        {
            return new MarkedResult([], [], problem);
        }

        List<MarkedOne> done = [];
        List<Step> undo = [];
        foreach (var (step, result) in steps.Zip(outcome.Body!["results"]!.AsArray()))
        {
            var changed = result!["changed"]!.GetValue<bool>();
            done.Add(new MarkedOne(step, changed, result["problem"] is { } refusal ? Sentence(refusal) : null));
            if (changed && step.Undone(before.GetValueOrDefault(step.Incident)) is { } back)
            {
                undo.Add(back);
            }
        }

        return new MarkedResult(done, takenBack.Count > 0 ? [] : undo, null);
    }

    private static string? Refused(string? choice, string? value, List<string> refs) =>
        refs.Count == 0 ? Words.Board_NothingMarked
        : choice is null || !Choices.Contains(choice) ? Words.Board_NothingChosen
        : choice is not "unassign" && value is null ? Words.Board_NoValue
        : null;

    // Who was in charge before, without which an assignment cannot be taken back.
    private static async Task<Dictionary<string, BoardItem>> BeforeAsync(PlatformApi api, List<string> refs, CancellationToken cancellation)
    {
        var pages = await Task.WhenAll(refs.Distinct(StringComparer.Ordinal).Chunk(AtOnce).Select(some =>
            api.GetAsync<BoardAnswer>($"/board?status=all&limit={AtOnce}&disclosure={Uri.EscapeDataString(string.Join(',', some))}", cancellation)));
        return pages.SelectMany(page => page.Items).ToDictionary(item => item.Disclosure, StringComparer.Ordinal);
    }

    private static string Sentence(JsonNode problem) =>
        string.Join(' ', new[] { problem["title"]?.GetValue<string>(), problem["detail"]?.GetValue<string>() }
            .Concat((problem["errors"] as JsonArray ?? []).Select(error => $"{error!["field"]}: {error["message"]}")).OfType<string>());
}

/// <summary>One change of one incident.</summary>
/// <param name="Incident">Its handle.</param>
/// <param name="Command">What is done.</param>
/// <param name="Value">Who, or which tag; null: unassign needs none.</param>
public sealed record Step(string Incident, string Command, string? Value)
{
    /// <summary>What takes it back; null: it changed nothing.</summary>
    public Step? Undone(BoardItem? before) => Command switch
    {
        "tag" => this with { Command = "untag" },
        "untag" => this with { Command = "tag" },
        _ when before is null => null,
        _ => before.Assignee is { } one ? new Step(Incident, "assign", one) : new Step(Incident, "unassign", null),
    };

    /// <summary>As a form bears it.</summary>
    public override string ToString() => $"{Incident}\n{Command}\n{Value}";

    /// <summary>Reads it; null: it is none.</summary>
    public static Step? Read(string text) => text.ReplaceLineEndings("\n").Split('\n') is [var incident, var command, var value] && Marked.Choices.Contains(command)
        ? new Step(incident, command, value.Length > 0 ? value : null)
        : null;
}

/// <summary>What came of one.</summary>
/// <param name="Step">What was asked for.</param>
/// <param name="Changed">False: it was so already, or was refused.</param>
/// <param name="Refusal">Why it was refused; null: it was not.</param>
public sealed record MarkedOne(Step Step, bool Changed, string? Refusal);

/// <summary>What came of all.</summary>
/// <param name="Done">Each, in the order in which they were marked.</param>
/// <param name="Undo">What takes back what changed.</param>
/// <param name="Problem">Why nothing was tried; null: it was.</param>
public sealed record MarkedResult(IReadOnlyList<MarkedOne> Done, IReadOnlyList<Step> Undo, Problem? Problem);

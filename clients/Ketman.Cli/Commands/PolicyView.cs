using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Shows a policy document in words.</summary>
internal static class PolicyView
{
    private const int Longest = 60;

    /// <summary>A document as people edit it.</summary>
    public static ReadOnlySpan<byte> Indented(JsonElement document)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            document.WriteTo(json);
        }

        return buffer.WrittenSpan;
    }

    public static void Show(Session session, JsonElement answer)
    {
        var screen = session.Screen;
        var document = answer.At("document") ?? default;
        screen.Heading($"{answer.Text("name")}, version {answer.Text("version")}");
        screen.Facts(
        [
            ("title", answer.Text("title")),
            ("about", document.Text("description")),
            ("applied", $"{session.Time(answer.Text("appliedAt"))} by {answer.Text("appliedBy")}"),
            ("note", answer.Text("note")),
            ("digest", answer.Text("digest")),
            ("calendar", document.At("calendar") is { } calendar ? CalendarOf(calendar) : null),
            ("company's own calendar", document.Text("companyCalendar") == "no" ? "does not count" : "takes its place"),
        ]);
        screen.Line();
        screen.Heading("clocks");
        screen.Table(
            [new("Clock"), new("Owed by"), new("Due"), new("Stopped by"), new("Paused by"), new("Warned"), new("Grace")],
            [.. document.Items("clocks").SelectMany(ClockRows)], "none");
        screen.Line();
        screen.Heading("ladder");
        screen.Table(
            [new("Step"), new("Kind"), new("Due"), new("Cancelled by"), new("By")],
            [.. document.Items("ladder").Select(step => new[] { step.Text("step"), step.Text("kind"), Due(step.At("due")), step.Text("cancelledBy"), step.Text("takenBy") ?? "person" })],
            "none");
        screen.Line();
        screen.Heading("publication");
        var terms = document.At("publication") ?? default;
        screen.Facts(
        [
            ("notice period", terms.Text("noticePeriod")),
            ("attempts", $"{terms.Text("attempts")} over {terms.Text("channels")} channels on {terms.Text("days")} days"),
            ("approvals", terms.Text("approvals")),
            ("stopped by", terms.Text("stoppedBy")),
            ("clause", terms.Text("clause")),
            ("accelerated", terms.At("accelerated") is { } fast
                ? $"from {fast.Text("from")}: {fast.Text("noticePeriod")}, {fast.Text("attempts")} attempts over {fast.Text("channels")} channels on {fast.Text("days")} days" : null),
        ]);
    }

    /// <summary>A value of a document, short enough for a table.</summary>
    public static string? Brief(JsonElement? value)
    {
        if (value is not { } there)
            return null;
        var text = there.ValueKind is JsonValueKind.Object ? there.GetRawText() : Json.Plain(there);
        return text.Length > Longest ? text[..Longest] + "..." : text;
    }

    private static IEnumerable<string?[]> ClockRows(JsonElement clock)
    {
        var per = clock.Text("per") is { } scope and not "case" ? $" (per {scope})" : "";
        yield return [clock.Text("name") + per, clock.Text("owedBy"), Due(clock.At("due")), clock.Text("stoppedBy"), clock.Text("pausedBy"), clock.Text("warnBefore"), clock.At("grace")?.Text("time")];
        foreach (var variant in clock.Items("variants"))
            yield return [$"  {variant.Text("severity")}", null, Due(variant.At("due")), null, null, variant.Text("warnBefore"), variant.At("grace")?.Text("time")];
    }

    /// <summary><c>PT40H of business time after acknowledged</c>.</summary>
    private static string Due(JsonElement? rule)
    {
        if (rule is not { } due)
            return "";

        foreach (var (member, words, between) in new[] { ("firstOf", "", ", or without that "), ("latestOf", "latest of ", "; "), ("earliestOf", "earliest of ", "; ") })
        {
            if (due.At(member) is { } parts)
                return $"{words}({string.Join(between, parts.EnumerateArray().Select(part => Due(part)))}){Conditions(due)}";
        }

        var anchor = due.Text("after")
            ?? (due.Text("afterStep") is { } step ? $"step {step}" : due.Text("afterBreach") is { } breach ? $"breach of {breach}" : $"due time of {due.Text("afterDue")}");
        return $"{due.Text("time")}{(due.Text("counted") == "business" ? " of business time" : "")} after {anchor}{Conditions(due)}";
    }

    private static string Conditions(JsonElement due) =>
        (due.At("if") is { } condition ? $", if {condition.Text("clock")} is {condition.Text("is")}" : "") + (due.Text("ifAbsent") is { } absent ? $", unless {absent}" : "");

    private static string CalendarOf(JsonElement calendar) => $"{calendar.Text("zone")}, {(calendar.At("hours") is { ValueKind: JsonValueKind.Object } hours
        ? string.Join(", ", hours.EnumerateObject().Select(day => $"{day.Name} {Json.Plain(day.Value)}")) : calendar.Text("hours"))}";
}

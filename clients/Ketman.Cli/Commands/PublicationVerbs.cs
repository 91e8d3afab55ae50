using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Naming a company in public: proposed by one person, approved by another, published by a person at last.</summary>
internal static class PublicationVerbs
{
    public static Command Create() => new Verb("publication", "Names a company in public: proposed, approved by somebody else, scheduled, and published by a person at last.").With(
        Show(),
        Check(),
        WriteVerb.Create("propose", "propose-publication", [], "ketman publication propose halcyon-2025-02 --reason \"no answer to four attempts and the final notice\""),
        WriteVerb.Create("approve", "approve-publication", [], "ketman publication approve halcyon-2025-02"),
        WriteVerb.Create("schedule", "schedule-publication", [], "ketman publication schedule halcyon-2025-02 --for 2025-03-17"),
        WriteVerb.Create("hold", "hold-publication", [], "ketman publication hold halcyon-2025-02 --reason \"an investor knows the founders\""),
        WriteVerb.Create("release", "release-publication", [], "ketman publication release halcyon-2025-02"),
        WriteVerb.Create("publish", "publish", ["url"], "ketman publication publish halcyon-2025-02 https://ketman.example/halcyon"),
        WriteVerb.Create("withdraw", "withdraw-publication", [], "ketman publication withdraw halcyon-2025-02 --reason \"the company called\""));

    private static Argument<string> Disclosure() => new("disclosure") { Description = "its handle or id, e.g. halcyon-2025-02", HelpName = "DISCLOSURE" };

    private static Verb Show()
    {
        var reference = Disclosure();
        var text = new Option<bool>("--text") { Description = "only the text that would be published, e.g. ketman publication show halcyon-2025-02 --text > halcyon.md" };
        return new Verb("show", "Shows how far the publication is, every condition that is not met, and the text.",
                "ketman publication show halcyon-2025-02", "ketman publication show halcyon-2025-02 --text")
            .With(reference, text)
            .Does((session, cancellation) => session.ShowAsync(
                $"disclosures/{Uri.EscapeDataString(session.Parsed.GetRequiredValue(reference))}/publication",
                answer =>
                {
                    if (!session.Parsed.GetValue(text))
                        ShowState(session, answer);
                    foreach (var line in (answer.Text("text") ?? "").TrimEnd('\n').Split('\n'))
                        session.Screen.Line(line);
                },
                cancellation));
    }

    private static void ShowState(Session session, JsonElement publication)
    {
        session.Screen.Facts(
        [
            ("Disclosure", publication.Text("disclosure")),
            ("Phase", publication.Text("phase")),
            ("Final notice", session.Time(publication.Text("noticeSent"))),
            ("Publish from", session.Time(publication.Text("publishFrom"))),
            ("Proposed by", publication.Text("proposedBy")),
            ("Approved by", string.Join(", ", publication.Items("approvedBy").Select(Json.Plain))),
            ("Scheduled for", session.Time(publication.Text("scheduledFor"))),
            ("Held by", publication.Text("heldBy")),
            ("Published", session.Time(publication.Text("publishedAt"))),
            ("At", publication.Text("url")),
            ("Stopped", session.Time(publication.Text("stoppedAt"))),
        ]);
        session.Screen.Line();
        session.Screen.Table(
            [new("Not met"), new("Why")], [.. publication.Items("unmet").Select(one => new[] { one.Text("name"), one.Text("explanation") })],
            "Every condition is met.");
        ShowLeaks(session, publication);
        session.Screen.Line();
    }

    private static Verb Check()
    {
        var reference = Disclosure();
        var file = new Argument<FileInfo>("file") { Description = "the text that is to be published, e.g. halcyon.md", HelpName = "FILE" };
        return new Verb("check", "Searches a text for what must not leave: accounts, people, addresses, exact amounts, other companies.",
                "ketman publication check halcyon-2025-02 halcyon.md")
            .With(reference, file)
            .Does(async (session, cancellation) =>
            {
                var path = session.Parsed.GetRequiredValue(file);
                if (!path.Exists)
                    throw new CliException(ExitCode.Usage, $"There is no file {path}.");
                var buffer = new ArrayBufferWriter<byte>();
                await using (var json = new Utf8JsonWriter(buffer))
                {
                    json.WriteStartObject();
                    json.WriteString("text", await File.ReadAllTextAsync(path.FullName, cancellation));
                    json.WriteEndObject();
                }

                var answer = (await session.Platform.PostAsync(
                    $"disclosures/{Uri.EscapeDataString(session.Parsed.GetRequiredValue(reference))}/publication/check", buffer.WrittenMemory,
                    Guid.CreateVersion7().ToString("N"), cancellation)).OrRefuse();
                using var document = Session.Read(answer);
                var root = document.RootElement;
                if (session.Json)
                    session.Screen.Raw(answer.Body);
                else if (root.Text("clean") == "yes")
                    session.Screen.Line($"Nothing found that must not leave (SHA-256 {root.Text("sha256")}).");
                else
                    ShowLeaks(session, root);
                return root.Text("clean") == "yes" ? ExitCode.Ok : ExitCode.Refused;
            });
    }

    private static void ShowLeaks(Session session, JsonElement answer)
    {
        var leaks = answer.Items("leaks").ToList();
        if (leaks.Count == 0)
            return;
        session.Screen.Line();
        session.Screen.Table(
            [new("Must not leave"), new("Offset", Right: true), new("Length", Right: true)],
            [.. leaks.Select(leak => new[] { leak.Text("kind"), leak.Text("offset"), leak.Text("length") })], "");
    }
}

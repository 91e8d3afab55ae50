using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Cli.Connection;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Follows what changes, until it is stopped; a connection that breaks is taken up where it ended.</summary>
internal static class EventsVerb
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    public static Verb Create()
    {
        var after = new Option<string?>("--after") { Description = "resume after this id, e.g. the id of the last line of an earlier run with --json", HelpName = "id" };
        return new Verb("events", "Follows what changes, as far as you may know, until it is stopped; it resumes by itself when the connection breaks.",
                "ketman events", "ketman events --json | jq -r .ref")
            .With(after)
            .Does((session, cancellation) => FollowAsync(session, session.Parsed.GetValue(after), cancellation));
    }

    private static async Task<ExitCode> FollowAsync(Session session, string? last, CancellationToken cancellation)
    {
        var wait = TimeSpan.FromSeconds(1);
        while (true)
        {
            try
            {
                using var response = await session.Platform.OpenStreamAsync("events", last, cancellation);
                if (!response.IsSuccessStatusCode && (int)response.StatusCode is not (429 or 502 or 503 or 504))
                    throw new CliException(Problem.Read((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation)));
                if (response.IsSuccessStatusCode)
                {
                    wait = TimeSpan.FromSeconds(1);
                    await foreach (var (id, type, data) in ReadAsync(response, cancellation))
                    {
                        last = id ?? last;
                        if (type is not null)
                            Show(session, last, type, data);
                    }
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                session.Screen.Remark($"ketman: the connection broke; trying again in {wait.TotalSeconds:0} s");
            }

            await Task.Delay(wait, session.Surroundings.Time, cancellation);
            wait = wait * 2 < s_longest ? wait * 2 : s_longest;
        }
    }

    // The form of the HTML standard: fields line by line, a blank line ends an event; without data it only says where to resume.
    private static async IAsyncEnumerable<(string? Id, string? Type, string Data)> ReadAsync(
        HttpResponseMessage response, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        var (id, type, data) = ((string?)null, "message", "");
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = colon < 0 ? "" : line[(colon + 1)..].TrimStart(' ');
            switch (colon < 0 ? line : line[..colon])
            {
                case "id":
                    id = value;
                    break;
                case "event":
                    type = value;
                    break;
                case "data":
                    data = value;
                    break;
                case "" when line.Length == 0:
                    yield return (id, data.Length == 0 ? null : type, data);
                    (id, type, data) = (null, "message", "");
                    break;
            }
        }
    }

    private static void Show(Session session, string? id, string type, string data)
    {
        if (type == "reset")
            session.Screen.Remark("ketman: what came in between is not kept any more; read anew what you show");
        if (type != "change")
            return;
        using var document = JsonDocument.Parse(data);
        var change = document.RootElement;
        session.Screen.Line(session.Json
            ? new JsonObject { ["id"] = id, ["change"] = JsonNode.Parse(data) }.ToJsonString()
            : string.Create(CultureInfo.InvariantCulture, $"{session.Time(change.Text("at"))}  {change.Text("kind")} {change.Text("ref")}  {(change.Text("type") ?? "(withheld)").Replace('-', ' ')}"));
    }
}

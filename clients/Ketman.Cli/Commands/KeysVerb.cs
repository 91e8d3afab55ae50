using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>The keys that open the API.</summary>
internal static class KeysVerb
{
    private static readonly string[] Roles = ["viewer", "analyst", "lead", "publisher", "admin"];

    public static Command Create() => new Verb("keys", "API keys: made, listed, revoked. For admins.").With(
        CreateKey(),
        ListVerb.Create("list", "Lists the keys, without their secrets.", "keys",
            [new("Name"), new("Roles"), new("Begins with"), new("Created"), new("Last used"), new("Expires"), new("Revoked")],
            (session, item) => [item.Text("name"), item.Text("roles"), item.Text("hint"), session.Time(item.Text("createdAt")),
                session.Time(item.Text("lastUsedAt")), session.Time(item.Text("expiresAt")), session.Time(item.Text("revokedAt"))],
            "No keys.", [], "ketman keys list"),
        Revoke());

    private static Verb CreateKey()
    {
        var name = new Argument<string>("name") { Description = "whose or what for, e.g. mira or nightly-import", HelpName = "NAME" };
        var role = new Option<string[]>("--role") { Description = $"what it may; one of {string.Join(", ", Roles)}; may be given several times", HelpName = "role", Required = true };
        var expires = new Option<string?>("--expires") { Description = "from then on it opens nothing, e.g. 2027-01-01T00:00:00Z (default: never)", HelpName = "time" };
        return new Verb("create", "Makes a key and prints it, this once.", "ketman keys create mira --role analyst", "ketman keys create board-screen --role viewer > board.key")
            .With(name, role, expires)
            .Does(async (session, cancellation) =>
            {
                var buffer = new ArrayBufferWriter<byte>();
                using (var json = new Utf8JsonWriter(buffer))
                {
                    json.WriteStartObject();
                    json.WriteString("name", session.Parsed.GetRequiredValue(name));
                    json.WriteStartArray("roles");
                    foreach (var one in session.Parsed.GetRequiredValue(role))
                        json.WriteStringValue(one);
                    json.WriteEndArray();
                    if (session.Parsed.GetValue(expires) is { } end)
                        json.WriteString("expiresAt", WriteVerb.ReadMoment(session, end) ?? throw new CliException(ExitCode.Usage, "--expires: expected a time such as 2027-01-01T00:00:00Z."));
                    json.WriteEndObject();
                }

                var answer = (await session.Platform.PostAsync("keys", buffer.WrittenMemory, Guid.CreateVersion7().ToString("N"), cancellation)).OrRefuse();
                if (session.Json)
                {
                    session.Screen.Raw(answer.Body);
                    return ExitCode.Ok;
                }

                using var document = Session.Read(answer);
                session.Screen.Line(document.RootElement.Text("key") ?? throw new CliException(ExitCode.Unreachable, "The platform answered without a key."));
                session.Screen.Remark("Keep it: it is not shown again. Use it as KETMAN_KEY, or in a file as KETMAN_KEY_FILE.");
                return ExitCode.Ok;
            });
    }

    private static Verb Revoke()
    {
        var key = new Argument<string>("key") { Description = "its name or id, e.g. mira", HelpName = "NAME" };
        return new Verb("revoke", "Revokes a key: it opens nothing from now on.", "ketman keys revoke mira")
            .With(key)
            .Does(async (session, cancellation) =>
            {
                var wanted = session.Parsed.GetRequiredValue(key);
                var answer = (await session.Platform.DeleteAsync($"keys/{Uri.EscapeDataString(wanted)}", cancellation)).OrRefuse();
                if (session.Json && answer.Body.Length > 0)
                    session.Screen.Raw(answer.Body);
                else if (!session.Json)
                    session.Screen.Line($"{wanted} is revoked.");
                return ExitCode.Ok;
            });
    }
}

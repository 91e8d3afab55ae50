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
            [new("Name"), new("Role"), new("Created"), new("Last used"), new("Revoked"), new("Id")],
            (session, item) => [item.Text("name"), item.Text("role", "roles"), session.Time(item.Text("createdAt")), session.Time(item.Text("lastUsedAt")),
                session.Time(item.Text("revokedAt")), item.Text("id")],
            "No keys.", [], "ketman keys list"),
        Revoke());

    private static Verb CreateKey()
    {
        var name = new Argument<string>("name") { Description = "whose or what for, e.g. mira or nightly-import", HelpName = "NAME" };
        var role = new Option<string>("--role") { Description = $"what it may: {string.Join(", ", Roles)}", HelpName = "role", DefaultValueFactory = _ => "analyst" };
        return new Verb("create", "Makes a key and prints it, this once.", "ketman keys create mira --role analyst", "ketman keys create board-screen --role viewer > key")
            .With(name, role)
            .Does(async (session, cancellation) =>
            {
                var buffer = new ArrayBufferWriter<byte>();
                using (var json = new Utf8JsonWriter(buffer))
                {
                    json.WriteStartObject();
                    json.WriteString("name", session.Parsed.GetRequiredValue(name));
                    json.WriteString("role", session.Parsed.GetValue(role));
                    json.WriteEndObject();
                }

                var answer = (await session.Platform.PostAsync("keys", buffer.WrittenMemory, Guid.CreateVersion7().ToString("N"), cancellation)).OrRefuse();
                if (session.Json)
                {
                    session.Screen.Raw(answer.Body);
                    return ExitCode.Ok;
                }

                using var document = Session.Read(answer);
                session.Screen.Line(document.RootElement.Text("key", "secret", "token") ?? throw new CliException(ExitCode.Unreachable, "The platform answered without a key."));
                session.Screen.Remark("Keep it: it is not shown again. Use it as KETMAN_KEY, or in a file as KETMAN_KEY_FILE.");
                return ExitCode.Ok;
            });
    }

    private static Verb Revoke()
    {
        var key = new Argument<string>("key") { Description = "its id as `ketman keys list` shows it, e.g. 0198c5a1-7f5e-7c11-9a51-3c1f0c9b8a10", HelpName = "KEY" };
        return new Verb("revoke", "Revokes a key: it opens nothing from now on.", "ketman keys revoke 0198c5a1-7f5e-7c11-9a51-3c1f0c9b8a10")
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

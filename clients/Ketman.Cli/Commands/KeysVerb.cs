using System.CommandLine;
using System.Globalization;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>The keys that open the API.</summary>
internal static class KeysVerb
{
    private const string Keep = "Keep it: it is not shown again. Use it as KETMAN_KEY, or in a file as KETMAN_KEY_FILE.";

    public static Command Create() => new Verb("keys", "API keys: made, listed, given a new secret, revoked. For admins.").With(
        CreateKey(),
        ListVerb.Create("list", "Lists the keys, without their secrets.", "keys",
            [new("Name"), new("Roles"), new("Scope"), new("Clearance"), new("Begins with"), new("Created"), new("Last used"), new("Expires"), new("Revoked")],
            (session, item) => [item.Text("name"), item.Text("roles"), item.Text("scope"), item.Text("clearance"), item.Text("hint"), session.Time(item.Text("createdAt")),
                session.Time(item.Text("lastUsedAt")), session.Time(item.Text("expiresAt")), session.Time(item.Text("revokedAt"))],
            "No keys.", [], "ketman keys list"),
        Rotate(),
        Revoke());

    private static Verb CreateKey()
    {
        var name = new Argument<string>("name") { Description = "whose or what for, e.g. mira or nightly-import", HelpName = "NAME" };
        var role = new Option<string[]>("--role") { Description = $"what it may; one of {AdminRequest.Roles}; may be given several times", HelpName = "role", Required = true };
        var scope = new Option<string[]>("--scope") { Description = "hold it to read, write, or either of one service, e.g. --scope read --scope write:disclosures (default: all that its roles may)", HelpName = "scope" };
        var clearance = new Option<string?>("--clearance") { Description = $"hold it to a marking below what its roles read; one of {AdminRequest.Clearances}", HelpName = "marking" };
        var expires = new Option<string?>("--expires") { Description = "from then on it opens nothing, e.g. 2027-01-01T00:00:00Z (default: never)", HelpName = "time" };
        return new Verb("create", "Makes a key and prints it, this once.", "ketman keys create mira --role analyst",
                "ketman keys create board-screen --role viewer --scope read:metrics --clearance green --expires 2027-01-01T00:00:00Z > board.key")
            .With(name, role, scope, clearance, expires)
            .Does(async (session, cancellation) =>
            {
                var answer = await AdminRequest.PostAsync(session, "keys", json =>
                {
                    json.WriteString("name", session.Parsed.GetRequiredValue(name));
                    AdminRequest.WriteList(json, "roles", session.Parsed.GetRequiredValue(role));
                    if (session.Parsed.GetValue(scope) is { Length: > 0 } scopes)
                        AdminRequest.WriteList(json, "scope", scopes);
                    if (session.Parsed.GetValue(clearance) is { } marking)
                        json.WriteString("clearance", marking);
                    if (session.Parsed.GetValue(expires) is { } end)
                        json.WriteString("expiresAt", WriteVerb.ReadMoment(session, end) ?? throw new CliException(ExitCode.Usage, "--expires: expected a time such as 2027-01-01T00:00:00Z."));
                }, cancellation);
                return AdminRequest.ShowSecret(session, answer, "key", Keep);
            });
    }

    private static Verb Rotate()
    {
        var key = new Argument<string>("key") { Description = "its name or id, e.g. nightly-import", HelpName = "NAME" };
        var overlap = new Option<string?>("--overlap") { Description = "how many seconds the old secret stays good, up to a week, e.g. --overlap 3600 (default: not at all)", HelpName = "seconds" };
        return new Verb("rotate", "Gives a key a new secret and prints it, this once; name, roles and scope stay.",
                "ketman keys rotate nightly-import", "ketman keys rotate board-screen --overlap 3600 > board.key")
            .With(key, overlap)
            .Does(async (session, cancellation) =>
            {
                var seconds = int.TryParse(session.Parsed.GetValue(overlap) ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : throw new CliException(ExitCode.Usage, "--overlap: expected a number of seconds such as 3600.");
                var answer = await AdminRequest.PostAsync(
                    session, $"keys/{Uri.EscapeDataString(session.Parsed.GetRequiredValue(key))}/rotation", json => json.WriteNumber("overlapSeconds", seconds), cancellation);
                return AdminRequest.ShowSecret(session, answer, "key", Keep);
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
                return AdminRequest.Done(session, answer, $"{wanted} is revoked.");
            });
    }
}

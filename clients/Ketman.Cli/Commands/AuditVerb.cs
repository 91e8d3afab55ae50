using System.CommandLine;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Who was refused, who came and went, who changed keys and users.</summary>
internal static class AuditVerb
{
    private static readonly Option<bool> s_prove = new("--prove")
    {
        Description = $"check instead that nothing was taken out or altered, e.g. ketman audit --prove; exit status {(int)ExitCode.Broken} when it was",
    };

    public static Verb Create() => ListVerb.Create(
        "audit", "Shows the audit log, the youngest first: refusals, sign-ins, changes of keys and users. For admins.", "audit",
        [new("At"), new("What"), new("Who"), new("From"), new("Whom"), new("Detail"), new("Times", Right: true)],
        Cells, "Nothing of that kind happened.",
        [
            ("actor", Filter("--actor", "only what this key or user did, e.g. --actor mira", "name")),
            ("kind", Filter("--kind", "only this, e.g. --kind refused, signed-in, sign-in-failed, locked-out, key-created, user-roles-changed", "kind")),
            ("subject", Filter("--subject", "only what was done to this key or user, e.g. --subject mira", "name")),
            ("address", Filter("--from", "only from this address, e.g. --from 192.0.2.7", "address")),
            ("trace", Filter("--trace", "only the request of this trace, as an event's correlation id or X-Request-Id says, e.g. --trace 4bf92f3577b34da6a3ce929d0e0e4736", "id")),
            ("since", Filter("--since", "only from then on, e.g. --since 2025-02-01T00:00:00Z", "time")),
            ("until", Filter("--until", "only before, e.g. --until 2025-03-01T00:00:00Z", "time")),
        ],
        (s_prove, ProveAsync),
        "ketman audit", "ketman audit --actor mira --since 2025-02-01T00:00:00Z", "ketman audit --kind refused --all --json | jq .items[]", "ketman audit --prove");

    private static Option<string?> Filter(string name, string description, string value) => new(name) { Description = description, HelpName = value };

    private static string?[] Cells(Session session, System.Text.Json.JsonElement item) =>
    [
        session.Time(item.Text("at")),
        item.Text("kind")?.Replace('-', ' '),
        item.Text("actor"),
        item.Text("address"),
        item.Text("subject"),
        string.Join(' ', new[] { item.Text("status"), item.Text("method"), item.Text("route"), item.Text("detail") }.Where(part => part is not null)),
        item.Text("times"),
    ];

    private static async Task<ExitCode> ProveAsync(Session session, CancellationToken cancellation)
    {
        var answer = (await session.Platform.GetAsync("audit/verification", cancellation)).OrRefuse();
        using var document = Session.Read(answer);
        var proof = document.RootElement;
        var intact = proof.Text("intact") == "yes";
        if (session.Json)
            session.Screen.Raw(answer.Body);
        else if (intact)
            session.Screen.Line($"The audit log holds: {proof.Text("entries")} entries, head {proof.Text("head")}. Keep the head elsewhere: it also shows an end that was cut off.");
        else
            session.Screen.Line($"The audit log does NOT hold: entry {proof.Text("brokenAt")} is missing or was altered.");
        return intact ? ExitCode.Ok : ExitCode.Broken;
    }
}

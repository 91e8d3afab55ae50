using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>What concerns companies, accounts and leads.</summary>
internal static class IntakeVerbs
{
    public static Command Companies() => new Verb("companies", "Companies, their contacts and their record.").With(
        ListVerb.Create("list", "Lists the companies.", "companies",
            [new("Company"), new("Name"), new("Domain"), new("TVL rank", true), new("Zone"), new("Privacy")],
            (_, item) => [item.Text("handle"), item.Text("name"), item.Text("domain"), item.Text("tvlRank"), item.Text("zone"), item.Text("privacy")],
            "No companies yet: `ketman companies register HANDLE NAME` makes one known.", [Search("a name, a handle or a domain", "halc")],
            "ketman companies list", "ketman companies list --q halc", "ketman companies list --all --json"),
        ShowVerb.Create("show", "Shows a company with its contacts.", "company", "companies/{ref}", "ketman companies show halcyon"),
        WriteVerb.Create("register", "register-company", ["handle", "name"],
            "ketman companies register halcyon \"Halcyon Protocol\" --domain halcyon.example --tvl-rank 212",
            "ketman companies register borealis \"Borealis DAO\" --repository github.com/borealis/core --zone Europe/Oslo"),
        WriteVerb.Create("change", "change-company", [], "ketman companies change halcyon --tvl-rank 198"),
        new Verb("contact", "Who can be reached at a company.").With(
            WriteVerb.Create("add", "add-contact", [],
                "ketman companies contact add halcyon --channel email --address security@halcyon.example --role security --key security-desk"),
            WriteVerb.Create("verify", "verify-contact", ["contact"],
                "ketman companies contact verify halcyon security-desk --how \"published in security.txt\""),
            WriteVerb.Create("remove", "remove-contact", ["contact"], "ketman companies contact remove halcyon old-desk")),
        CompanyCalendarVerb.Create(),
        WriteVerb.Create("privacy", "wish-privacy", ["wish"], "ketman companies privacy halcyon private --reason \"asked by its counsel\""),
        CompanyRecordVerb.Create());

    public static Command Accounts() => new Verb("accounts", "Accounts on platforms: suspected, indexed, confirmed, cleared.").With(
        ListVerb.Create("list", "Lists the accounts.", "accounts",
            [new("Account"), new("Confidence"), new("Active"), new("Employed at"), new("First active", true), new("Actor")],
            (_, item) => [item.Text("ref") ?? $"{item.Text("platform")}:{item.Text("handle")}", item.Text("confidence"), item.Text("active"),
                item.At("employedAt") is { ValueKind: JsonValueKind.Array } places && places.GetArrayLength() == 0 ? "nowhere" : item.Text("employedAt"),
                item.Text("firstActiveYear"), item.Text("actor")],
            "No accounts yet: `ketman accounts register PLATFORM HANDLE` makes one known.",
            [
                ("confidence", Filter("--confidence", "only of this confidence; one of unrated, flagged, high-confidence, confirmed, cleared")),
                ("platform", Filter("--platform", "only on this platform, e.g. github")),
                ("actor", Filter("--actor", "only this actor's, e.g. quiet-fox")),
                Search("a handle or an actor", "fox"),
            ],
            "ketman accounts list", "ketman accounts list --confidence confirmed", "ketman accounts list --all --json"),
        ShowVerb.Create("show", "Shows an account with its links.", "account", "accounts/{ref}", "ketman accounts show github:quietfox"),
        WriteVerb.Create("register", "register-account", ["platform", "handle"],
            "ketman accounts register github quietfox --first-active-year 2019"),
        WriteVerb.Create("flag", "flag-account", [], "ketman accounts flag github:quietfox --reason \"rebases its whole history on hiring day\""),
        WriteVerb.Create("index", "index-account", [],
            "ketman accounts index github:quietfox --active true --evidence \"commit times and a shared wallet\"",
            "ketman accounts index github:quietfox --active true --employed-at \"Borealis DAO\" --at 2025-02-03"),
        WriteVerb.Create("confirm", "confirm-account", [], "ketman accounts confirm github:quietfox --evidence \"identified on a call by the company\""),
        WriteVerb.Create("clear", "clear-account", [], "ketman accounts clear github:brightowl --reason \"met in person at a conference\""),
        WriteVerb.Create("activity", "observe-activity", [], "ketman accounts activity github:quietfox --active false --at 2025-02-20"),
        WriteVerb.Create("employment", "observe-employment", [],
            "ketman accounts employment github:quietfox --employed-at \"Borealis DAO\"", "ketman accounts employment github:quietfox"),
        WriteVerb.Create("link", "link-account", ["to"], "ketman accounts link github:quietfox telegram:quiet_fox --kind same-actor"),
        WriteVerb.Create("attribute", "attribute-account", ["actor"], "ketman accounts attribute telegram:quiet_fox quiet-fox"),
        WriteVerb.Create("merge", "merge-account", ["into"], "ketman accounts merge github:quiet-fox-2 github:quietfox"));

    public static Command Leads() => new Verb("leads", "Suspicions that nobody has been told of yet.").With(
        ListVerb.Create("list", "Lists the leads.", "leads",
            [new("Lead"), new("State"), new("Company"), new("Accounts"), new("Opened"), new("Summary")],
            (session, item) => [item.Text("handle"), item.Text("status"), item.Text("company"), item.Text("accounts"),
                session.Time(item.Text("openedAt")), item.Text("summary")],
            "No leads yet: `ketman leads add SUMMARY` writes one down.",
            [("status", Filter("--status", "only in this state; one of open, disclosed, dismissed, merged")), Search("a handle, a summary, a company or an account", "story")],
            "ketman leads list", "ketman leads list --status open"),
        ShowVerb.Create("show", "Shows a lead with its evidence.", "lead", "leads/{ref}", "ketman leads show lead-quietfox"),
        WriteVerb.Create("add", "open-lead", ["summary"],
            "ketman leads add \"A contributor whose story does not hold\" --company halcyon --account github:quietfox --handle lead-quietfox"),
        WriteVerb.Create("evidence", "add-evidence", ["description"],
            "ketman leads evidence lead-quietfox \"Commit times contradict the claimed zone\" --url https://example.org/commits"),
        WriteVerb.Create("dismiss", "dismiss-lead", [], "ketman leads dismiss lead-brightowl --reason \"met in person at a conference\""),
        ShowVerb.Create("duplicates", "Shows what may be the same as a lead, for merging.", "lead", "leads/{ref}/duplicates",
            "ketman leads duplicates lead-again"),
        WriteVerb.Create("merge", "merge-lead", ["into"], "ketman leads merge lead-again lead-quietfox"),
        DiscloseVerb.Create());

    /// <summary>What may be the same, with the command that would say so.</summary>
    public static Command Duplicates() => ListVerb.Create("duplicates", "Lists what may be the same thing twice: accounts, companies, leads that share something.", "duplicates",
        [new("Kind"), new("They share"), new("Members"), new("To merge")],
        (_, item) => [item.Text("kind"), $"{item.Text("reason")} {item.Text("key")}", item.Text("members"),
            string.Join("; ", item.Items("offers").Select(offer => $"ketman {item.Text("kind")}s merge {offer.Text("target")} {offer.At("body")?.Text("into")}"))],
        "Nothing looks like the same thing twice.", [], "ketman duplicates");

    private static (string Parameter, Option Option) Search(string where, string example) =>
        ("q", new Option<string?>("--q") { Description = $"only those that have these letters in {where}, e.g. --q {example}", HelpName = "letters" });

    private static Option<string?> Filter(string name, string meaning) => new(name) { Description = meaning, HelpName = name[2..] };
}

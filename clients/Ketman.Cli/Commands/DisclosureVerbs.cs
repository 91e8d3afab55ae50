using System.CommandLine;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>What concerns a disclosure: the daily work.</summary>
internal static class DisclosureVerbs
{
    public static Command Disclosures() => new Verb("disclosures", "The cases: opened, worked on, resolved, closed.").With(
        WriteVerb.Create("open", "open-disclosure", ["company"],
            "ketman disclosures open halcyon --account github:quietfox --title \"A core contributor is an insider\"",
            "ketman disclosures open halcyon --handle halcyon-2025-02 --lead lead-quietfox --at 2025-02-03"),
        List(),
        ShowVerb.Create("show", "Shows a disclosure as it stands now.", "disclosure", "disclosures/{ref}", "ketman disclosures show halcyon-2025-02"),
        TimelineVerb.Create(),
        WriteVerb.Create("finding", "add-finding", ["summary"], "ketman disclosures finding halcyon-2025-02 \"Deploy keys are shared by three accounts\""),
        WriteVerb.Create("engagement", "establish-engagement", ["account"],
            "ketman disclosures engagement halcyon-2025-02 github:quietfox --role worker --at 2024-10-28"),
        WriteVerb.Create("note", "add-note", ["text"], "ketman disclosures note halcyon-2025-02 \"call planned for Thursday\""),
        WriteVerb.Create("assign", "assign", ["to"], "ketman disclosures assign halcyon-2025-02 mira"),
        WriteVerb.Create("unassign", "unassign", [], "ketman disclosures unassign halcyon-2025-02"),
        WriteVerb.Create("tag", "tag", ["tag"], "ketman disclosures tag halcyon-2025-02 wallet-drainer"),
        WriteVerb.Create("untag", "untag", ["tag"], "ketman disclosures untag halcyon-2025-02 wallet-drainer"),
        WriteVerb.Create("retract", "retract-fact", ["fact"], "ketman disclosures retract halcyon-2025-02 slip --reason \"belongs to another case\""),
        WriteVerb.Create("privacy", "request-privacy", [], "ketman disclosures privacy halcyon-2025-02 --reason \"asked by its counsel\""),
        WriteVerb.Create("resolve", "resolve", ["outcome"], "ketman disclosures resolve halcyon-2025-02 removed --summary \"all access revoked\""),
        WriteVerb.Create("close", "close", [], "ketman disclosures close halcyon-2025-02 --reason \"nothing is owed any more\""),
        WriteVerb.Create("reopen", "reopen", [], "ketman disclosures reopen halcyon-2025-02 --reason \"a second account appeared\""));

    private static Verb List()
    {
        var status = new Option<string?>("--status") { Description = "only in this state; one of open, resolved, closed", HelpName = "status" };
        var company = new Option<string?>("--company") { Description = "only this company's, e.g. halcyon", HelpName = "company" };
        return ListVerb.Create("list", "Lists the disclosures, the youngest first, closed ones too.", "disclosures",
            [new("Disclosure"), new("Company"), new("Status"), new("Opened"), new("Title")],
            (session, item) => [item.Text("handle"), item.Text("company", "companyId"), item.Text("status"), session.Time(item.Text("openedAt")), item.Text("title")],
            "No disclosures yet: `ketman disclosures open COMPANY` opens one.", [("status", status), ("company", company)],
            "ketman disclosures list", "ketman disclosures list --company halcyon --status closed");
    }

    public static Command Outreach() => new Verb("outreach", "Tries to reach a company, and what came of them.").With(
        WriteVerb.Create("log", "log-outreach", [],
            "ketman outreach log halcyon-2025-02 --channel email --recipient \"security contact\" --key first-mail",
            "ketman outreach log halcyon-2025-02 --channel telegram --outcome delivered --at \"2025-02-04 09:30\""),
        WriteVerb.Create("delivered", "record-delivery", ["outreach"], "ketman outreach delivered halcyon-2025-02 first-mail"),
        WriteVerb.Create("bounced", "record-bounce", ["outreach"], "ketman outreach bounced halcyon-2025-02 second-mail --reason \"mailbox unknown\""),
        WriteVerb.Create("answered", "record-answer", ["outreach"], "ketman outreach answered halcyon-2025-02 first-mail --automatic"));

    public static IEnumerable<Command> Facts() =>
    [
        WriteVerb.Create("take-step", "take-step", ["step"],
            "ketman take-step halcyon-2025-02 reminder --channel email --recipient \"security contact\"",
            "ketman take-step halcyon-2025-02 other-channel --outreach second-mail"),
        WriteVerb.Create("final-notice", "give-final-notice", [],
            "ketman final-notice halcyon-2025-02 --publish-from 2025-03-15 --channel email --recipient \"security contact\""),
        WriteVerb.Create("acknowledge", "acknowledge", [], "ketman acknowledge halcyon-2025-02 --from \"head of security\" --channel email"),
        WriteVerb.Create("reaction", "classify-reaction", ["reaction"],
            "ketman reaction halcyon-2025-02 war-room", "ketman reaction halcyon-2025-02 deferred --note \"maybe next week\""),
        new Verb("payment", "What a worker was paid.").With(
            WriteVerb.Create("record", "record-payment", [],
                "ketman payment record halcyon-2025-02 --account github:quietfox --asset USDC --amount 5000 --usd 5000 --price-source \"at par\" --at 2024-11-30 --key november"),
            WriteVerb.Create("correct", "correct-payment", ["payment"],
                "ketman payment correct halcyon-2025-02 november --account github:quietfox --asset USDC --amount 5500 --usd 5500 --price-source \"at par\" --at 2024-11-30 --reason \"a second transfer was missed\"")),
        WriteVerb.Create("merge", "record-merge", ["account"],
            "ketman merge halcyon-2025-02 github:quietfox --repository github.com/halcyon/core --at 2024-11-04"),
        new Verb("worker", "Who the insider is.").With(
            WriteVerb.Create("confirm", "confirm-worker", ["account"], "ketman worker confirm halcyon-2025-02 github:quietfox --basis with-company --at 2025-02-12")),
        new Verb("commitment", "Dates that a company promised.").With(
            WriteVerb.Create("made", "make-commitment", ["what"],
                "ketman commitment made halcyon-2025-02 \"revoke the access\" --due 2025-02-14 --key promise"),
            WriteVerb.Create("kept", "keep-commitment", ["commitment"], "ketman commitment kept halcyon-2025-02 promise")),
        new Verb("update", "How things stand: asked, and told.").With(
            WriteVerb.Create("requested", "request-update", [], "ketman update requested halcyon-2025-02 --channel email --about \"is the access revoked?\""),
            WriteVerb.Create("received", "receive-update", ["summary"], "ketman update received halcyon-2025-02 \"access is revoked, keys are rotated\"")),
        WriteVerb.Create("revoke", "revoke-access", ["account"], "ketman revoke halcyon-2025-02 github:quietfox --what \"repository and deploy keys\" --at 2025-02-13"),
        WriteVerb.Create("severity", "assess-severity", ["severity"], "ketman severity halcyon-2025-02 high --reason \"the account holds deploy keys\""),
        new Verb("embargo", "Nothing about the case leaves the team: set, and lifted.").With(
            WriteVerb.Create("set", "set-embargo", [], "ketman embargo set halcyon-2025-02 --reason \"an investigation goes on\" --until 2025-03-31"),
            WriteVerb.Create("lift", "lift-embargo", [], "ketman embargo lift halcyon-2025-02 --reason \"the investigation is over\"")),
        new Verb("information", "What the company asks the team: while it waits for us, its clocks may stand still.").With(
            WriteVerb.Create("requested", "request-information", ["what"], "ketman information requested halcyon-2025-02 \"which commits are meant?\" --key which-commits"),
            WriteVerb.Create("provided", "provide-information", ["request"], "ketman information provided halcyon-2025-02 which-commits --summary \"a list of 14 commits\"")),
        new Verb("mark", "How far a case or a fact may go (TLP).").With(
            WriteVerb.Create("disclosure", "mark-disclosure", ["tlp"], "ketman mark disclosure halcyon-2025-02 amber-strict --reason \"a source would show\""),
            WriteVerb.Create("fact", "mark-fact", ["fact"], "ketman mark fact halcyon-2025-02 first-mail --tlp red --reason \"a source would show\"")),
        WriteVerb.Create("restrict", "restrict-disclosure", [], "ketman restrict halcyon-2025-02 --person mira --person ines --reason \"a colleague is named in it\""),
        WriteVerb.Create("unrestrict", "unrestrict-disclosure", [], "ketman unrestrict halcyon-2025-02 --reason \"it is settled\""),
        WriteVerb.Create("migrate-policy", "migrate-policy", ["policy"], "ketman migrate-policy halcyon-2025-02 cert-cc-45 --reason \"agreed with the company\""),
        WriteVerb.Create("implant", "assess-implant", [], "ketman implant halcyon-2025-02 --found false --summary \"all merges reviewed by two people\""),
        WriteVerb.Create("help-engaged", "engage-help", [], "ketman help-engaged halcyon-2025-02 --helper \"an incident response firm\""),
    ];
}

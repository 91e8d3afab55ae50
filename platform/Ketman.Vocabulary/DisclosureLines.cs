using static Ketman.Vocabulary.Words;

namespace Ketman.Vocabulary;

/// <summary>What Disclosures records: the case of one company, from its opening to its end.</summary>
internal static class DisclosureLines
{
    private static readonly Field At = Field.Moment("at", "when it happened, a day or an instant; left out: now");

    // Days or months lie between these and the day they are typed in: "now" would be wrong without anybody noticing.
    private static readonly Field SaidAt = Field.Moment("at", "when it happened, a day or an instant", "2024-11-04").Must();

    private static readonly Field Account = Field.Account("account", "the account").Must();

    private static readonly Field[] Payment =
    [
        Account,
        Field.Text("asset", "the asset's symbol", "USDC", 20).Must(),
        Field.Decimal("amount", "how many units of the asset", "5000").Must(),
        Field.Decimal("usd", "the value in USD on that day, when it is one price", "5000"),
        Field.Decimal("usdLow", "the lower end, when the value is a range", "4800"),
        Field.Decimal("usdHigh", "the upper end; the middle of the range counts", "5200"),
        Field.Text("priceSource", "where the price comes from; needed with a value", "at par"),
        SaidAt,
        Field.Text("reference", "e.g. a transaction hash", "0x5f3a"),
    ];

    public static IReadOnlyList<LineType> All { get; } =
    [
        new("open-disclosure", Service.Disclosures, "disclosure", "disclosures", "Opens a disclosure to a company.",
        [
            Field.Company("company", "the company").Must(),
            Field.Text("handle", "its short name; left out: <company>-<yyyy-mm>", "halcyon-2025-02", 63).Matching(HandlePattern),
            Field.Text("title", "what it is about", "A core contributor is an insider"),
            Field.Lead("lead", "the lead that it comes from"),
            Field.List("accounts", "account", "an account it is about", "github:quietfox", Refers.ToAccount),
            At,
            Field.Text("policy", "under which policy, in its latest version; left out: ketman-standard", "ketman-standard", 63).Matching(HandlePattern),
        ])
        {
            Examples =
            [
                """{"type":"open-disclosure","handle":"halcyon-2025-02","company":"halcyon","title":"A core contributor is an insider","lead":"lead-quietfox","accounts":["github:quietfox"],"at":"2025-02-03"}""",
                """{"type":"open-disclosure","handle":"halcyon-2025-03","company":"halcyon","title":"Another account","accounts":["github:quietfox"],"at":"2025-03-03"}""",
            ],
        },
        new("add-finding", Service.Disclosures, "disclosure", "disclosures/{ref}/findings", "Adds something that was found out.",
        [
            Field.Text("summary", "what", "Deploy keys are shared by three accounts", 4000).Must(),
            Account with { Required = false },
            Field.Text("url", "where it can be seen", "https://example.org/halcyon/keys", 2000).Matching(UrlPattern),
            Field.Text("sha256", "the digest of the kept copy, 64 hexadecimal digits",
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 64).Matching(Sha256Pattern),
            At,
        ])
        {
            Examples = ["""{"type":"add-finding","disclosure":"halcyon-2025-02","summary":"Deploy keys are shared by three accounts","account":"github:quietfox","at":"2025-02-03"}"""],
        },
        new("establish-engagement", Service.Disclosures, "disclosure", "disclosures/{ref}/engagements",
            "Says that somebody worked for the company, from when.",
            [Account, Field.Choice("role", "the part played; left out: worker", Roles), SaidAt])
        {
            Examples = ["""{"type":"establish-engagement","disclosure":"halcyon-2025-02","account":"github:quietfox","role":"worker","at":"2024-10-28"}"""],
        },
        new("record-merge", Service.Disclosures, "disclosure", "disclosures/{ref}/merges",
            "Records that a worker's code was merged, at the first merge. Merged and paid together make the company affected.",
        [
            Account,
            Field.Text("repository", "into which repository", "github.com/halcyon/core", 300).Must(),
            Field.Text("url", "the merge", "https://github.com/halcyon/core/pull/7", 2000).Matching(UrlPattern),
            SaidAt,
        ])
        {
            Examples = ["""{"type":"record-merge","disclosure":"halcyon-2025-02","account":"github:quietfox","repository":"github.com/halcyon/core","at":"2024-11-04"}"""],
        },
        new("record-payment", Service.Disclosures, "disclosure", "disclosures/{ref}/payments",
            "Records a payment to a worker: one price (usd), a range (usdLow and usdHigh), or none when there is none.",
            Payment)
        {
            Examples =
            [
                """{"type":"record-payment","disclosure":"halcyon-2025-02","key":"november","account":"github:quietfox","asset":"USDC","amount":"5000","usd":"5000","priceSource":"at par","at":"2024-11-30","reference":"0x5f3a"}""",
                """{"type":"record-payment","disclosure":"halcyon-2025-02","key":"december","account":"github:quietfox","asset":"UNI","amount":"400","usdLow":"4800","usdHigh":"5200","priceSource":"low and high of the day","at":"2024-12-31"}""",
            ],
        },
        new("correct-payment", Service.Disclosures, "disclosure", "disclosures/{ref}/payments/{payment}/correct",
            "Says what a recorded payment really was, whole.",
        [
            Field.Fact("payment", "the payment: its id, or the key it was recorded with", "november").Must(),
            .. Payment,
            Field.Text("reason", "why it was wrong", "a second transfer was missed", 1000).Must(),
        ])
        {
            Examples =
            [
                """{"type":"correct-payment","disclosure":"halcyon-2025-02","payment":"november","account":"github:quietfox","asset":"USDC","amount":"5500","usd":"5500","priceSource":"at par","at":"2024-11-30","reference":"0x5f3a","reason":"a second transfer was missed"}""",
            ],
        },
        new("confirm-worker", Service.Disclosures, "disclosure", "disclosures/{ref}/workers",
            "Confirms a worker in this case. Each actor counts once, in the month of the first confirmation.",
        [
            Account,
            Field.Choice("basis", "together with the company, or reported to it with high certainty", Bases).Must(),
            SaidAt,
        ])
        {
            Examples = ["""{"type":"confirm-worker","disclosure":"halcyon-2025-02","account":"github:quietfox","basis":"with-company","at":"2025-02-12"}"""],
        },
        new("log-outreach", Service.Disclosures, "disclosure", "disclosures/{ref}/outreach",
            "Logs one try to reach one contact by one channel.",
        [
            Field.Choice("channel", "the way", Channels).Must(),
            Field.Text("recipient", "whom, without personal data where that is possible", "security contact"),
            Field.Text("contact", "whom, when it is a contact of the company's: its id, or the key it was added with", "security-desk", 300),
            Field.Text("summary", "what was said", "Signals report, first version", 4000),
            Field.Choice("outcome", "what came of it so far; left out: nothing known", Outcomes),
            Field.Text("by", "who of the team; left out: the owner of the key", "mira", 100),
            At,
        ])
        {
            Examples =
            [
                """{"type":"log-outreach","disclosure":"halcyon-2025-02","key":"first-mail","channel":"email","recipient":"security contact","summary":"Signals report","at":"2025-02-03T10:00:00Z"}""",
                """{"type":"log-outreach","disclosure":"halcyon-2025-02","key":"second-mail","channel":"email","recipient":"info address","at":"2025-02-03T10:05:00Z"}""",
                """{"type":"log-outreach","disclosure":"halcyon-2025-02","key":"telegram","channel":"telegram","recipient":"a maintainer","outcome":"delivered","at":"2025-02-04T08:30:00Z"}""",
                """{"type":"log-outreach","disclosure":"halcyon-2025-03","key":"march-mail","channel":"email","recipient":"security contact","at":"2025-03-03T10:00:00Z"}""",
            ],
        },
        new("record-delivery", Service.Disclosures, "disclosure", "disclosures/{ref}/deliveries",
            "Says that an outreach is known to have arrived. The reaction time runs from the first one delivered.",
            [Field.Fact("outreach", "the outreach: its id, or the key it was logged with", "first-mail").Must(), At])
        {
            Examples = ["""{"type":"record-delivery","disclosure":"halcyon-2025-02","outreach":"first-mail","at":"2025-02-03T10:01:00Z"}"""],
        },
        new("record-bounce", Service.Disclosures, "disclosure", "disclosures/{ref}/bounces",
            "Says that an outreach is known not to have arrived.",
        [
            Field.Fact("outreach", "the outreach: its id, or the key it was logged with", "second-mail").Must(),
            Field.Text("reason", "why", "mailbox unknown", 500),
            At,
        ])
        {
            Examples = ["""{"type":"record-bounce","disclosure":"halcyon-2025-02","outreach":"second-mail","reason":"mailbox unknown","at":"2025-02-03T10:06:00Z"}"""],
        },
        new("record-answer", Service.Disclosures, "disclosure", "disclosures/{ref}/answers",
            "Says that an outreach was answered. An automatic reply is no acknowledgement.",
        [
            Field.Fact("outreach", "the outreach: its id, or the key it was logged with", "first-mail").Must(),
            Field.YesNo("automatic", "whether a machine answered"),
            Field.Text("from", "who answered, without personal data where that is possible", "security desk"),
            Field.Text("summary", "what the answer says", "ticket opened", 4000),
            At,
        ])
        {
            Examples = ["""{"type":"record-answer","disclosure":"halcyon-2025-02","outreach":"first-mail","automatic":true,"summary":"ticket opened","at":"2025-02-03T10:02:00Z"}"""],
        },
        new("acknowledge", Service.Disclosures, "disclosure", "disclosures/{ref}/acknowledgements",
            "Records the first answer of a human of the company that shows the report was received.",
        [
            Field.Fact("outreach", "the outreach that was answered: its id, or the key it was logged with", "first-mail"),
            Field.Text("from", "who, without personal data where that is possible", "head of security"),
            Field.Choice("channel", "by which way", Channels),
            At,
        ])
        {
            Examples = ["""{"type":"acknowledge","disclosure":"halcyon-2025-02","outreach":"first-mail","from":"head of security","channel":"email","at":"2025-02-04T16:20:00Z"}"""],
        },
        new("classify-reaction", Service.Disclosures, "disclosure", "disclosures/{ref}/reactions", "Says how the company takes it.",
        [
            Field.Choice("reaction", "the class", Reactions).Must(),
            Field.Text("note", "in whose words", "\"we will look at it maybe next week\"", 1000),
            At,
        ])
        {
            Examples = ["""{"type":"classify-reaction","disclosure":"halcyon-2025-02","reaction":"deferred","note":"\"maybe next week\"","at":"2025-02-04T16:25:00Z"}"""],
        },
        new("make-commitment", Service.Disclosures, "disclosure", "disclosures/{ref}/commitments",
            "Records a date that the company promised.",
        [
            Field.Text("what", "what was promised", "revoke the account's access", 500).Must(),
            Field.Moment("due", "by when; a day is due at its end", "2025-02-14").Must(),
            Field.Text("from", "who promised", "head of security"),
            At,
        ])
        {
            Examples = ["""{"type":"make-commitment","disclosure":"halcyon-2025-02","key":"promise","what":"revoke the account's access","due":"2025-02-14","from":"head of security","at":"2025-02-05"}"""],
        },
        new("keep-commitment", Service.Disclosures, "disclosure", "disclosures/{ref}/commitments/kept",
            "Says that the company kept a promise.",
            [Field.Fact("commitment", "the commitment: its id, or the key it was recorded with", "promise").Must(), At])
        {
            Examples = ["""{"type":"keep-commitment","disclosure":"halcyon-2025-02","commitment":"promise","at":"2025-02-13"}"""],
        },
        new("pause-clock", Service.Disclosures, "disclosure", "disclosures/{ref}/clocks/pauses",
            "Stops a clock of the case, or all of them, until it is resumed. For leads.",
        [
            Field.Text("reason", "why", "the company is closed between the years", 2000).Must(),
            Field.Text("clock", "which, by its name in the policy; left out: all", "access-revocation", 63).Matching(HandlePattern),
            Field.Fact("subject", "of a clock kept for each promise or question: which, by its id or key; left out: all of them", "promise"),
            At,
        ])
        {
            Examples = ["""{"type":"pause-clock","disclosure":"halcyon-2025-02","key":"closed","reason":"the company is closed for two days","at":"2025-02-08"}"""],
        },
        new("resume-clock", Service.Disclosures, "disclosure", "disclosures/{ref}/clocks/resumptions",
            "Lets what was paused run on. For leads.",
        [
            Field.Fact("pause", "the pause: its id, or the key it was recorded with", "closed").Must(),
            Field.Text("reason", "why", "it is open again", 2000),
            At,
        ])
        {
            Examples = ["""{"type":"resume-clock","disclosure":"halcyon-2025-02","pause":"closed","at":"2025-02-09"}"""],
        },
        new("extend-clock", Service.Disclosures, "disclosure", "disclosures/{ref}/clocks/extensions",
            "Gives a clock that runs more time. For leads.",
        [
            Field.Text("clock", "which, by its name in the policy", "access-revocation", 63).Must().Matching(HandlePattern),
            Field.Moment("until", "the new due time, a day to its end", "2025-02-21").Must(),
            Field.Text("reason", "why", "a release is due that week", 2000).Must(),
            Field.Fact("subject", "of a clock kept for each promise or question: which, by its id or key", "promise"),
            Field.YesNo("grace", "whether it is the grace that the policy grants on request; left out: it is not"),
            At,
        ])
        {
            Examples = ["""{"type":"extend-clock","disclosure":"halcyon-2025-02","clock":"commitment","subject":"promise","until":"2025-02-21","reason":"a release is due that week","at":"2025-02-12"}"""],
        },
        new("request-update", Service.Disclosures, "disclosure", "disclosures/{ref}/update-requests",
            "Records that the team asked how things stand.",
        [
            Field.Choice("channel", "by which way", Channels),
            Field.Text("about", "what was asked", "has the access been revoked?", 1000),
            At,
        ])
        {
            Examples = ["""{"type":"request-update","disclosure":"halcyon-2025-02","channel":"email","about":"has the access been revoked?","at":"2025-02-11"}"""],
        },
        new("receive-update", Service.Disclosures, "disclosure", "disclosures/{ref}/updates",
            "Records that the company said how things stand.",
            [Field.Text("summary", "what it said", "access is revoked, keys are rotated", 4000).Must(), At])
        {
            Examples = ["""{"type":"receive-update","disclosure":"halcyon-2025-02","summary":"access is revoked, keys are rotated","at":"2025-02-13"}"""],
        },
        new("revoke-access", Service.Disclosures, "disclosure", "disclosures/{ref}/revocations",
            "Records that a worker's access was revoked; the time of activity ends there.",
            [Account, Field.Text("what", "which access", "repository and deploy keys", 300), SaidAt])
        {
            Examples = ["""{"type":"revoke-access","disclosure":"halcyon-2025-02","account":"github:quietfox","what":"repository and deploy keys","at":"2025-02-13"}"""],
        },
        new("assess-implant", Service.Disclosures, "disclosure", "disclosures/{ref}/implants", "Says whether malicious code was found.",
        [
            Field.YesNo("found", "whether it was").Must() with { Example = "false" },
            Field.Text("summary", "what was looked at", "all merges reviewed by two people", 4000),
            At,
        ])
        {
            Examples = ["""{"type":"assess-implant","disclosure":"halcyon-2025-02","found":false,"summary":"all merges reviewed by two people","at":"2025-02-18"}"""],
        },
        new("engage-help", Service.Disclosures, "disclosure", "disclosures/{ref}/help",
            "Records that outside help was engaged after the exploitation.",
        [
            Field.Text("helper", "who helps", "an incident response firm"),
            Field.Text("summary", "with what", "search for persistence", 4000),
            At,
        ])
        {
            Examples = ["""{"type":"engage-help","disclosure":"halcyon-2025-02","helper":"an incident response firm","summary":"search for persistence","at":"2025-02-15"}"""],
        },
        new("request-information", Service.Disclosures, "disclosure", "disclosures/{ref}/information-requests",
            "Records that the company asked something that it needs to go on: until it is answered, it waits for the team.",
        [
            Field.Text("what", "what it asked", "which commits are meant?", 4000).Must(),
            Field.Text("from", "who asked, without personal data where that is possible", "head of security"),
            At,
        ])
        {
            Examples = ["""{"type":"request-information","disclosure":"halcyon-2025-02","key":"which-commits","what":"which commits are meant?","from":"head of security","at":"2025-02-04T17:00:00Z"}"""],
        },
        new("provide-information", Service.Disclosures, "disclosure", "disclosures/{ref}/information",
            "Records that the team answered what the company asked.",
        [
            Field.Fact("request", "the question: its id, or the key it was recorded with", "which-commits").Must(),
            Field.Text("summary", "what was answered", "a list of 14 commits", 4000),
            At,
        ])
        {
            Examples = ["""{"type":"provide-information","disclosure":"halcyon-2025-02","request":"which-commits","summary":"a list of 14 commits","at":"2025-02-04T18:30:00Z"}"""],
        },
        new("assess-severity", Service.Disclosures, "disclosure", "disclosures/{ref}/severity",
            "Says how urgent the case is: its policy may have other terms for it.",
        [
            Field.Choice("severity", "how urgent", Severities).Must(),
            Field.Text("reason", "why", "the account holds deploy keys", 2000).Must(),
            At,
        ])
        {
            Examples = ["""{"type":"assess-severity","disclosure":"halcyon-2025-02","severity":"high","reason":"the account holds deploy keys","at":"2025-02-05"}"""],
        },
        new("set-embargo", Service.Disclosures, "disclosure", "disclosures/{ref}/embargo",
            "Lets nothing about the case leave the team, until a date or until it is lifted.",
        [
            Field.Text("reason", "why", "an investigation goes on", 2000).Must(),
            Field.Moment("until", "until when, a day to its end; left out: until it is lifted", "2025-03-31"),
            At,
        ])
        {
            Examples = ["""{"type":"set-embargo","disclosure":"halcyon-2025-02","reason":"an investigation goes on","until":"2025-03-31","at":"2025-02-06"}"""],
        },
        new("lift-embargo", Service.Disclosures, "disclosure", "disclosures/{ref}/embargo/lifted",
            "Ends an embargo before its time.",
            [Field.Text("reason", "why", "the investigation is over", 2000).Must(), At])
        {
            Examples = ["""{"type":"lift-embargo","disclosure":"halcyon-2025-02","reason":"the investigation is over","at":"2025-02-19"}"""],
        },
        new("migrate-policy", Service.Disclosures, "disclosure", "disclosures/{ref}/policy",
            "Moves an open case to another policy, or to another version of its own. For leads.",
        [
            Field.Text("policy", "which policy", "cert-cc-45", 63).Must().Matching(HandlePattern),
            Field.Text("reason", "why; it is told to whoever asks how a deadline came about", "agreed with the company", 2000).Must(),
            Field.Integer("version", "which version; left out: the latest", "1"),
        ])
        {
            Examples = ["""{"type":"migrate-policy","disclosure":"halcyon-2025-02","policy":"cert-cc-45","reason":"agreed with the company"}"""],
        },
        new("request-privacy", Service.Disclosures, "disclosure", "disclosures/{ref}/privacy",
            "Records that the company asked to keep the case private.",
            [Field.Text("reason", "why", "asked by its counsel", 1000), At])
        {
            Examples = ["""{"type":"request-privacy","disclosure":"halcyon-2025-02","reason":"asked by its counsel","at":"2025-02-05"}"""],
        },
        new("add-note", Service.Disclosures, "disclosure", "disclosures/{ref}/notes", "Adds a note of the team's.",
            [Field.Text("text", "the note", "call planned for Thursday", 10000).Must(), At])
        {
            Examples = ["""{"type":"add-note","disclosure":"halcyon-2025-02","key":"slip","text":"call planned for Thursday","at":"2025-02-05"}"""],
        },
        new("retract-fact", Service.Disclosures, "disclosure", "disclosures/{ref}/retractions",
            "Takes back a mistaken entry: it counts nowhere from now on, and stays visible as a mistake.",
        [
            Field.Fact("fact", "the entry: its id, or the key it was recorded with", "slip").Must(),
            Field.Text("reason", "why", "belongs to another case", 1000).Must(),
        ])
        {
            Examples = ["""{"type":"retract-fact","disclosure":"halcyon-2025-02","fact":"slip","reason":"belongs to another case"}"""],
        },
        new("take-step", Service.Disclosures, "disclosure", "disclosures/{ref}/steps",
            "Records that a step of the escalation ladder was taken, and logs what was sent with it.",
        [
            Field.Text("step", "which step of the policy", "reminder", 63).Matching(HandlePattern).Must(),
            Field.Fact("outreach", "the outreach by which it was taken, when that is logged: its id or key", "second-mail"),
            Field.Choice("channel", "otherwise the way by which it was sent, which logs the outreach", Channels),
            Field.Text("recipient", "whom, without personal data where that is possible", "security contact"),
            Field.Text("contact", "whom, when it is a contact of the company's: its id, or the key it was added with", "security-desk", 300),
            Field.Text("text", "what was sent, whole", "We wrote to you on 2025-02-03 ...", 20000),
            Field.Text("summary", "the same in a sentence", "Reminder of the report", 4000),
            At,
        ])
        {
            Examples = ["""{"type":"take-step","disclosure":"halcyon-2025-03","step":"reminder","channel":"email","recipient":"security contact","summary":"Reminder of the report","at":"2025-03-06T09:00:00Z"}"""],
        },
        new("give-final-notice", Service.Disclosures, "disclosure", "disclosures/{ref}/final-notices",
            "Tells the company that it will be named in public, and from when; takes the ladder's step. Whatever it answers before that stops it.",
        [
            Field.Moment("publishFrom", "the date that the notice bears; at least the policy's notice period away", "2025-03-15").Must(),
            Field.Fact("outreach", "the outreach by which it was sent, when that is logged: its id or key", "final-mail"),
            Field.Choice("channel", "otherwise the way by which it is sent now, which logs the outreach", Channels),
            Field.Text("recipient", "whom, without personal data where that is possible", "security contact"),
            Field.Text("contact", "whom, when it is a contact of the company's: its id, or the key it was added with", "security-desk", 300),
            Field.Text("clause", "the clause of the policy, word for word; left out: that", "If nobody answers, we will name your organisation", 4000),
            Field.Text("text", "what was sent, whole; it bears the clause and the date", "Since 2025-02-03 we have tried to reach you ...", 20000),
        ])
        {
            StandsAlone = true,
            Examples = ["""{"type":"give-final-notice","disclosure":"halcyon-2025-02","channel":"email","recipient":"security contact","publishFrom":"2035-03-15"}"""],
        },
        new("propose-publication", Service.Disclosures, "disclosure", "disclosures/{ref}/publication/proposals",
            "Proposes to name the company; refused with every condition that is not met.",
            [Field.Text("reason", "why", "no answer to four attempts and the final notice", 2000).Must()])
        {
            StandsAlone = true,
            Examples = ["""{"type":"propose-publication","disclosure":"halcyon-2025-02","reason":"no answer to four attempts and the final notice"}"""],
        },
        new("approve-publication", Service.Disclosures, "disclosure", "disclosures/{ref}/publication/approvals",
            "Agrees to the proposal, as a publisher who did not make it.", [])
        {
            StandsAlone = true,
            Examples = ["""{"type":"approve-publication","disclosure":"halcyon-2025-02"}"""],
        },
        new("schedule-publication", Service.Disclosures, "disclosure", "disclosures/{ref}/publication/schedule",
            "Says from when the approved proposal is to be published, by a person.",
            [Field.Moment("for", "from when", "2025-03-17").Must()])
        {
            StandsAlone = true,
            Examples = ["""{"type":"schedule-publication","disclosure":"halcyon-2025-02","for":"2035-03-17"}"""],
        },
        new("hold-publication", Service.Disclosures, "disclosure", "disclosures/{ref}/publication/holds",
            "Stops the publication until a lead releases it.",
            [Field.Text("reason", "why", "an investor knows the founders", 2000).Must()])
        {
            StandsAlone = true,
            Examples = ["""{"type":"hold-publication","disclosure":"halcyon-2025-02","reason":"an investor knows the founders"}"""],
        },
        new("release-publication", Service.Disclosures, "disclosure", "disclosures/{ref}/publication/releases",
            "Lets a publication that is held go on.",
            [Field.Text("reason", "why", "the investor got no answer either", 2000)])
        {
            StandsAlone = true,
            Examples = ["""{"type":"release-publication","disclosure":"halcyon-2025-02","reason":"the investor got no answer either"}"""],
        },
        new("publish", Service.Disclosures, "disclosure", "disclosures/{ref}/publication",
            "Records that the company was named in public: the last step, by a person. Every condition is asked again, and the text searched for leaks.",
        [
            Field.Text("url", "where the text stands", "https://ketman.example/halcyon", 2000).Matching(UrlPattern).Must(),
            Field.Text("text", "the text as published; left out: the generated one, word for word", "TLP:CLEAR ...", 50000),
        ])
        {
            StandsAlone = true,
            Examples = ["""{"type":"publish","disclosure":"halcyon-2025-02","url":"https://ketman.example/halcyon"}"""],
        },
        new("withdraw-publication", Service.Disclosures, "disclosure", "disclosures/{ref}/publication/withdrawals",
            "Takes back a proposal, or says that what was published is taken down.",
            [Field.Text("reason", "why", "the company called", 2000).Must()])
        {
            StandsAlone = true,
            Examples = ["""{"type":"withdraw-publication","disclosure":"halcyon-2025-02","reason":"the company called"}"""],
        },
        new("resolve", Service.Disclosures, "disclosure", "disclosures/{ref}/resolution", "Says how the case ended.",
        [
            Field.Choice("outcome", "the end", Resolutions).Must(),
            Field.Text("summary", "in a sentence", "the worker is out, all access revoked", 4000),
            At,
        ])
        {
            Examples = ["""{"type":"resolve","disclosure":"halcyon-2025-02","outcome":"removed","summary":"the worker is out, all access revoked","at":"2025-02-20"}"""],
        },
        new("mark-disclosure", Service.Disclosures, "disclosure", "disclosures/{ref}/marking",
            "Says how far the case may go; only a lead lets it go farther than it may.",
            [Field.Choice("tlp", "up to whom", Markings).Must(), Field.Text("reason", "why", "a source would show", 2000)])
        {
            StandsAlone = true,
            Examples = ["""{"type":"mark-disclosure","disclosure":"halcyon-2025-02","tlp":"amber-strict","reason":"a source would show"}"""],
        },
        new("mark-fact", Service.Disclosures, "disclosure", "disclosures/{ref}/marking/facts",
            "Says how far one fact may go: never farther than its case.",
        [
            Field.Fact("fact", "which, by its id or the key that it was recorded with", "first-mail").Must(),
            Field.Choice("tlp", "up to whom", Markings).Must(),
            Field.Text("reason", "why", "a source would show", 2000),
        ])
        {
            Examples = ["""{"type":"mark-fact","disclosure":"halcyon-2025-02","fact":"first-mail","tlp":"red","reason":"a source would show"}"""],
        },
        new("restrict-disclosure", Service.Disclosures, "disclosure", "disclosures/{ref}/restriction",
            "Lets only these people know of the case; for everybody else there is no such case. Name yourself too.",
            [Field.List("people", "person", "the name of a key or user", "mira").Must(), Field.Text("reason", "why", "a colleague is named in it", 2000)])
        {
            StandsAlone = true,
            Examples = ["""{"type":"restrict-disclosure","disclosure":"halcyon-2025-02","people":["mira","ines"],"reason":"a colleague is named in it"}"""],
        },
        new("unrestrict-disclosure", Service.Disclosures, "disclosure", "disclosures/{ref}/restriction/lifted",
            "Lets whoever is cleared for the case know of it again.",
            [Field.Text("reason", "why", "it is settled", 2000)])
        {
            StandsAlone = true,
            Examples = ["""{"type":"unrestrict-disclosure","disclosure":"halcyon-2025-02","reason":"it is settled"}"""],
        },
        new("assign", Service.Disclosures, "disclosure", "disclosures/{ref}/assignee",
            "Says who is in charge of the case.",
            [Field.Text("to", "who, by the name of their key or user", "mira").Must()])
        {
            Examples = ["""{"type":"assign","disclosure":"halcyon-2025-02","to":"mira"}"""],
        },
        new("unassign", Service.Disclosures, "disclosure", "disclosures/{ref}/assignee/cleared",
            "Says that nobody is in charge of the case any more.", [])
        {
            StandsAlone = true,
            Examples = ["""{"type":"unassign","disclosure":"halcyon-2025-02"}"""],
        },
        new("tag", Service.Disclosures, "disclosure", "disclosures/{ref}/tags",
            "Gives the case a word by which it is found.",
            [Field.Text("tag", "a short lower-case word", "wallet-drainer", 32).Must().Matching(TagPattern)])
        {
            Examples = ["""{"type":"tag","disclosure":"halcyon-2025-02","tag":"wallet-drainer"}"""],
        },
        new("untag", Service.Disclosures, "disclosure", "disclosures/{ref}/tags/removed",
            "Takes a word away from the case.",
            [Field.Text("tag", "the word", "wallet-drainer", 32).Must().Matching(TagPattern)])
        {
            StandsAlone = true,
            Examples = ["""{"type":"untag","disclosure":"halcyon-2025-02","tag":"wallet-drainer"}"""],
        },
        new("close", Service.Disclosures, "disclosure", "disclosures/{ref}/closing", "Closes the case: nothing is awaited any more.",
            [Field.Text("reason", "why", "nothing is owed any more", 1000).Must(), At])
        {
            Examples = ["""{"type":"close","disclosure":"halcyon-2025-02","reason":"nothing is owed any more","at":"2025-02-24"}"""],
        },
        new("reopen", Service.Disclosures, "disclosure", "disclosures/{ref}/reopening", "Opens a closed case again.",
            [Field.Text("reason", "why", "a second account appeared", 1000).Must(), At])
        {
            Examples = ["""{"type":"reopen","disclosure":"halcyon-2025-02","reason":"a second account appeared","at":"2025-02-27"}"""],
        },
    ];
}

using static Ketman.Vocabulary.Words;

namespace Ketman.Vocabulary;

/// <summary>What Intake records: companies, accounts and what is asked about them, and leads.</summary>
internal static class IntakeLines
{
    private static readonly Field At = Field.Moment("at", "when it happened; left out: now");

    private static readonly Field Handle = Field.Text("handle", "the short name that will be used everywhere, chosen once", "halcyon", 63)
        .Matching(HandlePattern);

    private static readonly Field[] Profile =
    [
        Field.Text("domain", "its internet domain", "halcyon.example", 253),
        Field.List("repositories", "repository", "a source repository", "github.com/halcyon/core"),
        Field.Integer("tvlRank", "its rank by total value locked", "212"),
        Field.Text("zone", "the time zone it works in, by its IANA name", "Europe/Zurich", 64),
    ];

    private static readonly Field Url = Field.Text("url", "where it can be seen", "https://github.com/halcyon/core/pull/7", 2000)
        .Matching(UrlPattern);

    private static readonly Field Sha256 = Field.Text(
        "sha256", "the digest of the kept copy, 64 hexadecimal digits",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 64).Matching(Sha256Pattern);

    public static IReadOnlyList<LineType> All { get; } =
    [
        new("register-company", Service.Intake, "company", "companies", "Makes a company, project or organisation known.",
        [
            Handle.Must(),
            Field.Text("name", "its name", "Halcyon Protocol").Must(),
            .. Profile,
        ])
        {
            Examples =
            [
                """{"type":"register-company","handle":"halcyon","name":"Halcyon Protocol","domain":"halcyon.example","repositories":["github.com/halcyon/core"],"tvlRank":212,"zone":"Europe/Zurich"}""",
            ],
        },
        new("change-company", Service.Intake, "company", "companies/{ref}/profile",
            "Changes what is known of a company; a member that is left out stays as it is.",
        [
            Field.Text("name", "its name", "Halcyon Labs"),
            .. Profile,
            Field.List("clear", "clear", "a part of the profile that is to be empty", ProfileParts[0]) with { Choices = ProfileParts },
        ])
        {
            AtLeastOneOf = ["name", "domain", "repositories", "tvlRank", "zone", "clear"],
            Examples = ["""{"type":"change-company","company":"halcyon","key":"rank-2025-02","tvlRank":198}"""],
        },
        new("add-contact", Service.Intake, "company", "companies/{ref}/contacts",
            "Adds somebody at the company who can be reached. The address never leaves Intake.",
        [
            Field.Text("name", "what the person or desk is called", "Security desk"),
            Field.Text("role", "what they do there", "security", 100),
            Field.Choice("channel", "by which way they are reached", Channels).Must(),
            Field.Text("address", "the address on that channel", "security@halcyon.example", 300).Must(),
            Field.YesNo("verified", "whether it is known to be who it says"),
        ])
        {
            Examples =
            [
                """{"type":"add-contact","company":"halcyon","key":"security-desk","name":"Security desk","role":"security","channel":"email","address":"security@halcyon.example"}""",
                """{"type":"add-contact","company":"halcyon","key":"old-desk","channel":"telegram","address":"@halcyon_old"}""",
            ],
        },
        new("verify-contact", Service.Intake, "company", "companies/{ref}/contacts/{contact}/verify",
            "Says that a contact is who it says it is.",
        [
            Field.Fact("contact", "the contact: its id, or the key it was added with", "security-desk").Must(),
            Field.Text("how", "how that became known", "published in security.txt", 500),
        ])
        {
            Examples = ["""{"type":"verify-contact","company":"halcyon","contact":"security-desk","how":"published in security.txt"}"""],
        },
        new("remove-contact", Service.Intake, "company", "companies/{ref}/contacts/{contact}/remove",
            "Says that a contact is no longer to be used.",
        [
            Field.Fact("contact", "the contact: its id, or the key it was added with", "old-desk").Must(),
        ])
        {
            Examples = ["""{"type":"remove-contact","company":"halcyon","contact":"old-desk"}"""],
        },
        new("wish-privacy", Service.Intake, "company", "companies/{ref}/privacy",
            "Records what the company asks of the team's silence.",
        [
            Field.Choice("wish", "what it wishes", PrivacyWishes).Must() with { Example = "private" },
            Field.Text("reason", "why, in its words", "asked by its counsel", 1000),
        ])
        {
            Examples = ["""{"type":"wish-privacy","company":"halcyon","wish":"private","reason":"asked by its counsel"}"""],
        },

        new("register-account", Service.Intake, "account", "accounts",
            "Makes an account on a platform known. Later lines name it as platform:handle, e.g. github:quietfox.",
        [
            Field.Choice("platform", "where the account is", Platforms).Must(),
            Field.Text("handle", "its handle there", "quietfox", 2000).Must(),
            Field.Integer("firstActiveYear", "the year of its first activity", "2019"),
            Field.Text("actor", "the team's name for who is behind it; several accounts may share one", "quiet-fox", 100),
            Field.Text("note", "anything worth knowing", "same avatar as an account of 2022", 4000),
        ])
        {
            Examples =
            [
                """{"type":"register-account","platform":"github","handle":"quietfox","firstActiveYear":2019,"actor":"quiet-fox"}""",
                """{"type":"register-account","platform":"telegram","handle":"quiet_fox","firstActiveYear":2021}""",
                """{"type":"register-account","platform":"github","handle":"quiet-fox-2","firstActiveYear":2024}""",
                """{"type":"register-account","platform":"github","handle":"brightowl","firstActiveYear":2017}""",
            ],
        },
        new("flag-account", Service.Intake, "account", "accounts/{ref}/flag",
            "Suspects an account. Flagged accounts are not counted anywhere.",
        [
            Field.Text("reason", "why", "rebases its whole history on hiring day", 2000).Must(),
            Field.Text("evidence", "what shows it", "https://example.org/quietfox/commits", 4000),
            At,
        ])
        {
            Examples =
            [
                """{"type":"flag-account","account":"github:quietfox","reason":"rebases its whole history on hiring day","at":"2025-01-20"}""",
                """{"type":"flag-account","account":"github:brightowl","reason":"shares a reviewer with quietfox","at":"2025-01-20"}""",
            ],
        },
        new("index-account", Service.Intake, "account", "accounts/{ref}/index",
            "Rates an account high-confidence, with what is known of its activity and employment at that time. It counts as a new account of the month when it is active and employed nowhere.",
        [
            Field.YesNo("active", "whether it is active now").Must(),
            Field.List("employedAt", "employed-at", "where it is employed now; none: nowhere", "Borealis DAO"),
            Field.Text("evidence", "what the rating rests on", "commit times, shared wallet", 4000),
            At,
        ])
        {
            Examples = ["""{"type":"index-account","account":"github:quietfox","active":true,"employedAt":[],"evidence":"commit times and a shared wallet","at":"2025-02-03"}"""],
        },
        new("confirm-account", Service.Intake, "account", "accounts/{ref}/confirm", "Confirms an account on evidence.",
            [Field.Text("evidence", "what it rests on", "identified on a call by the company", 4000).Must(), At])
        {
            Examples = ["""{"type":"confirm-account","account":"github:quietfox","evidence":"identified on a call by the company","at":"2025-02-12"}"""],
        },
        new("clear-account", Service.Intake, "account", "accounts/{ref}/clear",
            "Says that an account was wrongly suspected.",
            [Field.Text("reason", "why", "met in person at a conference", 2000).Must(), At])
        {
            Examples = ["""{"type":"clear-account","account":"github:brightowl","reason":"met in person at a conference","at":"2025-02-10"}"""],
        },
        new("observe-activity", Service.Intake, "account", "accounts/{ref}/activity",
            "Says whether an account is active, as seen at that time.",
            [Field.YesNo("active", "whether it is active").Must(), At])
        {
            Examples = ["""{"type":"observe-activity","account":"github:quietfox","active":false,"at":"2025-02-20"}"""],
        },
        new("observe-employment", Service.Intake, "account", "accounts/{ref}/employment",
            "Says where an account is employed, as seen at that time; an empty list: nowhere.",
            [Field.List("employedAt", "employed-at", "where it is employed; none: nowhere", "Borealis DAO").Must(), At])
        {
            Examples = ["""{"type":"observe-employment","account":"github:quietfox","employedAt":["Borealis DAO"],"at":"2025-02-21"}"""],
        },
        new("link-account", Service.Intake, "account", "accounts/{ref}/links", "Binds two accounts together.",
        [
            Field.Account("to", "the other account", "telegram:quiet_fox").Must(),
            Field.Choice("kind", "what binds them", Links).Must(),
            Field.Text("evidence", "what that rests on", "the same recovery e-mail", 4000),
        ])
        {
            Examples = ["""{"type":"link-account","account":"github:quietfox","to":"telegram:quiet_fox","kind":"same-actor","evidence":"the same recovery e-mail"}"""],
        },
        new("attribute-account", Service.Intake, "account", "accounts/{ref}/actor", "Ascribes an account to an actor.",
            [Field.Text("actor", "the team's name for the actor", "quiet-fox", 100).Must()])
        {
            Examples = ["""{"type":"attribute-account","account":"telegram:quiet_fox","actor":"quiet-fox"}"""],
        },
        new("merge-account", Service.Intake, "account", "accounts/{ref}/merge",
            "Says that an account is a duplicate; everything said of it holds for the other.",
        [
            Field.Account("into", "the account that stays").Must(),
            Field.Text("reason", "why", "renamed on 2024-11-02", 1000),
        ])
        {
            Examples = ["""{"type":"merge-account","account":"github:quiet-fox-2","into":"github:quietfox","reason":"renamed on 2024-11-02"}"""],
        },

        new("open-assessment", Service.Intake, "assessment", "assessments",
            "Begins to ask the questions of the catalogue about an account. An assessment advises; it never changes what an account is rated.",
        [
            Field.Account("account", "the account; the assessment is named like it from then on").Must(),
            At,
        ])
        {
            Examples = ["""{"type":"open-assessment","account":"github:quietfox","at":"2025-01-22"}"""],
        },
        new("answer-question", Service.Intake, "assessment", "assessments/{ref}/answers",
            "Answers one question about an account. What others answered stays beside it; your own earlier answer is replaced. `ketman assess catalogue` lists the questions.",
        [
            Field.Text("question", "which question, by its id in the catalogue", "met-in-person", 100).Must(),
            Field.Text("answer", "one of the answers that the catalogue gives for it; unknown is always one", "no", 100).Must(),
            Field.Text("evidence", "what shows it", "https://example.org/calls.ics", 4000),
            Field.Text("note", "what else is worth knowing", "cancelled twice on the day", 4000),
            Field.Text("from", "on whose word; left out: the team's own knowledge", "engineering lead of halcyon"),
            Field.Moment("at", "when it was answered; left out: now"),
        ])
        {
            Examples =
            [
                """{"type":"answer-question","assessment":"github:quietfox","question":"met-in-person","answer":"no","from":"engineering lead of halcyon","at":"2025-01-23"}""",
                """{"type":"answer-question","assessment":"github:quietfox","question":"video-syncs","answer":"rarely-or-without-video","evidence":"https://example.org/calls.ics","at":"2025-01-23"}""",
                """{"type":"answer-question","assessment":"github:quietfox","question":"avoids-meetings","answer":"yes","note":"cancelled twice on the day","at":"2025-01-23"}""",
                """{"type":"answer-question","assessment":"github:quietfox","question":"english-against-claimed-country","answer":"yes","at":"2025-01-23"}""",
            ],
        },
        new("withdraw-answer", Service.Intake, "assessment", "assessments/{ref}/answers/withdrawals",
            "Takes back your own answer; it stays on record as withdrawn. Another's answer is met by a different one.",
        [
            Field.Text("question", "to which question", "english-against-claimed-country", 100).Must(),
            Field.Text("from", "on whose word it was given; left out: the team's own knowledge", "engineering lead of halcyon"),
            Field.Text("reason", "why", "no such claim was made", 2000),
            At,
        ])
        {
            Examples = ["""{"type":"withdraw-answer","assessment":"github:quietfox","question":"english-against-claimed-country","reason":"no such claim was made","at":"2025-01-24"}"""],
        },
        new("conclude-assessment", Service.Intake, "assessment", "assessments/{ref}/conclusion",
            "Says what an assessment advises. Nothing follows by itself: only evidence changes what the account is rated.",
        [
            Field.Choice("advice", "what should be done", Advices).Must() with { Example = "gather-evidence" },
            Field.Choice("role", "the part the actor would play", Roles),
            Field.List("goals", "goal", "what the actor would be after", Goals[0]) with { Choices = Goals },
            Field.Text("summary", "why, in words", "Avoids every call; nobody has met the person", 4000),
            At,
        ])
        {
            Examples = ["""{"type":"conclude-assessment","assessment":"github:quietfox","advice":"gather-evidence","role":"worker","goals":["revenue"],"summary":"Avoids every call; nobody has met the person","at":"2025-01-25"}"""],
        },

        new("open-lead", Service.Intake, "lead", "leads", "Writes down a suspicion that nobody has been told of yet.",
        [
            Handle with { Example = "lead-quietfox", Meaning = "the short name of the lead; left out: drawn" },
            Field.Text("summary", "what was seen", "A contributor whose story does not hold", 4000).Must(),
            Field.Company("company", "the company it concerns"),
            Field.List("accounts", "account", "an account it concerns", "github:quietfox", Refers.ToAccount),
            At,
        ])
        {
            Examples =
            [
                """{"type":"open-lead","handle":"lead-quietfox","summary":"A contributor whose story does not hold","company":"halcyon","accounts":["github:quietfox"],"at":"2025-01-28"}""",
                """{"type":"open-lead","handle":"lead-brightowl","summary":"Shares a reviewer with quietfox","accounts":["github:brightowl"],"at":"2025-01-28"}""",
                """{"type":"open-lead","handle":"lead-again","summary":"The same contributor, found by another researcher","company":"halcyon","at":"2025-01-30"}""",
            ],
        },
        new("add-evidence", Service.Intake, "lead", "leads/{ref}/evidence", "Adds evidence to a lead.",
        [
            Field.Text("description", "what it shows", "Commit times contradict the claimed zone", 4000).Must(),
            Url,
            Sha256,
        ])
        {
            Examples = ["""{"type":"add-evidence","lead":"lead-quietfox","description":"Commit times contradict the claimed zone","url":"https://example.org/halcyon/commits"}"""],
        },
        new("dismiss-lead", Service.Intake, "lead", "leads/{ref}/dismiss", "Says that a lead led nowhere.",
            [Field.Text("reason", "why", "met in person at a conference", 2000).Must()])
        {
            Examples = ["""{"type":"dismiss-lead","lead":"lead-brightowl","reason":"met in person at a conference"}"""],
        },
        new("merge-lead", Service.Intake, "lead", "leads/{ref}/merge", "Says that a lead is a duplicate of another.",
            [Field.Lead("into", "the lead that stays").Must()])
        {
            Examples = ["""{"type":"merge-lead","lead":"lead-again","into":"lead-quietfox"}"""],
        },
    ];
}

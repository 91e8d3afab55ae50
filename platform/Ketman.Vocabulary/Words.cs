namespace Ketman.Vocabulary;

/// <summary>The closed vocabularies of the API, as they stand on the wire.</summary>
internal static class Words
{
    public static readonly string[] Channels =
    [
        "email", "telegram", "discord", "slack", "signal", "x", "linkedin", "github", "bug-bounty", "phone", "web-form",
        "intermediary", "in-person", "other",
    ];

    public static readonly string[] Platforms =
    [
        "github", "gitlab", "npm", "pypi", "telegram", "discord", "x", "linkedin", "email", "wallet", "upwork", "freelancer", "website", "other",
    ];

    public static readonly string[] ProfileParts = ["domain", "tvl-rank", "zone"];

    public static readonly string[] Outcomes = ["no-answer", "delivered", "bounced", "answered"];

    public static readonly string[] Reactions =
        ["war-room", "escalated-internally", "engaged", "informational", "deferred", "dismissed", "silent"];

    public static readonly string[] Roles = ["worker", "facilitator"];

    public static readonly string[] Bases = ["with-company", "high-certainty"];

    public static readonly string[] Links =
        ["same-actor", "same-wallet", "same-email", "recommends", "facilitates", "payment", "shared-code", "other"];

    public static readonly string[] Resolutions = ["removed", "kept", "unfounded", "other"];

    public static readonly string[] Severities = ["standard", "high", "active-harm"];

    public static readonly string[] Markings = ["clear", "green", "amber", "amber-strict", "red"];

    public static readonly string[] Advices = ["drop", "clear", "wait", "gather-evidence"];

    public static readonly string[] Goals =
        ["revenue", "network-building", "access", "exfiltration", "extortion", "sanctions-evasion", "hacking", "malware"];

    public static readonly string[] PrivacyWishes = ["none", "private"];

    public const string HandlePattern = "^[a-z0-9][a-z0-9-]{1,62}$";
    public const string TagPattern = "^[a-z0-9][a-z0-9-]{0,31}$";

    public const string Sha256Pattern = "^[0-9a-fA-F]{64}$";

    public const string UrlPattern = "^https?://";
}

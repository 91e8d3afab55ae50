using Ketman.Gateway.Callers;

namespace Ketman.Gateway.Doors;

/// <summary>One way in: what may be asked for, of which service, by whom.</summary>
/// <param name="Method">GET or POST, PUT and DELETE of what is somebody's own; nothing else is let through.</param>
/// <param name="Pattern">The path below <c>/api/v1</c>.</param>
/// <param name="Service">Who answers.</param>
/// <param name="Role">What the caller needs at least; the service may ask for more.</param>
/// <param name="IsBatch">Whether bodies may be as large as a batch.</param>
/// <param name="IsStream">Whether the answer lasts for hours, and so must end when the caller may not ask for it any more.</param>
internal sealed record Door(string Method, string Pattern, string Service, string Role, bool IsBatch = false, bool IsStream = false)
{
    /// <summary>Every way in there is; what is not listed is a 404. The most specific pattern wins.</summary>
    public static IReadOnlyList<Door> All { get; } =
    [
        new("POST", "/accounts/{ref}/erase", "intake", Roles.Admin),
        new("POST", "/leads/{ref}/erase", "intake", Roles.Admin),
        new("POST", "/companies/{ref}/contacts/{contact}/erase", "intake", Roles.Admin),
        new("POST", "/disclosures/{ref}/erase", "disclosures", Roles.Admin),
        new("GET", "/erasures/intake/{event}", "intake", Roles.Admin),
        new("GET", "/erasures/disclosures/{event}", "disclosures", Roles.Admin),
        new("GET", "/erasures/metrics/{event}", "metrics", Roles.Admin),

        new("POST", "/intake/batch", "intake", Roles.Analyst, IsBatch: true),
        .. Plain("/companies", "intake"),
        .. Plain("/accounts", "intake"),
        .. Plain("/leads", "intake"),
        .. Plain("/assessments", "intake"),
        .. Plain("/duplicates", "intake"),

        // The gateway does not read bodies: the service looks at the role of each command in it.
        new("POST", "/disclosures/batch", "disclosures", Roles.Analyst, IsBatch: true),
        new("GET", "/disclosures/{**rest}", "disclosures", Roles.Viewer),
        new("POST", "/disclosures", "disclosures", Roles.Lead),
        new("POST", "/disclosures/{ref}/closing", "disclosures", Roles.Lead),
        new("POST", "/disclosures/{ref}/reopening", "disclosures", Roles.Lead),
        new("POST", "/disclosures/{ref}/policy", "disclosures", Roles.Lead),
        new("POST", "/disclosures/{ref}/clocks/{**rest}", "disclosures", Roles.Lead),
        new("POST", "/disclosures/{ref}/final-notices", "disclosures", Roles.Lead),
        new("POST", "/disclosures/{ref}/restriction/{**rest}", "disclosures", Roles.Lead),

        // Who proposes does not approve, and a publisher records nothing else. Searching a text for leaks changes nothing.
        new("POST", "/disclosures/{ref}/publication", "disclosures", Roles.Publisher),
        new("POST", "/disclosures/{ref}/publication/approvals", "disclosures", Roles.Publisher),
        new("POST", "/disclosures/{ref}/publication/proposals", "disclosures", Roles.Lead),
        new("POST", "/disclosures/{ref}/publication/schedule", "disclosures", Roles.Lead),
        new("POST", "/disclosures/{ref}/publication/releases", "disclosures", Roles.Lead),
        new("POST", "/disclosures/{ref}/publication/withdrawals", "disclosures", Roles.Lead),
        new("POST", "/disclosures/{ref}/publication/check", "disclosures", Roles.Viewer),
        new("POST", "/disclosures/{ref}/{**rest}", "disclosures", Roles.Analyst),

        // Trying a draft changes nothing; applying it does.
        new("GET", "/policies/{**rest}", "disclosures", Roles.Viewer),
        new("POST", "/policies", "disclosures", Roles.Lead),
        new("POST", "/policies/validate", "disclosures", Roles.Analyst),
        new("POST", "/policies/diff", "disclosures", Roles.Analyst),
        new("POST", "/policies/replay", "disclosures", Roles.Analyst),

        new("GET", "/notices", "disclosures", Roles.Viewer),

        // What leaves the house is for those who answer for it.
        new("GET", "/disclosures/{ref}/dossier", "disclosures", Roles.Analyst),
        new("GET", "/proofs/intake/{**rest}", "intake", Roles.Analyst),
        new("GET", "/proofs/disclosures/{**rest}", "disclosures", Roles.Analyst),

        new("GET", "/board", "metrics", Roles.Viewer),
        new("GET", "/board/counts", "metrics", Roles.Viewer),
        new("GET", "/board/views", "metrics", Roles.Viewer),
        // A view of one's own is everybody's; sharing one is an analyst's, which the service looks at.
        new("GET", "/board/views/{name}", "metrics", Roles.Viewer),
        new("PUT", "/board/views/{name}", "metrics", Roles.Viewer),
        new("DELETE", "/board/views/{name}", "metrics", Roles.Viewer),
        new("GET", "/watch", "metrics", Roles.Viewer),
        new("GET", "/statements/{**rest}", "metrics", Roles.Viewer),
        new("PUT", "/statements/{month}/notes/{section}", "metrics", Roles.Analyst),
        new("POST", "/statements/{month}/review", "metrics", Roles.Lead),
        new("POST", "/statements/{month}/freeze", "metrics", Roles.Publisher),
        new("POST", "/statements/{month}/restate", "metrics", Roles.Publisher),
        new("GET", "/events", "metrics", Roles.Viewer, IsStream: true),
        new("GET", "/companies/{ref}/record", "metrics", Roles.Viewer),
        new("GET", "/disclosures/{ref}/timeline", "metrics", Roles.Viewer),
        new("GET", "/figures/{**rest}", "metrics", Roles.Viewer),
        new("GET", "/metrics/definitions/{**rest}", "metrics", Roles.Viewer),

        .. Operations("intake"),
        .. Operations("disclosures"),
        .. Operations("metrics"),
    ];

    // How things run tells nothing of cases, so who runs them may see it without reading those.
    private static IEnumerable<Door> Operations(string service) =>
    [
        new("GET", $"/operations/{service}/{{**rest}}", service, Roles.ViewerOrAdmin),
        new("POST", $"/operations/{service}/{{**rest}}", service, Roles.Admin),
    ];

    private static IEnumerable<Door> Plain(string path, string service) =>
    [
        new("GET", path + "/{**rest}", service, Roles.Viewer),
        new("POST", path + "/{**rest}", service, Roles.Analyst),
    ];
}

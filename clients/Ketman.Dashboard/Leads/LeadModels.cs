using Ketman.Dashboard.Accounts;

namespace Ketman.Dashboard.Leads;

/// <summary>A page of leads, as <c>GET /leads</c> answers.</summary>
public sealed record LeadList(IReadOnlyList<LeadLine> Items, string? Next);

public sealed record LeadLine(
    string Ref, string Status, string Summary, string? Company, IReadOnlyList<string> Accounts, string OpenedAt, string? MergedInto);

/// <summary>A lead, as <c>GET /leads/{ref}</c> answers.</summary>
public sealed record LeadView(
    Guid Id, string Ref, string Status, string Summary, string OpenedAt, Named? Company, IReadOnlyList<Named> Accounts, IReadOnlyList<Evidence> Evidence,
    IReadOnlyList<Guid> Disclosures, string? DismissedBecause, Named? MergedInto);

public sealed record Evidence(Guid Id, string Description, string? Url, string? Sha256, string AddedAt);

/// <summary>Leads that may be the same as one.</summary>
public sealed record DuplicateLeads(IReadOnlyList<DuplicateLead> Items);

public sealed record DuplicateLead(string Ref, string Status, string Summary, IReadOnlyList<string> Shares, MergeOffer? Offer);

/// <summary>A command that would join two things; nothing is ever joined without it.</summary>
public sealed record MergeOffer(string Command, string Target, MergeInto Body);

public sealed record MergeInto(string Into);

/// <summary>A page of things that may be one, as <c>GET /duplicates</c> answers.</summary>
public sealed record DuplicateGroups(IReadOnlyList<DuplicateGroup> Items, string? Next);

public sealed record DuplicateGroup(string Kind, string Reason, string Key, IReadOnlyList<string> Members, int Count, IReadOnlyList<MergeOffer> Offers);

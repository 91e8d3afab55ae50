using Ketman.Contracts;

namespace Ketman.Metrics.Timelines;

/// <summary>A case's timeline.</summary>
/// <param name="Disclosure">Its handle.</param>
/// <param name="Id">Its id.</param>
/// <param name="CompanyId">Whose case it is.</param>
/// <param name="Entries">What happened, in the order in which it happened.</param>
/// <param name="Withheld">Entries that are marked above the reader's clearance; absent: none.</param>
public sealed record Timeline(string Disclosure, Guid Id, Guid CompanyId, IReadOnlyList<TimelineEntry> Entries, IReadOnlyList<WithheldPart>? Withheld);

/// <summary>One thing that happened.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Version">Its place in the case's stream: the order in which things were recorded.</param>
/// <param name="Type">Its kind, e.g. <c>outreach-attempted</c>.</param>
/// <param name="What">It in words.</param>
/// <param name="At">When it happened.</param>
/// <param name="Precision">Whether that is an instant or only a day.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="RecordedBy">Who recorded it.</param>
/// <param name="AccountId">The account it is about.</param>
/// <param name="Account">The account as <c>platform:handle</c>; null: not known here.</param>
/// <param name="Retracted">That it was taken back; null: it stands.</param>
/// <param name="CorrectedBy">The correction that replaced it.</param>
/// <param name="Details">Its contract's content.</param>
/// <param name="Withheld">Members of it that are marked above the reader's clearance; absent: none.</param>
public sealed record TimelineEntry(
    Guid Id,
    long Version,
    string Type,
    string What,
    Moment At,
    Precision Precision,
    DateTimeOffset RecordedAt,
    string RecordedBy,
    Guid? AccountId,
    string? Account,
    Retraction? Retracted,
    Guid? CorrectedBy,
    object Details,
    IReadOnlyList<WithheldPart>? Withheld);

/// <summary>That a fact was a mistake.</summary>
/// <param name="Event">The event that says so.</param>
/// <param name="Reason">Why.</param>
/// <param name="RecordedAt">When it was said.</param>
public sealed record Retraction(Guid Event, string Reason, DateTimeOffset RecordedAt);

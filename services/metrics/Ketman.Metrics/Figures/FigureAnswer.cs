using Ketman.Contracts;

namespace Ketman.Metrics.Figures;

/// <summary>A figure as it is told: in which window, from where it is looked at, for whom.</summary>
/// <param name="Zone">The team's zone, in which days and months are meant.</param>
/// <param name="BusinessHours">The calendar of business time, in words; absent: there is none.</param>
/// <param name="At">From which moment it is looked at.</param>
/// <param name="AsOf">Where that is the past: by which time facts are included, <c>known</c> or <c>happened</c>.</param>
/// <param name="From">The window's first instant; absent: it has no beginning.</param>
/// <param name="Until">The first instant after the window; absent: it has no end.</param>
/// <param name="Figure">The figure over everything in the window.</param>
/// <param name="Groups">The same for each group, the largest first.</param>
/// <param name="GroupsLeftOut">How many groups are left out, because there are more than were asked for.</param>
/// <param name="InNoGroup">How much that was counted belongs to no group.</param>
/// <param name="Cases">The cases that were counted, where they are asked for.</param>
/// <param name="CasesLeftOut">How many of them are left out.</param>
/// <param name="Against">The same figure as it was known before, and what moved it.</param>
/// <param name="WithheldParts">Members that the reader is not cleared for; absent: none.</param>
/// <param name="Withheld">That cases may be left out, here and in every number.</param>
public sealed record FigureAnswer<TFigure>(
    string Zone,
    string? BusinessHours,
    DateTimeOffset At,
    string? AsOf,
    DateTimeOffset? From,
    DateTimeOffset? Until,
    TFigure Figure,
    IReadOnlyList<FigureGroup<TFigure>>? Groups,
    int? GroupsLeftOut,
    int? InNoGroup,
    IReadOnlyList<CountedCase>? Cases,
    int? CasesLeftOut,
    FigureChange<TFigure>? Against,
    IReadOnlyList<WithheldPart>? WithheldParts,
    WithheldCases Withheld)
    where TFigure : class;

/// <summary>A figure over one group.</summary>
/// <param name="Group">Which: a company's handle, a segment, a channel, a month, a policy with its version, an asset, an actor.</param>
/// <param name="Name">The company's name.</param>
/// <param name="Private">Whether the company, or one of its cases, is to be kept private.</param>
/// <param name="Figure">The figure.</param>
public sealed record FigureGroup<TFigure>(string Group, string? Name, bool? Private, TFigure Figure)
    where TFigure : class;

/// <summary>A case that was counted.</summary>
/// <param name="Disclosure">Its handle.</param>
/// <param name="Id">Its id.</param>
/// <param name="Counted">What counts of it.</param>
public sealed record CountedCase(string Disclosure, Guid Id, string Counted);

/// <summary>How a figure has moved.</summary>
/// <param name="At">Since when: what was recorded until then was known.</param>
/// <param name="Figure">The figure as it was known then, over the same window.</param>
/// <param name="Differences">The numbers that are others now.</param>
/// <param name="Moved">The cases by which it moved; that what still waited has waited longer is not said of each.</param>
/// <param name="MovedInAll">How many cases moved it.</param>
public sealed record FigureChange<TFigure>(
    DateTimeOffset At, TFigure Figure, IReadOnlyList<ChangedNumber> Differences, IReadOnlyList<MovedCase> Moved, int MovedInAll)
    where TFigure : class;

/// <summary>A number that has changed.</summary>
/// <param name="Number">Which: its path in the figure.</param>
/// <param name="Then">As it was; absent: there was none.</param>
/// <param name="Now">As it is; absent: there is none.</param>
/// <param name="Difference">By how much it is more now.</param>
public sealed record ChangedNumber(string Number, decimal? Then, decimal? Now, decimal? Difference);

/// <summary>A case that moved a figure.</summary>
/// <param name="Disclosure">Its handle.</param>
/// <param name="Id">Its id.</param>
/// <param name="Then">What counted of it; absent: nothing.</param>
/// <param name="Now">What counts of it; absent: nothing.</param>
public sealed record MovedCase(string Disclosure, Guid Id, string? Then, string? Now);

namespace Ketman.Metrics.Figures;

/// <summary>A figure taken apart, and laid beside what it was.</summary>
internal static class FigureView
{
    // Every one of them moved it, but nobody reads thousands.
    private const int MostMoved = 200;

    /// <summary>The figure for each group, the largest first; how many groups are left out, and how much belongs to none.</summary>
    public static (IReadOnlyList<FigureGroup<TFigure>> Groups, int? LeftOut, int? InNone) Groups<TUnit, TFigure>(
        FigureKind<TUnit, TFigure> kind, List<TUnit> units, FigureScope scope, IReadOnlyDictionary<Guid, string>? refs)
        where TFigure : class
    {
        var keyed = units.ToLookup(unit => kind.KeyOf(unit, scope));
        var groups = keyed.Where(group => group.Key is not null).Select(group => (group.Key, Units: group.ToList()))
            .OrderByDescending(group => scope.Query.Grouping is Grouping.Month ? 0 : group.Units.Count).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        return (
            [.. groups.Take(scope.Query.Limit).Select(group => Shown(group.Key!, kind.Compute(group.Units, scope, whole: false), scope, refs))],
            Math.Max(0, groups.Count - scope.Query.Limit), keyed[null].Count());
    }

    /// <summary>The cases that were counted.</summary>
    public static List<CountedCase> CasesOf<TUnit, TFigure>(FigureKind<TUnit, TFigure> kind, List<TUnit> units, FigureScope scope)
        where TFigure : class =>
        [
            .. Told(kind, units, scope).Select(told => new CountedCase(told.Value.Handle, told.Key, told.Value.Counted))
                .OrderBy(one => one.Disclosure, StringComparer.Ordinal).ThenBy(one => one.Id),
        ];

    /// <summary>The figure as it was, the numbers that differ, and the cases that moved them.</summary>
    public static FigureChange<TFigure> Change<TUnit, TFigure>(
        FigureKind<TUnit, TFigure> kind, List<TUnit> units, FigureScope scope, List<TUnit> before, FigureScope then)
        where TFigure : class
    {
        var (told, toldThen) = (Told(kind, units, scope), Told(kind, before, then));
        var moved = told.Keys.Union(toldThen.Keys)
            .Select(id => (id, Then: toldThen.GetValueOrDefault(id), Now: told.GetValueOrDefault(id))).Where(one => one.Then.Counted != one.Now.Counted)
            .Select(one => new MovedCase(one.Now.Handle ?? one.Then.Handle, one.id, one.Then.Counted, one.Now.Counted))
            .OrderBy(one => one.Disclosure, StringComparer.Ordinal).ThenBy(one => one.Id).ToList();
        var figure = kind.Compute(before, then, whole: true);
        return new FigureChange<TFigure>(then.At, figure, FigureNumbers.Differences(figure, kind.Compute(units, scope, whole: true)), [.. moved.Take(MostMoved)], moved.Count);
    }

    private static Dictionary<Guid, (string Handle, string Counted)> Told<TUnit, TFigure>(FigureKind<TUnit, TFigure> kind, List<TUnit> units, FigureScope scope)
        where TFigure : class =>
        units.GroupBy(unit => kind.CaseOf(unit).Id).ToDictionary(
            of => of.Key,
            of => (kind.CaseOf(of.First()).Handle, string.Join("; ", of.Select(unit => kind.Tell(unit, scope)))));

    private static FigureGroup<TFigure> Shown<TFigure>(string key, TFigure figure, FigureScope scope, IReadOnlyDictionary<Guid, string>? refs)
        where TFigure : class
    {
        return scope.Query.Grouping switch
        {
            Grouping.Company when scope.Companies.GetValueOrDefault(Guid.ParseExact(key, "D")) is { } company =>
                new FigureGroup<TFigure>(company.Handle, company.Name, company.Private, figure),
            // An account without an actor stands for him, by its name where it has one.
            Grouping.Actor when key.StartsWith("account:", StringComparison.Ordinal) && refs!.TryGetValue(Guid.ParseExact(key.AsSpan("account:".Length), "D"), out var name) =>
                new FigureGroup<TFigure>(key, name, null, figure),
            _ => new FigureGroup<TFigure>(key, null, null, figure),
        };
    }
}

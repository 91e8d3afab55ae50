namespace Ketman.Metrics.Statements;

/// <summary>
/// Decides which figures of a statement would give a sensitive case away. A cell (one number) is looked at with the sensitive cases and
/// without them. Where it is the same, nothing can be learnt from it. Where it differs, it is told only when it is counted from at least
/// three cases, and not from sensitive ones alone. Where one cell of a breakdown is withheld and the total is told, the next smallest cell
/// is withheld with it, or the first could be reckoned.
/// </summary>
internal sealed class SmallNumbers
{
    private const int FewestCases = 3;

    private readonly HashSet<string> _withheld = [];

    /// <summary>The cells that are withheld, by their path: <c>confirmedWorkers.value</c>, <c>moneyTransferred.byAsset[USDC]</c>.</summary>
    public IReadOnlySet<string> Withheld => _withheld;

    /// <summary>Whether anything of a figure is withheld.</summary>
    public bool Touches(string figure) => _withheld.Any(path => path.StartsWith(figure + ".", StringComparison.Ordinal));

    /// <summary>Looks at all of a statement.</summary>
    /// <param name="full">With every case.</param>
    /// <param name="bare">Without the sensitive ones.</param>
    /// <param name="reader">Tells which case an event belongs to.</param>
    public static SmallNumbers Of(Statement full, Statement bare, StatementReader reader)
    {
        var numbers = new SmallNumbers();
        var affected = Population(full.AffectedCompanies.Relaxed.Events, reader);
        numbers.Total("affectedCompanies", affected, new("relaxed.value", full.AffectedCompanies.Relaxed.Value, bare.AffectedCompanies.Relaxed.Value),
            new("value", full.AffectedCompanies.Value, bare.AffectedCompanies.Value),
            new("relaxed.further", full.AffectedCompanies.Relaxed.Further, bare.AffectedCompanies.Relaxed.Further));
        numbers.Total("confirmedWorkers", Population(full.ConfirmedWorkers.Events, reader), new("value", full.ConfirmedWorkers.Value, bare.ConfirmedWorkers.Value),
            new("withCompany", full.ConfirmedWorkers.WithCompany, bare.ConfirmedWorkers.WithCompany),
            new("highCertainty", full.ConfirmedWorkers.HighCertainty, bare.ConfirmedWorkers.HighCertainty));
        numbers.Money(full.MoneyTransferred, bare.MoneyTransferred, reader);
        numbers.Whole("timeOfActivity", Population(full.TimeOfActivity.Events, reader),
            !full.TimeOfActivity.Events.SequenceEqual(bare.TimeOfActivity.Events) || full.TimeOfActivity.FirstActiveYears != bare.TimeOfActivity.FirstActiveYears,
            bare.TimeOfActivity.Engagements.Count);
        numbers.Reactions(full, bare, reader);
        numbers.Total("implantsFound", Population(full.ImplantsFound.Events, reader),
            new("assessed", full.ImplantsFound.Value + full.ImplantsFound.AssessedWithoutFinding, bare.ImplantsFound.Value + bare.ImplantsFound.AssessedWithoutFinding),
            new("value", full.ImplantsFound.Value, bare.ImplantsFound.Value),
            new("assessedWithoutFinding", full.ImplantsFound.AssessedWithoutFinding, bare.ImplantsFound.AssessedWithoutFinding));
        numbers.Total("postExploitationHelp", Population(full.PostExploitationHelp.Events, reader),
            new("value", full.PostExploitationHelp.Value, bare.PostExploitationHelp.Value));
        numbers.Escalations(full.Escalations, bare.Escalations, reader);
        numbers.Publications(full.Publications, bare.Publications, reader);
        return numbers;
    }

    private void Escalations(Escalations full, Escalations bare, StatementReader reader)
    {
        const string Figure = "escalations";
        var population = Population(full.Events, reader);
        Total(Figure, population, new Cell("breaches", full.Breaches, bare.Breaches),
            new("breachesByCompanies", full.BreachesByCompanies, bare.BreachesByCompanies), new("breachesByTeam", full.BreachesByTeam, bare.BreachesByTeam));
        foreach (var cell in new Cell[]
        {
            new("stepsDue", full.StepsDue, bare.StepsDue), new("stepsTaken", full.StepsTaken, bare.StepsTaken),
            new("stepsCancelled", full.StepsCancelled, bare.StepsCancelled), new("finalNotices", full.FinalNotices, bare.FinalNotices), new("annulled", full.Annulled, bare.Annulled),
        })
        {
            Total(Figure, population, cell);
        }
    }

    private void Publications(Publications full, Publications bare, StatementReader reader)
    {
        const string Figure = "publications";
        var population = Population(full.Events, reader);
        // What is out tells of itself.
        Total(Figure, population, new Cell("named", full.Named, bare.Named + full.Public.Count - bare.Public.Count));
        foreach (var cell in new Cell[]
        {
            new("proposed", full.Proposed, bare.Proposed), new("approved", full.Approved, bare.Approved), new("stopped", full.Stopped, bare.Stopped), new("withdrawn", full.Withdrawn, bare.Withdrawn),
        })
        {
            Total(Figure, population, cell);
        }
    }

    private void Money(MoneyTransferred full, MoneyTransferred bare, StatementReader reader)
    {
        const string Figure = "moneyTransferred";
        var population = Population([.. full.Events, .. full.Unpriced.SelectMany(payment => payment.Events)], reader);
        var total = new Cell("value", full.Value, bare.Value);
        Total(Figure, population, total, [.. Cells("byKind", full.ByKind, bare.ByKind, one => $"{one.Kind}", one => one.Usd)]);
        Total(Figure, population, total, [.. Cells("byAsset", full.ByAsset, bare.ByAsset, one => one.Asset, one => one.Usd)]);
        Total(Figure, population, total, new("byAffectedCompanies", full.ByAffectedCompanies, bare.ByAffectedCompanies),
            new("byOthers", full.Value - full.ByAffectedCompanies, bare.Value - bare.ByAffectedCompanies));
        Total(Figure, population, new Cell("unpricedInAll", full.Unpriced.Count, bare.Unpriced.Count),
            [.. Cells("unpriced", [.. full.Unpriced.GroupBy(one => one.Asset)], [.. bare.Unpriced.GroupBy(one => one.Asset)], one => one.Key, one => one.Sum(payment => payment.Amount))]);
    }

    private void Reactions(Statement full, Statement bare, StatementReader reader)
    {
        const string Figure = "reactions";
        var population = full.AffectedCompanies.Companies.SelectMany(company => company.Disclosures).Distinct().Count();
        var (with, without) = (full.Reactions, bare.Reactions);
        Total(Figure, population, new Cell("of", with.Of, without.Of),
            [.. Cells("byAttitude", with.ByAttitude, without.ByAttitude, one => $"{one.Attitude}", one => one.Companies)]);
        // The same number stands twice.
        if (_withheld.Contains($"{Figure}.byAttitude[{Attitude.WarRoom}]") || !Tellable(population, new("warRooms", with.WarRooms, without.WarRooms)))
        {
            Hide(Figure, "warRooms");
            Hide(Figure, $"byAttitude[{Attitude.WarRoom}]");
        }

        Total(Figure, population, new Cell("missedDeadlines", with.MissedDeadlines, without.MissedDeadlines));
        Total(Figure, population, new Cell("updateRequestsAfterDeadline", with.UpdateRequestsAfterDeadline, without.UpdateRequestsAfterDeadline));
        Total("reactionTime", population, new Cell("cases", full.ReactionTime.Cases, bare.ReactionTime.Cases),
            new("acknowledged", full.ReactionTime.Acknowledged, bare.ReactionTime.Acknowledged),
            new("running", full.ReactionTime.Running, bare.ReactionTime.Running));
        Total("reactionTime", population, new Cell("nothingDelivered", full.ReactionTime.NothingDelivered, bare.ReactionTime.NothingDelivered));
        if (!full.ReactionTime.Events.SequenceEqual(bare.ReactionTime.Events) && (Population(full.ReactionTime.Events, reader) < FewestCases || bare.ReactionTime.Cases == 0))
        {
            Hide("reactionTime", "medianDays");
            Hide("reactionTime", "atLeastDays");
        }
    }

    private void Whole(string figure, int population, bool differs, int bare)
    {
        if (differs && (population < FewestCases || bare == 0))
        {
            Hide(figure, "all");
        }
    }

    private void Total(string figure, int population, Cell total, params IReadOnlyList<Cell> cells)
    {
        var hidden = cells.Where(cell => !Tellable(population, cell)).ToList();
        if (!Tellable(population, total))
        {
            Hide(figure, total.Name);
        }
        else if (hidden is [var only])
        {
            var next = cells.Where(cell => cell != only).OrderBy(cell => cell.Full).ThenBy(cell => cell.Name, StringComparer.Ordinal).FirstOrDefault();
            hidden.Add(next ?? total);
        }

        hidden.ForEach(cell => Hide(figure, cell.Name));
    }

    private static bool Tellable(int population, Cell cell) => cell.Full == cell.Bare || (population >= FewestCases && cell.Bare > 0);

    private void Hide(string figure, string cell) => _withheld.Add($"{figure}.{cell}");

    private static int Population(IEnumerable<Guid> events, StatementReader reader) => events.Select(reader.CaseOf).OfType<Guid>().Distinct().Count();

    private static IEnumerable<Cell> Cells<TRow>(
        string name, IReadOnlyList<TRow> full, IReadOnlyList<TRow> bare, Func<TRow, string> key, Func<TRow, decimal> value) =>
        full.Select(row => new Cell($"{name}[{key(row)}]", value(row), bare.Where(one => key(one) == key(row)).Sum(value)));

    private sealed record Cell(string Name, decimal Full, decimal Bare);
}

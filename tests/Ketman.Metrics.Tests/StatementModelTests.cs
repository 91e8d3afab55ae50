using FsCheck;
using FsCheck.Fluent;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Tests;

/// <summary>The statement against a naive reading of its definitions.</summary>
public sealed class StatementModelTests
{
    private static readonly TeamCalendar Auckland = new(TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland"));

    [Fact]
    public void any_history_gives_the_figures_of_the_definitions() => Prop.ForAll(Histories.Steps(80), steps =>
    {
        var facts = Histories.From(steps);
        foreach (var calendar in new[] { Months.Utc, Auckland })
        {
            ShouldAgree(facts, Months.Of(2025, 2, calendar));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void leaving_out_one_fact_changes_exactly_the_figures_it_should() => Prop.ForAll(Histories.Steps(60), steps =>
    {
        var facts = Histories.From(steps);
        foreach (var left in facts.Where(fact => fact.Version > 1))
        {
            ShouldAgree([.. facts.Where(fact => fact != left)], Months.February);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void leaving_out_one_fact_of_the_sample_changes_exactly_the_figures_it_should()
    {
        var whole = NaiveStatement.Figures(SampleMonth.Facts, Months.February);
        var changed = 0;
        foreach (var left in SampleMonth.Facts)
        {
            List<Fact> rest = [.. SampleMonth.Facts.Where(fact => fact != left)];
            changed += ShouldAgree(rest, Months.February).Count(figure => whole[figure.Key] != figure.Value);
        }

        changed.ShouldBeGreaterThan(100, "a sample in which nothing matters would prove nothing");
    }

    [Fact]
    public void the_histories_reach_every_figure()
    {
        var empty = NaiveStatement.Figures([], Months.February);
        var reached = empty.Keys.ToDictionary(figure => figure, _ => 0);
        foreach (var seed in Enumerable.Range(0, 100))
        {
            var random = new Random(seed);
            var steps = Enumerable.Range(0, 80).Select(_ => random.Next());
            foreach (var (figure, value) in NaiveStatement.Figures(Histories.From(steps), Months.February))
            {
                reached[figure] += value == empty[figure] ? 0 : 1;
            }
        }

        reached.ShouldAllBe(figure => figure.Value >= 10, "a property over histories in which a figure is always empty would prove nothing of it");
    }

    [Fact]
    public void every_figure_names_only_events_that_exist_and_some_for_every_value()
    {
        var statement = Statement.Compute(SampleMonth.Facts, Months.February);
        var known = SampleMonth.Facts.Select(fact => fact.Id).ToHashSet();
        IReadOnlyList<Guid>[] figures =
        [
            statement.AffectedCompanies.Events, statement.AffectedCompanies.Relaxed.Events, statement.ConfirmedWorkers.Events,
            statement.MoneyTransferred.Events, statement.TimeOfActivity.Events, statement.IndexedAccounts.Events, statement.Reactions.Events,
            statement.ReactionTime.Events, statement.ImplantsFound.Events, statement.PostExploitationHelp.Events,
        ];
        foreach (var events in figures)
        {
            events.ShouldNotBeEmpty();
            events.ShouldBeSubsetOf(known);
            events.ShouldBeUnique();
        }
    }

    private static Dictionary<string, string> ShouldAgree(IReadOnlyCollection<Fact> facts, StatementMonth month)
    {
        var (real, naive) = (NaiveStatement.Figures(Statement.Compute(facts, month)), NaiveStatement.Figures(facts, month));
        foreach (var (figure, value) in naive)
        {
            real[figure].ShouldBe(value, figure);
        }

        return naive;
    }
}

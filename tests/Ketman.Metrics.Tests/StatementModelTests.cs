using Ketman.Contracts;
using FsCheck;
using FsCheck.Fluent;
using Ketman.Contracts.Intake;
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

    [Fact]
    public void erasing_anybody_in_any_order_changes_no_figure() => Prop.ForAll(Histories.Steps(80), steps =>
    {
        var facts = Histories.From(steps);
        var before = Shown.Json(Tlp.Red, facts, Months.February);
        var actors = new Dictionary<Guid, string?>();
        foreach (var fact in facts.OrderBy(fact => fact.Version))
        {
            actors[fact.Subject] = fact.Said switch
            {
                AccountRegistered said => said.Actor,
                AccountAttributed said => said.Actor,
                _ => actors.GetValueOrDefault(fact.Subject),
            };
        }

        Guid[] accounts = [.. facts.Where(fact => fact.Said is AccountRegistered).Select(fact => fact.Subject)];
        new Random(facts.Count).Shuffle(accounts);
        foreach (var account in accounts)
        {
            facts = Erased(facts, account, actors);
            Shown.Json(Tlp.Red, facts, Months.February).ShouldBe(before);
        }
    }).QuickCheckThrowOnFailure();

    /// <summary>The facts as they are when Intake has erased an account.</summary>
    private static List<Fact> Erased(List<Fact> facts, Guid account, Dictionary<Guid, string?> actors)
    {
        var actor = actors[account];
        actors[account] = null;
        Guid? same = actor is not null && actors.FirstOrDefault(pair => pair.Value == actor) is { Value: not null } other ? other.Key : null;
        var last = facts.Where(fact => fact.Subject == account).MaxBy(fact => fact.Version)!;
        return
        [
            .. facts.Select(fact => fact.Subject != account ? fact : fact.Said switch
            {
                AccountRegistered said => fact with { Said = said with { Handle = "[erased]", Actor = said.Actor is null ? null : "[erased]" } },
                AccountAttributed said => fact with { Said = said with { Actor = "[erased]" } },
                _ => fact,
            }),
            last with { Id = Guid.CreateVersion7(), Version = last.Version + 1, Said = new AccountErased(account, same) },
        ];
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

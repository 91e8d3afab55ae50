using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Statements;
using Ketman.Metrics.Statements.Kept;
using Ketman.Proof;
using Microsoft.Extensions.DependencyInjection;

namespace Ketman.Metrics.Tests;

/// <summary>What a restatement says moved, against the two statements it lies between.</summary>
public sealed class RestatementTests
{
    private static readonly Tlp[] Levels = [Tlp.Clear, Tlp.Amber, Tlp.Red];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void what_moved_is_the_difference_of_the_two_statements() => Prop.ForAll(Histories.Steps(80), steps =>
    {
        var facts = Histories.From(steps, secrecy: true);
        var (before, now) = (Draft([.. facts.Take(facts.Count / 2)]), Draft(facts));
        var known = before.Facts.Select(fact => fact.Id).ToHashSet();
        var (allBefore, allNow) = (StatementJson.Cut(before.For(new Reader("", Tlp.Red), Shown.Now)), StatementJson.Cut(now.For(new Reader("", Tlp.Red), Shown.Now)));
        foreach (var level in Levels)
        {
            var view = now.For(new Reader("", level), Shown.Now);
            var (then, cut) = (StatementJson.Cut(before.For(new Reader("", level), Shown.Now)), StatementJson.Cut(view));
            var moved = new StatementCauses(now, allNow, allBefore, known).Tell(cut, then, view.Reader);

            // Whoever has the version before and what moved has the version now, and nothing is listed that did not move.
            var numbers = Numbers(then);
            foreach (var one in moved)
            {
                numbers.GetValueOrDefault((one.Figure, one.Member)).ShouldBe(one.From is 0 && !numbers.ContainsKey((one.Figure, one.Member)) ? null : one.From);
                one.From.ShouldNotBe(one.To);
                one.Because.ShouldAllBe(fact => !known.Contains(fact.Event) && view.Reader.KnowsEvent(fact.Event));
                numbers[(one.Figure, one.Member)] = one.To;
            }

            var expected = Numbers(cut);
            foreach (var name in numbers.Keys.Union(expected.Keys))
            {
                (numbers.GetValueOrDefault(name) ?? 0).ShouldBe(expected.GetValueOrDefault(name) ?? 0, $"{level} {name}");
            }

            (moved.Count > 0).ShouldBe(StatementComparison.Of(cut, then).Any(cell => cell.Value != cell.Against));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void a_number_that_moved_for_whoever_may_know_everything_has_a_reason() => Prop.ForAll(Histories.Steps(60), steps =>
    {
        var facts = Histories.From(steps, secrecy: true).Where(fact => fact.Said is not (Contracts.Disclosures.DisclosureRestricted or Contracts.Disclosures.FactMarked)).ToList();
        var (before, now) = (Draft([.. facts.Take(facts.Count / 2)]), Draft(facts));
        var (then, view) = (StatementJson.Cut(before.For(new Reader("", Tlp.Red), Shown.Now)), now.For(new Reader("", Tlp.Red), Shown.Now));
        var cut = StatementJson.Cut(view);
        new StatementCauses(now, cut, then, before.Facts.Select(fact => fact.Id).ToHashSet()).Tell(cut, then, view.Reader)
            .ShouldAllBe(moved => moved.Because.Count > 0);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task what_is_frozen_stays_whatever_is_recorded_later()
    {
        await using var metrics = new RunningMetrics();
        await metrics.InitializeAsync();
        var (desk, ledger) = (metrics.Services.GetRequiredService<StatementDesk>(), metrics.Services.GetRequiredService<StatementLedger>());
        foreach (var seed in Enumerable.Range(300, 3))
        {
            var random = new Random(seed);
            var facts = Histories.From(Enumerable.Range(0, 120).Select(_ => random.Next()), secrecy: true);
            var month = Months.Of(2025, seed - 299);
            await metrics.Database.ResetAsync(Cancellation);
            await metrics.Database.FoldAsync([[.. facts.Take(60)]], Cancellation);
            (await desk.ReviewAsync(month, "mira", null, Shown.Now, Cancellation)).Broken.ShouldBeNull();
            var (frozen, _, broken) = await desk.FreezeAsync(month, again: false, "paula", null, Shown.Now, Cancellation);
            broken.ShouldBeNull();
            string[] names = [.. frozen!.Step.Contents.Select(content => content.Name)];
            names.Length.ShouldBe(20, "five clearances, four forms");
            var before = await ledger.ContentsAsync(month.ToString(), frozen, names, Cancellation);
            foreach (var later in facts.Skip(60).Chunk(15))
            {
                await metrics.Database.FoldAsync([later], Cancellation);
                var step = (await ledger.ReadAsync(month.ToString(), Cancellation)).Last(one => one.Step.Kind == StatementStep.Frozen);
                var after = await ledger.ContentsAsync(month.ToString(), step, names, Cancellation);
                after.Select(content => Encoding.UTF8.GetString(content.Content)).ShouldBe(before.Select(content => Encoding.UTF8.GetString(content.Content)));
            }
        }
    }

    private static StatementDraft Draft(IReadOnlyCollection<Fact> facts) => new(facts, Months.February, Shown.Disguise);

    private static Dictionary<(string Figure, string Member), decimal?> Numbers(System.Text.Json.Nodes.JsonObject cut) =>
        FigureSheet.Of(cut).GroupBy(cell => (cell.Figure, cell.Member)).ToDictionary(group => group.Key, group => group.First().Value);
}

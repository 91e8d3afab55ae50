using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Companies;
using Ketman.Metrics.Figures;
using Ketman.Metrics.Reading;
using Ketman.Testing;

namespace Ketman.Metrics.Tests;

/// <summary>Figures on real PostgreSQL: the rows give what the facts give, for whom they may, as of any moment.</summary>
public sealed class FigureTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly BusinessTime Business = new(Months.Utc);
    private static readonly Reader Red = new("reader", Tlp.Red);

    private MetricsDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await MetricsDatabase.CreateAsync(Cancellation);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task a_row_gives_the_measure_that_the_facts_of_its_case_give()
    {
        foreach (var seed in Enumerable.Range(0, 30))
        {
            var facts = FigureHistories.From(new Random(seed), kept: false);
            await FoldAsync(facts);
            var read = await _database.Source.MeasuresAsync(Red, Now, new MeasureWish(MeasureParts.All, FigureWindow.Always), Cancellation);
            Text(read).ShouldBe(Text(Measures(facts)), $"seed {seed}");
        }
    }

    [Fact]
    public async Task as_of_a_moment_the_figures_are_those_of_the_log_replayed_to_it()
    {
        foreach (var seed in Enumerable.Range(200, 15))
        {
            var random = new Random(seed);
            var facts = FigureHistories.From(random, kept: false);
            await FoldAsync(facts);
            foreach (var by in new[] { AsOfBy.Known, AsOfBy.Happened })
            {
                var asOf = new AsOf(new DateTimeOffset(2025, 1, 15, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(60 * 24 * 90)), by);
                var read = await _database.Source.MeasuresAsync(Red, Now, asOf, new MeasureWish(MeasureParts.All, FigureWindow.Always), Months.Utc, Cancellation);
                Text(read).ShouldBe(Text(Measures(asOf.View(facts, Months.Utc))), $"seed {seed}, {asOf}");
            }
        }
    }

    [Fact]
    public async Task a_case_that_a_reader_may_not_know_all_of_changes_nothing_in_what_he_is_told()
    {
        var hid = 0;
        foreach (var seed in Enumerable.Range(400, 12))
        {
            var facts = FigureHistories.From(new Random(seed));
            foreach (var reader in new[] { new Reader("viewer", Tlp.Amber), new Reader("strict", Tlp.AmberStrict), Red, new Reader("mira", Tlp.Red) })
            {
                await FoldAsync(facts);
                var told = await AllAsync(reader);
                var book = Casebook.From(facts, Months.Utc);
                var hidden = book.Cases.Where(known => known.Confidentiality.NarrowestFact > reader.Clearance || !known.Confidentiality.Admits(
                    reader, book.Company(known.CompanyId) is not { WishesPrivacy: false } || book.Cases.Any(other => other.CompanyId == known.CompanyId && other.PrivacyRequested), Now))
                    .Select(known => known.Id).ToHashSet();
                hid += hidden.Count;
                // What a hidden case says of its company's privacy still holds, so those cases are only taken away where they say nothing of it.
                if (hidden.Count > 0 && !facts.Any(fact => hidden.Contains(fact.Subject) && fact.Said is PrivacyRequested))
                {
                    await FoldAsync([.. facts.Where(fact => !hidden.Contains(fact.Subject))]);
                    (await AllAsync(reader)).ShouldBe(told, $"seed {seed}, {reader}");
                }
            }
        }

        hid.ShouldBeGreaterThan(30);
    }

    [Fact]
    public async Task every_window_that_narrows_in_sql_gives_what_all_rows_give()
    {
        foreach (var seed in Enumerable.Range(600, 5))
        {
            var random = new Random(seed);
            var facts = FigureHistories.From(random, kept: false);
            foreach (var zone in new[] { "UTC", "Pacific/Auckland", "America/Los_Angeles" })
            {
                var calendar = new TeamCalendar(TimeZoneInfo.FindSystemTimeZoneById(zone));
                // What comes first of a day and an instant is a matter of the zone, so the rows are folded in it.
                await _database.ResetAsync(Cancellation);
                await _database.FoldAsync([facts], Cancellation, calendar);
                var from = new DateOnly(2025, 1, 25).AddDays(random.Next(40));
                var query = Ask(from: $"{from:yyyy-MM-dd}", until: $"{from.AddDays(random.Next(10)):yyyy-MM-dd}");
                await Windowed(new ReactionTimes());
                await Windowed(new SlaFigures());
                await Windowed(new ChannelFigures());
                await Windowed(new PromiseFigures());
                await Windowed(new MoneyFigures());

                async Task Windowed<TUnit, TFigure>(FigureKind<TUnit, TFigure> kind)
                    where TFigure : class
                {
                    var understood = FigureQuery.Read(query, kind.Groupings, kind.Metrics, calendar, Now).Query!;
                    var answer = await FigureEndpoints.AnswerAsync(kind, understood, Red, _database.Source, calendar, new BusinessTime(calendar), Now, Cancellation);
                    var scope = new FigureScope(understood, calendar, new BusinessTime(calendar), Now, new Dictionary<Guid, FigureCompany>(), null);
                    Json(answer.Figure).ShouldBe(Json(kind.Compute(kind.Chosen(Measures(facts, calendar), scope), scope, whole: true)), $"seed {seed}, {zone}, {kind.Name}");
                }
            }
        }
    }

    [Fact]
    public async Task a_late_payment_moves_the_figure_and_the_change_names_its_case()
    {
        await FoldAsync(SampleMonth.Facts);
        var id = SampleMonth.DisclosureId("halcyon-2025-02");
        var version = SampleMonth.Facts.Where(fact => fact.Subject == id).Max(fact => fact.Version);
        var recorded = new DateTimeOffset(2025, 4, 20, 9, 0, 0, TimeSpan.Zero);
        await _database.FoldAsync(
            [[new Fact(Guid.NewGuid(), id, version + 1, Moment.On(new DateOnly(2025, 2, 20)), recorded, "mira",
                new PaymentRecorded(id, SampleMonth.AccountId("github:sample-amber-fox"), "USDC", 1_234.5m, new UsdValue(1_200m, 1_300m), "exchange", null, AssetKind.Stablecoin))]],
            Cancellation);
        var answer = await AnswerAsync(new MoneyFigures(), Ask(from: "2025-02-01", until: "2025-02-28", against: "2025-04-10"));
        answer.Figure.Usd.ShouldBe(51_250m);
        answer.Against!.Figure.Usd.ShouldBe(50_000m);
        answer.Against.Differences.ShouldContain(new ChangedNumber("usd", 50_000m, 51_250m, 1_250m));
        answer.Against.Differences.ShouldContain(new ChangedNumber("estimated.high", answer.Figure.Estimated!.High - 1_300m, answer.Figure.Estimated.High, 1_300m));
        answer.Against.MovedInAll.ShouldBe(1);
        var moved = answer.Against.Moved.ShouldHaveSingleItem();
        moved.Disclosure.ShouldBe("halcyon-2025-02");
        moved.Now!.ShouldEndWith("1234.5 USDC paid 2025-02-20, 1200 to 1300 USD");
        moved.Then.ShouldNotBe(moved.Now);

        (await AnswerAsync(new MoneyFigures(), Ask(from: "2025-02-01", until: "2025-02-28", asOf: "2025-04-10"))).Figure.Usd.ShouldBe(50_000m);
    }

    [Fact]
    public async Task time_that_only_went_by_moves_no_case()
    {
        await FoldAsync(SampleMonth.Facts);
        var answer = await AnswerAsync(new ReactionTimes(), Ask(against: "2025-04-20"));
        answer.Against!.MovedInAll.ShouldBe(0);
        answer.Against.Differences.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task whom_money_went_to_is_for_readers_who_are_cleared_for_it()
    {
        await FoldAsync(SampleMonth.Facts);
        var viewer = await AnswerAsync(new MoneyFigures(), Ask(group: "actor"), new Reader("viewer", Tlp.Amber));
        viewer.Groups.ShouldBeNull();
        viewer.WithheldParts.ShouldBe([new WithheldPart("groups", Tlp.AmberStrict)]);
        Json(viewer).ShouldNotContain("actor:");

        var strict = await AnswerAsync(new MoneyFigures(), Ask(group: "actor"), new Reader("strict", Tlp.AmberStrict));
        strict.WithheldParts.ShouldBeNull();
        strict.Groups!.Sum(group => group.Figure.Usd).ShouldBe(strict.Figure.Usd);
        strict.Groups!.Count.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task every_number_of_every_answer_stands_under_a_definition_of_the_catalogue()
    {
        await FoldAsync(SampleMonth.Facts);
        List<object> answers = [];
        foreach (var group in new[] { null, "company", "segment", "month" })
        {
            answers.Add(await AnswerAsync(new ReactionTimes(), Ask(group, against: "2025-04-10") with { Curve = "true" }));
            answers.Add(await AnswerAsync(new SlaFigures(), Ask(group, against: "2025-04-10")));
            answers.Add(await AnswerAsync(new ChannelFigures(), Ask(group, against: "2025-04-10")));
            answers.Add(await AnswerAsync(new PromiseFigures(), Ask(group, against: "2025-04-10")));
            answers.Add(await AnswerAsync(new MoneyFigures(), Ask(group, against: "2025-04-10")));
        }

        foreach (var company in SampleMonth.Facts.Select(fact => fact.Said).OfType<CompanyRegistered>())
        {
            answers.Add((await CompanyRecordEndpoint.ReadAsync(
                _database.Source, company.Handle, Red, null, new AsOf(new DateTimeOffset(2025, 4, 1, 9, 0, 10, TimeSpan.Zero), AsOfBy.Known), Months.Utc, Business, Now, Cancellation))!);
        }

        List<string> faults = [];
        foreach (var answer in answers)
        {
            Look(JsonSerializer.SerializeToNode(answer, ContractJson.Options)!, answer.GetType().Name, defined: false);
        }

        Look(JsonNode.Parse(Shown.Json(Tlp.Red, SampleMonth.Facts, Months.February))!, "statement", defined: false);
        faults.ShouldBeEmpty();

        // A change is told in the numbers of the figure beside it; how much is left out counts no case.
        void Look(JsonNode node, string path, bool defined)
        {
            switch (node)
            {
                case JsonObject members:
                    if (members["definition"] is JsonObject definition)
                    {
                        defined = true;
                        if (MetricCatalogue.Current.Find((string)definition["name"]!, (int)definition["version"]!) is not { } metric)
                        {
                            faults.Add($"{path}: {definition["name"]} {definition["version"]} is not in the catalogue");
                        }
                        else if (definition["words"] is { } words && (string)words! != metric.Words)
                        {
                            faults.Add($"{path}: other words than the catalogue's");
                        }
                    }

                    foreach (var (name, value) in members.Where(member => member.Value is not null && member.Key is not ("definition" or "withheld" or "groupsLeftOut" or "casesLeftOut" or "inNoGroup" or "differences" or "movedInAll" or "tvlRank")))
                    {
                        Look(value!, $"{path}.{name}", defined);
                    }

                    break;
                case JsonArray items:
                    foreach (var item in items.OfType<JsonNode>())
                    {
                        Look(item, path, defined);
                    }

                    break;
                case JsonValue value when !defined && value.GetValueKind() is JsonValueKind.Number:
                    faults.Add($"{path} stands under no definition");
                    break;
            }
        }
    }

    [Fact]
    public async Task figures_of_a_window_and_a_record_scan_no_table()
    {
        await FoldAsync(SampleMonth.Facts);
        await using (var analyse = _database.Source.CreateCommand("analyze"))
        {
            await analyse.ExecuteNonQueryAsync(Cancellation);
        }

        await using var recorded = _database.Record();
        var viewer = new Reader("viewer", Tlp.Amber);
        await FigureEndpoints.AnswerAsync(new ReactionTimes(), Understood(new ReactionTimes(), Ask(last: "P90D")), viewer, recorded.Source, Months.Utc, Business, Now, Cancellation);
        await FigureEndpoints.AnswerAsync(new MoneyFigures(), Understood(new MoneyFigures(), Ask(last: "P90D")), viewer, recorded.Source, Months.Utc, Business, Now, Cancellation);
        await CompanyRecordEndpoint.ReadAsync(recorded.Source, "fernlabs", viewer, null, null, Months.Utc, Business, Now, Cancellation);
        var plans = await recorded.ExplainAsync(Cancellation);
        plans.ShouldBeApproved("figure-plans.txt");
        plans.ShouldNotContain("Seq Scan on");
    }

    private async Task FoldAsync(IReadOnlyList<Fact> facts)
    {
        await _database.ResetAsync(Cancellation);
        await _database.FoldAsync([facts], Cancellation);
    }

    private async Task<string> AllAsync(Reader reader) => string.Join(
        '\n',
        Json((await AnswerAsync(new ReactionTimes(), Ask("company", against: "2025-03-10"), reader)) with { Withheld = null! }),
        Json((await AnswerAsync(new SlaFigures(), Ask("policy", against: "2025-03-10"), reader)) with { Withheld = null! }),
        Json((await AnswerAsync(new ChannelFigures(), Ask("channel"), reader)) with { Withheld = null! }),
        Json((await AnswerAsync(new PromiseFigures(), Ask("month"), reader)) with { Withheld = null! }),
        Json((await AnswerAsync(new MoneyFigures(), Ask("actor"), reader)) with { Withheld = null! }));

    private Task<FigureAnswer<TFigure>> AnswerAsync<TUnit, TFigure>(FigureKind<TUnit, TFigure> kind, FigureRequest request, Reader? reader = null)
        where TFigure : class =>
        FigureEndpoints.AnswerAsync(kind, Understood(kind, request), reader ?? Red, _database.Source, Months.Utc, Business, Now, Cancellation);

    private static FigureQuery Understood<TUnit, TFigure>(FigureKind<TUnit, TFigure> kind, FigureRequest request)
        where TFigure : class
    {
        var (query, problem) = FigureQuery.Read(request, kind.Groupings, kind.Metrics, Months.Utc, Now);
        problem.ShouldBeNull();
        return query!;
    }

    private static FigureRequest Ask(string? group = null, string? from = null, string? until = null, string? last = null, string? asOf = null, string? against = null) =>
        new(group, from, until, last, asOf, null, against, null, null, null, null, null);

    private static List<Measure> Measures(IEnumerable<Fact> facts, TeamCalendar? calendar = null) =>
        [.. Casebook.From(facts, calendar ?? Months.Utc).Cases.Select(Measure.Of)];

    private static string Text(IEnumerable<Measure> measures) => string.Join('\n', measures.OrderBy(one => one.Id).Select(one => string.Join(
        " | ", one.Id, one.CompanyId, one.Handle, one.Status, one.Title, string.Join(' ', one.Times.Select(at => at?.ToString() ?? "-")), one.FirstChannel, one.TriesToAnswer, one.Policy,
        PackedMeasure.Write(one.Attempts), PackedMeasure.Write(one.Promises), PackedMeasure.Write(one.Payments), PackedMeasure.Write(one.Clocks), PackedMeasure.Write(one.Reactions),
        string.Join(' ', one.Workers))));

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, ContractJson.Options);
}

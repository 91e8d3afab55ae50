using System.Globalization;
using System.Text.Json;
using Ketman.Testing;
using Microsoft.Playwright;

namespace Ketman.Dashboard.Tests;

/// <summary>The figures in a browser.</summary>
public sealed class FiguresTests(WholePlatform platform) : BrowserTests(platform)
{
    // A window that only the sample month lies in: other tests open cases of their own.
    private const string Window = "from=2024-01-01&until=2025-04-30";

    private const string Bars = """
        element => {
          const data = JSON.parse(element.dataset.values);
          return { labels: data.labels, series: data.series.map(part => ({ name: part.name, values: part.values })) };
        }
        """;

    [Theory]
    [InlineData("/figures/sla", 0, "Met", 2)]
    [InlineData("/figures/sla", 0, "Breached", 4)]
    [InlineData("/figures/channels", 0, "Answered", 4)]
    [InlineData("/figures/channels", 0, "Bounced", 3)]
    [InlineData("/figures/channels", 1, "Cases", 1)]
    [InlineData("/figures/promises", 0, "Missed", 3)]
    [InlineData("/figures/money", 0, "USD", 4)]
    [InlineData("/figures/money?group=month", 1, "Known", 5)]
    [InlineData("/figures/reaction-times?group=channel", 2, "Done", 3)]
    public async Task a_picture_and_the_table_below_it_have_the_same_numbers(string path, int picture, string part, int column)
    {
        var page = await OpenAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + Window);
        var chart = page.Locator("[data-chart]").Nth(picture);
        await Assertions.Expect(chart.Locator("canvas")).ToHaveCountAsync(1);
        (await chart.GetAttributeAsync("aria-label")).ShouldNotBeNullOrEmpty();
        var drawn = await chart.EvaluateAsync<JsonElement>(Bars);
        var values = drawn.GetProperty("series").EnumerateArray().Single(one => one.GetProperty("name").GetString() == part).GetProperty("values").EnumerateArray()
            .Select(value => value.GetDecimal()).Order().ToList();
        values.ShouldNotBeEmpty();
        // The first row of each group, without the sum; lying bars leave out what has no length.
        var table = chart.Locator("xpath=following::table[1]");
        var told = (await table.EvaluateAsync<string[]>(
                """
                (table, column) => [...table.querySelectorAll('tbody tr:not(.sum)')].filter(row => row.querySelector('th') || column < 2 || table.querySelectorAll('tbody th').length === 0)
                  .map(row => row.children[column].textContent)
                """, column))
            .Select(text => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture)).ToList();
        told.Where(value => value != 0).Order().ShouldBe(values.Where(value => value != 0));
    }

    [Fact]
    public async Task a_curve_is_told_step_by_step_with_who_still_waits()
    {
        var answer = await Platform.GetAsync($"figures/reaction-times?metric=reaction-time&variant=strict&curve=true&{Window}");
        var time = answer.GetProperty("figure").GetProperty("times")[0];
        var (cases, ended, waiting) = (time.GetProperty("cases").GetInt32(), time.GetProperty("ended").GetInt32(), time.GetProperty("censored").GetInt32());
        var page = await OpenAsync($"/figures/reaction-times?{Window}");
        var curve = page.Locator("section.curve").First;
        await Assertions.Expect(curve.Locator(".said")).ToContainTextAsync($"Of {cases} cases in which a report arrived, {ended} answered and {waiting} have not so far.");
        await Assertions.Expect(curve).ToContainTextAsync("they are censored");
        await Assertions.Expect(curve.Locator(".badge", new LocatorLocatorOptions { HasText = "misleading" }).First).ToBeVisibleAsync();
        await Assertions.Expect(curve.Locator("[data-chart=survival] canvas")).ToHaveCountAsync(1);

        var steps = time.GetProperty("elapsed").GetProperty("curve").EnumerateArray().ToList();
        await curve.Locator("summary").ClickAsync();
        var rows = curve.Locator("table.curve-steps tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(steps.Count);
        for (var index = 0; index < steps.Count; index++)
        {
            var cells = await rows.Nth(index).Locator("td").AllTextContentsAsync();
            cells[1].ShouldBe(steps[index].GetProperty("atRisk").GetRawText());
            cells[2].ShouldBe(steps[index].GetProperty("events").GetRawText());
            cells[3].ShouldBe(steps[index].GetProperty("censored").GetRawText());
            cells[4].ShouldBe($"{Math.Round(steps[index].GetProperty("survival").GetDecimal() * 100, 1, MidpointRounding.AwayFromZero).ToString("0.#", CultureInfo.InvariantCulture)} %");
        }

        // Another time, in business hours: the address says so, and the table beside the old one stays.
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Business time" }).ClickAsync();
        page.Url.ShouldContain("time=business");
        await Assertions.Expect(page.Locator("section.curve").First.Locator(".said")).ToContainTextAsync("of business time");
    }

    [Fact]
    public async Task behind_a_figure_stand_its_definition_and_the_incidents_without_scripts_too()
    {
        var page = await OpenAsync($"/figures/money?{Window}", look: new Look(Scripts: false));
        var definition = page.Locator("details.definition");
        await definition.Locator("summary").ClickAsync();
        await Assertions.Expect(definition).ToContainTextAsync("Payments to workers that we know of, as last corrected");
        await Assertions.Expect(definition).ToContainTextAsync("never guessed");
        await Assertions.Expect(page.Locator(".chart").First).ToBeHiddenAsync();

        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Show the incidents behind it" }).ClickAsync();
        page.Url.ShouldContain("cases=true");
        var counted = await Platform.GetAsync($"figures/money?cases=true&{Window}");
        var rows = page.Locator("#incidents tbody tr");
        await Assertions.Expect(rows).ToHaveCountAsync(counted.GetProperty("cases").GetArrayLength());
        await Assertions.Expect(rows.Filter(new LocatorFilterOptions { HasText = "halcyon-2025-02" }).Locator("a")).ToHaveAttributeAsync("href", "/incidents/halcyon-2025-02");
    }

    [Fact]
    public async Task beside_what_was_known_stands_what_moved_and_by_which_incidents()
    {
        var page = await OpenAsync($"/figures/money?{Window}&against=2025-06-01");
        var change = page.Locator("#change");
        await Assertions.Expect(change.Locator("h2")).ToContainTextAsync("Against what was known on");
        await Assertions.Expect(change.Locator("tr", new LocatorLocatorOptions { HasText = "payments" }).First).ToBeVisibleAsync();
        await Assertions.Expect(change.Locator("a[href='/incidents/halcyon-2025-02']")).ToHaveCountAsync(1);
        await Assertions.Expect(change.Locator("tr", new LocatorLocatorOptions { HasText = "halcyon-2025-02" })).ToContainTextAsync("did not count");
    }

    [Fact]
    public async Task a_question_that_cannot_be_answered_says_why_beside_its_field_and_keeps_what_was_asked()
    {
        Foresee("400 (Bad Request)");
        var page = await OpenAsync("/figures/money?from=2025-13-01&group=asset");
        await Assertions.Expect(page.Locator("#q-from")).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.Locator("#q-from-wrong")).ToContainTextAsync("must be a day");
        await Assertions.Expect(page.Locator("#q-group")).ToHaveValueAsync("asset");
        await Assertions.Expect(page.Locator("#q-from")).ToBeVisibleAsync();

        // A form that is sent gives an address without what was left empty.
        await page.Locator("#q-from").FillAsync("2025-02-01");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show" }).ClickAsync();
        await page.WaitForURLAsync("**/figures/money?from=2025-02-01&group=asset");
        await Assertions.Expect(page.Locator("#groups table")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task whom_money_went_to_is_not_told_to_a_viewer()
    {
        var page = await OpenAsync($"/figures/money?group=actor&{Window}", "vera");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Whom money went to is TLP:AMBER+STRICT and not for you.");
        await Assertions.Expect(page.Locator("#groups")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task pictures_are_drawn_anew_in_the_colours_of_the_theme()
    {
        Foresee("willReadFrequently");
        var page = await OpenAsync($"/figures/sla?{Window}");
        var canvas = page.Locator("[data-chart] canvas").First;
        await Assertions.Expect(canvas).ToBeVisibleAsync();
        const string corner = "canvas => canvas.getContext('2d').getImageData(1, 1, 1, 1).data[0]";
        await Eventually.TrueAsync("the picture is drawn on white", async () => await canvas.EvaluateAsync<int>(corner) == 255, cancellation: Cancellation);
        await page.Locator("details.me summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Light or dark" }).ClickAsync();
        await Eventually.TrueAsync("the picture is drawn on the dark paper", async () => await canvas.EvaluateAsync<int>(corner) == 0x11, cancellation: Cancellation);
    }
}

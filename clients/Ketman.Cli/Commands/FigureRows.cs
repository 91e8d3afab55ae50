using System.Globalization;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Figures as rows of tables.</summary>
internal static class FigureRows
{
    public static IEnumerable<string?[]> OfTimes(JsonElement figure) => OfTimes(figure.Items("times"));

    public static IEnumerable<string?[]> OfTimes(IEnumerable<JsonElement> times)
    {
        foreach (var time in times)
        {
            yield return Row(time, time.At("elapsed"), $"{time.At("definition")?.Text("name")}", "d");
            if (time.At("business") is not null)
                yield return Row(time, time.At("business"), $"{time.At("definition")?.Text("name")} (business time)", "h");
        }
    }

    public static IEnumerable<string?[]> OfClocks(JsonElement figure) => figure.Items("clocks").Select(clock => new[]
    {
        clock.Text("clock"), clock.Text("owedBy"), clock.Text("met") ?? "not known", clock.Text("metInGrace"), clock.Text("breached"), clock.Text("annulled"),
        clock.Text("waiting"), clock.Text("ended"), Share(clock.At("compliance")),
    });

    public static IEnumerable<string?[]> OfChannels(JsonElement figure)
    {
        var all = figure.At("all") is { } together ? new[] { (Name: (string?)"all", Figure: together) } : [];
        return all.Concat(figure.Items("channels").Select(channel => (Name: channel.Text("channel"), Figure: channel))).Select(one => new[]
        {
            one.Name, one.Figure.Text("attempts"), one.Figure.Text("delivered"), one.Figure.Text("bounced"), one.Figure.Text("answered"), one.Figure.Text("machineOnly"),
            Share(one.Figure.At("answeredShare")), Median(one.Figure.At("timeToAnswer"), "d"),
        });
    }

    public static IEnumerable<string?[]> OfPromises(JsonElement figure) =>
    [
        [figure.Text("promises"), figure.Text("kept"), figure.Text("keptLate"), figure.Text("missed"), figure.Text("open"), figure.Text("settled"), Share(figure.At("strict")), Share(figure.At("relaxed"))],
    ];

    public static IEnumerable<string?[]> OfMoney(JsonElement figure)
    {
        yield return ["all", figure.Text("payments"), null, figure.Text("usd"), figure.Text("low"), figure.Text("high"), figure.Text("unpriced")];
        foreach (var asset in figure.Items("assets"))
        {
            yield return
            [
                asset.Text("asset"), asset.Text("payments"), asset.Text("amount"), asset.Text("usd"), asset.Text("low"), asset.Text("high"),
                asset.Text("unpriced") is "0" or null ? "0" : $"{asset.Text("unpriced")} ({asset.Text("unpricedAmount")})",
            ];
        }
    }

    /// <summary>The median, or that it is longer than anything that was seen.</summary>
    public static string? Median(JsonElement? estimate, string unit) =>
        estimate?.Text("median") is { } median ? Number(median, unit) : estimate?.Text("atLeast") is { } least ? $"at least {Number(least, unit)}" : null;

    /// <summary>A share with its interval.</summary>
    public static string? Share(JsonElement? share) => share is not { } there ? null
        : $"{Percent(there.Text("value"))} of {there.Text("of")} ({Percent(there.Text("low"))} to {Percent(there.Text("high"))})";

    /// <summary>What is to be known of an answer besides its numbers.</summary>
    public static IEnumerable<string> Remarks(Session session, JsonElement answer, JsonElement figure)
    {
        yield return (answer.Text("asOf") is { } by ? $"As of {session.Time(answer.Text("at"))}, by what {(by == "happened" ? "had happened" : "was known")} then. " : "")
            + $"Window: {session.Time(answer.Text("from")) ?? "the beginning"} to {session.Time(answer.Text("until")) ?? "now"}; months and days in {answer.Text("zone")}"
            + (answer.Text("businessHours") is { } hours ? $"; business time is {hours}." : ".");
        var definitions = figure.Items("times").Select(time => time.At("definition")).Append(figure.At("definition")).OfType<JsonElement>()
            .Select(one => $"{one.Text("name")} {one.Text("version")}").Distinct().ToList();
        yield return $"Definitions: {string.Join(", ", definitions)}; `ketman metrics show NAME` tells what counts.";
        if (figure.Items("times").FirstOrDefault() is { ValueKind: JsonValueKind.Object } first && first.Text("nothingDelivered") is { } none and not "0")
            yield return $"Counted apart: {none} {(none == "1" ? "case" : "cases")} in which nothing is known to have been delivered.";
        if (answer.Text("groupsLeftOut") is { } more and not "0")
            yield return $"{more} more groups: --limit shows more.";
        foreach (var part in answer.Items("withheldParts"))
            yield return $"Withheld: {part.Text("member")} ({part.Text("marking")}).";
        if (answer.At("withheld")?.Text("note") is { } note)
            yield return note;
    }

    private static string?[] Row(JsonElement time, JsonElement? estimate, string name, string unit)
    {
        var quantiles = estimate?.Items("quantiles").ToList() ?? [];
        var only = estimate?.At("respondersOnly");
        return
        [
            name, time.Text("variant"), time.Text("cases"), time.Text("ended"), time.Text("censored"), Median(estimate, unit), Band(estimate, unit),
            Quantile(1), Quantile(2), Quantile(3), only?.Text("median") is { } median ? Number(median, unit) : null,
        ];

        string? Quantile(int index) => quantiles.Count <= index ? null
            : quantiles[index].Text("value") is { } value ? Number(value, unit) : quantiles[index].Text("atLeast") is { } least ? $"at least {Number(least, unit)}" : null;
    }

    private static string? Band(JsonElement? estimate, string unit) => estimate?.Text("medianLow") is { } low
        ? estimate?.Text("medianHigh") is { } high ? $"{Number(low, unit)} to {Number(high, unit)}" : $"from {Number(low, unit)} on"
        : null;

    private static string Number(string text, string unit) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(number, 2, MidpointRounding.AwayFromZero):0.##} {unit}") : text;

    private static string Percent(string? text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share)
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(share * 100, 1, MidpointRounding.AwayFromZero):0.#} %") : "?";
}

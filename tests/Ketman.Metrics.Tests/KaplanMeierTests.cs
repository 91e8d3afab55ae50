using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Tests;

public sealed class KaplanMeierTests
{
    // Freireich et al., Blood 21 (1963) 699: weeks of remission under 6-mercaptopurine (negative: still running) and placebo.
    private static readonly int[] Treated = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35];
    private static readonly int[] Placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];

    [Fact]
    public void the_medians_of_freireichs_remissions_are_23_and_8_weeks()
    {
        Median(Treated).ShouldBe(23);
        Median(Placebo).ShouldBe(8);
    }

    [Fact]
    public void those_still_running_lengthen_the_median_that_responders_alone_would_give()
    {
        Median([1, 2, 3]).ShouldBe(2);
        Median([1, 2, 3, -10, -10, -10]).ShouldBe(3);
    }

    [Fact]
    public void with_more_than_half_still_running_there_is_no_median() => Median([1, 2, -5, -5, -5]).ShouldBeNull();

    [Fact]
    public void a_share_of_exactly_one_half_is_reached() => Median([1, 2, -3, -3]).ShouldBe(2);

    [Fact]
    public void an_end_and_a_running_time_of_the_same_length_count_the_end_first() => Median([5, -5]).ShouldBe(5);

    [Fact]
    public void of_nothing_there_is_no_median() => Median([]).ShouldBeNull();

    // Miller, Survival Analysis (1981) 49, after Embury et al. 1977: weeks of remission of acute myelogenous leukemia; the data set aml of R's survival.
    private static readonly int[] Maintained = [9, 13, -13, 18, 23, -28, 31, 34, -45, 48, -161];
    private static readonly int[] Nonmaintained = [5, 5, 8, 8, 12, -16, 23, 27, 30, 33, 43, 45];

    // Survival and Greenwood's standard error as Kleinbaum and Klein print the first and PROC LIFETEST both. The bands are those of a program written
    // apart from this one (Python), of the same formula.
    [Fact]
    public void freireichs_treated_patients_give_the_published_table_with_its_log_log_band() => Table(Treated).ShouldBe(
        [
            (6, 21, 3, 0.8571, 0.0764, 0.6197, 0.9516),
            (7, 17, 1, 0.8067, 0.0869, 0.5631, 0.9228),
            (10, 15, 1, 0.7529, 0.0963, 0.5032, 0.8894),
            (13, 12, 1, 0.6902, 0.1068, 0.4316, 0.8491),
            (16, 11, 1, 0.6275, 0.1141, 0.3675, 0.8049),
            (22, 7, 1, 0.5378, 0.1282, 0.2678, 0.7468),
            (23, 6, 1, 0.4482, 0.1346, 0.1881, 0.6801),
        ]);

    // Without censoring the curve is the share that is left, of 21: 19, 17, 16, 14, 12, 8, 6, 4, 3, 2, 1, 0.
    [Fact]
    public void freireichs_patients_on_placebo_give_the_shares_that_are_left()
    {
        Curve(Placebo).Steps.Select(step => (step.Time.TotalDays, Math.Round(step.Survival * 21, 9))).ShouldBe(
            [(1, 19), (2, 17), (3, 16), (4, 14), (5, 12), (8, 8), (11, 6), (12, 4), (15, 3), (17, 2), (22, 1), (23, 0)]);
        Curve(Placebo).Steps[^1].Low.ShouldBeNull();
        Curve(Placebo).Steps[^1].High.ShouldBeNull();
    }

    [Fact]
    public void millers_maintained_and_nonmaintained_patients_give_the_published_curves()
    {
        Table(Maintained).Select(step => (step.Time, step.Survival, step.Error)).ShouldBe(
            [(9, 0.9091, 0.0867), (13, 0.8182, 0.1163), (18, 0.7159, 0.1397), (23, 0.6136, 0.1526), (31, 0.4909, 0.1642), (34, 0.3682, 0.1627), (48, 0.1841, 0.1535)]);
        Table(Nonmaintained).Select(step => (step.Time, step.Survival)).ShouldBe(
            [(5, 0.8333), (8, 0.6667), (12, 0.5833), (23, 0.4861), (27, 0.3889), (30, 0.2917), (33, 0.1944), (43, 0.0972), (45, 0)]);
        Median(Maintained).ShouldBe(31);
        Median(Nonmaintained).ShouldBe(23);
    }

    [Fact]
    public void the_median_has_the_band_of_brookmeyer_and_crowley()
    {
        Band(Treated).ShouldBe((13, null));
        Band(Placebo).ShouldBe((4, 11));
        Band(Maintained).ShouldBe((13, null));
        Band(Nonmaintained).ShouldBe((5, 33));
    }

    [Fact]
    public void any_times_give_the_curve_and_the_quantiles_of_a_naive_estimator() => Prop.ForAll(
        Arb.From(Gen.Choose(-12, 12).ArrayOf().Resize(60)),
        days =>
        {
            var curve = Curve(days);
            var naive = Naive(days);
            curve.Steps.Select(step => (step.Time.TotalDays, step.AtRisk, step.Events, step.Censored)).ShouldBe(naive.Select(step => ((double)step.Time, step.AtRisk, step.Events, step.Censored)));
            foreach (var (step, (_, _, _, _, above, below)) in curve.Steps.Zip(naive))
            {
                step.Survival.ShouldBe((double)above / (double)below, 1e-12);
                (step.Low ?? 0).ShouldBeLessThanOrEqualTo(step.Survival);
                (step.High ?? 1).ShouldBeGreaterThanOrEqualTo(step.Survival);
            }

            foreach (var (numerator, denominator) in new[] { (1, 2), (3, 4), (9, 10), (19, 20), (1, 3) })
            {
                curve.Quantile(numerator, denominator).ShouldBe(
                    naive.Where(step => step.Above * denominator <= step.Below * (denominator - numerator)).Select(step => (TimeSpan?)TimeSpan.FromDays(step.Time)).FirstOrDefault());
            }
        }).QuickCheckThrowOnFailure();

    // One ends each day; in floating point the product of (n - 1) / n misses one half by chance, above it or below.
    [Fact]
    public void what_is_exactly_at_the_threshold_has_reached_it_however_many_factors_lead_there()
    {
        foreach (var size in Enumerable.Range(2, 400))
        {
            List<(TimeSpan, bool)> times = [.. Enumerable.Range(1, size).Select(day => (TimeSpan.FromDays(day), true))];
            var half = (size + 1) / 2;
            KaplanMeier.Median(times).ShouldBe(TimeSpan.FromDays(half), $"{size}");
            SurvivalCurve.Of(times).Quantile(9, 10).ShouldBe(TimeSpan.FromDays(((9 * size) + 9) / 10), $"{size}");
        }
    }

    [Fact]
    public void a_hundred_thousand_times_at_a_threshold_are_decided_in_a_moment()
    {
        var random = new Random(6);
        List<(TimeSpan, bool)> times = [.. Enumerable.Range(1, 100_000).Select(day => (TimeSpan.FromMinutes(day), random.Next(3) > 0))];
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var curve = SurvivalCurve.Of(times);
        curve.Quantile(1, 2).ShouldNotBeNull();
        // One that falls onto the threshold itself makes it multiply everything out.
        List<(TimeSpan, bool)> half = [.. Enumerable.Range(1, 100_000).Select(day => (TimeSpan.FromMinutes(day), true))];
        KaplanMeier.Median(half).ShouldBe(TimeSpan.FromMinutes(50_000));
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    // R's documentation and every introduction to it: quantile(mtcars$mpg) is 10.4, 15.425, 19.2, 22.8 and 33.9.
    [Theory]
    [InlineData("0", "10.4")]
    [InlineData("0.25", "15.425")]
    [InlineData("0.5", "19.2")]
    [InlineData("0.75", "22.8")]
    [InlineData("1", "33.9")]
    public void quantiles_of_type_seven_are_those_of_r(string p, string value) => SampleQuantile.Type7(
        [.. "21 21 22.8 21.4 18.7 18.1 14.3 24.4 22.8 19.2 17.8 16.4 17.3 15.2 10.4 10.4 14.7 32.4 30.4 33.9 21.5 15.5 15.2 13.3 19.2 27.3 26 30.4 15.8 19.7 15 21.4"
            .Split(' ').Select(Number).Order()],
        Number(p)).ShouldBe(Number(value));

    // The twelve gauges of the NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.6.2. Its own method gives 95.1981 there, and type 7, which it
    // describes as the one of spreadsheets, lies between the tenth and the eleventh of them: 95.1937 + 0.9 (95.1959 - 95.1937).
    [Fact]
    public void the_ninth_decile_of_the_gauges_of_nist_by_type_seven() => SampleQuantile.Type7(
        [.. "95.1772 95.1567 95.1937 95.1959 95.1442 95.0610 95.1591 95.1195 95.1065 95.0925 95.1990 95.1682".Split(' ').Select(Number).Order()], 0.9m).ShouldBe(95.19568m);

    // Of 1 to 10 Hyndman and Fan's type 7 lies at 1 + 9 p.
    [Theory]
    [InlineData("0.5", "5.5")]
    [InlineData("0.75", "7.75")]
    [InlineData("0.9", "9.1")]
    [InlineData("0.95", "9.55")]
    public void of_one_to_ten_type_seven_lies_at_one_and_nine_p(string p, string value) =>
        SampleQuantile.Type7([.. Enumerable.Range(1, 10).Select(one => (decimal)one)], Number(p)).ShouldBe(Number(value));

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static SurvivalCurve Curve(int[] days) => SurvivalCurve.Of([.. days.Select(day => (TimeSpan.FromDays(Math.Abs(day)), day > 0))]);

    private static int? Median(int[] days) => (int?)KaplanMeier.Median([.. days.Select(day => (TimeSpan.FromDays(Math.Abs(day)), day > 0))])?.TotalDays;

    private static (int? Low, int? High) Band(int[] days)
    {
        var (low, high) = Curve(days).MedianBand;
        return ((int?)low?.TotalDays, (int?)high?.TotalDays);
    }

    // The standard error is what its band was made of: log(-log) of the lower end is 1.96 s / (S |log S|) away.
    private static List<(int Time, int AtRisk, int Events, double Survival, double Error, double Low, double High)> Table(int[] days) =>
    [
        .. Curve(days).Steps.Where(step => step.Events > 0).Select(step => (
            (int)step.Time.TotalDays, step.AtRisk, step.Events, Math.Round(step.Survival, 4),
            step.Low is not { } low ? 0 : Math.Round((Math.Log(-Math.Log(low)) - Math.Log(-Math.Log(step.Survival))) / 1.959963984540054 * step.Survival * -Math.Log(step.Survival), 4),
            Math.Round(step.Low ?? 0, 4), Math.Round(step.High ?? 0, 4))),
    ];

    private static List<(int Time, int AtRisk, int Events, int Censored, BigInteger Above, BigInteger Below)> Naive(int[] days)
    {
        List<(int, int, int, int, BigInteger, BigInteger)> steps = [];
        var (above, below) = (BigInteger.One, BigInteger.One);
        foreach (var time in days.Select(Math.Abs).Distinct().Order())
        {
            var waiting = days.Count(day => Math.Abs(day) >= time);
            var ended = days.Count(day => day == time && day > 0);
            (above, below) = (above * (waiting - ended), below * waiting);
            steps.Add((time, waiting, ended, days.Count(day => Math.Abs(day) == time) - ended, above, below));
        }

        return steps;
    }
}

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

    private static int? Median(int[] days) =>
        (int?)KaplanMeier.Median([.. days.Select(day => (TimeSpan.FromDays(Math.Abs(day)), day > 0))])?.TotalDays;
}

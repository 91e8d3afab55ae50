using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Ketman.Contracts;

namespace Ketman.Hosting.Tests.Contracts;

public sealed class MomentTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2025-02-03", "2025-02-03")]
    [InlineData("2025-02-03T14:05Z", "2025-02-03T14:05:00Z")]
    [InlineData("2025-02-03T14:05:06Z", "2025-02-03T14:05:06Z")]
    [InlineData("2025-02-03T14:05:06.1234567+01:00", "2025-02-03T13:05:06.123456Z")]
    [InlineData("2025-02-28T23:30:00-05:00", "2025-03-01T04:30:00Z")]
    public void a_moment_is_read_and_written_in_one_form(string written, string expected)
    {
        Moment.TryParse(written, out var moment).ShouldBeTrue();

        moment.ToString().ShouldBe(expected);
        JsonSerializer.Serialize(moment, ContractJson.Options).ShouldBe($"\"{expected}\"");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2025-02-30")]
    [InlineData("2025-2-3")]
    [InlineData("03.02.2025")]
    [InlineData("2025-02-03T14:05:06")]
    [InlineData("2025-02-03 14:05:06Z")]
    [InlineData("2025-02-03T25:00:00Z")]
    [InlineData("2025-02")]
    [InlineData("now")]
    public void a_moment_without_its_day_or_its_offset_is_refused(string? written) => Moment.TryParse(written, out _).ShouldBeFalse();

    [Fact]
    public void a_day_stays_that_day_in_every_zone() =>
        TimeZoneInfo.GetSystemTimeZones().Select(zone => Day(2025, 2, 28).DateIn(zone)).Distinct().ShouldBe([new DateOnly(2025, 2, 28)]);

    [Fact]
    public void an_instant_belongs_to_the_day_of_the_zone()
    {
        Moment.TryParse("2025-02-28T23:30:00Z", out var lateInFebruary).ShouldBeTrue();

        lateInFebruary.DateIn(TimeZoneInfo.Utc).ShouldBe(new DateOnly(2025, 2, 28));
        lateInFebruary.DateIn(Berlin).ShouldBe(new DateOnly(2025, 3, 1));
    }

    [Fact]
    public void a_day_is_future_only_when_it_has_begun_nowhere()
    {
        var now = new DateTimeOffset(2025, 2, 27, 12, 0, 0, TimeSpan.Zero);

        Day(2025, 2, 28).IsAfter(now).ShouldBeFalse("it is the 28th in Kiritimati");
        Day(2025, 3, 1).IsAfter(now).ShouldBeTrue();
    }

    [Fact]
    public void what_is_written_is_read_back_equal() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<DateTime>(), ArbMap.Default.ArbFor<bool>(), (time, day) =>
        {
            var utc = DateTime.SpecifyKind(time, DateTimeKind.Utc);
            var moment = day ? Moment.On(DateOnly.FromDateTime(utc)) : Moment.At(utc);
            return JsonSerializer.Deserialize<Moment>(JsonSerializer.Serialize(moment, ContractJson.Options), ContractJson.Options) == moment;
        }));

    private static Moment Day(int year, int month, int day) => Moment.On(new DateOnly(year, month, day));
}

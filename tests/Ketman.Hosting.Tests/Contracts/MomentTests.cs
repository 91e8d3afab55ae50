using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Ketman.Contracts;

namespace Ketman.Hosting.Tests.Contracts;

public sealed class MomentTests
{
    private static readonly Gen<(int Kind, int Place, char Character)> Change =
        from kind in Gen.Choose(0, 4)
        from place in Gen.Choose(0, 28)
        from character in Gen.Elements("0123456789-+:.,TtZz \\".ToCharArray())
        select (kind, place, character);

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

    // The reader of JSON takes the written form from its bytes, and everything else as text: what is one character off must not get through either way.
    [Fact]
    public void json_takes_what_the_text_takes_and_nothing_else() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(
        ArbMap.Default.ArbFor<DateTime>(), Change.ToArbitrary(), (time, change) =>
        {
            var (kind, place, character) = change;
            var utc = DateTime.SpecifyKind(time, DateTimeKind.Utc);
            var text = (kind == 0 ? Moment.On(DateOnly.FromDateTime(utc)) : Moment.At(utc)).ToString();
            place = Math.Min(place, text.Length - 1);
            text = kind switch { 3 => text.Insert(place, $"{character}"), 4 => text.Remove(place, 1), _ => $"{text[..place]}{character}{text[(place + 1)..]}" };
            var isMoment = Moment.TryParse(text, out var moment);
            try
            {
                return JsonSerializer.Deserialize<Moment>(JsonSerializer.Serialize(text), ContractJson.Options) == moment && isMoment;
            }
            catch (JsonException)
            {
                return !isMoment;
            }
        }));

    private static Moment Day(int year, int month, int day) => Moment.On(new DateOnly(year, month, day));
}

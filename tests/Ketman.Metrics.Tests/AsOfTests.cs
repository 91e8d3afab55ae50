using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;

namespace Ketman.Metrics.Tests;

/// <summary>Looking back: which facts belong to a past moment, in memory and in SQL alike.</summary>
public sealed class AsOfTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2025, 4, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly TeamCalendar Amsterdam = new(TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam"));
    private static readonly Guid Case = Guid.NewGuid();

    private MetricsDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await MetricsDatabase.CreateAsync(Cancellation);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public void a_day_is_looked_at_from_its_end_in_the_zone_of_the_team()
    {
        AsOf.Read("2025-02-10", null, Amsterdam, Now, out var asked).ShouldBeEmpty();
        asked.ShouldBe(new AsOf(new DateTimeOffset(2025, 2, 10, 23, 0, 0, TimeSpan.Zero).AddMicroseconds(-1), AsOfBy.Known));
    }

    [Fact]
    public void today_is_looked_at_up_to_now()
    {
        AsOf.Read("2025-04-10", "happened", Amsterdam, Now, out var asked).ShouldBeEmpty();
        asked.ShouldBe(new AsOf(Now, AsOfBy.Happened));
    }

    [Fact]
    public void without_a_moment_now_is_asked_about()
    {
        AsOf.Read(null, null, Amsterdam, Now, out var asked).ShouldBeEmpty();
        asked.ShouldBeNull();
    }

    [Theory]
    [InlineData("yesterday", null, "asOf")]
    [InlineData("", null, "asOf")]
    [InlineData("1999-12-31", null, "asOf")]
    [InlineData("2025-02-10T14:00:00", null, "asOf")]
    [InlineData("2025-04-11", null, "asOf")]
    [InlineData("2025-04-10T12:00:01Z", null, "asOf")]
    [InlineData("2025-02-10", "recorded", "by")]
    [InlineData(null, "known", "by")]
    public void what_cannot_be_asked_is_refused_by_field(string? asOf, string? by, string field)
    {
        AsOf.Read(asOf, by, Amsterdam, Now, out var asked).ShouldHaveSingleItem().Field.ShouldBe(field);
        asked.ShouldBeNull();
    }

    [Fact]
    public void what_was_recorded_later_was_not_known()
    {
        var outreach = Fact(1, "2025-02-03T10:00:00Z", recorded: "2025-02-03T10:05:00Z", Outreach());
        var late = Fact(2, "2025-02-04", recorded: "2025-03-01T09:00:00Z", Outreach());
        var asked = new AsOf(At("2025-02-10T00:00:00Z"), AsOfBy.Known);
        asked.View([outreach, late], Amsterdam).ShouldBe([outreach]);
        (asked with { By = AsOfBy.Happened }).View([outreach, late], Amsterdam).ShouldBe([outreach, late]);
    }

    [Fact]
    public void a_mistake_was_not_known_as_one_before_but_was_one()
    {
        var outreach = Fact(1, "2025-02-03T10:00:00Z", recorded: "2025-02-03T10:05:00Z", Outreach());
        var mistake = Fact(2, "2025-03-01T09:00:00Z", recorded: "2025-03-01T09:00:00Z", new FactRetracted(Case, outreach.Id, "wrong company"));
        var asked = new AsOf(At("2025-02-10T00:00:00Z"), AsOfBy.Known);
        asked.View([outreach, mistake], Amsterdam).ShouldBe([outreach]);
        (asked with { By = AsOfBy.Happened }).View([outreach, mistake], Amsterdam).ShouldBe([outreach, mistake]);
    }

    [Theory]
    [InlineData(AsOfBy.Known)]
    [InlineData(AsOfBy.Happened)]
    public void who_may_know_is_never_a_matter_of_the_past(AsOfBy by)
    {
        var embargo = Fact(1, "2025-03-01T09:00:00Z", recorded: "2025-03-01T09:00:00Z", new EmbargoSet(Case, null, "an investigation"));
        new AsOf(At("2025-02-10T00:00:00Z"), by).View([embargo], Amsterdam).ShouldBe([embargo]);
    }

    [Fact]
    public void a_day_without_an_hour_counts_from_its_beginning_whatever_the_zone()
    {
        var day = Fact(1, "2025-02-10", recorded: "2025-02-11T00:00:00Z", Outreach());
        // 23:30 UTC on the ninth is the tenth in Amsterdam.
        new AsOf(At("2025-02-09T23:30:00Z"), AsOfBy.Happened).View([day], Amsterdam).ShouldBe([day]);
        new AsOf(At("2025-02-09T22:30:00Z"), AsOfBy.Happened).View([day], Amsterdam).ShouldBeEmpty();
    }

    [Fact]
    public async Task the_database_chooses_the_same_facts()
    {
        foreach (var seed in Enumerable.Range(0, 20))
        {
            var random = new Random(seed);
            var facts = Histories.From(Enumerable.Range(0, 20 + random.Next(60)).Select(_ => random.Next()));
            await _database.ResetAsync(Cancellation);
            await _database.FoldAsync([facts], Cancellation);
            foreach (var asked in facts.Take(10).SelectMany(fact => new[] { new AsOf(fact.RecordedAt, AsOfBy.Known), new AsOf(fact.At.Start.AddHours(random.Next(-30, 30)), AsOfBy.Happened) }))
            {
                (await ChosenAsync(asked)).ShouldBe([.. asked.View(facts, Amsterdam).Select(fact => fact.Id).Order()], $"seed {seed}, {asked}");
            }
        }
    }

    private async Task<IReadOnlyList<Guid>> ChosenAsync(AsOf asked)
    {
        await using var command = _database.Source.CreateCommand();
        command.CommandText = $"select f.id from facts f where {asked.Condition(command, Amsterdam)}";
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        List<Guid> ids = [];
        while (await rows.ReadAsync(Cancellation))
        {
            ids.Add(rows.GetGuid(0));
        }

        return [.. ids.Order()];
    }

    private static OutreachAttempted Outreach() => new(Case, Channel.Email, null, null, "mira", null);

    private static Fact Fact(long version, string at, string recorded, object said) =>
        new(Guid.NewGuid(), Case, version, Moment.TryParse(at, out var moment) ? moment : throw new FormatException(at), At(recorded), "mira", said);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

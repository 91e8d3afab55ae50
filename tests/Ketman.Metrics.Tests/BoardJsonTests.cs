using System.Text;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Metrics.Board;
using Ketman.Metrics.Views;

namespace Ketman.Metrics.Tests;

/// <summary>What is written by hand is what the serializer would write.</summary>
public sealed class BoardJsonTests
{
    private static readonly DateTimeOffset At = new(2025, 2, 11, 9, 30, 0, 120, TimeSpan.Zero);

    private static readonly BoardItem Full = new(
        "halcyon-2025-02", Guid.Parse("01950000-0000-7000-8000-000000000001"),
        new BoardCompany(Guid.Parse("01950000-0000-7000-8000-000000000002"), "halcyon", "Halcyon \"<b>&'\u00e9\u2028 \ud83d\ude00\n", true, "Europe/Zurich"),
        "Core contributor's keys", "open", Moment.At(At), 12, new LastOutreach(Moment.On(new DateOnly(2025, 2, 12)), "email"), 3, ["email", "telegram"], "company", "engaged",
        new NextOwed("clock", "revoke", Moment.On(new DateOnly(2025, 3, 1)), At, "acknowledgement", "acknowledge it", "company", Moment.At(At), true, At.AddDays(1), new DueNext("step", "a reminder", "us", At.AddDays(2))),
        true, At.AddTicks(1), "mira", ["defi", "wallet-drainer"], "high", "ketman-standard", Tlp.AmberStrict, 7, [new WithheldPart("reaction", Tlp.Red, 4)]);

    private static readonly BoardItem Bare = new(
        "b", Guid.Empty, new BoardCompany(Guid.Empty, null, null, false), null, "closed", Moment.On(new DateOnly(2025, 2, 28)), 0, null, null, null, null, null, null, null, null, null, [], null,
        null, Tlp.Clear, null, null);

    public static TheoryData<string> Pages => ["full", "bare", "owed", "none", "every level"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void a_page_is_written_as_the_serializer_writes_it(string page)
    {
        var withheld = new WithheldCases("left out", null);
        var asked = page switch
        {
            "full" => new BoardPage(
                [Full, Bare, Full], "next", new WithheldCases("left out", 4), true, At, ["due"], [new BoardView("mine", "What we owe", "waitingOn=us", true, Tlp.Green, "lena", At, 2)],
                new BoardDue(new([], null, withheld), new([], "more", withheld))),
            "bare" => new BoardPage([Bare], null, withheld),
            "owed" => new BoardPage([Bare with { NextOwed = new NextOwed("nothing", null, null, null, null, null, null, null, false, null, null) }], null, withheld, false),
            "none" => new BoardPage([], null, withheld),
            _ => new BoardPage([.. Enum.GetValues<Tlp>().Select(level => Full with { Marking = level, OpenedAt = Moment.At(At.AddTicks((int)level)), Withheld = [] })], null, withheld),
        };

        Encoding.UTF8.GetString(BoardJson.Write(asked)).ShouldBe(JsonSerializer.Serialize(asked, ContractJson.Options));
    }

    [Fact]
    public void the_full_row_has_every_member_that_a_row_can_have()
    {
        Missing(Full).ShouldBeEmpty();
        Missing(Full.Company).ShouldBeEmpty();
        Missing(Full.NextOwed!).ShouldBeEmpty();
        Missing(Full.NextOwed!.Then!).ShouldBeEmpty();

        static IEnumerable<string> Missing(object of) => of.GetType().GetProperties().Where(member => member.GetValue(of) is null).Select(member => member.Name);
    }
}

using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Tests;

/// <summary>What a statement may count without giving an embargoed or restricted case away.</summary>
public sealed class SmallNumbersTests
{
    [Fact]
    public void an_embargoed_case_among_many_counts_and_is_not_to_be_told_from_a_private_one()
    {
        var facts = With("quillstack-2025-02", id => new EmbargoSet(id, null, "an investigation"));
        var amber = Json(Tlp.Amber, facts);

        Value(amber, "affectedCompanies").ShouldBe(7);
        var unnamed = amber["affectedCompanies"]!["companies"]!.AsArray().Where(row => row!["company"]!["name"] is null).ToList();
        unnamed.Count.ShouldBe(2);
        unnamed.ShouldAllBe(row => row!.AsObject().Count == 1 && (bool)row["company"]!["private"]! && row["company"]!.AsObject().Count == 2);
        amber.ToJsonString().ShouldNotContain("uillstack");
        amber.ToJsonString().ShouldNotContain(SampleMonth.CompanyId("quillstack").ToString());
        Json(Tlp.Red, facts).ToJsonString().ShouldContain("quillstack");
    }

    [Fact]
    public void a_count_that_would_give_an_embargoed_case_away_is_withheld_and_so_is_what_it_could_be_reckoned_from()
    {
        // The only war room of the month: a count of one is that case.
        var amber = Json(Tlp.Amber, With("halcyon-2025-02", id => new EmbargoSet(id, null, "an investigation")));

        amber["reactions"]!["warRooms"].ShouldBeNull();
        ((int)amber["reactions"]!["of"]!).ShouldBe(7, "seven is told, as it gives nobody away");
        var attitudes = amber["reactions"]!["byAttitude"]!.AsArray();
        attitudes.Select(row => (string)row!["attitude"]!).ShouldNotContain("war-room");
        attitudes.Count.ShouldBe(2, "of four groups the war room's is withheld and the next smallest, or the first could be reckoned");
        Withheld(amber).ShouldContain("reactions.warRooms");
        Withheld(amber).ShouldContain("reactions.byAttitude");
        amber["reactions"]!["companies"].ShouldBeNull("their rows would give the number");

        var text = Shown.Markdown(Tlp.Amber, With("halcyon-2025-02", id => new EmbargoSet(id, null, "an investigation")), Months.February);
        text.ShouldContain("[withheld: TLP:RED]");
        text.ShouldNotContain("war room");
        text.ShouldNotContain("Top 300");
    }

    [Fact]
    public void a_month_with_nothing_but_an_embargoed_case_tells_no_number_of_it()
    {
        var one = SampleMonth.DisclosureId("quillstack-2025-02");
        var cases = SampleMonth.Facts.Where(fact => fact.Said is DisclosureOpened).Select(fact => fact.Subject).ToHashSet();
        var facts = SampleMonth.Facts.Where(fact => fact.Subject == one || !cases.Contains(fact.Subject)).Append(Said("quillstack-2025-02", id => new EmbargoSet(id, null, "x"))).ToList();
        var amber = Json(Tlp.Amber, facts);

        foreach (var figure in new[] { "affectedCompanies", "confirmedWorkers", "moneyTransferred" })
        {
            amber[figure]!["value"].ShouldBeNull(figure);
        }

        amber["timeOfActivity"]!["shortest"].ShouldBeNull();
        amber["reactions"]!["of"].ShouldBeNull();
        Value(amber, "indexedAccounts").ShouldBe(28, "accounts are no case's");
        Value(Json(Tlp.Red, facts), "affectedCompanies").ShouldBe(1);
    }

    [Fact]
    public void a_restricted_case_is_kept_so_from_everybody_but_its_people()
    {
        var facts = With("halcyon-2025-02", id => new DisclosureRestricted(id, ["mira"], "mira", null));
        Json(Tlp.Red, facts, "ines")["reactions"]!["warRooms"].ShouldBeNull();
        Json(Tlp.Red, facts, "ines").ToJsonString().ShouldNotContain("alcyon");
        ((int)Json(Tlp.Red, facts, "mira")["reactions"]!["warRooms"]!).ShouldBe(1);
        Json(Tlp.Red, facts, "mira").ToJsonString().ShouldContain("alcyon");
    }

    [Fact]
    public void an_embargo_that_is_lifted_or_over_withholds_nothing()
    {
        var lifted = With("halcyon-2025-02", id => new EmbargoSet(id, null, "x")).Append(Said("halcyon-2025-02", id => new EmbargoLifted(id, "over"), 3)).ToList();
        ((int)Json(Tlp.Clear, lifted)["reactions"]!["warRooms"]!).ShouldBe(1);
        var over = With("halcyon-2025-02", id => new EmbargoSet(id, Moment.On(new DateOnly(2025, 3, 20)), "x"));
        ((int)Json(Tlp.Clear, over)["reactions"]!["warRooms"]!).ShouldBe(1);
    }

    [Fact]
    public void the_id_of_a_company_that_is_not_named_is_not_its_own_and_stays_in_a_month()
    {
        var ids = Enumerable.Range(0, 2).Select(_ => Json(Tlp.Amber, SampleMonth.Facts)["reactions"]!["companies"]!.AsArray()
            .Single(row => row!["company"]!["name"] is null)!["company"]!["id"]!.GetValue<Guid>()).ToList();
        ids[0].ShouldBe(ids[1]);
        ids[0].ShouldNotBe(SampleMonth.CompanyId("halcyon"));
    }

    private static List<Fact> With(string disclosure, Func<Guid, object> said) => [.. SampleMonth.Facts, Said(disclosure, said)];

    private static Fact Said(string disclosure, Func<Guid, object> said, int order = 1) => new(
        Guid.CreateVersion7(), SampleMonth.DisclosureId(disclosure), 10_000 + order, Moment.On(new DateOnly(2025, 3, order)), DateTimeOffset.UnixEpoch, "test",
        said(SampleMonth.DisclosureId(disclosure)));

    private static JsonObject Json(Tlp clearance, IEnumerable<Fact> facts, string name = "reader") =>
        JsonNode.Parse(Shown.Json(clearance, facts, Months.February, name))!.AsObject();

    private static decimal Value(JsonObject statement, string figure) => (decimal)statement[figure]!["value"]!;

    private static IEnumerable<string> Withheld(JsonObject statement) => statement["withheld"]!.AsArray().Select(part => (string)part!["member"]!);
}

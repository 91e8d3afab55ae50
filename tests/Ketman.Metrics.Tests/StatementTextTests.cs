using Ketman.Contracts;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Statements;
using Ketman.Testing;

namespace Ketman.Metrics.Tests;

public sealed class StatementTextTests
{
    [Theory]
    [InlineData(Tlp.Clear, "clear")]
    [InlineData(Tlp.Green, "green")]
    [InlineData(Tlp.Amber, "amber")]
    [InlineData(Tlp.AmberStrict, "amber-strict")]
    [InlineData(Tlp.Red, "red")]
    public void the_statement_of_february_is_as_approved_for_readers_of_every_clearance(Tlp clearance, string name)
    {
        Shown.Markdown(clearance, SampleMonth.Facts, Months.February).ShouldBeApproved($"statement-2025-02.{name}.md");
        (Shown.Json(clearance, SampleMonth.Facts, Months.February) + "\n").ShouldBeApproved($"statement-2025-02.{name}.json");
        Shown.As(StatementForm.Html, clearance, SampleMonth.Facts, Months.February).ShouldBeApproved($"statement-2025-02.{name}.html");
        Shown.As(StatementForm.Csv, clearance, SampleMonth.Facts, Months.February).ReplaceLineEndings("\n").ShouldBeApproved($"statement-2025-02.{name}.csv");
    }

    [Fact]
    public void a_month_without_anything_says_so_in_every_section() =>
        Shown.Markdown(Tlp.Red, [], Months.Of(2025, 6)).ShouldBeApproved("statement-empty.md");

    [Fact]
    public void a_month_with_one_of_each_speaks_in_the_singular() =>
        Shown.Markdown(Tlp.Red, SampleMonth.Facts, Months.Of(2025, 1)).ShouldBeApproved("statement-one.md");

    [Fact]
    public void a_month_that_is_not_over_says_how_far_it_tells()
    {
        var month = new StatementMonth(new DateOnly(2025, 2, 1), Months.Utc, new DateTimeOffset(2025, 2, 18, 12, 0, 0, TimeSpan.Zero));
        var statement = Statement.Compute(SampleMonth.Facts.Where(fact => Months.Utc.DateOf(fact.At) <= new DateOnly(2025, 2, 18)), month);
        (statement.Complete, statement.LastDay).ShouldBe((false, new DateOnly(2025, 2, 18)));
        Shown.Markdown(Tlp.Red, SampleMonth.Facts.Where(fact => Months.Utc.DateOf(fact.At) <= new DateOnly(2025, 2, 18)), month).ShouldContain("February 2025 is not over: the figures tell what had happened by 2025-02-18");
    }

    [Fact]
    public void no_company_is_named_in_markdown_whoever_reads_it()
    {
        var markdown = Shown.Markdown(Tlp.Red, SampleMonth.Facts, Months.February);
        var json = Shown.Json(Tlp.Red, SampleMonth.Facts, Months.February);
        foreach (var company in SampleMonth.Facts.Select(fact => fact.Said).OfType<Contracts.Intake.CompanyRegistered>())
        {
            markdown.ShouldNotContain(company.Name);
            markdown.ShouldNotContain(company.Handle);
        }

        json.ShouldContain("Lumenbridge");
    }

    [Fact]
    public void a_company_that_asks_for_privacy_later_disappears_from_the_months_before()
    {
        var asked = new Fact(
            Guid.NewGuid(), SampleMonth.DisclosureId("lumenbridge-2025-02"), 1000, Contracts.Moment.On(new DateOnly(2025, 3, 20)), DateTimeOffset.UnixEpoch, "test",
            new Contracts.Disclosures.PrivacyRequested(SampleMonth.DisclosureId("lumenbridge-2025-02"), null));
        Shown.Json(Tlp.Amber, [.. SampleMonth.Facts, asked], Months.February).ShouldNotContain("lumenbridge");
    }

    [Fact]
    public void a_company_whose_profile_has_not_arrived_is_not_named()
    {
        var facts = SampleMonth.Facts.Where(fact => fact.Subject != SampleMonth.CompanyId("lumenbridge"));
        Shown.Json(Tlp.Amber, facts, Months.February).ShouldNotContain("lumenbridge");
    }
}

using System.Text;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Statements;
using Ketman.Testing;

namespace Ketman.Metrics.Tests;

public sealed class StatementTextTests
{
    private static readonly Statement February = Statement.Compute(SampleMonth.Facts, Months.February);

    [Fact]
    public void the_statement_of_february_reads_as_approved() => StatementMarkdown.Write(February).ShouldBeApproved("statement-2025-02.md");

    [Fact]
    public void the_figures_of_february_are_as_approved() =>
        (Encoding.UTF8.GetString(StatementJson.Write(February)) + "\n").ShouldBeApproved("statement-2025-02.json");

    [Fact]
    public void a_month_without_anything_says_so_in_every_section() =>
        StatementMarkdown.Write(Statement.Compute([], Months.Of(2025, 6))).ShouldBeApproved("statement-empty.md");

    [Fact]
    public void a_month_with_one_of_each_speaks_in_the_singular() =>
        StatementMarkdown.Write(Statement.Compute(SampleMonth.Facts, Months.Of(2025, 1))).ShouldBeApproved("statement-one.md");

    [Fact]
    public void a_month_that_is_not_over_says_how_far_it_tells()
    {
        var month = new StatementMonth(new DateOnly(2025, 2, 1), Months.Utc, new DateTimeOffset(2025, 2, 18, 12, 0, 0, TimeSpan.Zero));
        var statement = Statement.Compute(SampleMonth.Facts.Where(fact => Months.Utc.DateOf(fact.At) <= new DateOnly(2025, 2, 18)), month);
        (statement.Complete, statement.LastDay).ShouldBe((false, new DateOnly(2025, 2, 18)));
        StatementMarkdown.Write(statement).ShouldContain("February 2025 is not over: the figures tell what had happened by 2025-02-18");
    }

    [Fact]
    public void no_company_is_named_in_markdown_and_no_private_one_in_json()
    {
        var markdown = StatementMarkdown.Write(February);
        var json = Encoding.UTF8.GetString(StatementJson.Write(February));
        foreach (var company in SampleMonth.Facts.Select(fact => fact.Said).OfType<Contracts.Intake.CompanyRegistered>())
        {
            markdown.ShouldNotContain(company.Name);
            markdown.ShouldNotContain(company.Handle);
        }

        json.ShouldNotContain("halcyon");
        json.ShouldContain("Lumenbridge");
    }

    [Fact]
    public void a_company_that_asks_for_privacy_later_disappears_from_the_months_before()
    {
        var asked = new Fact(
            Guid.NewGuid(), SampleMonth.DisclosureId("lumenbridge-2025-02"), 1000, Contracts.Moment.On(new DateOnly(2025, 3, 20)), DateTimeOffset.UnixEpoch, "test",
            new Contracts.Disclosures.PrivacyRequested(SampleMonth.DisclosureId("lumenbridge-2025-02"), null));
        Encoding.UTF8.GetString(StatementJson.Write(Statement.Compute([.. SampleMonth.Facts, asked], Months.February))).ShouldNotContain("lumenbridge");
    }

    [Fact]
    public void a_company_whose_profile_has_not_arrived_is_not_named()
    {
        var facts = SampleMonth.Facts.Where(fact => fact.Subject != SampleMonth.CompanyId("lumenbridge"));
        Encoding.UTF8.GetString(StatementJson.Write(Statement.Compute(facts, Months.February))).ShouldNotContain("lumenbridge");
    }
}

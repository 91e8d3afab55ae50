using Ketman.Contracts;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Tests;

/// <summary>The sample month is the first acceptance case: February 2025 as the source tells it.</summary>
public sealed class SampleStatementTests
{
    private static readonly Statement February = Statement.Compute(SampleMonth.Facts, Months.February);

    [Fact]
    public void seven_companies_are_affected_and_eleven_by_the_relaxed_count()
    {
        February.AffectedCompanies.Value.ShouldBe(7);
        February.AffectedCompanies.Companies.Select(company => company.Company.Id).ShouldBe(
            new[] { "halcyon", "lumenbridge", "quillstack", "orchardpay", "tidemark", "brackenswap", "fernlabs" }.Select(SampleMonth.CompanyId));
        February.AffectedCompanies.Relaxed.Value.ShouldBe(11);
        February.AffectedCompanies.Relaxed.Further.ShouldBe(4);
    }

    [Fact]
    public void ten_workers_are_confirmed_four_of_them_with_the_company()
    {
        February.ConfirmedWorkers.Value.ShouldBe(10);
        February.ConfirmedWorkers.WithCompany.ShouldBe(4);
        February.ConfirmedWorkers.HighCertainty.ShouldBe(6);
    }

    [Fact]
    public void fifty_thousand_dollars_went_in_stablecoins_and_governance_tokens_all_from_affected_companies()
    {
        var money = February.MoneyTransferred;
        money.Value.ShouldBe(50_000m);
        money.ByAffectedCompanies.ShouldBe(50_000m);
        (money.Low, money.High).ShouldBe((48_950m, 51_050m));
        money.ByKind.ShouldBe([new KindTotal(AssetKind.Stablecoin, 36_300m), new KindTotal(AssetKind.Governance, 13_700m)]);
        money.Unpriced.ShouldHaveSingleItem().Asset.ShouldBe("ENA");
    }

    [Fact]
    public void engagements_lasted_three_to_four_months_and_accounts_began_between_2017_and_2024()
    {
        var activity = February.TimeOfActivity;
        activity.Engagements.Count.ShouldBe(10);
        activity.Shortest.ShouldNotBeNull().Months.ShouldBe(3);
        activity.Longest.ShouldNotBeNull().Months.ShouldBe(4);
        activity.FirstActiveYears.ShouldBe(new YearSpan(2017, 2024));
    }

    [Fact]
    public void twenty_eight_accounts_are_new() => February.IndexedAccounts.Value.ShouldBe(28);

    [Fact]
    public void one_of_seven_set_up_a_war_room_and_is_private()
    {
        (February.Reactions.WarRooms, February.Reactions.Of).ShouldBe((1, 7));
        var company = February.Reactions.Companies.Single(one => one.Attitude is Attitude.WarRoom).Company;
        company.ShouldBe(new ShownCompany(SampleMonth.CompanyId("halcyon"), true, "halcyon", "Halcyon Vaults", "Top 300"));
    }

    [Fact]
    public void the_others_are_silent_informational_or_deferred_with_the_deadline_missed()
    {
        February.Reactions.ByAttitude.ShouldBe(
            [new(Attitude.WarRoom, 1), new(Attitude.Informational, 2), new(Attitude.Deferred, 2), new(Attitude.Silent, 2)]);
        February.Reactions.MissedDeadlines.ShouldBe(2);
        February.Reactions.UpdateRequestsAfterDeadline.ShouldBe(5);
        February.Reactions.Companies.Where(one => one.Running).Select(one => (one.Company.Handle, one.Attempts, one.Channels.Count, one.DaysToAcknowledge))
            .ShouldBe([("lumenbridge", 6, 6, 23.7m), ("brackenswap", 4, 3, 16.6m)]);
    }

    [Fact]
    public void those_who_never_answered_are_in_the_median()
    {
        var time = February.ReactionTime;
        (time.Cases, time.Acknowledged, time.Running, time.NothingDelivered).ShouldBe((7, 5, 2, 0));
        time.MedianDays.ShouldBe(3.2m);
    }

    [Fact]
    public void no_implant_was_found_and_help_was_engaged_once()
    {
        February.ImplantsFound.Value.ShouldBe(0);
        February.ImplantsFound.AssessedWithoutFinding.ShouldBe(2);
        February.PostExploitationHelp.Value.ShouldBe(1);
    }

    [Fact]
    public void what_does_not_count_in_february_counts_in_its_own_month()
    {
        var january = Statement.Compute(SampleMonth.Facts, Months.Of(2025, 1));
        (january.AffectedCompanies.Value, january.ConfirmedWorkers.Value, january.ImplantsFound.Value, january.IndexedAccounts.Value).ShouldBe((1, 1, 1, 1));
        (january.MoneyTransferred.Value, january.MoneyTransferred.ByAffectedCompanies).ShouldBe((36_800m, 7_000m));
        var march = Statement.Compute(SampleMonth.Facts, Months.Of(2025, 3));
        (march.AffectedCompanies.Value, march.ConfirmedWorkers.Value, march.MoneyTransferred.Value, march.IndexedAccounts.Value).ShouldBe((1, 1, 5_800m, 1));
    }
}

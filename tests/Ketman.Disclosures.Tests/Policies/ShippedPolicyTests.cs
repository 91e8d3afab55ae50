using Ketman.Contracts;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Tests.Policies;

/// <summary>What the shipped policies promise in their descriptions stands in their terms.</summary>
public sealed class ShippedPolicyTests
{
    [Fact]
    public void four_policies_are_shipped() => ShippedPolicies.All.Select(policy => policy.Document.Name)
        .ShouldBe(["cert-cc-45", "ketman-standard", "project-zero-90-30", "zdi-120"]);

    [Fact]
    public void the_standard_policy_keeps_a_clock_for_everything_that_is_owed() => Named("ketman-standard").Clocks.Select(clock => clock.Name)
        .ShouldBe(["first-outreach", "acknowledgement", "triage-decision", "access-revocation", "next-update", "resolution", "commitment"]);

    [Fact]
    public void the_standard_ladder_climbs_from_a_reminder_to_the_final_notice()
    {
        var ladder = Named("ketman-standard").Ladder;

        ladder.Take(5).Select(step => step.Kind).ShouldBe([StepKind.Reminder, StepKind.OtherChannel, StepKind.OtherPerson, StepKind.Intermediary, StepKind.FinalNotice]);
        ladder.Where(step => step.Kind is not StepKind.Review).ShouldAllBe(step => step.CancelledBy.Contains(Milestone.CompanyWord), "an answer cancels what would press for one");
    }

    [Fact]
    public void nobody_but_the_team_owes_anything_before_the_company_was_reached() =>
        ShippedPolicies.All.SelectMany(policy => policy.Document.Clocks)
            .Where(clock => clock.Due.After is Milestone.Opened).ShouldAllBe(clock => clock.OwedBy == Party.Team);

    [Fact]
    public void cert_cc_counts_45_days_from_the_first_attempt()
    {
        var policy = Named("cert-cc-45");

        Step(policy, "publishable").Due.FirstOf![^1].ShouldBe(new DueRule(Milestone.FirstAttempt, Time: "P45D"));
        Step(policy, "courtesy-copy").Due.FirstOf![^1].ShouldBe(new DueRule(Milestone.FirstAttempt, Time: "P38D"));
        var quiet = Step(policy, "non-responsive").Due.FirstOf!;
        quiet[0].LatestOf![0].FirstOf![0].ShouldBe(new DueRule(Milestone.CompanyWord, Time: "P14D"));
        quiet[0].LatestOf![1].ShouldBe(new DueRule(Milestone.EmbargoEnds, Time: "PT0S"));
        quiet[1].FirstOf![0].ShouldBe(new DueRule(Milestone.CompanyWord, Time: "P42D"));
    }

    [Fact]
    public void project_zero_gives_90_days_and_30_and_7_while_harm_is_done()
    {
        var policy = Named("project-zero-90-30");
        var fix = policy.Clocks.Single();

        (fix.Due.Time, fix.Grace!.Time).ShouldBe(("P90D", "P14D"));
        var harm = fix.Variants!.Single(variant => variant.Severity is Severity.ActiveHarm);
        (harm.Due.Time, harm.Grace!.Time).ShouldBe(("P7D", "P3D"));
        Step(policy, "publishable").Due.FirstOf!.ShouldBe(
        [
            new DueRule(Milestone.AccessRevoked, Time: "P30D", If: new ClockCondition("fix", ClockResult.Met)),
            new DueRule(AfterDue: "fix", Time: "P30D", If: new ClockCondition("fix", ClockResult.MetInGrace)),
            new DueRule(AfterBreach: "fix", Time: "PT0S"),
        ]);
    }

    [Fact]
    public void zdi_counts_in_days_of_eight_hours()
    {
        var policy = Named("zdi-120");

        Step(policy, "second-attempt").Due.ShouldBe(new DueRule(Milestone.FirstAttempt, Time: "PT40H", Counted: Counting.Business));
        Step(policy, "intermediary").Due.ShouldBe(new DueRule(Milestone.FirstAttempt, Time: "PT80H", Counted: Counting.Business));
        Step(policy, "publishable").Due.FirstOf!.ShouldBe(
        [
            new DueRule(Milestone.FirstAttempt, Time: "PT120H", Counted: Counting.Business, IfAbsent: Milestone.Acknowledged),
            new DueRule(AfterBreach: "resolution", Time: "PT0S"),
        ]);
        policy.Clocks.Single(clock => clock.Name == "resolution").Due.ShouldBe(new DueRule(Milestone.FirstAttempt, Time: "P120D"));
        policy.Calendar.Hours!.Values.ShouldAllBe(windows => windows.Single() == "09:00-17:00");
    }

    private static PolicyDocument Named(string name) => ShippedPolicies.All.Single(policy => policy.Document.Name == name).Document;

    private static LadderTerms Step(PolicyDocument policy, string step) => policy.Ladder.Single(terms => terms.Step == step);
}

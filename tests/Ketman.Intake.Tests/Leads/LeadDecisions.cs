using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Intake.Leads;
using Ketman.Testing;

namespace Ketman.Intake.Tests.Leads;

public sealed class LeadDecisions
{
    private const string Hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly Moment Now = Moment.At(Scenario.Now);
    private static readonly Moment January = Moment.On(new DateOnly(2025, 1, 10));
    private static readonly Guid Company = new("01950000-0000-7000-8000-0000000000c0");
    private static readonly Guid Account = new("01950000-0000-7000-8000-0000000000ac");
    private static readonly Guid Other = new("01950000-0000-7000-8000-0000000000aa");
    private static readonly Guid Case = new("01950000-0000-7000-8000-0000000000dd");

    private static readonly LeadOpened Opened = new("odd-hours", "Commits at odd hours", Company, [Account], January);
    private static readonly EvidenceAdded Evidence = new("screenshot", "https://evidence.example/1", Hash, Now);
    private static readonly LeadDismissed Dismissed = new("lives in Lisbon", Now);
    private static readonly LeadDisclosed Disclosed = new(Case, Now);
    private static readonly LeadMerged Merged = new(Other, Now);

    private static readonly OpenLead Open = new("Commits at odd hours ", "odd-hours", $"{Company}", [$"{Account}", $"{Account}"], January);

    [Fact]
    public void a_lead_is_opened_with_company_and_accounts() => Scenario.Given(Lead.Aggregate).When(OpenLead.Decide, Open).Then(Opened);

    [Fact]
    public void a_lead_without_a_handle_takes_the_one_it_was_given()
    {
        var context = new CommandContext(Scenario.Now, Scenario.CommandId, "analyst", "lead", new Dictionary<Reference, Guid>(), "lead-1a2b3c");

        new Outcome(OpenLead.Decide(Lead.Aggregate.Initial, new OpenLead("seen"), context)).Then(new LeadOpened("lead-1a2b3c", "seen", null, [], Now));
    }

    [Fact]
    public void opening_it_again_does_nothing() => Scenario.Given(Lead.Aggregate, Opened, Evidence).When(OpenLead.Decide, Open).ThenNothing();

    [Fact]
    public void a_handle_is_not_given_twice() => Scenario.Given(Lead.Aggregate, Opened)
        .When(OpenLead.Decide, Open with { Summary = "Something else" }).ThenRefused("handle-taken");

    [Fact]
    public void evidence_is_added_once()
    {
        var command = new AddEvidence("screenshot", "https://evidence.example/1", Hash.ToUpperInvariant());

        Scenario.Given(Lead.Aggregate, Opened).When(AddEvidence.Decide, command).Then(Evidence);
        Scenario.Given(Lead.Aggregate, Opened, Evidence).When(AddEvidence.Decide, command).ThenNothing();
        Scenario.Given(Lead.Aggregate, Opened, Evidence).When(AddEvidence.Decide, new AddEvidence("video")).Then(new EvidenceAdded("video", null, null, Now));
    }

    [Fact]
    public void evidence_still_comes_in_after_the_disclosure_but_not_after_giving_up()
    {
        Scenario.Given(Lead.Aggregate, Opened, Disclosed).When(AddEvidence.Decide, new AddEvidence("video")).Then(new EvidenceAdded("video", null, null, Now));
        Scenario.Given(Lead.Aggregate, Opened, Dismissed).When(AddEvidence.Decide, new AddEvidence("video")).ThenRefused("lead-dismissed");
        Scenario.Given(Lead.Aggregate, Opened, Merged).When(AddEvidence.Decide, new AddEvidence("video")).ThenRefused("lead-merged");
    }

    [Fact]
    public void a_lead_is_dismissed_once()
    {
        var command = new DismissLead("lives in Lisbon");

        Scenario.Given(Lead.Aggregate, Opened).When(DismissLead.Decide, command).Then(Dismissed);
        Scenario.Given(Lead.Aggregate, Opened, Dismissed).When(DismissLead.Decide, command).ThenNothing();
        Scenario.Given(Lead.Aggregate, Opened, Dismissed).When(DismissLead.Decide, new DismissLead("bored")).ThenRefused("lead-dismissed");
    }

    [Fact]
    public void what_a_company_was_told_is_not_dismissed() => Scenario.Given(Lead.Aggregate, Opened, Disclosed)
        .When(DismissLead.Decide, new DismissLead("x")).ThenRefused("lead-disclosed");

    [Fact]
    public void a_merged_lead_is_not_dismissed() => Scenario.Given(Lead.Aggregate, Opened, Merged)
        .When(DismissLead.Decide, new DismissLead("x")).ThenRefused("lead-merged");

    [Fact]
    public void a_lead_is_merged_once()
    {
        Scenario.Given(Lead.Aggregate, Opened).When(MergeLead.Decide, new MergeLead($"{Other}")).Then(Merged);
        Scenario.Given(Lead.Aggregate, Opened, Merged).When(MergeLead.Decide, new MergeLead($"{Other}")).ThenNothing();
        Scenario.Given(Lead.Aggregate, Opened, Merged).When(MergeLead.Decide, new MergeLead($"{Guid.AllBitsSet}")).ThenRefused("lead-merged");
    }

    [Fact]
    public void a_lead_is_merged_neither_into_itself_nor_into_a_merged_one()
    {
        Scenario.Given(Lead.Aggregate, Opened).When(MergeLead.Decide, new MergeLead($"{Scenario.Id}")).ThenRefused("merge-into-itself");
        Scenario.Given(Lead.Aggregate, Opened).When(MergeLead.Decide, new MergeLead("by-handle")).ThenRefused("merge-target-merged");
    }

    [Fact]
    public void a_lead_that_ended_is_not_merged()
    {
        Scenario.Given(Lead.Aggregate, Opened, Disclosed).When(MergeLead.Decide, new MergeLead($"{Other}")).ThenRefused("lead-disclosed");
        Scenario.Given(Lead.Aggregate, Opened, Dismissed).When(MergeLead.Decide, new MergeLead($"{Other}")).ThenRefused("lead-dismissed");
    }

    [Fact]
    public void a_disclosure_of_the_lead_is_recorded_once_whatever_became_of_the_lead()
    {
        var command = new DiscloseLead(Case, Now);

        Scenario.Given(Lead.Aggregate, Opened).When(DiscloseLead.Decide, command).Then(Disclosed);
        Scenario.Given(Lead.Aggregate, Opened, Dismissed).When(DiscloseLead.Decide, command).Then(Disclosed);
        Scenario.Given(Lead.Aggregate, Opened, Disclosed).When(DiscloseLead.Decide, command).ThenNothing();
    }

    [Fact]
    public void an_open_lead_is_dismissed_before_it_is_erased() => Scenario.Given(Lead.Aggregate, Opened, Evidence)
        .When(EraseLead.Decide, new EraseLead()).ThenRefused("lead-open");

    [Fact]
    public void a_lead_that_is_settled_is_erased()
    {
        foreach (var settled in new IDomainEvent[] { Dismissed, Disclosed, Merged })
        {
            Scenario.Given(Lead.Aggregate, Opened, settled).When(EraseLead.Decide, new EraseLead()).Then(new LeadErased(Now));
        }
    }

    [Fact]
    public void an_erased_lead_is_neither_erased_nor_opened_nor_spoken_of_again()
    {
        var erased = Scenario.Given(Lead.Aggregate, Opened, Dismissed, new LeadErased(Now));

        erased.When(EraseLead.Decide, new EraseLead()).ThenNothing();
        erased.When(LeadRules.UnlessErased<OpenLead>(OpenLead.Decide), Open).ThenRefused("lead-erased");
    }
}

using Ketman.Contracts;
using Ketman.Disclosures.Evidence;
using Ketman.Disclosures.Response;
using Ketman.Disclosures.Workers;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Decisions;

public sealed class EvidenceTests
{
    private static readonly CodeMerged Merged = new(On("2024-11-04"), Fox, "halcyon/core", "https://example.org/7");
    private static readonly EngagementEstablished Engaged = new(On("2024-10-28"), Fox, ActorRole.Worker);
    private static readonly WorkerConfirmed Confirmed = new(On("2025-02-05"), Fox, ConfirmationBasis.HighCertainty);
    private static readonly AccessRevoked Revoked = new(On("2025-02-06"), Fox, "deploy keys");

    [Fact]
    public void a_finding_is_added() => Case()
        .When(AddFinding.Decide, new AddFinding("shared keys", "github:owl", "https://example.org/keys", new string('A', 64), On("2025-02-03")))
        .Then(new FindingAdded(On("2025-02-03"), "shared keys", Owl, "https://example.org/keys", new string('a', 64)));

    [Fact]
    public void the_same_finding_may_be_made_twice()
    {
        var found = new FindingAdded(Now, "shared keys", null, null, null);

        Case(found).When(AddFinding.Decide, new AddFinding("shared keys")).Then(found);
    }

    [Fact]
    public void a_merge_is_recorded_once_and_lies_before_the_opening_as_it_should()
    {
        var command = new RecordMerge("github:fox", "halcyon/core", "https://example.org/7", On("2024-11-04"));

        Case().When(RecordMerge.Decide, command).Then(Merged);
        Case(Merged).When(RecordMerge.Decide, command).ThenNothing();
        Case(Merged).When(RecordMerge.Decide, command with { At = On("2024-11-01") }).Then(Merged with { OccurredAt = On("2024-11-01") });
    }

    [Fact]
    public void a_retracted_merge_can_be_recorded_again() => Case(Merged, new FactRetracted(Now, Fact(1), "a slip"))
        .When(RecordMerge.Decide, new RecordMerge("github:fox", "halcyon/core", "https://example.org/7", On("2024-11-04"))).Then(Merged);

    [Fact]
    public void an_engagement_is_established_once_in_each_role_and_time()
    {
        Case().When(EstablishEngagement.Decide, new EstablishEngagement("github:fox", At: On("2024-10-28"))).Then(Engaged);
        Case(Engaged).When(EstablishEngagement.Decide, new EstablishEngagement("github:fox", ActorRole.Worker, On("2024-10-28"))).ThenNothing();
        Case(Engaged).When(EstablishEngagement.Decide, new EstablishEngagement("github:fox", ActorRole.Facilitator, On("2024-10-28")))
            .Then(Engaged with { Role = ActorRole.Facilitator });
    }

    [Fact]
    public void a_worker_is_confirmed_once_on_each_basis()
    {
        Case().When(ConfirmWorker.Decide, new ConfirmWorker("github:fox", ConfirmationBasis.HighCertainty, On("2025-02-05"))).Then(Confirmed);
        Case(Confirmed).When(ConfirmWorker.Decide, new ConfirmWorker("github:fox", ConfirmationBasis.HighCertainty, On("2025-02-05"))).ThenNothing();
        Case(Confirmed).When(ConfirmWorker.Decide, new ConfirmWorker("github:fox", ConfirmationBasis.WithCompany, On("2025-02-08")))
            .Then(new WorkerConfirmed(On("2025-02-08"), Fox, ConfirmationBasis.WithCompany));
    }

    [Fact]
    public void a_later_confirmation_says_nothing_new_and_an_earlier_one_does()
    {
        Case(Confirmed).When(ConfirmWorker.Decide, new ConfirmWorker("github:fox", ConfirmationBasis.HighCertainty, On("2025-02-08"))).ThenNothing();
        Case(Confirmed).When(ConfirmWorker.Decide, new ConfirmWorker("github:fox", ConfirmationBasis.HighCertainty, On("2025-01-31")))
            .Then(Confirmed with { OccurredAt = On("2025-01-31") });
    }

    [Fact]
    public void nobody_is_confirmed_in_a_closed_case() => Case(Closed)
        .When(ConfirmWorker.Decide, new ConfirmWorker("github:fox", ConfirmationBasis.HighCertainty, On("2025-02-05"))).ThenRefused("case-closed");

    [Fact]
    public void access_is_revoked_piece_by_piece()
    {
        Case().When(RevokeAccess.Decide, new RevokeAccess("github:fox", "deploy keys", On("2025-02-06"))).Then(Revoked);
        Case(Revoked).When(RevokeAccess.Decide, new RevokeAccess("github:fox", "deploy keys", On("2025-02-06"))).ThenNothing();
        Case(Revoked).When(RevokeAccess.Decide, new RevokeAccess("github:fox", "chat", On("2025-02-06"))).Then(Revoked with { What = "chat" });
    }

    [Fact]
    public void an_implant_may_be_assessed_again_with_another_result()
    {
        var clean = new ImplantAssessed(On("2025-02-10"), Found: false, "all merges reviewed");

        Case().When(AssessImplant.Decide, new AssessImplant(false, "all merges reviewed", On("2025-02-10"))).Then(clean);
        Case(clean).When(AssessImplant.Decide, new AssessImplant(false, "all merges reviewed", On("2025-02-10"))).ThenNothing();
        Case(clean).When(AssessImplant.Decide, new AssessImplant(true)).Then(new ImplantAssessed(Now, Found: true, null));
    }

    [Fact]
    public void help_is_engaged_once()
    {
        var helped = new PostExploitationHelpEngaged(On("2025-02-10"), "a response firm", "search for persistence");

        Case().When(EngageHelp.Decide, new EngageHelp("a response firm", "search for persistence", On("2025-02-10"))).Then(helped);
        Case(helped).When(EngageHelp.Decide, new EngageHelp("a response firm", "search for persistence", On("2025-02-10"))).ThenNothing();
    }

    [Fact]
    public void what_comes_to_light_late_is_added_to_a_closed_case()
    {
        Case(Closed).When(AddFinding.Decide, new AddFinding("shared keys", At: On("2025-02-01"))).Then(new FindingAdded(On("2025-02-01"), "shared keys", null, null, null));
        Case(Closed).When(RecordMerge.Decide, new RecordMerge("github:fox", "halcyon/core", "https://example.org/7", On("2024-11-04"))).Then(Merged);
        Case(Closed).When(EstablishEngagement.Decide, new EstablishEngagement("github:fox", At: On("2024-10-28"))).Then(Engaged);
        Case(Closed).When(RevokeAccess.Decide, new RevokeAccess("github:fox", "deploy keys", On("2025-02-06"))).Then(Revoked);
        Case(Closed).When(AssessImplant.Decide, new AssessImplant(false, At: On("2025-02-18"))).Then(new ImplantAssessed(On("2025-02-18"), false, null));
        Case(Closed).When(EngageHelp.Decide, new EngageHelp(At: On("2025-02-18"))).Then(new PostExploitationHelpEngaged(On("2025-02-18"), null, null));
    }

    [Fact]
    public void what_happens_after_the_closing_means_that_the_case_is_not_over()
    {
        var after = On("2025-02-19");

        Case(Closed).When(AddFinding.Decide, new AddFinding("shared keys", At: after)).ThenRefused("case-closed");
        Case(Closed).When(RecordMerge.Decide, new RecordMerge("github:fox", "halcyon/core", At: after)).ThenRefused("case-closed");
        Case(Closed).When(EstablishEngagement.Decide, new EstablishEngagement("github:fox", At: after)).ThenRefused("case-closed");
        Case(Closed).When(RevokeAccess.Decide, new RevokeAccess("github:fox", At: after)).ThenRefused("case-closed");
        Case(Closed).When(AssessImplant.Decide, new AssessImplant(false, At: after)).ThenRefused("case-closed");
        Case(Closed).When(EngageHelp.Decide, new EngageHelp(At: after)).ThenRefused("case-closed");
    }
}

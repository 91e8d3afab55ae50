using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.Disclosures.Commitments;
using Ketman.Disclosures.Response;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Decisions;

public sealed class SeverityAndEmbargoTests
{
    private static readonly SeverityAssessed High = new(On("2025-02-05"), Severity.High, "deploy keys");
    private static readonly EmbargoSet Embargo = new(On("2025-02-06"), On("2025-03-31"), "an investigation");
    private static readonly InformationRequested Asked = new(At("2025-02-06T10:00:00Z"), "which commits?", "head of security");

    [Fact]
    public void a_case_is_as_urgent_as_was_last_said()
    {
        Case().When(AssessSeverity.Decide, new AssessSeverity(Severity.High, "deploy keys", On("2025-02-05"))).Then(High);
        Case(High).When(AssessSeverity.Decide, new AssessSeverity(Severity.High, "in other words")).ThenNothing();
        Case(High).When(AssessSeverity.Decide, new AssessSeverity(Severity.ActiveHarm, "funds move")).Then(new SeverityAssessed(Now, Severity.ActiveHarm, "funds move"));
        Case(High).When(AssessSeverity.Decide, new AssessSeverity(Severity.Standard, "keys are rotated")).Then(new SeverityAssessed(Now, Severity.Standard, "keys are rotated"));
    }

    [Fact]
    public void that_a_case_was_urgent_earlier_is_something_new() => Case(High)
        .When(AssessSeverity.Decide, new AssessSeverity(Severity.High, "known before", On("2025-02-03")))
        .Then(new SeverityAssessed(On("2025-02-03"), Severity.High, "known before"));

    [Fact]
    public void a_closed_case_does_not_become_urgent() => Case(Closed)
        .When(AssessSeverity.Decide, new AssessSeverity(Severity.High, "late")).ThenRefused("case-closed");

    [Fact]
    public void an_embargo_is_set_once_and_another_date_takes_its_place()
    {
        var set = new SetEmbargo("an investigation", On("2025-03-31"), On("2025-02-06"));

        Case().When(SetEmbargo.Decide, set).Then(Embargo);
        Case(Embargo).When(SetEmbargo.Decide, set with { Reason = "again", At = null }).ThenNothing();
        Case(Embargo).When(SetEmbargo.Decide, set with { Until = null, At = null }).Then(Embargo with { OccurredAt = Now, Until = null });
        Case(Closed).When(SetEmbargo.Decide, set).Then(Embargo);
    }

    [Fact]
    public void an_embargo_is_not_over_before_it_is_set() => Case()
        .When(SetEmbargo.Decide, new SetEmbargo("an investigation", On("2025-02-05"), On("2025-02-06"))).ThenRefused("embargo-over-before-set");

    [Fact]
    public void an_embargo_is_lifted_once_and_may_be_set_again()
    {
        var lifted = new EmbargoLifted(On("2025-02-10"), "it is over");

        Case(Embargo).When(LiftEmbargo.Decide, new LiftEmbargo("it is over", On("2025-02-10"))).Then(lifted);
        Case(Embargo, lifted).When(LiftEmbargo.Decide, new LiftEmbargo("it is over")).ThenNothing();
        Case(Embargo, lifted).When(SetEmbargo.Decide, new SetEmbargo("a second one", On("2025-03-31"))).Then(Embargo with { OccurredAt = Now, Reason = "a second one" });
    }

    [Fact]
    public void there_must_be_an_embargo_to_lift()
    {
        Case().When(LiftEmbargo.Decide, new LiftEmbargo("it is over")).ThenRefused("embargo-unknown");
        Case(Embargo, new FactRetracted(Now, Fact(1), "another case")).When(LiftEmbargo.Decide, new LiftEmbargo("it is over")).ThenRefused("embargo-unknown");
        Case(Embargo).When(LiftEmbargo.Decide, new LiftEmbargo("it is over", On("2025-02-05"))).ThenRefused("lifted-before-set");
        Case(Embargo with { Until = On("2025-02-10") }).When(LiftEmbargo.Decide, new LiftEmbargo("it is over")).ThenNothing();
    }

    [Fact]
    public void what_the_company_asks_is_asked_once_at_a_time()
    {
        var ask = new RequestInformation("which commits?", "head of security", At("2025-02-06T10:00:00Z"));

        Case().When(RequestInformation.Decide, ask).Then(Asked);
        Case(Asked).When(RequestInformation.Decide, ask).ThenNothing();
        Case(Asked).When(RequestInformation.Decide, ask with { At = null }).Then(Asked with { OccurredAt = Now });
        Case(Closed).When(RequestInformation.Decide, ask).ThenRefused("case-closed");
    }

    [Fact]
    public void a_question_is_answered_once()
    {
        var answered = new InformationProvided(Now, Fact(1), "a list");

        Case(Asked).When(ProvideInformation.Decide, new ProvideInformation(Ref(1), "a list")).Then(answered);
        Case(Asked, answered).When(ProvideInformation.Decide, new ProvideInformation(Ref(1), "another list")).ThenNothing();
    }

    [Fact]
    public void there_must_be_a_question_to_answer()
    {
        Case().When(ProvideInformation.Decide, new ProvideInformation("which-commits")).ThenRefused("information-request-unknown");
        Case(Asked, new FactRetracted(Now, Fact(1), "another case")).When(ProvideInformation.Decide, new ProvideInformation(Ref(1))).ThenRefused("information-request-retracted");
        Case(Asked).When(ProvideInformation.Decide, new ProvideInformation(Ref(1), At: On("2025-02-04"))).ThenRefused("provided-before-requested");
    }

    [Fact]
    public void an_answer_is_taken_back_with_its_question() => Case(Asked, new InformationProvided(Now, Fact(1), null))
        .When(RetractFact.Decide, new RetractFact(Ref(1), "a slip"))
        .Then(new FactRetracted(Now, Fact(1), "a slip"), new FactRetracted(Now, Fact(2), "a slip"));
}

using Ketman.Contracts;
using Ketman.Disclosures.Commitments;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Decisions;

public sealed class CommitmentTests
{
    private static readonly MakeCommitment Promise = new(Promised.What, Promised.Due, Promised.From, Promised.OccurredAt);

    [Fact]
    public void a_promise_is_made_once()
    {
        Case().When(MakeCommitment.Decide, Promise).Then(Promised);
        Case(Promised).When(MakeCommitment.Decide, Promise).ThenNothing();
    }

    [Fact]
    public void another_date_is_another_promise() => Case(Promised)
        .When(MakeCommitment.Decide, Promise with { Due = On("2025-02-21") }).Then(Promised with { Due = On("2025-02-21") });

    [Fact]
    public void a_promise_may_be_due_on_the_day_it_is_made() => Case()
        .When(MakeCommitment.Decide, new MakeCommitment("call back", On("2025-02-06"), At: At("2025-02-06T16:00:00Z")))
        .Then(new CommitmentMade(At("2025-02-06T16:00:00Z"), "call back", On("2025-02-06"), null));

    [Fact]
    public void nobody_promises_for_the_past() => Case()
        .When(MakeCommitment.Decide, Promise with { Due = On("2025-02-05") }).ThenRefused("commitment-due-before-made");

    [Fact]
    public void a_promise_is_kept_once_in_time_or_late()
    {
        Case(Promised).When(KeepCommitment.Decide, new KeepCommitment(Ref(1), On("2025-02-10"))).Then(new CommitmentKept(On("2025-02-10"), Fact(1)));
        Case(Promised).When(KeepCommitment.Decide, new KeepCommitment(Ref(1), On("2025-02-19"))).Then(new CommitmentKept(On("2025-02-19"), Fact(1)));
        Case(Promised, new CommitmentKept(On("2025-02-10"), Fact(1))).When(KeepCommitment.Decide, new KeepCommitment(Ref(1))).ThenNothing();
    }

    [Fact]
    public void a_promise_is_not_kept_before_it_was_made() => Case(Promised)
        .When(KeepCommitment.Decide, new KeepCommitment(Ref(1), On("2025-02-05"))).ThenRefused("kept-before-made");

    [Fact]
    public void an_unknown_promise_is_not_kept() => Case(Paid)
        .When(KeepCommitment.Decide, new KeepCommitment(Ref(1))).ThenRefused("commitment-unknown");

    [Fact]
    public void a_retracted_promise_is_not_kept() => Case(Promised, new FactRetracted(Now, Fact(1), "nobody promised"))
        .When(KeepCommitment.Decide, new KeepCommitment(Ref(1))).ThenRefused("commitment-retracted");

    [Fact]
    public void the_team_asks_again_and_again()
    {
        var asked = new UpdateRequested(On("2025-02-11"), Channel.Email, "is the access revoked?");

        Case().When(RequestUpdate.Decide, new RequestUpdate(Channel.Email, "is the access revoked?", On("2025-02-11"))).Then(asked);
        Case(asked).When(RequestUpdate.Decide, new RequestUpdate(Channel.Email, "is the access revoked?", On("2025-02-11"))).Then(asked);
    }

    [Fact]
    public void the_company_may_say_the_same_again()
    {
        var said = new UpdateReceived(On("2025-02-12"), "we are on it");

        Case().When(ReceiveUpdate.Decide, new ReceiveUpdate("we are on it", On("2025-02-12"))).Then(said);
        Case(said).When(ReceiveUpdate.Decide, new ReceiveUpdate("we are on it", On("2025-02-12"))).Then(said);
    }

    [Fact]
    public void a_closed_case_knows_no_new_promises_and_questions()
    {
        var given = Case(Promised, Closed);

        given.When(MakeCommitment.Decide, Promise).ThenRefused("case-closed");
        given.When(KeepCommitment.Decide, new KeepCommitment(Ref(1))).ThenRefused("case-closed");
        given.When(RequestUpdate.Decide, new RequestUpdate()).ThenRefused("case-closed");
        given.When(ReceiveUpdate.Decide, new ReceiveUpdate("we are on it")).ThenRefused("case-closed");
    }
}

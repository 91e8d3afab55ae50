using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Figures;

namespace Ketman.Metrics.Tests;

/// <summary>What counts in a figure, case by case.</summary>
public sealed class FigureRulesTests
{
    private static readonly Guid Id = DeterministicId.From("disclosure", "halcyon");
    private static readonly Guid Fox = Guid.NewGuid();
    private static readonly Guid Owl = Guid.NewGuid();
    private static readonly DateTimeOffset Monday = new(2025, 2, 3, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void a_case_that_waits_is_censored_now_and_one_that_ended_without_it_at_its_end()
    {
        var waiting = Measured(Attempt("mail", 0), Delivered("mail", 0));
        var ended = Measured(Attempt("mail", 0), Delivered("mail", 0), At(48, new DisclosureClosed(Id, "done")));
        var curve = ReactionTime(Monday.AddHours(240), curve: true, waiting, ended).Elapsed.Curve!;
        curve.Select(step => (step.Time, step.Events, step.Censored)).ShouldBe([(2m, 0, 1), (10m, 0, 1)]);
    }

    [Fact]
    public void with_nobody_acknowledging_the_median_is_at_least_what_was_seen_and_responders_have_none()
    {
        var time = ReactionTime(Monday.AddHours(240), curve: false, Measured(Attempt("mail", 0), Delivered("mail", 0)), Measured());
        (time.Cases, time.Ended, time.Censored, time.NothingDelivered).ShouldBe((1, 0, 1, 1));
        (time.Elapsed.Median, time.Elapsed.AtLeast, time.Elapsed.RespondersOnly.Median).ShouldBe((null, 10m, null));
    }

    // CERT/CC's archive: the median of those who responded tells of a sixth of all who were notified.
    [Fact]
    public void responders_alone_look_quick_where_hardly_anybody_responds()
    {
        List<Measure> cases = [.. Enumerable.Range(1, 83).Select(_ => Measured(Attempt("mail", 0), Delivered("mail", 0)))];
        cases.AddRange(Enumerable.Range(1, 17).Select(days => Measured(Attempt("mail", 0), Delivered("mail", 0), At(days * 18, new DisclosureAcknowledged(Id, null, null, null)))));
        var time = ReactionTime(Monday.AddDays(365), curve: false, [.. cases]);
        time.Elapsed.RespondersOnly.Median.ShouldBe(6.75m);
        (time.Elapsed.Median, time.Elapsed.AtLeast).ShouldBe((null, 365m));
    }

    [Fact]
    public void business_time_leaves_nights_and_weekends_out()
    {
        // Friday 16:00 to Monday 10:00: an hour before closing and one after opening.
        var time = ReactionTime(Monday.AddDays(60), curve: false, Measured(Attempt("mail", 103), Delivered("mail", 103), At(169, new DisclosureAcknowledged(Id, null, null, null))));
        time.Business!.Median.ShouldBe(2m);
        time.Elapsed.Median.ShouldBe(2.75m);
    }

    [Fact]
    public void a_decision_is_neither_silence_nor_deferral_but_both_are_classified()
    {
        var known = Measured(At(10, new ReactionClassified(Id, Reaction.Silent, null)), At(20, new ReactionClassified(Id, Reaction.Deferred, null)), At(30, new ReactionClassified(Id, Reaction.Engaged, null)));
        known.At(CaseMilestone.Classified).ShouldBe(Moment.At(Monday.AddHours(10)));
        known.At(CaseMilestone.CompanyWord).ShouldBe(Moment.At(Monday.AddHours(20)));
        known.At(CaseMilestone.Triaged).ShouldBe(Moment.At(Monday.AddHours(30)));
    }

    [Fact]
    public void access_is_revoked_when_it_is_for_every_worker_known_then()
    {
        var both = Measured(
            At(1, new WorkerConfirmed(Id, Fox, ConfirmationBasis.WithCompany)), At(1, new EngagementEstablished(Id, Owl, ActorRole.Worker)),
            At(10, new AccessRevoked(Id, Fox, null)), At(20, new AccessRevoked(Id, Owl, null)));
        both.At(CaseMilestone.FirstRevocation).ShouldBe(Moment.At(Monday.AddHours(10)));
        both.At(CaseMilestone.AccessRevoked).ShouldBe(Moment.At(Monday.AddHours(20)));
        var later = Measured(At(1, new WorkerConfirmed(Id, Fox, ConfirmationBasis.WithCompany)), At(10, new AccessRevoked(Id, Fox, null)), At(15, new WorkerConfirmed(Id, Owl, ConfirmationBasis.WithCompany)));
        later.At(CaseMilestone.AccessRevoked).ShouldBe(Moment.At(Monday.AddHours(10)));
    }

    [Fact]
    public void a_case_that_was_opened_again_is_not_resolved()
    {
        var known = Measured(At(10, new DisclosureResolved(Id, ResolutionOutcome.Removed, null)), At(20, new DisclosureReopened(Id, "again")));
        known.At(CaseMilestone.Resolved).ShouldBeNull();
        known.At(CaseMilestone.Ended).ShouldBeNull();
    }

    [Fact]
    public void a_clock_that_was_stopped_without_a_breach_is_met_and_one_whose_breach_was_annulled_too()
    {
        var pinned = At(0, new PolicyPinned(Id, "ketman-standard", 1, null));
        var acknowledged = At(30, new DisclosureAcknowledged(Id, null, null, null));
        Clock(Measured(pinned, Attempt("mail", 1), Delivered("mail", 1))).ShouldBe(ClockOutcome.Waiting);
        Clock(Measured(pinned, Attempt("mail", 1), Delivered("mail", 1), acknowledged)).ShouldBe(ClockOutcome.Met);
        var breach = At(20, new SlaBreached(Id, "acknowledgement", null, Guid.Empty, Party.Company, false), "breach");
        Clock(Measured(pinned, Attempt("mail", 1), Delivered("mail", 1), breach, acknowledged)).ShouldBe(ClockOutcome.Breached);
        var annulled = Measured(pinned, Attempt("mail", 1), Delivered("mail", 1), breach, acknowledged, At(31, new BreachAnnulled(Id, Fact("breach"), Guid.Empty)));
        Clock(annulled).ShouldBe(ClockOutcome.Met);
        annulled.Clocks.Single(clock => clock.Name == "acknowledgement").Annulled.ShouldBe(1);
        Clock(Measured(pinned, Attempt("mail", 1), Delivered("mail", 1), At(50, new DisclosureClosed(Id, "done")))).ShouldBe(ClockOutcome.Ended);
    }

    [Fact]
    public void a_clock_is_met_in_grace_where_one_was_granted_and_the_due_time_had_been_named()
    {
        var facts = new[]
        {
            At(0, new PolicyPinned(Id, "ketman-standard", 1, null)), Attempt("mail", 1), Delivered("mail", 1), At(2, new DisclosureAcknowledged(Id, null, null, null)),
            At(40, new DeadlineNear(Id, "triage-decision", null, Monday.AddHours(50), false)), At(45, new ClockExtended(Id, "triage-decision", null, Monday.AddHours(90), true, "lead", "asked")),
        };
        Clock(Measured([.. facts, At(70, new ReactionClassified(Id, Reaction.Engaged, null))]), "triage-decision").ShouldBe(ClockOutcome.MetInGrace);
        Clock(Measured([.. facts, At(49, new ReactionClassified(Id, Reaction.Engaged, null))]), "triage-decision").ShouldBe(ClockOutcome.Met);
    }

    [Fact]
    public void of_a_clock_that_the_catalogue_does_not_know_only_the_breaches_are_told()
    {
        var known = Measured(At(0, new PolicyPinned(Id, "own", 3, null)), At(20, new SlaBreached(Id, "first-call", null, Guid.Empty, Party.Company, false)));
        var figure = new SlaFigures().Compute([known], Scope(Monday.AddDays(9)), whole: true);
        var clock = figure.Clocks.ShouldHaveSingleItem();
        (clock.Clock, clock.MetKnown, clock.Breached, clock.Met, clock.Compliance).ShouldBe(("first-call", false, 1, null, null));
        figure.Compliance.ShouldBeNull();
    }

    [Fact]
    public void a_machine_answers_nothing_and_an_acknowledgement_without_a_reference_answers_no_attempt()
    {
        var known = Measured(
            Attempt("mail", 0), At(1, new OutreachAnswered(Id, Fact("mail"), true, null, null)), Attempt("call", 5, Channel.Phone), Attempt("note", 6, Channel.Signal),
            At(7, new OutreachBounced(Id, Fact("note"), null)), At(8, new DisclosureAcknowledged(Id, null, null, null)));
        var figure = new ChannelFigures().Compute([.. new ChannelFigures().UnitsOf(known)], Scope(Monday.AddHours(24)), whole: true);
        (figure.All.Attempts, figure.All.Delivered, figure.All.Bounced, figure.All.Answered, figure.All.MachineOnly).ShouldBe((3, 1, 1, 0, 1));
        figure.TriesToAnswer.ShouldBe([new TriesFigure(3, 1)]);
        figure.All.TimeToAnswer.AtLeast.ShouldBe(1m);
    }

    // Wilson's interval for 8 of 10 and for none of 10, as e.g. Agresti and Coull (1998) work it out: 0.4902 to 0.9433, and 0 to 0.2775.
    [Theory]
    [InlineData(8, 10, "0.8", "0.4902", "0.9433")]
    [InlineData(0, 10, "0", "0", "0.2775")]
    [InlineData(10, 10, "1", "0.7225", "1")]
    [InlineData(1, 1, "1", "0.2065", "1")]
    public void a_share_has_wilsons_interval(int some, int all, string value, string low, string high) =>
        Share.Count(some, all).ShouldBe(new Share(all, Number(value), Number(low), Number(high)));

    [Fact]
    public void of_nothing_there_is_no_share() => Share.Count(0, 0).ShouldBeNull();

    [Fact]
    public void money_is_told_known_estimated_and_unpriced_apart_to_the_last_digit()
    {
        var known = Measured(
            Paid("USDC", 0.1m, new UsdValue(0.1m, 0.1m)), Paid("USDC", 0.2m, new UsdValue(0.2m, 0.2m)),
            Paid("ETH", 1.000000000000000001m, new UsdValue(1000.01m, 2000.02m)), Paid("FOO", 7m, null));
        var figure = new MoneyFigures().Compute([.. new MoneyFigures().UnitsOf(known)], Scope(Monday), whole: true);
        (figure.Payments, figure.Usd, figure.Low, figure.High, figure.Unpriced).ShouldBe((4, 1500.315m, 1000.31m, 2000.32m, 1));
        figure.Known.ShouldBe(new KnownMoney(2, 0.3m));
        figure.Estimated.ShouldBe(new EstimatedMoney(1, 1000.01m, 1500.015m, 2000.02m));
        figure.Assets.Single(asset => asset.Asset == "ETH").Amount.ShouldBe(1.000000000000000001m);
        figure.Assets.Single(asset => asset.Asset == "FOO").UnpricedAmount.ShouldBe(7m);
        figure.Prices.ShouldBe([new PricedMoney("exchange", 3, 1500.315m, new DateOnly(2025, 2, 3), new DateOnly(2025, 2, 3))]);
    }

    [Fact]
    public void workers_behind_accounts_are_the_same_by_rows_as_by_facts()
    {
        foreach (var seed in Enumerable.Range(0, 60))
        {
            var random = new Random(seed);
            var facts = Histories.From(Enumerable.Range(0, 80).Select(_ => random.Next())).Where(fact => fact.Said.GetType().Namespace == typeof(Contracts.Intake.AccountMerged).Namespace).ToList();
            var byFacts = Workforce.From(facts);
            var byRows = Workforce.FromRows(
            [
                .. facts.GroupBy(fact => fact.Subject).Where(group => group.Any(fact => fact.Said is Contracts.Intake.AccountRegistered)).Select(group => (
                    group.Key,
                    group.Select(fact => fact.Said switch { Contracts.Intake.AccountRegistered said => said.Actor, Contracts.Intake.AccountAttributed said => said.Actor, _ => null }).LastOrDefault(actor => actor is not null),
                    (Guid?)null,
                    group.Select(fact => fact.Said).OfType<Contracts.Intake.AccountMerged>().Select(said => (Guid?)said.IntoAccountId).LastOrDefault())),
            ]);
            foreach (var account in facts.Select(fact => fact.Subject).Distinct())
            {
                byRows.WorkerOf(account).ShouldBe(byFacts.WorkerOf(account), $"seed {seed}");
            }
        }
    }

    private static ClockOutcome Clock(Measure known, string name = "acknowledgement") => known.Clocks.Single(clock => clock.Name == name).Outcome;

    private static TimeFigure ReactionTime(DateTimeOffset at, bool curve, params Measure[] cases)
    {
        var kind = new ReactionTimes();
        var scope = Scope(at);
        return kind.Compute(cases, scope with { Query = scope.Query with { Curve = curve } }, whole: true).Times[0];
    }

    private static FigureScope Scope(DateTimeOffset at) => new(FigureQuery.Plain, Months.Utc, new BusinessTime(Months.Utc), at, new Dictionary<Guid, FigureCompany>(), null);

    private static Measure Measured(params (double Hours, object Said, string Name)[] facts)
    {
        var version = 1L;
        return Measure.Of(Cases.Case.From(
            [
                new Fact(Fact("opened"), Id, 1, Moment.At(Monday), Monday, "test", new DisclosureOpened(Id, "halcyon", Guid.NewGuid(), null, null, [])),
                .. facts.Select(fact => new Fact(Fact(fact.Name), Id, ++version, Moment.At(Monday.AddHours(fact.Hours)), Monday, "test", fact.Said)),
            ],
            Months.Utc)!);
    }

    private static Guid Fact(string name) => DeterministicId.From("fact", name);

    private static (double Hours, object Said, string Name) At(double hours, object said, string? name = null) => (hours, said, name ?? $"{said.GetType().Name} {hours}");

    private static (double Hours, object Said, string Name) Attempt(string name, double hours, Channel channel = Channel.Email) =>
        At(hours, new OutreachAttempted(Id, channel, null, null, "test", null), name);

    private static (double Hours, object Said, string Name) Delivered(string name, double hours) => At(hours, new OutreachDelivered(Id, Fact(name)));

    private static (double Hours, object Said, string Name) Paid(string asset, decimal amount, UsdValue? usd) =>
        At(1, new PaymentRecorded(Id, Fox, asset, amount, usd, "exchange", null, null), $"{asset} {amount}");

    private static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

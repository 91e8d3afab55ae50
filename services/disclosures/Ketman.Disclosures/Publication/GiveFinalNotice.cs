using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Ladder;
using Ketman.Disclosures.Outreach;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Publication;

/// <summary>Tells the company that it will be named, and from when; or records that it was told.</summary>
/// <param name="PublishFrom">The date that the notice bore; a day begins in the zone of the policy's calendar.</param>
/// <param name="Outreach">The attempt by which it was sent, when that is logged: its id or key.</param>
/// <param name="Channel">Otherwise the way by which it is sent now.</param>
/// <param name="Recipient">To whom, in words that are no personal data where possible.</param>
/// <param name="Contact">To whom, when it is a contact of the company's: its id or key.</param>
/// <param name="Clause">The words that it bore; absent: the policy's.</param>
/// <param name="Text">What was sent, whole.</param>
public sealed record GiveFinalNotice(
    Moment PublishFrom, string? Outreach = null, Channel? Channel = null, string? Recipient = null, string? Contact = null,
    string? Clause = null, string? Text = null) : ITargetReferring
{
    IEnumerable<Reference> ITargetReferring.ReferencesOf(string target) => Clearance.Of(target);

    /// <summary>
    /// The date leaves the company the policy's notice period from the recording on, so that nobody shortens it by saying that it
    /// was sent long ago. The step of the ladder that asks for a final notice is taken with it.
    /// </summary>
    public static Decision Decide(Disclosure state, GiveFinalNotice command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        if (Clearance.In(context) is not { } clearance)
        {
            return Clearance.Missing;
        }

        if (PublicationRules.Of(state) is not { } rules)
        {
            return Decision.Refuse("policy-missing", "The case runs under no policy, and only a policy says what a final notice bears.");
        }

        var publication = PublicationState.Of(state);
        if (publication is { Proposal: not null, Named: null })
        {
            return Decision.Refuse("publication-under-way", "A publication is proposed on the notice that stands; withdraw it before another notice is given.");
        }

        if (publication.Named is not null)
        {
            return Decision.Refuse("company-named", "The company was named already; withdraw that first.");
        }

        var zone = rules.Policy.Calendar.Zone;
        var publishFrom = Moment.At(Happening.Of(default, command.PublishFrom, zone).From).Start;
        if (publishFrom < context.Now + rules.NoticePeriod)
        {
            return Decision.Refuse(
                "notice-too-short", $"The date must leave the company the notice period of the policy; the earliest is {Moment.At(context.Now + rules.NoticePeriod)}.");
        }

        var clause = StepTemplate.Fill(rules.Terms.Clause, TemplateFacts.Of(state, clearance.Company, rules.Policy, publishFrom, due: null));
        if (command.Clause is { } said && !StepTemplate.IsSame(said, clause))
        {
            return Decision.Refuse("clause-differs", "The notice must bear the clause of the policy, word for word; leave it out, or see the ladder for it.");
        }

        return command.Text is { } text && !StepTemplate.Bears(text, clause, publishFrom, zone)
            ? Decision.Refuse("notice-incomplete", "The text must bear the clause of the policy and the date from which the company may be named, e.g. 2025-03-15.")
            : Give(state, command, context, rules, clause, publishFrom);
    }

    private static Decision Give(
        Disclosure state, GiveFinalNotice command, CommandContext context, PublicationRules rules, string clause, DateTimeOffset publishFrom)
    {
        var outreach = context.CommandId;
        var at = Moment.At(context.Now);
        List<IDomainEvent> events = [];
        if (command.Outreach is { } logged)
        {
            outreach = context.FactId(logged);
            if (!state.TryGet<OutreachAttempted>(outreach, "outreach", out var attempted, out var broken))
            {
                return broken;
            }

            at = attempted.OccurredAt;
            if ((Attempt.Bounced(state, outreach) ?? MayBeAnswered(state, at)) is { } rule)
            {
                return rule;
            }
        }
        else
        {
            events.Add(new OutreachAttempted(
                at, command.Channel!.Value, command.Recipient, LogOutreach.ContactId(state, command.Contact), context.By, command.Text ?? "Final notice"));
        }

        events.Add(new FinalNoticeGiven(at, outreach, publishFrom, clause));
        if (StepOf(state) is { } step)
        {
            events.Add(new EscalationStepTaken(at, step.Terms.Step, outreach, context.By, command.Text));
        }

        return Decision.Accept(events);
    }

    // A policy may have one for silence and one for a broken promise: that whose time has come, or comes first.
    private static LadderStep? StepOf(Disclosure state) => LadderSteps.Of(state)
        .Where(step => step.Terms.Kind is StepKind.FinalNotice && step.CanBeTaken)
        .OrderByDescending(step => step.Status is StepStatus.Due).ThenBy(step => step.Due!.At ?? DateTimeOffset.MaxValue).FirstOrDefault();

    private static BrokenRule? MayBeAnswered(Disclosure state, Moment sent) =>
        PublicationConditions.Answers.Any(milestone => Milestones.FirstAfter(state, milestone, sent) is not null)
            ? new BrokenRule("answered-since", "The company said something since this was sent; when silence returns, send another notice.")
            : null;

    internal sealed class Rules : AbstractValidator<GiveFinalNotice>
    {
        public Rules()
        {
            RuleFor(c => c.PublishFrom).Must(at => at.Start.Year is >= 2000 and < 2100).WithMessage("must lie in this century; check the year");
            RuleFor(c => c.Outreach).Ref();
            RuleFor(c => c.Outreach).Must((c, outreach) => (outreach is null) != (c.Channel is null))
                .WithMessage("give either the outreach by which it was sent, or the channel by which it is sent now");
            RuleFor(c => c.Recipient).Text(200);
            RuleFor(c => c.Contact).Ref();
            RuleFor(c => c.Clause).Multiline(4000);
            RuleFor(c => c.Text).Multiline(20_000);
        }
    }
}

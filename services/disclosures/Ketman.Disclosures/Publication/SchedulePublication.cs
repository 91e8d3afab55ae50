using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.Disclosures.Clocks;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Publication;

/// <summary>Says from when an approved proposal is to be published; again: from another time.</summary>
/// <param name="For">From when; a day begins in the zone of the policy's calendar.</param>
public sealed record SchedulePublication(Moment For)
{
    /// <summary>Not for the past, and only what is approved. Nothing is published by the coming of the time: a person does it.</summary>
    public static Decision Decide(Disclosure state, SchedulePublication command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var publication = PublicationState.Of(state);
        if (publication is not { ProposalId: { } proposal, Named: null } || PublicationRules.Of(state) is not { } rules)
        {
            return Decision.Refuse("nothing-proposed", "Nobody proposed to name the company.");
        }

        if (publication.OtherApprovers.Count() < rules.Terms.Approvals)
        {
            return Decision.Refuse("not-approved", $"The policy asks for {rules.Terms.Approvals} approvals by people who did not propose it, before it is scheduled.");
        }

        var day = Happening.Of(default, command.For, rules.Policy.Calendar.Zone);
        var at = Moment.At(day.From).Start;
        return day.To < context.Now
                ? Decision.Refuse("schedule-past", "It cannot be scheduled for the past.")
            : publication.Schedule?.For == at ? Decision.Nothing
            : Decision.Accept(new PublicationScheduled(Moment.At(context.Now), proposal, at, context.By));
    }

    internal sealed class Rules : AbstractValidator<SchedulePublication>
    {
        public Rules() => RuleFor(c => c.For).Must(at => at.Start.Year is >= 2000 and < 2100).WithMessage("must lie in this century; check the year");
    }
}

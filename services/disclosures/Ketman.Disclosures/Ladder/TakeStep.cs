using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.Disclosures.Outreach;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Ladder;

/// <summary>Records that a step of the ladder was taken, and logs what was sent with it.</summary>
/// <param name="Step">Which, by its name in the policy.</param>
/// <param name="Outreach">The attempt by which it was taken, when that is logged: its id or key.</param>
/// <param name="Channel">Otherwise the way by which it was sent, which logs the attempt.</param>
/// <param name="Recipient">To whom, in words that are no personal data where possible.</param>
/// <param name="Contact">To whom, when it is a contact of the company's: its id or key.</param>
/// <param name="Text">What was sent, whole.</param>
/// <param name="Summary">The same in a sentence, for the attempt.</param>
/// <param name="At">When; absent: when the named attempt was made, or now.</param>
public sealed record TakeStep(
    string Step, string? Outreach = null, Channel? Channel = null, string? Recipient = null, string? Contact = null, string? Text = null,
    string? Summary = null, Moment? At = null) : ITimedCommand
{
    /// <summary>A step may be taken before its time, but not before what it counts from, not twice for it, and not when it became needless.</summary>
    public static Decision Decide(Disclosure state, TakeStep command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var step = LadderSteps.Of(state).FirstOrDefault(known => known.Terms.Step == command.Step);
        if (Barred(step) is { } rule)
        {
            return rule;
        }

        var isSent = step!.Terms.Kind is not (StepKind.Review or StepKind.Publishable);
        if (command.Outreach is { } logged)
        {
            var outreach = context.FactId(logged);
            return state.TryGet<OutreachAttempted>(outreach, "outreach", out var attempted, out var broken)
                ? Decision.Accept(Taken(command.At ?? attempted.OccurredAt, outreach))
                : broken;
        }

        var at = context.At(command.At);
        return command.Channel is { } channel ? Decision.Accept(
                new OutreachAttempted(at, channel, command.Recipient, LogOutreach.ContactId(state, command.Contact), context.By, command.Summary ?? step.Terms.Title),
                Taken(at, context.CommandId))
            : isSent ? Decision.Refuse("step-needs-outreach", "This step is taken by sending something: say by which channel, or name the attempt that is logged.")
            : Decision.Accept(Taken(at, null));

        EscalationStepTaken Taken(Moment when, Guid? outreach) => new(when, command.Step, outreach, context.By, command.Text);
    }

    private static BrokenRule? Barred(LadderStep? step) => step switch
    {
        null => new BrokenRule("step-unknown", "The policy of the case has no such step; the ladder of the case lists them."),
        { Terms.Kind: StepKind.FinalNotice } => new BrokenRule("step-is-final-notice", "This step is taken by giving the final notice, which bears a clause and a date."),
        { Status: StepStatus.Waiting } => new BrokenRule("step-waiting", "What this step counts from has not happened."),
        { Status: StepStatus.Taken } => new BrokenRule("step-taken", "The step was taken already; it comes again only when what it counts from happens again."),
        { Status: StepStatus.Cancelled } => new BrokenRule("step-cancelled", "The step became needless; log an outreach if you want to send something all the same."),
        _ => null,
    };

    internal sealed class Rules : AbstractValidator<TakeStep>
    {
        public Rules()
        {
            RuleFor(c => c.Step).Handle();
            RuleFor(c => c.Outreach).Ref();
            RuleFor(c => c.Outreach).Must((c, outreach) => outreach is null || c.Channel is null)
                .WithMessage("give either the outreach by which it was taken, or the channel by which it was sent");
            RuleFor(c => c.Recipient).Text(200);
            RuleFor(c => c.Contact).Ref();
            RuleFor(c => c.Text).Multiline(20_000);
            RuleFor(c => c.Summary).Multiline(4000);
        }
    }
}

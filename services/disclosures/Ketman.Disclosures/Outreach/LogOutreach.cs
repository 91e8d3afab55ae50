using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Outreach;

/// <summary>Logs one try to reach one contact by one channel.</summary>
/// <param name="Channel">The way.</param>
/// <param name="Recipient">Whom, in words that are no personal data where possible ("security contact").</param>
/// <param name="Contact">Whom, when it is a contact of the company's: its id, or the key that it was added with.</param>
/// <param name="Summary">What was said.</param>
/// <param name="Outcome">What is known to have come of it; an answer given here is a human's (see record-answer for machines).</param>
/// <param name="By">Who of the team; absent: whoever logs it.</param>
/// <param name="At">When; absent: now.</param>
public sealed record LogOutreach(
    Channel Channel, string? Recipient = null, string? Contact = null, string? Summary = null, OutreachOutcome? Outcome = null,
    string? By = null, Moment? At = null) : ITimedCommand
{
    /// <summary>Trying again is normal: only a repeated command is a repetition.</summary>
    public static Decision Decide(Disclosure state, LogOutreach command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var at = context.At(command.At);
        var attempt = context.CommandId;
        var attempted = new OutreachAttempted(
            at, command.Channel, command.Recipient, ContactId(state, command.Contact), command.By ?? context.By, command.Summary);
        return command.Outcome switch
        {
            OutreachOutcome.Delivered => Decision.Accept(attempted, new OutreachDelivered(at, attempt)),
            OutreachOutcome.Bounced => Decision.Accept(attempted, new OutreachBounced(at, attempt, Reason: null)),
            OutreachOutcome.Answered => Decision.Accept([attempted, .. RecordAnswer.Answered(
                state, new OutreachAnswered(at, attempt, Automatic: false, From: null, Summary: null), context.EventId(1), command.Channel)]),
            _ => Decision.Accept(attempted),
        };
    }

    // The company's stream is in Intake, which keeps the address; the id is enough here and says nothing of a person.
    internal static Guid? ContactId(Disclosure state, string? contact) =>
        contact is null ? null : DeterministicId.OfFact($"company-{state.Opening?.CompanyId:D}", contact);

    internal sealed class Rules : AbstractValidator<LogOutreach>
    {
        public Rules()
        {
            RuleFor(c => c.Recipient).Text(200);
            RuleFor(c => c.Contact).Ref();
            RuleFor(c => c.Summary).Multiline(4000);
            RuleFor(c => c.By).Text(100);
        }
    }
}

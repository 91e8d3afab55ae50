using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Outreach;

/// <summary>Records an answer to an attempt.</summary>
/// <param name="Outreach">Which attempt, by its id or key.</param>
/// <param name="Automatic">Whether a machine answered, which acknowledges nothing; absent: a human did.</param>
/// <param name="From">Who, in words that are no personal data where possible.</param>
/// <param name="Summary">What was answered.</param>
/// <param name="At">When; absent: now.</param>
public sealed record RecordAnswer(
    string Outreach, bool Automatic = false, string? From = null, string? Summary = null, Moment? At = null) : ITimedCommand
{
    /// <summary>A human's answer acknowledges the report when nothing earlier did. Several answers to one attempt are normal.</summary>
    public static Decision Decide(Disclosure state, RecordAnswer command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var id = context.FactId(command.Outreach);
        if (!state.TryGet<OutreachAttempted>(id, "outreach", out var attempted, out var broken))
        {
            return broken;
        }

        var answered = new OutreachAnswered(context.At(command.At), id, command.Automatic, command.From, command.Summary);
        return (Attempt.Bounced(state, id) ?? Attempt.TooEarly(attempted, answered.OccurredAt)) is { } rule
            ? rule
            : Decision.Accept([.. Answered(state, answered, context.CommandId, attempted.Channel)]);
    }

    /// <summary>The answer, and the acknowledgement that follows from it.</summary>
    internal static IEnumerable<IDomainEvent> Answered(Disclosure state, OutreachAnswered answered, Guid answerId, Channel channel)
    {
        yield return answered;
        if (!answered.Automatic && Acknowledge.IsFirst(state, answered.OccurredAt))
        {
            yield return new DisclosureAcknowledged(answered.OccurredAt, answered.OutreachId, answerId, channel, answered.From);
        }
    }

    internal sealed class Rules : AbstractValidator<RecordAnswer>
    {
        public Rules()
        {
            RuleFor(c => c.Outreach).Ref();
            RuleFor(c => c.From).Text(200);
            RuleFor(c => c.Summary).Multiline(4000);
        }
    }
}

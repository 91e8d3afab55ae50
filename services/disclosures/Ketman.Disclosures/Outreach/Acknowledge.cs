using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Outreach;

/// <summary>Records that a human of the company showed that the report was received.</summary>
/// <param name="Outreach">The attempt that it answers, when one is known.</param>
/// <param name="From">Who, in words that are no personal data where possible.</param>
/// <param name="Channel">The way it came.</param>
/// <param name="At">When; absent: now.</param>
public sealed record Acknowledge(string? Outreach = null, string? From = null, Channel? Channel = null, Moment? At = null) : ITimedCommand
{
    /// <summary>The first counts: a later one says nothing new, an earlier one that comes to light takes its place.</summary>
    public static Decision Decide(Disclosure state, Acknowledge command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var at = context.At(command.At);
        Guid? id = command.Outreach is { } outreach ? context.FactId(outreach) : null;
        if (id is { } known)
        {
            if (!state.TryGet<OutreachAttempted>(known, "outreach", out var attempted, out var broken))
            {
                return broken;
            }

            if ((Attempt.Bounced(state, known) ?? Attempt.TooEarly(attempted, at)) is { } rule)
            {
                return rule;
            }
        }

        return IsFirst(state, at)
            ? Decision.Accept(new DisclosureAcknowledged(at, id, AnswerId: null, command.Channel, command.From))
            : Decision.Nothing;
    }

    /// <summary>Whether nothing that stands acknowledged the report at that time or before.</summary>
    internal static bool IsFirst(Disclosure state, Moment at) => state.AcknowledgedAt is not { } known || at.Precedes(known);

    /// <summary>
    /// The acknowledgement that an answer, which so far came second, gives when the first was taken back. An answer whose own
    /// acknowledgement was taken back gives none again: it was said not to be one.
    /// </summary>
    internal static IEnumerable<DisclosureAcknowledged> ByRemainingAnswer(Disclosure state)
    {
        var used = state.Facts.Values.Select(fact => (fact.Said as DisclosureAcknowledged)?.AnswerId).ToHashSet();
        var first = state.Standing<OutreachAnswered>().Where(known => !known.Said.Automatic && !used.Contains(known.Id))
            .OrderBy(known => known.Said.OccurredAt).Take(1);
        foreach (var (id, said) in first.Where(answer => IsFirst(state, answer.Said.OccurredAt)))
        {
            var channel = (state.Facts.GetValueOrDefault(said.OutreachId)?.Said as OutreachAttempted)?.Channel;
            yield return new DisclosureAcknowledged(said.OccurredAt, said.OutreachId, id, channel, said.From);
        }
    }

    internal sealed class Rules : AbstractValidator<Acknowledge>
    {
        public Rules()
        {
            RuleFor(c => c.Outreach).Ref();
            RuleFor(c => c.From).Text(200);
        }
    }
}

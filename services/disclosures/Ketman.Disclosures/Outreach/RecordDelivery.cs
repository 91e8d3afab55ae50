using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Outreach;

/// <summary>Records that an attempt arrived.</summary>
/// <param name="Outreach">Which, by its id or key.</param>
/// <param name="At">When; absent: now.</param>
public sealed record RecordDelivery(string Outreach, Moment? At = null) : ITimedCommand
{
    /// <summary>An attempt arrives once, not before it was made, and not after it came back.</summary>
    public static Decision Decide(Disclosure state, RecordDelivery command, CommandContext context)
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

        var at = context.At(command.At);
        return state.Standing<OutreachDelivered>().Any(known => known.Said.OutreachId == id) ? Decision.Nothing
            : (Attempt.Bounced(state, id) ?? Attempt.TooEarly(attempted, at)) is { } rule ? rule
            : Decision.Accept(new OutreachDelivered(at, id));
    }

    internal sealed class Rules : AbstractValidator<RecordDelivery>
    {
        public Rules() => RuleFor(c => c.Outreach).Ref();
    }
}

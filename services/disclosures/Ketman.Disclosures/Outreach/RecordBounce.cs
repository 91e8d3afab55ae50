using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Outreach;

/// <summary>Records that an attempt did not arrive.</summary>
/// <param name="Outreach">Which, by its id or key.</param>
/// <param name="Reason">What the other side said.</param>
/// <param name="At">When; absent: now.</param>
public sealed record RecordBounce(string Outreach, string? Reason = null, Moment? At = null) : ITimedCommand
{
    /// <summary>An attempt comes back once, not before it was made, and not when it is known to have arrived.</summary>
    public static Decision Decide(Disclosure state, RecordBounce command, CommandContext context)
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
        return Attempt.Bounced(state, id) is not null ? Decision.Nothing
            : (Arrived(state, id) ?? Attempt.TooEarly(attempted, at)) is { } rule ? rule
            : Decision.Accept(new OutreachBounced(at, id, command.Reason));
    }

    private static BrokenRule? Arrived(Disclosure state, Guid outreach) =>
        state.Standing<OutreachDelivered>().Any(known => known.Said.OutreachId == outreach)
        || state.Standing<OutreachAnswered>().Any(known => known.Said.OutreachId == outreach)
            ? new BrokenRule("outreach-arrived", "The attempt is recorded as delivered or answered; retract that first if it was a mistake.")
            : null;

    internal sealed class Rules : AbstractValidator<RecordBounce>
    {
        public Rules()
        {
            RuleFor(c => c.Outreach).Ref();
            RuleFor(c => c.Reason).Text(500);
        }
    }
}

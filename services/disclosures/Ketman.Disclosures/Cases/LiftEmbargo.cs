using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Cases;

/// <summary>Ends an embargo before its time, or one that has none.</summary>
/// <param name="Reason">Why.</param>
/// <param name="At">When; absent: now.</param>
public sealed record LiftEmbargo(string Reason, Moment? At = null) : ITimedCommand
{
    /// <summary>What is lifted, or over by itself, is not lifted again.</summary>
    public static Decision Decide(Disclosure state, LiftEmbargo command, CommandContext context)
    {
        if (Gate.Always(state, context) is { } barred)
        {
            return barred;
        }

        var at = context.At(command.At);
        return SetEmbargo.Latest(state) switch
        {
            null => Decision.Refuse("embargo-unknown", "The case has no embargo."),
            EmbargoLifted => Decision.Nothing,
            EmbargoSet { Until: { } until } when until.Precedes(at) => Decision.Nothing,
            var set => at.Precedes(set.OccurredAt)
                ? Decision.Refuse("lifted-before-set", "The embargo would have been lifted before it was set; check both times.")
                : Decision.Accept(new EmbargoLifted(at, command.Reason)),
        };
    }

    internal sealed class Rules : AbstractValidator<LiftEmbargo>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}

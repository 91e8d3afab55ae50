using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Cases;

/// <summary>Lets nothing about the case leave the team: for an investigation that goes on, or because the company asked for it.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Until">Until when, a day to its end; absent: until it is lifted.</param>
/// <param name="At">From when; absent: now.</param>
public sealed record SetEmbargo(string Reason, Moment? Until = null, Moment? At = null) : ITimedCommand
{
    /// <summary>Taken at any time, on a closed case too. A new one takes the place of the one that stands.</summary>
    public static Decision Decide(Disclosure state, SetEmbargo command, CommandContext context)
    {
        var set = new EmbargoSet(context.At(command.At), command.Until, command.Reason);
        return Gate.Always(state, context) is { } barred ? barred
            : command.Until is { } until && until.Precedes(set.OccurredAt)
                ? Decision.Refuse("embargo-over-before-set", "The embargo would be over before it is set; check both times.")
            : Latest(state) is EmbargoSet standing && standing.Until == set.Until && !set.OccurredAt.Precedes(standing.OccurredAt) ? Decision.Nothing
            : Decision.Accept(set);
    }

    /// <summary>The latest that was said of an embargo, an <see cref="EmbargoSet"/> or an <see cref="EmbargoLifted"/>; null: nothing.</summary>
    internal static IDomainEvent? Latest(Disclosure state) => state.Facts.Values
        .Where(fact => fact is { Retracted: false, Said: EmbargoSet or EmbargoLifted })
        .OrderBy(fact => fact.Said.OccurredAt).ThenBy(fact => fact.Ordinal).LastOrDefault()?.Said;

    internal sealed class Rules : AbstractValidator<SetEmbargo>
    {
        public Rules()
        {
            RuleFor(c => c.Reason).Multiline(2000);
            RuleFor(c => c.Until).Must(until => until is null or { Start.Year: >= 2000 and < 2100 }).WithMessage("must lie in this century; check the year");
        }
    }
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Outreach;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Cases;

/// <summary>Takes back a fact that was a mistake: it stays in the history and counts nowhere.</summary>
/// <param name="Fact">The fact, by its id or the key that it was recorded with.</param>
/// <param name="Reason">Why it was a mistake.</param>
public sealed record RetractFact(string Fact, string Reason)
{
    /// <summary>
    /// What rests on the fact is retracted with it, each by an event of its own, so that nobody who counts has to know what
    /// rests on what. Where an acknowledgement falls although another human answered, that answer takes its place.
    /// </summary>
    public static Decision Decide(Disclosure state, RetractFact command, CommandContext context)
    {
        if (Gate.Always(state, context) is { } barred)
        {
            return barred;
        }

        var id = context.FactId(command.Fact);
        if (!state.Facts.TryGetValue(id, out var fact))
        {
            return state.Steps.Contains(id)
                ? Decision.Refuse("fact-not-retractable", "A step of the case, a correction or a retraction is not taken back; record what is right after it.")
                : Decision.Refuse("fact-unknown", "The case has no such fact; name it by its id, or by the key that it was recorded with.");
        }

        if (fact.Said is IProceeding)
        {
            return Decision.Refuse(
                "fact-not-retractable", "A step of the clocks, the ladder or publication is not taken back; what undoes it is a step of its own.");
        }

        if (fact.Retracted)
        {
            return Decision.Nothing;
        }

        var now = Moment.At(context.Now);
        var events = WithWhatRestsOn(state, fact).Select(one => (IDomainEvent)new FactRetracted(now, one.Id, command.Reason)).ToList();
        var left = events.Aggregate(state, (folded, retracted) => Disclosure.Evolve(folded, context.CommandId, retracted));
        return Decision.Accept([.. events, .. Acknowledge.ByRemainingAnswer(left)]);
    }

    private static IEnumerable<Fact> WithWhatRestsOn(Disclosure state, Fact fact) =>
    [
        fact,
        .. state.Facts.Values.Where(other => other.RestsOn == fact.Id && !other.Retracted).OrderBy(other => other.Ordinal)
            .SelectMany(other => WithWhatRestsOn(state, other)),
    ];

    internal sealed class Rules : AbstractValidator<RetractFact>
    {
        public Rules()
        {
            RuleFor(c => c.Fact).Ref();
            RuleFor(c => c.Reason).Multiline(2000);
        }
    }
}

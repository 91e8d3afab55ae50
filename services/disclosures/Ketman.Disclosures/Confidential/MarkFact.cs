using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Confidential;

/// <summary>Says how far a fact may go: never farther than its case.</summary>
/// <param name="Fact">The fact, by its id or the key that it was recorded with.</param>
/// <param name="Tlp">Up to whom.</param>
/// <param name="Reason">Why.</param>
public sealed record MarkFact(string Fact, Tlp Tlp, string? Reason = null)
{
    /// <summary>What rests on the fact goes no farther than it. The steps of the case itself go as far as the case.</summary>
    public static Decision Decide(Disclosure state, MarkFact command, CommandContext context)
    {
        if (Gate.Always(state, context) is { } barred)
        {
            return barred;
        }

        var id = context.FactId(command.Fact);
        return !state.Facts.TryGetValue(id, out var fact) || fact.Said is IProceeding
                ? Decision.Refuse("fact-unknown", "The case has no such fact; name it by its id, or by the key that it was recorded with. Steps of the case go as far as the case.")
            : state.FactMarks.GetValueOrDefault(id) == command.Tlp ? Decision.Nothing
            : Decision.Accept(new FactMarked(context.At(null), id, command.Tlp, context.By, command.Reason));
    }

    /// <summary>Whoever works on a case may keep a fact closer; only a lead lets it go farther.</summary>
    internal static string? RoleIn(Disclosure state, MarkFact command, string stream) =>
        command.Tlp < state.FactMarks.GetValueOrDefault(DeterministicId.OfFact(stream, command.Fact)) ? CallerRoles.Lead : null;

    internal sealed class Rules : AbstractValidator<MarkFact>
    {
        public Rules()
        {
            RuleFor(c => c.Fact).Ref();
            RuleFor(c => c.Reason).Multiline(2000);
        }
    }
}

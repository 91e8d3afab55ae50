using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Workers;

/// <summary>Confirms a worker: together with the company, or by reporting with high certainty whatever the company then does.</summary>
/// <param name="Account">Who.</param>
/// <param name="Basis">On what the confirmation rests.</param>
/// <param name="At">When; absent: now. The month of the first confirmation is the one that counts it.</param>
public sealed record ConfirmWorker(string Account, ConfirmationBasis Basis, Moment? At = null) : ITimedCommand, IReferring
{
    IEnumerable<Reference> IReferring.References => [new("account", Account)];

    /// <summary>
    /// The first confirmation counts. So the same basis again, later, says nothing new; an earlier time or another basis does.
    /// A confirmation is an act of the team in the case, hence not on a closed one.
    /// </summary>
    public static Decision Decide(Disclosure state, ConfirmWorker command, CommandContext context)
    {
        if (Gate.NotClosed(state, context) is { } barred)
        {
            return barred;
        }

        var confirmed = new WorkerConfirmed(context.At(command.At), context.IdOf("account", command.Account), command.Basis);
        return state.Standing<WorkerConfirmed>().Any(known => known.Said.AccountId == confirmed.AccountId
                && known.Said.Basis == confirmed.Basis && !confirmed.OccurredAt.Precedes(known.Said.OccurredAt))
            ? Decision.Nothing
            : Decision.Accept(confirmed);
    }

    internal sealed class Rules : AbstractValidator<ConfirmWorker>
    {
        public Rules() => RuleFor(c => c.Account).Ref();
    }
}

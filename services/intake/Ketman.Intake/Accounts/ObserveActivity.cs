using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Accounts;

/// <summary>Records whether an account was active at a time.</summary>
/// <param name="Active">Whether it was.</param>
/// <param name="At">When it was looked at; left out: now.</param>
public sealed record ObserveActivity(bool Active, Moment? At = null) : ITimedCommand
{
    /// <summary>Late sights are recorded too; the same sight of the same time is one, and "as it was" without a time is none.</summary>
    public static Decision Decide(Account state, ObserveActivity command, CommandContext context)
    {
        if (state.MergedInto is not null)
        {
            return AccountRules.Merged;
        }

        var seen = new ActivityObserved(command.Active, context.At(command.At));
        return state.Activity.Contains(seen) || (command.At is null && state.ActiveNow == command.Active)
            ? Decision.Nothing
            : Decision.Accept(seen);
    }

    internal sealed class Rules : AbstractValidator<ObserveActivity>;
}

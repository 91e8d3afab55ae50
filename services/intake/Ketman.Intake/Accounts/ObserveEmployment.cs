using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Accounts;

/// <summary>Records where an account was employed at a time.</summary>
/// <param name="EmployedAt">Where; empty: nowhere.</param>
/// <param name="At">When it was looked at; left out: now.</param>
public sealed record ObserveEmployment(IReadOnlyList<string> EmployedAt, Moment? At = null) : ITimedCommand
{
    /// <summary>Late sights are recorded too; the same sight of the same time is one, and "as it was" without a time is none.</summary>
    public static Decision Decide(Account state, ObserveEmployment command, CommandContext context)
    {
        if (state.MergedInto is not null)
        {
            return AccountRules.Merged;
        }

        var seen = new EmploymentObserved(Wording.Distinct(command.EmployedAt), context.At(command.At));
        var known = state.Employment.Any(one => one.OccurredAt == seen.OccurredAt && Wording.SameSet(one.EmployedAt, seen.EmployedAt));
        var asItWas = command.At is null && state.EmployedNow is { } now && Wording.SameSet(now, seen.EmployedAt);
        return known || asItWas ? Decision.Nothing : Decision.Accept(seen);
    }

    internal sealed class Rules : AbstractValidator<ObserveEmployment>
    {
        public Rules() => RuleFor(c => c.EmployedAt).Employers();
    }
}

/// <summary>The shape of a list of employers.</summary>
internal static class EmployerRules
{
    public static IRuleBuilderOptions<T, IReadOnlyList<string>?> Employers<T>(this IRuleBuilder<T, IReadOnlyList<string>?> rule) => rule
        .Must(list => list is null || list.Count <= 20).WithMessage("at most 20 employers")
        .Must(list => list is null || list.All(name => !string.IsNullOrWhiteSpace(name) && name.Length <= 200 && !name.Any(char.IsControl)))
        .WithMessage("each must be one line of 1 to 200 characters");
}

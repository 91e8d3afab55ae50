using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Accounts;

/// <summary>Rates an account high-confidence. It counts as new in the month in which it first is that, active, and employed nowhere.</summary>
/// <param name="Active">Whether it is active now.</param>
/// <param name="EmployedAt">Where it is employed now; left out or empty: nowhere.</param>
/// <param name="Evidence">What shows it, in words or as a link; may be left out only when the account was flagged on evidence.</param>
/// <param name="At">When; left out: now.</param>
public sealed record IndexAccount(
    bool Active, IReadOnlyList<string>? EmployedAt = null, [property: PersonalData] string? Evidence = null, Moment? At = null) : ITimedCommand
{
    /// <summary>Only evidence raises confidence.</summary>
    public static Decision Decide(Account state, IndexAccount command, CommandContext context)
    {
        var employedAt = Wording.Distinct(command.EmployedAt);
        var evidence = command.Evidence.Trimmed();
        if (state.MergedInto is not null)
        {
            return AccountRules.Merged;
        }

        if (state.Indexed is { } before && before.Active == command.Active && Wording.SameSet(before.EmployedAt, employedAt)
            && before.Evidence == evidence && (command.At is null || command.At == before.OccurredAt))
        {
            return Decision.Nothing;
        }

        return state.Confidence switch
        {
            Confidence.Cleared => AccountRules.Cleared,
            Confidence.HighConfidence => Decision.Refuse(
                "already-indexed", "The account is indexed already; record what changed as observed activity or employment."),
            Confidence.Confirmed => Decision.Refuse(
                "already-confirmed", "The account is confirmed, which is more; record what changed as observed activity or employment."),
            _ when evidence is null && state.Evidence.IsEmpty => Decision.Refuse(
                "evidence-needed", "Say what shows it, in words or as a link: only evidence raises an account's confidence."),
            _ => Decision.Accept(new AccountIndexed(command.Active, employedAt, evidence, context.At(command.At))),
        };
    }

    internal sealed class Rules : AbstractValidator<IndexAccount>
    {
        public Rules()
        {
            RuleFor(c => c.EmployedAt).Employers();
            RuleFor(c => c.Evidence).Multiline(4000);
        }
    }
}

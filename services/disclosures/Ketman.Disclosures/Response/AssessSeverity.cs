using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;
using Severity = Ketman.Contracts.Severity;

namespace Ketman.Disclosures.Response;

/// <summary>Says how urgent the case is: its policy may have other terms for it.</summary>
/// <param name="Severity">How urgent.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">From when; absent: now.</param>
public sealed record AssessSeverity(Severity Severity, string Reason, Moment? At = null) : ITimedCommand
{
    /// <summary>What the case is already, by its latest assessment, is not said again.</summary>
    public static Decision Decide(Disclosure state, AssessSeverity command, CommandContext context)
    {
        var assessed = new SeverityAssessed(context.At(command.At), command.Severity, command.Reason);
        return Gate.NotAfterClosing(state, context, assessed.OccurredAt) is { } barred ? barred
            : Latest(state) is { } before && before.Severity == assessed.Severity && !assessed.OccurredAt.Precedes(before.OccurredAt) ? Decision.Nothing
            : Decision.Accept(assessed);
    }

    /// <summary>The latest assessment; null: there is none, and the case is what every case is.</summary>
    internal static SeverityAssessed? Latest(Disclosure state) =>
        state.Standing<SeverityAssessed>().OrderBy(known => known.Said.OccurredAt).LastOrDefault().Said;

    internal sealed class Rules : AbstractValidator<AssessSeverity>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Response;

/// <summary>Says whether malicious code was found.</summary>
/// <param name="Found">Whether.</param>
/// <param name="Summary">What was looked at, what was found.</param>
/// <param name="At">When; absent: now.</param>
public sealed record AssessImplant(bool Found, string? Summary = null, Moment? At = null) : ITimedCommand
{
    /// <summary>It may be assessed again with another result; the same assessment twice is one.</summary>
    public static Decision Decide(Disclosure state, AssessImplant command, CommandContext context)
    {
        var assessed = new ImplantAssessed(context.At(command.At), command.Found, command.Summary);
        return Gate.NotAfterClosing(state, context, assessed.OccurredAt) is { } barred ? barred
            : state.Standing<ImplantAssessed>().Any(known => known.Said == assessed) ? Decision.Nothing
            : Decision.Accept(assessed);
    }

    internal sealed class Rules : AbstractValidator<AssessImplant>
    {
        public Rules() => RuleFor(c => c.Summary).Multiline(4000);
    }
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Cases;

/// <summary>Records that the company asked to keep the case private.</summary>
public sealed record RequestPrivacy(string? Reason = null, Moment? At = null) : ITimedCommand
{
    /// <summary>Taken at any time, on a closed case too: what a company asked to keep private is never published.</summary>
    public static Decision Decide(Disclosure state, RequestPrivacy command, CommandContext context) =>
        Gate.Always(state, context) is { } barred ? barred
        : state.WantsPrivacy ? Decision.Nothing
        : Decision.Accept(new PrivacyRequested(context.At(command.At), command.Reason));

    internal sealed class Rules : AbstractValidator<RequestPrivacy>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(2000);
    }
}

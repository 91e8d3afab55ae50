using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Commitments;

/// <summary>Records that the team asked how things stand.</summary>
/// <param name="Channel">By which way.</param>
/// <param name="About">About what.</param>
/// <param name="At">When; absent: now.</param>
public sealed record RequestUpdate(Channel? Channel = null, string? About = null, Moment? At = null) : ITimedCommand
{
    /// <summary>Asking again is normal: only a repeated command is a repetition.</summary>
    public static Decision Decide(Disclosure state, RequestUpdate command, CommandContext context) =>
        Gate.NotClosed(state, context)
        ?? Decision.Accept(new UpdateRequested(context.At(command.At), command.Channel, command.About));

    internal sealed class Rules : AbstractValidator<RequestUpdate>
    {
        public Rules() => RuleFor(c => c.About).Multiline(2000);
    }
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Commitments;

/// <summary>Records what the company said about how things stand.</summary>
/// <param name="Summary">What it said.</param>
/// <param name="At">When; absent: now.</param>
public sealed record ReceiveUpdate(string Summary, Moment? At = null) : ITimedCommand
{
    /// <summary>The same words twice are two updates: only a repeated command is a repetition.</summary>
    public static Decision Decide(Disclosure state, ReceiveUpdate command, CommandContext context) =>
        Gate.NotClosed(state, context) ?? Decision.Accept(new UpdateReceived(context.At(command.At), command.Summary));

    internal sealed class Rules : AbstractValidator<ReceiveUpdate>
    {
        public Rules() => RuleFor(c => c.Summary).Multiline(4000);
    }
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Commitments;

/// <summary>Records that the company asked the team something that it needs to go on: until the team answers, it waits for us.</summary>
/// <param name="What">What it asked.</param>
/// <param name="From">Who asked, in words that are no personal data where possible.</param>
/// <param name="At">When; absent: now.</param>
public sealed record RequestInformation(string What, string? From = null, Moment? At = null) : ITimedCommand
{
    /// <summary>The same question, asked at the same time, is one.</summary>
    public static Decision Decide(Disclosure state, RequestInformation command, CommandContext context)
    {
        var requested = new InformationRequested(context.At(command.At), command.What, command.From);
        return Gate.NotClosed(state, context) is { } barred ? barred
            : state.Standing<InformationRequested>().Any(known => known.Said == requested) ? Decision.Nothing
            : Decision.Accept(requested);
    }

    internal sealed class Rules : AbstractValidator<RequestInformation>
    {
        public Rules()
        {
            RuleFor(c => c.What).Multiline(4000);
            RuleFor(c => c.From).Text(200);
        }
    }
}

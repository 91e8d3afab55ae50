using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Companies;

/// <summary>Records what the company asked of the team's silence.</summary>
/// <param name="Wish">Whether it may be named.</param>
/// <param name="Reason">What it gave as reason.</param>
public sealed record WishPrivacy(PrivacyWish Wish, string? Reason = null)
{
    /// <summary>The wish it has already changes nothing.</summary>
    public static Decision Decide(Company state, WishPrivacy command, CommandContext context) => state.Privacy == command.Wish
        ? Decision.Nothing
        : Decision.Accept(new PrivacyWished(command.Wish, command.Reason.Trimmed(), context.At(null)));

    internal sealed class Rules : AbstractValidator<WishPrivacy>
    {
        public Rules() => RuleFor(c => c.Reason).Multiline(1000);
    }
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Accounts;

/// <summary>Makes an account known to the team; that alone says nothing against it.</summary>
/// <param name="Platform">Where it lives.</param>
/// <param name="Handle">Its handle there, or the URL of its profile.</param>
/// <param name="FirstActiveYear">The year of its first activity.</param>
/// <param name="Actor">The team's name for who is behind it.</param>
/// <param name="Note">What else is to be known.</param>
public sealed record RegisterAccount(
    Platform Platform,
    [property: PersonalData] string Handle,
    int? FirstActiveYear = null,
    string? Actor = null,
    [property: PersonalData] string? Note = null)
{
    /// <summary>An account is registered once: the same again does nothing, other content is refused.</summary>
    public static Decision Decide(Account state, RegisterAccount command, CommandContext context)
    {
        var handle = AccountHandle.TryNormalise(command.Platform, command.Handle, out var normal) ? normal : command.Handle.Trim();
        var (actor, note) = (command.Actor.Trimmed(), command.Note.Trimmed());
        if (state.Registered is { } known)
        {
            return known.FirstActiveYear == command.FirstActiveYear && known.Actor == actor && known.Note == note
                ? Decision.Nothing
                : Decision.Refuse("handle-taken", "This account is registered already, with another first year, actor or note.");
        }

        return command.FirstActiveYear > context.Now.Year
            ? Decision.Refuse("first-active-year-in-future", "The account cannot have become active after this year.")
            : Decision.Accept(new AccountRegistered(command.Platform, handle, command.FirstActiveYear, actor, note, context.At(null)));
    }

    internal sealed class Rules : AbstractValidator<RegisterAccount>
    {
        public Rules()
        {
            RuleFor(c => c.Handle).Text(2000)
                .Must((c, handle) => handle is null || AccountHandle.TryNormalise(c.Platform, handle, out _))
                .WithMessage(c => AccountHandle.Expected(c.Platform));
            RuleFor(c => c.FirstActiveYear).Year();
            RuleFor(c => c.Actor).Text(100);
            RuleFor(c => c.Note).Multiline(4000);
        }
    }
}

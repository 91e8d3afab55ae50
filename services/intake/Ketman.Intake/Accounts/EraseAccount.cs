using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Intake.Accounts;

/// <summary>
/// Erases who has an account: handle, notes, evidence, reasons, the actor. That it was registered, rated and cleared stays, and
/// the handle may be registered again, as another account. No reason is asked for: it would be one more text about the person.
/// </summary>
public sealed record EraseAccount : ITargetReferring
{
    /// <summary>The kind of reference that is answered with another account of the same actor; the empty id: there is none.</summary>
    public const string SameWorker = "account-same-worker";

    /// <inheritdoc />
    public IEnumerable<Reference> ReferencesOf(string target) => [new(SameWorker, target)];

    /// <summary>What the team still holds against somebody is not made unreadable: the account is cleared first.</summary>
    public static Decision Decide(Account state, EraseAccount command, CommandContext context) => state switch
    {
        { Erased: true } => Decision.Nothing,
        { Confidence: Confidence.Confirmed, MergedInto: null } => Decision.Refuse(
            "account-confirmed", "The account is confirmed; clear it first (clear-account), then erase it."),
        _ => Decision.Accept(new AccountErased(
            context.IdOf(SameWorker, context.Ref) is var other && other != Guid.Empty ? other : null, context.At(null))),
    };

    internal sealed class Rules : AbstractValidator<EraseAccount>;
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Accounts;

/// <summary>Binds an account to another.</summary>
/// <param name="To">The other account.</param>
/// <param name="Kind">What binds them.</param>
/// <param name="Evidence">What shows it, in words or as a link.</param>
public sealed record LinkAccount(
    [property: PersonalData] string To, LinkKind Kind, [property: PersonalData] string? Evidence = null) : IReferring
{
    /// <inheritdoc />
    public IEnumerable<Reference> References => [new("account", To)];

    /// <summary>A known link is recorded again only with evidence that was not given yet.</summary>
    public static Decision Decide(Account state, LinkAccount command, CommandContext context)
    {
        var other = context.IdOf("account", command.To);
        var evidence = command.Evidence.Trimmed();
        if (state.MergedInto is not null)
        {
            return AccountRules.Merged;
        }

        if (context.Stream == Account.Aggregate.StreamOf(other))
        {
            return Decision.Refuse("link-to-itself", "An account cannot be linked to itself; name another one.");
        }

        var known = state.Links.Where(link => link.OtherAccountId == other && link.Kind == command.Kind).ToList();
        return known.Count > 0 && (evidence is null || known.Any(link => link.Evidence == evidence))
            ? Decision.Nothing
            : Decision.Accept(new AccountLinked(other, command.Kind, evidence, context.At(null)));
    }

    internal sealed class Rules : AbstractValidator<LinkAccount>
    {
        public Rules()
        {
            RuleFor(c => c.To).Ref();
            RuleFor(c => c.Evidence).Multiline(4000);
        }
    }
}

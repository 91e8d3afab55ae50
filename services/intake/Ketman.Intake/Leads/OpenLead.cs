using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Leads;

/// <summary>Writes down a suspicion that nobody has been told of yet.</summary>
/// <param name="Summary">What was seen.</param>
/// <param name="Handle">The short name it will always have; left out: one is drawn.</param>
/// <param name="Company">Where.</param>
/// <param name="Accounts">Whose accounts.</param>
/// <param name="At">When it was seen; left out: now.</param>
public sealed record OpenLead(
    [property: PersonalData] string Summary,
    string? Handle = null,
    string? Company = null,
    [property: PersonalData] IReadOnlyList<string>? Accounts = null,
    Moment? At = null) : ITimedCommand, IReferring
{
    private const int MostAccounts = 100;

    /// <inheritdoc />
    public IEnumerable<Reference> References =>
    [
        .. Company is null ? Array.Empty<Reference>() : [new Reference("company", Company)],
        .. (Accounts ?? []).Select(account => new Reference("account", account)),
    ];

    /// <summary>A handle is given once: the same again does nothing, other content is refused.</summary>
    public static Decision Decide(Lead state, OpenLead command, CommandContext context)
    {
        var summary = command.Summary.Trim();
        Guid? company = command.Company is { } reference ? context.IdOf("company", reference) : null;
        IReadOnlyList<Guid> accounts = [.. (command.Accounts ?? []).Select(account => context.IdOf("account", account)).Distinct()];
        if (state.Opened is { } known)
        {
            return known.Summary == summary && known.CompanyId == company && known.AccountIds.ToHashSet().SetEquals(accounts)
                && (command.At is null || command.At == known.OccurredAt)
                ? Decision.Nothing
                : Decision.Refuse("handle-taken", "A lead with this handle exists; add evidence to it, or choose another handle.");
        }

        return Decision.Accept(new LeadOpened(command.Handle ?? context.Ref!, summary, company, accounts, context.At(command.At)));
    }

    internal sealed class Rules : AbstractValidator<OpenLead>
    {
        public Rules()
        {
            RuleFor(c => c.Summary).Multiline(4000);
            RuleFor(c => c.Handle).Handle();
            RuleFor(c => c.Company).Ref();
            RuleFor(c => c.Accounts).Must(list => list is null || list.Count <= MostAccounts).WithMessage($"at most {MostAccounts} accounts");
            RuleForEach(c => c.Accounts).NotNull().WithMessage("must be an id or a handle").Ref();
        }
    }
}

using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Cases;

/// <summary>Opens a case: a suspicion is reported to a company.</summary>
/// <param name="Company">To which company.</param>
/// <param name="Handle">How people call the case; absent: <c>company-yyyy-mm</c> of the opening, with <c>-2</c> and so on when taken.</param>
/// <param name="Title">What it is about, in one line.</param>
/// <param name="Lead">The lead that it comes from.</param>
/// <param name="Accounts">The accounts under suspicion.</param>
/// <param name="At">When; absent: now.</param>
/// <param name="Policy">Under which policy, in its latest version; absent: <see cref="PolicyRef.Usual"/>.</param>
public sealed record OpenDisclosure(
    string Company, string? Handle = null, string? Title = null, string? Lead = null, IReadOnlyList<string>? Accounts = null, Moment? At = null,
    string? Policy = null)
    : ITimedCommand, IReferring
{
    private PolicyRef Wanted => new((Policy ?? PolicyRef.Usual).ToLowerInvariant(), null);

    IEnumerable<Reference> IReferring.References =>
    [
        new("company", Company),
        Wanted.Reference,
        .. Lead is null ? [] : new Reference[] { new("lead", Lead) },
        .. (Accounts ?? []).Select(account => new Reference("account", account)),
    ];

    /// <summary>A handle is used once; opening the same case again does nothing.</summary>
    public static Decision Decide(Disclosure state, OpenDisclosure command, CommandContext context)
    {
        var opened = new DisclosureOpened(
            context.At(command.At),
            context.Ref ?? command.Handle ?? throw new InvalidOperationException("A case is located before it is opened."),
            context.IdOf("company", command.Company),
            command.Title,
            command.Lead is { } lead ? context.IdOf("lead", lead) : null,
            [.. (command.Accounts ?? []).Select(account => context.IdOf("account", account)).Distinct()]);

        return state.Opening is not { } before ? Decision.Accept(opened, Pin(command, opened.OccurredAt, context))
            : Same(before, opened, sameTime: command.At is null || before.OccurredAt == opened.OccurredAt) && SamePolicy(state, command) ? Decision.Nothing
            : Decision.Refuse("handle-taken", "Another case has this handle; choose another, or leave it out.");
    }

    // It is pinned as it is when the case is recorded: for a case of long ago, too, because no older version was ever promised.
    private static PolicyPinned Pin(OpenDisclosure command, Moment at, CommandContext context)
    {
        var policy = context.DetailOf<PolicyVersion>(PolicyRef.Kind, command.Wanted.ToString())
            ?? throw new InvalidOperationException("A policy is found with its document.");
        return policy.Pin(at, context.DetailOf<CompanyTime>("company", command.Company), reason: null);
    }

    // What the case was moved to since is no matter of how it was opened.
    private static bool SamePolicy(Disclosure state, OpenDisclosure command) =>
        command.Policy is null || state.Standing<PolicyPinned>().Take(1).All(pin => pin.Said.Name == command.Wanted.Name);

    private static bool Same(DisclosureOpened before, DisclosureOpened now, bool sameTime) =>
        sameTime && before.CompanyId == now.CompanyId && before.Title == now.Title && before.LeadId == now.LeadId
        && before.AccountIds.ToHashSet().SetEquals(now.AccountIds);

    internal sealed class Rules : AbstractValidator<OpenDisclosure>
    {
        private const int MostAccounts = 50;

        public Rules()
        {
            RuleFor(c => c.Company).Ref();
            RuleFor(c => c.Handle).Handle();
            RuleFor(c => c.Title).Text(200);
            RuleFor(c => c.Lead).Ref();
            RuleFor(c => c.Policy).Handle();
            RuleFor(c => c.Accounts).Must(accounts => accounts is not { Count: > MostAccounts }).WithMessage($"at most {MostAccounts} accounts");
            RuleForEach(c => c.Accounts).NotNull().WithMessage("must be an id or a handle").Ref();
        }
    }
}

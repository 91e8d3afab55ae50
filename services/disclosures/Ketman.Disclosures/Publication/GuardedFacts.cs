using System.Globalization;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Publication;

/// <summary>What a case says itself that must not leave; what was retracted is no less a secret.</summary>
internal static class GuardedFacts
{
    // Recipients should be told in such words ("security contact"), and these name nobody.
    private static readonly HashSet<string> s_roles = new(
        ("a an and at by for from in of on or our the their to us via with account address admin analyst app board bot bounty box ceo chat ciso co company "
         + "compliance contact contacts contractor core cto dao desk developer developers dev devs director discord email engineer engineering finance form "
         + "founder founders founding github general group head help helpdesk hr import inbox info intermediary investor investors it key lead legal linkedin mail maintainer "
         + "maintainers manager marketing member moderator office officer official operations ops owner page people person phone platform press product program "
         + "project public publisher recruiter relations report reports responsible security senior server service signal site slack staff support system team "
         + "tech technical telegram ticket twitter user vp web website").Split(' '), StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<Guarded> Of(Disclosure state) =>
        state.Facts.Values.SelectMany(fact => In(fact.Said)).Concat(Sums(state)).Where(one => one.Text != PersonalMember.Erased).Distinct();

    private static IEnumerable<Guarded> In(IDomainEvent said) => said switch
    {
        OutreachAttempted attempted => [.. Person(attempted.Recipient), .. Person(attempted.By)],
        OutreachAnswered answered => Person(answered.From),
        DisclosureAcknowledged acknowledged => Person(acknowledged.From),
        CommitmentMade made => Person(made.From),
        InformationRequested requested => Person(requested.From),
        PostExploitationHelpEngaged engaged => Person(engaged.Helper),
        EscalationStepTaken taken => Person(taken.By),
        ClockPaused paused => Person(paused.By),
        ClockResumed resumed => Person(resumed.By),
        ClockExtended extended => Person(extended.By),
        PublicationProposed proposed => Person(proposed.By),
        PublicationApproved approved => Person(approved.By),
        PublicationScheduled scheduled => Person(scheduled.By),
        PublicationHeld held => Person(held.By),
        PublicationReleased released => Person(released.By),
        PublicationWithdrawn withdrawn => Person(withdrawn.By),
        FindingAdded finding => [.. Evidence(finding.Url), .. Evidence(finding.Sha256)],
        CodeMerged merged => Evidence(merged.Url),
        PaymentRecorded paid =>
        [
            .. paid.Reference is { } reference ? [new Guarded(GuardedKind.Transaction, reference)] : Array.Empty<Guarded>(),
            Amount(paid.Amount),
            .. paid.Usd is { } usd ? [Amount(usd.Low), Amount(usd.High), Amount(usd.Mean)] : Array.Empty<Guarded>(),
        ],
        _ => [],
    };

    private static IEnumerable<Guarded> Sums(Disclosure state)
    {
        var paid = state.Standing<PaymentRecorded>().Select(known => known.Said).Where(one => one.Usd is not null).ToList();
        return paid.GroupBy(one => one.AccountId).Select(worker => worker.Sum(one => one.Usd!.Mean))
            .Append(paid.Sum(one => one.Usd!.Mean)).Append(paid.Sum(one => one.Usd!.Low)).Append(paid.Sum(one => one.Usd!.High)).Select(Amount);
    }

    // The whole, and each word in it that looks like a name.
    private static IEnumerable<Guarded> Person(string? text)
    {
        if (text is null)
        {
            yield break;
        }

        var words = text.Split([' ', ',', ';', '/', '(', ')', '<', '>', '"', '\''], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Any(word => !s_roles.Contains(word)))
        {
            yield return new Guarded(GuardedKind.Person, text);
        }

        foreach (var word in words.Where(word => words.Length > 1 && word.Length > 2 && !s_roles.Contains(word) && (char.IsUpper(word[0]) || word.Contains('@', StringComparison.Ordinal))))
        {
            yield return new Guarded(GuardedKind.Person, word);
        }
    }

    private static IEnumerable<Guarded> Evidence(string? text)
    {
        if (text is null)
        {
            yield break;
        }

        var address = text.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? text[(at + 3)..] : text;
        yield return new Guarded(GuardedKind.Evidence, address.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? address[4..] : address);
    }

    private static Guarded Amount(decimal amount) => new(GuardedKind.Amount, amount.ToString(CultureInfo.InvariantCulture));
}

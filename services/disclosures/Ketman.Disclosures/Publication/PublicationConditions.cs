using System.Globalization;
using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;
using NodaTime;

namespace Ketman.Disclosures.Publication;

/// <summary>
/// What must hold before a company is named. Every function lists all that does not, with the figures, so that nobody learns the
/// conditions one by one. docs/escalation.md explains them by the same names.
/// </summary>
public static class PublicationConditions
{
    /// <summary>The rule that refuses a step of publication; its conditions say why.</summary>
    internal const string Rule = "publication-conditions";

    /// <summary>What shows that the company is not silent, whatever a policy says: whoever communicates is not named for silence.</summary>
    internal static readonly IReadOnlyList<Milestone> Answers = [Milestone.CompanyWord, Milestone.CommitmentKept];

    /// <summary>What stands in the way of naming the company now.</summary>
    /// <param name="state">The case.</param>
    /// <param name="now">The time of the question.</param>
    /// <param name="wish">What the company asked of the team's silence in all its cases.</param>
    public static IReadOnlyList<UnmetCondition> Unmet(Disclosure state, DateTimeOffset now, PrivacyWish wish = PrivacyWish.None) =>
        [.. ToPropose(state, now, wish), .. OfTheProposal(state, now)];

    /// <summary>What stands in the way of proposing it: all but what follows a proposal.</summary>
    public static IReadOnlyList<UnmetCondition> ToPropose(Disclosure state, DateTimeOffset now, PrivacyWish wish = PrivacyWish.None)
    {
        if (PublicationRules.Of(state) is not { } rules)
        {
            return [new("policy-missing", "The case runs under no policy, and only a policy lets a company be named.")];
        }

        var publication = PublicationState.Of(state);
        var zone = rules.Policy.Calendar.Zone;
        return
        [
            .. If(state.Status is not DisclosureStatus.Open || state.Erased, "case-not-open", "The case came to an end; reopen it first."),
            .. If(publication.Named is not null, "company-named", "The company was named already."),
            .. OfTheNotice(state, publication, rules, now),
            .. OfTheAttempts(state, rules, zone),
            .. If(HasEmbargo(state, now), "embargo-standing", "An embargo stands: nothing about the case leaves the team."),
            .. If(state.WantsPrivacy || wish is PrivacyWish.Private, "privacy-wanted", "The company asked for privacy."),
            .. OfTheEvidence(state),
            .. OfTheAnswers(state, publication, now),
        ];
    }

    /// <summary>The refusal of a step for these reasons; null: nothing stands in the way.</summary>
    internal static BrokenRule? Refusal(IReadOnlyList<UnmetCondition> unmet, string step) => unmet.Count == 0 ? null : new BrokenRule(
        Rule, $"{step}; not met: {string.Join(", ", unmet.Select(one => one.Name).Distinct())}.")
    {
        Conditions = unmet,
    };

    /// <summary>The earliest time at which the notice lets the company be named.</summary>
    internal static DateTimeOffset NoticeEnds(Disclosure state, FinalNotice notice, TimeSpan period)
    {
        var over = state.StandingFacts.When(notice.Id, notice.Said.OccurredAt).To + period;
        return over > notice.Said.PublishFrom ? over : notice.Said.PublishFrom;
    }

    /// <summary>
    /// Whether something happened when the final notice had been sent. On a day that both share nobody knows; then what was
    /// recorded later counts as later (<see cref="GiveFinalNotice"/> is not taken for a mail that may have been answered).
    /// </summary>
    internal static bool IsSince(Disclosure state, Occurrence happened, FinalNotice notice)
    {
        var (one, sent) = (state.StandingFacts.When(happened.FactId, happened.At), state.StandingFacts.When(notice.Id, notice.Said.OccurredAt));
        return !one.Precedes(sent)
            && ((one.At.Precision, sent.At.Precision) is (Precision.Instant, Precision.Instant)
                || sent.Precedes(one)
                || OrdinalOf(state, happened.FactId) > OrdinalOf(state, notice.Id));
    }

    private static IEnumerable<UnmetCondition> OfTheNotice(Disclosure state, PublicationState publication, PublicationRules rules, DateTimeOffset now)
    {
        if (publication.Notice is not { Arrived: true } notice)
        {
            return
            [
                new("final-notice-missing", publication switch
                {
                    { Notice: not null } => "The final notice came back or was a mistake; give another.",
                    { Stop: not null } => "The countdown of the final notice was stopped; another is needed.",
                    _ => "No final notice was given that bore the clause and the date.",
                }),
            ];
        }

        var ends = NoticeEnds(state, notice, rules.NoticePeriod);
        return If(now < ends, "notice-period-running",
            $"The final notice was sent {notice.Said.OccurredAt}, and its time is not over before {Moment.At(ends)}{(rules.Accelerated ? " (accelerated terms)" : "")}.");
    }

    private static IEnumerable<UnmetCondition> OfTheAttempts(Disclosure state, PublicationRules rules, DateTimeZone zone)
    {
        var bounced = state.Standing<OutreachBounced>().Select(known => known.Said.OutreachId).ToHashSet();
        var attempts = state.Standing<OutreachAttempted>().Where(known => !bounced.Contains(known.Id)).Select(known => known.Said).ToList();
        var channels = attempts.Select(attempt => attempt.Channel).Distinct().Count();
        var days = attempts.Select(attempt => attempt.OccurredAt.DayIn(zone)).Distinct().Count();
        var terms = rules.Accelerated ? " under the accelerated terms" : "";
        return
        [
            .. If(attempts.Count < rules.Attempts, "attempts-too-few",
                Text($"{attempts.Count} of {rules.Attempts} attempts over {channels} of {rules.Channels} channels{terms}; those that came back do not count.")),
            .. If(channels < rules.Channels, "channels-too-few", Text($"{attempts.Count} attempts over {channels} of {rules.Channels} channels{terms}.")),
            .. If(days < rules.Days, "days-too-few", Text($"{attempts.Count} attempts on {days} of {rules.Days} different days{terms}.")),
        ];
    }

    // Which accounts belong to one person is known to Intake alone, so the merge and the payment are asked of one account.
    private static IEnumerable<UnmetCondition> OfTheEvidence(Disclosure state)
    {
        var merged = state.Standing<CodeMerged>().Select(known => known.Said.AccountId).ToHashSet();
        var paid = state.Standing<PaymentRecorded>().Select(known => known.Said.AccountId).ToHashSet();
        var kept = state.Standing<FindingAdded>().Count(known => known.Said is { Url: not null } or { Sha256: not null });
        return
        [
            .. If(!merged.Overlaps(paid), "evidence-not-affected",
                Text($"No account both merged code and was paid ({merged.Count} merged, {paid.Count} paid), so the company is not known to be affected.")),
            .. If(!state.Standing<WorkerConfirmed>().Any(), "evidence-no-worker", "No worker is confirmed."),
            .. If(kept == 0, "evidence-not-kept", "No finding has a URL or the SHA-256 of a kept copy."),
        ];
    }

    private static IEnumerable<UnmetCondition> OfTheAnswers(Disclosure state, PublicationState publication, DateTimeOffset now)
    {
        if (publication.Notice is not { } notice)
        {
            return [];
        }

        var facts = state.StandingFacts;
        var words = Answers.SelectMany(milestone => Milestones.Of(state, milestone)).Where(word => IsSince(state, word, notice)).ToList();
        return If(words.Count > 0 && !HasLapsed(facts, words.Max(word => facts.When(word.FactId, word.At).To), now), "company-answered",
            Text($"The company moved {words.Count} times since the final notice, and broke no promise after that."));
    }

    private static bool HasLapsed(CaseFacts facts, DateTimeOffset since, DateTimeOffset now)
    {
        var kept = facts.Kept.Select(known => known.Said.CommitmentId).ToHashSet();
        return facts.Commitments.Any(made => !kept.Contains(made.Id) && facts.When(made.Id, made.Said.Due).To is var due && due > since && due <= now);
    }

    private static bool HasEmbargo(Disclosure state, DateTimeOffset now)
    {
        List<ClockPause> embargoes = [];
        EmbargoTimes.AddTo(embargoes, state.StandingFacts);
        return embargoes.Any(embargo => embargo.From <= now && (embargo.To is not { } to || to > now));
    }

    private static IEnumerable<UnmetCondition> OfTheProposal(Disclosure state, DateTimeOffset now)
    {
        var publication = PublicationState.Of(state);
        if (publication is { Proposal: null } or { Named: not null })
        {
            return publication.Named is null ? [new("not-proposed", "Nobody proposed to name the company.")] : [];
        }

        var needed = state.Pinned is { } pinned ? Policy.Of(pinned).Document.Publication.Approvals : 1;
        var approvals = publication.OtherApprovers.Count();
        return
        [
            .. If(approvals < needed, "approvals-too-few", Text($"{approvals} of {needed} approvals by people who did not propose it.")),
            .. If(publication.Hold is not null, "held", "Somebody holds it; release it first."),
            .. publication.Schedule is { } schedule
                ? If(now < schedule.For, "schedule-ahead", $"It is scheduled for {Moment.At(schedule.For)}, which has not come.")
                : [new UnmetCondition("not-scheduled", "It is not scheduled.")],
        ];
    }

    // A step of the case is no fact and has no place among them; it is taken as later.
    private static int OrdinalOf(Disclosure state, Guid id) => state.Facts.TryGetValue(id, out var fact) ? fact.Ordinal : int.MaxValue;

    private static IReadOnlyList<UnmetCondition> If(bool unmet, string name, string explanation) => unmet ? [new(name, explanation)] : [];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

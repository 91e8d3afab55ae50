using FluentValidation;
using Ketman.Contracts;

namespace Ketman.Disclosures.Cases;

/// <summary>Validation of times.</summary>
internal static class TimeRules
{
    /// <summary>
    /// For facts that lie in the past when they are recorded, and on which figures rest (merges, payments, engagements): a
    /// missing time taken as "now" would put them into the wrong month without anybody noticing.
    /// </summary>
    public static IRuleBuilderOptions<T, Moment?> MustBeSaid<T>(this IRuleBuilder<T, Moment?> rule) =>
        rule.NotNull().WithMessage("missing: say when it happened, as a day (2025-02-03) or an instant (2025-02-03T14:05:00Z)");
}

using Ketman.Contracts;
using Ketman.Contracts.Disclosures;

namespace Ketman.Metrics.Cases;

/// <summary>A payment to a worker as it is known now: as recorded, or as last corrected.</summary>
/// <param name="Id">The event that recorded it.</param>
/// <param name="Events">That event and the correction that holds.</param>
/// <param name="At">When it was paid.</param>
/// <param name="AccountId">Who was paid.</param>
/// <param name="Asset">In what.</param>
/// <param name="Kind">What sort of money that is, when known.</param>
/// <param name="Amount">Units of the asset.</param>
/// <param name="Usd">Its value at that date; null: unpriced.</param>
/// <param name="PriceSource">Where that price comes from, when known.</param>
public sealed record Payment(
    Guid Id, IReadOnlyList<Guid> Events, Moment At, Guid AccountId, string Asset, AssetKind? Kind, decimal Amount, UsdValue? Usd, string? PriceSource)
{
    /// <summary>The payments that <paramref name="standing"/> facts of one case tell.</summary>
    internal static Payment[] From(IReadOnlyCollection<Fact> standing, TeamCalendar calendar)
    {
        if (!standing.Any(fact => fact.Said is PaymentRecorded))
        {
            return [];
        }

        // Corrections state the payment whole, so of several the one that was recorded last holds.
        var corrections = standing.Where(fact => fact.Said is PaymentCorrected)
            .GroupBy(fact => ((PaymentCorrected)fact.Said).PaymentId)
            .ToDictionary(group => group.Key, group => group.MaxBy(fact => fact.Version)!);
        return
        [
            .. standing.Where(fact => fact.Said is PaymentRecorded)
                .Select(fact => As((PaymentRecorded)fact.Said, fact, corrections.GetValueOrDefault(fact.Id)))
                .OrderBy(payment => payment.At, calendar).ThenBy(payment => payment.Id),
        ];
    }

    private static Payment As(PaymentRecorded said, Fact recorded, Fact? correction) => correction?.Said is PaymentCorrected now
        ? new(recorded.Id, [recorded.Id, correction.Id], correction.At, now.AccountId, now.Asset, now.AssetKind, now.Amount, now.Usd, now.PriceSource)
        : new(recorded.Id, [recorded.Id], recorded.At, said.AccountId, said.Asset, said.AssetKind, said.Amount, said.Usd, said.PriceSource);
}

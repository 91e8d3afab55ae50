using Ketman.Contracts;
using Ketman.Contracts.Intake;

namespace Ketman.Metrics.Cases;

/// <summary>What is known of a company.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Handle">Its handle.</param>
/// <param name="Name">Its name.</param>
/// <param name="TvlRank">Its rank by total value locked.</param>
/// <param name="WishesPrivacy">Whether it asked not to be named.</param>
/// <param name="Zone">Where it reads the clock, by its tz name; null: nobody said.</param>
public sealed record CompanyProfile(Guid Id, string Handle, string Name, int? TvlRank, bool WishesPrivacy, string? Zone)
{
    // Wide enough that a band says nothing of who is meant.
    private static readonly int[] Bands = [100, 300, 1000];

    /// <summary>The band of its rank, e.g. <c>Top 300</c>; null: unranked, or beyond the last band.</summary>
    public string? TvlBand => Bands.Where(band => TvlRank <= band).Select(band => $"Top {band}").FirstOrDefault();

    /// <summary>Folds the facts of one company; null without its registration.</summary>
    public static CompanyProfile? From(IEnumerable<Fact> facts) =>
        facts.OrderBy(fact => fact.Version).Aggregate((CompanyProfile?)null, (profile, fact) => fact.Said switch
        {
            CompanyRegistered said => new CompanyProfile(said.CompanyId, said.Handle, said.Name, said.TvlRank, WishesPrivacy: false, said.Zone),
            CompanyChanged said => profile is null ? null : profile with { Name = said.Name, TvlRank = said.TvlRank, Zone = said.Zone },
            CompanyPrivacyWished said => profile is null ? null : profile with { WishesPrivacy = said.Wish is PrivacyWish.Private },
            _ => profile,
        });
}

using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>A company as a statement may show it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Private">Whether it must not be named.</param>
/// <param name="Handle">Its handle; null when private.</param>
/// <param name="Name">Its name; null when private.</param>
/// <param name="TvlBand">The band of its rank, e.g. <c>Top 300</c>.</param>
public sealed record ShownCompany(Guid Id, bool Private, string? Handle, string? Name, string? TvlBand);

/// <summary>
/// Decides what may be shown of a company. The wish for privacy holds from when it is known, for every month; a company of
/// which the profile is not known here yet may have wished for it, so it is not named either.
/// </summary>
internal sealed class Naming(Casebook whole)
{
    private readonly HashSet<Guid> _private = [.. whole.Cases.Where(known => known.PrivacyRequested).Select(known => known.CompanyId)];

    public ShownCompany Show(Guid company) => whole.Company(company) switch
    {
        { WishesPrivacy: false } profile when !_private.Contains(company) => new(company, false, profile.Handle, profile.Name, profile.TvlBand),
        var profile => new(company, true, null, null, profile?.TvlBand),
    };
}

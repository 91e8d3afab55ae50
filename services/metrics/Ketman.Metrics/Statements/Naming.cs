using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Statements;

/// <summary>A company as a statement counts it; what of it is shown to whom is decided when the statement is cut for its reader.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Private">Whether it must not be named below TLP:RED.</param>
/// <param name="Handle">Its handle; null: its profile is not known here yet.</param>
/// <param name="Name">Its name.</param>
/// <param name="TvlBand">The band of its rank, e.g. <c>Top 300</c>.</param>
public sealed record ShownCompany(Guid Id, bool Private, string? Handle, string? Name, string? TvlBand);

/// <summary>
/// Tells which companies are private. The wish for privacy holds from when it is known, for every month; a company of
/// which the profile is not known here yet may have wished for it.
/// </summary>
internal sealed class Naming(Casebook whole)
{
    private readonly HashSet<Guid> _private =
    [
        .. whole.Cases.Where(known => known.PrivacyRequested).Select(known => known.CompanyId),
        .. whole.Others.Where(other => other.Confidentiality.IsPrivate).Select(other => other.CompanyId),
    ];

    public ShownCompany Show(Guid company) => whole.Company(company) switch
    {
        null => new(company, true, null, null, null),
        var profile => new(company, IsPrivate(company), profile.Handle, profile.Name, profile.TvlBand),
    };

    /// <summary>Whether it wishes privacy, or may.</summary>
    public bool IsPrivate(Guid company) => _private.Contains(company) || whole.Company(company) is not { WishesPrivacy: false };
}

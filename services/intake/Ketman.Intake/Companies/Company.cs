using System.Collections.Immutable;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;

namespace Ketman.Intake.Companies;

/// <summary>What the team knows of a company. Normalised throughout.</summary>
public sealed record Company
{
    /// <summary>How its streams are named and folded.</summary>
    public static Aggregate<Company> Aggregate { get; } = new("company", new Company(), Evolve);

    /// <summary>The handle chosen once; empty: not registered.</summary>
    public string Handle { get; init; } = "";

    /// <summary>What is known now.</summary>
    public CompanyProfile Profile { get; init; } = CompanyProfile.Empty;

    /// <summary>What it was registered with, to know a repeated registration after the profile was changed.</summary>
    public CompanyProfile RegisteredAs { get; init; } = CompanyProfile.Empty;

    /// <summary>Everybody who was ever a contact, by id.</summary>
    public ImmutableDictionary<Guid, CompanyContact> Contacts { get; init; } = ImmutableDictionary<Guid, CompanyContact>.Empty;

    /// <summary>What it asked of the team's silence.</summary>
    public PrivacyWish Privacy { get; init; }

    /// <summary>Its own calendar; null: it has none.</summary>
    public CalendarDocument? Calendar { get; init; }

    private static Company Evolve(Company state, Guid id, IDomainEvent data) => data switch
    {
        CompanyRegistered e => Registered(state, e),
        CompanyChanged e => state with { Profile = new CompanyProfile(e.Name, e.Domain, e.Repositories, e.TvlRank, e.Zone) },
        ContactAdded e => state with
        {
            Contacts = state.Contacts.SetItem(id, new CompanyContact(e.Name, e.Role, e.Channel, e.Address, e.Verified, Removed: false)),
        },
        ContactVerified e when state.Contacts.TryGetValue(e.ContactId, out var contact) =>
            state with { Contacts = state.Contacts.SetItem(e.ContactId, contact with { Verified = true }) },
        ContactRemoved e when state.Contacts.TryGetValue(e.ContactId, out var contact) =>
            state with { Contacts = state.Contacts.SetItem(e.ContactId, contact with { Removed = true }) },
        ContactErased e when state.Contacts.TryGetValue(e.ContactId, out var contact) =>
            state with { Contacts = state.Contacts.SetItem(e.ContactId, contact with { Removed = true, Erased = true }) },
        CompanyCalendarSet e => state with { Calendar = e.Calendar },
        PrivacyWished e => state with { Privacy = e.Wish },
        _ => state,
    };

    private static Company Registered(Company state, CompanyRegistered e)
    {
        var profile = new CompanyProfile(e.Name, e.Domain, e.Repositories, e.TvlRank, e.Zone);
        return state with { Handle = e.Handle, Profile = profile, RegisteredAs = profile };
    }
}

/// <summary>What describes a company.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Domain">Its internet domain, e.g. <c>example.org</c>.</param>
/// <param name="Repositories">As <c>host/owner/name</c>.</param>
/// <param name="TvlRank">Its place by total value locked, 1 the highest.</param>
/// <param name="Zone">Its IANA time zone.</param>
public sealed record CompanyProfile(string Name, string? Domain, IReadOnlyList<string> Repositories, int? TvlRank, string? Zone)
{
    /// <summary>Nothing known.</summary>
    public static CompanyProfile Empty { get; } = new("", null, [], null, null);

    /// <summary>Whether both say the same; repositories in whatever order.</summary>
    public bool Equals(CompanyProfile? other) =>
        other is not null && Name == other.Name && Domain == other.Domain && TvlRank == other.TvlRank && Zone == other.Zone
        && Repositories.ToHashSet().SetEquals(other.Repositories);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Name, Domain, TvlRank, Zone, Repositories.Count);
}

/// <summary>Somebody at a company.</summary>
/// <param name="Name">Who, when known.</param>
/// <param name="Role">In what part.</param>
/// <param name="Channel">The way.</param>
/// <param name="Address">Where, in the channel's normal form.</param>
/// <param name="Verified">Whether known to be who it says.</param>
/// <param name="Removed">Whether no longer to be used.</param>
/// <param name="Erased">Whether it is erased who it was.</param>
public sealed record CompanyContact(string? Name, string? Role, Channel Channel, string Address, bool Verified, bool Removed, bool Erased = false);

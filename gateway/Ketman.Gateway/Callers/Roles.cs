using Ketman.Contracts;

namespace Ketman.Gateway.Callers;

/// <summary>The roles of a team, and which imply which.</summary>
internal static class Roles
{
    public const string Viewer = "viewer";
    public const string Analyst = "analyst";
    public const string Lead = "lead";
    public const string Publisher = "publisher";
    public const string Admin = "admin";

    /// <summary>No role that can be given: a door that either opens.</summary>
    public const string ViewerOrAdmin = "viewer-or-admin";

    /// <summary>No role either: whoever signed in as a user, whatever its roles.</summary>
    public const string SignedIn = "signed-in";

    public static IReadOnlyList<string> All { get; } = [Viewer, Analyst, Lead, Publisher, Admin];

    /// <summary>
    /// The given roles and those they imply, in the order of <see cref="All"/>. An admin keeps users and keys and does not by that
    /// read cases; a publisher reads what is to be published but records nothing.
    /// </summary>
    public static IReadOnlyList<string> WithImplied(IReadOnlyCollection<string> given) =>
    [
        .. All.Where(role => given.Contains(role) || role switch
        {
            Viewer => given.Contains(Analyst) || given.Contains(Lead) || given.Contains(Publisher),
            Analyst => given.Contains(Lead),
            _ => false,
        }),
    ];

    /// <summary>Up to which marking holders of these roles may read: viewers up to TLP:AMBER, those who work on cases all, an admin, who keeps users and keys, nothing that is marked.</summary>
    public static Tlp ClearanceOf(IReadOnlyList<string> roles) =>
        roles.Contains(Analyst) || roles.Contains(Lead) || roles.Contains(Publisher) ? Tlp.Red
        : roles.Contains(Viewer) ? Tlp.Amber
        : Tlp.Clear;
}

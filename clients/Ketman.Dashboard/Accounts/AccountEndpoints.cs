using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Accounts;

/// <summary>Accounts: what they are rated, on what evidence, and what binds them together.</summary>
internal static class AccountEndpoints
{
    private const int PageLength = 50;

    // Beyond so many accounts of one actor the picture shows nothing any more; the list has them all.
    private const int MostOfActor = 30;

    private static readonly CommandPlace Place = new("account", "/accounts", "register-account");

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapGet("/accounts", ListAsync);
        app.MapGet("/accounts/{reference}", ShowAsync);
        Place.Map(app);
    }

    private static async Task<IResult> ListAsync(string? q, string? confidence, string? platform, string? actor, string? after, PlatformApi api, CancellationToken cancellation)
    {
        var path = To.With(
            "/accounts", ("limit", $"{PageLength}"), ("q", q), ("confidence", confidence), ("platform", platform), ("actor", actor), ("after", after));
        return Page.Of<AccountsPage>(new { Filter = new AccountFilter(q, confidence, platform, actor), Answer = await api.GetAsync<AccountList>(path, cancellation) });
    }

    private static async Task<IResult> ShowAsync(string reference, PlatformApi api, CancellationToken cancellation)
    {
        var account = await api.GetAsync<AccountView>("/accounts/" + Uri.EscapeDataString(To.Meant(reference)), cancellation);
        var ofActor = account.Actor is null
            ? new AccountList([], null)
            : await api.GetAsync<AccountList>(To.With("/accounts", ("limit", $"{MostOfActor}"), ("actor", account.Actor)), cancellation);
        return Page.Of<AccountPage>(new { Account = account, Neighbours = NeighboursOf(account, ofActor.Items), MoreOfActor = ofActor.Next is not null });
    }

    private static List<Neighbour> NeighboursOf(AccountView account, IReadOnlyList<AccountLine> ofActor)
    {
        var actors = ofActor.Select(line => line.Ref).ToHashSet();
        return
        [
            .. account.Links.GroupBy(link => link.Account.Ref).Select(links => new Neighbour(
                links.Key, [.. links.Select(link => link.Kind).Distinct()], [.. links.Select(link => link.Evidence).OfType<string>()], actors.Contains(links.Key)))
                .OrderBy(one => one.Ref, StringComparer.Ordinal),
            .. actors.Except(account.Links.Select(link => link.Account.Ref)).Where(one => one != account.Ref).Order(StringComparer.Ordinal)
                .Select(one => new Neighbour(one, [], [], true)),
        ];
    }
}

using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Commands;
using Ketman.Intake.References;
using Npgsql;
using static Ketman.Intake.Accounts.AccountRules;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Accounts;

/// <summary>The commands on accounts.</summary>
internal static class AccountCommands
{
    public static CommandCatalogue<Account> Create() => new CommandCatalogue<Account>(Account.Aggregate)
        .Create<RegisterAccount>("register-account", "accounts", RegisterAccount.Decide, new RegisterAccount.Rules(), LocateAsync)
        .On("flag-account", "accounts/{ref}/flag", UnlessErased<FlagAccount>(FlagAccount.Decide), new FlagAccount.Rules())
        .On("index-account", "accounts/{ref}/index", UnlessErased<IndexAccount>(IndexAccount.Decide), new IndexAccount.Rules())
        .On("confirm-account", "accounts/{ref}/confirm", UnlessErased<ConfirmAccount>(ConfirmAccount.Decide), new ConfirmAccount.Rules())
        .On("clear-account", "accounts/{ref}/clear", UnlessErased<ClearAccount>(ClearAccount.Decide), new ClearAccount.Rules())
        .On("observe-activity", "accounts/{ref}/activity", UnlessErased<ObserveActivity>(ObserveActivity.Decide), new ObserveActivity.Rules())
        .On("observe-employment", "accounts/{ref}/employment", UnlessErased<ObserveEmployment>(ObserveEmployment.Decide), new ObserveEmployment.Rules())
        .On("link-account", "accounts/{ref}/links", UnlessErased<LinkAccount>(LinkAccount.Decide), new LinkAccount.Rules())
        .On("attribute-account", "accounts/{ref}/actor", UnlessErased<AttributeAccount>(AttributeAccount.Decide), new AttributeAccount.Rules())
        .On("merge-account", "accounts/{ref}/merge", UnlessErased<MergeAccount>(MergeAccount.Decide), new MergeAccount.Rules())
        .On<EraseAccount>("erase-account", "accounts/{ref}/erase", EraseAccount.Decide, new EraseAccount.Rules(), role: CallerRoles.Admin, blind: true);

    /// <summary>The account that has the handle already, or a new id: random, because a derived one would betray an erased handle.</summary>
    private static async ValueTask<Located> LocateAsync(RegisterAccount command, LocateContext context, CancellationToken cancellation)
    {
        var account = context.Services.GetRequiredService<ReferenceBook>()
            .Normalise(new Reference("account", $"{command.Platform.Name()}:{command.Handle}")).Text;
        // A batch asks this a thousand times, one after the other, so it is the smallest question there is.
        var found = await context.Services.GetRequiredService<NpgsqlDataSource>()
            .QueryAsync("select id from accounts where ref = $1", [Text(account)], row => row.GetGuid(0), cancellation);
        return new Located(found.Count > 0 ? found[0] : context.Services.GetRequiredService<NewAccountIds>().Of(account, context.Now), account);
    }
}

/// <summary>
/// The ids drawn for one request. When it is decided again after a conflict, an account keeps its id: another account of the
/// same batch may have been bound to it by then.
/// </summary>
internal sealed class NewAccountIds
{
    private readonly Dictionary<string, Guid> _drawn = [];

    public Guid Of(string account, DateTimeOffset now) =>
        _drawn.TryGetValue(account, out var id) ? id : _drawn[account] = Guid.CreateVersion7(now);
}

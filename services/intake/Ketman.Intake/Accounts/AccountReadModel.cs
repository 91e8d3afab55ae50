using Ketman.Contracts;
using Ketman.Hosting.Commands;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Accounts;

/// <summary>Keeps the tables of accounts.</summary>
internal sealed class AccountReadModel : IInlineReadModel
{
    public IEnumerable<NpgsqlBatchCommand> Write(string stream, Guid id, IReadOnlyList<VersionedEvent> events) =>
        events.SelectMany(recorded => recorded.Event.Data switch
        {
            AccountRegistered { Handle: PersonalMember.Erased } e => [Register(id, e, ErasedName.Of(id), null, null)],
            AccountRegistered e =>
            [
                Register(
                    id, e, e.Handle, AccountHandle.Loosely(e.Platform, e.Handle), e.Platform is Platform.Email ? EmailAddress.Loosely(e.Handle) : null),
            ],
            AccountFlagged => [Rate(id, Confidence.Flagged)],
            AccountIndexed e => [Rate(id, Confidence.HighConfidence), Observe(id, e.Active, e.OccurredAt), Observe(id, e.EmployedAt, e.OccurredAt)],
            AccountConfirmed => [Rate(id, Confidence.Confirmed)],
            AccountCleared => [Rate(id, Confidence.Cleared)],
            ActivityObserved e => [Observe(id, e.Active, e.OccurredAt)],
            EmploymentObserved e => [Observe(id, e.EmployedAt, e.OccurredAt)],
            AccountLinked e =>
            [
                Command(
                    "insert into account_links (account_id, other_id, kind) values ($1, $2, $3) on conflict (account_id, other_id, kind) do nothing",
                    Uuid(id), Uuid(e.OtherAccountId), Text(e.Kind.WireName())),
            ],
            AccountAttributed e => [Command("update accounts set actor = $2 where id = $1", Uuid(id), Text(e.Actor))],
            AccountMerged e => [Command("select merge_account($1, $2)", Uuid(id), Uuid(e.IntoAccountId))],
            AccountErased =>
            [
                Command(
                    "update accounts set handle = $2, loose_handle = null, loose_email = null, actor = null where id = $1",
                    Uuid(id), Text(ErasedName.Of(id))),
            ],
            _ => Array.Empty<NpgsqlBatchCommand>(),
        });

    // A rebuild meets accounts that were erased since: their names must differ, as handles do.
    private static NpgsqlBatchCommand Register(Guid id, AccountRegistered e, string handle, string? loosely, string? email) => Command(
        """
        insert into accounts (id, platform, handle, loose_handle, loose_email, first_active_year, actor)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        Uuid(id), Text(e.Platform.Name()), Text(handle), Text(loosely), Text(email), Number(e.FirstActiveYear), Text(e.Actor));

    private static NpgsqlBatchCommand Rate(Guid id, Confidence confidence) => Command(
        "update accounts set confidence = $2 where id = $1", Uuid(id), Text(confidence.WireName()));

    // A sight that comes in late does not displace a newer one; of two at one time the later recorded holds, as in Account.
    private static NpgsqlBatchCommand Observe(Guid id, bool active, Moment at) => Command(
        """
        update accounts set active = $2, active_at = $3, active_exact = $4
        where id = $1 and (active_at is null or (active_at, active_exact) <= ($3, $4))
        """,
        Uuid(id), Flag(active), Time(at.Start), Flag(at.Precision is Precision.Instant));

    private static NpgsqlBatchCommand Observe(Guid id, IReadOnlyList<string> employedAt, Moment at) => Command(
        """
        update accounts set employed_at = $2, employed_at_at = $3, employed_at_exact = $4
        where id = $1 and (employed_at_at is null or (employed_at_at, employed_at_exact) <= ($3, $4))
        """,
        Uuid(id), Texts(employedAt), Time(at.Start), Flag(at.Precision is Precision.Instant));
}

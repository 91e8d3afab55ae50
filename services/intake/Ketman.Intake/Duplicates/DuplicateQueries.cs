using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Intake.Companies;
using Ketman.Intake.References;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.Duplicates;

/// <summary>Things that may be one. It is an offer: nothing is ever joined without somebody's command.</summary>
/// <param name="Kind"><c>account</c>, <c>company</c> or <c>lead</c>.</param>
/// <param name="Reason">What they share: <c>handle</c>, <c>wallet</c>, <c>email</c>, <c>domain</c>, <c>repository-owner</c>, <c>account</c> or <c>company</c>.</param>
/// <param name="Key">Which one it is.</param>
/// <param name="Members">Who shares it, the one to keep first; the first hundred.</param>
/// <param name="Count">How many share it.</param>
/// <param name="Offers">The commands that would say so; companies have none.</param>
public sealed record DuplicateGroup(
    string Kind, string Reason, string Key, IReadOnlyList<string> Members, int Count, IReadOnlyList<MergeOffer> Offers);

/// <summary>A command that would join two things, as the batch endpoint takes it.</summary>
public sealed record MergeOffer(string Command, string Target, MergeInto Body);

/// <summary>The body of a merge.</summary>
public sealed record MergeInto(string Into);

/// <summary>A lead that may be the same as another.</summary>
/// <param name="Ref">Its handle.</param>
/// <param name="Status"><c>open</c> or <c>disclosed</c>.</param>
/// <param name="Summary">What was seen.</param>
/// <param name="Shares">What the two have in common, as <c>reason key</c>.</param>
/// <param name="Offer">The command that would merge the later into the earlier; one that was disclosed stays.</param>
public sealed record DuplicateLead(string Ref, string Status, string Summary, IReadOnlyList<string> Shares, MergeOffer? Offer);

/// <summary>Shows what may be the same.</summary>
internal static class DuplicateQueries
{
    private const int MembersShown = 100;

    // Keys are ASCII or letters, never this.
    private const char CursorMark = '|';

    public static void MapDuplicates(this IEndpointRouteBuilder app)
    {
        app.MapGet("duplicates", ListAsync).ForRole(CallerRoles.Viewer).WithName("list-duplicates").WithTags("duplicates")
            .Produces<Page<DuplicateGroup>>().ProducesProblem(StatusCodes.Status400BadRequest);
        app.MapGet("leads/{ref}/duplicates", OfLeadAsync).ForRole(CallerRoles.Viewer).WithName("list-lead-duplicates").WithTags("lead")
            .Produces<Page<DuplicateLead>>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(string? limit, string? after, Caller caller, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (Paging.Read(limit, after, out var size) is { } problem)
        {
            return problem.ToResult();
        }

        var cursor = after?.Split(CursorMark, 3) ?? ["", "", ""];
        if (cursor.Length != 3)
        {
            return Paging.BadCursor().ToResult();
        }

        var groups = await database.QueryAsync(
            $"""
            select kind, reason, key, refs[1:$5], mergeable[1:$5], cardinality(refs) from duplicate_groups
            where (kind, reason, key) > ($1 collate "C", $2 collate "C", $3 collate "C")
              and ($6 or kind not in ('company', 'lead') or not exists (
                select from companies company left join leads lead on lead.company_id = company.id
                where {CasePrivacy.IsPrivate} and ((kind = 'company' and company.handle = any(refs)) or (kind = 'lead' and lead.handle = any(refs)))))
            order by kind, reason, key limit $4
            """,
            [Text(cursor[0]), Text(cursor[1]), Text(cursor[2]), Number(size + 1), Number(MembersShown), Flag(caller.Clearance is Tlp.Red)],
            row => Group(row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<string[]>(3), row.GetFieldValue<string[]>(4), row.GetInt32(5)),
            cancellation);
        return TypedResults.Ok(Paging.Of(groups, size, group => $"{group.Kind}{CursorMark}{group.Reason}{CursorMark}{group.Key}"));
    }

    private static async Task<IResult> OfLeadAsync(
        string @ref, Caller caller, ReferenceBook references, NpgsqlDataSource database, IStreamAccess access, TimeProvider time, CancellationToken cancellation)
    {
        var wanted = references.Normalise(new Reference("lead", @ref));
        if (!(await references.FindManyAsync([wanted], cancellation)).TryGetValue(wanted, out var found)
            || (await access.HiddenAsync([found.Id], caller.Reader, time.GetUtcNow(), cancellation)).Count > 0)
        {
            return Problems.NotFound("lead", "ref").ToResult();
        }

        var leads = await database.QueryAsync(
            $"""
            select other.handle, other.status, other.summary, shared.keys, this.handle, this.status, other.seq < this.seq
            from leads this
            cross join lateral (
              select theirs.lead_id, array_agg(theirs.reason || ' ' || theirs.key order by theirs.reason, theirs.key) as keys
              from lead_keys mine join lead_keys theirs on theirs.reason = mine.reason and theirs.key = mine.key
              where mine.lead_id = this.id and theirs.lead_id <> this.id
              group by theirs.lead_id
            ) shared
            join leads other on other.id = shared.lead_id
            where this.id = $1 and other.status in ('open', 'disclosed')
              and ($2 or not exists (select from companies company where company.id = other.company_id and {CasePrivacy.IsPrivate}))
            order by cardinality(shared.keys) desc, other.seq limit 100
            """,
            [Uuid(found.Id), Flag(caller.Clearance is Tlp.Red)],
            row => new DuplicateLead(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<string[]>(3),
                Offer(row.GetString(4), row.GetString(5), row.GetString(0), row.GetString(1), otherIsOlder: row.GetBoolean(6))),
            cancellation);
        return TypedResults.Ok(new Page<DuplicateLead>(leads, null));
    }

    private static DuplicateGroup Group(string kind, string reason, string key, string[] members, string[] mergeable, int count) => new(
        kind, reason, key, members, count,
        [.. mergeable.Where(member => member != members[0]).Select(member => new MergeOffer($"merge-{kind}", member, new MergeInto(members[0])))]);

    private static MergeOffer? Offer(string mine, string myStatus, string other, string otherStatus, bool otherIsOlder) => (myStatus, otherStatus) switch
    {
        ("open", "open") => otherIsOlder ? Merge(mine, other) : Merge(other, mine),
        ("open", "disclosed") => Merge(mine, other),
        ("disclosed", "open") => Merge(other, mine),
        _ => null,
    };

    private static MergeOffer Merge(string lead, string into) => new("merge-lead", lead, new MergeInto(into));
}

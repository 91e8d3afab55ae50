using System.Globalization;
using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Commands;
using Ketman.Hosting.Web;
using Ketman.Intake.Accounts;
using Ketman.Intake.Assessments;
using Ketman.Intake.Leads;
using Npgsql;
using static Ketman.Intake.Sql;

namespace Ketman.Intake.References;

/// <summary>Something by both of its names.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Ref">Its handle, or <c>platform:handle</c>.</param>
/// <param name="Zone">Of a company: its time zone.</param>
/// <param name="Calendar">Of a company: its own calendar.</param>
public sealed record Named(Guid Id, string Ref, string? Zone = null, CalendarDocument? Calendar = null);

/// <summary>Knows which id a handle means and the other way round. Any number of references is one round trip.</summary>
internal sealed class ReferenceBook(NpgsqlDataSource database) : IRefResolver
{
    private const string FindSql = """
        select 'company', id, handle, null, zone, calendar from companies where id = any($1) or handle = any($2)
        union all
        select 'account', account.id, account.ref, coalesce(account.merged_into, account.id), null, null from accounts account
        where account.id = any($3) or account.ref = any($4)
        union all
        select 'lead', lead.id, lead.handle, coalesce(lead.merged_into, lead.id), null, null from leads lead
        where lead.id = any($5) or lead.handle = any($6)
        """;

    // In the order of the parameters of FindSql.
    private static readonly string[] Kinds = ["company", "account", "lead"];

    public async ValueTask<IReadOnlyDictionary<Reference, Found>> FindManyAsync(
        IReadOnlyCollection<Reference> references, CancellationToken cancellation)
    {
        var known = await FindAsync(references, cancellation);
        var found = new Dictionary<Reference, Guid>();
        foreach (var reference in references)
        {
            var row = known.GetValueOrDefault(reference with { Kind = KindOf(reference) });
            if (reference.Kind is MergeAccount.Standing or MergeLead.Standing)
            {
                found[reference] = row?.Standing ?? Guid.Empty;
            }
            else if (row is not null)
            {
                found[reference] = row.Id;
            }
        }

        await AddSameWorkersAsync([.. references.Where(reference => reference.Kind == EraseAccount.SameWorker)], found, cancellation);
        var answer = found.ToDictionary(pair => pair.Key, pair => new Found(pair.Value));
        await AddAssessmentsAsync([.. references.Where(reference => reference.Kind is Assessment.Category or AssessedAccount.Kind)], answer, cancellation);
        return answer;
    }

    /// <summary>The names of what <paramref name="references"/> mean, by the reference as it was written; unknown ones are absent.</summary>
    public async Task<IReadOnlyDictionary<Reference, Named>> FindNamesAsync(
        IReadOnlyCollection<Reference> references, CancellationToken cancellation)
    {
        var known = await FindAsync([.. references.Select(Normalise)], cancellation);
        return references.Distinct().Where(reference => known.ContainsKey(Normalise(reference)))
            .ToDictionary(reference => reference, reference => NameOf(known[Normalise(reference)]));
    }

    /// <summary>The names of things of one kind by their ids, all of which exist.</summary>
    public async Task<IReadOnlyDictionary<Guid, Named>> NamesAsync(string kind, IReadOnlyCollection<Guid> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0)
        {
            return new Dictionary<Guid, Named>();
        }

        var known = await FindAsync([.. ids.Select(id => new Reference(kind, id.ToString("D")))], cancellation);
        return ids.Distinct().ToDictionary(
            id => id, id => new Named(id, known.TryGetValue(new Reference(kind, id.ToString("D")), out var row) ? row.Ref : id.ToString("D")));
    }

    public Reference Normalise(Reference reference)
    {
        var text = reference.Text.Trim();
        if (Guid.TryParseExact(text, "D", out var id))
        {
            return reference with { Text = id.ToString("D") };
        }

        if (KindOf(reference) is not ("account" or Assessment.Category or AssessedAccount.Kind))
        {
            return reference with { Text = text.ToLowerInvariant() };
        }

        // In an address a slash stays encoded, because it would end the segment; handles of web sites have some.
        text = text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && PlatformName.TryParse(text[..colon], out var platform)
            && AccountHandle.TryNormalise(platform, text[(colon + 1)..], out var handle)
                ? reference with { Text = $"{platform.Name()}:{handle}" }
                : reference with { Text = text };
    }

    /// <summary>Answers a GET of one thing: folded from its stream, with its version as ETag.</summary>
    public async Task<IResult> ShowAsync<TState>(
        HttpContext context,
        IEventStore store,
        Aggregate<TState> aggregate,
        string reference,
        Func<Guid, TState, long, ValueTask<object>> view,
        CancellationToken cancellation)
        where TState : class
    {
        var wanted = Normalise(new Reference(aggregate.Category, reference));
        var history = (await FindManyAsync([wanted], cancellation)).TryGetValue(wanted, out var found)
            ? await store.ReadToDecideAsync(aggregate.StreamOf(found.Id), cancellation)
            : null;
        if (history is null or { Version: 0 } || await IsHiddenAsync(context, found.Id, cancellation))
        {
            return Problems.NotFound(aggregate.Category, "ref").ToResult();
        }

        var etag = $"\"{history.Version.ToString(CultureInfo.InvariantCulture)}\"";
        context.Response.Headers.ETag = etag;
        if (context.Request.Headers.IfNoneMatch == etag)
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var state = history.Events.Aggregate(aggregate.Initial, (folded, recorded) => aggregate.Evolve(folded, recorded.Id, recorded.Data));
        return TypedResults.Ok(await view(found.Id, state, history.Version));
    }

    private static async Task<bool> IsHiddenAsync(HttpContext context, Guid id, CancellationToken cancellation) =>
        (await context.RequestServices.GetRequiredService<IStreamAccess>().HiddenAsync(
            [id], Caller.Of(context).Reader, context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(), cancellation)).Count > 0;

    /// <summary>The rows behind normalised references, by the id and by the handle they were asked for with.</summary>
    private async Task<Dictionary<Reference, Row>> FindAsync(IReadOnlyCollection<Reference> references, CancellationToken cancellation)
    {
        var rows = await database.QueryAsync(
            FindSql,
            [.. Kinds.SelectMany(kind => new[]
            {
                Uuids(TextsOf(kind).Select(text => Guid.TryParseExact(text, "D", out var id) ? id : (Guid?)null).OfType<Guid>()),
                Texts(TextsOf(kind).Where(text => !Guid.TryParseExact(text, "D", out _) && !text.Contains('\0', StringComparison.Ordinal))),
            })],
            row => new Row(row.GetString(0), row.GetGuid(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3), row.TextOrNull(4), row.TextOrNull(5)),
            cancellation);
        var found = new Dictionary<Reference, Row>();
        foreach (var row in rows)
        {
            found[new Reference(row.Kind, row.Id.ToString("D"))] = row;
            found[new Reference(row.Kind, row.Ref)] = row;
        }

        return found;

        IEnumerable<string> TextsOf(string kind) => references.Where(reference => KindOf(reference) == kind).Select(reference => reference.Text).Distinct();
    }

    private async Task AddSameWorkersAsync(
        IReadOnlyCollection<Reference> references, Dictionary<Reference, Guid> found, CancellationToken cancellation)
    {
        if (references.Count == 0)
        {
            return;
        }

        var others = await database.QueryAsync(
            """
            select account.id, (
              select other.id from accounts other where other.actor = account.actor and other.id <> account.id order by other.id limit 1)
            from accounts account where account.id = any($1) and account.actor is not null
            """,
            [Uuids(references.Select(reference => found.GetValueOrDefault(reference)))],
            row => (Id: row.GetGuid(0), Other: row.IsDBNull(1) ? Guid.Empty : row.GetGuid(1)), cancellation);
        foreach (var reference in references.Where(found.ContainsKey))
        {
            found[reference] = others.FirstOrDefault(row => row.Id == found[reference]).Other;
        }
    }

    // An assessment is named like its account, or by its own id.
    private async Task AddAssessmentsAsync(
        IReadOnlyCollection<Reference> references, Dictionary<Reference, Found> answer, CancellationToken cancellation)
    {
        if (references.Count == 0)
        {
            return;
        }

        var texts = references.Select(reference => reference.Text).Where(text => !text.Contains('\0', StringComparison.Ordinal)).Distinct().ToList();
        var ids = texts.Select(text => Guid.TryParseExact(text, "D", out var id) ? id : (Guid?)null).OfType<Guid>().ToList();
        var rows = await database.QueryAsync(
            """
            select account.id, account.ref, account.handle, account.confidence, account.merged_into is not null, assessment.id
            from accounts account left join assessments assessment on assessment.account_id = account.id
            where account.id = any($1) or account.ref = any($2) or account.id in (select account_id from assessments where id = any($1))
            """,
            [Uuids(ids), Texts(texts)],
            row => (
                Account: row.GetGuid(0), Ref: row.GetString(1), Assessment: row.IsDBNull(5) ? (Guid?)null : row.GetGuid(5),
                Detail: new AssessedAccount(
                    Wire.Read<Confidence>(row.GetString(3)), row.GetBoolean(4), row.GetString(2) == ErasedName.Of(row.GetGuid(0)))),
            cancellation);
        foreach (var reference in references)
        {
            var row = rows.FirstOrDefault(one => reference.Text == one.Ref || reference.Text == one.Account.ToString("D") || reference.Text == one.Assessment?.ToString("D"));
            if (reference.Kind is AssessedAccount.Kind)
            {
                // Nothing is known of an account that the same request is about to register.
                answer[reference] = new Found(row.Account, row.Detail);
            }
            else if (row.Assessment is { } assessment)
            {
                answer[reference] = new Found(assessment);
            }
        }
    }

    private static string KindOf(Reference reference) => reference.Kind switch
    {
        MergeAccount.Standing or EraseAccount.SameWorker => "account",
        MergeLead.Standing => "lead",
        var kind => kind,
    };

    private static Named NameOf(Row row) =>
        new(row.Id, row.Ref, row.Zone, row.Calendar is { } calendar ? JsonSerializer.Deserialize<CalendarDocument>(calendar, ContractJson.Options) : null);

    private sealed record Row(string Kind, Guid Id, string Ref, Guid? Standing, string? Zone, string? Calendar);
}

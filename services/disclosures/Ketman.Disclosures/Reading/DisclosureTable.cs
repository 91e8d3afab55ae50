using System.Text.Json;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Hosting.Commands;
using Npgsql;

namespace Ketman.Disclosures.Reading;

/// <summary>Keeps the table <c>disclosures</c>: one row for each case.</summary>
internal sealed class DisclosureTable : IInlineReadModel
{
    private const string Insert = """
        insert into disclosures (id, handle, company_id, title, status, opened_at, opened_on_day, opening_id)
        values ($1, $2, $3, $4, 'open', $5, $6, $7)
        """;

    private const string Erase = "update disclosures set title = $2 where id = $1 and title is not null";

    private const string Move = "update disclosures set status = $2 where id = $1";

    /// <inheritdoc />
    public IEnumerable<NpgsqlBatchCommand> Write(string stream, Guid id, IReadOnlyList<VersionedEvent> events)
    {
        string? status = null;
        foreach (var (happened, _) in events)
        {
            switch (happened.Data)
            {
                case DisclosureOpened opened:
                    yield return Opening(id, happened, opened);
                    break;
                case DisclosureErased:
                    yield return With(Erase, id, PersonalMember.Erased);
                    break;
                case DisclosureResolved:
                    status = WordOf(DisclosureStatus.Resolved);
                    break;
                case DisclosureClosed:
                    status = WordOf(DisclosureStatus.Closed);
                    break;
                case DisclosureReopened:
                    status = WordOf(DisclosureStatus.Open);
                    break;
            }
        }

        if (status is not null)
        {
            yield return With(Move, id, status);
        }
    }

    /// <summary>The word for a status in the table and in answers.</summary>
    public static string WordOf(DisclosureStatus status) => JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString());

    private static NpgsqlBatchCommand With(string sql, Guid id, string value) => new(sql)
    {
        Parameters = { new NpgsqlParameter<Guid> { TypedValue = id }, new NpgsqlParameter<string> { TypedValue = value } },
    };

    private static NpgsqlBatchCommand Opening(Guid id, NewEvent happened, DisclosureOpened opened) => new(Insert)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = id },
            new NpgsqlParameter<string> { TypedValue = opened.Handle },
            new NpgsqlParameter<Guid> { TypedValue = opened.CompanyId },
            new NpgsqlParameter<string?> { TypedValue = opened.Title },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = opened.OccurredAt.Start },
            new NpgsqlParameter<bool> { TypedValue = opened.OccurredAt.Precision is Precision.Day },
            new NpgsqlParameter<Guid> { TypedValue = happened.Id },
        },
    };
}

using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Npgsql;

namespace Ketman.Metrics.Board;

/// <summary>
/// How many cases of the board there are for each value of each filter, among those that the other filters leave. Only cases are counted that the
/// reader may know of, as in the list: cases that are kept from him count nowhere.
/// </summary>
/// <param name="Total">All of them.</param>
/// <param name="Status">By state.</param>
/// <param name="WaitingOn">By whose turn it is.</param>
/// <param name="Reaction">By the latest reaction; <c>none</c>: none was classified.</param>
/// <param name="Overdue">By whether something ran out: <c>true</c>, <c>false</c>.</param>
/// <param name="Assignee">By who is in charge; <c>none</c>: nobody.</param>
/// <param name="Tlp">By marking.</param>
/// <param name="Severity">By severity; <c>none</c>: nobody assessed it.</param>
/// <param name="Tag">By tag; a case may bear several.</param>
/// <param name="NotTold">
/// Of how many of them whose turn it is, the reaction, the severity and what ran out are withheld from the reader: they are in none of those groups.
/// </param>
/// <param name="Withheld">What is left out.</param>
public sealed record BoardCounts(
    int Total,
    IReadOnlyDictionary<string, int> Status,
    IReadOnlyDictionary<string, int> WaitingOn,
    IReadOnlyDictionary<string, int> Reaction,
    IReadOnlyDictionary<string, int> Overdue,
    IReadOnlyDictionary<string, int> Assignee,
    IReadOnlyDictionary<string, int> Tlp,
    IReadOnlyDictionary<string, int> Severity,
    IReadOnlyDictionary<string, int> Tag,
    int NotTold,
    WithheldCases Withheld)
{
    // The order of the statement's columns, which is also that of the bits by which it says what a row is grouped by.
    private static readonly string[] Keys = ["status", "waitingOn", "reaction", "overdue", "assignee", "tlp", "severity"];
    private static readonly HashSet<string> WorkedOut = ["waitingOn", "reaction", "overdue", "severity"];

    internal static async Task<BoardCounts> ReadAsync(
        NpgsqlDataSource database, BoardQuery query, Guid? company, DateTimeOffset now, Reader reader, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(CaseAccess.Hidden(reader, now));
        batch.BatchCommands.Add(new BoardStatement(query, CompanyAsked.Of(company), reader, now).Counts());
        await using var row = await batch.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var withheld = WithheldCases.Of(row.GetInt32(0));
        await row.NextResultAsync(cancellation);

        var counts = Keys.Append("tag").ToDictionary(key => key, _ => new SortedDictionary<string, int>(StringComparer.Ordinal));
        var (total, notTold) = (0, 0);
        while (await row.ReadAsync(cancellation))
        {
            var (told, count) = (row.GetBoolean(1), row.GetInt32(10));
            if (row.IsDBNull(0))
            {
                Count("tag", row.GetString(9), count);
                continue;
            }

            // A bit is 0 where the row is grouped by its column; of none, it is the sum.
            var index = Array.FindIndex(Keys, key => (row.GetInt32(0) >> (Keys.Length - 1 - Array.IndexOf(Keys, key)) & 1) == 0);
            if (index < 0)
            {
                (total, notTold) = (total + count, notTold + (told ? 0 : count));
            }
            else if (told || !WorkedOut.Contains(Keys[index]))
            {
                Count(Keys[index], Word(row, index + 2), count);
            }
        }

        return new BoardCounts(
            total, counts["status"], counts["waitingOn"], counts["reaction"], counts["overdue"], counts["assignee"], counts["tlp"], counts["severity"], counts["tag"], notTold, withheld);

        void Count(string key, string value, int count) => counts[key][value] = counts[key].GetValueOrDefault(value) + count;
    }

    private static string Word(NpgsqlDataReader row, int column) => row.GetValue(column) switch
    {
        DBNull => BoardQuery.None,
        bool overdue => overdue ? "true" : "false",
        int marking => ((Contracts.Tlp)marking).Wire(),
        short marking => ((Contracts.Tlp)marking).Wire(),
        var text => (string)text,
    };
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>A list of the API: pages by a cursor, of which a person usually wants the first and a script all.</summary>
internal static class ListVerb
{
    /// <param name="name">The command's last word.</param>
    /// <param name="description">What it lists.</param>
    /// <param name="path">The API's path.</param>
    /// <param name="columns">How its items are shown.</param>
    /// <param name="cells">The cells of one item.</param>
    /// <param name="whenEmpty">What a person reads when there is nothing.</param>
    /// <param name="filters">Options that become query parameters: parameter and option.</param>
    /// <param name="examples">Whole command lines.</param>
    public static Verb Create(
        string name, string description, string path, IReadOnlyList<Column> columns, Func<Session, JsonElement, string?[]> cells,
        string whenEmpty, IReadOnlyList<(string Parameter, Option Option)> filters, params IReadOnlyList<string> examples) =>
        Create(name, description, path, columns, cells, whenEmpty, filters, null, examples);

    /// <param name="name">The command's last word.</param>
    /// <param name="description">What it lists.</param>
    /// <param name="path">The API's path.</param>
    /// <param name="columns">How its items are shown.</param>
    /// <param name="cells">The cells of one item.</param>
    /// <param name="whenEmpty">What a person reads when there is nothing.</param>
    /// <param name="filters">Options that become query parameters: parameter and option.</param>
    /// <param name="instead">An option with which something else is done than listing.</param>
    /// <param name="examples">Whole command lines.</param>
    public static Verb Create(
        string name, string description, string path, IReadOnlyList<Column> columns, Func<Session, JsonElement, string?[]> cells,
        string whenEmpty, IReadOnlyList<(string Parameter, Option Option)> filters,
        (Option<bool> Option, Func<Session, CancellationToken, Task<ExitCode>> Does)? instead, params IReadOnlyList<string> examples)
    {
        var limit = new Option<int>("--limit") { Description = "how many at most on a page, e.g. 20", HelpName = "count", DefaultValueFactory = _ => 100 };
        var after = new Option<string?>("--after") { Description = "go on after this cursor, as `next` of the page before said, e.g. --after \"$(jq -r .next page.json)\"", HelpName = "cursor" };
        var all = new Option<bool>("--all") { Description = "every page; with --json one answer a line, e.g. ketman board --all --json" };
        var verb = new Verb(name, description, examples).With(limit, after, all);
        foreach (var (_, option) in filters)
            verb.Add(option);
        if (instead is { Option: var other })
            verb.Add(other);

        return verb.Does(async (session, cancellation) =>
        {
            if (instead is { } wanted && session.Parsed.GetValue(wanted.Option))
                return await wanted.Does(session, cancellation);

            var asked = Query(session, filters).ToList();
            var first = $"{path}?{string.Join('&', asked.Append($"limit={session.Parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture)}"))}";
            // That there is nothing yet is known only where everything was asked for.
            var nothing = asked.Count == 0 ? whenEmpty : "Nothing fits what was asked for.";
            return await PagesAsync(session, first, session.Parsed.GetValue(after), session.Parsed.GetValue(all), columns, cells, nothing, cancellation);
        });
    }

    /// <summary>What was typed for these options, as the members of an address; one that was given several times stands there as often.</summary>
    public static IEnumerable<string> Query(Session session, IReadOnlyList<(string Parameter, Option Option)> filters) =>
        filters.SelectMany(filter => (session.Parsed.GetResult(filter.Option)?.Tokens ?? []).Select(token => $"{filter.Parameter}={Uri.EscapeDataString(token.Value)}"));

    private static async Task<ExitCode> PagesAsync(
        Session session, string first, string? cursor, bool all, IReadOnlyList<Column> columns,
        Func<Session, JsonElement, string?[]> cells, string whenEmpty, CancellationToken cancellation)
    {
        var rows = new List<string?[]>();
        do
        {
            var path = cursor is null ? first : $"{first}&after={Uri.EscapeDataString(cursor)}";
            var answer = (await session.Platform.GetAsync(path, cancellation)).OrRefuse();
            using var page = Session.Read(answer);
            cursor = page.RootElement.Text("next");
            if (session.Json)
                session.Screen.Raw(answer.Body);
            else
                rows.AddRange(page.RootElement.Items().Select(item => cells(session, item)));
            if (!session.Json && page.RootElement.At("similar") is { ValueKind: JsonValueKind.True })
                session.Screen.Remark("Nothing has these words; these have names like them.");
            if (!session.Json && cursor is null && page.RootElement.Text("unknown") is { } unknown)
                session.Screen.Remark($"Not known of the past, and so left out: {unknown}.");
        }
        while (all && cursor is not null);

        if (session.Json)
            return ExitCode.Ok;

        session.Screen.Table(columns, rows, whenEmpty);
        if (cursor is not null)
            session.Screen.Remark($"There are more: --all shows every one, --after {cursor} the next page.");
        return ExitCode.Ok;
    }
}

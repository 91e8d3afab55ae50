using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>What is said to the services one by one, and how their parts are addressed.</summary>
internal static class Operations
{
    /// <summary>The services that follow a history.</summary>
    public static readonly IReadOnlyList<string> Services = ["intake", "disclosures", "metrics"];

    /// <summary>Those that listen to others, and so have an error queue.</summary>
    public static readonly IReadOnlyList<string> Listeners = ["intake", "metrics"];

    /// <summary>Services by name, or all of <paramref name="known"/> when none is named.</summary>
    public static IReadOnlyList<string> Choose(string? wanted, IReadOnlyList<string> known) =>
        wanted is null ? known
        : known.Contains(wanted) ? [wanted]
        : throw new CliException(ExitCode.Usage, $"There is no such service here; one of {string.Join(", ", known)} is meant.");

    /// <summary>Everything that follows a history, with its service.</summary>
    public static async Task<IReadOnlyList<(string Service, JsonElement Item)>> ListAsync(
        Session session, IReadOnlyList<string> services, CancellationToken cancellation)
    {
        var found = new List<(string, JsonElement)>();
        foreach (var service in services)
        {
            using var answer = Session.Read((await session.Platform.GetAsync($"operations/{service}/projections", cancellation)).OrRefuse());
            found.AddRange(answer.RootElement.Items().Select(item => (service, item.Clone())));
        }

        return found;
    }

    /// <summary>Finds what was addressed: <c>service/name</c>, or the name alone where only one service has it.</summary>
    /// <exception cref="CliException">There is no such one, or there are several.</exception>
    public static async Task<(string Service, string Name, JsonElement Item)> FindAsync(Session session, string address, CancellationToken cancellation)
    {
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        var (service, name) = slash < 0 ? (null, address) : (address[..slash], address[(slash + 1)..]);
        var all = await ListAsync(session, Choose(service, Services), cancellation);
        var matching = all.Where(one => one.Item.Text("name") == name).ToList();
        return matching switch
        {
            [var one] => (one.Service, name, one.Item),
            [] => throw new CliException(ExitCode.Refused, $"There is no such projection. There are: {Addresses(all)}."),
            _ => throw new CliException(ExitCode.Usage, $"Several services have one of that name; say which: {Addresses(matching)}."),
        };
    }

    private static string Addresses(IEnumerable<(string Service, JsonElement Item)> projections) =>
        string.Join(", ", projections.Select(one => $"{one.Service}/{one.Item.Text("name")}"));
}

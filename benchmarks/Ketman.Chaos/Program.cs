using System.Globalization;
using System.Text.Json;
using Ketman.Chaos;
using Ketman.Chaos.Fuzz;
using Ketman.Chaos.Road;
using Ketman.Chaos.Store;

ICampaign[] campaigns = [new StoreCampaign(), new RoadCampaign(), new LeaderCampaign(), new FuzzCampaign()];

var words = new List<string>();
int? seed = null, kills = null, events = null, requests = null;
var json = false;
var understood = true;
for (var i = 0; i < args.Length; i++)
{
    int? Number() => i + 1 < args.Length && int.TryParse(args[++i], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    switch (args[i])
    {
        case "--json": json = true; break;
        case "--seed": understood &= (seed = Number()) is not null; break;
        case "--kills": understood &= (kills = Number()) is not null; break;
        case "--events": understood &= (events = Number()) is not null; break;
        case "--requests": understood &= (requests = Number()) is not null; break;
        default: words.Add(args[i]); break;
    }
}

if (!understood || words.Except(campaigns.Select(campaign => campaign.Name), StringComparer.Ordinal).Any())
{
    await Console.Error.WriteLineAsync($"Usage: chaos [{string.Join('|', campaigns.Select(campaign => campaign.Name))}] [--seed N] [--kills N] [--events N] [--requests N] [--json]");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var orders = new Orders(seed ?? Random.Shared.Next(1, 1_000_000), kills, events, requests);
await Console.Error.WriteLineAsync($"seed {orders.Seed}");
var results = new List<(string Name, Outcome Outcome)>();
foreach (var campaign in campaigns.Where(campaign => words.Count == 0 || words.Contains(campaign.Name)))
{
    await Console.Error.WriteLineAsync($"{campaign.Name}:");
    var outcome = await campaign.JudgeAsync(orders, Console.Error, stop.Token);
    results.Add((campaign.Name, outcome));
    if (!json)
    {
        await outcome.PrintAsync(campaign.Name, orders.Seed, Console.Out);
    }
}

if (json)
{
    var documents = results.Select(result => new { campaign = result.Name, orders.Seed, result.Outcome.Figures, result.Outcome.Broken });
    Console.WriteLine(JsonSerializer.Serialize(documents, new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }));
}

return results.All(result => result.Outcome.Broken.Count == 0) ? 0 : 1;

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ketman.Testing;

namespace Ketman.Chaos.Fuzz;

/// <summary>What is there before the attack: something of each kind, and people of each role.</summary>
internal static class Ground
{
    private static readonly string[][] Roles = [["lead"], ["lead"], ["lead", "publisher"], ["analyst"], ["viewer"], ["publisher"], ["admin"], ["lead", "publisher", "admin"]];

    /// <summary>Fills the platform, and gives a key for each of some people.</summary>
    public static async Task<IReadOnlyList<string>> PrepareAsync(RunningPlatform platform, CancellationToken cancellation)
    {
        var keys = new List<string>();
        foreach (var (roles, number) in Roles.Select((roles, number) => (roles, number)))
        {
            var made = await PostAsync(platform.Api, "keys", new { name = $"attacker-{number}", roles }, cancellation);
            keys.Add((string)made["key"]!);
        }

        using var lead = new HttpClient { BaseAddress = platform.Api.BaseAddress };
        lead.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", keys[0]);
        foreach (var handle in Values.Companies)
        {
            await PostAsync(lead, "companies", new { handle, name = $"The {handle}" }, cancellation);
            await PostAsync(lead, $"companies/{handle}/contacts", new { channel = "email", address = $"{handle}@example.org" }, cancellation, Values.Keys[0]);
        }

        foreach (var account in Values.Accounts)
        {
            await PostAsync(lead, "accounts", new { platform = "github", handle = account["github:".Length..] }, cancellation);
        }

        foreach (var account in Values.Accounts.Take(5))
        {
            await PostAsync(lead, "assessments", new { account }, cancellation);
        }

        foreach (var handle in Values.Leads)
        {
            await PostAsync(lead, "leads", new { handle, summary = "seen" }, cancellation);
        }

        foreach (var (handle, number) in Values.Disclosures.Select((handle, number) => (handle, number)))
        {
            await PostAsync(lead, "disclosures", new { handle, company = Values.Companies[number % Values.Companies.Length], accounts = Values.Accounts.Take(2) }, cancellation);
            await PostAsync(lead, $"disclosures/{handle}/outreach", new { channel = "email", outcome = "delivered" }, cancellation, Values.Keys[0]);
            await PostAsync(lead, $"disclosures/{handle}/payments", new { account = Values.Accounts[0], asset = "USDC", amount = "10", usd = "10", priceSource = "at par", at = "2025-02-03" }, cancellation, Values.Keys[1]);
            await PostAsync(lead, $"disclosures/{handle}/commitments", new { what = "revoke", due = "2030-01-01" }, cancellation, Values.Keys[2]);
        }

        return keys;
    }

    private static async Task<JsonNode> PostAsync(HttpClient client, string path, object body, CancellationToken cancellation, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await client.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
    }
}

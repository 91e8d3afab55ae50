using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Ketman.Testing;

namespace Ketman.Platform.Tests;

/// <summary>What the processes write to their logs tells neither a secret nor a person, whatever was sent and whatever went wrong.</summary>
public sealed class Secrets(PlatformWithTheSampleMonth month) : IClassFixture<PlatformWithTheSampleMonth>
{
    private const string Planted = "planted-secret-7f3a";

    private static readonly string[] Services = ["gateway", "intake", "disclosures", "metrics"];

    private readonly RunningPlatform _platform = month.Platform;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task no_log_tells_a_secret_or_a_person()
    {
        var made = await _platform.Api.PostAsJsonAsync("keys", new { name = "watched", roles = new[] { "viewer" } }, Cancellation);
        var key = JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancellation))!["key"]!.GetValue<string>();
        await EverythingGoesWrongAsync();
        (await _platform.CliAsync(Cancellation, "accounts", "clear", $"github:{Planted}-0", "--reason", $"met {Planted}")).ExitCode.ShouldBe(0);
        foreach (var account in new[] { $"{Planted}-0", "sample-slow-comet" })
        {
            var erased = await _platform.CliAsync(Cancellation, "erase", $"account:github:{account}", "--yes");
            erased.ExitCode.ShouldBe(0, erased.Errors);
        }

        var logs = Services.ToDictionary(service => service, service => _platform.Logs(service));
        logs.Values.ShouldAllBe(log => log.Length > 1000);
        string[] secrets =
        [
            Planted, key, (await File.ReadAllTextAsync(_platform.KeyFile, Cancellation)).Trim(),
            .. Services.Select(service => _platform.Database(service).Url.ToString()),
            _platform.Broker.Url.ToString(), Uri.UnescapeDataString(_platform.Broker.Url.UserInfo.Split(':')[1]),
            .. Directory.EnumerateFiles(Path.Combine(_platform.Folder, "keys"), "*.pem").SelectMany(File.ReadLines).Where(line => line.Length > 30 && !line.StartsWith("---", StringComparison.Ordinal)),
        ];
        secrets.Length.ShouldBeGreaterThan(10);
        var people = Erasure.TextsOfTheSample(Erasure.Personal).ToHashSet(StringComparer.Ordinal);
        people.Count.ShouldBeGreaterThan(100);
        foreach (var (service, log) in logs)
        {
            secrets.Concat(people).Where(text => log.Contains(text, StringComparison.Ordinal)).ShouldBeEmpty($"the log of {service}");
        }
    }

    // Wrong keys, wrong bodies, addresses that name people, a race for one handle, a connection to the database that is cut.
    private async Task EverythingGoesWrongAsync()
    {
        using var stranger = new HttpClient { BaseAddress = _platform.Api.BaseAddress };
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"ktm_{Planted}{new string('x', 30)}");
        stranger.DefaultRequestHeaders.TryAddWithoutValidation("Cookie", $"session={Planted}");
        (await stranger.GetAsync(new Uri($"accounts/github:{Planted}?token={Planted}", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var body in new[] { $$"""{"platform":"{{Planted}}","handle":"{{Planted}}"}""", $$"""{"platform":"github","handle":"{{Planted}}""", $"\"{Planted}\"", $$"""{"{{Planted}}":1}""" })
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            (await _platform.Api.PostAsync(new Uri("accounts", UriKind.Relative), content, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        (await _platform.Api.GetAsync(new Uri($"accounts/github:{Planted}", UriKind.Relative), Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(number =>
            _platform.Api.PostAsJsonAsync("accounts", new { platform = "github", handle = $"{Planted}-{number / 8}", note = $"note {Planted}" }, Cancellation)));
        await Task.WhenAll(Enumerable.Range(0, 24).Select(number =>
            _platform.Api.PostAsJsonAsync($"accounts/github:{Planted}-0/flag", new { reason = $"{Planted} {number}" }, Cancellation)));
        foreach (var service in new[] { "intake", "disclosures", "metrics" })
        {
            await using var command = _platform.Database(service).Source.CreateCommand(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
            await command.ExecuteScalarAsync(Cancellation);
            await _platform.Api.PostAsJsonAsync($"accounts/github:{Planted}-0/flag", new { reason = $"{Planted} after {service}" }, Cancellation);
        }

        foreach (var service in Services)
        {
            await _platform.ReadyAsync(service, Cancellation);
        }
    }
}

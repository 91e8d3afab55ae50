using System.Diagnostics;
using System.Globalization;

namespace Ketman.Platform.Tests;

/// <summary>A few seconds of <c>./ketman chaos</c>, which as a whole takes a quarter of an hour.</summary>
public sealed class ShortChaos
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task three_subscribers_of_one_log_miss_nothing_while_writers_do_what_they_like() => HoldsAsync("store", "--seed", "1", "--events", "10000");

    /// <summary>The seed changes from day to day, so that in time much is tried; it is printed, and a campaign with it does the same again.</summary>
    [Fact]
    public Task whatever_is_sent_to_whichever_endpoint_nothing_fails_and_nothing_is_half_stored() => HoldsAsync(
        "fuzz", "--seed", DateTimeOffset.UtcNow.ToString("yyyyMMdd", CultureInfo.InvariantCulture), "--requests", "2500");

    private static async Task HoldsAsync(string campaignName, params string[] orders)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])[Path.Combine(AppContext.BaseDirectory, "Ketman.Chaos.dll"), campaignName, .. orders])
        {
            start.ArgumentList.Add(word);
        }

        using var campaign = Process.Start(start)!;
        var said = Task.WhenAll(campaign.StandardOutput.ReadToEndAsync(Cancellation), campaign.StandardError.ReadToEndAsync(Cancellation));
        await campaign.WaitForExitAsync(Cancellation);

        campaign.ExitCode.ShouldBe(0, string.Join('\n', await said));
        (await said)[0].ShouldContain($"holds (seed {orders[1]})");
    }
}

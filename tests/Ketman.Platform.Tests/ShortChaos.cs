using System.Diagnostics;

namespace Ketman.Platform.Tests;

/// <summary>A few seconds of <c>./ketman chaos</c>, which as a whole takes a quarter of an hour.</summary>
public sealed class ShortChaos
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task three_subscribers_of_one_log_miss_nothing_while_writers_do_what_they_like()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in new[] { Path.Combine(AppContext.BaseDirectory, "Ketman.Chaos.dll"), "store", "--seed", "1", "--events", "10000" })
        {
            start.ArgumentList.Add(word);
        }

        using var campaign = Process.Start(start)!;
        var said = Task.WhenAll(campaign.StandardOutput.ReadToEndAsync(Cancellation), campaign.StandardError.ReadToEndAsync(Cancellation));
        await campaign.WaitForExitAsync(Cancellation);

        campaign.ExitCode.ShouldBe(0, string.Join('\n', await said));
        (await said)[0].ShouldContain("holds (seed 1)");
    }
}

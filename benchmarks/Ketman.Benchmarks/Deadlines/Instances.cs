using System.Globalization;
using System.Net;
using Ketman.Testing;

namespace Ketman.Benchmarks.Deadlines;

/// <summary>Instances of Disclosures as processes on one database, to be killed and started again. They publish to a broker as they always do.</summary>
internal sealed class Instances : IAsyncDisposable
{
    private readonly Dictionary<int, (ServiceProcess Process, Uri Address)> _running = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("ketman-bench-").FullName;
    private readonly TestDatabase _database;
    private readonly TestBroker _broker;

    private Instances(TestDatabase database, TestBroker broker) => (_database, _broker) = (database, broker);

    public static async Task<Instances> StartAsync(TestDatabase database, int count, CancellationToken cancellation)
    {
        var instances = new Instances(database, await TestBroker.CreateAsync(cancellation));
        try
        {
            for (var number = 1; number <= count; number++)
            {
                // One after the other: the first makes the tables.
                await instances.StartAsync(number, cancellation);
            }

            return instances;
        }
        catch
        {
            await instances.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one and waits until it is there.</summary>
    public async Task StartAsync(int number, CancellationToken cancellation)
    {
        var address = new Uri($"http://127.0.0.1:{RunningPlatform.FreePort().ToString(CultureInfo.InvariantCulture)}");
        // Nobody answers as Intake, and nobody is asked: there are no commands here.
        var process = ServiceProcess.Start("disclosures", new Dictionary<string, string>
        {
            ["KETMAN_LISTEN"] = address.ToString(),
            ["KETMAN_DATABASE"] = _database.Url.ToString(),
            ["KETMAN_BUS"] = _broker.Url.ToString(),
            ["KETMAN_KEYS"] = Path.Combine(_folder, "keys"),
            ["KETMAN_INTAKE"] = "http://127.0.0.1:9",
        });
        _running[number] = (process, address);
        using var client = new HttpClient { BaseAddress = address };
        await Eventually.TrueAsync($"instance {number} lives; its log ends:\n{process.LogTail()}", async () =>
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("health/live", UriKind.Relative), cancellation);
                return answer.StatusCode is HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(60), cancellation);
    }

    /// <summary>kill -9.</summary>
    public void Kill(int number)
    {
        _running.Remove(number, out var killed);
        killed.Process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, _) in _running.Values)
        {
            process.Dispose();
        }

        await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

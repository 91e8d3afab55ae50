using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Ketman.Testing;

namespace Ketman.Chaos.Road;

/// <summary>A command that the platform has said yes to.</summary>
/// <param name="Service">Whose log it is in.</param>
/// <param name="Text">The text that only this command bears.</param>
/// <param name="Events">The ids of its events.</param>
/// <param name="Stream">Where.</param>
/// <param name="Version">The stream's version then.</param>
internal sealed record Acknowledged(string Service, string Text, IReadOnlyList<Guid> Events, string Stream, long Version);

/// <summary>
/// People at work: every command is sent until it is answered, with one Idempotency-Key from try to try, through whichever
/// gateway answers.
/// </summary>
internal sealed class Load : IDisposable
{
    private const int Cases = 100;
    private const int Writers = 6;

    // A person's pace, so that the machine has time for what is measured; the backlog of an outage is worked off at full speed.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HttpClient[] _gateways;
    private readonly ConcurrentQueue<string> _refused = [];
    private readonly CancellationTokenSource _enough = new();
    private long _tries;
    private int _number;
    private Task _writing = Task.CompletedTask;

    public Load(RunningPlatform platform, int gateways)
    {
        var key = File.ReadAllText(platform.KeyFile).Trim();
        _gateways = [.. Enumerable.Range(1, gateways).Select(number => new HttpClient
        {
            BaseAddress = new Uri(platform.AddressOf(RunningPlatform.Instance("gateway", number)), "/api/v1/"),
            Timeout = TimeSpan.FromSeconds(20),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        })];
    }

    /// <summary>Every command so far that was answered yes.</summary>
    public ConcurrentQueue<Acknowledged> Acknowledged { get; } = [];

    /// <summary>Answers that no command should have had.</summary>
    public IReadOnlyCollection<string> Refused => _refused;

    /// <summary>How many requests it took.</summary>
    public long Tries => Interlocked.Read(ref _tries);

    /// <summary>Opens the cases and begins.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await SendAsync("intake", "companies", "acme", new { handle = "acme", name = "Acme" }, cancellation);
        for (var number = 0; number < Cases; number++)
        {
            var handle = string.Create(CultureInfo.InvariantCulture, $"case-{number}");
            await SendAsync("disclosures", "disclosures", handle, new { handle, company = "acme", at = "2025-02-01" }, cancellation);
        }

        if (_refused.TryPeek(out var refused))
        {
            throw new InvalidOperationException(refused);
        }

        _writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => WriteAsync(cancellation), cancellation)));
    }

    /// <summary>Ends when every command that was begun is answered.</summary>
    public async Task StopAsync()
    {
        await _enough.CancelAsync();
        await _writing;
    }

    /// <summary>One command, sent until it is answered; null: it never was, or was refused.</summary>
    public Task<Acknowledged?> NoteAsync(CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref _number);
        var text = $"Note {number}";
        return SendAsync("disclosures", $"disclosures/case-{number % Cases}/notes", text, new { text, at = "2025-02-02" }, cancellation);
    }

    /// <summary>The same of another service: a stream of its own for each.</summary>
    public Task<Acknowledged?> AccountAsync(CancellationToken cancellation)
    {
        var handle = string.Create(CultureInfo.InvariantCulture, $"worker{Interlocked.Increment(ref _number)}");
        return SendAsync("intake", "accounts", handle, new { platform = "github", handle }, cancellation);
    }

    public void Dispose()
    {
        foreach (var gateway in _gateways)
        {
            gateway.Dispose();
        }

        _enough.Dispose();
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        for (var turn = 0; !_enough.IsCancellationRequested; turn++)
        {
            await (turn % 4 == 0 ? AccountAsync(cancellation) : NoteAsync(cancellation));
            await Task.Delay(Pace, _enough.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Acknowledged?> SendAsync(string service, string path, string text, object body, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        var last = "no answer";
        for (var at = Random.Shared.Next(_gateways.Length); !patience.IsCancellationRequested; at++)
        {
            Interlocked.Increment(ref _tries);
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
                request.Headers.Add("Idempotency-Key", "chaos-" + text.Replace(' ', '-'));
                using var response = await _gateways[at % _gateways.Length].SendAsync(request, patience.Token);
                var answer = await response.Content.ReadAsStringAsync(patience.Token);
                if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created)
                {
                    return Note(service, text, JsonSerializer.Deserialize<Answer>(answer, JsonSerializerOptions.Web)!);
                }

                last = $"{(int)response.StatusCode} {answer}";
                if (response.StatusCode is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
                {
                    break;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                last = e.Message;
            }

            await Task.Delay(Random.Shared.Next(50, 200), patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!cancellation.IsCancellationRequested)
        {
            _refused.Enqueue($"POST {path} with '{text}': {last}");
        }

        return null;
    }

    private Acknowledged Note(string service, string text, Answer answer)
    {
        var acknowledged = new Acknowledged(service, text, [.. answer.Events.Select(each => each.Id)], answer.Stream, answer.Version);
        Acknowledged.Enqueue(acknowledged);
        return acknowledged;
    }

    private sealed record Answer(string Stream, long Version, IReadOnlyList<AnsweredEvent> Events);

    private sealed record AnsweredEvent(Guid Id);
}

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RabbitMQ.Client.Exceptions;

namespace Ketman.Hosting.Bus;

/// <summary>Whether what is recorded here gets out.</summary>
internal sealed class PublisherCheck(LogPublisher publisher) : IHealthCheck
{
    // A broker that is killed and comes back holds a publication up for 6 to 17 s; within a few seconds nothing is wrong.
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(5);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        publisher.Waiting is { } waiting && waiting > Tolerated
            ? HealthCheckResult.Unhealthy($"the broker has not confirmed for {waiting.TotalSeconds:F0} s; nothing is lost, it is published when it answers")
            : HealthCheckResult.Healthy());
}

/// <summary>
/// Whether what others record gets in. While the queue is read and the journal is written, nothing else makes the service less
/// ready: a consumer that is paused is a delay of what is shown, and taking the service away for it would make an outage of
/// the delay. It is an alert instead, which <c>/health/ready</c>, <c>ketman health</c> and <c>./ketman status</c> all raise.
/// </summary>
internal sealed class ConsumerCheck(SharedBus bus, ConsumerWiring wiring, JournalEndpoint endpoint, Journal journal, TimeProvider clock)
    : IHealthCheck
{
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(30);

    // Asking the broker takes a connection of its own; a monitor that asks often shall not open one each time.
    private static readonly TimeSpan DepthAge = TimeSpan.FromSeconds(15);

    private long _depthAt;
    private long _depth;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var status = await journal.StatusAsync(cancellationToken);
            var connected = endpoint.Connected;
            var data = new Dictionary<string, object>
            {
                ["connected"] = connected,
                ["paused"] = status.PausedAt is not null,
                ["waitingStreams"] = status.WaitingStreams,
                ["waitingEvents"] = status.WaitingEvents,
                ["conflicts"] = status.Conflicts,
                ["errorQueue"] = connected ? await DepthAsync(cancellationToken) : -1L,
            };
            var problem = !connected ? $"{wiring.Queue} is not being read; what is published waits there"
                : !endpoint.Journaling ? "the journal cannot be written; messages wait"
                : null;
            var alert = status.PausedAt is not null ? $"{status.Name} is paused: {status.PausedBecause}"
                : clock.GetUtcNow() - status.WaitingSince > Tolerated ? $"{status.WaitingStreams} streams wait for versions that are missing"
                : data["errorQueue"] is > 0L ? $"{data["errorQueue"]} messages in {wiring.ErrorQueue} could not be read"
                : null;
            return problem is not null ? HealthCheckResult.Unhealthy(problem, data: data)
                : alert is not null ? HealthCheckResult.Degraded(alert, data: data)
                : HealthCheckResult.Healthy(data: data);
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("the journal cannot be read");
        }
    }

    private async Task<long> DepthAsync(CancellationToken cancellation)
    {
        if (_depthAt == 0 || clock.GetElapsedTime(_depthAt) > DepthAge)
        {
            try
            {
                _depth = await bus.DepthAsync(wiring.ErrorQueue, cancellation);
            }
            catch (BrokerUnreachableException)
            {
                return -1;
            }

            _depthAt = clock.GetTimestamp();
        }

        return _depth;
    }
}

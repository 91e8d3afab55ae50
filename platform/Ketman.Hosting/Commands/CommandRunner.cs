using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Npgsql;

namespace Ketman.Hosting.Commands;

/// <summary>
/// Carries commands out: locate, look references up, read the streams (one round trip), decide, append (one round trip).
/// One command and a thousand take the same way, so a batch cannot mean something else than its parts.
/// </summary>
internal sealed class CommandRunner(
    IEventStore store, EventTypes types, IRefResolver resolver, IEnumerable<IInlineReadModel> inline, IServiceProvider services, TimeProvider time)
{
    // A conflict means that somebody else got through, so a few tries are enough unless a stream is stormed.
    private const int Tries = 8;

    /// <summary>Runs the commands in their order and appends once per stream; one that fails does not touch the others.</summary>
    public async Task<IReadOnlyList<CommandOutcome>> RunAsync(
        IReadOnlyList<CommandItem> items, Caller caller, DryRun? dryRun, CancellationToken cancellation)
    {
        var outcomes = new CommandOutcome[items.Count];
        var open = Enumerable.Range(0, items.Count).ToList();
        for (var attempt = 1; open.Count > 0; attempt++)
        {
            var run = new CommandBatch(items, open, caller, store, types, resolver, services, Now(), dryRun);
            await run.PrepareAsync(cancellation);
            run.Decide(outcomes);
            if (dryRun is not null)
            {
                break;
            }

            // After a conflict the streams go one by one, so that a stormed one holds up nobody else.
            open = attempt == 1
                ? await AppendTogetherAsync(run, cancellation)
                : await AppendOneByOneAsync(run, outcomes, giveUp: attempt >= Tries, cancellation);
            if (attempt < Tries && run.Displaced.Count > 0)
            {
                open = [.. open.Union(run.Displaced).Order()];
            }
        }

        return outcomes;
    }

    private async Task<List<int>> AppendTogetherAsync(CommandBatch run, CancellationToken cancellation)
    {
        var changed = run.Changed.ToList();
        return changed.Count == 0 || await TryAppendAsync(changed, run.Now, cancellation) ? [] : [.. changed.SelectMany(stream => stream.Items).Order()];
    }

    private async Task<List<int>> AppendOneByOneAsync(
        CommandBatch run, CommandOutcome[] outcomes, bool giveUp, CancellationToken cancellation)
    {
        var open = new List<int>();
        foreach (var stream in run.Changed.ToList())
        {
            if (await TryAppendAsync([stream], run.Now, cancellation))
            {
                continue;
            }

            if (!giveUp)
            {
                open.AddRange(stream.Items);
                continue;
            }

            foreach (var item in stream.Items.Where(item => outcomes[item].Answer is not null))
            {
                outcomes[item] = Problems.VersionConflict();
            }
        }

        open.Sort();
        return open;
    }

    private async Task<bool> TryAppendAsync(List<WorkingStream> streams, DateTimeOffset now, CancellationToken cancellation)
    {
        var alongside = new List<NpgsqlBatchCommand>();
        // In the order of their names, as the store locks them: two batches with the same streams then wait for one another
        // instead of deadlocking on the rows beside them.
        foreach (var stream in streams.OrderBy(stream => stream.Name, StringComparer.Ordinal))
        {
            var versioned = stream.New.Select((added, index) => new VersionedEvent(added, stream.ReadVersion + index + 1)).ToList();
            foreach (var model in inline)
            {
                alongside.AddRange(model.Write(stream.Name, stream.Id, versioned));
            }

            alongside.AddRange(stream.StateRows(services, now));
        }

        try
        {
            await store.AppendAsync([.. streams.SelectMany(stream => stream.Appends())], alongside, cancellation);
            return true;
        }
        catch (WrongExpectedVersionException)
        {
            return false;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Another request took a handle first: deciding again finds it.
            return false;
        }
    }

    private DateTimeOffset Now() => Moment.At(time.GetUtcNow()).Start;

    /// <summary>Tells a repetition from a reused key: the same command with the same members.</summary>
    internal static string Fingerprint(CommandItem item)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(item.Definition.Name));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(item.Body, item.Definition.CommandType, ContractJson.Options));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    internal static string? TraceParent() => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null;
}

/// <summary>Decide only; what <paramref name="Assumed"/> names is taken as existing, because earlier lines would create it.</summary>
internal sealed record DryRun(IReadOnlySet<Reference> Assumed);

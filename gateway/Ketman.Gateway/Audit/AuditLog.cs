using System.Threading.Channels;
using Npgsql;

namespace Ketman.Gateway.Audit;

/// <summary>
/// The way into the audit log. Refusals are handed over and written off the request's path; a change is answered only when its
/// entry is on disk. What waits is written before an orderly end.
/// </summary>
internal sealed partial class AuditLog(AuditStore store, Refusals refusals, TimeProvider time, ILogger<AuditLog> logger) : BackgroundService
{
    private const int Waiting = 4096;
    private const int Batch = 256;
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private static readonly object NotedAlready = new();
    private static readonly object Explanation = new();

    private readonly Channel<Pending> _pending = Channel.CreateBounded<Pending>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says that the table is there now.</summary>
    public void Open() => _open.TrySetResult();

    /// <summary>Says why a request will be refused, beyond what the status says.</summary>
    public static void Explain(HttpContext context, string why) => context.Items[Explanation] = why;

    /// <summary>Notes that a request was refused; costs it next to nothing.</summary>
    public void Refused(HttpContext context, int status)
    {
        if (!context.Items.ContainsKey(NotedAlready) && refusals.Count(context, status, context.Items.TryGetValue(Explanation, out var why) ? (string?)why : null) is { } entry)
        {
            Note(entry);
        }
    }

    /// <summary>
    /// Notes an attempt to sign in that failed, in place of the refusal that answers it. Its subject is the user whose name was typed;
    /// what is nobody's name is not kept, since people type passwords there.
    /// </summary>
    public void NoteSignIn(HttpContext context, string kind, string? user, DateTimeOffset now)
    {
        context.Items[NotedAlready] = true;
        if (refusals.Count($"{kind} {user} {Refusals.NetworkOf(context)}", AuditEntry.Of(context, kind, now, user)) is { } first)
        {
            Note(first);
        }
    }

    /// <summary>Writes what happened by a request; it is on disk when this returns.</summary>
    public Task RecordAsync(HttpContext context, string kind, string? subject, string? detail, CancellationToken cancellation) =>
        RecordAsync(AuditEntry.Of(context, kind, time.GetUtcNow(), subject, detail), cancellation);

    /// <summary>Writes an entry; it is on disk when this returns, and will be also when nobody waits for that any more.</summary>
    public async Task RecordAsync(AuditEntry entry, CancellationToken cancellation)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _pending.Writer.WriteAsync(new Pending(entry, written), cancellation);
        await written.Task.WaitAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var end = new CancellationTokenSource();
        var writing = WriteAllAsync(end.Token);
        try
        {
            using var timer = new PeriodicTimer(Often, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                NoteFolded(all: false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end is what this was waiting for.
        }

        NoteFolded(all: true);
        _pending.Writer.Complete();
        end.CancelAfter(Farewell);
        await writing;
    }

    // When the database is away for long, what may be folded gives way to what may not.
    private void Note(AuditEntry entry)
    {
        if (!_pending.Writer.TryWrite(new Pending(entry, null)))
        {
            LogDropped(entry.Kind, entry.Times);
        }
    }

    private void NoteFolded(bool all)
    {
        foreach (var entry in refusals.Take(all))
        {
            Note(entry);
        }
    }

    private async Task WriteAllAsync(CancellationToken end)
    {
        var batch = new List<Pending>(Batch);
        try
        {
            await _open.Task.WaitAsync(end);
            while (await _pending.Reader.WaitToReadAsync(end))
            {
                while (batch.Count < Batch && _pending.Reader.TryRead(out var one))
                {
                    batch.Add(one);
                }

                await WriteUntilWrittenAsync([.. batch.Select(one => one.Entry)], end);
                batch.ForEach(one => one.Written?.TrySetResult());
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            LogLost(batch.Count + _pending.Reader.Count);
        }
    }

    private async Task WriteUntilWrittenAsync(IReadOnlyList<AuditEntry> entries, CancellationToken end)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await store.AppendAsync(entries, end);
                if (attempt > 0)
                {
                    LogWritesAgain();
                }

                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                if (attempt == 0)
                {
                    LogCannotWrite(e.GetType().Name, (e as PostgresException)?.SqlState);
                }
            }

            var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(attempt, 10)) * (0.75 + Random.Shared.NextDouble() / 2));
            await Task.Delay(pause < LongestPause ? pause : LongestPause, time, end);
        }
    }

    [LoggerMessage(LogLevel.Error, "The audit log cannot be written; what happens waits ({Exception}, SQLSTATE {SqlState})")]
    private partial void LogCannotWrite(string exception, string? sqlState);

    [LoggerMessage(LogLevel.Information, "The audit log can be written again")]
    private partial void LogWritesAgain();

    [LoggerMessage(LogLevel.Error, "Too much waits for the audit log: an entry of kind {Kind} that stands for {Times} was dropped")]
    private partial void LogDropped(string kind, int times);

    [LoggerMessage(LogLevel.Error, "The audit log could not be written before the end: {Count} entries are lost")]
    private partial void LogLost(int count);

    private sealed record Pending(AuditEntry Entry, TaskCompletionSource? Written);
}

using System.Net;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Live;
using Ketman.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ketman.Metrics.Tests;

/// <summary>What those who watch are told: nothing twice, nothing too much, and nothing is missed by who comes again.</summary>
public sealed class LiveTests(RunningMetrics metrics) : IClassFixture<RunningMetrics>
{
    private const string Open = "lumenbridge-2025-02";
    private const string Private = "halcyon-2025-02";

    private static int s_order;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task what_is_folded_is_told_and_who_comes_again_hears_what_he_missed_and_nothing_twice()
    {
        await using var first = await WatchAsync("resumer");
        var noted = await NoteAsync(Open);
        var told = await first.NextAsync();
        // What was folded just before may still come.
        while (told["event"]!.GetValue<Guid>() != noted)
        {
            told = await first.NextAsync();
        }

        ((string)told["kind"]!, (string)told["ref"]!, (string)told["type"]!).ShouldBe(("case", Open, "note-added"));
        var last = first.LastId!;
        await first.DisposeAsync();

        Guid[] missed = [await NoteAsync(Open), await NoteAsync(Open), await NoteAsync(Open)];
        await using var again = await WatchAsync("resumer", last);
        foreach (var id in missed)
        {
            (await again.NextAsync())["event"]!.GetValue<Guid>().ShouldBe(id);
        }

        var later = await NoteAsync(Open);
        (await again.NextAsync())["event"]!.GetValue<Guid>().ShouldBe(later);
    }

    [Fact]
    public async Task a_reader_is_told_of_what_he_may_know_when_it_is_sent()
    {
        await using var amber = await WatchAsync("amber", clearance: Tlp.Amber);
        await using var red = await WatchAsync("red");
        await using var mira = await WatchAsync("mira");
        // What was folded just before may still come.
        var begin = await NoteAsync(Open);
        await NoteAsync(Private);
        await FoldAsync("quillstack-2025-02", id => new DisclosureRestricted(id, ["mira"], "mira", null));
        await FoldAsync("fernlabs-2025-02", id => new EmbargoSet(id, null, "an investigation"));
        var marked = await FoldAsync("tidemark-2025-02", id => new FactMarked(id, SampleMonth.Event("disclosure", "tidemark-2025-02", "created"), Tlp.Red, "mira", null));
        var end = await NoteAsync(Open);

        (await TellAsync(amber, begin, end)).ShouldBe(["tidemark-2025-02 (withheld)"], "private, restricted and embargoed cases are not there, and which fact of a marked one it was is not said");
        (await TellAsync(red, begin, end)).ShouldBe([$"{Private} note-added", "fernlabs-2025-02 embargo-set", "tidemark-2025-02 fact-marked"]);
        (await TellAsync(mira, begin, end)).ShouldBe([$"{Private} note-added", "quillstack-2025-02 disclosure-restricted", "fernlabs-2025-02 embargo-set", "tidemark-2025-02 fact-marked"]);
        marked.ShouldNotBe(Guid.Empty);

        static async Task<List<string>> TellAsync(Stream stream, Guid begin, Guid end)
        {
            List<string> told = [];
            while ((await stream.NextAsync())["event"]?.GetValue<Guid>() != begin)
            {
            }

            while (await stream.NextAsync() is var change && change["event"]?.GetValue<Guid>() != end)
            {
                told.Add($"{change["ref"]} {(string?)change["type"] ?? "(withheld)"}");
            }

            return told;
        }
    }

    [Fact]
    public async Task what_was_missed_is_filtered_by_what_may_be_known_now()
    {
        await using var before = await WatchAsync("later", clearance: Tlp.Amber);
        await NoteAsync("orchardpay-2025-02");
        await before.NextAsync();
        var last = before.LastId!;
        await before.DisposeAsync();

        await NoteAsync("palegate-2025-02");
        await FoldAsync("palegate-2025-02", id => new EmbargoSet(id, null, "an investigation"));
        var end = await NoteAsync(Open);
        await using var again = await WatchAsync("later", last, Tlp.Amber);
        (await again.NextAsync())["event"]!.GetValue<Guid>().ShouldBe(end);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("12")]
    public async Task who_comes_with_an_id_that_is_none_of_ours_is_told_to_read_anew(string id)
    {
        await using var stream = await WatchAsync("stranger", id);
        (await stream.NextEventAsync()).Type.ShouldBe("reset");
        var noted = await NoteAsync(Open);
        // What was folded just before may still come.
        while ((await stream.NextAsync())["event"]?.GetValue<Guid>() != noted)
        {
        }
    }

    [Fact]
    public async Task one_caller_has_so_many_streams_and_no_more()
    {
        var streams = new List<Stream>();
        for (var number = 0; number < LiveOptions.Default.PerCaller; number++)
        {
            streams.Add(await WatchAsync("greedy"));
        }

        var (response, _) = await metrics.AnswerAsync(metrics.As("greedy", "viewer", HttpMethod.Get, "events"), HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter.ShouldNotBeNull();
        await using (await WatchAsync("modest"))
        {
            foreach (var stream in streams)
            {
                await stream.DisposeAsync();
            }
        }

        await Eventually.TrueAsync("the places are free again", async () =>
        {
            using var again = await metrics.Client.SendAsync(metrics.As("greedy", "viewer", HttpMethod.Get, "events"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
            return again.StatusCode is HttpStatusCode.OK;
        }, cancellation: Cancellation);
    }

    [Fact]
    public async Task a_slow_reader_is_sent_away_and_holds_up_nobody()
    {
        using var tail = await TailAsync(LiveOptions.Default with { Waiting = 4 });
        var (slow, _) = tail.Watch(new Reader("slow", Tlp.Red));
        var (quick, _) = tail.Watch(new Reader("quick", Tlp.Red));
        List<byte[]> seen = [];
        for (var round = 0; round < 10; round++)
        {
            await NoteAsync(Open);
            seen.Add(await quick!.Messages.ReadAsync(Cancellation));
        }

        seen.Count.ShouldBe(10);
        await Eventually.TrueAsync("the slow one is gone", () => Task.FromResult(tail.Count == 1), cancellation: Cancellation);
        var kept = 0;
        await foreach (var _ in slow!.Messages.ReadAllAsync(Cancellation))
        {
            kept++;
        }

        kept.ShouldBe(4, "what waited is his, and then it ends");
        await tail.StopAsync(Cancellation);
    }

    [Fact]
    public async Task what_is_not_kept_any_more_is_said_and_not_left_out_silently()
    {
        using var tail = await TailAsync(LiveOptions.Default);
        await NoteAsync(Open);
        var (watcher, _) = tail.Watch(new Reader("somebody", Tlp.Red));
        await ExecuteAsync("delete from changes where id < (select max(id) from changes)");
        (await tail.ReadAsync(1, watcher!.From, Cancellation)).ShouldBeNull();
        await tail.StopAsync(Cancellation);
    }

    [Fact]
    public async Task folds_of_several_instances_are_told_in_the_order_of_their_commits()
    {
        using var tail = await TailAsync(LiveOptions.Default with { Look = TimeSpan.FromMilliseconds(1), Waiting = 10_000 });
        var (watcher, _) = tail.Watch(new Reader("all", Tlp.Red));
        // As the journal does it: whoever folds holds the consumer's row.
        await ExecuteAsync("create table turns (name text primary key); insert into turns values ('read-models')");
        var versions = new Dictionary<string, long>();
        string[] cases = ["lumenbridge-2025-02", "orchardpay-2025-02", "tidemark-2025-02", "fernlabs-2025-02"];
        await Task.WhenAll(cases.Select(disclosure => Task.Run(async () =>
        {
            for (var number = 0; number < 25; number++)
            {
                await using var connection = await metrics.Database.Source.OpenConnectionAsync(Cancellation);
                await using var transaction = await connection.BeginTransactionAsync(Cancellation);
                await using (var turn = new Npgsql.NpgsqlCommand("select from turns where name = 'read-models' for update", connection, transaction))
                {
                    await turn.ExecuteNonQueryAsync(Cancellation);
                }

                await new Reading.MetricsReadModels(Months.Utc).ApplyAsync([MetricsDatabase.Journaled(Next(disclosure, id => new NoteAdded(id, "note")))], transaction, Cancellation);
                if (number % 5 == 0)
                {
                    await transaction.RollbackAsync(Cancellation);
                }
                else
                {
                    await transaction.CommitAsync(Cancellation);
                }
            }
        }, Cancellation)));
        var end = await NoteAsync(Open);
        var told = 0;
        await foreach (var frame in watcher!.Messages.ReadAllAsync(Cancellation))
        {
            var text = System.Text.Encoding.UTF8.GetString(frame);
            if (text.Contains(end.ToString("D"), StringComparison.Ordinal))
            {
                break;
            }

            told += text.Contains("event: change", StringComparison.Ordinal) ? 1 : 0;
            versions[text] = told;
        }

        told.ShouldBe(80, "a hundred folds, of which twenty were taken back");
        await tail.StopAsync(Cancellation);
    }

    [Fact]
    public void a_place_is_never_written_twice_in_the_same_way_and_read_back_by_whoever_has_the_key()
    {
        using var positions = new ChangePosition(new byte[32]);
        using var others = new ChangePosition(new byte[32]);
        using var foreign = new ChangePosition([.. Enumerable.Repeat((byte)7, 32)]);
        foreach (var position in new[] { 0, 1, 255, 1_000_000_007, long.MaxValue })
        {
            var written = Enumerable.Range(0, 20).Select(_ => positions.Write(position)).ToList();
            written.ShouldBeUnique();
            written.ShouldAllBe(text => others.Read(text) == position);
            written.ShouldAllBe(text => foreign.Read(text) == null);
        }
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(150, 100)]
    [InlineData(151, 200)]
    [InlineData(1000, 700)]
    [InlineData(5000, 1000)]
    public void the_more_watch_the_more_goes_out_together(int readers, int milliseconds) =>
        LiveOptions.Default.PauseFor(readers).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    private async Task<LiveTail> TailAsync(LiveOptions options)
    {
        var tail = new LiveTail(metrics.Database.Source, TimeProvider.System, options, NullLogger<LiveTail>.Instance);
        await tail.StartAsync(Cancellation);
        await Eventually.TrueAsync("the tail is followed", () =>
        {
            var (watcher, _) = tail.Watch(new Reader("probe", Tlp.Red));
            watcher?.Dispose();
            return Task.FromResult(watcher is not null);
        }, cancellation: Cancellation);
        return tail;
    }

    private Task<Guid> NoteAsync(string disclosure) => FoldAsync(disclosure, id => new NoteAdded(id, "note"));

    private async Task<Guid> FoldAsync(string disclosure, Func<Guid, object> said)
    {
        var fact = Next(disclosure, said);
        await MetricsDatabase.FoldAsync(metrics.Database.Source, [fact], Cancellation);
        return fact.Id;
    }

    private static Fact Next(string disclosure, Func<Guid, object> said)
    {
        var id = SampleMonth.DisclosureId(disclosure);
        return new Fact(Guid.CreateVersion7(), id, 10_000 + Interlocked.Increment(ref s_order), Moment.On(new DateOnly(2025, 4, 2)), DateTimeOffset.UnixEpoch, "test", said(id));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = metrics.Database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private async Task<Stream> WatchAsync(string name, string? after = null, Tlp clearance = Tlp.Red)
    {
        HttpResponseMessage? response = null;
        await Eventually.TrueAsync("the stream opens", async () =>
        {
            var request = metrics.As(name, "viewer", HttpMethod.Get, "events", clearance: clearance);
            if (after is not null)
            {
                request.Headers.TryAddWithoutValidation("Last-Event-ID", after);
            }

            response = await metrics.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            return response.StatusCode is HttpStatusCode.OK;
        }, cancellation: Cancellation);
        response!.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var stream = new Stream(response, new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation)));
        // Until it says where it begins, what is folded may come before it.
        await stream.BegunAsync(after is not null);
        return stream;
    }

    private sealed class Stream(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
    {
        private readonly Queue<(string Type, string Data)> _early = [];

        public string? LastId { get; private set; }

        public async Task BegunAsync(bool resumed)
        {
            while (!resumed && LastId is null)
            {
                if (await ReadAsync() is { } early)
                {
                    _early.Enqueue(early);
                }
            }
        }

        public async Task<JsonObject> NextAsync()
        {
            var (type, data) = await NextEventAsync();
            type.ShouldBe("change");
            return JsonNode.Parse(data)!.AsObject();
        }

        public async Task<(string Type, string Data)> NextEventAsync()
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(TimeSpan.FromSeconds(20));
            while (true)
            {
                if (_early.TryDequeue(out var early) || (await ReadAsync(patience.Token) is { } read && (early = read) is var _))
                {
                    return early;
                }
            }
        }

        private async Task<(string Type, string Data)?> ReadAsync(CancellationToken cancellation = default)
        {
            var (type, data) = ("message", "");
            while (await reader.ReadLineAsync(cancellation) is { Length: > 0 } line)
            {
                LastId = line.StartsWith("id: ", StringComparison.Ordinal) ? line[4..] : LastId;
                type = line.StartsWith("event: ", StringComparison.Ordinal) ? line[7..] : type;
                data = line.StartsWith("data: ", StringComparison.Ordinal) ? line[6..] : data;
            }

            return data.Length == 0 ? null : (type, data);
        }

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

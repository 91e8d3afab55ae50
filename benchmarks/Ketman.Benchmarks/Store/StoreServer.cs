using Ketman.EventStore;
using Ketman.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ketman.Benchmarks.Store;

/// <summary>A database with the log and, beside it, the same tables without guards for what the machine does at most.</summary>
internal sealed class StoreServer(TestDatabase database) : IAsyncDisposable
{
    public NpgsqlDataSource Source => database.Source;

    public PostgresEventStore Store { get; } = new(database.Source, BenchEvents.Types);

    public static async Task<StoreServer> StartAsync(CancellationToken cancellation)
    {
        var server = new StoreServer(await TestDatabase.CreateAsync(cancellation));
        await Migrations.ApplyAsync(server.Source, typeof(Migrations).Assembly, "event-store", NullLogger.Instance, cancellation);
        await server.ExecuteAsync("""
            create table raw_streams (like mt_streams including all);
            create table raw_events (like mt_events including all);
            alter table raw_events add foreign key (stream_id) references raw_streams (id);
            create sequence raw_sequence cache 1;
            create table inline_rows (stream text primary key, version bigint not null, summary text not null);
            create table raw_inline_rows (like inline_rows including all);
            create table counts (stream text primary key, events bigint not null, last_version bigint not null)
            """);
        return server;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Streams at version 1, in both logs.</summary>
    public async Task<string[]> CreateStreamsAsync(int count)
    {
        var streams = Enumerable.Range(0, count).Select(_ => $"disclosure-{Guid.CreateVersion7():D}").ToArray();
        await Store.AppendAsync(
            [.. streams.Select(stream => new StreamAppend(stream, 0, null, [BenchEvents.New()], BenchEvents.Metadata()))], null, CancellationToken.None);
        await using var raw = Source.CreateCommand("insert into raw_streams (id, type, version) select unnest($1::text[]), 'disclosure', 1");
        raw.Parameters.Add(new NpgsqlParameter { Value = streams });
        await raw.ExecuteNonQueryAsync();
        return streams;
    }

    /// <summary>The last number that is there.</summary>
    public async Task<long> EndOfLogAsync()
    {
        await using var command = Source.CreateCommand("select coalesce(max(seq_id), 0) from mt_events");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await database.DisposeAsync();
    }
}

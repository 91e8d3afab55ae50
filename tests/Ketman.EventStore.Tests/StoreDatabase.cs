using Ketman.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ketman.EventStore.Tests;

/// <summary>A database with the store's schema, for one test class.</summary>
public sealed class StoreDatabase : IAsyncLifetime
{
    private TestDatabase? _database;

    public NpgsqlDataSource Source => _database!.Source;

    public PostgresEventStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(TestContext.Current.CancellationToken);
        await Migrations.ApplyAsync(
            Source, typeof(Migrations).Assembly, "event-store", NullLogger.Instance, TestContext.Current.CancellationToken);
        Store = new PostgresEventStore(Source, Samples.Types);
    }

    public async ValueTask DisposeAsync() => await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);

    /// <summary>Connections of its own, which the server knows by a name.</summary>
    public NpgsqlDataSource Named(string name, int atMost = 32) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(Hosting.KetmanSettings.ConnectionString(_database!.Url.ToString())) { ApplicationName = name, MaxPoolSize = atMost });

    public async Task<long> ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = Source.CreateCommand(sql);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}

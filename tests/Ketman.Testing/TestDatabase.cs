using Npgsql;

namespace Ketman.Testing;

/// <summary>A database of its own for a test class, dropped at its end.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _name;

    private TestDatabase(string name, NpgsqlDataSource source, Uri url)
    {
        _name = name;
        Source = source;
        Url = url;
    }

    /// <summary>Connections to it.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Its URL, as a process of the platform takes it.</summary>
    public Uri Url { get; }

    /// <summary>Creates an empty database.</summary>
    public static async Task<TestDatabase> CreateAsync(CancellationToken cancellation = default)
    {
        var name = $"t_{Guid.CreateVersion7():N}";
        await RunAsync($"create database {name}", cancellation);
        var url = new UriBuilder(TestServers.Postgres) { Path = name }.Uri;
        var settings = new NpgsqlConnectionStringBuilder(Hosting.KetmanSettings.ConnectionString(url.ToString()));
        return new TestDatabase(name, NpgsqlDataSource.Create(settings), url);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await RunAsync($"drop database if exists {_name} with (force)", CancellationToken.None);
    }

    private static async Task RunAsync(string sql, CancellationToken cancellation)
    {
        var settings = new NpgsqlConnectionStringBuilder(Hosting.KetmanSettings.ConnectionString(TestServers.Postgres.ToString())) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

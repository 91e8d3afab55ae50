using Ketman.Proof;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ketman.EventStore.Tests.Proof;

/// <summary>A log with its sealer and its verifier.</summary>
internal sealed class SealedLog(StoreDatabase database, SealOptions? options = null)
{
    public static readonly SealOptions Few = SealOptions.Default with { Events = 4, Most = 4 };

    private static readonly Ed25519PrivateKey s_key = new(new byte[32]);

    public static SealKeys Keys { get; } = new("samples", s_key);

    public Sealer Sealer { get; } = new(database.Source, Keys, options ?? Few, TimeProvider.System, NullLogger<Sealer>.Instance);

    public LogVerifier Verifier { get; } = new(database.Source, Keys, TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task SealAsync() => Sealer.SealAsync(TimeSpan.FromSeconds(10), Cancellation);

    /// <summary>Every page, put together.</summary>
    public async Task<LogVerification> VerifyAsync(int limit = 1000)
    {
        var page = await Verifier.VerifyAsync(null, limit, Cancellation);
        var whole = page;
        while (page.Next is { } next)
        {
            page = await Verifier.VerifyAsync(next, limit, Cancellation);
            whole = page with
            {
                Streams = whole.Streams + page.Streams,
                Events = whole.Events + page.Events,
                Seals = whole.Seals + page.Seals,
                Faults = [.. whole.Faults, .. page.Faults],
            };
        }

        return whole;
    }

    /// <summary>As somebody would who owns the server: with triggers and foreign keys off.</summary>
    public async Task TamperAsync(string sql)
    {
        await using var connection = await database.Source.OpenConnectionAsync(Cancellation);
        await using var command = new NpgsqlCommand($"set session_replication_role = replica; {sql}; set session_replication_role = origin", connection);
        try
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }
        catch (PostgresException)
        {
            await using var back = new NpgsqlCommand("set session_replication_role = origin", connection);
            await back.ExecuteNonQueryAsync(Cancellation);
            throw;
        }
    }
}

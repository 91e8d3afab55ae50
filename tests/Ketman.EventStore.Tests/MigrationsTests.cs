using System.Reflection;
using Ketman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ketman.EventStore.Tests;

public sealed class MigrationsTests : IAsyncLifetime
{
    private static readonly Assembly Scripts = typeof(Migrations).Assembly;
    private TestDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync(Cancellation);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task instances_that_start_at_once_apply_each_script_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ApplyAsync()));

        var applied = await ScalarAsync("select string_agg(script, ',' order by script) from ketman_migrations where component = 'event-store'");
        applied.ShouldBe("0001_event_log,0002_guards,0003_subscriptions,0010_seals");
    }

    [Fact]
    public async Task a_script_that_was_changed_after_it_was_applied_is_refused()
    {
        await ApplyAsync();
        await ScalarAsync("update ketman_migrations set checksum = 'other' where script = '0002_guards' returning script");

        (await Should.ThrowAsync<MigrationException>(ApplyAsync)).Message.ShouldContain("0002_guards");
    }

    private Task ApplyAsync() => Migrations.ApplyAsync(_database.Source, Scripts, "event-store", NullLogger.Instance, Cancellation);

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _database.Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}

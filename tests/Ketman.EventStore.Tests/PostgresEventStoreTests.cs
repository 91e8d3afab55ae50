using Npgsql;

namespace Ketman.EventStore.Tests;

public sealed class PostgresEventStoreTests(StoreDatabase database) : EventStoreContract, IClassFixture<StoreDatabase>
{
    protected override IEventStore Store => database.Store;

    protected override NpgsqlDataSource Database => database.Source;

    [Fact]
    public async Task a_conflict_draws_no_number_from_the_sequence()
    {
        var stream = Samples.NewStream();
        await Store.AppendAsync([Samples.First(stream, Samples.Note())], null, TestContext.Current.CancellationToken);
        var before = await database.ScalarAsync<long>("select last_value from mt_events_sequence");

        await Should.ThrowAsync<WrongExpectedVersionException>(
            () => Store.AppendAsync([Samples.First(stream, Samples.Note())], null, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<WrongExpectedVersionException>(
            () => Store.AppendAsync([Samples.First(stream, Samples.Note(), Samples.Note())], null, TestContext.Current.CancellationToken));

        (await database.ScalarAsync<long>("select last_value from mt_events_sequence")).ShouldBe(before);
    }

    [Theory]
    [InlineData("update mt_events set data = '{}'")]
    [InlineData("update mt_events set is_archived = true where seq_id = -1")]
    [InlineData("delete from mt_events")]
    [InlineData("truncate mt_events cascade")]
    [InlineData("delete from mt_streams")]
    [InlineData("truncate mt_streams cascade")]
    [InlineData("update mt_streams set is_archived = true")]
    [InlineData("update mt_streams set id = id || 'x'")]
    public async Task the_database_itself_refuses_to_change_the_log(string sql)
    {
        await Store.AppendAsync([Samples.First(Samples.NewStream(), Samples.Note())], null, TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<PostgresException>(() => database.ExecuteAsync(sql))).SqlState.ShouldBe("KT002");
    }

    [Theory]
    [InlineData("headers")]
    [InlineData("user_name")]
    [InlineData("causation_id")]
    [InlineData("correlation_id")]
    public async Task a_column_of_the_metadata_cannot_be_dropped_by_accident(string column)
    {
        var refused = await Should.ThrowAsync<PostgresException>(() => database.ExecuteAsync($"alter table mt_events drop column {column}"));

        refused.SqlState.ShouldBe(PostgresErrorCodes.DependentObjectsStillExist);
    }
}

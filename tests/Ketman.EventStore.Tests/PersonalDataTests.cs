using System.Text;
using Ketman.Contracts;
using Ketman.EventStore.Chain;
using Ketman.EventStore.Deciding;
using Ketman.EventStore.Log;
using Npgsql;

namespace Ketman.EventStore.Tests;

public sealed record PersonMet([property: PersonalData] string Name, [property: PersonalData] string? Note, int Year, Moment OccurredAt) : IDomainEvent;

public sealed record PersonNamed(Guid? PersonId, [property: PersonalData("person")] string Name, Moment OccurredAt) : IDomainEvent;

public sealed record PersonErased(Guid? PersonId, Moment OccurredAt) : IErasure
{
    public string SubjectIn(string stream) => PersonId is { } id ? $"person-{id:D}" : stream;
}

/// <summary>Personal texts in the store: encrypted in the row, in the clear for whoever may read, gone after the erasure.</summary>
public sealed class PersonalDataTests(StoreDatabase database) : IClassFixture<StoreDatabase>, IAsyncDisposable
{
    private static readonly EventTypes Types = new EventTypes.Builder()
        .Add<PersonMet>("person-met.v1")
        .Add<PersonNamed>("person-named.v1")
        .Add<PersonErased>("person-erased.v1")
        .Add<NoteTaken>("note-taken.v1")
        .Build();

    private static readonly Moment Now = Moment.At(Samples.Now);

    private readonly PostgresEventStore _store = new(database.Source, Types);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task a_personal_text_is_read_in_the_clear_and_stored_encrypted()
    {
        var stream = Samples.NewStream();
        var met = new PersonMet("Quiet Fox", "plays \"chess\"", 2019, Now);

        await _store.AppendAsync([Samples.First(stream, met)], null, Cancellation);

        (await ReadAsync(stream)).ShouldBe([met]);
        var row = await RowsAsync(stream);
        row.ShouldContain("~p1." + stream);
        row.ShouldContain("2019");
        row.ShouldNotContain("Quiet Fox");
        row.ShouldNotContain("plays ");
    }

    [Fact]
    public async Task the_appended_event_itself_stays_as_the_decision_made_it()
    {
        var met = new PersonMet("Quiet Fox", null, 2019, Now);

        await _store.AppendAsync([Samples.First(Samples.NewStream(), met)], null, Cancellation);

        met.Name.ShouldBe("Quiet Fox");
    }

    [Fact]
    public async Task a_text_belongs_to_the_person_that_its_event_names_or_else_to_its_stream()
    {
        var (stream, person) = (Samples.NewStream(), Guid.CreateVersion7());
        await _store.AppendAsync([Samples.First(stream, new PersonNamed(person, "Fox", Now), new PersonNamed(null, "Owl", Now))], null, Cancellation);

        await EraseAsync(Samples.NewStream(), person);

        (await ReadAsync(stream)).Cast<PersonNamed>().Select(named => named.Name).ShouldBe(["[erased]", "Owl"]);
    }

    [Fact]
    public async Task an_erased_text_reads_as_erased_everywhere_and_the_chain_still_holds()
    {
        var stream = Samples.NewStream();
        await _store.AppendAsync([Samples.First(stream, new PersonMet("Quiet Fox", "plays chess", 2019, Now), Samples.Note("kept"))], null, Cancellation);
        var before = (await _store.ReadStreamAsync(stream, Cancellation)).Events[0].Sequence - 1;

        await EraseAsync(stream, null);

        var history = await ReadAsync(stream);
        history[0].ShouldBe(new PersonMet("[erased]", "[erased]", 2019, Now));
        history[1].ShouldBe(Samples.Note("kept"));
        (await _store.ReadStreamPageAsync(stream, 0, 1, Cancellation)).Single().Data.ShouldBe(history[0]);
        await using var reader = new LogReader(database.Source, Types);
        (await reader.ReadAsync(before, 1, Cancellation)).Events.Single().Data.ShouldBe(history[0]);
        (await new ChainVerifier(database.Source).VerifyStreamAsync(stream, Cancellation)).Broken.ShouldBeEmpty();
    }

    [Fact]
    public async Task the_key_goes_with_the_event_that_erases_or_not_at_all()
    {
        var stream = Samples.NewStream();
        await _store.AppendAsync([Samples.First(stream, new PersonMet("Quiet Fox", null, 2019, Now))], null, Cancellation);
        var history = await _store.ReadStreamAsync(stream, Cancellation);
        NpgsqlBatchCommand[] failing = [new("select 1 / 0")];

        await Should.ThrowAsync<PostgresException>(() => _store.AppendAsync([Samples.Append(history, new PersonErased(null, Now))], failing, Cancellation));

        (await ReadAsync(stream)).Cast<PersonMet>().Single().Name.ShouldBe("Quiet Fox");
    }

    [Fact]
    public async Task what_is_written_of_an_erased_person_is_stored_erased()
    {
        var (stream, person) = (Samples.NewStream(), Guid.CreateVersion7());
        await EraseAsync(Samples.NewStream(), person);

        await _store.AppendAsync([Samples.First(stream, new PersonNamed(person, "Fox", Now))], null, Cancellation);

        (await ReadAsync(stream)).Cast<PersonNamed>().Single().Name.ShouldBe("[erased]");
        (await RowsAsync(stream)).ShouldContain("[erased]");
    }

    [Fact]
    public async Task the_digest_of_a_request_that_names_somebody_goes_with_the_person()
    {
        var stream = Samples.NewStream();
        var append = Samples.First(stream, new PersonMet("Quiet Fox", null, 2019, Now));
        append = append with { Metadata = append.Metadata with { CommandId = append.Events[0].Id } };
        await _store.AppendAsync([append], null, Cancellation);

        (await RowsAsync(stream)).ShouldNotContain(append.Metadata.Fingerprint!);
        (await FingerprintAsync()).ShouldBe(append.Metadata.Fingerprint);
        await EraseAsync(stream, null);
        (await FingerprintAsync()).ShouldBe("[erased]");
        (await new ChainVerifier(database.Source).VerifyStreamAsync(stream, Cancellation)).Broken.ShouldBeEmpty();

        async Task<string?> FingerprintAsync() =>
            (await _store.ReadToDecideAsync([stream], [append.Events[0].Id], Cancellation))[stream].Fingerprints[append.Events[0].Id];
    }

    [Fact]
    public async Task a_decision_sees_the_words_until_they_are_erased()
    {
        var stream = Samples.NewStream();
        await _store.AppendAsync([Samples.First(stream, new PersonMet("Quiet Fox", null, 2019, Now))], null, Cancellation);

        (await NameAsync()).ShouldBe("Quiet Fox");
        await EraseAsync(stream, null);
        (await NameAsync()).ShouldBe("[erased]");

        async Task<string> NameAsync() => ((PersonMet)(await _store.ReadToDecideAsync([stream], [], Cancellation))[stream].Events[0].Data).Name;
    }

    [Fact]
    public async Task what_a_process_remembers_of_its_own_appends_is_as_unreadable_as_the_rows()
    {
        var (stream, recent) = (Samples.NewStream(), new RecentAppends());
        var store = new PostgresEventStore(database.Source, Types, recent: recent);
        await store.AppendAsync([Samples.First(stream, Samples.Note())], null, Cancellation);
        await store.AppendAsync(
            [Samples.Append(await store.ReadStreamAsync(stream, Cancellation), new PersonMet("Quiet Fox", null, 2019, Now))], null, Cancellation);
        var met = (await store.ReadStreamAsync(stream, Cancellation)).Events[1];
        var before = met.Sequence - 1;
        recent.HasAll([met]).ShouldBeTrue();

        await using var reader = new LogReader(database.Source, Types, recent);
        (await reader.ReadAsync(before, 1, Cancellation)).Events.Single().Data.ShouldBe(new PersonMet("Quiet Fox", null, 2019, Now));
        await EraseAsync(stream, null);

        await using var another = new LogReader(database.Source, Types, recent);
        (await another.ReadAsync(before, 1, Cancellation)).Events.Single().Data.ShouldBe(new PersonMet("[erased]", null, 2019, Now));
    }

    [Fact]
    public async Task erased_twice_is_erased_once()
    {
        var person = Guid.CreateVersion7();
        await EraseAsync(Samples.NewStream(), person);
        var first = await database.ScalarAsync<Guid>($"select erased_by from ketman_subject_keys where subject = 'person-{person:D}'");

        await EraseAsync(Samples.NewStream(), person);

        (await database.ScalarAsync<Guid>($"select erased_by from ketman_subject_keys where subject = 'person-{person:D}'")).ShouldBe(first);
    }

    [Fact]
    public async Task rows_from_before_texts_were_encrypted_read_as_they_stand()
    {
        var stream = Samples.NewStream();
        var plain = new EventTypes.Builder().Add<PlainlyMet>("person-met.v1").Build();
        await new PostgresEventStore(database.Source, plain).AppendAsync(
            [Samples.First(stream, new PlainlyMet("Quiet Fox", 2019, Now))], null, Cancellation);

        (await ReadAsync(stream)).ShouldBe([new PersonMet("Quiet Fox", null, 2019, Now)]);
    }

    [Fact]
    public async Task a_text_that_was_moved_from_another_event_is_no_text_of_this_one()
    {
        var (stream, moved) = (Samples.NewStream(), Samples.NewStream());
        await _store.AppendAsync([Samples.First(stream, new PersonMet("Quiet Fox", null, 2019, Now))], null, Cancellation);
        var stored = await database.ScalarAsync<string>($"select data ->> 'name' from mt_events where stream_id = '{stream}'");
        var plain = new EventTypes.Builder().Add<PlainlyMet>("person-met.v1").Build();
        await new PostgresEventStore(database.Source, plain).AppendAsync([Samples.First(moved, new PlainlyMet(stored, 2019, Now))], null, Cancellation);

        (await Should.ThrowAsync<UnreadableEventException>(() => ReadAsync(moved))).Type.ShouldBe("person-met.v1");
    }

    [Fact]
    public async Task many_that_meet_one_person_at_once_use_one_key()
    {
        var person = Guid.CreateVersion7();
        var streams = Enumerable.Range(0, 32).Select(_ => Samples.NewStream()).ToList();

        await Task.WhenAll(streams.Select(stream => Task.Run(
            () => _store.AppendAsync([Samples.First(stream, new PersonNamed(person, stream, Now))], null, Cancellation), Cancellation)));

        foreach (var stream in streams)
        {
            (await ReadAsync(stream)).Cast<PersonNamed>().Single().Name.ShouldBe(stream);
        }
    }

    [Fact]
    public async Task an_erasure_amid_appends_leaves_nothing_readable_and_fails_none_of_them()
    {
        var person = Guid.CreateVersion7();
        var streams = Enumerable.Range(0, 64).Select(_ => Samples.NewStream()).ToList();

        await Task.WhenAll(
        [
            .. streams.Select(stream => Task.Run(
                () => _store.AppendAsync([Samples.First(stream, new PersonNamed(person, "Quiet Fox", Now))], null, Cancellation), Cancellation)),
            Task.Run(() => EraseAsync(Samples.NewStream(), person), Cancellation),
        ]);

        foreach (var stream in streams)
        {
            (await ReadAsync(stream)).Cast<PersonNamed>().Single().Name.ShouldBe("[erased]");
            (await RowsAsync(stream)).ShouldNotContain("Quiet Fox");
        }
    }

    private sealed record PlainlyMet(string Name, int Year, Moment OccurredAt) : IDomainEvent;

    private async Task EraseAsync(string stream, Guid? person)
    {
        var history = await _store.ReadStreamAsync(stream, Cancellation);
        await _store.AppendAsync([Samples.Append(history, new PersonErased(person, Now))], null, Cancellation);
    }

    private async Task<List<IDomainEvent>> ReadAsync(string stream) =>
        [.. (await _store.ReadStreamAsync(stream, Cancellation)).Events.Select(recorded => recorded.Data)];

    private async Task<string> RowsAsync(string stream)
    {
        await using var command = database.Source.CreateCommand($"select e::text from mt_events e where stream_id = '{stream}'");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var rows = new StringBuilder();
        while (await reader.ReadAsync(Cancellation))
        {
            rows.Append(reader.GetString(0));
        }

        return rows.ToString();
    }
}

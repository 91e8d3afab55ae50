using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Deciding;

namespace Ketman.Metrics.Tests;

/// <summary>Full text and likeness on real PostgreSQL: what is found, in which order, and what must not be.</summary>
public sealed class SearchTests : IAsyncLifetime
{
    private MetricsDatabase _database = null!;
    private BoardWorld _world = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await MetricsDatabase.CreateAsync(Cancellation);
        _world = new BoardWorld(_database);
        await _world.CompanyAsync("halcyon", "Halcyon Protocol");
        await _world.CompanyAsync("borealis", "Borealis DAO");
        await Open("halcyon-2025-02", "halcyon", "A core contributor", id => new FindingAdded(id, "Deploy keys are shared by three accounts", null, null, null), id => new DisclosureTagged(id, "wallet-drainer", "x"));
        await Open("borealis-2025-02", "borealis", "Keys to the treasury", id => new NoteAdded(id, "the deployment was late"), id => new UpdateReceived(id, "the treasury moved"), id => new DisclosureAssigned(id, "tomas", "x"));
        await _world.GatherAsync();
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("halcyon", "halcyon-2025-02")]
    [InlineData("protocol", "halcyon-2025-02")]
    [InlineData("halcyon-2025-02", "halcyon-2025-02")]
    [InlineData("contributor", "halcyon-2025-02")]
    [InlineData("contributors sharing", "halcyon-2025-02")]
    [InlineData("drainer", "halcyon-2025-02")]
    [InlineData("wallet-drainer", "halcyon-2025-02")]
    [InlineData("tomas", "borealis-2025-02")]
    [InlineData("treasury moved", "borealis-2025-02")]
    [InlineData("\"core contributor\"", "halcyon-2025-02")]
    [InlineData("keys -borealis", "halcyon-2025-02")]
    [InlineData("halcyon keys", "halcyon-2025-02")]
    [InlineData("wallet or treasury", "borealis-2025-02 halcyon-2025-02")]
    public async Task words_are_found_in_every_form_wherever_they_stand(string words, string handles) =>
        (await _world.PageAsync($"q={Uri.EscapeDataString(words)}")).Items.Select(item => item.Disclosure).Order().ShouldBe(handles.Split(' '));

    [Fact]
    public async Task what_stands_in_the_title_comes_before_what_stands_in_a_finding() =>
        (await _world.HandlesAsync("q=keys")).ShouldBe("borealis-2025-02 halcyon-2025-02");

    [Theory]
    [InlineData("halcyom", "halcyon-2025-02")]
    [InlineData("boralis", "borealis-2025-02")]
    [InlineData("halzyon", "halcyon-2025-02")]
    [InlineData("boreal", "borealis-2025-02")]
    public async Task a_name_with_a_typing_error_is_found_by_its_likeness(string words, string handle)
    {
        var page = await _world.PageAsync($"q={words}");

        page.Items.Single().Disclosure.ShouldBe(handle);
        page.Similar.ShouldBe(true);
        page.Next.ShouldBeNull();
    }

    [Theory]
    [InlineData("q=keys&sort=handle", "borealis-2025-02 halcyon-2025-02")]
    [InlineData("q=keys&sort=-handle", "halcyon-2025-02 borealis-2025-02")]
    [InlineData("q=keys&tag=wallet-drainer", "halcyon-2025-02")]
    [InlineData("q=keys&status=closed", "")]
    [InlineData("q=keys&status=all&assignee=tomas", "borealis-2025-02")]
    public async Task words_go_with_every_filter_and_order(string query, string handles) => (await _world.HandlesAsync(query)).ShouldBe(handles);

    [Fact]
    public async Task pages_of_a_search_go_on_where_the_last_one_ended()
    {
        var first = await _world.PageAsync("q=keys&limit=1");
        var second = await _world.PageAsync($"q=keys&limit=1&after={first.Next}");

        first.Items.Concat(second.Items).Select(item => item.Disclosure).ShouldBe(["borealis-2025-02", "halcyon-2025-02"]);
        second.Next.ShouldBeNull();
    }

    [Fact]
    public async Task counts_are_those_of_what_the_words_find() => (await _world.CountsAsync("q=keys&assignee=tomas")).Total.ShouldBe(1);

    [Fact]
    public async Task counts_are_of_all_that_is_found_and_pages_lead_to_all_of_it_however_many_are_called_so()
    {
        for (var number = 0; number < 60; number++)
        {
            await _world.OpenAsync($"umbral-{number}", "halcyon", title: "Umbral repository");
        }

        var noted = await _world.OpenAsync("noted", "borealis");
        await _world.SayAsync(noted, new NoteAdded(noted, "umbral was mentioned"));
        await _world.GatherAsync();

        (await _world.CountsAsync("q=umbral")).Total.ShouldBe(61);
        var first = await _world.PageAsync("q=umbral&limit=40");
        var second = await _world.PageAsync($"q=umbral&limit=40&after={first.Next}");
        first.Items.Concat(second.Items).Select(item => item.Disclosure).Distinct().Count().ShouldBe(61);
        second.Items[^1].Disclosure.ShouldBe("noted", "what is only written somewhere comes after what cases are called by");
        second.Next.ShouldBeNull();
    }

    [Fact]
    public async Task words_above_a_readers_clearance_neither_find_nor_rank()
    {
        var id = BoardWorld.CaseId("halcyon-2025-02");
        var secret = await _world.SayAsync(id, new FindingAdded(id, "treasury treasury treasury informant", null, null, null));
        await _world.GatherAsync();
        (await _world.HandlesAsync("q=informant", BoardWorld.Amber)).ShouldBe("halcyon-2025-02");

        await _world.SayAsync(id, new FactMarked(id, secret, Tlp.AmberStrict, "lena", null));
        // At once, before anything is gathered anew.
        (await _world.HandlesAsync("q=informant", BoardWorld.Amber)).ShouldBe("");
        await _world.GatherAsync();

        (await _world.HandlesAsync("q=informant", BoardWorld.Amber)).ShouldBe("");
        (await _world.CountsAsync("q=informant", BoardWorld.Amber)).Total.ShouldBe(0);
        (await _world.HandlesAsync("q=informant", new Reader("ada", Tlp.AmberStrict))).ShouldBe("halcyon-2025-02");
        (await _world.HandlesAsync("q=informant")).ShouldBe("halcyon-2025-02");
        (await _world.HandlesAsync("q=treasury", BoardWorld.Amber)).ShouldBe("borealis-2025-02");
        (await _world.HandlesAsync("q=keys", BoardWorld.Amber)).ShouldBe("borealis-2025-02 halcyon-2025-02");
    }

    [Fact]
    public async Task a_case_that_is_not_for_the_reader_is_not_found_by_words_nor_likeness()
    {
        var id = BoardWorld.CaseId("halcyon-2025-02");
        await _world.SayAsync(id, new DisclosureRestricted(id, ["ines"], "ines", null));

        (await _world.HandlesAsync("q=halcyon")).ShouldBe("");
        (await _world.HandlesAsync("q=halcyom")).ShouldBe("");
        (await _world.HandlesAsync("q=halcyon", new Reader("ines", Tlp.Red))).ShouldBe("halcyon-2025-02");
    }

    [Fact]
    public async Task erased_words_are_gone_with_the_transaction_that_erases_them()
    {
        var id = BoardWorld.CaseId("borealis-2025-02");
        await _world.SayAsync(id, new EmbargoSet(id, null, "a marmoset asked"));
        (await PackedAsync(id)).ShouldContain("marmoset");
        await _world.SayAsync(id, new DisclosureErased(id));
        (await WordsAsync(id)).ShouldBe([]);
        (await PackedAsync(id)).ShouldNotContain("marmoset");

        await _world.GatherAsync();

        string.Join(' ', await WordsAsync(id)).ShouldNotContain("treasuri");
        string.Join(' ', await WordsAsync(id)).ShouldNotContain("deploy");
        (await _world.HandlesAsync("q=treasury")).ShouldBe("");
        (await _world.HandlesAsync("q=erased")).ShouldBe("");
        (await _world.HandlesAsync("q=borealis")).ShouldBe("borealis-2025-02");
    }

    [Fact]
    public async Task words_of_an_erased_account_go_from_the_cases_that_speak_of_it()
    {
        var account = Guid.CreateVersion7();
        await _world.SayAsync(account, new AccountRegistered(account, "github", "quietfox", null, null));
        var id = BoardWorld.CaseId("halcyon-2025-02");
        await _world.SayAsync(id, new FindingAdded(id, "the zebra commits at night", account, null, null));
        await _world.GatherAsync();
        (await _world.HandlesAsync("q=zebra")).ShouldBe("halcyon-2025-02");

        await _world.SayAsync(account, new AccountErased(account, null));
        (await _world.HandlesAsync("q=zebra")).ShouldBe("");
        await _world.GatherAsync();

        (await _world.HandlesAsync("q=zebra")).ShouldBe("");
        (await _world.HandlesAsync("q=deploy")).ShouldContain("halcyon-2025-02");
    }

    [Fact]
    public async Task what_was_taken_back_closed_or_renamed_is_found_as_it_is_now()
    {
        var id = BoardWorld.CaseId("halcyon-2025-02");
        var slip = await _world.SayAsync(id, new NoteAdded(id, "a giraffe"));
        await _world.SayAsync(id, new FactRetracted(id, slip, "a slip"));
        await _world.SayAsync(BoardWorld.CompanyId("halcyon"), new CompanyChanged(BoardWorld.CompanyId("halcyon"), "Kingfisher", null, [], null, null));
        await _world.SayAsync(BoardWorld.CaseId("borealis-2025-02"), new DisclosureClosed(BoardWorld.CaseId("borealis-2025-02"), "done"));
        await _world.GatherAsync();

        (await _world.HandlesAsync("q=giraffe")).ShouldBe("");
        (await _world.HandlesAsync("q=kingfisher")).ShouldBe("halcyon-2025-02");
        (await _world.HandlesAsync("q=treasury&status=closed")).ShouldBe("borealis-2025-02");
        (await _world.HandlesAsync("q=treasury&status=all")).ShouldBe("borealis-2025-02");
        (await _world.HandlesAsync("q=treasury")).ShouldBe("");
    }

    private async Task Open(string handle, string company, string title, params Func<Guid, object>[] said)
    {
        var id = BoardWorld.CaseId(handle);
        await _world.OpenAsync(handle, company, "2025-02-03", title, [.. said.Select(one => one(id))]);
    }

    private async Task<string> PackedAsync(Guid id)
    {
        await using var command = _database.Source.CreateCommand("select facts from case_facts where id = $1");
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = id });
        return System.Text.Encoding.UTF8.GetString((byte[])(await command.ExecuteScalarAsync(Cancellation))!);
    }

    private async Task<List<string>> WordsAsync(Guid id)
    {
        await using var command = _database.Source.CreateCommand("select words::text from case_words where case_id = $1");
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = id });
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        List<string> words = [];
        while (await reader.ReadAsync(Cancellation))
        {
            words.Add(reader.GetString(0));
        }

        return words;
    }
}

using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;
using Ketman.Proof;
using Npgsql;

namespace Ketman.Metrics.Tests;

/// <summary>The life of a month's statement over HTTP: looked over, frozen, restated; each test has a month or a service of its own.</summary>
public sealed class LifeCycleTests : IAsyncLifetime
{
    private readonly RunningMetrics _metrics = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _metrics.InitializeAsync();

    public ValueTask DisposeAsync() => _metrics.DisposeAsync();

    [Fact]
    public async Task a_late_payment_found_in_april_restates_february_and_says_so()
    {
        await FreezeAsync("2025-02");
        var before = await BytesAsync("statements/2025-02?tlp=clear&format=markdown");
        var late = Late(new PaymentRecorded(
            SampleMonth.DisclosureId("lumenbridge-2025-02"), SampleMonth.AccountId("github:quietbranch"), "USDC", 1500, new UsdValue(1500, 1500), null, null, AssetKind.Stablecoin));
        await MetricsDatabase.FoldAsync(_metrics.Database.Source, [late], Cancellation);

        // What was published stays as it is, and says that it is not the last word.
        (await BytesAsync("statements/2025-02?tlp=clear&format=markdown")).ShouldBe(before);
        var (response, _) = await _metrics.AnswerAsync(Get("statements/2025-02"));
        response.Headers.GetValues("Ketman-Statement").Single().ShouldStartWith("version=1; moved=");
        Json((await _metrics.AnswerAsync(Get("statements/2025-02?state=draft"))).Body)["moneyTransferred"]!["value"]!.GetValue<decimal>().ShouldBe(51_500m);
        var moved = Json((await _metrics.AnswerAsync(Get("statements/2025-02/versions"))).Body)["moved"]!.AsArray();
        var value = moved.Single(one => (string)one!["figure"]! == "money-transferred" && (string)one["member"]! == "value")!;
        ((decimal)value["from"]!, (decimal)value["to"]!).ShouldBe((50_000m, 51_500m));
        value["because"]!.AsArray().Select(fact => fact!["event"]!.GetValue<Guid>()).ShouldBe([late.Id]);
        ((string)value["because"]![0]!["kind"]!).ShouldBe("payment-recorded");

        // A restatement takes two people again.
        await RefusedAsync("paula", "publisher", "statements/2025-02/freeze", "already-frozen");
        await RefusedAsync("paula", "publisher", "statements/2025-02/restate", "not-reviewed");
        await _metrics.AnswerAsync(_metrics.As("mira", "lead", HttpMethod.Post, "statements/2025-02/review"));
        var restated = Json((await _metrics.AnswerAsync(_metrics.As("paula", "publisher", HttpMethod.Post, "statements/2025-02/restate"))).Body);
        ((int)restated["version"]!).ShouldBe(2);

        var latest = Json((await _metrics.AnswerAsync(Get("statements/2025-02"))).Body);
        ((int)latest["version"]!, (int)latest["restatement"]!).ShouldBe((2, 1));
        latest["moved"]!.AsArray().Select(one => $"{one!["figure"]} {one["member"]} {one["from"]} -> {one["to"]}").ShouldContain("money-transferred value 50000 -> 51500");
        var text = Encoding.UTF8.GetString(await BytesAsync("statements/2025-02?tlp=clear&format=markdown"));
        text.ShouldContain("title: Ketman Activity Statement - February 2025 (restatement 1)");
        text.ShouldContain("money-transferred, value: from 50,000 to 51,500");
        (await BytesAsync("statements/2025-02?tlp=clear&format=markdown&version=1")).ShouldBe(before);
        await RefusedAsync("mira", "lead", "statements/2025-02/review", "nothing-moved");
    }

    [Fact]
    public async Task freezing_takes_somebody_who_looked_it_over_as_it_is_and_somebody_else_who_publishes()
    {
        await RefusedAsync("paula", "publisher", "statements/2025-03/freeze", "not-reviewed");
        await _metrics.AnswerAsync(_metrics.As("paula", "both", HttpMethod.Post, "statements/2025-03/review"));
        await RefusedAsync("paula", "both", "statements/2025-03/freeze", "two-people");
        await RefusedAsync("paula", "publisher", "statements/2025-03/restate", "not-frozen");
        await _metrics.AnswerAsync(_metrics.As("mira", "lead", HttpMethod.Post, "statements/2025-03/review"));
        await NoteAsync("ines", "2025-03", "publications", "Nothing to add.", Tlp.Clear);
        await RefusedAsync("paula", "publisher", "statements/2025-03/freeze", "changed-since-review");
        await RefusedAsync("ines", "lead", "statements/2025-03/review", "own-words");
        await _metrics.AnswerAsync(_metrics.As("mira", "lead", HttpMethod.Post, "statements/2025-03/review"));
        await _metrics.AnswerAsync(_metrics.As("paula", "publisher", HttpMethod.Post, "statements/2025-03/freeze"));
        foreach (var (name, role) in new[] { ("vera", "viewer"), ("ana", "analyst"), ("mira", "lead") })
        {
            await _metrics.AnswerAsync(_metrics.As(name, role, HttpMethod.Post, "statements/2025-03/freeze"), HttpStatusCode.Forbidden);
        }

        var now = TimeProvider.System.GetUtcNow();
        await RefusedAsync("mira", "lead", $"statements/{now:yyyy-MM}/review", "month-not-over");
    }

    [Fact]
    public async Task the_same_request_again_does_nothing_again()
    {
        await _metrics.AnswerAsync(Keyed("mira", "lead", "review", "k1"));
        var first = Json((await _metrics.AnswerAsync(Keyed("paula", "publisher", "freeze", "k2"))).Body);
        var again = Json((await _metrics.AnswerAsync(Keyed("paula", "publisher", "freeze", "k2"))).Body);
        ((bool)first["changed"]!, (bool)again["changed"]!).ShouldBe((true, false));
        again["hash"]!.GetValue<string>().ShouldBe(first["hash"]!.GetValue<string>());
        ((string)Json((await _metrics.AnswerAsync(Keyed("paula", "publisher", "restate", "k1"), HttpStatusCode.UnprocessableEntity)).Body)["type"]!)
            .ShouldBe("urn:ketman:problem:idempotency-key-reused");

        HttpRequestMessage Keyed(string name, string role, string step, string key)
        {
            var request = _metrics.As(name, role, HttpMethod.Post, $"statements/2025-01/{step}");
            request.Headers.Add("Idempotency-Key", key);
            return request;
        }
    }

    [Fact]
    public async Task a_sealed_statement_is_verified_with_nothing_but_the_file_and_any_change_to_it_is_found()
    {
        await NoteAsync("ines", "2025-02", "companies-affected", "All of them were told.", Tlp.Clear);
        await FreezeAsync("2025-02");
        var file = await BytesAsync("statements/2025-02?tlp=clear&format=sealed");
        var sealedOne = SealedStatement.Read(file).ShouldNotBeNull();
        sealedOne.Verify().Faults.ShouldBeEmpty();
        Encoding.UTF8.GetString(file).ShouldNotContain("paula", Shouldly.Case.Sensitive, "who did it is for the team");
        sealedOne.Contents.Select(content => content.Name).ShouldBe(["clear.json", "clear.markdown", "clear.html", "clear.csv"]);
        Encoding.UTF8.GetBytes(sealedOne.Contents[1].Text).ShouldBe(await BytesAsync("statements/2025-02?tlp=clear&format=markdown"));
        sealedOne.Verify(new Ed25519PrivateKey(new byte[32]).Public).Faults.ShouldContain("It is signed by another key than the one that was given.");

        var random = new Random(7);
        for (var change = 0; change < 300; change++)
        {
            var (content, step) = (sealedOne.Contents[random.Next(4)], sealedOne.Steps[random.Next(2)]);
            var changed = random.Next(2) == 0
                ? sealedOne with { Contents = [.. sealedOne.Contents.Select(one => one == content ? one with { Text = Changed(one.Text, random) } : one)] }
                : sealedOne with { Steps = [.. sealedOne.Steps.Select(one => one == step ? one with { Statement = Changed(one.Statement, random) } : one)] };
            changed.Verify().Holds.ShouldBeFalse();
        }

        (sealedOne with { Steps = [sealedOne.Steps[1]] }).Verify().Holds.ShouldBeFalse("the review was left out");
    }

    [Fact]
    public async Task what_is_kept_cannot_be_changed_and_what_somebody_changed_all_the_same_is_found()
    {
        await FreezeAsync("2025-02");
        foreach (var sql in new[]
        {
            "update statement_steps set by_name = 'nobody'", "delete from statement_steps", "truncate statement_contents", "update statement_contents set content = ''", "delete from statement_notes",
        })
        {
            (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(sql))).SqlState.ShouldBe("KM031", sql);
        }

        foreach (var sql in new[]
        {
            "update statement_contents set content = content || '\\x20' where name = 'red.json'",
            "update statement_steps set by_name = 'nobody' where number = 1",
            "update statement_steps set statement = replace(statement, 'version: 1', 'version: 3') where number = 2",
            "delete from statement_steps where number = 1",
        })
        {
            await using (var connection = await _metrics.Database.Source.OpenConnectionAsync(Cancellation))
            {
                // As whoever owns the database can.
                await using var tamper = new NpgsqlCommand($"create table kept_steps as table statement_steps; create table kept_contents as table statement_contents; set session_replication_role = replica; {sql}", connection);
                await tamper.ExecuteNonQueryAsync(Cancellation);
            }

            var (_, body) = await _metrics.AnswerAsync(Get("statements/2025-02"), HttpStatusCode.Conflict);
            ((string)Json(body)["type"]!).ShouldBe("urn:ketman:problem:statement-tampered");
            await using (var connection = await _metrics.Database.Source.OpenConnectionAsync(Cancellation))
            {
                await using var mend = new NpgsqlCommand(
                    """
                    set session_replication_role = replica; delete from statement_steps; insert into statement_steps table kept_steps;
                    delete from statement_contents; insert into statement_contents table kept_contents; drop table kept_steps, kept_contents; set session_replication_role = origin
                    """, connection);
                await mend.ExecuteNonQueryAsync(Cancellation);
            }

            await _metrics.AnswerAsync(Get("statements/2025-02"));
        }
    }

    [Fact]
    public async Task nothing_that_is_frozen_is_about_a_person_and_nothing_of_it_goes_when_one_is_erased()
    {
        await FreezeAsync("2025-02");
        var everything = new StringBuilder();
        foreach (var level in new[] { "clear", "amber", "red" })
        {
            foreach (var form in new[] { "json", "markdown", "html", "csv" })
            {
                everything.Append(Encoding.UTF8.GetString(await BytesAsync($"statements/2025-02?tlp={level}&format={form}")));
            }
        }

        var text = everything.ToString();
        foreach (var fact in SampleMonth.Facts)
        {
            foreach (var property in fact.Said.GetType().GetProperties().Where(property => property.GetCustomAttributes(typeof(PersonalDataAttribute), false).Length > 0))
            {
                if (property.GetValue(fact.Said) is string { Length: > 3 } personal)
                {
                    text.ShouldNotContain(personal, Shouldly.Case.Sensitive, $"{fact.Said.GetType().Name}.{property.Name}");
                }
            }
        }
    }

    [Fact]
    public async Task a_frozen_statement_that_names_a_case_that_is_kept_closer_since_is_answered_without_it_or_not_at_all()
    {
        await FreezeAsync("2025-02");
        await _metrics.AnswerAsync(_metrics.As("vera", "viewer", HttpMethod.Get, "statements/2025-02", clearance: Tlp.Amber));
        await MetricsDatabase.FoldAsync(_metrics.Database.Source, [Late(new PrivacyRequested(SampleMonth.DisclosureId("lumenbridge-2025-02"), null))], Cancellation);
        var (_, refused) = await _metrics.AnswerAsync(_metrics.As("vera", "viewer", HttpMethod.Get, "statements/2025-02", clearance: Tlp.Amber), HttpStatusCode.Forbidden);
        ((string)Json(refused)["type"]!).ShouldBe("urn:ketman:problem:withheld");
        await _metrics.AnswerAsync(_metrics.As("vera", "viewer", HttpMethod.Get, "statements/2025-02?format=html", clearance: Tlp.Amber));
        await _metrics.AnswerAsync(_metrics.As("vera", "viewer", HttpMethod.Get, "statements/2025-02?state=draft", clearance: Tlp.Amber));
    }

    private async Task FreezeAsync(string month)
    {
        await _metrics.AnswerAsync(_metrics.As("mira", "lead", HttpMethod.Post, $"statements/{month}/review"));
        await _metrics.AnswerAsync(_metrics.As("paula", "publisher", HttpMethod.Post, $"statements/{month}/freeze"));
    }

    private async Task NoteAsync(string by, string month, string section, string text, Tlp marking) =>
        await _metrics.AnswerAsync(_metrics.As(by, "analyst", HttpMethod.Put, $"statements/{month}/notes/{section}", new { text, marking }));

    private async Task RefusedAsync(string name, string role, string path, string rule) =>
        ((string)Json((await _metrics.AnswerAsync(_metrics.As(name, role, HttpMethod.Post, path), HttpStatusCode.UnprocessableEntity)).Body)["type"]!).ShouldBe($"urn:ketman:problem:rule:{rule}");

    private HttpRequestMessage Get(string path) => _metrics.As("ana", "analyst", HttpMethod.Get, path);

    private async Task<byte[]> BytesAsync(string path)
    {
        using var response = await _metrics.Client.SendAsync(Get(path), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsByteArrayAsync(Cancellation);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _metrics.Database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static Fact Late(object said) => new(
        Guid.CreateVersion7(), SampleMonth.DisclosureId("lumenbridge-2025-02"), SampleMonth.Facts.Where(fact => fact.Subject == SampleMonth.DisclosureId("lumenbridge-2025-02")).Max(fact => fact.Version) + 1,
        Moment.On(new DateOnly(2025, 2, 20)), new DateTimeOffset(2025, 4, 9, 10, 0, 0, TimeSpan.Zero), "test", said);

    private static string Changed(string text, Random random)
    {
        var at = random.Next(text.Length);
        return text[..at] + (text[at] == 'x' ? 'y' : 'x') + text[(at + 1)..];
    }

    private static JsonObject Json(string body) => JsonNode.Parse(body)!.AsObject();
}

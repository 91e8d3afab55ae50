using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.Intake.Accounts;
using Ketman.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ketman.Intake.Tests.Service;

public sealed class RebuildTests(IntakeApp app) : IClassFixture<IntakeApp>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task tables_made_anew_from_the_log_equal_those_written_with_the_appends(int seed)
    {
        await LiveAsync(new Random(seed), $"r{seed}", commands: 250);
        var before = await RowsAsync();
        foreach (var spoil in new[] { "update accounts set confidence = 'spoilt'", "delete from company_repositories", "update leads set status = 'spoilt'", "update assessments set status = 'spoilt'" })
        {
            await ExecuteAsync(spoil);
        }

        await RebuildAsync();

        (await RowsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task while_they_are_made_anew_people_go_on_working_and_nothing_is_lost()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var work = Enumerable.Range(0, 3).Select(async worker =>
        {
            var done = 0;
            for (; !end.IsCancellationRequested; done++)
            {
                await app.DoAsync("companies", new { handle = $"during-{worker}-{done}", name = "During", repositories = new[] { $"https://git.example/during-{worker}/{done}" } });
                await app.DoAsync("accounts", new { platform = "github", handle = $"during-{worker}-{done}" });
                (await app.GetAsync($"companies/during-{worker}-{done}")).Status.ShouldBe(200, "what was written is there");
                (await app.GetAsync("duplicates?limit=5")).Status.ShouldBe(200);
            }

            return done;
        }).ToList();

        for (var time = 0; time < 4; time++)
        {
            await RebuildAsync();
        }

        await end.CancelAsync();
        var done = (await Task.WhenAll(work)).Sum();
        (await app.CountAsync("companies where handle like 'during-%'")).ShouldBe(done);
        (await app.CountAsync("company_repositories where repository like '%during-%'")).ShouldBe(done);
        (await app.CountAsync("accounts where handle like 'during-%'")).ShouldBe(done);
        var rows = await RowsAsync();
        await RebuildAsync();
        (await RowsAsync()).ShouldBe(rows);
    }

    [Fact]
    public async Task of_two_merges_at_once_the_first_may_have_the_later_number()
    {
        var ids = new List<Guid>();
        foreach (var name in new[] { "ring-a", "ring-b", "ring-c" })
        {
            ids.Add(Guid.Parse(((string)(await app.DoAsync("accounts", new { platform = "github", handle = name }))["stream"]!)["account-".Length..]));
        }

        // As the log has it when b was merged into c a moment after a into b, but had drawn its number before.
        foreach (var (merged, into) in new[] { (ids[1], ids[2]), (ids[0], ids[1]) })
        {
            var store = app.Services.GetRequiredService<IEventStore>();
            var history = await store.ReadStreamAsync($"account-{merged:D}", Cancellation);
            var metadata = new EventMetadata(DateTimeOffset.UnixEpoch, "ada", Guid.CreateVersion7(), null, null, null);
            await store.AppendAsync(
                [new StreamAppend(history.Stream, history.Version, history.LastHash, [new NewEvent(Guid.CreateVersion7(), new AccountMerged(into, "one", Moment.At(DateTimeOffset.UnixEpoch)))], metadata)],
                [new NpgsqlBatchCommand("update accounts set merged_into = $2 where id = $1") { Parameters = { new() { Value = merged }, new() { Value = ids[2] } } }],
                Cancellation);
        }

        var before = await RowsAsync();

        await RebuildAsync();

        (await RowsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task only_an_admin_may_and_what_cannot_be_is_said()
    {
        (await app.PostAsync("operations/intake/projections/read-models/rebuild", "{}")).Status.ShouldBe(403);
        (await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/board/rebuild")).Problem.ShouldBe("projection-not-found");
        (await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/board/rebuild")).Text.ShouldContain("disclosed-leads, publisher, read-models");
        (await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/publisher/rebuild")).Problem.ShouldBe("not-rebuildable");
        (await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/disclosed-leads/rebuild")).Problem.ShouldBe("not-rebuildable");
        (await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/read-models/pause")).Problem.ShouldBe("not-pausable");
        (await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/publisher/skip", new { })).Fields.ShouldBe(["event"]);
        (await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/publisher/skip", new { @event = "7" })).Problem.ShouldBe("not-in-the-way");
        (await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/disclosed-leads/skip", new { @event = "nothing@x" })).Problem.ShouldBe("not-in-the-way");
    }

    [Fact]
    public async Task a_pause_is_an_alert_and_asking_twice_changes_nothing_more()
    {
        var first = await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/disclosed-leads/pause");
        var second = await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/disclosed-leads/pause");

        ((bool)first.Body!["changed"]!).ShouldBeTrue();
        ((bool)second.Body!["changed"]!).ShouldBeFalse();
        ((string)second.Body!["projection"]!["state"]!).ShouldBe("paused");
        ((string)second.Body!["projection"]!["pausedBy"]!).ShouldBe("root");
        var health = await app.GetAsync("health/ready");
        health.Status.ShouldBe(200);
        ((string)health.Body!["status"]!).ShouldBe("alert");
        ((string)health.Body!["alerts"]![0]!).ShouldBe("consumer: disclosed-leads is paused: by root");

        await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/disclosed-leads/resume");
        ((string)(await app.GetAsync("health/ready")).Body!["status"]!).ShouldBe("ready");
    }

    // What a team may record in any order; what a rule forbids is answered so and changes nothing.
    private async Task LiveAsync(Random random, string prefix, int commands)
    {
        for (var number = 0; number < 12; number++)
        {
            await app.PostAsync("companies", new { handle = $"{prefix}-c{number}", name = $"Company {number}", repositories = new[] { $"https://git.example/{prefix}/{number}" } });
            await app.PostAsync("accounts", new { platform = number % 3 == 0 ? "email" : "github", handle = $"{prefix}-a{number}{(number % 3 == 0 ? "@example.org" : "")}" });
            await app.PostAsync("leads", new { handle = $"{prefix}-l{number}", summary = "seen" });
        }

        string Account() => random.Next(12) is var number && number % 3 == 0 ? $"email:{prefix}-a{number}@example.org" : $"github:{prefix}-a{number}";
        string Company() => $"{prefix}-c{random.Next(12)}";
        string Lead() => $"{prefix}-l{random.Next(12)}";
        string Day() => $"2025-01-{random.Next(1, 29):D2}";
        for (var number = 0; number < commands; number++)
        {
            var (path, body) = random.Next(14) switch
            {
                0 => ($"companies/{Company()}/profile", (object)new { name = $"Name {random.Next()}", tvlRank = random.Next(1, 500), repositories = new[] { $"https://git.example/{prefix}/{random.Next(50)}" } }),
                1 => ($"companies/{Company()}/privacy", new { wish = random.Next(2) == 0 ? "none" : "private", reason = "said so" }),
                2 => ($"accounts/{Account()}/flag", new { reason = "odd", at = Day() }),
                3 => ($"accounts/{Account()}/index", new { active = random.Next(2) == 0, employedAt = new[] { "somewhere" }, evidence = "seen", at = Day() }),
                4 => ($"accounts/{Account()}/confirm", new { evidence = "seen", at = Day() }),
                5 => ($"accounts/{Account()}/clear", new { reason = "wrong", at = Day() }),
                6 => ($"accounts/{Account()}/activity", new { active = random.Next(2) == 0, at = Day() }),
                7 => ($"accounts/{Account()}/links", new { to = Account(), kind = "same-actor", evidence = "seen" }),
                8 => ($"accounts/{Account()}/actor", new { actor = $"actor {random.Next(4)}" }),
                9 => ($"accounts/{Account()}/merge", new { into = Account(), reason = "one" }),
                12 => ("assessments", new { account = Account(), at = Day() }),
                13 => ($"assessments/{Account()}/conclusion", new { advice = "wait", at = Day() }),
                10 => ($"leads/{Lead()}/dismiss", new { reason = "nothing" }),
                _ => ($"leads/{Lead()}/merge", new { into = Lead() }),
            };
            (await app.PostAsync(path, body)).Status.ShouldBeOneOf(200, 201, 404, 422);
        }
    }

    private async Task RebuildAsync()
    {
        (await app.AdminAsync(HttpMethod.Post, "operations/intake/projections/read-models/rebuild")).Status.ShouldBe(202);
        System.Text.Json.Nodes.JsonNode? rebuild = null;
        await Eventually.TrueAsync(
            "the rebuild has ended",
            async () =>
            {
                var items = (await app.AdminAsync(HttpMethod.Get, "operations/intake/projections")).Body!["items"]!.AsArray();
                rebuild = items.Single(item => (string)item!["name"]! == "read-models")!["rebuild"];
                return (string)rebuild!["phase"]! is "done" or "failed";
            },
            cancellation: Cancellation);
        ((string)rebuild!["phase"]!).ShouldBe("done", rebuild.ToJsonString());
    }

    private async Task<string> RowsAsync()
    {
        var rows = new List<string>();
        foreach (var select in new[]
        {
            "select c::text from companies c order by 1", "select r::text from company_repositories r order by 1", "select a::text from accounts a order by 1",
            "select l::text from account_links l order by 1", "select a::text from lead_accounts a order by 1",
            // A number that a refused command drew is not drawn again; the order is what it is for.
            "select (to_jsonb(l) - 'seq')::text from leads l order by seq",
            "select g::text from duplicate_groups g order by 1", "select a::text from assessments a order by 1",
        })
        {
            await using var command = app.Database.CreateCommand(select);
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                rows.Add(reader.GetString(0));
            }
        }

        return string.Join('\n', rows);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = app.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}

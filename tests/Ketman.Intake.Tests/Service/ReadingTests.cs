using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Hosting.Bus;
using Microsoft.Extensions.DependencyInjection;

namespace Ketman.Intake.Tests.Service;

public sealed class ReadingTests(IntakeApp app) : IClassFixture<IntakeApp>
{
    private const string Wallet = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";

    [Theory]
    [InlineData("companies", "handle")]
    [InlineData("accounts", "ref")]
    [InlineData("leads", "handle")]
    public async Task a_walk_through_a_list_meets_everything_exactly_once_while_others_write(string list, string name)
    {
        var prefix = $"walk-{list}-";
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => CreateAsync(list, $"{prefix}{number:D3}")));
        var stop = false;
        var writing = Task.Run(async () =>
        {
            for (var number = 0; !Volatile.Read(ref stop); number++)
            {
                await CreateAsync(list, $"{prefix}{number % 40:D3}-x{number:D4}");
            }
        }, TestContext.Current.CancellationToken);

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = (await app.GetAsync($"{list}?limit=3{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}")).Body!;
            seen.AddRange(page["items"]!.AsArray().Select(item => (string)item![name]!));
            after = (string?)page["next"];
        }
        while (after is not null && seen.Count < 3000);

        Volatile.Write(ref stop, true);
        await writing;
        seen.ShouldBeUnique();
        Enumerable.Range(0, 40).Select(number => $"{(list == "accounts" ? "github:" : "")}{prefix}{number:D3}").Except(seen).ShouldBeEmpty();
    }

    [Fact]
    public async Task lists_are_searched_for_letters_wherever_they_stand_and_whatever_their_case()
    {
        await app.DoAsync("companies", new { handle = "sought-one", name = "Zebra_50% Labs", domain = "quagga.example" });
        await app.DoAsync("accounts", new { platform = "github", handle = "sought-by-handle", actor = "Okapi actor" });
        await app.DoAsync("leads", new { handle = "sought-lead", summary = "A Tapir was seen", company = "sought-one", accounts = new[] { "github:sought-by-handle" } });

        (await FoundAsync("companies", "zebra_50%")).ShouldBe(["sought-one"]);
        (await FoundAsync("companies", "QUAGGA")).ShouldBe(["sought-one"]);
        // What is typed is letters, not a pattern.
        (await FoundAsync("companies", "zebra%labs")).ShouldBeEmpty();
        (await FoundAsync("accounts", "okapi")).ShouldBe(["github:sought-by-handle"]);
        (await FoundAsync("accounts", "hub:sought-by")).ShouldBe(["github:sought-by-handle"]);
        (await FoundAsync("leads", "tapir")).ShouldBe(["sought-lead"]);
        (await FoundAsync("leads", "sought-one")).ShouldBe(["sought-lead"]);
        (await FoundAsync("leads", "hub:sought-by")).ShouldBe(["sought-lead"]);

        async Task<IReadOnlyList<string>> FoundAsync(string list, string q) =>
            [.. (await app.GetAsync($"{list}?q={Uri.EscapeDataString(q)}")).Body!["items"]!.AsArray().Select(item => (string)item!["ref"]!)];
    }

    [Fact]
    public async Task a_page_says_that_it_is_the_last() =>
        (await app.GetAsync("duplicates?limit=200")).Text.ShouldContain("\"next\":null");

    [Fact]
    public async Task other_services_learn_ids_of_any_number_of_references_at_once()
    {
        var company = Stream(await app.DoAsync("companies", new { handle = "resolved", name = "Resolved" }));
        var account = Stream(await app.DoAsync("accounts", new { platform = "linkedin", handle = "resolved-person" }));
        var site = Stream(await app.DoAsync("accounts", new { platform = "website", handle = "https://resolved.example/About/" }));

        var answer = (await app.PeerAsync(HttpMethod.Post, "internal/resolve", new
        {
            companies = new[] { "resolved", "Resolved", company, "nobody" },
            accounts = new[] { "LinkedIn:https://www.linkedin.com/in/Resolved-Person/", account, "github:nobody", "nonsense", "" },
        })).Body!;

        ((string)answer["companies"]!["resolved"]!["id"]!).ShouldBe(company);
        ((string)answer["companies"]!["Resolved"]!["ref"]!).ShouldBe("resolved");
        ((string)answer["companies"]![company]!["ref"]!).ShouldBe("resolved");
        answer["companies"]!.AsObject().ContainsKey("nobody").ShouldBeTrue();
        answer["companies"]!["nobody"].ShouldBeNull();
        ((string)answer["accounts"]!["LinkedIn:https://www.linkedin.com/in/Resolved-Person/"]!["id"]!).ShouldBe(account);
        ((string)answer["accounts"]![account]!["ref"]!).ShouldBe("linkedin:resolved-person");
        answer["accounts"]!["nonsense"].ShouldBeNull();
        answer["leads"]!.AsObject().ShouldBeEmpty();
        (await app.GetAsync($"accounts/{Uri.EscapeDataString("website:resolved.example/About")}")).Body!["id"]!.GetValue<string>().ShouldBe(site);
    }

    [Fact]
    public async Task other_services_learn_when_a_company_works()
    {
        await app.DoAsync("companies", new { handle = "clockwork", name = "Clockwork", zone = "Asia/Kathmandu" });
        await app.DoAsync("companies/clockwork/calendar", new { calendar = new { zone = "Asia/Kathmandu", hours = "24x7", holidays = new[] { "2025-12-25" } } });

        var known = (await app.PeerAsync(HttpMethod.Post, "internal/resolve", new { companies = new[] { "clockwork" } })).Body!["companies"]!["clockwork"]!;
        await app.DoAsync("companies/clockwork/calendar", new { remove = true });
        var without = (await app.PeerAsync(HttpMethod.Post, "internal/resolve", new { companies = new[] { "clockwork" } })).Body!["companies"]!["clockwork"]!;

        ((string)known["zone"]!).ShouldBe("Asia/Kathmandu");
        known["calendar"]!.ToJsonString().ShouldBe("{\"zone\":\"Asia/Kathmandu\",\"hours\":\"24x7\",\"holidays\":[\"2025-12-25\"]}");
        without["calendar"].ShouldBeNull();
        (await app.GetAsync("companies/clockwork")).Body!["calendar"].ShouldBeNull();
    }

    [Fact]
    public async Task a_calendar_that_cannot_be_read_is_refused_with_all_that_is_wrong()
    {
        await app.DoAsync("companies", new { handle = "timeless", name = "Timeless" });

        var wrong = await app.PostAsync("companies/timeless/calendar", new { calendar = new { zone = "Mars/Olympus", hours = new { mon = new[] { "9-5" } }, colour = "red" } });
        var neither = await app.PostAsync("companies/timeless/calendar", new { });
        var both = await app.PostAsync("companies/timeless/calendar", new { calendar = new { zone = "UTC", hours = "24x7" }, remove = true });

        wrong.Status.ShouldBe(400);
        wrong.Body!["errors"]!.AsArray().Select(error => (string)error!["field"]!).ShouldBe(["calendar.colour", "calendar.zone", "calendar.hours.mon[0]"], ignoreOrder: true);
        neither.Status.ShouldBe(400);
        both.Status.ShouldBe(400);
    }

    [Fact]
    public async Task what_may_be_one_is_offered_for_merging()
    {
        await app.DoAsync("accounts", new { platform = "github", handle = "night-owl" });
        await app.DoAsync("accounts", new { platform = "telegram", handle = "Night_Owl" });
        await app.DoAsync("accounts", new { platform = "npm", handle = "someone" });
        await app.DoAsync("accounts", new { platform = "wallet", handle = Wallet });
        await app.DoAsync("accounts", new { platform = "email", handle = "night.owl+a@proton.example" });
        await app.DoAsync("accounts", new { platform = "email", handle = "night.owl+b@proton.example" });
        await app.DoAsync("accounts/github:night-owl/links", new { to = $"wallet:{Wallet}", kind = "same-wallet" });
        await app.DoAsync($"accounts/wallet:{Wallet}/links", new { to = "npm:someone", kind = "same-actor" });
        await app.DoAsync("companies", new { handle = "twin-one", name = "Twin", domain = "twin.example", repositories = new[] { "twin/core" } });
        await app.DoAsync("companies", new { handle = "twin-two", name = "Twin Labs", domain = "https://www.twin.example", repositories = new[] { "Twin/web" } });
        await app.DoAsync("leads", new { handle = "owl-one", summary = "seen", company = "twin-one", accounts = new[] { "github:night-owl" } });
        await app.DoAsync("leads", new { handle = "owl-two", summary = "seen", company = "twin-two", accounts = new[] { "telegram:night_owl" } });

        var groups = await WalkAsync("duplicates");
        Members(groups, "account", "handle", "nightowl").ShouldBe(
            ["github:night-owl", "telegram:night_owl", "email:night.owl+a@proton.example", "email:night.owl+b@proton.example"]);
        Members(groups, "account", "wallet", $"wallet:{Wallet.ToLowerInvariant()}").ShouldBe(["github:night-owl", "npm:someone", $"wallet:{Wallet.ToLowerInvariant()}"]);
        Members(groups, "account", "email", "email:night.owl@proton.example").ShouldBe(["email:night.owl+a@proton.example", "email:night.owl+b@proton.example"]);
        Members(groups, "company", "domain", "twin.example").ShouldBe(["twin-one", "twin-two"]);
        Members(groups, "company", "repository-owner", "github.com/twin").ShouldBe(["twin-one", "twin-two"]);
        Members(groups, "lead", "handle", "nightowl").ShouldBe(["owl-one", "owl-two"]);

        var twin = (await app.GetAsync("leads/owl-two/duplicates")).Body!["items"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)twin["ref"]!).ShouldBe("owl-one");
        twin["shares"]!.AsArray().Select(share => (string)share!).ShouldBe(
            ["domain twin.example", "handle nightowl", "repository-owner github.com/twin"]);
        ((string)twin["offer"]!["target"]!).ShouldBe("owl-two");

        var offer = twin["offer"]!;
        var merged = await app.PostAsync("intake/batch", new { items = new[] { new { command = (string)offer["command"]!, target = (string)offer["target"]!, body = offer["body"] } } });
        ((int)merged.Body!["results"]![0]!["status"]!).ShouldBe(200, merged.Text);
        (await app.GetAsync("leads/owl-one/duplicates")).Body!["items"]!.AsArray().ShouldBeEmpty();
        ((string)(await app.GetAsync("leads/owl-two")).Body!["mergedInto"]!["ref"]!).ShouldBe("owl-one");
    }

    [Fact]
    public async Task accounts_of_one_named_actor_are_no_news()
    {
        await app.DoAsync("accounts", new { platform = "github", handle = "known-owl", actor = "owl" });
        await app.DoAsync("accounts", new { platform = "gitlab", handle = "known_owl" });
        (await WalkAsync("duplicates")).ShouldContain(group => (string)group["key"]! == "knownowl");

        await app.DoAsync("accounts/gitlab:known_owl/actor", new { actor = "owl" });

        (await WalkAsync("duplicates")).ShouldNotContain(group => (string)group["key"]! == "knownowl");
    }

    [Fact]
    public async Task a_lead_that_was_opened_as_a_disclosure_says_so_once()
    {
        var lead = Guid.Parse(Stream(await app.DoAsync("leads", new { handle = "told", summary = "seen" })));
        var disclosure = Guid.CreateVersion7();
        var opened = new DisclosureOpened(disclosure, "halcyon-2025-02", Guid.CreateVersion7(), null, lead, []);
        var message = new IntegrationEvent(
            Guid.CreateVersion7(), ContractJson.UrnOf(typeof(DisclosureOpened)), $"disclosure-{disclosure}", 1, Moment.On(new DateOnly(2025, 2, 3)),
            DateTimeOffset.UtcNow, "grace", JsonSerializer.SerializeToElement(opened, ContractJson.Options));
        var consumer = app.Services.GetServices<IJournalConsumer>().Single();

        // Three times, twice of them at once: as after a crash, and with a second instance that took over.
        await Task.WhenAll(ApplyAsync(), ApplyAsync());
        await ApplyAsync();

        (await app.CountAsync($"mt_events where stream_id = 'lead-{lead}' and type = 'lead-disclosed.v1' and user_name = 'grace'")).ShouldBe(1);
        ((string)(await app.GetAsync("leads/told")).Body!["status"]!).ShouldBe("disclosed");
        ((string)(await app.GetAsync("leads/told")).Body!["disclosures"]![0]!).ShouldBe(disclosure.ToString());
        (await app.PostAsync("leads/told/dismiss", new { reason = "x" })).Problem.ShouldBe("rule:lead-disclosed");

        async Task ApplyAsync()
        {
            await using var connection = await app.Database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await consumer.ApplyAsync([new JournaledEvent(message, opened)], transaction, default);
            await transaction.CommitAsync();
        }
    }

    private Task<JsonNode> CreateAsync(string list, string name) => list switch
    {
        "companies" => app.DoAsync("companies", new { handle = name, name }),
        "accounts" => app.DoAsync("accounts", new { platform = "github", handle = name }),
        _ => app.DoAsync("leads", new { handle = name, summary = "seen" }),
    };

    private async Task<List<JsonNode>> WalkAsync(string list)
    {
        var items = new List<JsonNode>();
        string? after = null;
        do
        {
            var page = (await app.GetAsync($"{list}?limit=2{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}")).Body!;
            items.AddRange(page["items"]!.AsArray().Select(item => item!));
            after = (string?)page["next"];
        }
        while (after is not null);
        return items;
    }

    private static IEnumerable<string> Members(List<JsonNode> groups, string kind, string reason, string key) =>
        groups.Single(group => (string)group["kind"]! == kind && (string)group["reason"]! == reason && (string)group["key"]! == key)["members"]!
            .AsArray().Select(member => (string)member!);

    private static string Stream(JsonNode answer) => ((string)answer["stream"]!)[(((string)answer["stream"]!).IndexOf('-', StringComparison.Ordinal) + 1)..];
}

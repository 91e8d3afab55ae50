using System.Globalization;
using System.Text.Json.Nodes;
using Ketman.Testing;

namespace Ketman.Cli.Tests.Commands;

/// <summary>A company is named in public by two people, through the real gateway and services.</summary>
public sealed class Naming(RealPlatform platform) : IClassFixture<RealPlatform>
{
    [Fact]
    public async Task a_company_is_named_by_two_people_after_its_time_and_by_nobody_before()
    {
        using var admin = new Researcher(platform.Url, platform.Key);
        using var lena = new Researcher(platform.Url, (await admin.TypesAsync("keys", "create", "lena", "--role", "lead")).Output.Trim());
        using var paul = new Researcher(platform.Url, (await admin.TypesAsync("keys", "create", "paul", "--role", "publisher")).Output.Trim());
        using var both = new Researcher(platform.Url, (await admin.TypesAsync("keys", "create", "rita", "--role", "lead", "--role", "publisher")).Output.Trim());
        await PolicyAsync(lena);
        await AllAsync(
            lena,
            ["companies", "register", "veridian", "Veridian Labs"],
            ["companies", "contact", "add", "veridian", "--channel", "email", "--address", "june.harlow@veridian.example", "--name", "June Harlow"],
            ["accounts", "register", "github", "duskheron"],
            ["disclosures", "open", "veridian", "--handle", "veridian-case", "--account", "github:duskheron", "--policy", "swift", "--at", "2025-02-03"],
            ["merge", "veridian-case", "github:duskheron", "--repository", "github.com/veridian/core", "--at", "2024-11-04"],
            ["payment", "record", "veridian-case", "--account", "github:duskheron", "--asset", "USDC", "--amount", "5250", "--usd", "5250", "--price-source", "at par", "--at", "2024-11-30"],
            ["outreach", "log", "veridian-case", "--channel", "email", "--recipient", "security contact", "--at", "2025-02-04T09:00:00Z"]);

        var early = await lena.TypesAsync("publication", "propose", "veridian-case", "--reason", "silence");
        var ladder = await lena.TypesAsync("ladder", "veridian-case");
        await AllAsync(
            lena,
            ["worker", "confirm", "veridian-case", "github:duskheron", "--basis", "high-certainty", "--at", "2025-02-03"],
            ["disclosures", "finding", "veridian-case", "shared keys", "--url", "https://evidence.example/keys"],
            ["take-step", "veridian-case", "other-channel", "--channel", "telegram", "--recipient", "a maintainer", "--at", "2025-02-06T09:00:00Z"],
            ["final-notice", "veridian-case", "--publish-from", DateTimeOffset.UtcNow.AddSeconds(3).ToString("O", CultureInfo.InvariantCulture), "--channel", "email"]);
        var tooSoon = await lena.TypesAsync("publication", "propose", "veridian-case", "--reason", "silence");
        await Eventually.TrueAsync("the time of the notice is over",
            async () => (await lena.TypesAsync("publication", "propose", "veridian-case", "--reason", "silence", "--key", "proposal")).Code is ExitCode.Ok,
            TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        early.Code.ShouldBe(ExitCode.Refused);
        early.Errors.ShouldContain("  final-notice-missing: No final notice was given that bore the clause and the date.");
        early.Errors.ShouldContain("  attempts-too-few: 1 of 3 attempts over 1 of 2 channels; those that came back do not count.");
        early.Errors.ShouldContain("  evidence-no-worker: No worker is confirmed.");
        ladder.Output.ShouldContain("Try another channel, due since 2025-02-05 09:00 UTC");
        ladder.Output.ShouldContain("Turn         team");
        tooSoon.Errors.ShouldContain("  notice-period-running: ");

        // Neither the proposer, nor whoever is no publisher, nor anybody before it is approved.
        (await lena.TypesAsync("publication", "approve", "veridian-case")).Code.ShouldBe(ExitCode.NotAllowed);
        (await paul.TypesAsync("publication", "propose", "veridian-case", "--reason", "silence")).Code.ShouldBe(ExitCode.NotAllowed);
        (await paul.TypesAsync("publication", "publish", "veridian-case", "https://ketman.example/veridian")).Errors.ShouldContain("approvals-too-few: 0 of 1 approvals");
        await AllAsync(paul, ["publication", "approve", "veridian-case"]);
        await AllAsync(both, ["publication", "schedule", "veridian-case", "--for", DateTimeOffset.UtcNow.AddSeconds(1).ToString("O", CultureInfo.InvariantCulture)]);

        // What the company asks of all its cases counts at once.
        await AllAsync(lena, ["companies", "privacy", "veridian", "private"]);
        (await paul.TypesAsync("publication", "publish", "veridian-case", "https://ketman.example/veridian")).Errors.ShouldContain("privacy-wanted");
        await AllAsync(lena, ["companies", "privacy", "veridian", "none"]);

        var text = (await paul.TypesAsync("publication", "show", "veridian-case", "--text")).Output;
        paul.Write("clean.md", text);
        paul.Write("leak.md", text + "Ask J\u200Bune H\u0430rlow about d u s k h e r o n and the 5.250 dollars.");
        (await paul.TypesAsync("publication", "check", "veridian-case", Path.Combine(paul.Folder, "clean.md"))).Code.ShouldBe(ExitCode.Ok);
        var leak = await paul.TypesAsync("publication", "check", "veridian-case", Path.Combine(paul.Folder, "leak.md"));
        Run published = null!;
        await Eventually.TrueAsync("it is published at its time",
            async () => (published = await paul.TypesAsync("publication", "publish", "veridian-case", "https://ketman.example/veridian", "--key", "named")).Code is ExitCode.Ok,
            TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        text.ShouldContain("# Veridian Labs");
        text.ShouldContain("thousands of US dollars");
        text.ShouldNotContain("duskheron");
        leak.Code.ShouldBe(ExitCode.Refused);
        leak.Output.ShouldContain("contact");
        leak.Output.ShouldContain("account");
        leak.Output.ShouldContain("amount");
        leak.Output.ShouldNotContain("Harlow");
        published.Output.ShouldStartWith("Recorded publish on veridian-case");
        (await paul.TypesAsync("publication", "show", "veridian-case")).Output.ShouldContain("Phase          published");
        await Eventually.TrueAsync("the timeline tells it",
            async () => (await lena.TypesAsync("disclosures", "timeline", "veridian-case")).Output.Contains("paul named the company in public", StringComparison.Ordinal),
            cancellation: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task an_answer_stops_the_countdown_by_itself()
    {
        using var admin = new Researcher(platform.Url, platform.Key);
        using var lead = new Researcher(platform.Url, (await admin.TypesAsync("keys", "create", "lea", "--role", "lead")).Output.Trim());
        await AllAsync(
            lead,
            ["companies", "register", "ostrava", "Ostrava DAO"],
            ["disclosures", "open", "ostrava", "--handle", "ostrava-case", "--at", "2025-02-03"],
            ["outreach", "log", "ostrava-case", "--channel", "email", "--at", "2025-02-04T09:00:00Z", "--key", "mail"],
            ["final-notice", "ostrava-case", "--publish-from", "2099-03-15", "--channel", "email"],
            ["outreach", "answered", "ostrava-case", "mail"]);

        var shown = await lead.TypesAsync("publication", "show", "ostrava-case");

        shown.Output.ShouldContain("Phase       stopped");
        shown.Output.ShouldContain("The countdown of the final notice was stopped; another is needed.");
    }

    private static async Task AllAsync(Researcher researcher, params string[][] commands)
    {
        foreach (var command in commands)
        {
            var run = await researcher.TypesAsync(command);
            run.Code.ShouldBe(ExitCode.Ok, $"{string.Join(' ', command)}: {run.Errors}");
        }
    }

    // The shipped policy with a notice period that a test can wait for.
    private static async Task PolicyAsync(Researcher lead)
    {
        var policy = JsonNode.Parse((await lead.TypesAsync("policy", "show", "ketman-standard", "--document")).Output)!;
        policy["name"] = "swift";
        policy["calendar"]!["hours"] = "24x7";
        var publication = policy["publication"]!;
        (publication["noticePeriod"], publication["attempts"], publication["days"]) = ("PT1S", 3, 2);
        publication.AsObject().Remove("accelerated");
        policy["ladder"] = new JsonArray(new JsonObject
        {
            ["step"] = "other-channel",
            ["title"] = "Try another channel",
            ["kind"] = "other-channel",
            ["due"] = new JsonObject { ["after"] = "first-attempt", ["time"] = "P1D" },
            ["cancelledBy"] = new JsonArray("company-word"),
        });
        await AllAsync(lead, ["policy", "apply", lead.Write("swift.json", policy.ToJsonString())]);
    }
}

using System.Net.Http.Json;

namespace Ketman.Cli.Tests.Commands;

/// <summary>The same against the real gateway, from the invitation to the audit log.</summary>
public sealed class LettingInForReal(RealPlatform platform) : IClassFixture<RealPlatform>
{
    [Fact]
    public async Task somebody_is_invited_comes_in_is_given_roles_and_removed_and_the_log_says_who_did_that()
    {
        using var admin = new Researcher(platform.Url, platform.Key);
        var invited = await admin.TypesAsync("users", "invite", "nadia", "--role", "viewer");
        invited.Code.ShouldBe(ExitCode.Ok, invited.Errors);

        using var nadia = new Researcher(platform.Url, key: null) { AtTerminal = true, Replies = invited.Output + "three horses and a lamp\nthree horses and a lamp\n" };
        var accepted = await nadia.TypesAsync("invitation", "accept");
        accepted.Output.ShouldBe("Welcome, nadia. You are viewer. Set a second factor when you sign in.\n", accepted.Errors);

        using var http = new HttpClient { BaseAddress = platform.Url };
        (await http.PostAsJsonAsync("/api/v1/sign-in", new { user = "nadia", password = "three horses and a lamp" }, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        (await admin.TypesAsync("users", "sessions", "nadia")).Output.ShouldContain("127.0.0.1");
        (await admin.TypesAsync("users", "sessions", "nadia", "--end", "all")).Output.ShouldBe("nadia is signed out everywhere.\n");
        (await admin.TypesAsync("users", "roles", "nadia", "--role", "lead")).Output.ShouldBe("nadia now has the roles lead.\n");
        (await admin.TypesAsync("users", "clearance", "nadia", "amber-strict")).Output.ShouldBe("nadia reads up to TLP:AMBER+STRICT.\n");
        (await admin.TypesAsync("users", "lock", "nadia")).Output.ShouldBe("nadia is locked out.\n");
        (await admin.TypesAsync("users", "list")).Output.ShouldContain("nadia  lead   amber-strict  locked  no ");
        (await admin.TypesAsync("users", "unlock", "nadia")).Output.ShouldBe("nadia may sign in again.\n");
        (await admin.TypesAsync("users", "remove", "nadia", "--yes")).Output.ShouldBe("nadia is removed.\n");
        (await admin.TypesAsync("users", "lock", "nadia")).Code.ShouldBe(ExitCode.Refused);

        var log = await admin.TypesAsync("audit", "--subject", "nadia", "--actor", "admin");
        string[] kinds = ["user removed", "user unlocked", "user locked", "user clearance changed", "user roles changed", "session revoked", "user invited"];
        log.Output.Split('\n')[1..^1].Select(line => kinds.FirstOrDefault(kind => line.Contains(kind, StringComparison.Ordinal))).ShouldBe(kinds);
        (await admin.TypesAsync("audit", "--prove")).Output.ShouldStartWith("The audit log holds: ");
    }

    [Fact]
    public async Task a_key_is_rotated_and_the_old_secret_opens_nothing()
    {
        using var admin = new Researcher(platform.Url, platform.Key);
        var old = (await admin.TypesAsync("keys", "create", "rotating", "--role", "viewer", "--scope", "read", "--clearance", "green")).Output.Trim();
        using var before = new Researcher(platform.Url, old);
        (await before.TypesAsync("board")).Code.ShouldBe(ExitCode.Ok);
        var renewed = (await admin.TypesAsync("keys", "rotate", "rotating")).Output.Trim();
        renewed.ShouldNotBe(old);
        (await before.TypesAsync("board")).Code.ShouldBe(ExitCode.NotAllowed);
        using var after = new Researcher(platform.Url, renewed);
        (await after.TypesAsync("board")).Code.ShouldBe(ExitCode.Ok);
        (await admin.TypesAsync("keys", "list")).Output.ShouldContain("rotating");
    }
}

namespace Ketman.Cli.Tests.Commands;

/// <summary>Users, keys, invitations and the audit log by keyboard: what is asked of the gateway, and what is shown of its answers.</summary>
public sealed class LettingIn : AtTheGateway
{
    [Theory]
    [InlineData("keys create board-screen --role viewer --scope read:metrics --scope read:gateway --clearance green", "POST", "/api/v1/keys", """{"name":"board-screen","roles":["viewer"],"scope":["read:metrics","read:gateway"],"clearance":"green"}""")]
    [InlineData("keys rotate nightly-import --overlap 3600", "POST", "/api/v1/keys/nightly-import/rotation", """{"overlapSeconds":3600}""")]
    [InlineData("keys rotate nightly-import", "POST", "/api/v1/keys/nightly-import/rotation", """{"overlapSeconds":0}""")]
    [InlineData("users invite mira --role analyst --clearance amber", "POST", "/api/v1/invitations", """{"name":"mira","roles":["analyst"],"clearance":"amber"}""")]
    [InlineData("users invite mira", "POST", "/api/v1/invitations", """{"name":"mira"}""")]
    [InlineData("users roles mira --role lead --role publisher", "POST", "/api/v1/users/mira/roles", """{"roles":["lead","publisher"]}""")]
    [InlineData("users clearance mira amber-strict", "POST", "/api/v1/users/mira/clearance", """{"clearance":"amber-strict"}""")]
    [InlineData("users clearance mira by-roles", "POST", "/api/v1/users/mira/clearance", "{}")]
    [InlineData("users lock mira", "POST", "/api/v1/users/mira/lock", "{}")]
    [InlineData("users unlock mira", "POST", "/api/v1/users/mira/unlock", "{}")]
    [InlineData("users remove mira --yes", "DELETE", "/api/v1/users/mira", "")]
    [InlineData("users remove ../keys --yes", "DELETE", "/api/v1/users/..%2Fkeys", "")]
    [InlineData("users sessions mira --end all", "DELETE", "/api/v1/users/mira/sessions", "")]
    [InlineData("users sessions mira --end 0198c5a1-7f5e-7c11-9a51-3c1f0c9b8a10", "DELETE", "/api/v1/users/mira/sessions/0198c5a1-7f5e-7c11-9a51-3c1f0c9b8a10", "")]
    public async Task what_is_typed_is_what_is_asked(string line, string method, string path, string body)
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, """{"key":"ktm_secret","token":"kti_secret"}""");

        var run = await Researcher.TypesAsync(line.Split(' '));

        run.Code.ShouldBe(ExitCode.Ok, run.Errors);
        var request = Gateway.Requests.Single();
        (request.Method, request.Path, request.Body).ShouldBe((method, path, body));
        request.Headers["Authorization"].ShouldBe("Bearer kt_test");
    }

    [Theory]
    [InlineData("users invite mira --role analyst", "kti_secret\n")]
    [InlineData("keys rotate board-screen", "ktm_secret\n")]
    public async Task a_secret_stands_alone_on_the_output(string line, string output)
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 201, """{"key":"ktm_secret","token":"kti_secret"}""");

        var run = await Researcher.TypesAsync(line.Split(' '));

        run.Output.ShouldBe(output);
        run.Errors.ShouldNotContain("secret\n");
        run.Errors.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task users_are_listed_with_what_they_may_and_where_they_come_from()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200,
            """{"items":[{"name":"mira","roles":["analyst"],"status":"active","secondFactor":true,"createdAt":"2025-02-03T10:00:00Z","createdBy":"admin","clearance":"amber"}]}""");

        var run = await Researcher.TypesAsync("users", "list");

        run.Output.ShouldBe(
            """
            NAME  ROLES    CLEARANCE  STATUS  SECOND FACTOR  SINCE                 INVITED BY
            mira  analyst  amber      active  yes            2025-02-03 10:00 UTC  admin

            """);
    }

    [Fact]
    public async Task sessions_are_shown_with_their_places()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200,
            """{"items":[{"id":"1","createdAt":"2025-02-03T10:00:00Z","lastSeenAt":"2025-02-03T11:00:00Z","expiresAt":"2025-02-10T10:00:00Z","address":"192.0.2.7","current":false}]}""");

        var run = await Researcher.TypesAsync("users", "sessions", "mira");

        Gateway.Requests.Single().Path.ShouldBe("/api/v1/users/mira/sessions");
        run.Output.ShouldContain("192.0.2.7");
        run.Output.ShouldContain("2025-02-03 11:00");
    }

    [Theory]
    [InlineData("mira\n", (int)ExitCode.Ok, 1)]
    [InlineData("yes\n", (int)ExitCode.Refused, 0)]
    [InlineData("", (int)ExitCode.Refused, 0)]
    [InlineData(null, (int)ExitCode.Usage, 0)]
    public async Task a_user_is_removed_only_by_who_types_the_name(string? typed, int code, int requests)
    {
        using var careful = new Researcher(Gateway.Url) { AtTerminal = true, Replies = typed };

        var run = await careful.TypesAsync("users", "remove", "mira");

        ((int)run.Code).ShouldBe(code, run.Errors);
        Gateway.Requests.Count.ShouldBe(requests);
    }

    [Fact]
    public async Task the_audit_log_is_asked_for_by_what_was_typed_and_shown_youngest_first()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200,
            """
            {"items":[{"id":7,"at":"2025-02-03T10:00:00Z","kind":"refused","actor":"mira","actorKind":"key","address":"192.0.2.7","method":"POST","route":"/api/v1/keys/","status":403,"times":3},
            {"id":6,"at":"2025-02-03T09:00:00Z","kind":"key-created","actor":"admin","address":"127.0.0.1","method":"POST","route":"/api/v1/keys/","subject":"mira","detail":"roles: viewer","times":1}],"next":"6"}
            """);

        var run = await Researcher.TypesAsync(
            "audit", "--actor", "mira", "--kind", "refused", "--subject", "x", "--from", "192.0.2.7", "--trace", "ab", "--since", "2025-02-01T00:00:00+01:00", "--limit", "2");

        Gateway.Requests.Single().Query.ShouldBe(
            "?actor=mira&kind=refused&subject=x&address=192.0.2.7&trace=ab&since=2025-02-01T00%3A00%3A00%2B01%3A00&limit=2");
        var lines = run.Output.Split('\n');
        lines[1].ShouldBe("2025-02-03 10:00 UTC  refused      mira   192.0.2.7  -     403 POST /api/v1/keys/                3");
        lines[2].ShouldBe("2025-02-03 09:00 UTC  key created  admin  127.0.0.1  mira  POST /api/v1/keys/ roles: viewer      1");
        run.Errors.ShouldContain("--after 6");
    }

    [Theory]
    [InlineData("""{"intact":true,"entries":12,"head":"ab12"}""", (int)ExitCode.Ok, "The audit log holds: 12 entries, head ab12.")]
    [InlineData("""{"intact":false,"entries":4,"brokenAt":5}""", (int)ExitCode.Broken, "The audit log does NOT hold: entry 5 is missing or was altered.")]
    public async Task the_audit_log_is_proved(string answer, int code, string sentence)
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, answer);

        var run = await Researcher.TypesAsync("audit", "--prove");

        ((int)run.Code, Gateway.Requests.Single().Path).ShouldBe((code, "/api/v1/audit/verification"));
        run.Output.ShouldStartWith(sentence);
    }

    [Fact]
    public async Task an_invitation_is_accepted_without_a_key_and_nothing_secret_is_shown()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, """{"name":"mira","roles":["viewer","analyst"]}""");
        using var newcomer = new Researcher(Gateway.Url, key: null) { AtTerminal = true, Replies = "kti_token\nthree horses and a lamp\nthree horses and a lamp\n" };

        var run = await newcomer.TypesAsync("invitation", "accept");

        run.Code.ShouldBe(ExitCode.Ok, run.Errors);
        var request = Gateway.Requests.Single();
        (request.Path, request.Body).ShouldBe(("/api/v1/invitations/accept", """{"token":"kti_token","password":"three horses and a lamp"}"""));
        request.Headers.ContainsKey("Authorization").ShouldBeFalse();
        run.Output.ShouldBe("Welcome, mira. You are viewer, analyst. Set a second factor when you sign in.\n");
        (run.Output + run.Errors).ShouldNotContain("horses");
        (run.Output + run.Errors).ShouldNotContain("kti_token");
    }

    [Fact]
    public async Task the_first_admin_chooses_a_name_and_takes_the_invitation_from_its_file()
    {
        using var first = new Researcher(Gateway.Url, key: null) { AtTerminal = true, Replies = "three horses and a lamp\nthree horses and a lamp\n" };
        var file = first.Write("admin.invitation", "kti_token");

        var run = await first.TypesAsync("invitation", "accept", "--file", file, "--name", "mira");

        run.Code.ShouldBe(ExitCode.Ok, run.Errors);
        Gateway.Requests.Single().Body.ShouldBe("""{"token":"kti_token","password":"three horses and a lamp","name":"mira"}""");
    }

    [Theory]
    [InlineData("kti_token\none thing and another\nsomething else\n", (int)ExitCode.Refused)]
    [InlineData("kti_token\n", (int)ExitCode.Refused)]
    [InlineData(null, (int)ExitCode.Usage)]
    public async Task an_invitation_is_not_spent_on_a_slip(string? typed, int code)
    {
        using var newcomer = new Researcher(Gateway.Url, key: null) { AtTerminal = true, Replies = typed };

        ((int)(await newcomer.TypesAsync("invitation", "accept")).Code).ShouldBe(code);
        Gateway.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task an_invitation_that_meets_a_busyGateway_is_not_sent_twice()
    {
        Gateway.Answer = (context, _) => Gateway.ProblemAsync(context, 503, "unavailable", "Signing in does not answer.");
        using var newcomer = new Researcher(Gateway.Url, key: null) { AtTerminal = true, Replies = "kti_token\nthree horses and a lamp\nthree horses and a lamp\n" };

        (await newcomer.TypesAsync("invitation", "accept")).Code.ShouldBe(ExitCode.Unreachable);
        Gateway.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task a_token_of_the_identity_provider_is_a_key_too()
    {
        var token = string.Join('.', Enumerable.Repeat(new string('a', 900), 3));
        using var robot = new Researcher(Gateway.Url, token);

        (await robot.TypesAsync("users", "list", "--json")).Code.ShouldBe(ExitCode.Ok);
        Gateway.Requests.Single().Headers["Authorization"].ShouldBe("Bearer " + token);
    }
}

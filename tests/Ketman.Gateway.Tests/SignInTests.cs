using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Gateway.Audit;
using Ketman.Gateway.Sessions;
using Ketman.Gateway.Users;
using Ketman.Testing;

namespace Ketman.Gateway.Tests;

/// <summary>People: how they come, what they are told when they do not, and what an attacker gets.</summary>
public sealed partial class SignInTests(SharedPlatform shared) : IClassFixture<SharedPlatform>
{
    private readonly Platform _platform = shared.Platform;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_signed_in_user_is_known_inside_by_name_and_roles()
    {
        using var mira = await Person.WhoIsInAsync(_platform, "mira", "lead");
        var echo = await (await mira.PostAsync("/api/v1/disclosures", new { })).EchoAsync();
        (echo.Name, string.Join(' ', echo.Roles)).ShouldBe(("mira", "viewer analyst lead"));
        echo.Headers.Keys.ShouldNotContain("Cookie");
        echo.Headers.Values.ShouldNotContain(value => value.Contains(mira.Csrf!, StringComparison.Ordinal));
        (await mira.GetAsync("/api/v1/keys")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var me = await (await mira.GetAsync("/api/v1/session")).Content.ReadFromJsonAsync<SignedIn>(Cancellation);
        (me!.Name, me.CsrfToken).ShouldBe(("mira", mira.Csrf!));
        var kind = await (await mira.GetAsync("/api/v1/whoami")).Content.ReadFromJsonAsync<Keys.WhoAmI>(ContractJson.Options, Cancellation);
        kind!.Kind.ShouldBe("user");
    }

    [Fact]
    public async Task the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_secure_but_on_the_machine_itself()
    {
        using var person = await Person.WhoIsInAsync(_platform, "cookie-owner", "viewer");
        person.SetCookie!.ShouldMatch("^ketman=kts_[A-Za-z0-9_-]{43}; expires=[^;]+; path=/; samesite=lax; httponly$");

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sign-in") { Content = JsonContent.Create(new { user = person.Name, password = person.Password }) };
        request.Headers.Host = "ketman.example.org";
        using var elsewhere = await _platform.Stranger.SendAsync(request, Cancellation);
        elsewhere.Headers.GetValues("Set-Cookie").First().ShouldMatch("^__Host-ketman=kts_[A-Za-z0-9_-]{43}; expires=[^;]+; path=/; secure; samesite=lax; httponly$");
        elsewhere.Headers.GetValues("Set-Cookie").Last().ShouldMatch("^__Host-ketman-browser=[A-Za-z0-9_.-]+; expires=[^;]+; path=/; secure; samesite=lax; httponly$");
    }

    [Fact]
    public async Task a_stolen_cookie_opens_nothing_after_its_owner_signed_out_or_revoked_it()
    {
        using var owner = await Person.WhoIsInAsync(_platform, "robbed", "viewer");
        using var thief = new Person(_platform, "robbed", "") { Cookie = owner.Cookie };
        (await thief.GetAsync("/api/v1/board")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await owner.PostAsync("/api/v1/sign-out", new { })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await thief.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");

        (await owner.SignInAsync()).Dispose();
        thief.Cookie = owner.Cookie;
        (await owner.SignInAsync()).Dispose();
        var sessions = (await (await owner.GetAsync("/api/v1/account/sessions")).Content.ReadFromJsonAsync<SessionList>(Cancellation))!.Items;
        sessions.Select(session => session.Current).ShouldBe([true, false]);
        sessions[1].Address.ShouldBe("127.0.0.1");
        (await thief.GetAsync("/api/v1/board")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await owner.SendAsync(HttpMethod.Delete, $"/api/v1/account/sessions/{sessions[1].Id}", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await thief.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");
        (await owner.GetAsync("/api/v1/board")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task new_recovery_codes_need_the_password_and_end_the_old_ones()
    {
        using var person = await Person.WhoIsInAsync(_platform, "recovering", "viewer");
        var enrolment = await (await person.PostAsync("/api/v1/account/totp", new { password = person.Password })).Content.ReadFromJsonAsync<Enrolment>(Cancellation);
        await (await person.PostAsync("/api/v1/account/recovery-codes", new { password = person.Password })).ShouldBeProblemAsync(409, "no-second-factor");
        (await AccountAsync()).ShouldBe((false, 0));
        using var confirmed = await person.PostAsync("/api/v1/account/totp/confirmation", new { code = Totp.CodeAt(FromBase32(enrolment!.Secret), Totp.StepAt(DateTimeOffset.UtcNow)) });
        var old = (await confirmed.Content.ReadFromJsonAsync<RecoveryCodes>(Cancellation))!.Codes;

        await (await person.PostAsync("/api/v1/account/recovery-codes", new { password = "a guess" })).ShouldBeProblemAsync(401, "sign-in-failed");
        await (await person.PostAsync("/api/v1/account/recovery-codes", new { })).ShouldBeProblemAsync(400, "invalid-request");
        using var made = await person.PostAsync("/api/v1/account/recovery-codes", new { password = person.Password });
        var codes = (await made.Content.ReadFromJsonAsync<RecoveryCodes>(Cancellation))!.Codes;

        codes.Count.ShouldBe(10);
        (await AccountAsync()).ShouldBe((true, 10));
        codes.Intersect(old).ShouldBeEmpty();
        (await person.SignInAsync(old[0])).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await person.SignInAsync(codes[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await person.SignInAsync(codes[0])).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        async Task<(bool SecondFactor, int RecoveryCodes)> AccountAsync()
        {
            using var account = JsonDocument.Parse(await (await person.GetAsync("/api/v1/account")).Content.ReadAsStringAsync(Cancellation));
            return (account.RootElement.GetProperty("secondFactor").GetBoolean(), account.RootElement.GetProperty("recoveryCodes").GetInt32());
        }
    }

    [Fact]
    public async Task nobody_ends_the_session_of_another()
    {
        using var one = await Person.WhoIsInAsync(_platform, "one", "admin");
        using var other = await Person.WhoIsInAsync(_platform, "other", "viewer");
        var theirs = (await (await other.GetAsync("/api/v1/account/sessions")).Content.ReadFromJsonAsync<SessionList>(Cancellation))!.Items.Single();
        await (await one.SendAsync(HttpMethod.Delete, $"/api/v1/account/sessions/{theirs.Id}", null)).ShouldBeProblemAsync(404, "session-not-found");
        (await other.GetAsync("/api/v1/board")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task a_forged_request_of_another_site_bears_the_cookie_but_not_the_token_and_does_nothing(string? token)
    {
        using var victim = await Person.WhoIsInAsync(_platform, $"victim-{Guid.NewGuid().ToString("N")[..6]}", "lead");
        var right = victim.Csrf;
        victim.Csrf = token;
        await (await victim.PostAsync("/api/v1/disclosures", new { })).ShouldBeProblemAsync(403, "anti-forgery");
        await (await victim.PostAsync("/api/v1/account/password", new { current = victim.Password, password = "another long password" })).ShouldBeProblemAsync(403, "anti-forgery");
        await (await victim.PostAsync("/api/v1/sign-out", new { })).ShouldBeProblemAsync(403, "anti-forgery");
        (await victim.GetAsync("/api/v1/board")).StatusCode.ShouldBe(HttpStatusCode.OK);
        victim.Csrf = right;
        (await victim.PostAsync("/api/v1/disclosures", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task the_token_of_one_session_does_not_serve_another()
    {
        using var one = await Person.WhoIsInAsync(_platform, "csrf-one", "lead");
        using var other = await Person.WhoIsInAsync(_platform, "csrf-other", "lead");
        one.Csrf = other.Csrf;
        await (await one.PostAsync("/api/v1/disclosures", new { })).ShouldBeProblemAsync(403, "anti-forgery");
    }

    [Fact]
    public async Task brute_force_locks_the_name_even_for_the_right_password_and_an_admin_unlocks_it()
    {
        using var target = await Person.JoinAsync(_platform, "target", "viewer");
        for (var attempt = 1; attempt <= SignInAttempts.Free; attempt++)
        {
            await (await target.SignInAsync(password: $"wrong guess number {attempt}")).ShouldBeProblemAsync(401, "sign-in-failed");
        }

        using var locked = await target.SignInAsync();
        await locked.ShouldBeProblemAsync(429, "locked-out");
        locked.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));

        (await _platform.Admin.PostAsync("/api/v1/users/target/unlock", null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await target.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        var kinds = await Eventually.SomeAsync(
            "the attempts are in the audit log",
            async () => (await _platform.Admin.GetFromJsonAsync<AuditPage>("/api/v1/audit?limit=500", Cancellation))!.Items
                .Where(entry => entry.Subject == "target" || entry.Actor == "target").Select(entry => entry.Kind).ToList() is { Count: >= 6 } all ? all : null,
            cancellation: Cancellation);
        kinds.ShouldBe(["signed-in", "user-unlocked", "locked-out", "sign-in-failed", "invitation-accepted", "user-invited"]);
    }

    [Fact]
    public async Task strangers_who_guess_all_day_do_not_keep_out_who_comes_in_a_browser_that_is_known()
    {
        using var target = await Person.WhoIsInAsync(_platform, "target-known", "viewer");
        target.Browser = target.GivenBrowser!.Split(';')[0];
        using var attacker = new Person(_platform, "target-known", "");
        for (var attempt = 1; attempt <= SignInAttempts.Free; attempt++)
        {
            await (await attacker.SignInAsync(password: $"wrong guess number {attempt}")).ShouldBeProblemAsync(401, "sign-in-failed");
        }

        await (await attacker.SignInAsync(password: target.Password)).ShouldBeProblemAsync(429, "locked-out");
        (await target.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        target.GivenBrowser.ShouldBeNull("it has one");
        // Nor does their guessing stop what the user does in an open session.
        (await target.PostAsync("/api/v1/account/totp", new { password = target.Password })).StatusCode.ShouldBe(HttpStatusCode.OK);

        // What is tried in a known browser is counted too, and a word for one name is none for another.
        using var other = await Person.WhoIsInAsync(_platform, "target-other", "viewer");
        attacker.Browser = other.GivenBrowser!.Split(';')[0];
        await (await attacker.SignInAsync(password: target.Password)).ShouldBeProblemAsync(429, "locked-out");
        attacker.Browser = target.Browser;
        for (var attempt = 1; attempt <= SignInAttempts.Free; attempt++)
        {
            await (await attacker.SignInAsync(password: $"wrong guess number {attempt}")).ShouldBeProblemAsync(401, "sign-in-failed");
        }

        await (await attacker.SignInAsync(password: target.Password)).ShouldBeProblemAsync(429, "locked-out");
    }

    [Fact]
    public async Task a_session_that_somebody_else_chose_is_never_taken_over()
    {
        using var victim = await Person.JoinAsync(_platform, "fixated", "lead");
        var planted = "ketman=" + Keys.KeySecret.Draw(Keys.KeySecret.Session);
        victim.Browser = planted;
        (await victim.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        victim.Cookie.ShouldNotBe(planted);
        using var attacker = new Person(_platform, "fixated", "") { Cookie = planted };
        await (await attacker.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");

        // The session that a browser had before is over when somebody signs in there again.
        var before = victim.Cookie;
        victim.Browser = before;
        (await victim.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        attacker.Cookie = before;
        await (await attacker.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");
        (await victim.GetAsync("/api/v1/board")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    public async Task a_form_of_another_site_signs_nobody_in(string type)
    {
        using var person = await Person.JoinAsync(_platform, $"form-{type.Length}", "viewer");
        using var content = new StringContent($$"""{"user":"{{person.Name}}","password":"{{person.Password}}"}""", Encoding.UTF8, type);
        using var answer = await _platform.Stranger.PostAsync("/api/v1/sign-in", content, Cancellation);
        await answer.ShouldBeProblemAsync(415, "not-json");
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Theory]
    [InlineData("roles", "[\"admin\"]")]
    [InlineData("clearance", "\"red\"")]
    [InlineData("createdBy", "\"gateway\"")]
    public async Task who_accepts_an_invitation_gives_itself_nothing(string member, string value)
    {
        using var invited = await _platform.Admin.PostAsJsonAsync(
            "/api/v1/invitations", new { name = $"greedy-{member.ToLowerInvariant()}", roles = new[] { "viewer" }, clearance = "green" }, Cancellation);
        var made = (await invited.Content.ReadFromJsonAsync<MadeInvitation>(Cancellation))!;
        using var content = new StringContent(
            $$"""{"token":"{{made.Token}}","password":"three horses and a lamp","{{member}}":{{value}}}""", Encoding.UTF8, "application/json");
        var problem = await (await _platform.Stranger.PostAsync("/api/v1/invitations/accept", content, Cancellation)).ShouldBeProblemAsync(400, "invalid-request");
        problem.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe(member);
        (await _platform.Admin.GetAsync($"/api/v1/users/{made.Name}", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        using var modest = new Person(_platform, made.Name, "three horses and a lamp");
        (await modest.AcceptAsync(made.Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await modest.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        var me = await (await modest.GetAsync("/api/v1/whoami")).Content.ReadFromJsonAsync<Keys.WhoAmI>(ContractJson.Options, Cancellation);
        (me!.Roles.Single(), me.Clearance).ShouldBe(("viewer", Tlp.Green));
    }

    [Fact]
    public async Task an_admin_sees_and_ends_the_sessions_of_anybody()
    {
        using var person = await Person.WhoIsInAsync(_platform, "watched", "viewer");
        var first = person.Cookie;
        (await person.SignInAsync()).Dispose();
        var sessions = (await _platform.Admin.GetFromJsonAsync<SessionList>("/api/v1/users/watched/sessions", Cancellation))!.Items;
        sessions.Select(session => (session.Current, session.Address)).ShouldBe([(false, "127.0.0.1"), (false, "127.0.0.1")]);
        (await _platform.Admin.DeleteAsync($"/api/v1/users/watched/sessions/{sessions[1].Id}", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await person.GetAsync("/api/v1/board")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _platform.Admin.DeleteAsync("/api/v1/users/watched/sessions", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await person.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");
        person.Cookie = first;
        await (await person.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");
        await (await _platform.Admin.DeleteAsync($"/api/v1/users/watched/sessions/{Guid.NewGuid()}", Cancellation)).ShouldBeProblemAsync(404, "session-not-found");
        await (await _platform.Admin.GetAsync("/api/v1/users/nobody-such/sessions", Cancellation)).ShouldBeProblemAsync(404, "user-not-found");
    }

    [Fact]
    public async Task a_clearance_lowers_what_a_user_reads_and_never_raises_it()
    {
        using var person = await Person.WhoIsInAsync(_platform, "cleared", "lead");
        (await ClearanceOfAsync(person)).ShouldBe("red");
        using var set = await _platform.Admin.PostAsJsonAsync("/api/v1/users/cleared/clearance", new { clearance = "amber-strict" }, Cancellation);
        set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync(Cancellation));
        (await ClearanceOfAsync(person)).ShouldBe("amber-strict");
        // Fewer roles read less than the clearance says, and the clearance does not raise that.
        (await _platform.Admin.PostAsJsonAsync("/api/v1/users/cleared/roles", new { roles = new[] { "viewer" } }, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ClearanceOfAsync(person)).ShouldBe("amber");
        await (await _platform.Admin.PostAsJsonAsync("/api/v1/users/cleared/clearance", new { clearance = "red" }, Cancellation)).ShouldBeProblemAsync(400, "invalid-request");
        (await _platform.Admin.PostAsJsonAsync("/api/v1/users/cleared/roles", new { roles = new[] { "lead" } }, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ClearanceOfAsync(person)).ShouldBe("amber-strict");
        (await _platform.Admin.PostAsJsonAsync("/api/v1/users/cleared/clearance", new { }, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ClearanceOfAsync(person)).ShouldBe("red");

        async Task<string> ClearanceOfAsync(Person who) => (await (await who.GetAsync("/api/v1/leads")).EchoAsync()).Clearance;
    }

    [Fact]
    public async Task many_guesses_at_once_are_counted_one_by_one()
    {
        using var target = await Person.JoinAsync(_platform, "target-at-once", "viewer");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => target.SignInAsync(password: $"wrong guess number {i}")));
        answers.Count(answer => answer.StatusCode is HttpStatusCode.Unauthorized).ShouldBe(SignInAttempts.Free);
        answers.Count(answer => answer.StatusCode is HttpStatusCode.TooManyRequests).ShouldBe(12 - SignInAttempts.Free);
    }

    [Fact]
    public async Task each_further_lock_is_longer()
    {
        using var target = await Person.JoinAsync(_platform, "target-again", "viewer");
        var waits = new List<int>();
        for (var attempt = 1; attempt <= SignInAttempts.Free + 3; attempt++)
        {
            using var answer = await target.SignInAsync(password: "wrong guess again");
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            if (attempt >= SignInAttempts.Free)
            {
                using var locked = await target.SignInAsync();
                waits.Add((int)Math.Ceiling(locked.Headers.RetryAfter!.Delta!.Value.TotalMinutes));
                // The lock's time is over.
                await RunAsync("update sign_in_attempts set locked_until = now() - interval '1 second' where locked_until > now()");
            }
        }

        waits.ShouldBe([1, 2, 4, 8]);
    }

    [Fact]
    public async Task an_unknown_name_gets_the_same_answer_after_the_same_work_and_the_same_lock()
    {
        using var known = await Person.JoinAsync(_platform, "known", "viewer");
        using var unknown = new Person(_platform, "unknown", "");
        var (ofKnown, ofUnknown) = (new List<double>(), new List<double>());
        var answers = new HashSet<string>();
        for (var i = 0; i < SignInAttempts.Free + 1; i++)
        {
            foreach (var (person, times) in new[] { (known, ofKnown), (unknown, ofUnknown) })
            {
                var began = Stopwatch.GetTimestamp();
                using var answer = await person.SignInAsync(password: "not the password");
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                var text = await answer.Content.ReadAsStringAsync(Cancellation);
                answers.Add($"{i} {(int)answer.StatusCode} {TraceId().Replace(text, "")}");
            }
        }

        // Each pair of answers is one and the same, up to the last which says for how long.
        answers.Where(answer => answer.Contains(" 401 ", StringComparison.Ordinal)).Count().ShouldBe(SignInAttempts.Free);
        answers.Where(answer => answer.Contains(" 429 ", StringComparison.Ordinal)).ShouldNotBeEmpty();
        // Hashing takes tens of milliseconds, all else a few: without it the unknown would be many times faster.
        var (slow, fast) = (ofKnown.Take(SignInAttempts.Free).Order().ElementAt(2), ofUnknown.Take(SignInAttempts.Free).Order().ElementAt(2));
        fast.ShouldBeGreaterThan(slow / 2);
    }

    [Theory]
    [InlineData("""{"user":"x","password":"y","admin":true}""", 400)]
    [InlineData("""{"user":"x"}""", 400)]
    [InlineData("""{"user":"\u0000","password":"\u0000"}""", 401)]
    [InlineData("""{"user":"' or 1=1 --","password":"y"}""", 401)]
    public async Task what_is_typed_never_breaks_it(string body, int status)
    {
        using var answer = await _platform.Stranger.PostAsync("/api/v1/sign-in", new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task an_invitation_opens_once_and_a_weak_password_does_not_use_it_up()
    {
        using var invited = await _platform.Admin.PostAsJsonAsync("/api/v1/invitations", new { name = "newcomer", roles = new[] { "analyst" } }, Cancellation);
        var made = (await invited.Content.ReadFromJsonAsync<MadeInvitation>(Cancellation))!;
        (made.ExpiresAt - DateTimeOffset.UtcNow).ShouldBeInRange(TimeSpan.FromDays(6.9), TimeSpan.FromDays(7));
        using var newcomer = new Person(_platform, "newcomer", "short");
        await (await newcomer.AcceptAsync(made.Token)).ShouldBeProblemAsync(400, "invalid-request");
        newcomer.Password = "three horses and a lamp";
        var both = await Task.WhenAll(newcomer.AcceptAsync(made.Token), newcomer.AcceptAsync(made.Token));
        both.Select(answer => (int)answer.StatusCode).Order().ShouldBe([200, 401]);
        (await newcomer.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await newcomer.AcceptAsync(made.Token)).ShouldBeProblemAsync(401, "invitation-not-valid");
        (await DumpAsync("invitations")).ShouldNotContain(made.Token[4..]);
    }

    [Fact]
    public async Task an_expired_or_replaced_invitation_opens_nothing()
    {
        var tokens = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var invited = await _platform.Admin.PostAsJsonAsync("/api/v1/invitations", new { name = "late", roles = new[] { "analyst" } }, Cancellation);
            tokens.Add((await invited.Content.ReadFromJsonAsync<MadeInvitation>(Cancellation))!.Token);
        }

        using var late = new Person(_platform, "late", "three horses and a lamp");
        await (await late.AcceptAsync(tokens[0])).ShouldBeProblemAsync(401, "invitation-not-valid");
        await RunAsync("update invitations set expires_at = now() - interval '1 second' where name = 'late'");
        await (await late.AcceptAsync(tokens[1])).ShouldBeProblemAsync(401, "invitation-not-valid");
    }

    [Fact]
    public async Task a_name_is_one_users_or_one_keys_for_ever()
    {
        using var taken = await Person.JoinAsync(_platform, "taken", "viewer");
        using var key = await _platform.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "taken", roles = new[] { "viewer" } }, Cancellation);
        await key.ShouldBeProblemAsync(409, "key-name-taken");
        using var user = await _platform.Admin.PostAsJsonAsync("/api/v1/invitations", new { name = "admin", roles = new[] { "viewer" } }, Cancellation);
        await user.ShouldBeProblemAsync(409, "name-taken");
        (await _platform.Admin.DeleteAsync("/api/v1/users/taken", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var again = await _platform.Admin.PostAsJsonAsync("/api/v1/invitations", new { name = "taken", roles = new[] { "viewer" } }, Cancellation);
        await again.ShouldBeProblemAsync(409, "name-taken");
        await (await taken.SignInAsync()).ShouldBeProblemAsync(401, "sign-in-failed");
    }

    [Fact]
    public async Task the_first_admin_comes_by_the_file_beside_the_first_key_and_chooses_a_name()
    {
        await using var fresh = await Platform.StartAsync();
        var file = Path.ChangeExtension(fresh.AdminKeyFile, ".invitation");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var token = await File.ReadAllTextAsync(file, Cancellation);
        await fresh.StartGatewayAsync();
        (await File.ReadAllTextAsync(file, Cancellation)).ShouldBe(token, "a second gateway does not take it out of anybody's hands");
        using var accepted = await fresh.Stranger.PostAsJsonAsync(
            "/api/v1/invitations/accept", new { token, name = "first", password = "three horses and a lamp" }, Cancellation);
        accepted.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var first = new Person(fresh, "first", "three horses and a lamp");
        (await first.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await first.GetAsync("/api/v1/users")).StatusCode.ShouldBe(HttpStatusCode.OK);

        File.Exists(file).ShouldBeFalse("it was accepted");
        await File.WriteAllTextAsync(file, token, Cancellation);
        await fresh.StartGatewayAsync();
        File.Exists(file).ShouldBeFalse();
    }

    [Fact]
    public async Task a_lock_new_roles_and_a_removal_count_at_once_in_sessions_that_are_open()
    {
        using var person = await Person.WhoIsInAsync(_platform, "changing", "viewer");
        (await person.PostAsync("/api/v1/leads", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await _platform.Admin.PostAsJsonAsync("/api/v1/users/changing/roles", new { roles = new[] { "analyst" } }, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await person.PostAsync("/api/v1/leads", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await _platform.Admin.PostAsync("/api/v1/users/changing/lock", null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await person.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");
        await (await person.SignInAsync()).ShouldBeProblemAsync(401, "sign-in-failed");
        var shown = await _platform.Admin.GetFromJsonAsync<UserView>("/api/v1/users/changing", Cancellation);
        (shown!.Status, shown.Roles.Single(), shown.CreatedBy).ShouldBe(("locked", "analyst", "admin"));
        (await _platform.Admin.PostAsync("/api/v1/users/changing/unlock", null, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await person.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");
        (await person.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await _platform.Admin.DeleteAsync("/api/v1/users/changing", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await person.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");
        var log = (await _platform.Admin.GetFromJsonAsync<AuditPage>("/api/v1/audit?kind=user-roles-changed&limit=500", Cancellation))!.Items.Single(entry => entry.Subject == "changing");
        (log.Actor, log.Detail).ShouldBe(("admin", "viewer -> analyst"));
    }

    [Fact]
    public async Task a_second_factor_is_asked_for_and_its_code_opens_once()
    {
        using var careful = await Person.WhoIsInAsync(_platform, "careful", "viewer");
        await (await careful.PostAsync("/api/v1/account/totp", new { password = "not the password" })).ShouldBeProblemAsync(401, "sign-in-failed");
        var enrolment = await ReadAsync<Enrolment>(await careful.PostAsync("/api/v1/account/totp", new { password = careful.Password }));
        enrolment.Uri.ShouldBe($"otpauth://totp/Ketman:careful?secret={enrolment.Secret}&issuer=Ketman");
        // Until it is confirmed, nobody is locked out by it.
        (await careful.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await careful.PostAsync("/api/v1/account/totp/confirmation", new { code = "000000" })).ShouldBeProblemAsync(400, "invalid-request");

        var key = FromBase32(enrolment.Secret);
        var step = Totp.StepAt(DateTimeOffset.UtcNow);
        var codes = await ReadAsync<RecoveryCodes>(await careful.PostAsync("/api/v1/account/totp/confirmation", new { code = Totp.CodeAt(key, step) }));
        codes.Codes.Count.ShouldBe(10);

        await (await careful.SignInAsync()).ShouldBeProblemAsync(401, "code-needed");
        await (await careful.SignInAsync(Totp.CodeAt(key, step))).ShouldBeProblemAsync(401, "sign-in-failed");
        (await careful.SignInAsync(Totp.CodeAt(key, step + 1))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await careful.SignInAsync(Totp.CodeAt(key, step + 1))).ShouldBeProblemAsync(401, "sign-in-failed");

        var twice = await Task.WhenAll(careful.SignInAsync(codes.Codes[0]), careful.SignInAsync(codes.Codes[0]));
        twice.Select(answer => (int)answer.StatusCode).Order().ShouldBe([200, 401]);
        var dump = await DumpAsync("users");
        dump.ShouldNotContain(enrolment.Secret);
        dump.ShouldNotContain(Convert.ToHexStringLower(key));
        dump.ShouldNotContain(codes.Codes[1]);

        (await careful.PostAsync("/api/v1/account/totp/removal", new { password = careful.Password })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await careful.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_new_password_ends_every_other_session()
    {
        using var owner = await Person.WhoIsInAsync(_platform, "renewing", "viewer");
        using var thief = new Person(_platform, "renewing", "") { Cookie = owner.Cookie };
        (await owner.SignInAsync()).Dispose();
        await (await owner.PostAsync("/api/v1/account/password", new { current = owner.Password, password = "password1234" })).ShouldBeProblemAsync(400, "invalid-request");
        await (await owner.PostAsync("/api/v1/account/password", new { current = "not the password", password = "four horses and a lamp" })).ShouldBeProblemAsync(401, "sign-in-failed");
        (await owner.PostAsync("/api/v1/account/password", new { current = owner.Password, password = "four horses and a lamp" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await owner.GetAsync("/api/v1/board")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await thief.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");
        await (await owner.SignInAsync()).ShouldBeProblemAsync(401, "sign-in-failed");
        (await owner.SignInAsync(password: "four horses and a lamp")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task who_forgot_the_password_gets_a_new_invitation_and_loses_the_old_sessions()
    {
        using var forgetful = await Person.WhoIsInAsync(_platform, "forgetful", "analyst");
        using var invited = await _platform.Admin.PostAsJsonAsync("/api/v1/invitations", new { name = "forgetful" }, Cancellation);
        forgetful.Password = "five horses and a lamp";
        (await forgetful.AcceptAsync((await invited.Content.ReadFromJsonAsync<MadeInvitation>(Cancellation))!.Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await forgetful.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");
        (await forgetful.SignInAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await forgetful.PostAsync("/api/v1/leads", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("update sessions set last_seen_at = now() - interval '13 hours'")]
    [InlineData("update sessions set expires_at = now() - interval '1 second'")]
    public async Task a_session_ends_by_itself(string sql)
    {
        await using var own = await Platform.StartAsync();
        using var person = await Person.WhoIsInAsync(own, "sleepy", "viewer");
        await using var command = own.Database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
        await (await person.GetAsync("/api/v1/board")).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task a_key_keeps_no_account()
    {
        var (key, _) = await _platform.MakeKeyAsync("lead", "admin");
        using var client = _platform.Client(key);
        await (await client.GetAsync("/api/v1/session", Cancellation)).ShouldBeProblemAsync(403, "forbidden");
        await (await client.PostAsJsonAsync("/api/v1/account/password", new { current = "a", password = "b" }, Cancellation)).ShouldBeProblemAsync(403, "forbidden");
    }

    [Theory]
    [InlineData("twelve chars", true)]
    [InlineData("eleven char", false)]
    [InlineData("aaaaaaaaaaaaaaaa", false)]
    [InlineData("123456789012", false)]
    [InlineData("qwertyuiopas", false)]
    [InlineData("Password1234!", false)]
    [InlineData("mira-mira-2026", false)]
    [InlineData("correct horse battery", true)]
    public void a_password_is_long_and_not_one_that_is_tried_first(string password, bool good) =>
        (PasswordRules.Complaint(password, "mira") is null).ShouldBe(good);

    /// <summary>The vectors of RFC 6238, cut to six digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void codes_are_those_of_the_standard(long seconds, string code)
    {
        var key = "12345678901234567890"u8.ToArray();
        var now = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Totp.CodeAt(key, Totp.StepAt(now)).ShouldBe(code);
        Totp.Match(key, code, now.AddSeconds(30), 0).ShouldBe(Totp.StepAt(now));
        Totp.Match(key, code, now.AddSeconds(60), 0).ShouldBeNull();
        Totp.Match(key, code, now, Totp.StepAt(now)).ShouldBeNull();
        Totp.Show(key).ShouldBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Cancellation));
        return (await response.Content.ReadFromJsonAsync<T>(Cancellation))!;
    }

    [System.Text.RegularExpressions.GeneratedRegex("\"traceId\":\"[^\"]*\"")]
    private static partial System.Text.RegularExpressions.Regex TraceId();

    private static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }

    private async Task RunAsync(string sql)
    {
        await using var command = _platform.Database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private async Task<string> DumpAsync(string table)
    {
        await using var command = _platform.Database.Source.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"select json_agg(t)::text from {table} t"));
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Gateway.Keys;
using Ketman.Testing;

namespace Ketman.Gateway.Tests;

/// <summary>The life of an API key.</summary>
public sealed class KeyTests(SharedPlatform shared) : IClassFixture<SharedPlatform>
{
    private readonly Platform _platform = shared.Platform;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_key_is_shown_once_and_only_its_hash_is_kept()
    {
        using var response = await _platform.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "maria.k", roles = new[] { "analyst" } }, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var made = (await response.Content.ReadFromJsonAsync<MadeKey>(ContractJson.Options, Cancellation))!;
        made.Key.ShouldMatch("^ktm_[A-Za-z0-9_-]{43}$");
        (made.Name, made.Hint, made.CreatedBy, made.ExpiresAt).ShouldBe(("maria.k", made.Key[..8], "admin", null));
        made.Roles.ShouldBe(["analyst"]);
        response.Headers.Location!.ToString().ShouldBe($"/api/v1/keys/{made.Id}");

        var list = await _platform.Admin.GetStringAsync("/api/v1/keys", Cancellation);
        list.ShouldContain("maria.k");
        list.ShouldNotContain(made.Key[8..]);
        (await DumpAsync()).ShouldNotContain(made.Key[8..]);
    }

    [Fact]
    public async Task whoami_tells_name_and_roles_with_those_they_imply()
    {
        var (key, id) = await _platform.MakeKeyAsync("lead");
        var me = await _platform.Client(key).GetFromJsonAsync<WhoAmI>("/api/v1/whoami", ContractJson.Options, Cancellation);
        me!.Id.ShouldBe(id);
        me.Name.ShouldStartWith("lead-");
        me.Roles.ShouldBe(["viewer", "analyst", "lead"]);
    }

    [Fact]
    public async Task a_revoked_key_is_out_at_once_here_and_within_seconds_elsewhere()
    {
        var (key, id) = await _platform.MakeKeyAsync("viewer");
        using var here = _platform.Client(key);
        using var elsewhere = _platform.Client(key, await _platform.StartGatewayAsync());
        (await here.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await elsewhere.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var revoked = await _platform.Admin.DeleteAsync($"/api/v1/keys/{id}", Cancellation);
        var shown = await revoked.Content.ReadFromJsonAsync<ApiKey>(ContractJson.Options, Cancellation);
        shown!.RevokedBy.ShouldBe("admin");
        shown.RevokedAt.ShouldNotBeNull();
        await (await here.GetAsync("/api/v1/board", Cancellation)).ShouldBeProblemAsync(401, "unauthenticated");
        await Eventually.TrueAsync(
            "the other gateway has noticed the revocation",
            async () => (await elsewhere.GetAsync("/api/v1/board", Cancellation)).StatusCode is HttpStatusCode.Unauthorized,
            TimeSpan.FromSeconds(5), Cancellation);

        // Again it changes nothing: who revoked it first did.
        using var again = await _platform.Admin.DeleteAsync($"/api/v1/keys/{shown.Name}", Cancellation);
        (await again.Content.ReadFromJsonAsync<ApiKey>(ContractJson.Options, Cancellation))!.RevokedAt.ShouldBe(shown.RevokedAt);
    }

    [Fact]
    public async Task an_expired_key_opens_nothing()
    {
        var expires = DateTimeOffset.UtcNow.AddSeconds(2);
        using var response = await _platform.Admin.PostAsJsonAsync(
            "/api/v1/keys", new { name = "short", roles = new[] { "viewer" }, expiresAt = expires }, Cancellation);
        using var client = _platform.Client((await response.Content.ReadFromJsonAsync<MadeKey>(ContractJson.Options, Cancellation))!.Key);
        (await client.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Eventually.TrueAsync(
            "the key has expired", async () => (await client.GetAsync("/api/v1/board", Cancellation)).StatusCode is HttpStatusCode.Unauthorized,
            TimeSpan.FromSeconds(10), Cancellation);
        DateTimeOffset.UtcNow.ShouldBeGreaterThanOrEqualTo(expires);
    }

    [Theory]
    [InlineData("Bearer ktm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer ktm_short")]
    [InlineData("Bearer ' or 1=1 --")]
    [InlineData("Bearer ")]
    [InlineData("Bearer")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    public async Task what_is_no_key_opens_nothing(string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/board");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await _platform.Stranger.SendAsync(request, Cancellation);
        await response.ShouldBeProblemAsync(401, "unauthenticated");
        response.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer realm=\"ketman\"");
    }

    [Fact]
    public async Task the_inside_token_is_no_key_of_the_outside()
    {
        using var reader = _platform.Client((await _platform.MakeKeyAsync("lead")).Key);
        var echo = await (await reader.GetAsync("/api/v1/board", Cancellation)).EchoAsync();
        using var replay = new HttpRequestMessage(HttpMethod.Get, "/api/v1/board");
        replay.Headers.TryAddWithoutValidation("Authorization", echo.Headers["Authorization"]);
        (await _platform.Stranger.SendAsync(replay, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task the_last_use_is_noted_a_little_later()
    {
        var (key, id) = await _platform.MakeKeyAsync("viewer");
        var before = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        await _platform.Client(key).GetAsync("/api/v1/board", Cancellation);
        var used = await Eventually.SomeAsync(
            "the use is noted",
            async () => (await _platform.Admin.GetFromJsonAsync<KeyPage>("/api/v1/keys", ContractJson.Options, Cancellation))!.Items
                .SingleOrDefault(one => one.Id == id && one.LastUsedAt is not null),
            cancellation: Cancellation);
        used.LastUsedAt!.Value.ShouldBeInRange(before, DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("""{"roles":["viewer"]}""", "name")]
    [InlineData("""{"name":"x y","roles":["viewer"]}""", "name")]
    [InlineData("""{"name":"Maria","roles":["viewer"]}""", "name")]
    [InlineData("""{"name":"maria\n","roles":["viewer"]}""", "name")]
    [InlineData("""{"name":"maria","roles":[]}""", "roles")]
    [InlineData("""{"name":"maria","roles":["root"]}""", "roles")]
    [InlineData("""{"name":"maria","roles":["viewer"],"expiresAt":"2020-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name":"maria","roles":["viewer"],"expiresAt":"tomorrow"}""", "expiresAt")]
    [InlineData("""{"name":"maria","roles":["viewer"],"scope":["read:everything"]}""", "scope")]
    [InlineData("""{"name":"maria","roles":["viewer"],"hash":"x"}""", "hash")]
    [InlineData("""{"name":"maria","roles":["viewer"],"clearance":"red"}""", "clearance")]
    [InlineData("""{"name":"maria","roles":["admin"],"clearance":"green"}""", "clearance")]
    [InlineData("""{"name":"maria","roles":["viewer"],"clearance":"purple"}""", "clearance")]
    [InlineData("""{"name":"maria","name":"eve","roles":["viewer"]}""", "name")]
    [InlineData("""{"name":"maria","roles":["viewer"]""", null)]
    [InlineData("""[]""", null)]
    public async Task a_bad_wish_for_a_key_names_the_member_and_makes_none(string body, string? field)
    {
        var before = (await _platform.Admin.GetFromJsonAsync<KeyPage>("/api/v1/keys", ContractJson.Options, Cancellation))!.Items.Count;
        using var response = await _platform.Admin.PostAsync(
            "/api/v1/keys", new StringContent(body, new MediaTypeHeaderValue("application/json")), Cancellation);
        var problem = await response.ShouldBeProblemAsync(400, "invalid-request");
        if (field is not null)
        {
            problem.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe(field);
        }

        (await _platform.Admin.GetFromJsonAsync<KeyPage>("/api/v1/keys", ContractJson.Options, Cancellation))!.Items.Count.ShouldBe(before);
    }

    [Fact]
    public async Task a_name_is_given_once_even_after_revocation()
    {
        var wish = new { name = "given-once", roles = new[] { "viewer" } };
        (await _platform.Admin.PostAsJsonAsync("/api/v1/keys", wish, Cancellation)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await _platform.Admin.DeleteAsync("/api/v1/keys/given-once", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var again = await _platform.Admin.PostAsJsonAsync("/api/v1/keys", wish, Cancellation);
        await again.ShouldBeProblemAsync(409, "key-name-taken");
    }

    [Fact]
    public async Task an_unknown_key_cannot_be_revoked() =>
        await (await _platform.Admin.DeleteAsync("/api/v1/keys/nobody", Cancellation)).ShouldBeProblemAsync(404, "key-not-found");

    [Fact]
    public async Task keys_are_listed_in_pages_newest_first()
    {
        foreach (var name in new[] { "key-1", "key-2", "key-3" })
        {
            await _platform.Admin.PostAsJsonAsync("/api/v1/keys", new { name, roles = new[] { "viewer" } }, Cancellation);
        }

        var pages = new List<KeyPage>();
        do
        {
            var after = pages.Count == 0 ? "" : $"&after={pages[^1].Next}";
            pages.Add((await _platform.Admin.GetFromJsonAsync<KeyPage>($"/api/v1/keys?limit=2{after}", ContractJson.Options, Cancellation))!);
        }
        while (pages[^1].Next is not null);

        var names = pages.SelectMany(page => page.Items).Select(key => key.Name).ToList();
        names.Take(3).ShouldBe(["key-3", "key-2", "key-1"]);
        names[^1].ShouldBe("admin");
        names.ShouldBeUnique();
        pages.SkipLast(1).ShouldAllBe(page => page.Items.Count == 2);
        await (await _platform.Admin.GetAsync("/api/v1/keys?limit=0", Cancellation)).ShouldBeProblemAsync(400, "invalid-request");
        await (await _platform.Admin.GetAsync("/api/v1/keys?limit=many", Cancellation)).ShouldBeProblemAsync(400, "bad-request");
    }

    [Theory]
    [InlineData("read", "GET", "/api/v1/disclosures", null)]
    [InlineData("read", "POST", "/api/v1/disclosures", "write:disclosures")]
    [InlineData("write:disclosures", "POST", "/api/v1/disclosures", null)]
    [InlineData("write:disclosures", "GET", "/api/v1/disclosures", "read:disclosures")]
    [InlineData("write:disclosures", "POST", "/api/v1/companies", "write:intake")]
    [InlineData("read:metrics", "GET", "/api/v1/board", null)]
    [InlineData("read:metrics", "GET", "/api/v1/disclosures/x/timeline", null)]
    [InlineData("read:metrics", "GET", "/api/v1/disclosures/x", "read:disclosures")]
    [InlineData("read:metrics", "GET", "/api/v1/health", "read:gateway")]
    [InlineData("read:metrics", "GET", "/api/v1/whoami", null)]
    public async Task a_key_with_the_wrong_scope_is_refused_and_told_what_it_needs(string scope, string method, string path, string? needed)
    {
        using var client = _platform.Client(await MakeScopedKeyAsync("lead", scope));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = method == "POST" ? JsonContent.Create(new { }) : null;
        using var response = await client.SendAsync(request, Cancellation);
        if (needed is null)
        {
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        else
        {
            var problem = await response.ShouldBeProblemAsync(403, "scope-too-narrow");
            problem.GetProperty("detail").GetString().ShouldBe($"It needs {needed} in its scope; an admin can make such a key.");
        }
    }

    [Fact]
    public async Task a_key_for_little_comes_by_no_key_for_all()
    {
        using var client = _platform.Client(await MakeScopedKeyAsync("admin", "write:gateway"));
        using var all = await client.PostAsJsonAsync("/api/v1/keys", new { name = "for-all", roles = new[] { "admin" } }, Cancellation);
        await all.ShouldBeProblemAsync(403, "scope-too-narrow");
        using var rotated = await client.PostAsJsonAsync("/api/v1/keys/admin/rotation", new { }, Cancellation);
        await rotated.ShouldBeProblemAsync(403, "scope-too-narrow");
        using var same = await client.PostAsJsonAsync(
            "/api/v1/keys", new { name = "for-the-same", roles = new[] { "admin" }, scope = new[] { "write:gateway" } }, Cancellation);
        same.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task a_key_of_a_viewer_that_asks_for_what_admins_do_is_refused_and_nothing_happens()
    {
        var (key, id) = await _platform.MakeKeyAsync("viewer");
        using var client = _platform.Client(key);
        (string Method, string Path, object? Body)[] wishes =
        [
            ("POST", "/api/v1/keys", new { name = "risen", roles = new[] { "admin" } }),
            ("POST", $"/api/v1/keys/{id}/rotation", new { roles = new[] { "admin" } }),
            ("DELETE", "/api/v1/keys/admin", null),
            ("POST", "/api/v1/invitations", new { name = "risen", roles = new[] { "admin" } }),
            ("GET", "/api/v1/users", null),
            ("GET", "/api/v1/audit", null),
        ];
        foreach (var (method, path, body) in wishes)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : JsonContent.Create(body) };
            await (await client.SendAsync(request, Cancellation)).ShouldBeProblemAsync(403, "forbidden");
        }

        (await client.GetFromJsonAsync<WhoAmI>("/api/v1/whoami", ContractJson.Options, Cancellation))!.Roles.ShouldBe(["viewer"]);
        (await _platform.Admin.GetAsync("/api/v1/users/risen", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _platform.Admin.GetStringAsync("/api/v1/keys?limit=500", Cancellation)).ShouldNotContain("risen");
    }

    [Theory]
    [InlineData("roles", "[\"admin\"]")]
    [InlineData("scope", "[]")]
    [InlineData("clearance", "\"red\"")]
    [InlineData("expiresAt", "null")]
    public async Task a_rotation_changes_the_secret_and_nothing_else(string member, string value)
    {
        var (key, id) = await _platform.MakeKeyAsync("viewer");
        using var content = new StringContent($"{{\"{member}\":{value}}}", new MediaTypeHeaderValue("application/json"));
        var problem = await (await _platform.Admin.PostAsync($"/api/v1/keys/{id}/rotation", content, Cancellation)).ShouldBeProblemAsync(400, "invalid-request");
        problem.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe(member);
        using var client = _platform.Client(key);
        (await client.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_clearance_lowers_what_a_key_reads_and_is_told_inside()
    {
        using var made = await _platform.Admin.PostAsJsonAsync("/api/v1/keys", new { name = "board-screen", roles = new[] { "lead" }, clearance = "green" }, Cancellation);
        var key = (await made.Content.ReadFromJsonAsync<MadeKey>(ContractJson.Options, Cancellation))!;
        key.Clearance.ShouldBe(Tlp.Green);
        using var client = _platform.Client(key.Key);
        (await (await client.GetAsync("/api/v1/board", Cancellation)).EchoAsync()).Clearance.ShouldBe("green");
        (await client.GetFromJsonAsync<WhoAmI>("/api/v1/whoami", ContractJson.Options, Cancellation))!.Clearance.ShouldBe(Tlp.Green);
        using var plain = _platform.Client((await _platform.MakeKeyAsync("lead")).Key);
        (await (await plain.GetAsync("/api/v1/board", Cancellation)).EchoAsync()).Clearance.ShouldBe("red");
    }

    [Fact]
    public async Task a_rotated_key_has_a_new_secret_and_the_old_one_ends_with_the_overlap()
    {
        var (old, id) = await _platform.MakeKeyAsync("viewer");
        using var before = _platform.Client(old);
        (await before.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var second = await RotateAsync(id, 60);
        second.ShouldNotBe(old);
        using var after = _platform.Client(second);
        (await after.GetFromJsonAsync<WhoAmI>("/api/v1/whoami", ContractJson.Options, Cancellation))!.Id.ShouldBe(id);
        (await before.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var third = _platform.Client(await RotateAsync(id, 0));
        await (await before.GetAsync("/api/v1/board", Cancellation)).ShouldBeProblemAsync(401, "unauthenticated");
        await (await after.GetAsync("/api/v1/board", Cancellation)).ShouldBeProblemAsync(401, "unauthenticated");
        (await third.GetAsync("/api/v1/board", Cancellation)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await _platform.Admin.DeleteAsync($"/api/v1/keys/{id}", Cancellation);
        using var risen = await _platform.Admin.PostAsJsonAsync($"/api/v1/keys/{id}/rotation", new { }, Cancellation);
        await risen.ShouldBeProblemAsync(404, "key-not-found");
    }

    private async Task<string> RotateAsync(Guid id, int overlap)
    {
        using var response = await _platform.Admin.PostAsJsonAsync($"/api/v1/keys/{id}/rotation", new { overlapSeconds = overlap }, Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await response.Content.ReadFromJsonAsync<MadeKey>(ContractJson.Options, Cancellation))!.Key;
    }

    private async Task<string> MakeScopedKeyAsync(string role, string scope)
    {
        using var made = await _platform.Admin.PostAsJsonAsync(
            "/api/v1/keys", new { name = $"scoped-{Guid.NewGuid().ToString("N")[..8]}", roles = new[] { role }, scope = new[] { scope } }, Cancellation);
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (await made.Content.ReadFromJsonAsync<MadeKey>(ContractJson.Options, Cancellation))!.Key;
    }

    private async Task<string> DumpAsync()
    {
        await using var command = _platform.Database.Source.CreateCommand("select json_agg(k)::text from api_keys k");
        return JsonDocument.Parse((string)(await command.ExecuteScalarAsync(Cancellation))!).RootElement.GetRawText();
    }
}

using System.Net;
using System.Text;

namespace Ketman.Disclosures.Tests.Http;

/// <summary>What is wrong is refused at the door by a problem that names the member, and nothing of it is stored.</summary>
public sealed class BadInputTests(RunningDisclosures service) : IClassFixture<RunningDisclosures>
{
    private const string Payment = """ "account":"github:fox","asset":"USDC","amount":"5","at":"2025-01-31" """;

    [Theory]
    [InlineData("outreach", """{"channel":"email","subject":"hello"}""", "subject")]
    [InlineData("outreach", """{"channel":"email","channel":"email"}""", "channel")]
    [InlineData("outreach", """{"Channel":"email"}""", "Channel")]
    [InlineData("outreach", """{}""", "channel")]
    [InlineData("outreach", """{"channel":null}""", "channel")]
    [InlineData("outreach", """{"channel":"carrier-pigeon"}""", "channel")]
    [InlineData("outreach", """{"channel":1}""", "channel")]
    [InlineData("outreach", """{"channel":"email","recipient":5}""", "recipient")]
    [InlineData("outreach", """{"channel":"email","recipient":""}""", "recipient")]
    [InlineData("outreach", """{"channel":"email","recipient":"a\u0000b"}""", "recipient")]
    [InlineData("outreach", """{"channel":"email","recipient":"line\nbreak"}""", "recipient")]
    [InlineData("outreach", """{"channel":"email","at":"2025-02-30"}""", "at")]
    [InlineData("outreach", """{"channel":"email","at":"2025-02-03T10:00:00"}""", "at")]
    [InlineData("outreach", """{"channel":"email","at":"2025-13"}""", "at")]
    [InlineData("outreach", """{"channel":"email","at":5}""", "at")]
    [InlineData("outreach", """{"channel":"email","at":"2999-01-01"}""", "at")]
    [InlineData("outreach", """{"channel":"email","at":"1999-12-31"}""", "at")]
    [InlineData("outreach", """{"channel":"email",""", "")]
    [InlineData("outreach", """[]""", "")]
    [InlineData("outreach", """null""", "")]
    [InlineData("answers", """{"outreach":"x","automatic":"yes"}""", "automatic")]
    [InlineData("answers", """{"automatic":true}""", "outreach")]
    [InlineData("commitments", """{"what":"revoke","due":"soon"}""", "due")]
    [InlineData("commitments", """{"what":"revoke","due":"3025-01-01"}""", "due")]
    [InlineData("merges", """{"account":"github:fox","repository":"halcyon/core"}""", "at")]
    [InlineData("merges", """{"account":"github:fox","repository":"halcyon/core","url":"javascript:alert(1)","at":"2025-01-01"}""", "url")]
    [InlineData("findings", """{"summary":"keys","sha256":"abc"}""", "sha256")]
    [InlineData("assignee", """{}""", "to")]
    [InlineData("assignee", """{"to":""}""", "to")]
    [InlineData("assignee", """{"to":null}""", "to")]
    [InlineData("assignee/cleared", """{"to":"mira"}""", "to")]
    [InlineData("tags", """{}""", "tag")]
    [InlineData("tags", """{"tag":"Two Words"}""", "tag")]
    [InlineData("tags", """{"tag":["a"]}""", "tag")]
    [InlineData("tags/removed", """{"tag":"a\u0000b"}""", "tag")]
    [InlineData("workers", """{"account":"github:fox"}""", "basis")]
    [InlineData("payments", """{"account":"github:fox","asset":"USDC","amount":"5"}""", "at")]
    [InlineData("payments", """{"account":"github:fox","asset":"USDC","at":"2025-01-31"}""", "amount")]
    public async Task a_body_that_cannot_be_understood_is_refused(string route, string body, string field)
    {
        var handle = await service.OpenAsync();
        await RefusedAsync($"disclosures/{handle}/{route}", body, field);
    }

    [Theory]
    [InlineData("amount", "0", "amount")]
    [InlineData("amount", "-5", "amount")]
    [InlineData("amount", "1000000000001", "amount")]
    [InlineData("amount", "0.1234567", "amount")]
    [InlineData("amount", "1e3", "amount")]
    [InlineData("amount", "five", "amount")]
    [InlineData("amount", "12345678901234567890123456789", "amount")]
    [InlineData("asset", "DOGWIFHAT", "asset")]
    [InlineData("asset", "", "asset")]
    [InlineData("asset", "EUR", "usd")]
    [InlineData("usd", "-1", "usd")]
    [InlineData("usd", "0", "usd")]
    [InlineData("usd", "1000000000001", "usd")]
    [InlineData("usd", "5", "priceSource")]
    [InlineData("usdLow", "5", "usdHigh")]
    [InlineData("usdHigh", "5", "usdLow")]
    [InlineData("priceSource", "somewhere", "priceSource")]
    public async Task a_payment_that_cannot_be_is_refused(string member, string value, string field)
    {
        var handle = await service.OpenAsync();
        var body = member is "amount" or "asset"
            ? "{" + Payment.Replace(member is "amount" ? "\"5\"" : "\"USDC\"", $"\"{value}\"", StringComparison.Ordinal) + "}"
            : "{" + Payment + $",\"{member}\":\"{value}\"" + "}";

        await RefusedAsync($"disclosures/{handle}/payments", body, field);
        await RefusedAsync($"disclosures/{handle}/payments/november/correct", body[..^1] + ",\"reason\":\"a slip\"}", field);
    }

    [Theory]
    [InlineData(""" "usd":"5","usdLow":"4","usdHigh":"6","priceSource":"x" """, "usd")]
    [InlineData(""" "usdLow":"6","usdHigh":"4","priceSource":"x" """, "usdLow")]
    public async Task a_value_is_one_price_or_a_range(string value, string field)
    {
        var handle = await service.OpenAsync();
        await RefusedAsync($"disclosures/{handle}/payments", $"{{{Payment},{value}}}", field);
    }

    [Theory]
    [InlineData(""" "usd":"6" """, "usd")]
    [InlineData(""" "usdLow":"4","usdHigh":"6" """, "usdLow")]
    public async Task a_dollar_is_worth_a_dollar(string value, string field)
    {
        var handle = await service.OpenAsync();
        await RefusedAsync($"disclosures/{handle}/payments", $"{{{Payment.Replace("USDC", "USD", StringComparison.Ordinal)},{value}}}", field);
    }

    [Fact]
    public async Task every_wrong_member_is_named_at_once()
    {
        var handle = await service.OpenAsync();

        var reply = await service.PostAsync(
            $"disclosures/{handle}/payments", """{"account":"github:fox","asset":"XYZ","amount":"-1","usd":"5","at":"2999-01-01"}""");

        reply.Fields.ShouldBe(["asset", "amount", "priceSource", "at"], ignoreOrder: true);
    }

    [Fact]
    public async Task an_unknown_asset_is_told_which_are_known_and_how_one_is_added()
    {
        var handle = await service.OpenAsync();

        var reply = await service.PostAsync($"disclosures/{handle}/payments", "{" + Payment.Replace("USDC", "XYZ", StringComparison.Ordinal) + "}");

        reply.Body.ShouldContain("USDT");
        reply.Body.ShouldContain("Assets.cs");
        reply.Body.ShouldNotContain("XYZ", customMessage: "a problem never repeats a value");
    }

    [Fact]
    public async Task a_text_that_is_too_long_is_refused()
    {
        var handle = await service.OpenAsync();
        await RefusedAsync($"disclosures/{handle}/notes", $$"""{"text":"{{new string('a', 10_001)}}"}""", "text");
        await RefusedAsync($"disclosures/{handle}/outreach", $$"""{"channel":"email","recipient":"{{new string('a', 201)}}"}""", "recipient");
    }

    [Theory]
    [InlineData("""{"company":"halcyon","handle":"Halcyon!"}""", "handle")]
    [InlineData("""{"company":"halcyon","handle":"h"}""", "handle")]
    [InlineData("""{"handle":"halcyon-2025-02"}""", "company")]
    [InlineData("""{"company":"halcyon","accounts":[null]}""", "accounts[0]")]
    [InlineData("""{"company":"halcyon","accounts":"github:fox"}""", "accounts")]
    [InlineData("""{"company":"halcyon","accounts":[5]}""", "accounts[0]")]
    public Task a_case_that_cannot_be_opened_is_refused(string body, string field) => RefusedAsync("disclosures", body, field);

    [Theory]
    [InlineData("""{"company":"nobody","handle":"nobody-1"}""", "company")]
    [InlineData("""{"company":"nobody"}""", "company")]
    [InlineData("""{"company":"halcyon","handle":"halcyon-x","accounts":["github:nobody"]}""", "account")]
    [InlineData("""{"company":"halcyon","handle":"halcyon-x","lead":"lead-nobody"}""", "lead")]
    public async Task what_a_case_refers_to_must_exist(string body, string kind)
    {
        var before = await service.CountEventsAsync();

        var reply = await service.PostAsync("disclosures", body);

        reply.Status.ShouldBe(HttpStatusCode.NotFound, reply.Body);
        reply.Type.ShouldBe($"urn:ketman:problem:{kind}-not-found");
        (await service.CountEventsAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("01950000-0000-7000-8000-000000000001")]
    [InlineData("a%20b")]
    public async Task there_is_nothing_to_say_of_an_unknown_case(string reference)
    {
        var said = await service.PostAsync($"disclosures/{reference}/notes", """{"text":"hello"}""");
        var read = await service.GetAsync($"disclosures/{reference}");

        said.Status.ShouldBe(HttpStatusCode.NotFound, said.Body);
        said.Type.ShouldBe("urn:ketman:problem:disclosure-not-found");
        read.Type.ShouldBe("urn:ketman:problem:disclosure-not-found");
    }

    [Fact]
    public async Task a_fact_about_an_unknown_account_is_refused()
    {
        var handle = await service.OpenAsync();

        var reply = await service.PostAsync($"disclosures/{handle}/merges", """{"account":"github:nobody","repository":"halcyon/core","at":"2025-01-01"}""");

        reply.Status.ShouldBe(HttpStatusCode.NotFound);
        reply.Type.ShouldBe("urn:ketman:problem:account-not-found");
    }

    [Fact]
    public async Task a_body_that_is_not_json_is_refused()
    {
        var handle = await service.OpenAsync();

        var reply = await service.SendAsync(HttpMethod.Post, $"disclosures/{handle}/notes", new StringContent("text=hello", Encoding.UTF8, "text/plain"));

        reply.Status.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=all", "limit")]
    [InlineData("after=nonsense", "after")]
    [InlineData("after=%C3%A9", "after")]
    [InlineData("status=lost", "status")]
    public async Task a_list_is_asked_for_rightly(string query, string field)
    {
        var reply = await service.GetAsync($"disclosures?{query}");

        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Body);
        reply.Fields.ShouldBe([field]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    public async Task a_key_is_visible_ascii(string key)
    {
        var handle = await service.OpenAsync();

        var reply = await service.SendAsync(
            HttpMethod.Post, $"disclosures/{handle}/notes", new StringContent("""{"text":"hello"}""", Encoding.UTF8, "application/json"),
            request => request.Headers.TryAddWithoutValidation("Idempotency-Key", key));

        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Body);
        reply.Fields.ShouldBe(["Idempotency-Key"]);
    }

    private async Task RefusedAsync(string path, string body, string field)
    {
        var before = await service.CountEventsAsync();

        var reply = await service.PostAsync(path, body);

        reply.Status.ShouldBe(HttpStatusCode.BadRequest, reply.Body);
        reply.Type.ShouldBe("urn:ketman:problem:invalid-request");
        reply.Fields.ShouldContain(field);
        (await service.CountEventsAsync()).ShouldBe(before, "nothing is stored");
    }
}

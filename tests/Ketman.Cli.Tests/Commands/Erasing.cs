namespace Ketman.Cli.Tests.Commands;

public sealed class Erasing : IAsyncLifetime
{
    private const string Event = "0198c5a1-7f5e-7c11-9a51-3c1f0c9b8a10";
    private const string Erased = $$"""{"id":"{{Event}}","stream":"account-1","ref":"github:quietfox","version":7,"changed":true,"events":[]}""";

    private Gateway _gateway = null!;
    private Researcher _researcher = null!;
    private int _asked;

    public async ValueTask InitializeAsync()
    {
        // Metrics needs a moment, as it does.
        _gateway = await Gateway.StartAsync((context, request) => request.Method == "POST" ? Gateway.JsonAsync(context, 200, Erased)
            : request.Path.Contains("metrics", StringComparison.Ordinal) && Interlocked.Increment(ref _asked) < 4 ? Gateway.JsonAsync(context, 200, "{}")
            : Gateway.JsonAsync(context, 200, """{"erasedAt":"2025-03-01T09:00:00Z"}"""));
        _researcher = new Researcher(_gateway.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _researcher.Dispose();
        await _gateway.DisposeAsync();
    }

    [Theory]
    [InlineData("account:github:quietfox", "/api/v1/accounts/github:quietfox/erase")]
    [InlineData("account:domain:fox.example/cv", "/api/v1/accounts/domain:fox.example%2Fcv/erase")]
    [InlineData("contact:halcyon/security-desk", "/api/v1/companies/halcyon/contacts/security-desk/erase")]
    [InlineData("lead:lead-quietfox", "/api/v1/leads/lead-quietfox/erase")]
    [InlineData("case:halcyon-2025-02", "/api/v1/disclosures/halcyon-2025-02/erase")]
    public async Task a_subject_is_erased_where_it_belongs(string subject, string path)
    {
        var run = await _researcher.TypesAsync("erase", subject, "--yes");

        run.Code.ShouldBe(ExitCode.Ok, run.Errors);
        var request = _gateway.Requests[0];
        (request.Method, request.Path, request.Body).ShouldBe(("POST", path, "{}"));
        run.Output.ShouldStartWith($"Erased {subject}: ");
    }

    [Fact]
    public async Task it_waits_until_every_service_has_erased()
    {
        var run = await _researcher.TypesAsync("erase", "account:github:quietfox", "--yes");

        run.Output.ShouldContain("Unreadable in intake, disclosures, metrics.");
        _gateway.Requests.Skip(1).Select(request => request.Path).ShouldBe(
        [
            $"/api/v1/erasures/intake/{Event}", $"/api/v1/erasures/disclosures/{Event}", $"/api/v1/erasures/metrics/{Event}",
            $"/api/v1/erasures/metrics/{Event}", $"/api/v1/erasures/metrics/{Event}", $"/api/v1/erasures/metrics/{Event}",
        ]);
    }

    [Fact]
    public async Task a_service_that_does_not_get_there_is_named()
    {
        _asked = int.MinValue;

        var run = await _researcher.TypesAsync("erase", "account:github:quietfox", "--yes", "--wait", "5");

        run.Code.ShouldBe(ExitCode.Unreachable);
        run.Errors.ShouldBe("ketman: metrics did not say so within 5 s; nothing is lost, see `ketman health`.\n");
    }

    [Fact]
    public async Task who_does_not_want_to_wait_does_not()
    {
        var run = await _researcher.TypesAsync("erase", "account:github:quietfox", "--yes", "--no-wait");

        run.Code.ShouldBe(ExitCode.Ok);
        _gateway.Requests.Count.ShouldBe(1);
        run.Output.ShouldContain("it was not waited for");
    }

    [Fact]
    public async Task where_nobody_can_be_asked_nothing_is_erased_without_yes()
    {
        var run = await _researcher.TypesAsync("erase", "account:github:quietfox");

        run.Code.ShouldBe(ExitCode.Usage);
        run.Errors.ShouldContain("--yes");
        _gateway.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("erase\n", ExitCode.Ok, 1)]
    [InlineData("y\n", ExitCode.Refused, 0)]
    [InlineData("", ExitCode.Refused, 0)]
    public async Task a_person_is_asked_and_has_to_say_the_word(string reply, object code, int posts)
    {
        using var person = new Researcher(_gateway.Url) { AtTerminal = true, Replies = reply };

        var run = await person.TypesAsync("erase", "account:github:quietfox", "--no-wait");

        run.Code.ShouldBe(code);
        run.Errors.ShouldContain("This cannot be undone.");
        _gateway.Requests.Count.ShouldBe(posts);
    }

    [Theory]
    [InlineData("quietfox")]
    [InlineData("account:")]
    [InlineData("company:halcyon")]
    [InlineData("contact:halcyon")]
    [InlineData("contact:halcyon/")]
    public async Task what_is_no_subject_is_explained(string subject)
    {
        var run = await _researcher.TypesAsync("erase", subject, "--yes");

        run.Code.ShouldBe(ExitCode.Usage);
        run.Errors.ShouldContain("account:PLATFORM:HANDLE");
        _gateway.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_rule_that_forbids_it_is_told_as_it_is()
    {
        _gateway.Answer = (context, _) => Gateway.ProblemAsync(
            context, 422, "rule:account-confirmed", "A rule forbids this.", "The account is confirmed; clear it first (clear-account), then erase it.");

        var run = await _researcher.TypesAsync("erase", "account:github:quietfox", "--yes");

        run.Code.ShouldBe(ExitCode.Refused);
        run.Errors.ShouldContain("clear it first");
    }

    [Fact]
    public async Task what_was_erased_before_is_said_so()
    {
        _gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, Erased.Replace("true", "false", StringComparison.Ordinal));

        var run = await _researcher.TypesAsync("erase", "account:0198c5a1-7f5e-7c11-9a51-3c1f0c9b8a11", "--yes");

        run.ShouldBe(new Run(ExitCode.Ok, "account:0198c5a1-7f5e-7c11-9a51-3c1f0c9b8a11 was erased before.\n", ""));
        _gateway.Requests.Count.ShouldBe(1);
    }
}

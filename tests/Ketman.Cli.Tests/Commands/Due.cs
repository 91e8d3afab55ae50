namespace Ketman.Cli.Tests.Commands;

public sealed class Due : IAsyncLifetime
{
    private const string Breach = """
        {"id":"0198b2c4-6a10-7d3e-9f00-2b1c5d7e8f90","kind":"breach","disclosure":"halcyon-2025-02","subject":"acknowledgement","dueAt":"2025-02-07T22:00:00Z",
         "noticedAt":"2025-02-07T22:00:00Z","deliverAt":"2025-02-10T08:00:00Z","text":"halcyon-2025-02: time ran out."}
        """;

    private string _status = """{"open":12,"due":0,"parked":0,"items":[]}""";
    private Gateway _gateway = null!;
    private Researcher _operator = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await Gateway.StartAsync((context, received) => Gateway.JsonAsync(
            context, 200,
            received.Path.StartsWith("/api/v1/notices", StringComparison.Ordinal) ? $$"""{"items":[{{Breach}}],"next":null}"""
            : received.Method == "POST" ? """{"cases":3}"""
            : _status));
        _operator = new Researcher(_gateway.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task a_notice_says_what_ran_out_and_when_to_tell_people() => (await _operator.TypesAsync("notices")).ShouldBe(new Run(ExitCode.Ok, """
        KIND    DUE                   TELL AT               TEXT
        breach  2025-02-07 22:00 UTC  2025-02-10 08:00 UTC  halcyon-2025-02: time ran out.

        """, ""));

    [Fact]
    public async Task a_clock_that_keeps_up_has_nothing_to_show_but_its_numbers() => (await _operator.TypesAsync("deadlines", "status")).ShouldBe(new Run(ExitCode.Ok, """
        cases with something coming  12
        due and not noticed yet      0
        standing still               0

        """, ""));

    [Fact]
    public async Task a_case_that_stands_still_is_named_with_its_error()
    {
        _status = """
            {"open":12,"due":1,"oldestDue":"2025-03-01T08:00:00Z","parked":1,
             "items":[{"disclosure":"halcyon-2025-02","since":"2025-03-01T09:00:00Z","tries":5,"errorType":"JsonException"}]}
            """;

        (await _operator.TypesAsync("deadlines", "status")).ShouldBe(new Run(ExitCode.Ok, """
            cases with something coming  12
            due and not noticed yet      1, the oldest since 2025-03-01 08:00 UTC
            standing still               1

            DISCLOSURE       SINCE                 TRIES  ERROR
            halcyon-2025-02  2025-03-01 09:00 UTC      5  JsonException

            """, ""));
    }

    [Theory]
    [InlineData("retry", null, "/api/v1/operations/disclosures/deadlines/retry", "3 cases are tried again.\n")]
    [InlineData("retry", "halcyon-2025-02", "/api/v1/operations/disclosures/deadlines/retry?disclosure=halcyon-2025-02", "3 cases are tried again.\n")]
    [InlineData("recompute", null, "/api/v1/operations/disclosures/deadlines/recompute", "3 cases are looked at anew.\n")]
    public async Task an_admin_sets_it_going_again(string verb, string? disclosure, string path, string said)
    {
        var run = await _operator.TypesAsync([.. new[] { "deadlines", verb, disclosure }.OfType<string>()]);

        run.ShouldBe(new Run(ExitCode.Ok, said, ""));
        var asked = _gateway.Requests.ShouldHaveSingleItem();
        $"{asked.Path}{asked.Query}".ShouldBe(path);
    }
}

namespace Ketman.Cli.Tests.Commands;

/// <summary>Figures by keyboard: what is asked of the platform, and how its answers read.</summary>
public sealed class Figuring : AtTheGateway
{
    private const string Times = """
        {"zone":"UTC","at":"2025-06-01T12:00:00Z","figure":{"times":[{"definition":{"name":"reaction-time","version":2},"variant":"strict","cases":100,"ended":17,"censored":83,"nothingDelivered":3,
        "elapsed":{"unit":"days","atLeast":365.25,"medianLow":98.4,"quantiles":[{"p":0.5,"atLeast":365.25},{"p":0.75,"atLeast":365.25},{"p":0.9,"atLeast":365.25},{"p":0.95,"atLeast":365.25}],
        "respondersOnly":{"misleading":true,"of":17,"median":6.75}}}]},"withheld":{"note":"Cases that are not for you may be left out."}}
        """;

    [Fact]
    public async Task a_median_that_is_not_reached_says_at_least_and_responders_alone_are_marked()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, Times);

        var run = await Researcher.TypesAsync("figures", "reaction-times", "--last", "P90D", "--by", "segment", "--as-of", "2025-06-01", "--as-of-by", "happened");

        run.Output.ShouldBe("""
            FIGURE         VARIANT  CASES  ENDED  WAITING  MEDIAN             95 % BAND       P75                P90                P95                RESPONDERS ONLY (MISLEADS)
            reaction-time  strict     100     17       83  at least 365.25 d  from 98.4 d on  at least 365.25 d  at least 365.25 d  at least 365.25 d  6.75 d

            """);
        run.Errors.ShouldContain("Definitions: reaction-time 2");
        run.Errors.ShouldContain("Counted apart: 3 cases in which nothing is known to have been delivered.");
        run.Errors.ShouldContain("Cases that are not for you may be left out.");
        var asked = Gateway.Requests.Single();
        asked.Path.ShouldEndWith("/figures/reaction-times");
        asked.Query.ShouldBe("?group=segment&last=P90D&asOf=2025-06-01&by=happened");
    }

    [Fact]
    public async Task what_moved_a_figure_is_shown_beside_it()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, """
            {"zone":"UTC","at":"2025-06-01T12:00:00Z","figure":{"definition":{"name":"money-paid","version":1},"payments":2,"usd":51250.5,"low":51200.5,"high":51300.5,"unpriced":1,
            "assets":[{"asset":"USDC","payments":2,"amount":51250.5,"usd":51250.5,"low":51200.5,"high":51300.5,"unpriced":1,"unpricedAmount":7}]},
            "against":{"at":"2025-04-10T00:00:00Z","differences":[{"number":"usd","then":50000,"now":51250.5,"difference":1250.5}],
            "moved":[{"disclosure":"halcyon-2025-02","id":"00000000-0000-0000-0000-000000000001","now":"1234.5 USDC paid 2025-02-20, 1250.5 USD"}],"movedInAll":1}}
            """);

        (await Researcher.TypesAsync("figures", "money", "--against", "2025-04-10")).Output.ShouldBe("""
            ASSET  PAYMENTS   AMOUNT      USD     FROM       TO  UNPRICED
            all           2        -  51250.5  51200.5  51300.5         1
            USDC          2  51250.5  51250.5  51200.5  51300.5     1 (7)

            Against what was known 2025-04-10 00:00 UTC
            NUMBER   THEN      NOW  DIFFERENCE
            usd     50000  51250.5      1250.5

            CASE             THEN           NOW
            halcyon-2025-02  did not count  1234.5 USDC paid 2025-02-20, 1250.5 USD

            """);
    }

    [Fact]
    public async Task a_definition_is_shown_with_its_words()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200,
            """{"name":"reaction-time","version":2,"title":"Reaction time","unit":"days","words":"From the first delivered outreach.","apart":"Who still waits.","estimator":"Kaplan-Meier estimate","shown":["figures/reaction-times"],"strict":{"words":"To the acknowledgement.","anchor":"first-delivered","stop":"acknowledged"}}""");

        var run = await Researcher.TypesAsync("metrics", "show", "reaction-time", "--version-number", "2");

        run.Output.ShouldStartWith("Reaction time (reaction-time, version 2)");
        run.Output.ShouldContain("From the first delivered outreach.");
        Gateway.Requests.Single().Query.ShouldBe("?version=2");
    }
}

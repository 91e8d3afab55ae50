namespace Ketman.Cli.Tests.Commands;

/// <summary>The board with its filters, counts, views and the watch list by keyboard.</summary>
public sealed class Boards : AtTheGateway
{
    [Theory]
    [InlineData("board --assignee me --tag wallet --tag nft --sort -opened", "?assignee=me&tag=wallet&tag=nft&sort=-opened&limit=100")]
    [InlineData("board --due-within P2D --tlp amber --severity high --policy zdi-120 --limit 5", "?dueWithin=P2D&tlp=amber&severity=high&policy=zdi-120&limit=5")]
    [InlineData("board --q keys --view mine --as-of 2025-02-10 --by happened", "?q=keys&view=mine&asOf=2025-02-10&by=happened&limit=100")]
    [InlineData("watch --due-within PT48H --owed-by us --assignee none --kind step", "?dueWithin=PT48H&owedBy=us&assignee=none&kind=step&limit=100")]
    public async Task what_is_typed_is_asked_for(string typed, string query)
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, """{"items":[],"next":null}""");

        (await Researcher.TypesAsync(typed.Split(' '))).Code.ShouldBe(ExitCode.Ok);

        Gateway.Requests.Single().Query.ShouldBe(query);
    }

    [Fact]
    public async Task what_an_answer_leaves_out_is_said_beside_it()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200,
            """{"items":[],"next":null,"similar":true,"unknown":["clocks","steps"]}""");

        (await Researcher.TypesAsync("board")).Errors.ShouldContain("Nothing has these words; these have names like them.\nNot known of the past, and so left out: clocks, steps.\n");
    }

    [Fact]
    public async Task counts_are_a_line_for_each_value_the_most_first()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200,
            """{"total":5,"status":{"open":5},"waitingOn":{"company":1,"us":4},"tag":{},"withheld":{"note":"x"}}""");

        var run = await Researcher.TypesAsync("board", "counts", "--waiting-on", "us");

        (Gateway.Requests.Single().Path, Gateway.Requests.Single().Query).ShouldBe(("/api/v1/board/counts", "?waitingOn=us"));
        run.Output.ShouldBe("""
            5 cases
            FILTER      VALUE    CASES
            Status      open         5
            Waiting on  us           4
            Waiting on  company      1

            """);
    }

    [Fact]
    public async Task the_watch_list_is_a_line_for_each_thing_that_is_due()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, """
            {"items":[{"dueAt":"2025-02-10T09:00:00Z","overdue":true,"kind":"clock","name":"acknowledgement","title":"The company answers","owedBy":"company","paused":false,
            "disclosure":"halcyon-2025-02","company":{"handle":"halcyon","name":"Halcyon"},"assignee":"mira"}],"next":null}
            """);

        (await Researcher.TypesAsync("watch")).Output.ShouldBe("""
            DUE                           TURN     WHAT                        DISCLOSURE       COMPANY  IN CHARGE
            OVERDUE 2025-02-10 09:00 UTC  company  clock: The company answers  halcyon-2025-02  Halcyon  mira

            """);
    }

    [Fact]
    public async Task a_view_is_saved_listed_and_removed()
    {
        Gateway.Answer = (context, _) => context.Request.Method switch
        {
            "PUT" => Gateway.JsonAsync(context, 201, """{"name":"we-owe"}"""),
            "DELETE" => Gateway.JsonAsync(context, 204, ""),
            _ => Gateway.JsonAsync(context, 200, """{"items":[{"name":"we-owe","title":"What we owe","query":"waitingOn=us&tag=a&tag=b","shared":true,"savedBy":"mira"}]}"""),
        };

        var saved = await Researcher.TypesAsync("views", "save", "we-owe", "--waiting-on", "us", "--tag", "a", "--tag", "b", "--title", "What we owe", "--shared", "--up-to", "green");
        var listed = await Researcher.TypesAsync("views", "list");
        var removed = await Researcher.TypesAsync("views", "remove", "we-owe");

        saved.ShouldBe(new Run(ExitCode.Ok, "we-owe is saved; see it with ketman board --view we-owe.\n", ""));
        Gateway.Requests[0].Body.ShouldBe("""{"query":"waitingOn=us\u0026tag=a\u0026tag=b","title":"What we owe","shared":true,"tlp":"green"}""");
        listed.Output.ShouldBe("""
            VIEW    TITLE        SHARED  ASKS FOR                  SAVED BY
            we-owe  What we owe  yes     waitingOn=us&tag=a&tag=b  mira

            """);
        removed.Output.ShouldBe("we-owe is removed.\n");
    }
}

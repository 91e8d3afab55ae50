namespace Ketman.Cli.Tests.Commands;

public sealed class Assessing : AtTheGateway
{
    [Fact]
    public async Task an_assessment_is_told_as_reasons_and_what_is_withheld_says_so()
    {
        Gateway.Answer = (context, _) => Gateway.JsonAsync(context, 200, """
            {
              "ref":"github:quietfox","status":"open","catalogue":1,"openedAt":"2025-01-22",
              "account":{"confidence":"cleared","cleared":{"reason":{"withheld":"amber-strict"},"at":"2025-02-10"}},
              "explanation":{
                "verdict":"not-enough-known","words":"Not enough is known.",
                "raises":[{"why":"“No” raises the suspicion (weight: low): Red flag. Answered by ada."}],"lowers":[],"neither":[],
                "differing":[{"question":"video-syncs","sides":[{"answer":"often-with-video","by":["mira"]},{"answer":"rarely-or-without-video","by":["ada","jon"]}]}],
                "open":[]
              },
              "questions":[{"question":"met-in-person","answers":[{"answer":"no","by":"ada","note":{"withheld":"amber-strict"},"at":"2025-01-23","standing":"holds"}]}],
              "protected":{"withheld":"red"}
            }
            """);

        var run = await Researcher.TypesAsync("assess", "show", "github:quietfox");

        run.Code.ShouldBe(ExitCode.Ok, run.Errors);
        run.Output.ShouldBe("""
            github:quietfox
            Confidence  cleared
            Cleared     2025-02-10: wrongly suspected: [withheld: TLP:AMBER+STRICT]
            Assessment  open, questions of version 1, opened 2025-01-22

            Not enough is known.

            Raises the suspicion
            - “No” raises the suspicion (weight: low): Red flag. Answered by ada.

            Answers differ on video-syncs: often-with-video (mira), rarely-or-without-video (ada, jon).

            Answers
            QUESTION       ANSWER  BY   ON WHOSE WORD  WHEN        STANDING  EVIDENCE  NOTE
            met-in-person  no      ada  -              2025-01-23  holds     -         [withheld: TLP:AMBER+STRICT]

            Protected questions: [withheld: TLP:RED]

            """);
    }

    [Fact]
    public async Task an_answer_is_sent_to_the_assessment_of_the_account()
    {
        var run = await Researcher.TypesAsync("assess", "answer", "github:quietfox", "met-in-person", "no", "--from", "engineering lead of halcyon");

        run.Code.ShouldBe(ExitCode.Ok, run.Errors);
        var sent = Gateway.Requests.Single();
        sent.Path.ShouldBe("/api/v1/assessments/github:quietfox/answers");
        sent.Body.ShouldBe("""{"question":"met-in-person","answer":"no","from":"engineering lead of halcyon"}""");
    }
}

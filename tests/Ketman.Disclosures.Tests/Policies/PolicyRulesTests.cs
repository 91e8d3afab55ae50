using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Tests.Policies;

/// <summary>Whoever writes a policy sees everything that is wrong with it, each with its place.</summary>
public sealed class PolicyRulesTests
{
    /// <summary>The base of every example: two clocks, two steps, publication.</summary>
    private const string Sound = """
        {"name":"sound","title":"A sound policy","calendar":{"zone":"Europe/Berlin","hours":{"mon":["09:00-17:00"]}},
         "clocks":[
           {"name":"acknowledgement","title":"An answer","owedBy":"company","due":{"after":"first-delivered","time":"PT40H","counted":"business"},"stoppedBy":["acknowledged"],"warnBefore":["P1D"],
            "variants":[{"severity":"active-harm","due":{"after":"first-delivered","time":"P1D"}}]},
           {"name":"promise","title":"A promise","owedBy":"company","per":"commitment","due":{"after":"commitment-due","time":"PT0S"},"stoppedBy":["commitment-kept"],"grace":{"time":"P2D"}}],
         "ladder":[
           {"step":"reminder","title":"Remind","kind":"reminder","due":{"after":"first-attempt","time":"P3D"},"cancelledBy":["company-word"],"template":"Dear {company}"},
           {"step":"notice","title":"Tell","kind":"final-notice","due":{"firstOf":[{"afterBreach":"promise","time":"P1D"},{"afterStep":"reminder","time":"P3D","if":{"clock":"acknowledgement","is":"breached"}}]},"cancelledBy":["company-word"],"template":"{clause} {publish-from}"}],
         "publication":{"noticePeriod":"P14D","attempts":3,"channels":2,"days":2,"approvals":1,"stoppedBy":["company-word"],"clause":"We will name you.",
           "accelerated":{"from":"active-harm","noticePeriod":"P3D","attempts":2,"channels":1,"days":1}}}
        """;

    [Fact]
    public void a_sound_document_has_no_problems() => Problems(JsonNode.Parse(Sound)!).ShouldBeEmpty();

    [Theory]
    [InlineData("name", "\"Sound\"", "name")]
    [InlineData("name", "\"s\"", "name")]
    [InlineData("name", "\"two--hyphens\"", "name")]
    [InlineData("name", "5", "name")]
    [InlineData("title", "\" \"", "title")]
    [InlineData("title", "\"a\\u0007bell\"", "title")]
    [InlineData("title", null, "title")]
    [InlineData("colour", "\"red\"", "colour")]
    [InlineData("calendar.zone", "\"Mars/Olympus\"", "calendar.zone")]
    [InlineData("calendar.hours.mon", "[\"9-5\"]", "calendar.hours.mon[0]")]
    [InlineData("calendar.colour", "1", "calendar.colour")]
    [InlineData("calendar", "\"always\"", "calendar")]
    [InlineData("companyCalendar", "\"yes\"", "companyCalendar")]
    [InlineData("clocks", "[]", "clocks ladder[1].due.firstOf[0].afterBreach ladder[1].due.firstOf[1].if.clock")]
    [InlineData("clocks", "{}", "clocks")]
    [InlineData("clocks[0].name", "\"promise\"", "clocks[1].name ladder[1].due.firstOf[1].if.clock")]
    [InlineData("clocks[0].owedBy", "\"nobody\"", "clocks[0].owedBy")]
    [InlineData("clocks[0].stoppedBy", "[]", "clocks[0].stoppedBy")]
    [InlineData("clocks[0].stoppedBy", "[\"acknowledged\",\"acknowledged\"]", "clocks[0].stoppedBy")]
    [InlineData("clocks[0].stoppedBy", "[\"lunch\"]", "clocks[0].stoppedBy[0]")]
    [InlineData("clocks[0].stoppedBy", "[\"commitment-kept\"]", "clocks[0].stoppedBy")]
    [InlineData("clocks[0].due", "{}", "clocks[0].due")]
    [InlineData("clocks[0].due.time", null, "clocks[0].due.time")]
    [InlineData("clocks[0].due.time", "\"40 hours\"", "clocks[0].due.time")]
    [InlineData("clocks[0].due.time", "\"P5D\"", "clocks[0].due.time")]
    [InlineData("clocks[0].due.time", "\"P1W\"", "clocks[0].due.time")]
    [InlineData("clocks[0].due.time", "\"P1M\"", "clocks[0].due.time")]
    [InlineData("clocks[0].due.time", "\"PT-1H\"", "clocks[0].due.time")]
    [InlineData("clocks[0].due.time", "\"PT90000H\"", "clocks[0].due.time")]
    [InlineData("clocks[0].due.afterStep", "\"reminder\"", "clocks[0].due clocks[0].due.afterStep")]
    [InlineData("clocks[0].due", "{\"afterStep\":\"reminder\",\"time\":\"P1D\"}", "clocks[0].due.afterStep")]
    [InlineData("clocks[0].due", "{\"afterBreach\":\"promise\",\"time\":\"P1D\"}", "clocks[0].due.afterBreach")]
    [InlineData("clocks[0].due", "{\"afterDue\":\"promise\",\"time\":\"P1D\"}", "clocks[0].due.afterDue")]
    [InlineData("clocks[0].due.if", "{\"clock\":\"promise\",\"is\":\"met\"}", "clocks[0].due.if")]
    [InlineData("clocks[0].due", "{\"after\":\"commitment-due\",\"time\":\"P1D\"}", "clocks[0].due")]
    [InlineData("clocks[0].due", "{\"latestOf\":[]}", "clocks[0].due.latestOf")]
    [InlineData("clocks[0].due", "{\"latestOf\":[{\"after\":\"opened\",\"time\":\"P1D\"}],\"time\":\"P1D\"}", "clocks[0].due.time")]
    [InlineData("clocks[0].due", "{\"latestOf\":[{\"after\":\"opened\",\"time\":\"P1D\"}],\"counted\":\"business\"}", "clocks[0].due.counted")]
    [InlineData("clocks[0].due", "{\"latestOf\":[{\"after\":\"opened\",\"time\":\"P1D\"},{\"after\":\"opened\"}]}", "clocks[0].due.latestOf[1].time")]
    [InlineData("clocks[0].due", "{\"firstOf\":[{\"firstOf\":[{\"firstOf\":[{\"firstOf\":[{\"after\":\"opened\",\"time\":\"P1D\"}]}]}]}]}", "clocks[0].due.firstOf[0].firstOf[0].firstOf[0].firstOf")]
    [InlineData("clocks[0].pausedBy", "[\"lunch\"]", "clocks[0].pausedBy[0]")]
    [InlineData("clocks[0].warnBefore", "[\"soon\"]", "clocks[0].warnBefore[0]")]
    [InlineData("clocks[0].warnBefore", "[\"PT0S\"]", "clocks[0].warnBefore[0]")]
    [InlineData("clocks[0].warnBefore", "[\"P1D\",\"P1D\"]", "clocks[0].warnBefore")]
    [InlineData("clocks[0].variants[0].due.time", "\"tomorrow\"", "clocks[0].variants[0].due.time")]
    [InlineData("clocks[0].variants[1]", "{\"severity\":\"active-harm\",\"due\":{\"after\":\"first-delivered\",\"time\":\"P2D\"}}", "clocks[0].variants[1].severity")]
    [InlineData("clocks[1].due.after", "\"opened\"", "clocks[1].due")]
    [InlineData("clocks[1].per", "\"update-request\"", "clocks[1].due clocks[1].stoppedBy")]
    [InlineData("clocks[1].grace.time", "\"P0D\"", "clocks[1].grace.time")]
    [InlineData("ladder[0].step", "\"notice\"", "ladder[1].due.firstOf[1].afterStep ladder[1].step")]
    [InlineData("ladder[0].cancelledBy", "[]", "ladder[0].cancelledBy")]
    [InlineData("ladder[0].takenBy", "\"platform\"", "ladder[0].takenBy")]
    [InlineData("ladder[0].template", "\"Dear {boss}\"", "ladder[0].template")]
    [InlineData("ladder[0].template", "\"Dear {company\"", "ladder[0].template")]
    [InlineData("ladder[0].due", "{\"afterStep\":\"nowhere\",\"time\":\"P1D\"}", "ladder[0].due.afterStep")]
    [InlineData("ladder[0].due", "{\"afterBreach\":\"nowhere\",\"time\":\"P1D\"}", "ladder[0].due.afterBreach")]
    [InlineData("ladder[0].due.if", "{\"clock\":\"nowhere\",\"is\":\"met\"}", "ladder[0].due.if.clock")]
    [InlineData("ladder[1].template", "\"We will name you on {publish-from}\"", "ladder[1].template")]
    [InlineData("publication.noticePeriod", "\"P0D\"", "publication.noticePeriod publication.accelerated.noticePeriod")]
    [InlineData("publication.approvals", "0", "publication.approvals")]
    [InlineData("publication.attempts", "0", "publication.attempts publication.accelerated.attempts")]
    [InlineData("publication.channels", "99", "publication.channels")]
    [InlineData("publication.days", "1.5", "publication.days")]
    [InlineData("publication.stoppedBy", "[]", "publication.stoppedBy")]
    [InlineData("publication.clause", "\"\"", "publication.clause")]
    [InlineData("publication.accelerated.from", "\"standard\"", "publication.accelerated.from")]
    [InlineData("publication.accelerated.noticePeriod", "\"P15D\"", "publication.accelerated.noticePeriod")]
    [InlineData("publication.accelerated.attempts", "4", "publication.accelerated.attempts")]
    public void what_is_wrong_is_named_where_it_stands(string path, string? json, string problems) =>
        string.Join(' ', Problems(With(path, json))).ShouldBe(problems);

    [Fact]
    public void steps_that_wait_for_one_another_are_each_named()
    {
        var document = With("ladder[0].due", """{"latestOf":[{"after":"opened","time":"P1D"},{"afterStep":"notice","time":"P1D"}]}""");

        Problems(document).ShouldBe(["ladder[0].due", "ladder[1].due"]);
    }

    [Fact]
    public void a_member_that_comes_twice_is_named() =>
        Read(Sound.Replace("\"title\":\"An answer\"", "\"title\":\"An answer\",\"title\":\"Another\"", StringComparison.Ordinal)).ShouldBe(["clocks[0].title"]);

    [Theory]
    [InlineData("\"title\":\"An answer\"", "\"title\":\"half \\ud800\"")]
    [InlineData("\"title\":\"An answer\"", "\"ti\\ud800tle\":\"An answer\"")]
    [InlineData("\"zone\":\"Europe/Berlin\"", "\"zone\":\"\\ud800\"")]
    [InlineData("\"owedBy\":\"company\"", "\"owedBy\":\"\\udc00\"")]
    public void text_that_is_none_is_refused(string sound, string broken) => Read(Sound.Replace(sound, broken, StringComparison.Ordinal)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"ketman-standard\"")]
    public void what_is_no_object_is_no_policy(string json) => Read(json).ShouldBe([""]);

    [Fact]
    public void everything_that_is_wrong_is_said_at_once()
    {
        var document = With("publication.approvals", "0");
        document["name"] = "Not A Name";
        document["clocks"]![0]!["due"]!["time"] = "P5D";

        Problems(document).ShouldBe(["name", "clocks[0].due.time", "publication.approvals"]);
    }

    [Fact]
    public void a_problem_says_what_would_be_right()
    {
        PolicyText.Read(JsonSerializer.SerializeToElement(With("clocks[0].due.time", "\"P5D\"")), out _).Single().Message.ShouldContain("PT40H");
        PolicyText.Read(JsonSerializer.SerializeToElement(With("clocks[0].owedBy", "\"us\"")), out _).Single().Message.ShouldBe("expected one of company, team");
        PolicyText.Read(JsonSerializer.SerializeToElement(With("ladder[0].template", "\"{boss}\"")), out _).Single().Message.ShouldContain("{first-outreach}");
    }

    [Fact]
    public void the_same_document_is_the_same_however_it_is_written()
    {
        var document = (JsonObject)JsonNode.Parse(Sound)!;
        var members = document.ToList();
        document.Clear();
        foreach (var (name, value) in Enumerable.Reverse(members))
        {
            document[name] = value;
        }

        document["companyCalendar"] = true;
        document["description"] = null;
        document["clocks"]![1]!["due"]!["counted"] = "elapsed";

        Text(document).ShouldBe(Text(JsonNode.Parse(Sound)!));
        Text(With("publication.attempts", "4")).Digest.ShouldNotBe(Text(JsonNode.Parse(Sound)!).Digest);
    }

    [Fact]
    public void a_document_that_was_kept_is_read_as_the_same()
    {
        foreach (var shipped in ShippedPolicies.All)
        {
            Text(JsonNode.Parse(shipped.Text)!).ShouldSatisfyAllConditions(again => again.Text.ShouldBe(shipped.Text), again => again.Digest.ShouldBe(shipped.Digest));
        }
    }

    private static (string Text, string Digest) Text(JsonNode document)
    {
        PolicyText.Read(JsonSerializer.SerializeToElement(document), out var policy).ShouldBeEmpty();
        return (policy!.Text, policy.Digest);
    }

    private static IEnumerable<string> Problems(JsonNode document) => Read(document.ToJsonString());

    private static IEnumerable<string> Read(string json) => PolicyText.Read(JsonDocument.Parse(json).RootElement, out _).Select(problem => problem.Field);

    /// <summary>The sound document with one value replaced, or taken out.</summary>
    private static JsonObject With(string path, string? json)
    {
        var root = (JsonObject)JsonNode.Parse(Sound)!;
        JsonNode at = root;
        var names = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        foreach (var name in names[..^1])
        {
            at = at is JsonArray array ? array[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)]! : at[name]!;
        }

        if (at is JsonArray list)
        {
            list.Add(JsonNode.Parse(json!));
        }
        else if (json is null)
        {
            ((JsonObject)at).Remove(names[^1]);
        }
        else
        {
            ((JsonObject)at)[names[^1]] = JsonNode.Parse(json);
        }

        return root;
    }
}

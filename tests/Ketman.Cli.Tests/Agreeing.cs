using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Vocabulary;
using Ketman.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Ketman.Cli.Tests;

/// <summary>
/// What the CLI, its documentation and its schema say of the platform is what the platform takes: the CLI knows the services
/// by HTTP only, so nothing but a test can hold the two together.
/// </summary>
public sealed class Agreeing(RealPlatform platform) : IClassFixture<RealPlatform>
{
    [Fact]
    public void the_line_types_are_the_commands_that_the_services_take()
    {
        var commands = CommandsOf(platform.Intake).Select(command => (command.Name, Service.Intake, command.Route))
            .Concat(CommandsOf(platform.Disclosures).Select(command => (command.Name, Service.Disclosures, command.Route)));

        LineTypes.All.Select(type => (type.Name, type.Service, type.Route)).Order().ShouldBe(commands.Order());
    }

    [Fact]
    public void every_line_type_has_the_members_that_its_command_takes()
    {
        foreach (var (name, _, type) in CommandsOf(platform.Intake).Concat(CommandsOf(platform.Disclosures)))
        {
            var members = type.GetConstructors().Single(constructor => constructor.GetParameters().FirstOrDefault()?.ParameterType != type).GetParameters();

            LineTypes.Get(name).Fields.Select(Shape).Order().ShouldBe(members.Select(Shape).Order(), name);
        }
    }

    [Fact]
    public async Task every_documented_line_is_taken_as_it_stands_and_the_second_time_changes_nothing()
    {
        using var researcher = new Researcher(platform.Url, platform.Key);
        var lines = LineTypes.All.Where(type => !type.StandsAlone).SelectMany(type => type.Examples).ToArray();
        researcher.Write("documented.jsonl", lines);

        var dry = await researcher.TypesAsync("import", "documented.jsonl", "--dry-run");
        var first = await researcher.TypesAsync("import", "documented.jsonl");
        var second = await researcher.TypesAsync("import", "documented.jsonl");
        var dryAgain = await researcher.TypesAsync("import", "documented.jsonl", "--dry-run");

        dry.ShouldBe(new Run(ExitCode.Ok, $"Dry run of {lines.Length} lines: {lines.Length} would be recorded, 0 say nothing new, 0 would fail. Nothing was stored.\n", ""));
        first.Errors.ShouldBeEmpty();
        first.Output.ShouldStartWith($"{lines.Length} lines: {lines.Length} recorded, 0 unchanged, 0 failed");
        second.Output.ShouldStartWith($"{lines.Length} lines: 0 recorded, {lines.Length} unchanged, 0 failed");
        dryAgain.Output.ShouldStartWith($"Dry run of {lines.Length} lines: 0 would be recorded, {lines.Length} say nothing new");
    }

    [Fact]
    public async Task what_is_typed_is_found_again()
    {
        using var researcher = new Researcher(platform.Url, platform.Key);
        string[][] typed =
        [
            ["companies", "register", "borealis", "Borealis DAO", "--domain", "borealis.example", "--tvl-rank", "12"],
            ["companies", "contact", "add", "borealis", "--channel", "email", "--address", "security@borealis.example", "--key", "desk"],
            ["companies", "contact", "verify", "borealis", "desk", "--how", "published in security.txt"],
            ["companies", "change", "borealis", "--clear", "tvl-rank"],
            ["accounts", "register", "github", "greyhare", "--first-active-year", "2019"],
            ["accounts", "index", "github:greyhare", "--active", "yes", "--evidence", "commit times", "--at", "2025-02-03"],
            ["accounts", "employment", "github:greyhare"],
            ["leads", "add", "A contributor whose story does not hold", "--handle", "lead-greyhare", "--company", "borealis", "--account", "github:greyhare"],
            ["leads", "open", "lead-greyhare", "--handle", "borealis-2025-02", "--at", "2025-02-03"],
            ["outreach", "log", "borealis-2025-02", "--channel", "email", "--contact", "desk", "--at", "2025-02-03T10:00:00Z", "--key", "first-mail"],
            ["outreach", "delivered", "borealis-2025-02", "first-mail", "--at", "2025-02-03T10:01:00Z"],
            ["payment", "record", "borealis-2025-02", "--account", "github:greyhare", "--asset", "USDC", "--amount", "5000", "--usd", "5000", "--price-source", "at par", "--at", "2024-11-30", "--key", "november"],
            ["payment", "correct", "borealis-2025-02", "november", "--account", "github:greyhare", "--asset", "USDC", "--amount", "5500", "--usd", "5500", "--price-source", "at par", "--at", "2024-11-30", "--reason", "slip"],
        ];
        foreach (var command in typed)
        {
            var run = await researcher.TypesAsync(command);
            run.Code.ShouldBe(ExitCode.Ok, $"{string.Join(' ', command)}: {run.Errors}");
        }

        (await researcher.TypesAsync("companies", "list")).Output.ShouldContain("borealis  Borealis DAO  ");
        (await researcher.TypesAsync("accounts", "list")).Output.ShouldContain("github:greyhare");
        (await researcher.TypesAsync("disclosures", "list", "--company", "borealis")).Output.ShouldBe("""
            DISCLOSURE        COMPANY   STATUS  OPENED      TITLE
            borealis-2025-02  borealis  open    2025-02-03  -

            """);
        (await researcher.TypesAsync("disclosures", "show", "borealis-2025-02")).Output.ShouldContain("5500");
        (await researcher.TypesAsync("leads", "duplicates", "lead-greyhare")).Code.ShouldBe(ExitCode.Ok);
        (await researcher.TypesAsync("duplicates")).Code.ShouldBe(ExitCode.Ok);
        (await researcher.TypesAsync("disclosures", "show", "nowhere")).Code.ShouldBe(ExitCode.Refused);

        await Eventually.TrueAsync("the case is on the board", async () =>
            (await researcher.TypesAsync("board", "--company", "borealis")).Output.Contains("2025-02-03 10:00 UTC email", StringComparison.Ordinal),
            cancellation: TestContext.Current.CancellationToken);
        (await researcher.TypesAsync("board", "--company", "borealis")).Output.ShouldContain("Borealis DAO");
        (await researcher.TypesAsync("disclosures", "timeline", "borealis-2025-02")).Output.ShouldContain("2025-02-03 10:00 UTC");
        (await researcher.TypesAsync("companies", "record", "borealis")).Output.ShouldContain("borealis-2025-02");
        (await researcher.TypesAsync("statement", "2025-02")).Output.ShouldContain("# ");
    }

    [Fact]
    public async Task what_is_due_who_is_in_charge_and_words_are_found_on_the_board()
    {
        using var researcher = new Researcher(platform.Url, platform.Key);
        string[][] typed =
        [
            ["companies", "register", "dorado", "Dorado Finance"],
            ["disclosures", "open", "dorado", "--handle", "dorado-2025-02", "--title", "A deployer is an insider", "--at", "2025-02-03"],
            ["disclosures", "assign", "dorado-2025-02", "mira"],
            ["disclosures", "tag", "dorado-2025-02", "drained-wallet"],
            ["disclosures", "finding", "dorado-2025-02", "Signing keys are shared"],
            ["views", "save", "of-mira", "--assignee", "mira", "--tag", "drained-wallet"],
        ];
        foreach (var command in typed)
        {
            var run = await researcher.TypesAsync(command);
            run.Code.ShouldBe(ExitCode.Ok, $"{string.Join(' ', command)}: {run.Errors}");
        }

        // Nobody was written to in time: the clock of the policy is on the board and on the watch list.
        await Eventually.TrueAsync("what is due is on the watch list", async () =>
            (await researcher.TypesAsync("watch", "--assignee", "mira", "--owed-by", "us")).Output.Contains("dorado-2025-02", StringComparison.Ordinal),
            cancellation: TestContext.Current.CancellationToken);
        (await researcher.TypesAsync("board", "--assignee", "mira", "--overdue", "true")).Output.ShouldContain("OVERDUE");
        await Eventually.TrueAsync("its words are found", async () =>
            (await researcher.TypesAsync("board", "--q", "signing key")).Output.Contains("dorado-2025-02", StringComparison.Ordinal),
            cancellation: TestContext.Current.CancellationToken);
        (await researcher.TypesAsync("board", "--q", "dorafo")).Output.ShouldContain("dorado-2025-02");
        (await researcher.TypesAsync("board", "--view", "of-mira")).Output.ShouldContain("dorado-2025-02");
        (await researcher.TypesAsync("board", "--view", "of-mira", "--assignee", "none")).Output.ShouldNotContain("dorado-2025-02");
        (await researcher.TypesAsync("board", "counts", "--tag", "drained-wallet", "--assignee", "mira")).Output.ShouldStartWith("1 case\n");
        (await researcher.TypesAsync("board", "--as-of", "2025-02-04", "--by", "happened", "--company", "dorado")).Output.ShouldContain("dorado-2025-02");
        (await researcher.TypesAsync("disclosures", "show", "dorado-2025-02")).Output.ShouldContain("mira");

        (await researcher.TypesAsync("disclosures", "unassign", "dorado-2025-02")).Code.ShouldBe(ExitCode.Ok);
        (await researcher.TypesAsync("disclosures", "untag", "dorado-2025-02", "drained-wallet")).Code.ShouldBe(ExitCode.Ok);
        (await researcher.TypesAsync("disclosures", "close", "dorado-2025-02", "--reason", "over")).Code.ShouldBe(ExitCode.Ok);
        await Eventually.TrueAsync("nothing is due in a closed case", async () =>
            !(await researcher.TypesAsync("watch")).Output.Contains("dorado-2025-02", StringComparison.Ordinal),
            cancellation: TestContext.Current.CancellationToken);
        (await researcher.TypesAsync("views", "remove", "of-mira")).Code.ShouldBe(ExitCode.Ok);
    }

    [Fact]
    public async Task somebody_who_was_wrongly_suspected_is_cleared_and_erased()
    {
        using var researcher = new Researcher(platform.Url, platform.Key);
        string[][] typed =
        [
            ["companies", "register", "corvina", "Corvina Labs"],
            ["accounts", "register", "github", "paleotter", "--note", "plays chess"],
            ["assess", "open", "github:paleotter"],
            ["assess", "answer", "github:paleotter", "age-sex-origin", "yes", "--note", "paleotter says so"],
            ["assess", "answer", "github:paleotter", "met-in-person", "no", "--from", "the lead of corvina"],
            ["assess", "answer", "github:paleotter", "avoids-meetings", "yes"],
            ["assess", "answer", "github:paleotter", "video-syncs", "often-with-video"],
            ["assess", "conclude", "github:paleotter", "gather-evidence", "--summary", "paleotter was never met"],
            ["accounts", "confirm", "github:paleotter", "--evidence", "the same wallet"],
            ["disclosures", "open", "corvina", "--handle", "corvina-case", "--account", "github:paleotter", "--at", "2025-02-03"],
            ["disclosures", "note", "corvina-case", "paleotter is the one"],
        ];
        foreach (var command in typed)
        {
            (await researcher.TypesAsync(command)).Code.ShouldBe(ExitCode.Ok, string.Join(' ', command));
        }

        var id = JsonNode.Parse((await researcher.TypesAsync("accounts", "show", "github:paleotter", "--json")).Output)!["id"]!.GetValue<string>();
        var assessed = await researcher.TypesAsync("assess", "show", "github:paleotter");
        var confirmed = await researcher.TypesAsync("erase", "account:github:paleotter", "--yes");
        (await researcher.TypesAsync("accounts", "clear", "github:paleotter", "--reason", "met in person")).Code.ShouldBe(ExitCode.Ok);
        var account = await researcher.TypesAsync("erase", "account:github:paleotter", "--yes");
        (await researcher.TypesAsync("disclosures", "close", "corvina-case", "--reason", "unfounded")).Code.ShouldBe(ExitCode.Ok);
        var words = await researcher.TypesAsync("erase", "case:corvina-case", "--yes");

        assessed.Output.ShouldContain("2 answers raise the suspicion and 1 answer lowers it; what raises it weighs more.");
        assessed.Output.ShouldContain("paleotter says so");
        confirmed.Code.ShouldBe(ExitCode.Refused);
        confirmed.Errors.ShouldContain("clear it first");
        var afterwards = await researcher.TypesAsync("assess", "show", id);
        afterwards.Output.ShouldContain("Not enough is known");
        afterwards.Output.ShouldContain("[erased]");
        afterwards.Output.ShouldNotContain("paleotter");
        afterwards.Output.ShouldNotContain("corvina");
        account.Output.ShouldContain("Unreadable in intake, disclosures, metrics.", Case.Sensitive, account.Errors);
        words.Output.ShouldContain("Unreadable in intake, disclosures, metrics.", Case.Sensitive, words.Errors);
        (await researcher.TypesAsync("accounts", "show", "github:paleotter")).Code.ShouldBe(ExitCode.Refused);
        (await researcher.TypesAsync("disclosures", "timeline", "corvina-case")).Output.ShouldNotContain("paleotter");
    }

    [Fact]
    public async Task a_key_is_made_listed_and_revoked()
    {
        using var researcher = new Researcher(platform.Url, platform.Key);

        var made = await researcher.TypesAsync("keys", "create", "mira", "--role", "analyst");
        using var mira = new Researcher(platform.Url, made.Output.Trim());

        (await mira.TypesAsync("companies", "list")).Code.ShouldBe(ExitCode.Ok);
        (await mira.TypesAsync("keys", "list")).Code.ShouldBe(ExitCode.NotAllowed);
        (await researcher.TypesAsync("keys", "list")).Output.ShouldContain("mira");
        (await researcher.TypesAsync("keys", "revoke", "mira")).Output.ShouldBe("mira is revoked.\n");
        (await mira.TypesAsync("companies", "list")).Code.ShouldBe(ExitCode.NotAllowed);
    }

    private static List<(string Name, string Route, Type Body)> CommandsOf(WebApplication app) =>
    [
        .. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType?.Assembly.GetName().Name is "Ketman.Intake" or "Ketman.Disclosures")
            // Erasing is no line of a file: it is asked for one by one, by `ketman erase`.
            .Where(endpoint => !endpoint.RoutePattern.RawText!.EndsWith("/erase", StringComparison.Ordinal))
            // Nor are documents, which have files of their own: `ketman policy`, `ketman companies calendar`.
            .Where(endpoint => !endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("policies", StringComparison.Ordinal)
                && !endpoint.RoutePattern.RawText!.EndsWith("/calendar", StringComparison.Ordinal)
                // And a text that is searched for leaks is not recorded.
                && !endpoint.RoutePattern.RawText!.EndsWith("/check", StringComparison.Ordinal))
            .Select(endpoint => (
                endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName,
                endpoint.RoutePattern.RawText!.TrimStart('/'),
                endpoint.Metadata.GetMetadata<IAcceptsMetadata>()!.RequestType!)),
    ];

    private static string Shape(Field field) => $"{field.Name}: {field.Kind switch
    {
        FieldKind.Choice => $"one of {string.Join(' ', field.Choices)}",
        FieldKind.TextList when field.Choices.Count > 0 => $"some of {string.Join(' ', field.Choices)}",
        var kind => kind.ToString(),
    }}{(field.Required ? ", required" : "")}";

    private static string Shape(ParameterInfo member)
    {
        var type = Nullable.GetUnderlyingType(member.ParameterType) ?? member.ParameterType;
        var element = type.IsGenericType ? type.GetGenericArguments()[0] : null;
        var holds = type == typeof(string) ? "Text"
            : type == typeof(int) ? "Integer"
            : type == typeof(decimal) ? "Decimal"
            : type == typeof(bool) ? "YesNo"
            : type.Name == "Moment" ? "Moment"
            : type.IsEnum ? $"one of {Words(type)}"
            : element is { IsEnum: true } ? $"some of {Words(element)}"
            : element == typeof(string) ? "TextList"
            : type.Name;
        return $"{JsonNamingPolicy.CamelCase.ConvertName(member.Name!)}: {holds}{(member.HasDefaultValue && !MustBeSaid(member) ? "" : ", required")}";
    }

    // A record cannot say that a time may be left out of it but not of the request; the validator does.
    private static bool MustBeSaid(ParameterInfo member) => member.Name == "At"
        && member.Member.DeclaringType!.Name is "RecordMerge" or "RecordPayment" or "CorrectPayment" or "EstablishEngagement" or "ConfirmWorker" or "RevokeAccess";

    private static string Words(Type type) => string.Join(' ', Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName));
}

using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using Ketman.Cli.Connection;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Policies: what is owed by when, what the team does when nothing comes, and when a company may be named.</summary>
internal static class PolicyVerb
{
    public static Command Create() => new Verb("policy", "Policies: what is owed by when, the ladder, and when a company may be named.").With(
        List(), Show(), Validate(), Apply(), Diff(), PolicyReplayVerb.Create());

    /// <summary>The argument of a command that takes a document.</summary>
    public static Argument<string> File() => new("file") { Description = "a policy document, e.g. ketman-standard.json; docs/policies.md explains it", HelpName = "FILE" };

    /// <summary>A request's body with the document of a file in it, as it was written.</summary>
    /// <exception cref="CliException">The file cannot be read, or is no JSON.</exception>
    public static ReadOnlyMemory<byte> Body(Session session, string file, Action<Utf8JsonWriter>? others = null, string member = "document")
    {
        var path = Path.Combine(session.Surroundings.Directory, file);
        try
        {
            var text = System.IO.File.ReadAllBytes(path);
            using var document = JsonDocument.Parse(text.AsMemory().TrimStart(Encoding.UTF8.Preamble));
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WritePropertyName(member);
                document.RootElement.WriteTo(json);
                others?.Invoke(json);
                json.WriteEndObject();
            }

            return buffer.WrittenMemory;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{file} cannot be read: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message)}.");
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCode.Usage, $"{file} is no JSON: something is wrong in line {e.LineNumber + 1}.");
        }
    }

    private static Verb List() => new Verb("list", "Lists the policies that hold for cases opened now.", "ketman policy list").Does((session, cancellation) =>
        session.ShowAsync("policies", answer => session.Screen.Table(
            [new("Policy"), new("Version", Right: true), new("Applied"), new("By"), new("Title")],
            [.. answer.Items().Select(item => new[] { item.Text("name"), item.Text("version"), session.Time(item.Text("appliedAt")), item.Text("appliedBy"), item.Text("title") })],
            "No policies."), cancellation));

    private static Verb Show()
    {
        var name = new Argument<string>("policy") { Description = "its name, e.g. ketman-standard", HelpName = "POLICY" };
        var version = new Option<string?>("--version") { Description = "an older version, e.g. --version 1 (default: the latest)", HelpName = "number" };
        var document = new Option<bool>("--document") { Description = "print the document alone, e.g. ketman policy show ketman-standard --document > mine.json" };
        return new Verb("show", "Shows what a policy says.", "ketman policy show ketman-standard", "ketman policy show ketman-standard --document > mine.json")
            .With(name, version, document)
            .Does(async (session, cancellation) =>
            {
                var query = session.Parsed.GetValue(version) is { } number ? $"?version={Uri.EscapeDataString(number)}" : "";
                var path = $"policies/{Uri.EscapeDataString(session.Parsed.GetRequiredValue(name))}{query}";
                if (!session.Parsed.GetValue(document))
                    return await session.ShowAsync(path, answer => PolicyView.Show(session, answer), cancellation);

                var answer = (await session.Platform.GetAsync(path, cancellation)).OrRefuse();
                using var read = Session.Read(answer);
                session.Screen.Raw(PolicyView.Indented(read.RootElement.GetProperty("document")));
                return ExitCode.Ok;
            });
    }

    private static Verb Validate()
    {
        var file = File();
        return new Verb("validate", "Says everything that is wrong with a policy document; nothing is stored.", "ketman policy validate mine.json")
            .With(file)
            .Does(async (session, cancellation) =>
            {
                var name = session.Parsed.GetRequiredValue(file);
                var answer = (await session.Platform.PostAsync("policies/validate", Body(session, name), null, cancellation)).OrRefuse();
                using var read = Session.Read(answer);
                var problems = read.RootElement.Items("problems").ToList();
                if (session.Json)
                    session.Screen.Raw(answer.Body);
                else if (problems.Count == 0)
                    session.Screen.Line($"{name} is a valid policy, digest {read.RootElement.Text("digest")}.");
                else
                    session.Screen.Table([new("Where"), new("What")], [.. problems.Select(problem => new[] { problem.Text("field"), problem.Text("message") })], "");
                return problems.Count == 0 ? ExitCode.Ok : ExitCode.Usage;
            });
    }

    private static Verb Apply()
    {
        var file = File();
        var note = new Option<string?>("--note") { Description = "why, or what changed, e.g. \"two more days to acknowledge\"", HelpName = "text" };
        return new Verb("apply", "Lets a document be the next version of the policy that it names. Cases that are open keep theirs. For leads.",
            "ketman policy apply mine.json --note \"two more days to acknowledge\"")
            .With(file, note)
            .Does(async (session, cancellation) =>
            {
                var body = Body(session, session.Parsed.GetRequiredValue(file), json =>
                {
                    if (session.Parsed.GetValue(note) is { } why)
                        json.WriteString("note", why);
                });
                var answer = (await session.Platform.PostAsync("policies", body, Guid.CreateVersion7().ToString("N"), cancellation)).OrRefuse();
                if (session.Json)
                {
                    session.Screen.Raw(answer.Body);
                    return ExitCode.Ok;
                }

                using var read = Session.Read(answer);
                var (policy, version) = (read.RootElement.Text("ref"), read.RootElement.Text("version"));
                session.Screen.Line(read.RootElement.Text("changed") == "no"
                    ? $"Nothing new: {policy} says so already (version {version})."
                    : $"{policy} is at version {version}; it holds for cases opened from now on.");
                return ExitCode.Ok;
            });
    }

    private static Verb Diff()
    {
        var name = new Argument<string>("policy") { Description = "its name, e.g. ketman-standard", HelpName = "POLICY" };
        var file = new Argument<string?>("file") { Description = "a draft to compare with, e.g. mine.json; left out: with another version", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };
        var from = new Option<string?>("--from") { Description = "the version to begin with, e.g. --from 1 (with a file: the latest)", HelpName = "number" };
        var to = new Option<string?>("--to") { Description = "the version to end with, e.g. --to 2 (default: the latest)", HelpName = "number" };
        return new Verb("diff", "Tells what differs between two versions of a policy, or between it and a draft.",
            "ketman policy diff ketman-standard mine.json", "ketman policy diff ketman-standard --from 1 --to 2")
            .With(name, file, from, to)
            .Does(async (session, cancellation) =>
            {
                var policy = session.Parsed.GetRequiredValue(name);
                var (first, last) = (session.Parsed.GetValue(from), session.Parsed.GetValue(to));
                Answer answer;
                if (session.Parsed.GetValue(file) is { } draft)
                {
                    if (last is not null)
                        throw new CliException(ExitCode.Usage, "--to: a draft is what the comparison ends with; leave one of both out.");
                    answer = await session.Platform.PostAsync("policies/diff", Body(session, draft, json =>
                    {
                        json.WriteString("name", policy);
                        if (first is not null)
                            json.WriteNumber("from", int.TryParse(first, out var number) ? number : throw new CliException(ExitCode.Usage, "--from: expected a version such as 1."));
                    }), null, cancellation);
                }
                else
                {
                    if (first is null)
                        throw new CliException(ExitCode.Usage, "Say what to compare: a FILE, or --from and --to.");
                    answer = await session.Platform.GetAsync(
                        $"policies/{Uri.EscapeDataString(policy)}/diff?from={Uri.EscapeDataString(first)}{(last is null ? "" : $"&to={Uri.EscapeDataString(last)}")}", cancellation);
                }

                answer.OrRefuse();
                if (session.Json)
                {
                    session.Screen.Raw(answer.Body);
                    return ExitCode.Ok;
                }

                using var read = Session.Read(answer);
                session.Screen.Table(
                    [new("Member"), new($"Version {read.RootElement.Text("from")}"), new(read.RootElement.Text("to") is { } version ? $"Version {version}" : "Draft")],
                    [.. read.RootElement.Items("differences").Select(one => new[] { one.Text("path"), PolicyView.Brief(one.At("from")), PolicyView.Brief(one.At("to")) })],
                    "They say the same.");
                return ExitCode.Ok;
            });
    }
}

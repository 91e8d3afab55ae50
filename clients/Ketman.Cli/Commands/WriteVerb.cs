using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Connection;
using Ketman.Cli.Output;
using Ketman.Vocabulary;

namespace Ketman.Cli.Commands;

/// <summary>
/// A command that records something: its arguments and options come from the catalogue of line types, so the command line and the
/// import file know the same members.
/// </summary>
internal static class WriteVerb
{
    public const string MomentExpected =
        "expected a day (2025-02-03, today, yesterday) or a time (2025-02-03T14:05:00Z; without an offset it is local time)";

    /// <summary>A typed time in the API's form, or null.</summary>
    public static string? ReadMoment(Session session, string text) =>
        Times.Read(text, session.Surroundings.Zone, session.Surroundings.Time.GetUtcNow());

    /// <param name="name">The last word of the command, e.g. <c>log</c>.</param>
    /// <param name="type">The line type, e.g. <c>log-outreach</c>.</param>
    /// <param name="positional">Members that are arguments and no options; after the target, in this order.</param>
    /// <param name="examples">Whole command lines.</param>
    public static Verb Create(string name, string type, IReadOnlyList<string> positional, params IReadOnlyList<string> examples)
    {
        var line = LineTypes.Get(type);
        var verb = new Verb(name, line.Meaning, examples);
        var target = line.TargetMember is { } member
            ? new Argument<string>(member) { Description = TargetMeaning(member), HelpName = member.ToUpperInvariant() }
            : null;
        if (target is not null)
            verb.Add(target);

        var inputs = new List<Input>();
        foreach (var field in positional.Select(wanted => line.FieldNamed(wanted)!))
        {
            var argument = new Argument<string?>(field.Name)
            {
                Description = Describe(field),
                HelpName = field.Name.ToUpperInvariant(),
                Arity = field.Required ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
            };
            verb.Add(argument);
            inputs.Add(new Input(field, parsed => parsed.GetValue(argument) is { } text ? [text] : null));
        }

        foreach (var field in line.Fields.Where(field => !positional.Contains(field.Name)))
            inputs.Add(AddOption(verb, field));

        var key = new Option<string?>("--key")
        {
            Description = "the Idempotency-Key: the same key and content again change nothing, and later commands may name the fact by it, e.g. first-mail (default: drawn)",
            HelpName = "key",
        };
        verb.Add(key);
        return verb.Does((session, cancellation) => SendAsync(
            session, line, target is null ? null : session.Parsed.GetRequiredValue(target), inputs, session.Parsed.GetValue(key), cancellation));
    }

    private sealed record Input(Field Field, Func<ParseResult, IReadOnlyList<string>?> Read);

    private static Input AddOption(Verb verb, Field field)
    {
        if (field.IsList)
        {
            var list = new Option<string[]>(field.Option)
            {
                Description = Describe(field) + "; may be given several times",
                HelpName = field.OptionName,
                Arity = ArgumentArity.OneOrMore,
            };
            verb.Add(list);
            // A list that has to be said, but is empty: nothing typed is the empty list.
            return new Input(field, parsed => parsed.GetResult(list) is { Implicit: false } ? parsed.GetValue(list) : field.Required ? [] : null);
        }

        if (field.Kind is FieldKind.YesNo)
        {
            var flag = new Option<string?>(field.Option)
            {
                Description = Describe(field),
                HelpName = "true|false",
                Required = field.Required,
                Arity = ArgumentArity.ZeroOrOne,
            };
            verb.Add(flag);
            return new Input(field, parsed => parsed.GetResult(flag) is { Implicit: false } ? [parsed.GetValue(flag) ?? "true"] : null);
        }

        var option = new Option<string?>(field.Option)
        {
            Description = Describe(field),
            HelpName = field.Option[2..],
            Required = field.Required,
        };
        verb.Add(option);
        if (field.Choices.Count > 0)
            option.CompletionSources.Add([.. field.Choices]);
        return new Input(field, parsed => parsed.GetValue(option) is { } text ? [text] : null);
    }

    private static async Task<ExitCode> SendAsync(
        Session session, LineType line, string? target, List<Input> inputs, string? key, CancellationToken cancellation)
    {
        var body = Body(session, line, inputs);
        var path = target is null ? line.Route : line.Route.Replace("{ref}", Uri.EscapeDataString(target), StringComparison.Ordinal);
        foreach (var input in inputs.Where(input => path.Contains($"{{{input.Field.Name}}}", StringComparison.Ordinal)))
        {
            var value = input.Read(session.Parsed)![0];
            path = path.Replace($"{{{input.Field.Name}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
        }

        var answer = await session.Platform.PostAsync(path, body, key ?? Guid.CreateVersion7().ToString("N"), cancellation);
        if (!answer.Ok)
            throw new CliException(InTermsOfOptions(Problem.Read(answer.Status, answer.Body), inputs));

        if (session.Json)
        {
            session.Screen.Raw(answer.Body);
            return ExitCode.Ok;
        }

        using var document = Session.Read(answer);
        var root = document.RootElement;
        var reference = root.Text("ref") ?? target ?? "?";
        session.Screen.Line(root.Text("changed") == "no"
            ? $"Nothing new: {reference} says so already (version {root.Text("version")})."
            : $"Recorded {line.Name} on {reference} (version {root.Text("version")}, fact {key ?? root.Text("id")}).");
        return ExitCode.Ok;
    }

    private static ReadOnlyMemory<byte> Body(Session session, LineType line, List<Input> inputs)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            var said = 0;
            foreach (var (field, read) in inputs)
            {
                if (read(session.Parsed) is not { } texts)
                    continue;
                said++;

                // What stands in the address is not said twice.
                if (line.Route.Contains($"{{{field.Name}}}", StringComparison.Ordinal))
                    continue;
                if ((field.IsList ? FieldText.WriteList(json, field, texts) : WriteOne(session, json, field, texts[0])) is { } right)
                    throw new CliException(ExitCode.Usage, $"{field.Option}: {right}.");
            }

            if (said == 0 && line.AtLeastOneOf.Count > 0)
            {
                throw new CliException(ExitCode.Usage,
                    $"Nothing to change: give at least one of {string.Join(", ", line.AtLeastOneOf.Select(name => line.FieldNamed(name)!.Option))}.");
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static string? WriteOne(Session session, Utf8JsonWriter json, Field field, string text)
    {
        if (field.Kind is not FieldKind.Moment)
            return FieldText.Write(json, field, text);

        if (ReadMoment(session, text) is not { } moment)
            return MomentExpected;
        json.WriteString(field.Name, moment);
        return null;
    }

    // The platform speaks of members, the person typed options.
    private static Problem InTermsOfOptions(Problem problem, List<Input> inputs) => problem with
    {
        Fields =
        [
            .. problem.Fields.Select(wrong => inputs.FirstOrDefault(input => input.Field.Name == wrong.Name.Split('[', '.')[0]) is { } input
                ? wrong with { Name = input.Field.Option }
                : wrong),
        ],
    };

    private static string TargetMeaning(string member) => member switch
    {
        "company" => "the company: its handle or id, e.g. halcyon",
        "account" => "the account: platform:handle or id, e.g. github:quietfox",
        "assessment" => "the account whose assessment it is: platform:handle or id, e.g. github:quietfox",
        "lead" => "the lead: its handle or id, e.g. lead-quietfox",
        _ => "the disclosure: its handle or id, e.g. halcyon-2025-02",
    };

    private static string Describe(Field field)
    {
        var meaning = field.Choices.Count > 0 ? $"{field.Meaning}; one of {string.Join(", ", field.Choices)}" : field.Meaning;
        return field.Choices.Count > 0 ? meaning : $"{meaning}, e.g. {(field.Example.Contains(' ', StringComparison.Ordinal) ? $"\"{field.Example}\"" : field.Example)}";
    }
}

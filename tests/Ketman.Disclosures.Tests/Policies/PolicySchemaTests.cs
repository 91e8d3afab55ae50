using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Xml.Linq;
using Ketman.Calendars;
using Ketman.Disclosures.Policies;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Tests.Policies;

/// <summary>docs/policy.schema.json comes from the records that a document is read as, and from what is written beside them.</summary>
public sealed class PolicySchemaTests
{
    private static readonly JsonSerializerOptions s_indented = new(StrictJson.Options) { WriteIndented = true, IndentSize = 2 };

    private readonly SortedDictionary<string, JsonNode> _definitions = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<XDocument> _words =
        [.. new[] { "Ketman.Disclosures.xml", "Ketman.Contracts.xml" }.Select(name => XDocument.Load(Path.Combine(AppContext.BaseDirectory, name)))];

    [Fact]
    public async Task the_schema_in_the_documentation_is_that_of_the_records()
    {
        var file = Path.Combine(Root(), "docs", "policy.schema.json");
        var schema = Schema().ToJsonString(s_indented) + "\n";
        if (Environment.GetEnvironmentVariable("KETMAN_APPROVE") == "1")
        {
            await File.WriteAllTextAsync(file, schema, TestContext.Current.CancellationToken);
        }

        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldBe(schema, "write it anew with KETMAN_APPROVE=1");
    }

    private JsonObject Schema()
    {
        var root = Define(typeof(PolicyDocument));
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = "urn:ketman:policy",
            ["title"] = "A Ketman policy",
            ["$ref"] = root,
            ["$defs"] = new JsonObject([.. _definitions.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))]),
        };
    }

    private string Define(Type type)
    {
        var name = JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name);
        if (_definitions.TryAdd(name, new JsonObject()))
        {
            _definitions[name] = type == typeof(CalendarDocument) ? Calendar()
                : type.IsEnum ? new JsonObject { ["description"] = Summary(type), ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(one => (JsonNode)JsonNamingPolicy.KebabCaseLower.ConvertName(one))]) }
                : Members(type);
        }

        return $"#/$defs/{name}";
    }

    private JsonObject Members(Type type)
    {
        var info = StrictJson.Options.GetTypeInfo(type);
        return new JsonObject
        {
            ["description"] = Summary(type),
            ["type"] = "object",
            ["required"] = new JsonArray([.. info.Properties.Where(property => property.IsRequired).Select(property => (JsonNode)property.Name)]),
            ["properties"] = new JsonObject([.. info.Properties.Select(property => KeyValuePair.Create(property.Name, (JsonNode?)Member(type, property)))]),
            ["additionalProperties"] = false,
        };
    }

    private JsonObject Member(Type type, JsonPropertyInfo property)
    {
        var schema = Of(property.PropertyType);
        if (Words(type, property.AssociatedParameter!.Name) is { Length: > 0 } words)
        {
            schema["description"] = words;
        }

        if (property.AssociatedParameter is { HasDefaultValue: true, DefaultValue: { } value })
        {
            schema["default"] = JsonSerializer.SerializeToNode(value, value.GetType(), StrictJson.Options);
        }

        return schema;
    }

    private JsonObject Of(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        return type == typeof(string) ? new JsonObject { ["type"] = "string" }
            : type == typeof(int) ? new JsonObject { ["type"] = "integer" }
            : type == typeof(bool) ? new JsonObject { ["type"] = "boolean" }
            : StrictJson.Options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } ? new JsonObject { ["type"] = "array", ["items"] = Of(element) }
            : new JsonObject { ["$ref"] = Define(type) };
    }

    private static JsonObject Calendar()
    {
        var windows = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string", ["pattern"] = "^\\d\\d:\\d\\d-\\d\\d:\\d\\d$" } };
        return new JsonObject
        {
            ["description"] = "When business time counts; docs/calendars.md explains it.",
            ["type"] = "object",
            ["required"] = new JsonArray("zone", "hours"),
            ["properties"] = new JsonObject
            {
                ["zone"] = new JsonObject { ["type"] = "string", ["description"] = "The time zone by its name in the IANA database." },
                ["hours"] = new JsonObject
                {
                    ["description"] = "By day, the windows that begin on it; or \"24x7\".",
                    ["oneOf"] = new JsonArray(
                        new JsonObject { ["const"] = CalendarDocument.AroundTheClock },
                        new JsonObject
                        {
                            ["type"] = "object",
                            ["properties"] = new JsonObject([.. CalendarDocument.Days.Select(day => KeyValuePair.Create(day, (JsonNode?)windows.DeepClone()))]),
                            ["additionalProperties"] = false,
                        }),
                },
                ["holidays"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string", ["format"] = "date" } },
            },
            ["additionalProperties"] = false,
        };
    }

    private string? Words(Type type, string parameter) => Plain(Of($"T:{type.FullName}")?.Elements("param").FirstOrDefault(each => each.Attribute("name")!.Value == parameter));

    private string? Summary(Type type) => Plain(Of($"T:{type.FullName}")?.Element("summary"));

    private XElement? Of(string member) => _words.Descendants("member").FirstOrDefault(each => each.Attribute("name")!.Value == member);

    private static string? Plain(XElement? words) => words is null ? null : string.Join(' ', string.Concat(words.DescendantNodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => see.Attribute("cref")!.Value.Split('.', ':')[^1],
        _ => "",
    })).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ketman.Platform.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests run outside of the repository");
    }
}

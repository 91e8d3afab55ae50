using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ketman.Chaos.Fuzz;

/// <summary>Makes bodies from schemas: first one that would be right, then wrong in a few ways at once, or in none.</summary>
internal sealed class Bodies(JsonObject document, IReadOnlyList<Operation> operations)
{
    private const int Deepest = 6;

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Operation> _commands = [.. operations.Where(operation => operation.IsCommand)];

    /// <summary>The bytes of a body for this operation.</summary>
    public byte[] Make(Operation operation, Random random)
    {
        var right = Fit(operation.Body!, operation.Id, random, 0);
        if (random.Next(3) == 0)
        {
            return Write(right);
        }

        for (var times = random.Next(1, 4); times > 0; times--)
        {
            right = Spoil(right, random);
        }

        return random.Next(4) == 0 ? SpoilText(Write(right), random) : Write(right);
    }

    private JsonNode? Fit(JsonObject schema, string name, Random random, int depth)
    {
        schema = Resolve(schema);
        if (depth > Deepest)
        {
            return null;
        }

        if (schema["enum"] is JsonArray choices && choices.Count > 0)
        {
            return choices[random.Next(choices.Count)]?.DeepClone();
        }

        foreach (var either in new[] { "oneOf", "anyOf" })
        {
            if (schema[either] is JsonArray { Count: > 0 } alternatives)
            {
                return Fit(alternatives[random.Next(alternatives.Count)]!.AsObject(), name, random, depth + 1);
            }
        }

        var properties = schema["properties"] as JsonObject;
        if (properties is not null && properties.ContainsKey("command") && properties.ContainsKey("body"))
        {
            return BatchItem(random, depth);
        }

        return TypeOf(schema, properties) switch
        {
            "object" => Object(schema, properties, random, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => schema["items"] is JsonObject items ? Fit(items, name, random, depth + 1) : null)]),
            "integer" => JsonValue.Create(random.Next(8) == 0 ? random.Next(-5, 4000) : random.Next(1, 300)),
            "number" => JsonValue.Create(random.Next(1, 5000)),
            "boolean" => JsonValue.Create(random.Next(2) == 0),
            _ => JsonValue.Create(Values.For(name, random)),
        };
    }

    private JsonObject Object(JsonObject schema, JsonObject? properties, Random random, int depth)
    {
        var required = (schema["required"] as JsonArray ?? []).Select(one => (string)one!).ToHashSet(StringComparer.Ordinal);
        var made = new JsonObject();
        foreach (var (name, property) in properties ?? [])
        {
            if (property is JsonObject described && (required.Contains(name) || random.Next(2) == 0))
            {
                made[name] = Fit(described, name, random, depth + 1);
            }
        }

        return made;
    }

    private JsonObject BatchItem(Random random, int depth)
    {
        var command = _commands[random.Next(_commands.Count)];
        var item = new JsonObject { ["command"] = command.Id, ["body"] = Fit(command.Body!, command.Id, random, depth + 1) };
        if (command.Path.Contains("{ref}", StringComparison.Ordinal))
        {
            item["target"] = Requests.RefFor(command.Path, random);
        }

        if (random.Next(3) == 0)
        {
            item["key"] = Values.Keys[random.Next(Values.Keys.Length)];
        }

        return item;
    }

    private static string TypeOf(JsonObject schema, JsonObject? properties)
    {
        var types = schema["type"] switch
        {
            JsonArray several => [.. several.Select(one => (string)one!)],
            JsonValue one => [(string)one!],
            _ => Array.Empty<string>(),
        };
        return types.FirstOrDefault(type => type is not ("null" or "string")) ?? types.FirstOrDefault(type => type is not "null") ?? (properties is null ? "string" : "object");
    }

    private JsonObject Resolve(JsonObject schema)
    {
        for (var turns = 0; turns < 8 && (string?)schema["$ref"] is { } reference; turns++)
        {
            JsonNode? at = document;
            foreach (var segment in reference.TrimStart('#', '/').Split('/'))
            {
                at = at?[segment];
            }

            schema = at as JsonObject ?? [];
        }

        return schema;
    }

    /// <summary>Does one thing wrong, somewhere.</summary>
    private static JsonNode? Spoil(JsonNode? node, Random random)
    {
        switch (node)
        {
            case JsonObject members when members.Count > 0 && random.Next(5) > 0:
                var name = members.ElementAt(random.Next(members.Count)).Key;
                switch (random.Next(8))
                {
                    case 0:
                        members.Remove(name);
                        break;
                    case 1:
                        members[Values.Text(random)] = Wrong(random);
                        break;
                    case 2:
                        members[name.ToUpperInvariant()] = members[name]?.DeepClone();
                        break;
                    default:
                        var inner = members[name];
                        members.Remove(name);
                        members[name] = inner is JsonObject or JsonArray ? Spoil(inner, random) : Wrong(random);
                        break;
                }

                return members;
            case JsonArray items when items.Count > 0 && random.Next(4) > 0:
                var index = random.Next(items.Count);
                if (random.Next(10) == 0)
                {
                    var many = items[index]?.DeepClone();
                    for (var count = random.Next(100, 1500); count > 0; count--)
                    {
                        items.Add(many?.DeepClone());
                    }

                    return items;
                }

                var item = items[index];
                items.RemoveAt(index);
                items.Insert(index, Spoil(item, random));
                return items;
            default:
                return Wrong(random);
        }
    }

    private static JsonNode? Wrong(Random random) => random.Next(14) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonValue.Create(random.Next(-3, 3)),
        3 => JsonValue.Create(long.MaxValue),
        4 => JsonValue.Create(-1.5e300),
        5 => new JsonArray(),
        6 => new JsonObject(),
        7 => new JsonArray(JsonValue.Create(Values.Text(random)), null, new JsonArray()),
        8 => new JsonObject { [Values.Text(random)] = JsonValue.Create(Values.Text(random)) },
        _ => JsonValue.Create(Values.Text(random)),
    };

    private static byte[] Write(JsonNode? node) => Encoding.UTF8.GetBytes(node?.ToJsonString(Relaxed) ?? "null");

    /// <summary>Does one thing wrong that no tree of values can express.</summary>
    private static byte[] SpoilText(byte[] json, Random random)
    {
        var text = Encoding.UTF8.GetString(json);
        return random.Next(13) switch
        {
            0 => json[..random.Next(json.Length + 1)],
            1 => [.. "\uFEFF"u8, .. json],
            2 => [.. json, 0xC3, 0x28, 0xFF],
            3 => Encoding.Unicode.GetBytes(text),
            4 => Bytes(Twice(text)),
            5 => Bytes(Regular(text, "\\ud800")),
            6 => Bytes(Regular(text, "\\u0000")),
            7 => Bytes(new string('[', random.Next(10, 60_000)) + text),
            8 => Bytes(string.Concat(Enumerable.Repeat("{\"a\":", random.Next(10, 20_000))) + text),
            9 => Bytes(text + text),
            10 => Bytes(text.Replace(":", ":1e999,\"x\":", StringComparison.Ordinal)),
            11 => Bytes("// a comment\n" + text + ",\n"),
            _ => Bytes(new string(' ', random.Next(1, 300_000)) + text),
        };
    }

    // The first member once more: readers differ on which of the two they take.
    private static string Twice(string text)
    {
        var end = text.IndexOf(':', StringComparison.Ordinal);
        return text.Length > 2 && text[0] == '{' && end > 0 ? string.Create(CultureInfo.InvariantCulture, $"{text[..end]}:\"twice\",{text[1..]}") : text;
    }

    private static string Regular(string text, string escaped) =>
        text.LastIndexOf('"') is > 0 and var at ? text.Insert(at, escaped) : $"\"{escaped}\"";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

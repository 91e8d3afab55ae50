using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ketman.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ketman.Hosting.Web;

/// <summary>
/// Reads what clients send: a member that nobody knows, one that comes twice, a wrong type or a missing one is an error that
/// names the member. A silently dropped member would be a fact that the sender believes to be stored.
/// </summary>
public static class StrictJson
{
    private const int LongestMemberName = 64;

    /// <summary>The options of every request body.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Reads a request's body whole.</summary>
    /// <exception cref="ProblemException">415 when it is not JSON.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType())
        {
            throw new ProblemException(Problems.With(
                StatusCodes.Status415UnsupportedMediaType, "not-json", "The body must be JSON.", "Send Content-Type: application/json."));
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Reads <paramref name="json"/> as <typeparamref name="T"/>, or says which member is wrong.</summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> json, out T? value, out FieldError? error)
        where T : class
    {
        value = null;
        error = null;
        try
        {
            value = JsonSerializer.Deserialize<T>(json, Options);
            error = value is null ? new FieldError("", "expected an object") : null;
        }
        catch (JsonException e)
        {
            error = Explain(e, typeof(T));
        }

        return error is null;
    }

    /// <summary>
    /// Adds a member that stands in the address (<c>contacts/{contact}/verify</c>) to the body, so that one command record serves
    /// the route and the batch; a body that names it too is refused as naming it twice. What is no object stays what it is.
    /// </summary>
    internal static ReadOnlyMemory<byte> WithMember(ReadOnlyMemory<byte> json, string name, string value)
    {
        var open = json.Span.IndexOfAnyExcept(" \t\r\n"u8);
        if (open < 0 || json.Span[open] != (byte)'{')
        {
            return json;
        }

        var rest = json.Span[(open + 1)..];
        var next = rest.IndexOfAnyExcept(" \t\r\n"u8);
        var comma = next >= 0 && rest[next] == (byte)'}' ? "" : ",";
        var member = Encoding.UTF8.GetBytes($"{{{JsonSerializer.Serialize(name)}:{JsonSerializer.Serialize(value)}{comma}");
        return (byte[])[.. member, .. rest];
    }

    /// <summary>
    /// Which member a serializer's complaint is about, in words that do not repeat its value. The serializer has no codes, so
    /// its wording tells the kinds apart; what would be right is taken from the type.
    /// </summary>
    private static FieldError Explain(JsonException exception, Type type)
    {
        var field = FieldOf(exception.Path);
        var message = exception.Message;
        if (message.StartsWith("expected ", StringComparison.Ordinal))
        {
            return new FieldError(field, message.Split(" Path:", 2)[0]);
        }

        if (Says("could not be mapped to any .NET member"))
        {
            return new FieldError(Quoted(message) ?? field, "unknown member");
        }

        if (Says("missing required properties"))
        {
            var names = message[(message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].Trim(' ', '.').Replace("'", "", StringComparison.Ordinal);
            return new FieldError(field.Length == 0 ? names : field, $"missing: {names}");
        }

        if (Says("Duplicate property"))
        {
            return new FieldError(Quoted(message) ?? field, "comes more than once");
        }

        if (Says("maximum configured depth"))
        {
            return new FieldError(field, "nested too deeply");
        }

        if (exception.InnerException?.Message is { } inner && (inner.Contains("UTF-16", StringComparison.Ordinal) || inner.Contains("UTF-8", StringComparison.Ordinal)))
        {
            return new FieldError(field, "text must be valid Unicode");
        }

        // The reader's own complaints (a syntax error) come wrapped; what remains are values of a wrong type.
        return exception.InnerException is JsonException
            ? new FieldError("", "not valid JSON")
            : new FieldError(field, $"expected {ExpectedAt(type, field)}");

        bool Says(string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(ContractJson.Options)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            PropertyNameCaseInsensitive = false,
            NumberHandling = JsonNumberHandling.Strict,
            MaxDepth = 16,
        };
        // Amounts may come as strings, which keep every digit in clients whose numbers are floating point.
        options.Converters.Add(new ExactDecimalConverter());
        options.MakeReadOnly();
        return options;
    }

    private static string FieldOf(string? path) => path is null or "$" ? "" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;

    private static string? Quoted(string message)
    {
        var from = message.IndexOf('\'', StringComparison.Ordinal);
        var to = from < 0 ? -1 : message.IndexOf('\'', from + 1);
        if (to < 0)
        {
            return null;
        }

        var name = new StringBuilder();
        foreach (var character in message.AsSpan(from + 1, to - from - 1))
        {
            name.Append(char.IsControl(character) || char.IsSurrogate(character) ? '?' : character);
        }

        return name.Length > LongestMemberName ? name.ToString(0, LongestMemberName) + "..." : name.ToString();
    }

    private static string ExpectedAt(Type type, string field)
    {
        foreach (var segment in field.Split('.', '[').Where(segment => segment.Length > 0))
        {
            var info = Options.GetTypeInfo(type);
            var next = segment.EndsWith(']')
                ? info.ElementType
                : info.Properties.FirstOrDefault(property => property.Name == segment)?.PropertyType;
            if (next is null)
            {
                break;
            }

            type = Nullable.GetUnderlyingType(next) ?? next;
        }

        return type switch
        {
            { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName))}",
            _ when type == typeof(string) => "a string",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(decimal) => "a decimal number such as 1250.50",
            _ when type == typeof(Guid) => "an id",
            _ when Options.GetTypeInfo(type).Kind is JsonTypeInfoKind.Enumerable => "a list",
            _ => "an object",
        };
    }

    private sealed class ExactDecimalConverter : JsonConverter<decimal>
    {
        // A decimal holds 28 digits whatever they are; more would be rounded, and a sum would be another than was sent.
        private const int MostDigits = 28;

        private const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;

        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString()!,
                JsonTokenType.Number => Encoding.ASCII.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan),
                _ => "",
            };
            return text.TrimStart('-').TrimStart('0').Count(char.IsAsciiDigit) <= MostDigits
                && decimal.TryParse(text, Plain, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : throw new JsonException($"expected a decimal number such as 1250.50, of at most {MostDigits} digits");
        }

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
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
            error = Explain(e);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate in a string is well-formed JSON but no text; the reader says so this way.
            error = new FieldError("", "text must be valid Unicode");
        }

        return error is null;
    }

    /// <summary>Which member a serializer's complaint is about, in words that do not repeat its value.</summary>
    public static FieldError Explain(JsonException exception)
    {
        var field = FieldOf(exception.Path);
        var message = exception.Message;
        if (message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
        {
            return new FieldError(Quoted(message) ?? field, "unknown member");
        }

        if (message.Contains("missing required properties", StringComparison.Ordinal))
        {
            var names = message[(message.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(' ', '.').Replace("'", "", StringComparison.Ordinal);
            return new FieldError(field.Length == 0 ? names : field, $"missing: {names}");
        }

        if (message.Contains("duplicate", StringComparison.OrdinalIgnoreCase))
        {
            return new FieldError(Quoted(message) ?? field, "comes more than once");
        }

        if (message.Contains("depth", StringComparison.OrdinalIgnoreCase))
        {
            return new FieldError(field, "nested too deeply");
        }

        if (exception.Message.StartsWith("expected ", StringComparison.Ordinal))
        {
            return new FieldError(field, exception.Message.Split(" Path:", 2)[0]);
        }

        if (message.Contains("could not be converted to", StringComparison.Ordinal))
        {
            return new FieldError(field, $"expected {ExpectedOf(message)}");
        }

        return new FieldError(field, "not valid JSON here");
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

    private static string ExpectedOf(string message)
    {
        var start = message.IndexOf("converted to ", StringComparison.Ordinal) + "converted to ".Length;
        var type = message[start..];
        return type switch
        {
            _ when type.StartsWith("System.String", StringComparison.Ordinal) => "a string",
            _ when type.Contains("System.Boolean", StringComparison.Ordinal) => "true or false",
            _ when type.Contains("System.Decimal", StringComparison.Ordinal) => "a number",
            _ when type.Contains("System.Int", StringComparison.Ordinal) => "a whole number",
            _ when type.Contains("System.Guid", StringComparison.Ordinal) => "an id",
            _ when type.Contains("IReadOnlyList", StringComparison.Ordinal) || type.Contains("[]", StringComparison.Ordinal) => "a list",
            _ when EnumNames(type) is { } names => $"one of {names}",
            _ => "an object",
        };
    }

    private static string? EnumNames(string message)
    {
        var name = message.Split([' ', '`', ']', ','], 2)[0].TrimEnd('.');
        name = message.StartsWith("System.Nullable", StringComparison.Ordinal) && message.Split('[', ']') is { Length: > 1 } parts ? parts[1].Split(',')[0] : name;
        var type = AppDomain.CurrentDomain.GetAssemblies()
            .Where(assembly => assembly.GetName().Name?.StartsWith("Ketman.", StringComparison.Ordinal) == true)
            .Select(assembly => assembly.GetType(name))
            .FirstOrDefault(found => found is { IsEnum: true });
        return type is null ? null : string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName));
    }

    private sealed class ExactDecimalConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is JsonTokenType.Number && reader.TryGetDecimal(out var number))
            {
                return number;
            }

            if (reader.TokenType is JsonTokenType.String && decimal.TryParse(
                reader.GetString(), System.Globalization.NumberStyles.AllowDecimalPoint | System.Globalization.NumberStyles.AllowLeadingSign,
                System.Globalization.CultureInfo.InvariantCulture, out var text))
            {
                return text;
            }

            throw new JsonException("expected a decimal number such as 1250.50");
        }

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}

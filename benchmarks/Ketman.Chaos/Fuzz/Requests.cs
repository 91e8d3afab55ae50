using System.Globalization;
using System.Text;

namespace Ketman.Chaos.Fuzz;

/// <summary>A request of the campaign; the same number and seed give the same.</summary>
internal sealed record FuzzRequest(
    int Number, Operation Operation, string Method, string Target, int Who, IReadOnlyList<(string Name, string Value)> Headers, string? ContentType, byte[]? Body)
{
    /// <summary>As it would be repeated by hand.</summary>
    public override string ToString()
    {
        var body = Body is null ? "" : Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 1500)));
        return $"#{Number} as {Who}: {Method} {Target[..Math.Min(Target.Length, 400)]} {string.Join(' ', Headers)} {ContentType} {body}";
    }
}

/// <summary>Draws requests.</summary>
internal sealed class Requests(IReadOnlyList<Operation> operations, Bodies bodies, int seed, int people)
{
    // The last of the people may do everything, so that what stands behind the doors is tried most. A person without a key, and one with a wrong one; few, because strangers are held back after some.
    public const int Stranger = -1;
    public const int Impostor = -2;

    private static readonly string[] Types =
    [
        "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16",
        "application/problem+json", "application/json; charset=\"utf-8", "*/*", "json",
    ];

    private static readonly string[] Methods = ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "get"];

    public FuzzRequest Draw(int number)
    {
        var random = new Random(HashCode(seed, number));
        var operation = operations[random.Next(operations.Count)];
        var target = Target(operation, random);
        var method = random.Next(60) == 0 ? Methods[random.Next(Methods.Length)] : operation.Method;
        var body = operation.Body is not null ? bodies.Make(operation, random) : random.Next(20) == 0 ? Encoding.UTF8.GetBytes(Values.Text(random)) : null;
        var type = body is null ? null : random.Next(25) == 0 ? Types[random.Next(Types.Length)] : "application/json";
        var who = random.Next(150) switch { 0 => Stranger, 1 => Impostor, < 100 => people - 1, _ => random.Next(people) };
        return new FuzzRequest(number, operation, method, target, who, [.. Headers(random)], type, body);
    }

    /// <summary>The name of something that a path of this kind could mean.</summary>
    public static string RefFor(string path, Random random) =>
        Values.For(path.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipWhile(segment => segment is "api" or "v1").First() switch
        {
            "companies" => "company",
            "accounts" or "assessments" => "account",
            "leads" => "lead",
            _ => "disclosure",
        }, random);

    private static string Target(Operation operation, Random random)
    {
        var target = new StringBuilder();
        foreach (var segment in operation.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            target.Append('/').Append(segment[0] != '{' ? segment : Escaped(
                random.Next(4) == 0 ? Values.Text(random) : segment == "{ref}" ? RefFor(operation.Path, random) : segment == "{name}" ? Values.For("projection", random) : Values.For(segment.Trim('{', '}'), random), random));
        }

        switch (random.Next(80))
        {
            case 0: target.Append('/'); break;
            case 1: target.Insert(0, '/'); break;
            case 2: target.Append("/../../keys"); break;
            case 3: target.Append("/%2e%2e/%2e%2e"); break;
            case 4: target.Append("%00"); break;
            case 5: target.Append(Escaped(Values.Text(random), random)); break;
            case 6: target.Replace("/api/v1/", "/API/v1/"); break;
            case 7: target.Append(";a=b"); break;
        }

        var first = true;
        foreach (var name in operation.Query.Where(_ => random.Next(3) == 0).Concat(random.Next(15) == 0 ? ["limit", "after", "limit"] : []))
        {
            target.Append(first ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=').Append(Escaped(
                random.Next(2) == 0 ? Values.Text(random) : random.Next(300).ToString(CultureInfo.InvariantCulture), random));
            first = false;
        }

        // Longer than a server reads is refused by it, which is tried elsewhere.
        return target.Length > 7000 ? target.ToString(0, 7000).TrimEnd('%') : target.ToString();
    }

    // Mostly as a client would write it; what is illegal in a request line is always escaped.
    private static string Escaped(string text, Random random)
    {
        try
        {
            return random.Next(6) > 0 ? Uri.EscapeDataString(text)
                : string.Concat(text.Select(character => character is > '!' and <= '~' and not ('?' or '#') ? character.ToString() : Uri.EscapeDataString(character.ToString())));
        }
        catch (UriFormatException)
        {
            return "%ED%A0%80";
        }
    }

    private static IEnumerable<(string Name, string Value)> Headers(Random random)
    {
        string[] names =
        [
            "Idempotency-Key", "If-Match", "If-None-Match", "Accept", "X-HTTP-Method-Override", "X-Forwarded-For", "X-Forwarded-Proto", "Range", "Origin",
            "Accept-Encoding", "traceparent", "Cookie", "X-Ketman-From", "Expect", "Accept-Language",
        ];
        if (random.Next(3) == 0)
        {
            yield return ("Idempotency-Key", $"k{random.Next(300)}");
        }

        for (var count = random.Next(6) == 0 ? random.Next(1, 4) : 0; count > 0; count--)
        {
            var name = names[random.Next(names.Length)];
            var value = Values.Text(random).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);
            if (name != "Expect" || value.Length < 100)
            {
                yield return (name, value.Length > 3000 ? value[..3000] : value);
            }
        }
    }

    // The same on every run and machine, unlike System.HashCode.
    private static int HashCode(int seed, int number) => unchecked((seed * 1_000_003) ^ (number * 7919) ^ (number << 13));
}

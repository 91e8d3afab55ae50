using System.Text.Json;

namespace Ketman.Dashboard.Connection;

/// <summary>A refusal of the platform (RFC 9457).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">Which refusal it is; stable.</param>
/// <param name="Title">What is wrong, in a sentence.</param>
/// <param name="Detail">What to do about it; may be absent.</param>
/// <param name="Errors">What is wrong with which field.</param>
public sealed record Problem(int Status, string Type, string Title, string? Detail, IReadOnlyList<FieldError> Errors)
{
    private const string Prefix = "urn:ketman:problem:";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The last part of the type, e.g. <c>version-conflict</c>.</summary>
    public string Slug => Type.StartsWith(Prefix, StringComparison.Ordinal) ? Type[Prefix.Length..] : Type;

    /// <summary>Of a rule that has several, every condition that is not met, in words.</summary>
    public IReadOnlyList<string> Conditions { get; init; } = [];

    /// <summary>Somebody changed it meanwhile.</summary>
    public bool IsConflict => Status is 409 or 412;

    public static async Task<Problem> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            if (await JsonSerializer.DeserializeAsync<Wire>(body, Json, cancellation) is { } wire)
            {
                return new Problem((int)response.StatusCode, wire.Type ?? "", wire.Title ?? Words.Error_Unknown, wire.Detail, wire.Errors ?? [])
                {
                    Conditions = [.. wire.Conditions?.Select(condition => condition.Explanation) ?? []],
                };
            }
        }
        catch (JsonException)
        {
            // Whatever stands between may answer in a form of its own.
        }

        return new Problem((int)response.StatusCode, "", Words.Error_Unknown, null, []);
    }

    private sealed record Wire(string? Type, string? Title, string? Detail, IReadOnlyList<FieldError>? Errors, IReadOnlyList<Condition>? Conditions);

    private sealed record Condition(string Explanation);
}

/// <summary>What is wrong with a field of a body.</summary>
public sealed record FieldError(string Field, string Message);

/// <summary>What a page needs was refused; the page says so instead.</summary>
public sealed class ApiProblemException(Problem problem) : Exception(problem.Title)
{
    public Problem Problem { get; } = problem;
}

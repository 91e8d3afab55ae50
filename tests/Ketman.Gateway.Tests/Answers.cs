using System.Net.Http.Json;
using System.Text.Json;

namespace Ketman.Gateway.Tests;

/// <summary>Reads what the gateway answers.</summary>
internal static class Answers
{
    /// <summary>Asserts that the answer is a problem document of this status and type, and gives it.</summary>
    public static async Task<JsonElement> ShouldBeProblemAsync(this HttpResponseMessage response, int status, string slug)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(text).RootElement;
        problem.GetProperty("type").GetString().ShouldBe("urn:ketman:problem:" + slug);
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        text.ShouldNotContain("   at ");
        return problem;
    }

    public static async Task<Echo> EchoAsync(this HttpResponseMessage response)
    {
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<Echo>())!;
    }
}

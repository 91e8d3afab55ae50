using System.Net;
using System.Net.Http.Json;
using Ketman.Gateway.Sessions;
using Ketman.Gateway.Users;

namespace Ketman.Gateway.Tests;

/// <summary>Somebody with a password, and a browser's cookie once signed in.</summary>
internal sealed class Person(Platform platform, string name, string password) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = platform.Stranger.BaseAddress };

    public string Name => name;

    public string Password { get; set; } = password;

    /// <summary>As the browser sends it back, name and value.</summary>
    public string? Cookie { get; set; }

    /// <summary>What this browser was given to be known by, name and value; sent when signing in.</summary>
    public string? Browser { get; set; }

    /// <summary>All that the server said with it.</summary>
    public string? SetCookie { get; private set; }

    /// <summary>How the server asked this browser to be known, if it did.</summary>
    public string? GivenBrowser { get; private set; }

    public string? Csrf { get; set; }

    /// <summary>Invites and accepts; not signed in yet.</summary>
    public static async Task<Person> JoinAsync(Platform platform, string name, params IReadOnlyList<string> roles)
    {
        using var invited = await platform.Admin.PostAsJsonAsync("/api/v1/invitations", new { name, roles });
        invited.StatusCode.ShouldBe(HttpStatusCode.Created, await invited.Content.ReadAsStringAsync());
        var person = new Person(platform, name, "a bicycle in the " + name);
        using var accepted = await person.AcceptAsync((await invited.Content.ReadFromJsonAsync<MadeInvitation>())!.Token);
        accepted.StatusCode.ShouldBe(HttpStatusCode.OK, await accepted.Content.ReadAsStringAsync());
        return person;
    }

    /// <summary>Invites, accepts and signs in.</summary>
    public static async Task<Person> WhoIsInAsync(Platform platform, string name, params IReadOnlyList<string> roles)
    {
        var person = await JoinAsync(platform, name, roles);
        using var response = await person.SignInAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return person;
    }

    public Task<HttpResponseMessage> AcceptAsync(string token) =>
        _http.PostAsJsonAsync("/api/v1/invitations/accept", new { token, password = Password });

    public async Task<HttpResponseMessage> SignInAsync(string? code = null, string? password = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sign-in")
        {
            Content = JsonContent.Create(new { user = name, password = password ?? Password, code }),
        };
        if (Browser is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", Browser);
        }

        var response = await _http.SendAsync(request);
        if (response.StatusCode is HttpStatusCode.OK)
        {
            var cookies = response.Headers.GetValues("Set-Cookie").ToList();
            SetCookie = cookies.Single(cookie => !cookie.Contains("-browser=", StringComparison.Ordinal));
            Cookie = SetCookie[..SetCookie.IndexOf(';', StringComparison.Ordinal)];
            GivenBrowser = cookies.SingleOrDefault(cookie => cookie.Contains("-browser=", StringComparison.Ordinal));
            Csrf = (await response.Content.ReadFromJsonAsync<SignedIn>())!.CsrfToken;
        }

        return response;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<HttpResponseMessage> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (Cookie is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", Cookie);
        }

        if (Csrf is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Ketman-Csrf", Csrf);
        }

        return await _http.SendAsync(request);
    }

    public void Dispose() => _http.Dispose();
}

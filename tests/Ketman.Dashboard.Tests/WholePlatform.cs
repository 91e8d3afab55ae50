using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Embedded;
using Ketman.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Playwright;
using Cookie = Microsoft.Playwright.Cookie;

[assembly: AssemblyFixture(typeof(Ketman.Dashboard.Tests.WholePlatform))]

namespace Ketman.Dashboard.Tests;

/// <summary>
/// The whole platform behind its gateway with the sample month in it, a user of each role, and one Chromium: begun once for all tests. Whoever
/// changes something does it to a case of its own (<see cref="OpenCaseAsync"/>), since others look at the same platform at the same time.
/// </summary>
public sealed class WholePlatform : IAsyncLifetime
{
    public const string Password = "correct-horse-battery-9";

    /// <summary>Who there is; each is known up to all markings that the roles give.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> People = new Dictionary<string, string[]>
    {
        ["lena"] = ["analyst", "lead"],
        ["noor"] = ["analyst"],
        ["ines"] = ["publisher"],
        ["otto"] = ["admin"],
        ["vera"] = ["viewer"],
        ["root"] = ["admin", "lead"],
    };

    // The last three draw suggestions for an address bar that nobody sees, in a process of their own for every new window: a third of all that
    // these tests compute. The rest Playwright would switch off itself, but of this switch the browser takes only the last.
    private static readonly string[] WithoutFeatures =
    [
        "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "DialMediaRouteProvider", "GlobalMediaControls", "HttpsUpgrades", "LensOverlay",
        "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "BlockOriginHeaderModificationOnRedirect", "AvoidCorsURLLoaderRestartOnRedirect",
        "Translate", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
        "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
    ];

    private readonly List<TestDatabase> _databases = [];
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("ketman-dashboard-");
    private readonly ConcurrentDictionary<string, Lazy<Task<Cookie>>> _sessions = new(StringComparer.Ordinal);
    private EmbeddedPlatform? _platform;
    private IPlaywright? _playwright;

    /// <summary>The one door.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Through it, with the first admin key; paths are below <c>api/v1/</c>.</summary>
    public HttpClient Api { get; } = new();

    /// <summary>The browser, without any window open.</summary>
    public IBrowser Browser { get; private set; } = null!;

    /// <summary>The checkout that the tests run in.</summary>
    public static string Root { get; } = FindRoot();

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?>
        {
            ["KETMAN_LISTEN"] = "http://127.0.0.1:0",
            ["KETMAN_KEYS"] = Path.Combine(_files.FullName, "keys"),
            ["KETMAN_ADMIN_KEY_FILE"] = Path.Combine(_files.FullName, "admin.key"),
        };
        foreach (var process in new[] { "gateway", "intake", "disclosures", "metrics" })
        {
            var database = await TestDatabase.CreateAsync();
            _databases.Add(database);
            settings["KETMAN_DATABASE_" + process.ToUpperInvariant()] = database.Url.ToString();
        }

        var browser = StartBrowserAsync();
        _platform = EmbeddedPlatform.Build(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        await _platform.StartAsync(CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await _platform.AwaitReadinessAsync(patience.Token);
        Url = _platform.Addresses.Single(one => one.Name == "gateway").Url;
        Api.BaseAddress = new Uri(Url, "/api/v1/");
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(settings["KETMAN_ADMIN_KEY_FILE"]!)).Trim());
        await Task.WhenAll(ImportSampleAsync(settings["KETMAN_ADMIN_KEY_FILE"]!, patience.Token), InviteAsync(patience.Token));
        await browser;
    }

    /// <summary>Records something, and gives what the platform answered.</summary>
    /// <param name="path">E.g. <c>disclosures/halcyon-2025-02/outreach</c>.</param>
    /// <param name="body">What is to be recorded.</param>
    public async Task<JsonObject> SendAsync(string path, object body)
    {
        using var answer = await Api.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return JsonNode.Parse(text.Length > 0 ? text : "{}")!.AsObject();
    }

    /// <summary>What the platform answers to the first admin key.</summary>
    public async Task<JsonElement> GetAsync(string path) => await Api.GetFromJsonAsync<JsonElement>(path);

    /// <summary>A company and an open case of its own, with an outreach two days ago; comes back when the board shows it.</summary>
    /// <returns>The handle of the case; that of the company is the same.</returns>
    public async Task<string> OpenCaseAsync(string name = "A company of its own", string? title = "A case of its own", string? zone = null)
    {
        var handle = $"own-{Guid.NewGuid():N}"[..20];
        await SendAsync("companies", new { handle, name, zone });
        await SendAsync("disclosures", new { company = handle, handle, title });
        await SendAsync($"disclosures/{handle}/outreach", new { channel = "email", recipient = "security@example.org", summary = "The report", outcome = "delivered" });
        await Eventually.TrueAsync(
            "the board shows the case with its outreach",
            async () => (await GetAsync($"board?disclosure={handle}")).GetProperty("items").EnumerateArray().Any(item => item.GetProperty("attempts").GetInt32() == 1));
        return handle;
    }

    /// <summary>The cookie with which a browser is signed in as one of <see cref="People"/>.</summary>
    public Task<Cookie> SessionOfAsync(string name) => _sessions.GetOrAdd(name, one => new Lazy<Task<Cookie>>(() => SignInAsync(one))).Value;

    /// <summary>Invites somebody and accepts.</summary>
    public async Task JoinAsync(string name, params IReadOnlyList<string> roles)
    {
        var invitation = await SendAsync("invitations", new { name, roles });
        await SendAsync("invitations/accept", new { token = (string)invitation["token"]!, password = Password });
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        _playwright?.Dispose();
        Api.Dispose();
        if (_platform is not null)
        {
            await _platform.StopAsync();
            await _platform.DisposeAsync();
        }

        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        _files.Delete(recursive: true);
    }

    private async Task StartBrowserAsync()
    {
        _playwright = await Playwright.CreateAsync();
        // Two cores do everything here at once: what is waited for may take a while, and what comes at once is not waited for.
        Assertions.SetDefaultExpectTimeout(15_000);
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("KETMAN_TEST_CHROMIUM") is { Length: > 0 } path ? path : "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-features=" + string.Join(',', WithoutFeatures),
            ],
        });
    }

    private async Task InviteAsync(CancellationToken cancellation)
    {
        foreach (var (name, roles) in People)
        {
            cancellation.ThrowIfCancellationRequested();
            await JoinAsync(name, roles);
        }
    }

    private async Task ImportSampleAsync(string keyFile, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _files.FullName };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "Ketman.Cli.dll"), "import", Path.Combine(Root, "samples", "2025-02"), "--json" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["KETMAN_URL"] = Url.ToString();
        start.Environment["KETMAN_KEY_FILE"] = keyFile;
        start.Environment["XDG_STATE_HOME"] = _files.FullName;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        process.ExitCode.ShouldBe(0, await output + await errors);
        await Eventually.TrueAsync(
            "everything of the sample month is counted, and what ran out in it is on the board",
            async () => (await GetAsync("statements/2025-02")) is var statement
                && statement.GetProperty("escalations").GetProperty("events").GetArrayLength() > 0
                && (await GetAsync("board?overdue=true&limit=200")).GetProperty("items").GetArrayLength() >= 13,
            TimeSpan.FromMinutes(1), cancellation);
    }

    private async Task<Cookie> SignInAsync(string name)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var answer = await browser.PostAsJsonAsync(new Uri(Url, "/api/v1/sign-in"), new { user = name, password = Password });
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var parts = answer.Headers.GetValues("Set-Cookie").First(cookie => cookie.StartsWith("ketman=", StringComparison.Ordinal)).Split(';')[0].Split('=', 2);
        return new Cookie { Name = parts[0], Value = parts[1], Url = Url.ToString(), HttpOnly = true, SameSite = SameSiteAttribute.Lax };
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder!, "Ketman.Platform.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder!;
    }
}

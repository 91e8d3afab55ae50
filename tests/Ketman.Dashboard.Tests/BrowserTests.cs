using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Ketman.Dashboard.Tests;

/// <summary>How somebody looks at a page.</summary>
/// <param name="Dark">In the dark theme.</param>
/// <param name="Phone">On a screen of 390 by 844.</param>
/// <param name="Scripts">With scripts.</param>
/// <param name="Zone">Where he reads the clock.</param>
public sealed record Look(bool Dark = false, bool Phone = false, bool Scripts = true, string Zone = "Europe/Berlin");

/// <summary>
/// Tests in a real browser. Each has browser contexts of its own; whatever a page complains of (errors in the console, uncaught errors,
/// violations of the Content-Security-Policy) fails the test that opened it, unless it was foreseen (<see cref="Foresee"/>).
/// </summary>
public abstract class BrowserTests(WholePlatform platform) : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly ConcurrentQueue<string> _foreseen = [];
    private readonly List<IBrowserContext> _contexts = [];

    protected WholePlatform Platform { get; } = platform;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An empty page of somebody who is signed in.</summary>
    /// <param name="name">One of <see cref="WholePlatform.People"/>; null: nobody, not signed in.</param>
    /// <param name="look">How he looks at it; null: a usual screen, light, with scripts.</param>
    protected async Task<IPage> PageOfAsync(string? name, Look? look = null)
    {
        look ??= new Look();
        var context = await Platform.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Platform.Url.ToString(),
            ViewportSize = look.Phone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1280, Height = 900 },
            ColorScheme = look.Dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = look.Scripts,
            TimezoneId = look.Zone,
            ReducedMotion = ReducedMotion.Reduce,
        });
        _contexts.Add(context);
        context.SetDefaultTimeout(15_000);
        List<Cookie> cookies = [new Cookie { Name = "ketman-zone", Value = Uri.EscapeDataString(look.Zone), Url = Platform.Url.ToString() }];
        if (name is not null)
        {
            cookies.Add(await Platform.SessionOfAsync(name));
        }

        await context.AddCookiesAsync(cookies);
        if (look.Scripts)
        {
            await context.AddInitScriptAsync("document.addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`))");
        }

        var page = await context.NewPageAsync();
        context.Page += (_, opened) => Listen(opened);
        Listen(page);
        return page;
    }

    /// <summary>The same, at a path.</summary>
    protected async Task<IPage> OpenAsync(string path, string? name = "lena", Look? look = null)
    {
        var page = await PageOfAsync(name, look);
        await page.GotoAsync(path);
        return page;
    }

    /// <summary>Waits until the page hears of changes: one from before that it could not have heard of.</summary>
    protected static Task ListeningAsync(IPage page) => SeenAsync(page, "performance.getEntriesByName('ketman:listening').length > 0", "it hears of changes");

    /// <summary>
    /// Waits until something is so in the page. Asked from outside again and again: what Playwright would wait for inside of the page the policy forbids.
    /// </summary>
    protected static Task SeenAsync(IPage page, string expression, string reason) =>
        Ketman.Testing.Eventually.TrueAsync(reason, () => page.EvaluateAsync<bool>(expression), cancellation: Cancellation);

    /// <summary>A complaint that has this in it is what the test is about.</summary>
    protected void Foresee(string part) => _foreseen.Enqueue(part);

    /// <summary>What has been complained of so far and was not foreseen.</summary>
    protected IReadOnlyList<string> Complaints => [.. _complaints.Where(one => !_foreseen.Any(part => one.Contains(part, StringComparison.Ordinal)))];

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts)
        {
            await context.CloseAsync();
        }

        Complaints.ShouldBeEmpty();
        GC.SuppressFinalize(this);
    }

    private void Listen(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue($"{page.Url}: {message.Type}: {message.Text} {message.Location}");
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue($"{page.Url}: {error}");
    }
}
